"""What the rows of a tracker state, cell by cell."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import polars as pl

from takeroot.errors import Fault, quoted
from takeroot.exchange.tracker import dating, periods
from takeroot.exchange.tracker.dating import Refused, Span
from takeroot.exchange.tracker.gathering import Column, Gathered, Row
from takeroot.exchange.tracker.mapping import ColourMeaning, Mapping, WordMeaning
from takeroot.exchange.tracker.placing import Placed
from takeroot.exchange.tracker.questions import Choice, Question
from takeroot.exchange.tracker.sheets import Cell, Value
from takeroot.exchange.tracker.standing import Dated, From, Held, Told, rank, standing
from takeroot.exchange.tracker.statements import Noted, Planned, Statements
from takeroot.exchange.tracker.words import STAGES, STRUCK, YES, parted, plain
from takeroot.exchange.tracker.workbook import UNVALUED
from takeroot.vocabulary.stages import Stage

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: Faults listed for one column of one sheet before the rest are only counted.
LISTED = 50
_ABOUT_SITES = ("organisation", "region", "wave", "kind", "contact", "part_of")
_ENDINGS = (Stage.STOPPED, Stage.PAUSED, Stage.DECLINED)
_NUMBER = re.compile(r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(%?)")
_MOVED = (
    Choice("now", "what the tracker says now"),
    Choice("before", "what the record says"),
    Choice("both", "both: it began twice"),
)


class _Gatherer:
    """Where gathering stands: the statements so far, and what is needed to read a cell."""

    def __init__(self, mapping: Mapping, where: str, said: Statements) -> None:
        self.mapping, self.where, self.said = mapping, where, said
        self.means = {one.means for one in mapping.columns}
        self.dates, self.quarters = mapping.order, mapping.first_quarter
        self.dated: dict[tuple[str, str], list[tuple[date, Dated]]] = defaultdict(list)
        self.told: dict[str, list[Told]] = defaultdict(list)
        self._words: dict[tuple[str, str], WordMeaning | None] = {}
        self._count: Counter[tuple[str, str]] = Counter()

    def word(self, said: str, column: str = "") -> WordMeaning | None:
        """What a word means under this heading, looked up once."""
        if (said, column) not in self._words:
            self._words[said, column] = self.mapping.word(said, column)
        return self._words[said, column]

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
                if cell.error == UNVALUED:
                    says = f"the cell {cell.name} holds {UNVALUED}; open it in a spreadsheet program and save it there"
                self.fault(row, column.means.heading, says, cell.error)
            else:
                self._cell(row, site, column, cell)
        if row.section and row.section[0] not in self.means:
            self.said.about[site].setdefault(*row.section)
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
        elif means == "value":
            day = row.as_at
            on = day.replace(day=1) if day == dating.month_end(day) else day
            self._value(row, site, column, cell, on, column.means.name or heading)
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
        if isinstance(cell.value, str) and isinstance(found, Span) and cell.value.endswith(")"):
            self._note(row, site, heading, cell.text, heading)
        if isinstance(found, Refused):
            word = parted(cell.text)[0]
            known = self.word(cell.text, heading)
            day = periods.day_in(cell.text, self.dates) if word in YES and means.means == "began" else None
            if day is not None:
                return self._happened(row, site, column, stage, day, cell, self._reason_of(row, stage))
            if means.means == "began" and (word in YES or (known is not None and known.means != "asked")):
                return  # a snapshot without a day
            self.fault(row, heading, found.says, cell.text)
        elif means.means == "planned":
            self.said.plans[site].append(Planned(stage, found.last, row.as_at, at))
        else:
            self._happened(row, site, column, stage, found, cell, self._reason_of(row, stage))

    def _happened(
        self, row: Row, site: str, column: Column, stage: Stage, found: Span, cell: Cell, reason: str = ""
    ) -> None:
        """A day on which a stage began; one to come is a plan or a mistake, as somebody says."""
        heading = column.means.heading
        at = From(row.sheet.name, row.row, heading)
        if found.on <= row.as_at:
            self.dated[site, heading].append((row.as_at, Dated(stage, found, at, reason)))
        elif column.means.later == "plan":
            self.said.plans[site].append(Planned(stage, found.last, row.as_at, at))
        else:
            what = "so it can not have happened"
            if column.means.later == "asked":
                self.said.later[heading] += 1
                what = "and it is asked whether it is a plan"
            says = f"{found.on:%-d %b %Y} comes after the day the sheet speaks of ({row.as_at:%-d %b %Y}), {what}"
            self.fault(row, heading, says, cell.text)

    def _reason(self, row: Row) -> str:
        return "; ".join(
            cell.text
            for _, cell in row.cells("reason")
            if plain(cell.text) not in dating.NOTHING and not cell.error and cell.value is not None
        )

    def _reason_of(self, row: Row, stage: Stage) -> str:
        return self._reason(row) if stage in _ENDINGS else ""

    def _snapshot(self, row: Row, site: str, reason: str) -> None:
        """What the row says of the day of its sheet: by a word, else by what was reached, else by a colour."""
        told = self._worded(row, site) or self._reached(row, site) or self._coloured(row)
        struck = self._struck(row)
        if struck is not None and (told is None or told.stage not in _ENDINGS):
            used = told is not None and told.stage.ever_used
            told = replace(struck, before_use=None) if used else struck
        if told is not None:
            self._tell(row, site, replace(told, reason=reason or told.reason))
        elif reason and not any(one.at.row == row.row and one.reason for _, one in self._dated_of(site)):
            self._note(row, site, "Reason", reason, "reason")

    def _struck(self, row: Row) -> Told | None:
        """What it says of a site that its name is struck through."""
        column = next((one for one in row.columns if (row.row, one.at) in row.sheet.struck), None)
        if column is None or column.means.means not in ("site", "code", "ods_code"):
            return None
        word = self.word(STRUCK)
        at = From(row.sheet.name, row.row, column.means.heading)
        if word is None or word.means == "asked":
            self.fault(row, column.means.heading, "it is asked what it means that the name is struck through")
        elif word.means != "nothing":
            return _said(word, row.as_at, at, STRUCK)
        return None

    def _dated_of(self, site: str) -> Iterator[tuple[date, Dated]]:
        return (pair for (s, _), pairs in self.dated.items() if s == site for pair in pairs)

    def _tell(self, row: Row, site: str, told: Told) -> None:
        same = next((one for one in self.told[site] if one.on == told.on), None)
        if same is None:
            self.told[site].append(told)
        elif same.stage != told.stage:
            first = f"row {same.at.row:,} of the same site says {same.stage.label}"
            says = f"{first}, and this one {told.stage.label}; the first was taken"
            self.fault(row, told.at.column, says, told.word)

    def _worded(self, row: Row, site: str) -> Told | None:
        first: Told | None = None
        for column, cell in row.cells("status", "began"):
            status, heading = column.means.means == "status", column.means.heading
            if cell.value is None or cell.error or (not status and not isinstance(cell.value, str)):
                continue
            word = self.word(cell.text)
            if word is None or word.means == "asked":
                if status:
                    says = "it is asked" if word is not None else "it is not known"
                    self.fault(row, heading, f"{says} what {quoted(cell.text)} means", cell.text)
                continue
            at = From(row.sheet.name, row.row, heading)
            beside = (
                parted(cell.text)[1] if isinstance(cell.value, str) and plain(cell.text) != plain(word.word) else ""
            )
            if word.means == "nothing":
                if beside:
                    self._note(row, site, heading, cell.text, heading)
                continue
            told = _said(word, row.as_at, at, cell.text)
            if status and self._since(row, site, told):
                continue
            if beside and status:
                since = self._beside(row, site, column, cell, told, beside)
                if since is None:
                    continue
                told = since
            first = told if first is None or (status and rank(told.stage) > rank(first.stage)) else first
        return first

    def _since(self, row: Row, site: str, told: Told) -> bool:
        """Whether a column says since when the site stands as its status says; the day is then taken."""
        for column, cell in row.cells("since"):
            found = dating.when(cell.value, self.dates, self.quarters)
            if isinstance(found, Refused):
                self.fault(row, column.means.heading, found.says, cell.text)
            elif found is not None:
                stage = told.stage
                if told.before_use is not None and not any(one.stage.ever_used for _, one in self._dated_of(site)):
                    stage = told.before_use
                    self.said.unused[told.word, stage].append(site)
                self._happened(row, site, column, stage, found, cell, self._reason_of(row, stage))
                return found.on <= row.as_at
        return False

    def _beside(self, row: Row, site: str, column: Column, cell: Cell, told: Told, beside: str) -> Told | None:
        """What is written beside the word of a status: the day since when, and why; all of it is kept as a note."""
        dated = told.stage.ever_used or told.stage is Stage.DECLINED
        day = periods.day_in(beside, self.dates) if dated else None
        own = any(
            one.means.stage is told.stage and cell.value is not None and not isinstance(cell.value, str)
            for one, cell in row.cells("began")
        )
        if told.stage in _ENDINGS:
            told = replace(told, reason=periods.without_day(beside))
        if not told.reason or day is None:
            self._note(row, site, column.means.heading, cell.text, column.means.heading)
        if day is None or own:
            return told
        self._happened(row, site, column, told.stage, day, cell, told.reason)
        return replace(told, reason="") if day.on <= row.as_at else None

    def _reached(self, row: Row, site: str) -> Told | None:
        """The furthest stage that a tick says was reached; a tick in place of a day says so too."""
        found: list[Told] = []
        for column, cell in row.cells("reached", "began"):
            stage = column.means.stage
            if stage is None or cell.error or cell.value is None:
                continue
            at = From(row.sheet.name, row.row, column.means.heading)
            told = Told(row.as_at, stage, None, "", "", at, cell.text, reached=True)
            if column.means.means == "began":
                if plain(cell.text) in YES and not isinstance(cell.value, int | float):
                    found.append(told)
                continue
            day = Span(cell.value) if isinstance(cell.value, date) and not isinstance(cell.value, datetime) else None
            if day is None and isinstance(cell.value, str):
                day = periods.day_in(cell.value, self.dates)
            word = self.word(cell.text, column.means.heading) if not isinstance(cell.value, date) else None
            if day is not None and (word is None or word.means != "nothing"):
                self._happened(row, site, column, stage, day, cell)
            elif word is None or word.means == "asked":
                self.fault(row, column.means.heading, f"it is asked what {quoted(cell.text)} means here", cell.text)
            elif word.means != "nothing":
                found.append(replace(told, stage=STAGES[word.means]))
        return max(found, key=lambda one: rank(one.stage), default=None)

    def _coloured(self, row: Row) -> Told | None:
        """What the first colour of the row with a meaning says."""
        for column in row.columns if row.sheet.colours else ():
            colour = row.sheet.cell(row.row, column.at).colour
            meant = self.mapping.colour(colour) if colour else None
            if meant is not None and meant.means not in ("nothing", "asked"):
                at = From(row.sheet.name, row.row, column.means.heading)
                return _said(meant, row.as_at, at, f"the colour {colour}")
        return None

    def _monthly(self, row: Row, site: str) -> None:
        """What stands below months: where the site stood at their ends, and values."""
        for column, cell in row.cells("status in month", "value in month"):
            month = periods.month_of_heading(column.means.heading, column.heading.value)
            heading = column.means.heading
            if month is None or cell.error:
                continue
            if column.means.means == "value in month":
                self._value(row, site, column, cell, month, column.means.name)
                continue
            day = min(dating.month_end(month), row.as_at)
            if month > row.as_at:
                if cell.value is not None:
                    self.fault(row, heading, "the month comes after the day the sheet speaks of", cell.text)
                continue
            meant: WordMeaning | ColourMeaning | None = self.word(cell.text) if cell.value is not None else None
            if cell.value is None and cell.colour:
                meant = self.mapping.colour(cell.colour)
            at = From(row.sheet.name, row.row, heading)
            self.said.days.add(day)
            if meant is not None and meant.means not in ("nothing", "asked"):
                self._tell(row, site, _said(meant, day, at, cell.text or f"the colour {cell.colour}"))
            elif cell.value is not None and (meant is None or meant.means == "asked"):
                self.fault(row, heading, f"it is asked what {quoted(cell.text)} means", cell.text)

    def _value(self, row: Row, site: str, column: Column, cell: Cell, on: date, measure: str) -> None:
        if cell.value is None or plain(cell.text) in dating.NOTHING:
            return
        number = _number(cell.value)
        heading = column.means.heading
        if number is None:
            self.fault(row, heading, f"a number is needed, found {quoted(cell.text)}", cell.text)
        elif not measure:
            self.fault(row, heading, "it is asked which measure this is", cell.text)
        else:
            at = From(row.sheet.name, row.row, heading)
            self.said.values[measure, site, on] = (number, at)


def _said(meant: WordMeaning | ColourMeaning, on: date, at: From, word: str) -> Told:
    """What a word or a colour with a stage says of a day."""
    return Told(on, STAGES[meant.means], meant.before_use, meant.reason_kind, "", at, word)


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
        for word, stage in one.unused:
            said.unused[word, stage].append(site)
        for day in one.first:
            said.first[day].append(site)
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
        held[row["site"]].append(Held(STAGES[row["stage"]], span, row["id"], row["reason"] or ""))
    return held


def _number(value: Value) -> float | None:
    """A number, as such or as text with commas between thousands; per cent as a spreadsheet holds them, 45% as 0.45."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if value == value and abs(value) != float("inf") else None
    if isinstance(value, str) and (match := _NUMBER.fullmatch(value.strip())):
        number = float(match[1].replace(",", ""))
        return round(number / 100, 12) if match[2] else number
    return None
