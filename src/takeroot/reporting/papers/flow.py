"""Pieces as lines of a slide: how tall they are, what must stay together, and where a new column begins."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from takeroot.charts.wording import counted, wrapped
from takeroot.reporting.papers.pieces import Heading, Listed, Pairs, Paragraph, Piece, Records
from takeroot.reporting.papers.runs import Run, Text, plain

#: A line of letters is so many times as tall as its letters; those of Arial are so much narrower than most.
TALL, NARROW = 1.2, 0.84
#: What begins something that is said whole or not at all, and what such a thing is about that is said before others.
_BEGINS, FINDINGS = ("heading", "about", "account"), ("Finding", "Sustained")
#: A paragraph with more letters than this goes on in another.
LONGEST = 900
#: How each kind of paragraph looks: its size beside that of words, whether bold, whether soft, the room before it.
LOOKS: dict[str, tuple[float, bool, bool, float]] = {
    "heading": (1.15, True, False, 0.9),
    "words": (1, False, False, 0.5),
    "quiet": (0.9, False, True, 0.5),
    "lead": (1, False, False, 0.4),
    "about": (0.85, True, True, 0.7),
    "says": (1, False, False, 0.1),
    "doubt": (0.85, False, True, 0.15),
    "evidence": (0.8, False, True, 0.1),
    "missing": (1, False, False, 0.5),
    "account": (1, False, False, 0.6),
    "signed": (0.85, True, True, 0.15),
    "item": (1, False, False, 0.35),
    "fact": (1, False, False, 0.4),
    "record": (0.9, False, False, 0.5),
}


@dataclass(frozen=True)
class Line:
    """A paragraph on a slide; ``bound`` to the one after it, or not."""

    text: Text
    look: str
    bound: bool = False

    def tall(self, width: float, size: float) -> float:
        """How tall it is, in inches, at a width in inches and a size of letters in points."""
        scale, bold, _, before = LOOKS[self.look]
        letters = size * scale * NARROW * (1.06 if bold else 1)
        rows = max(1, len(wrapped(plain(self.text), width * 72, letters)))
        return (rows * size * scale * TALL + size * before) / 72


def lines(pieces: Iterable[Piece]) -> Iterator[Line]:
    """What pieces of text say, paragraph by paragraph; tables, pictures and columns have slides of their own."""
    for piece in pieces:
        match piece:
            case Heading():
                yield Line((Run(piece.text),), "heading", bound=True)
            case Paragraph():
                bound = piece.look in ("about", "account")
                yield from (Line(part, piece.look, bound) for part in _parts(piece.text))
            case Listed():
                for place, item in enumerate(piece.items, start=1):
                    sign = f"{place}. " if piece.ordered else "• "
                    yield from (Line(part, "item") for part in _parts((Run(sign), *item)))
            case Pairs():
                for fact, text in piece.rows:
                    yield from (Line(part, "fact") for part in _parts((Run(f"{fact}: ", "strong"), *text)))
            case Records():
                yield Line((Run(piece.caption),), "about", bound=True)
                for name, pairs in piece.rows:
                    told = [replace(run, look=run.look or "strong") for run in name]
                    for head, text in pairs:
                        told += [Run(f"  {head}: ", "quiet"), *text]
                    yield from (Line(part, "record") for part in _parts(tuple(told)))
            case _:
                raise AssertionError(f"{type(piece).__name__} is not told in lines")


def columns(found: Sequence[Line], width: float, height: float, size: float) -> list[list[Line]]:
    """Lines in columns of a height; what is bound together stays so, unless it is taller than a column."""
    groups: list[list[Line]] = []
    for line in found:
        if groups and groups[-1][-1].bound:
            groups[-1].append(line)
        else:
            groups.append([line])
    filled: list[list[Line]] = [[]]
    used = 0.0
    for group in groups:
        tall = sum(line.tall(width, size) for line in group)
        if used + tall > height and filled[-1]:
            filled.append([])
            used = 0.0
        if tall > height:
            for line in group:
                one = line.tall(width, size)
                if used + one > height and filled[-1]:
                    filled.append([])
                    used = 0.0
                filled[-1].append(line)
                used += one
            continue
        filled[-1] += group
        used += tall
    return [column for column in filled if column]


def _parts(text: Text) -> Iterator[Text]:
    """A text as it is, or in parts that end where sentences do."""
    if len(plain(text)) <= LONGEST:
        yield text
        return
    part: list[Run] = []
    length = 0
    for run in text:
        for piece in _pieces(run.text):
            if length + len(piece) > LONGEST and part:
                yield tuple(part)
                part, length = [], 0
            part.append(replace(run, text=piece))
            length += len(piece)
    if part:
        yield tuple(part)


def _pieces(text: str) -> Iterator[str]:
    for sentence in re.split(r"(?<=[.!?…])(?=\s)", text):
        for start in range(0, max(1, len(sentence)), LONGEST):
            yield sentence[start : start + LONGEST]


def fits(found: Sequence[Sequence[Line]], width: float, height: float, size: float) -> bool:
    """Whether columns of lines fit a height at a size of letters."""
    return all(sum(line.tall(width - 0.16, size) for line in column) <= height - 0.1 for column in found)


def shortened(found: Sequence[Line], width: float, height: float, size: float) -> list[Line]:
    """The lines that fit, and a word on those that do not: the last go first, and findings stay as long as they can."""
    if fits([found], width, height, size):
        return list(found)
    groups: list[list[Line]] = []
    for line in found:
        if not groups or line.look in _BEGINS:
            groups.append([])
        groups[-1].append(line)
    order = [at for at in range(len(groups) - 1, -1, -1) if groups[at][0].look != "heading"]
    gone: set[int] = set()
    for at in sorted(order, key=lambda at: plain(groups[at][0].text).startswith(FINDINGS)):
        gone.add(at)
        kept = _without(groups, gone)
        if fits([kept], width, height, size):
            return kept
    return kept if gone else list(found)


def _without(groups: Sequence[Sequence[Line]], gone: Collection[int]) -> list[Line]:
    """What is left of groups of lines without headings over nothing (but the first), and how many are not there."""
    left = [group for at, group in enumerate(groups) if at not in gone]
    kept: list[Line] = []
    for at, group in enumerate(left):
        over = left[at + 1][0].look if at + 1 < len(left) else "heading"
        if at == 0 or group[0].look != "heading" or len(group) > 1 or over != "heading":
            kept += group
    missing = sum(line.look in ("says", "account", "words") for at in gone for line in groups[at])
    return [*kept, Line((Run(f"… and {counted(missing, 'statements')} more, in the notes."),), "quiet")]


def cited_within(found: Sequence[Line]) -> list[Line]:
    """Lines with the numbers of their evidence at the end of what is said, and not on lines of their own."""
    kept: list[Line] = []
    for line in found:
        told = next((place for place in range(len(kept) - 1, -1, -1) if kept[place].look == "says"), None)
        if line.look == "evidence" and told is not None:
            kept[told] = replace(kept[told], text=(*kept[told].text, Run(" ["), *line.text[1:], Run("]")))
        else:
            kept.append(line)
    return kept
