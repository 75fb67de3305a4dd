"""A tracker into the tables: each row taken, asked about, at fault, or left out; nothing lost without a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from takeroot.errors import Fault, FaultyInput, quoted
from takeroot.exchange.tracker.asking import later_question
from takeroot.exchange.tracker.gathering import Gathered, gathered
from takeroot.exchange.tracker.mapping import Mapping
from takeroot.exchange.tracker.onto import onto
from takeroot.exchange.tracker.placing import Placed, placed
from takeroot.exchange.tracker.questions import SITE_CHOICES, Question
from takeroot.exchange.tracker.rows import DOUBTS
from takeroot.exchange.tracker.sheets import Tracker
from takeroot.exchange.tracker.statements import Statements
from takeroot.exchange.tracker.stating import stated
from takeroot.exchange.tracker.written import frames

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

ROWS = {"sheet": pl.String(), "row": pl.Int64(), "what": pl.String(), "site": pl.String(), "says": pl.String()}


@dataclass(frozen=True)
class Taken:
    """What a tracker comes to.

    Parameters
    ----------
    frames
        By the name of the table: what is new or says otherwise than the record. Only the columns that the tracker
        speaks of, and ``_sheet`` and ``_row``, where each row comes from.
    faults
        What could not be read: each refuses its own cell or its own row.
    questions
        What has to be asked, of the mapping and of sites.
    rows
        Every row of data, and what became of it: ``taken``, ``asked``, ``at fault`` or ``left out``.
    counts
        How many of each, and what was written and confirmed.
    replaced
        The ids of rows of the stages that the tracker now says more exactly, or that somebody said no longer hold.
    remarks
        What may be worth a look, in sentences.
    mapping
        The mapping as it is to be kept: it has seen this snapshot.
    """

    frames: dict[str, pl.DataFrame]
    faults: tuple[Fault, ...]
    questions: tuple[Question, ...]
    rows: pl.DataFrame
    counts: dict[str, int]
    replaced: tuple[str, ...]
    remarks: tuple[str, ...]
    mapping: Mapping

    def onto(self, programme: Programme | str) -> Programme:
        """The programme with what was taken, checked as a whole.

        Parameters
        ----------
        programme
            The programme, or the name of a new one.
        """
        return onto(programme, self.frames, self.replaced)


def take(tracker: Tracker, mapping: Mapping, programme: Programme | None = None) -> Taken:
    """What a tracker says, as rows of the tables.

    Parameters
    ----------
    tracker
        As it was read.
    mapping
        What its columns, words and colours mean: suggested for this file, with the answers that were given.
    programme
        What is known already, if anything is.

    Raises
    ------
    FaultyInput
        If the mapping is of another file.
    """
    names = {sheet.name for sheet in tracker.sheets}
    if not mapping.sheets or any(part.sheet not in names for part in mapping.sheets):
        says = "the mapping is of another file; suggest one for this file, with what is remembered"
        raise FaultyInput([Fault(says, tracker.name)])
    found = gathered(tracker, mapping)
    sites = placed(found.rows, mapping, programme)
    said = stated(found, sites, mapping, programme, tracker.name)
    made = frames(said, sites, mapping, programme)
    rows = _rows(found, sites)
    questions = (*mapping.open_questions, *_of_rows(found), *sites.questions, *_later(said), *said.questions)
    faults = sorted((*_of_sites(sites, tracker.name), *said.faults), key=lambda fault: fault.place)
    seen = {*mapping.seen, *(row.as_at for row in found.rows), *said.days}
    return Taken(
        made,
        tuple(faults),
        questions,
        rows,
        _counts(rows, made, said, sites),
        tuple(said.replaced),
        tuple(_remarks(tracker, rows, sites, said, mapping, programme)),
        mapping.model_copy(update={"seen": tuple(sorted(seen))}),
    )


def _rows(found: Gathered, sites: Placed) -> pl.DataFrame:
    """Every row, and what became of it."""
    rows: list[tuple[str, int, str, str | None, str]] = [
        (sheet, row, what, None, why) for sheet, row, what, why in found.others
    ]
    for number, row in enumerate(found.rows):
        what, site, says = sites.fates[number]
        rows.append((row.sheet.name, row.row, what, site, says))
    order = {sheet: n for n, sheet in enumerate(dict.fromkeys(row[0] for row in rows))}
    return pl.DataFrame(sorted(rows, key=lambda row: (order[row[0]], row[1])), schema=ROWS, orient="row")


def _of_rows(found: Gathered) -> list[Question]:
    """A question for each row that may or may not be a site."""
    names: dict[str, Question] = {}
    for part in found.others:
        if part[2] == "asked" and part[3] in DOUBTS:
            named = found_name(found, part[0], part[1])
            if named:
                why = part[3][0].upper() + part[3][1:]
                asks = f"Is {quoted(named)} in row {part[1]:,} of {quoted(part[0])} a site? {why}."
                names[named] = Question(f"site:{named}", asks, SITE_CHOICES, suggested="leave out")
    return list(names.values())


def found_name(found: Gathered, sheet: str, row: int) -> str:
    """What stands in the column of names."""
    for one, _, columns in found.sheets:
        if one.name == sheet:
            by = {column.means.means: column.at for column in reversed(columns)}
            at = by.get("site") or by.get("code") or by.get("ods_code") or 1
            return " ".join(one.text(row, at).split()) or next((c.text for c in one.cells(row) if c.text), "")
    return ""


def _later(said: Statements) -> list[Question]:
    return [later_question(column, count) for column, count in said.later.items()]


def _of_sites(sites: Placed, where: str) -> list[Fault]:
    return [Fault(says, f"{where}, sheet {quoted(sheet)}", row, column) for sheet, row, column, says in sites.faults]


def _counts(rows: pl.DataFrame, made: dict[str, pl.DataFrame], said: Statements, sites: Placed) -> dict[str, int]:
    what = Counter(rows["what"].to_list())
    counts = {"rows": rows.height, "taken": what["taken"], "asked": what["asked"], "at fault": what["at fault"]}
    counts |= {"left out": what["left out"], "sites known": len(sites.known), "sites new": len(sites.new)}
    counts |= {name: frame.height for name, frame in made.items() if name != "sites"}
    return counts | {"confirmed": said.confirmed}


def _remarks(
    tracker: Tracker,
    rows: pl.DataFrame,
    sites: Placed,
    said: Statements,
    mapping: Mapping,
    programme: Programme | None,
) -> list[str]:
    """What was done that a person may want otherwise."""
    remarks = list(tracker.remarks)
    if not rows.height:
        why = "; ".join(f"{quoted(part.sheet)}: {part.why}" for part in mapping.sheets)
        do = "A heading is needed above each column, such as Site, Status and Go live, with one row a site below"
        remarks.append(f"Nothing was found to take. {why}. {do}.")
    if people := [one.heading for one in mapping.columns if one.means == "ignored" and "people" in one.why]:
        remarks.append(f"Left out, since names and addresses of people are best kept out: {_listed(people)}.")
    if kept := [one.heading for one in mapping.columns if one.means == "kept" and one.sure == "likely"]:
        remarks.append(f"Kept with the sites as they are, since no more is known of them: {_listed(kept)}.")
    for day, first in said.first.items():
        remarks.append(
            f"{_sites_seen(first)} seen for the first time on {day:%-d %b %Y}: where they stood is written for that "
            "day, and since when is not known."
        )
    for (word, stage), unused in said.unused.items():
        remarks.append(
            f"{quoted(word)} is taken as {stage.label.lower()} for {_listed(unused)}, not known to have used the "
            f"improvement before. Give {quoted(word)} another meaning if that is not so."
        )
    remarks += sites.remarks
    if programme is not None and mapping.seen:
        ours = programme.stages.filter(pl.col("source") == mapping.name)["site"].unique(maintain_order=True)
        gone = [site for site in ours.to_list() if site not in sites.known and site not in sites.asked_sites]
        if gone:
            some = _listed(gone)
            many = (
                "site that the tracker spoke of before is"
                if len(gone) == 1
                else "sites that the tracker spoke of before are"
            )
            remarks.append(f"{len(gone):,} {many} not in this file: {some}. Nothing was changed there.")
    return remarks


def _sites_seen(sites: Sequence[str]) -> str:
    return "One site was" if len(sites) == 1 else f"{len(sites):,} sites were"


def _listed(names: Sequence[str]) -> str:
    some = ", ".join(quoted(name) for name in names[:5])
    return f"{some} and {len(names) - 5:,} more" if len(names) > 5 else some
