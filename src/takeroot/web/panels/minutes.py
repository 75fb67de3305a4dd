"""The minutes of a review as a page shows them: the text of their note, with links to the rows that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from takeroot.reporting import blocks as paper
from takeroot.reporting.content import Content
from takeroot.reporting.saying import entry
from takeroot.vocabulary.tables import NOTES
from takeroot.web.actions.meetings import TEXTS
from takeroot.web.addresses import of_row
from takeroot.web.frames import Book
from takeroot.web.models import Meeting, NoteRow
from takeroot.web.roles import Visit

HEADINGS = frozenset({*TEXTS.values(), "What was recorded since the last review", "Decisions", "Actions"})
_CITED = re.compile(r"(\[[a-z_]+:[\w.\-]+\])")


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph or a list; each line in parts, of which some lead to a row."""

    kind: str
    lines: tuple[tuple[tuple[str, str], ...], ...]


def readable(visit: Visit, meetings: Iterable[Meeting]) -> list[Meeting]:
    """Those reviews whose minutes this person may read: as notes are, and by those alone who see every site.

    Minutes that were taken out of the record since are shown by nobody's leave but that of those who hold reviews.
    """
    if not visit.scope.whole:
        return []
    notes = NoteRow.objects.filter(visit.scope.rows(NOTES) or Q(), programme=visit.programme)
    if not visit.scope.narrative:
        notes = notes.filter(visibility="all")
    there = {f"notes:{one}" for one in notes.values_list("id", flat=True)}
    return [one for one in meetings if one.note in there]


def minutes_of(book: Book, meeting: Meeting) -> dict[str, Any]:
    """The note as it stands in the record now."""
    row = book.programme.find(meeting.note)
    return {
        "blocks": list(blocks(row["text"] or "", book.row.slug)),
        "on": row["on"],
        "note": of_row(book.row.slug, meeting.note),
        "everybody": row["visibility"] == "all",
    }


def minutes_as_paper(book: Book, meeting: Meeting) -> Content:
    """The minutes as a document: what their note says, and a list of the rows that it cites."""
    row, results = book.programme.find(meeting.note), book.results
    sections: list[tuple[str, list[paper.Block]]] = []
    for part in re.split(r"\n\s*\n", row["text"] or ""):
        if part.strip() in HEADINGS:
            sections.append((part.strip(), []))
            continue
        if not sections:
            sections.append((row["title"], []))
        sections[-1][1].extend(_on_paper(part.splitlines()))
    cited = paper.cited(tuple(block for _, found in sections for block in found))
    entries = [found for one in dict.fromkeys(cited) if (found := entry(results, one)) is not None]
    about = book.programme.about
    return Content(
        title=meeting.title,
        aim=about.name,
        sponsor="",
        as_at=row["on"],
        synthetic=about.synthetic,
        sections=tuple(
            paper.Section(f"part-{number}", title, tuple(found)) for number, (title, found) in enumerate(sections, 1)
        ),
        evidence=tuple(entries),
        kind="Minutes of a review",
        pages="few",
    )


def _on_paper(lines: list[str]) -> Iterator[paper.Block]:
    """A part of the text as blocks of a document."""
    first = next((at for at, line in enumerate(lines) if line.startswith("- ")), len(lines))
    words = "\n".join(lines[:first])
    if first == len(lines):
        yield paper.Words(words)
        return
    points = paper.Points(tuple(_items(lines[first:])))
    yield paper.Part(words.rstrip(":"), (points,)) if words else points


def blocks(text: str, slug: str) -> Iterator[Block]:
    """Text as headings, paragraphs and lists."""
    for part in re.split(r"\n\s*\n", text):
        lines = part.splitlines()
        if part.strip() in HEADINGS:
            yield Block("heading", (_parts(part.strip(), slug),))
            continue
        plain = [line for line in lines if not line.startswith("- ")]
        if len(plain) == len(lines):
            yield Block("words", tuple(_parts(line, slug) for line in lines))
            continue
        first = next(at for at, line in enumerate(lines) if line.startswith("- "))
        if first:
            yield Block("lead", tuple(_parts(line, slug) for line in lines[:first]))
        yield Block("list", tuple(_parts(line, slug) for line in _items(lines[first:])))


def _items(lines: list[str]) -> Iterator[str]:
    """Lines of a list, each with those that go on with it."""
    held = ""
    for line in lines:
        if line.startswith("- ") and held:
            yield held
            held = ""
        held = f"{held} {line.removeprefix('- ').strip()}".strip()
    yield held


def _parts(line: str, slug: str) -> tuple[tuple[str, str], ...]:
    """A line in parts: words, and what is cited with the address where it stands."""
    parts = []
    for part in _CITED.split(line):
        cited = bool(_CITED.fullmatch(part))
        address = of_row(slug, part[1:-1]) if cited else ""
        if part and not (cited and not address):
            parts.append(("see the row", address) if cited else (part, ""))
    return tuple(parts)
