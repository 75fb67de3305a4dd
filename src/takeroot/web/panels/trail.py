"""The trail in words: who did what, when and why, and to which rows; and the same as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import polars as pl
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from takeroot.charts.wording import counted, day, listed
from takeroot.vocabulary.files.delimited import csv_bytes
from takeroot.vocabulary.tables import TABLES
from takeroot.web.addresses import of_row
from takeroot.web.models import Change, Membership, Programme, Trail
from takeroot.web.stored import STORED

#: Lines on one page.
PAGE = 50
#: Lines in one file; a longer trail is taken a span of days at a time.
MOST = 100_000
#: What an action calls a part of its line, as people say it.
_NAMES = {"sign_in": "sign-in name", "person": "for", "expires": "until", "line": "line", "lines": "lines"}
#: Parts of a line that are told elsewhere in it.
_ELSEWHERE = frozenset({"row", "rows", "before"})


@dataclass(frozen=True)
class Line:
    """A line as the page shows it: what was done, in words, and the row it was done to."""

    number: int
    at: datetime
    by: str
    did: str
    why: str
    revision: int | None
    told: tuple[str, ...]
    reference: str
    address: str
    seal: str


def lines_of(programme: Programme) -> QuerySet[Trail]:
    """Every line about a programme, latest first; and when members came in and went out, while they were such."""
    members = Membership.objects.filter(programme=programme)
    lasting = members.filter(expires=None, person__sign_in=OuterRef("by"), since__lte=OuterRef("at"))
    then = Q(Exists(lasting))
    for sign_in, since, expires in members.exclude(expires=None).values_list("person__sign_in", "since", "expires"):
        then |= Q(by=sign_in, at__gte=since, at__lt=_begin(expires))
    came = Q(programme="") & (Q(did__startswith="signed in") | Q(did__startswith="signed out"))
    return Trail.objects.filter(Q(programme=programme.slug) | (came & then))


def sought(programme: Programme, asked: dict[str, Any]) -> QuerySet[Trail]:
    """The lines that somebody asked for: by whom, what, between which days, of which table or row."""
    lines = lines_of(programme)
    if asked.get("by"):
        lines = lines.filter(by=asked["by"])
    if asked.get("did"):
        lines = lines.filter(did=asked["did"])
    if asked.get("since"):
        lines = lines.filter(at__gte=_begin(asked["since"]))
    if asked.get("until"):
        lines = lines.filter(at__lte=_end(asked["until"]))
    if asked.get("table"):
        name = asked["table"]
        lines = lines.filter(Q(what__row__startswith=f"{name}:") | Q(what__rows__has_key=name))
    if asked.get("row"):
        lines = lines.filter(Q(what__row=asked["row"]) | Q(pk__in=_of_row(programme, asked["row"])))
    return lines


def told(programme: Programme, lines: QuerySet[Trail] | list[Trail]) -> Iterator[Line]:
    """Lines in words."""
    for line in lines:
        reference = line.what.get("row", "") if isinstance(line.what.get("row"), str) else ""
        yield Line(
            line.pk,
            timezone.localtime(line.at),
            line.by,
            line.did,
            line.why,
            line.revision,
            tuple(_in_words(line.what)),
            reference,
            of_row(programme.slug, reference),
            line.seal,
        )


def choices(programme: Programme) -> dict[str, list[str]]:
    """Who did something, what was done, and to which tables: what can be asked for."""
    lines = lines_of(programme).order_by()
    return {
        "by": sorted(lines.values_list("by", flat=True).distinct(), key=str.casefold),
        "did": sorted(lines.values_list("did", flat=True).distinct(), key=str.casefold),
        "table": list(TABLES),
    }


def as_csv(programme: Programme, lines: QuerySet[Trail]) -> bytes:
    """Lines as a file that no spreadsheet takes for formulas, oldest first, each with its seal."""
    rows = [
        (
            one.number,
            one.at.isoformat(),
            one.by,
            one.did,
            one.why,
            "; ".join(one.told),
            one.reference,
            one.revision,
            one.seal,
        )
        for one in told(programme, list(lines.order_by("id")[:MOST]))
    ]
    kinds = dict.fromkeys(("line", "at", "by", "did", "why", "what", "row", "revision", "seal"), pl.String())
    return csv_bytes(pl.DataFrame(rows, schema=kinds | {"line": pl.Int64(), "revision": pl.Int64()}, orient="row"))


def _begin(on: Any) -> datetime:
    """The moment at which a day begins where the workbench stands."""
    return timezone.make_aware(datetime.combine(on, time()))


def _end(on: Any) -> datetime:
    """The last moment of a day there; the last day that there is has one too."""
    return timezone.make_aware(datetime.combine(on, time.max))


def _of_row(programme: Programme, reference: str) -> list[int]:
    """The lines that made a row what it is and was."""
    table, _, row_id = reference.partition(":")
    if table not in STORED:
        return []
    now = STORED[table].objects.filter(programme=programme, id=row_id).values_list("line", flat=True)
    changes = Change.objects.filter(programme=programme.pk, table=table, row_id=row_id)
    return [*now, *(line for both in changes.values_list("line", "was_line") for line in both)]


def _in_words(what: dict[str, Any]) -> Iterator[str]:
    """What a line keeps besides who, what and why."""
    if isinstance(what.get("rows"), dict) and what["rows"]:
        yield listed([_rows(name, counts) for name, counts in what["rows"].items()])
    if isinstance(what.get("before"), dict):
        yield from (f"{_name(name)} was {_cell(cell)}" for name, cell in what["before"].items())
    for name, cell in what.items():
        if name not in _ELSEWHERE and cell not in (None, "", [], {}, False):
            yield _name(name) if cell is True else f"{_name(name)}: {_cell(cell)}"


def _rows(name: str, counts: Any) -> str:
    if isinstance(counts, int):
        return f"{counted(counts, 'rows')} in {name.replace('_', ' ')}"
    if not isinstance(counts, dict):
        return f"{name.replace('_', ' ')}: {_cell(counts)}"
    told = [f"{number:,} {how}" for how, number in counts.items() if isinstance(number, int) and number]
    return f"{' and '.join(told) or 'nothing'} in {name.replace('_', ' ')}"


def _name(name: str) -> str:
    return _NAMES.get(name, name.replace("_", " "))


def _cell(cell: Any) -> str:
    if cell is None or cell == "":
        return "empty"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, list):
        shown = [_cell(one) for one in cell[:8]]
        return ", ".join(shown) + (f" and {len(cell) - 8:,} more" if len(cell) > 8 else "")
    if isinstance(cell, dict):
        return ", ".join(f"{_name(str(name))} {_cell(one)}" for name, one in list(cell.items())[:8]) or "empty"
    if isinstance(cell, str):
        try:
            return day(datetime.strptime(cell, "%Y-%m-%d").replace(tzinfo=UTC).date())
        except ValueError:
            return cell if len(cell) <= 200 else f"{cell[:199]}…"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
