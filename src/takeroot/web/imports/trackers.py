"""A team's tracker on its way in: what it was taken to mean, what has to be asked, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping as Answers
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from takeroot.errors import FaultyInput
from takeroot.exchange import tracker as trackers
from takeroot.exchange.tracker.colours import colour_name
from takeroot.exchange.tracker.mapping import Mapping, SheetPart
from takeroot.exchange.tracker.questions import Question
from takeroot.exchange.tracker.words import STRUCK
from takeroot.vocabulary import files
from takeroot.vocabulary.programme import Programme as Record
from takeroot.vocabulary.tables import TABLES
from takeroot.web.imports import reading, uploads
from takeroot.web.imports.taken import Incoming, Taken
from takeroot.web.models import Batch
from takeroot.web.scope import Scope

#: So many rows and columns of a sheet are shown as they were read; so many questions stand on the page.
ROWS, COLUMNS, QUESTIONS = 10, 14, 400
#: Answers that need a day beside them, and what they say.
MOVED = (("renamed from", "this is {}, under a new name since"), ("merged into", "it merged into {} on"))


@dataclass(frozen=True)
class Field:
    """A question as a form has it.

    Parameters
    ----------
    number
        Its place in the form.
    question
        What is asked, and why it is thought.
    value, day
        What stands in its field, and in that for a day beside it.
    choices
        The answers there are: value, label.
    moves
        Whether some of them need a day.
    """

    number: int
    question: Question
    value: str
    choices: tuple[tuple[str, str], ...]
    day: str = ""
    moves: bool = False

    @property
    def kind(self) -> str:
        """The kind of its field, where it is answered in words."""
        return "date" if self.question.key.startswith("as_at:") else "text"

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The choices, with what stands there now even if it is none of them."""
        known = {value for value, _ in self.choices}
        return [*self.choices, *([(self.value, self.value)] if self.value and self.value not in known else [])]


@dataclass(frozen=True)
class Shown:
    """A sheet as it was read: the first of its rows, those of its header marked, and the colours of its cells."""

    name: str
    why: str
    taken: bool
    rows: tuple[tuple[int, bool, tuple[tuple[str, str], ...]], ...]
    more: int
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """Everything that is asked of a tracker on one page: what is open, and what may be put otherwise."""

    open: tuple[Field, ...]
    settled: tuple[Field, ...]
    sheets: tuple[Shown, ...]
    counts: dict[str, int]
    more: int = 0


def taken_of(batch: Batch) -> Taken:
    """What a tracker holds for the record; asks for its meaning, where that is not clear."""
    found = _taken(batch, batch.answers.get("meaning", {}))[1]
    if any(question.open for question in found.questions):
        return Taken({}, asks=("meaning",))
    parts = [_of_table(batch, name, frame) for name, frame in found.frames.items()]
    faults = tuple(fault for part in parts for fault in part.faults)
    rows = found.rows.filter(pl.col("what") == "left out")
    left = [
        f"{batch.file_name}, sheet '{sheet}', row {row:,} is left out: {says}."
        for sheet, row, says in rows.select("sheet", "row", "says").head(reading.LISTED).iter_rows()
    ]
    return Taken(
        {name: one for part in parts for name, one in part.incoming.items()},
        (*found.faults, *faults),
        {name: count for part in parts for name, count in part.refused.items()},
        remarks=(*found.remarks, *left),
        keep_where_empty=True,
        replaced=found.replaced,
        mapping=found.mapping.model_dump_json(),
    )


def remembered(batch: Batch, taken: Taken) -> str:
    """mappings.yaml of the programme, with what this tracker was taken to mean."""
    return _mappings(batch).with_mapping(Mapping.model_validate_json(taken.mapping)).text()


def asked(batch: Batch, typed: Answers[str, str] | None = None) -> Asked:
    """What is asked of a tracker: also what could only be asked once the rest is answered as it is suggested."""
    answers = batch.answers.get("meaning", {})
    tracker, found = _taken(batch, answers)
    questions = {one.key: one for one in found.questions}
    likely = {one.key: one.suggested for one in found.questions if one.open and one.suggested}
    if likely:
        for one in _taken(batch, answers | likely)[1].questions:
            questions.setdefault(one.key, one)
    settled = [one for one in found.mapping.questions if not one.open]
    ordered = [one for one in questions.values() if one.open]
    shown = [*ordered, *settled][:QUESTIONS]
    fields = [_field(number, one, typed) for number, one in enumerate(shown)]
    return Asked(
        tuple(fields[: len(ordered)]),
        tuple(fields[len(ordered) :]),
        tuple(_shown(tracker.sheet(part.sheet), part) for part in found.mapping.sheets),
        found.counts,
        len(ordered) + len(settled) - len(shown),
    )


def answered(batch: Batch, sent: Answers[str, str]) -> dict[str, str]:
    """What somebody answered in the form of a tracker, by the keys of the questions.

    Raises
    ------
    FaultyInput
        With a sentence for each answer that can not be taken.
    """
    answers: dict[str, str] = {}
    for number in range(QUESTIONS):
        key, value = sent.get(f"key{number}", ""), sent.get(f"answer{number}", "").strip()
        if not key or not value:
            continue
        if value.startswith(tuple(word for word, _ in MOVED)):
            value = f"{value} on {sent.get(f'day{number}', '').strip()}"
        answers[key] = value
    before = batch.answers.get("meaning", {})
    _suggested(batch).with_answers(answers)
    return {**before, **answers}


def _taken(batch: Batch, answers: Answers[str, str]) -> tuple[trackers.Tracker, trackers.Taken]:
    """The tracker as it was read, and what it comes to by these answers."""
    tracker, record = _read(batch), _record(batch)
    mapping = trackers.suggest(tracker, record, _mappings(batch))
    try:
        mapping = mapping.with_answers(answers)
    except FaultyInput:  # what is remembered changed since: each answer that still fits
        for key, answer in answers.items():
            with suppress(FaultyInput):
                mapping = mapping.with_answers({key: answer})
    return tracker, trackers.take(tracker, mapping, record)


def _suggested(batch: Batch) -> Mapping:
    return trackers.suggest(_read(batch), _record(batch), _mappings(batch))


def _read(batch: Batch) -> trackers.Tracker:
    return trackers.read_bytes(batch.file_name, uploads.sent(batch.kept_as))


def _record(batch: Batch) -> Record:
    return batch.programme.read(Scope.everything())


def _mappings(batch: Batch) -> trackers.Mappings:
    return (
        trackers.Mappings.read(batch.programme.mappings.encode()) if batch.programme.mappings else trackers.Mappings()
    )


def _of_table(batch: Batch, name: str, frame: pl.DataFrame) -> Taken:
    """The rows of one table through its door, sheet by sheet."""
    table, parts = TABLES[name], []
    further = reading.kinds(batch.programme.covariates) if table.open else None
    for sheet in frame["_sheet"].unique(maintain_order=True):
        rows = frame.filter(pl.col("_sheet").eq_missing(sheet))
        where = f"{batch.file_name}, sheet '{sheet}'" if sheet else batch.file_name
        numbers = rows["_row"].cast(pl.UInt32).fill_null(0).alias("row")
        raw = files.Sheet(name, where, rows.drop("_sheet", "_row"), numbers)
        parts.append(reading.of_sheet(table, raw, None, further))
    incoming = [part.incoming[name] for part in parts if name in part.incoming]
    taken = Taken({}, tuple(fault for part in parts for fault in part.faults))
    taken = replace(taken, refused={name: sum(part.refused.get(name, 0) for part in parts)})
    if not incoming:
        return taken
    where = incoming[0].where if len(incoming) == 1 else batch.file_name
    whole = pl.concat([one.frame for one in incoming], how="vertical_relaxed")
    return replace(taken, incoming={name: Incoming(table, whole, pl.concat([one.rows for one in incoming]), where)})


def _field(number: int, question: Question, typed: Answers[str, str] | None) -> Field:
    value = question.answer or question.suggested
    day = ""
    if typed is not None and typed.get(f"key{number}") == question.key:
        value, day = typed.get(f"answer{number}", ""), typed.get(f"day{number}", "")
    choices = tuple((choice.answer, choice.says) for choice in question.choices)
    near = [choice.answer.removeprefix("site: ") for choice in question.choices if choice.answer.startswith("site: ")]
    moved = tuple((f"{word} {site}", says.format(site)) for site in near for word, says in MOVED)
    return Field(number, question, value, (*choices, *moved), day, bool(moved))


def _shown(sheet: trackers.Sheet, part: SheetPart) -> Shown:
    first = max(1, part.first_header - 3)
    rows = []
    for row in range(first, min(sheet.height, first + ROWS + part.last_header - part.first_header) + 1):
        cells = [sheet.cell(row, column) for column in range(1, min(sheet.width, COLUMNS) + 1)]
        said = tuple((cell.text[:80], _looks(sheet, cell)) for cell in cells)
        rows.append((row, part.first_header <= row <= part.last_header, said))
    return Shown(part.sheet, part.why, part.take != "no", tuple(rows), max(0, sheet.height - ROWS), part.left_out[:20])


def _looks(sheet: trackers.Sheet, cell: trackers.Cell) -> str:
    """How a cell looks: its colour, and whether its text is struck through."""
    struck = STRUCK if (cell.row, cell.column) in sheet.struck else ""
    return ", ".join(one for one in (colour_name(cell.colour) if cell.colour else "", struck) if one)


def named(counts: Answers[str, int]) -> list[tuple[str, Any]]:
    """What became of the rows of a tracker, as pairs."""
    return [(name, f"{count:,}") for name, count in counts.items() if count]
