"""What a tracker most likely means: its sheets, its columns, its words and colours, and the day it speaks of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING

from takeroot.exchange.tracker import dating, headers, periods
from takeroot.exchange.tracker.headers import Header
from takeroot.exchange.tracker.headings import heading
from takeroot.exchange.tracker.legend import legend
from takeroot.exchange.tracker.mapping import ColumnMeaning, Mapping, SheetPart
from takeroot.exchange.tracker.mappings import Mappings
from takeroot.exchange.tracker.naming import colours_in, words_in
from takeroot.exchange.tracker.seeing import Seen, seen_in
from takeroot.exchange.tracker.sheets import Sheet, Tracker
from takeroot.vocabulary.column import Dates

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

_ASIDE = re.compile(
    r"\b(example|template|archive|archived|old|lookup|lookups|lists?|copy|instructions|read ?me"
    r"|guidance|key|legend|contents|summary|dashboard|pivot|chart|data validation|backup|drop ?downs?)\b"
)
_AS_AT = re.compile(
    r"\b(as at|as of|as on|position at|correct at|correct as of|up to|updated|update|snapshot"
    r"|status at|report date|date)\b"
)


def suggest(tracker: Tracker, programme: Programme | None = None, remembered: Mappings | None = None) -> Mapping:
    """What a tracker most likely means, and what has to be asked.

    Parameters
    ----------
    tracker
        As it was read.
    programme
        The programme it is for, whose measures are known by name.
    remembered
        What trackers were taken to mean before; a layout that is known by its headings means the same again.

    Returns
    -------
    Mapping
        With ``open_questions``: what has to be asked, once.
    """
    seen = [one for sheet in tracker.sheets if (one := seen_in(sheet)) is not None]
    known = _known(seen, remembered)
    if known is not None:
        seen = [Seen(one.sheet, one.header, _as_before(one.columns, known)) for one in seen]
    taken = _taken(seen, known)
    dates, quarters = _orders(seen, taken, known)
    order: Dates | None = dates if dates in ("day-first", "month-first") else None  # type: ignore[assignment]
    parts = [_part(sheet, seen, taken, tracker, order) for sheet in tracker.sheets]
    chosen = [one for one in seen if taken.get(one.sheet.name, ("no", ""))[0] != "no"]
    columns = _named_measures(_together(chosen, known), chosen, programme)
    mapping = Mapping(
        name=known.name if known else _called(tracker.name),
        sheets=tuple(parts),
        columns=columns,
        dates=dates,  # type: ignore[arg-type]  # one of its words
        quarters=quarters,  # type: ignore[arg-type]
        seen=known.seen if known else (),
        sites=known.sites if known else (),
        decisions=known.decisions if known else (),
    )
    key = legend(tracker.sheets, chosen)
    words, colours = words_in(chosen, mapping, known, key), colours_in(chosen, mapping, known, key)
    return mapping.model_copy(update={"words": words, "colours": colours})


# The sheets


def _known(seen: Sequence[Seen], remembered: Mappings | None) -> Mapping | None:
    if remembered is None:
        return None
    found = [one for each in seen if (one := remembered.like(each.header.texts)) is not None]
    return max(found, key=lambda one: [each.name for each in found].count(one.name), default=None)


def _as_before(columns: Sequence[ColumnMeaning], known: Mapping) -> tuple[ColumnMeaning, ...]:
    """What columns meant before; a new one as it looks, a further month as the months before it."""
    monthly: dict[str, ColumnMeaning] = {
        one.means: one for one in known.columns if one.means in ("status in month", "value in month")
    }
    kept = []
    for one in columns:
        before = known.column(one.heading)
        if before is not None and before.means != "asked":
            one = before.model_copy(update={"heading": one.heading})
        elif one.means in monthly or (one.sure == "asked" and one.suggested in monthly):
            which = monthly[one.means if one.means in monthly else one.suggested]
            one = which.model_copy(update={"heading": one.heading, "why": "as the months before it"})
        kept.append(one)
    return tuple(kept)


def _taken(seen: Sequence[Seen], known: Mapping | None) -> dict[str, tuple[str, str]]:
    """Whether each sheet is taken, and why."""
    said: dict[str, tuple[str, str]] = {}
    fit = []
    for one in seen:
        rows = len(one.body.rows)
        if one.sheet.hidden:
            said[one.sheet.name] = ("no", "the sheet is hidden")
        elif not rows:
            said[one.sheet.name] = ("no", "there are no rows below its header")
        elif not one.has_names and not one.speaks:
            said[one.sheet.name] = ("no", "no column of it names sites")
        elif known is not None and len(known.signature & one.header.texts) >= 0.6 * len(known.signature):
            said[one.sheet.name] = ("yes", "its headings are those that were taken before")
        elif known is not None:
            said[one.sheet.name] = ("no", "its headings are not those that were taken before")
        else:
            fit.append((one, rows))
    if not fit:
        return said
    lone = len(fit) == 1

    def aside(one: Seen) -> bool:
        return not lone and bool(_ASIDE.search(heading(one.sheet.name)))

    best, _ = max(
        fit, key=lambda pair: (not aside(pair[0]), pair[0].has_names and pair[0].speaks > 0, pair[0].speaks, pair[1])
    )
    for one, _rows in fit:
        own, other = best.header.texts, one.header.texts
        alike = len(own & other) >= 0.6 * max(len(own), len(other), 1)
        if one is best and not aside(one):
            said[one.sheet.name] = (
                "yes",
                "it has one row a site and columns that say where sites stand"
                if one.speaks and one.has_names
                else "it is the only sheet with rows below headings",
            )
            if not one.speaks and len(fit) > 1:
                said[one.sheet.name] = ("asked", "no column of it is known to say where sites stand")
        elif alike and not aside(one):
            said[one.sheet.name] = ("yes", f"it has the same headings as '{best.sheet.name}'")
        elif not one.has_names or not one.speaks:
            what = "says where sites stand" if one.has_names else "names sites"
            said[one.sheet.name] = ("no", f"no column of it {what}")
        elif aside(one):
            said[one.sheet.name] = ("asked", "its name suggests that it is no part of the tracker")
        else:
            said[one.sheet.name] = ("asked", f"its headings are not those of '{best.sheet.name}'")
    return said


def _part(
    sheet: Sheet, seen: Sequence[Seen], taken: dict[str, tuple[str, str]], tracker: Tracker, order: Dates | None
) -> SheetPart:
    one = next((one for one in seen if one.sheet is sheet), None)
    if one is None:
        why = (
            "the sheet is hidden"
            if sheet.hidden
            else "it is empty"
            if not sheet.height
            else "no row of it looks like a header"
        )
        return SheetPart(sheet=sheet.name, take="no", why=why, first_header=0, last_header=0)
    take, why = taken[sheet.name]
    body = one.body
    left = [f"Row {row:,}: {said}." for row, said in body.left_out.items()][:200]
    left += [f"Row {row:,} is asked about: {said}." for row, said in body.asked.items()][:200]
    if sheet.hidden_rows & set(body.rows):
        left.append("Rows that are hidden are taken like any other.")
    day, suggested, where = _day_of_rows(one, order) or _as_at(sheet, one.header, tracker, order)
    return SheetPart(
        sheet=sheet.name,
        take=take,  # type: ignore[arg-type]  # one of its three words
        why=why,
        as_at=day,
        suggested=suggested,
        as_at_why=where,
        first_header=one.header.first,
        last_header=one.header.last,
        rows=len(body.rows),
        left_out=tuple(left),
    )


def _day_of_rows(one: Seen, order: Dates | None) -> tuple[date | None, date | None, str] | None:
    """The last day of which a row speaks, where each row speaks of its own."""
    for each, column in zip(one.header.headings, one.columns, strict=True):
        if column.means == "as at":
            values = {one.sheet.value(row, each.column) for row in one.body.rows}
            days = [found.last for value in values if isinstance(found := dating.when(value, order), dating.Span)]
            if days:
                last = max(days)
                last = dating.month_end(last) if all(day.day == 1 for day in days) else last
                return last, None, f"the last day under '{each.text}'; each row speaks of its own"
    return None


def _as_at(sheet: Sheet, header: Header, tracker: Tracker, order: Dates | None) -> tuple[date | None, date | None, str]:
    """The day a sheet speaks of; or the day it most likely does, where that has to be asked; and why."""
    texts = headers.titles(sheet, header.first)
    below = [sheet.text(row, 1) for row in range(max(header.last + 1, sheet.height - 5), sheet.height + 1)]
    stated = [text for text in (*texts, *below) if _AS_AT.search(heading(text))]
    csv = PurePath(tracker.name).stem == sheet.name
    for said, where in (
        *((text, f"the title says '{text[:60]}'") for text in stated),
        *(() if csv else ((sheet.name, f"the sheet is called '{sheet.name}'"),)),
        (PurePath(tracker.name).stem, f"the file is called '{tracker.name}'"),
    ):
        found = periods.as_at(said, order)
        if isinstance(found, periods.AsAt):
            return found.on, None, where + (", which is taken to mean its last day" if found.whole else "")
    for text in texts:
        found = periods.as_at(text, order)
        if isinstance(found, periods.AsAt):
            return None, found.on, f"the title says '{text[:60]}'"
    months = [
        month
        for one in header.headings
        if (month := periods.month_of_heading(one.text, one.value))
        and any(value is not None for value in sheet.column(one.column, header.last + 1))
    ]
    if months:
        return None, dating.month_end(max(months)), "the last month with anything below it"
    if tracker.saved is not None:
        return None, tracker.saved, "the workbook was last saved on that day; nothing else says it"
    return None, None, "neither the title, nor the name of the sheet or the file says it"


# The columns


def _together(chosen: Sequence[Seen], known: Mapping | None) -> tuple[ColumnMeaning, ...]:
    """The columns of all sheets that are taken, each once, and those of before that are not in this file."""
    columns: dict[str, ColumnMeaning] = {}
    for one in chosen:
        for column in one.columns:
            said = heading(column.heading)
            held = columns.get(said)
            if held is None or (held.means in ("asked", "ignored") and column.means not in ("asked", "ignored")):
                columns[said] = column
    for column in known.columns if known else ():
        columns.setdefault(heading(column.heading), column)
    return tuple(columns.values())


def _named_measures(
    columns: tuple[ColumnMeaning, ...], chosen: Sequence[Seen], programme: Programme | None
) -> tuple[ColumnMeaning, ...]:
    """Values by month are of the one measure there is; else the title, or the name of the sheet, is offered."""
    measures = programme.measures["measure"].to_list() if programme is not None else []
    said: dict[str, str] = {"suggested": _subject(chosen)}
    if len(measures) == 1:
        said = {"name": measures[0], "why": "the programme has one measure"}
    return tuple(
        one.model_copy(update=said) if one.means == "value in month" and not one.name else one for one in columns
    )


def _subject(chosen: Sequence[Seen]) -> str:
    """What the numbers of a sheet most likely count: what its title says, else its name."""
    for one in chosen:
        for title in reversed(headers.titles(one.sheet, one.header.first)):
            if len(title) <= 80 and not _AS_AT.search(heading(title)) and periods.as_at(title) is None:
                return title
    return chosen[0].sheet.name if chosen else ""


def _orders(seen: Sequence[Seen], taken: dict[str, tuple[str, str]], known: Mapping | None) -> tuple[str, str]:
    """How days are written, and when quarters begin; ``asked``, where cells read two ways and nothing settles it."""
    shows: Counter[str] = Counter()
    quarters = False
    for one in seen:
        if taken.get(one.sheet.name, ("no", ""))[0] == "no":
            continue
        dated = [(c.column, m) for c, m in zip(one.header.headings, one.columns, strict=True) if _dated(m)]
        for column, means in dated:
            values = set(one.sheet.column(column, one.header.last + 1))
            for value in values:
                if not isinstance(value, str) or len(value) > 60:
                    continue
                if means.means in ("status", "reached") or dating.order_shown(value) is None:
                    value = periods.numbers_in(value) or value
                if order := dating.order_shown(value):
                    shows[order] += 1
                found = dating.when(value, "day-first")
                quarters = quarters or (isinstance(found, dating.Refused) and found.asks == "quarters")
    dates = ""
    if shows:
        only_day, only_month = shows["day-first"], shows["month-first"]
        if known is not None and known.dates and known.dates != "asked":
            dates = known.dates
        elif only_day and not only_month:
            dates = "day-first"
        elif only_month and not only_day:
            dates = "month-first"
        else:
            dates = "asked"
    elif known is not None:
        dates = known.dates
    before = known.quarters if known is not None else ""
    return dates, (before or ("asked" if quarters else ""))


def _dated(column: ColumnMeaning) -> bool:
    days = ("began", "planned", "as at", "since", "status", "reached")
    return column.means in days or column.suggested.startswith(days)


def _called(name: str) -> str:
    """What a mapping is called by the name of its file, without days, months and versions."""
    text = re.sub(r"[_\-.]+", " ", PurePath(name).stem)
    text = re.sub(
        r"\b(v(ersion)? ?\d+|final|copy|draft|updated?|as at|as of|\d[\d ]*(st|nd|rd|th)?)\b", " ", text, flags=re.I
    )
    text = re.sub(rf"\b({dating.MONTH})\d*\b", " ", text, flags=re.I)
    return " ".join(re.sub(r"[^\w ]", " ", text).split()).lower()[:60] or "tracker"
