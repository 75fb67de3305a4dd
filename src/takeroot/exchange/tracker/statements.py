"""What the rows of a tracker state: of sites, stages, plans, values and notes, and what of it could not be read."""

# ruff: noqa: E501  (patterns and sentences stand in one line each)

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from takeroot.errors import Fault, quoted
from takeroot.exchange.tracker import dating
from takeroot.exchange.tracker.dating import Refused, Span
from takeroot.exchange.tracker.gathering import Column, Gathered, Row
from takeroot.exchange.tracker.mapping import Mapping
from takeroot.exchange.tracker.placing import Placed
from takeroot.exchange.tracker.questions import Choice, Question
from takeroot.exchange.tracker.sheets import Cell, Value
from takeroot.exchange.tracker.standing import Dated, From, Held, Standing, Told, standing
from takeroot.exchange.tracker.words import YES, plain
from takeroot.vocabulary.stages import Stage

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: Faults listed for one column of one sheet before the rest are only counted.
LISTED = 50
_ABOUT_SITES = ("organisation", "region", "wave", "kind", "contact", "part_of")
#: Stages by their word.
_STAGES = {stage.value: stage for stage in Stage}
_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d+(\.\d+)?")
_MOVED = (
    Choice("now", "what the tracker says now"),
    Choice("before", "what the record says"),
    Choice("both", "both: it began twice"),
)


@dataclass(frozen=True)
class Planned:
    """A day by which a stage is planned."""

    stage: Stage
    due: date
    set_on: date
    at: From


@dataclass(frozen=True)
class Noted:
    """A note on a site."""

    on: date
    title: str
    text: str
    at: From


@dataclass
class Statements:
    """Everything that is stated, by site.

    Parameters
    ----------
    about
        What is said of sites: by site and column of the table; later sheets have the last word.
    standing, plans, notes, values
        By site; values by site, measure and month.
    days
        The days of snapshots that stand in columns.
    later
        How many days come after the tracker's own, by the heading of their column, where that has to be asked.
    """

    about: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    come_from: dict[str, From] = field(default_factory=dict)
    standing: dict[str, Standing] = field(default_factory=dict)
    plans: dict[str, list[Planned]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, list[Noted]] = field(default_factory=lambda: defaultdict(list))
    values: dict[tuple[str, str, date], tuple[float, From]] = field(default_factory=dict)
    days: set[date] = field(default_factory=set)
    later: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    confirmed: int = 0


class _Gatherer:
    """Where gathering stands: the statements so far, and what is needed to read a cell."""

    def __init__(self, mapping: Mapping, where: str, said: Statements) -> None:
        self.mapping, self.where, self.said = mapping, where, said
        self.dates = mapping.dates if mapping.dates in ("day-first", "month-first") else None
        self.quarters = mapping.quarters if mapping.quarters in ("calendar", "financial") else None
        self.dated: dict[tuple[str, str], list[tuple[date, Dated]]] = defaultdict(list)
        self.told: dict[str, list[Told]] = defaultdict(list)
        self._count: Counter[tuple[str, str]] = Counter()

    def fault(self, row: Row, column: str | None, says: str, found: str | None = None) -> None:
        """Note what could not be read; of very many in one column, the rest are counted at the end."""
        self._count[row.sheet.name, column or ""] += 1
        if self._count[row.sheet.name, column or ""] <= LISTED:
            self.said.faults.append(
                Fault(says, f"{self.where}, sheet {quoted(row.sheet.name)}", row.row, column, found)
            )

    def more(self) -> None:
        """Say how many faults are not listed."""
        for (sheet, column), count in self._count.items():
            if count > LISTED:
                more = count - LISTED
                where = f"{self.where}, sheet {quoted(sheet)}"
                self.said.faults.append(
                    Fault(f"{more:,} more cells are at fault", where, None, column or None, more=more)
                )

    def of_row(self, row: Row, site: str) -> None:
        """Everything one row states."""
        self.said.come_from[site] = From(row.sheet.name, row.row, "")
        for column in row.columns:
            cell = row.sheet.cell(row.row, column.at)
            if cell.error and column.means.means != "ignored":
                says = f"the cell {cell.name} shows {cell.error}; correct it, or empty the cell"
                self.fault(row, column.means.heading, says, cell.error)
            else:
                self._cell(row, site, column, cell)
        reason = self._reason(row)
        self._snapshot(row, site, reason)
        self._monthly(row, site)

    def _cell(self, row: Row, site: str, column: Column, cell: Cell) -> None:
        means, heading = column.means.means, column.means.heading
        if cell.comment:
            self._note(row, site, f"Comment on {heading}", cell.comment, heading)
        if cell.value is None:
            return
        if means in _ABOUT_SITES:
            self.said.about[site][means] = cell.text
        elif means in ("size", "eligible_people"):
            number = _number(cell.value)
            if number is None or number < 0 or (means == "eligible_people" and number != int(number)):
                if plain(cell.text) not in dating.NOTHING:
                    what = "a whole number of people" if means == "eligible_people" else "a number"
                    self.fault(row, heading, f"{what} is needed, found {quoted(cell.text)}", cell.text)
            else:
                self.said.about[site][means] = int(number) if means == "eligible_people" else number
        elif means == "eligible":
            self._eligible(row, site, heading, cell)
        elif means == "kept":
            self.said.about[site][column.means.name or heading] = cell.value
        elif means == "note":
            self._note(row, site, heading, cell.text, heading)
        elif means in ("began", "planned"):
            self._day(row, site, column, cell)

    def _eligible(self, row: Row, site: str, heading: str, cell: Cell) -> None:
        word = plain(cell.text)
        if word in ("yes", "y", "true", "1", "x", "✓", "eligible", "in scope"):
            self.said.about[site]["eligible"] = True
        elif word in ("no", "n", "false", "0", "not eligible", "ineligible", "out of scope"):
            self.said.about[site]["eligible"] = False
        elif word not in dating.NOTHING:
            self.fault(row, heading, f"yes or no is needed, found {quoted(cell.text)}", cell.text)

    def _note(self, row: Row, site: str, title: str, text: str, heading: str) -> None:
        if plain(text) not in dating.NOTHING:
            self.said.notes[site].append(Noted(row.as_at, title[:200], text, From(row.sheet.name, row.row, heading)))

    def _day(self, row: Row, site: str, column: Column, cell: Cell) -> None:
        """A day of a stage: begun, or planned; or a word in its place."""
        means, stage, heading = column.means, column.means.stage, column.means.heading
        found = dating.when(cell.value, self.dates, self.quarters)
        at = From(row.sheet.name, row.row, heading)
        if stage is None or found is None:
            return
        if isinstance(found, Refused):
            word = plain(cell.text)
            known = self.mapping.word(cell.text, heading)
            if means.means == "began" and (word in YES or (known is not None and known.means != "asked")):
                return  # a snapshot without a day
            self.fault(row, heading, found.says, cell.text)
        elif means.means == "planned":
            self.said.plans[site].append(Planned(stage, found.last, row.as_at, at))
        elif found.on > row.as_at:
            if means.later == "plan":
                self.said.plans[site].append(Planned(stage, found.last, row.as_at, at))
            elif means.later == "asked":
                self.said.later[heading] += 1
                says = f"{found.on:%-d %b %Y} comes after the day the sheet speaks of ({row.as_at:%-d %b %Y}); it is asked whether it is a plan"
                self.fault(row, heading, says, cell.text)
            else:
                says = f"{found.on:%-d %b %Y} comes after the day the sheet speaks of ({row.as_at:%-d %b %Y}), so it can not have happened"
                self.fault(row, heading, says, cell.text)
        else:
            self.dated[site, heading].append((row.as_at, Dated(stage, found, at, self._reason_of(row, stage))))

    def _reason(self, row: Row) -> str:
        return "; ".join(
            cell.text
            for _, cell in row.cells("reason")
            if plain(cell.text) not in dating.NOTHING and not cell.error and cell.value is not None
        )

    def _reason_of(self, row: Row, stage: Stage) -> str:
        return self._reason(row) if stage in (Stage.STOPPED, Stage.PAUSED, Stage.DECLINED) else ""

    def _snapshot(self, row: Row, site: str, reason: str) -> None:
        """What the row says of the day of its sheet: by a word, else by what was reached, else by a colour."""
        found = self._worded(row) or self._reached(row, site) or self._coloured(row)
        if found is None:
            if reason and not any(
                one.at.row == row.row and one.reason
                for (s, _), all_ in self.dated.items()
                if s == site
                for _, one in all_
            ):
                self._note(row, site, "Reason", reason, "reason")
            return
        stage, before, kind, at, word = found
        told = Told(row.as_at, stage, before, kind, reason, at, word)
        self._tell(row, site, told)

    def _tell(self, row: Row, site: str, told: Told) -> None:
        same = next((one for one in self.told[site] if one.on == told.on), None)
        if same is None:
            self.told[site].append(told)
        elif same.stage != told.stage:
            says = f"row {same.at.row:,} of the same site says {same.stage.label}, and this one {told.stage.label}; the first was taken"
            self.fault(row, told.at.column, says, told.word)

    def _worded(self, row: Row) -> tuple[Stage, Stage | None, str, From, str] | None:
        first = None
        for column, cell in row.cells("status", "began"):
            if column.means.means == "began" and not isinstance(cell.value, str):
                continue
            if cell.value is None or cell.error:
                continue
            word = self.mapping.word(cell.text)
            if word is None or word.means == "asked":
                if column.means.means == "status" and word is None:
                    self.fault(row, column.means.heading, f"it is not known what {quoted(cell.text)} means", cell.text)
                elif column.means.means == "status":
                    self.fault(row, column.means.heading, f"it is asked what {quoted(cell.text)} means", cell.text)
                continue
            if word.means == "nothing":
                continue
            told = (
                _STAGES[word.means],
                word.before_use,
                word.reason_kind,
                From(row.sheet.name, row.row, column.means.heading),
                cell.text,
            )
            if first is None:
                first = told
            elif column.means.means == "status" and first[0] != told[0]:
                first = self._further(first, told)
        return first

    @staticmethod
    def _further(one: Any, other: Any) -> Any:
        order = list(Stage)
        return max(one, other, key=lambda told: order.index(told[0]) if told[0] is not Stage.UNKNOWN else -1)

    def _reached(self, row: Row, site: str) -> tuple[Stage, Stage | None, str, From, str] | None:
        """The furthest stage that a tick says was reached; a tick in place of a day says so too."""
        order = list(Stage)
        found = []
        for column, cell in row.cells("reached", "began"):
            stage = column.means.stage
            if stage is None or cell.error or cell.value is None:
                continue
            word = self.mapping.word(cell.text, column.means.heading)
            at = From(row.sheet.name, row.row, column.means.heading)
            if column.means.means == "began":
                if plain(cell.text) in YES and not isinstance(cell.value, int | float):
                    found.append((stage, None, "", at, cell.text))
            elif isinstance(cell.value, date) and not isinstance(cell.value, datetime):
                if cell.value <= row.as_at:
                    self.dated[site, column.means.heading].append((row.as_at, Dated(stage, Span(cell.value), at)))
                else:
                    self.fault(row, column.means.heading, "the day comes after the day the sheet speaks of", cell.text)
            elif word is None or word.means == "asked":
                self.fault(row, column.means.heading, f"it is asked what {quoted(cell.text)} means here", cell.text)
            elif word.means != "nothing":
                found.append((_STAGES[word.means], None, "", at, cell.text))
        return max(found, key=lambda one: order.index(one[0]), default=None)

    def _coloured(self, row: Row) -> tuple[Stage, Stage | None, str, From, str] | None:
        """What the first colour of the row with a meaning says."""
        for column in row.columns:
            colour = row.sheet.cell(row.row, column.at).colour
            meant = self.mapping.colour(colour) if colour else None
            if meant is not None and meant.means not in ("nothing", "asked"):
                at = From(row.sheet.name, row.row, column.means.heading)
                return _STAGES[meant.means], None, "", at, f"the colour {colour}"
        return None

    def _monthly(self, row: Row, site: str) -> None:
        """What stands below months: where the site stood at their ends, and values."""
        for column, cell in row.cells("status in month", "value in month"):
            month = dating.month_of(column.heading.value) or dating.month_of(
                column.means.heading.rpartition("/")[2].strip()
            )
            heading = column.means.heading
            if month is None or cell.error:
                continue
            if column.means.means == "value in month":
                self._value(row, site, column, cell, month)
                continue
            day = min(dating.month_end(month), row.as_at)
            if month > row.as_at:
                if cell.value is not None:
                    self.fault(row, heading, "the month comes after the day the sheet speaks of", cell.text)
                continue
            word = self.mapping.word(cell.text) if cell.value is not None else None
            colour = self.mapping.colour(cell.colour) if cell.value is None and cell.colour else None
            at = From(row.sheet.name, row.row, heading)
            self.said.days.add(day)
            if word is not None and word.means not in ("nothing", "asked"):
                told = Told(day, _STAGES[word.means], word.before_use, word.reason_kind, "", at, cell.text)
                self._tell(row, site, told)
            elif colour is not None and colour.means not in ("nothing", "asked"):
                self._tell(row, site, Told(day, _STAGES[colour.means], None, "", "", at, f"the colour {cell.colour}"))
            elif cell.value is not None and (word is None or word.means == "asked"):
                self.fault(row, heading, f"it is asked what {quoted(cell.text)} means", cell.text)

    def _value(self, row: Row, site: str, column: Column, cell: Cell, month: date) -> None:
        if cell.value is None or plain(cell.text) in dating.NOTHING:
            return
        number = _number(cell.value)
        heading = column.means.heading
        if number is None:
            self.fault(row, heading, f"a number is needed, found {quoted(cell.text)}", cell.text)
        elif not column.means.name:
            self.fault(row, heading, "it is asked which measure this is", cell.text)
        else:
            at = From(row.sheet.name, row.row, heading)
            self.said.values[column.means.name, site, month] = (number, at)


def stated(found: Gathered, sites: Placed, mapping: Mapping, programme: Programme | None, where: str) -> Statements:
    """Everything that the rows state."""
    said = Statements()
    gatherer = _Gatherer(mapping, where, said)
    taken = [
        (row, fate[1]) for row, fate in zip(found.rows, sites.fates, strict=True) if fate[0] == "taken" and fate[1]
    ]
    for row, site in sorted(taken, key=lambda pair: pair[0].as_at):
        if site is not None:
            gatherer.of_row(row, site)
    held = _held(mapping, programme)
    days = sorted({*mapping.seen, *said.days, *(row.as_at for row, _ in taken)})
    by_row = {(row.sheet.name, row.row): row for row, _ in taken}
    dated: dict[str, list[Dated]] = defaultdict(list)
    for (site, _), all_ in gatherer.dated.items():
        last = max(as_at for as_at, _ in all_)
        dated[site] += dict.fromkeys(one for as_at, one in all_ if as_at == last)
    for site in dict.fromkeys([*dated, *gatherer.told]):
        one = standing(
            site,
            dated.get(site, []),
            gatherer.told.get(site, []),
            held.get(site, []),
            days,
            frozenset(mapping.seen),
            mapping.decided,
        )
        said.standing[site] = one
        said.confirmed += one.confirmed
        said.replaced += one.replaced
        for key, asks, _ in one.asked:
            choices = _MOVED if key.startswith("moved:") else _MOVED[:2]
            said.questions.append(Question(key, asks, choices))
        for says, at in one.faults:
            gatherer.fault(by_row[at.sheet, at.row], at.column, says)
        for reason, at in one.reasons_left:
            gatherer._note(by_row[at.sheet, at.row], site, "Reason", reason, at.column)
    gatherer.more()
    return said


def _held(mapping: Mapping, programme: Programme | None) -> dict[str, list[Held]]:
    """What the record holds from this source, by site."""
    held: dict[str, list[Held]] = defaultdict(list)
    if programme is None:
        return held
    ours = programme.stages.filter(pl.col("source") == mapping.name).sort("site", "on")
    for row in ours.iter_rows(named=True):
        span = Span(row["on"], row["on_before"], row["precision"])
        held[row["site"]].append(Held(_STAGES[row["stage"]], span, row["id"], row["reason"] or ""))
    return held


def _number(value: Value) -> float | None:
    """A number, as such or as text with commas between thousands."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if value == value and abs(value) != float("inf") else None
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value.replace(",", ""))
    return None
