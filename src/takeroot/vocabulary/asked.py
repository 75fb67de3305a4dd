"""Whether rounds, answers, entries and links agree with the instruments they name.

Only an instrument that is known can say what its questions are. One that is not (a team's own, elsewhere), or an
edition that is not here, is remarked on, and everything said to it is kept as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from takeroot.errors import Fault, nearest, quoted
from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.answer import checked_answer, checked_entry, offered, the_question
from takeroot.vocabulary.instrument import Instrument, Question
from takeroot.vocabulary.instruments_in_files import Library

if TYPE_CHECKING:
    from takeroot.vocabulary.checking import Found

_NAME_IT = ("rounds", "entries", "links")
_Check = Callable[[Instrument, str, str], str | tuple[str, str]]


def disagreements(found: Mapping[str, Found], known: Library | None = None, *, listed: int) -> Iterator[Fault]:
    """Every fault of what was asked and answered, with its row.

    Parameters
    ----------
    found
        The tables, by name.
    known
        The instruments; those that Takeroot brings, if not given.
    listed
        Faults of one sort listed before the rest are only counted.
    """
    known = known or instruments_in_files.whole()
    for name in _NAME_IT:
        if one := found.get(name):
            yield from _slips(one, known, listed)
    if (answers := found.get("answers")) and (rounds := found.get("rounds")):
        of_round = rounds.frame.select("round", "instrument", "edition").unique("round", keep="first")
        asked = answers.frame.select("round", "question", text="answer").join(
            of_round, on="round", how="left", maintain_order="left"
        )
        yield from _misfits(answers, asked, "answer", checked_answer, known, listed)
    if entries := found.get("entries"):
        asked = entries.frame.select("instrument", "edition", "question", "text")
        yield from _misfits(entries, asked, "text", checked_entry, known, listed)
    if links := found.get("links"):
        for column in ("from_question", "to_question"):
            yield from _unlinked(links, column, known, listed)


def remarks(frames: Mapping[str, pl.DataFrame], known: Library | None = None) -> Iterator[str]:
    """What was answered to instruments and editions that are not here, in sentences."""
    known = known or instruments_in_files.whole()
    for name in (name for name in _NAME_IT if name in frames):
        frame = frames[name].drop_nulls("instrument")
        for instrument, part in frame.group_by("instrument", maintain_order=True):
            said = str(instrument[0])
            if said not in known.in_use:
                yield f"{name}: the instrument {quoted(said)} is not among those here; what it asks can not be checked"
            elif "edition" in frame.columns:
                there = {edition for one, edition in known.editions if one == said}
                for edition in sorted(set(part["edition"].drop_nulls()) - there):
                    yield (
                        f"{name}: '{said}' has no edition {quoted(edition)} here "
                        f"(there are: {', '.join(sorted(there))}); what it asks can not be checked, and all of it is "
                        f"kept"
                    )


def _slips(one: Found, known: Library, listed: int) -> Iterator[Fault]:
    """Instruments that are not there and look like one that is."""
    from takeroot.vocabulary.checking import at

    for name in sorted(set(one.frame["instrument"].drop_nulls()) - set(known.in_use)):
        if near := nearest(name, known.in_use):
            says = f"there is no instrument {{}}; did you mean '{near}'?"
            yield from at(one, one.frame["instrument"] == name, "instrument", says, listed)


def _misfits(
    one: Found, asked: pl.DataFrame, column: str, check: _Check, known: Library, listed: int
) -> Iterator[Fault]:
    """Questions that an instrument does not ask, and answers that they do not take; each is judged once."""
    keys = ["instrument", "edition", "question", "text"]
    rows = []
    for instrument, edition, question, text in asked.select(keys).unique(maintain_order=True).iter_rows():
        of = known.editions.get((instrument, edition))
        if of is None or question is None:
            continue
        at, says = _judged(of, question, text, column, check)
        if says:
            rows.append((instrument, edition, question, text, at, says))
    if not rows:
        return
    wrong = pl.DataFrame(rows, schema=[*keys, "column", "says"], orient="row", infer_schema_length=None)
    wrong = wrong.with_columns(pl.col(keys).cast(pl.String))
    faulty = asked.with_row_index("at").join(wrong, on=keys, how="inner", nulls_equal=True).sort("at")
    for (name,), part in faulty.group_by("column", maintain_order=True):
        for place, says in part.select("at", "says").head(listed).iter_rows():
            cell = quoted(one.frame[str(name)][place])
            yield Fault(says, one.where, int(one.rows[place]), str(name), cell)
        if (more := part.height - listed) > 0:
            yield Fault(f"{more:,} more rows are at fault in the same way", one.where, None, str(name), more=more)


def _judged(of: Instrument, question: str, text: str | None, column: str, check: _Check) -> tuple[str, str]:
    """Where a question and its answer are at fault, and how; nothing, where they are not."""
    try:
        asked = the_question(of, question)
    except ValueError as error:
        return "question", str(error)
    if asked.id != question:
        return "question", f"write it as '{asked.id}', as '{of.id}' has it"
    about = f"to '{asked.id}' of '{of.id}' (edition {of.edition})"
    try:
        made = check(of, asked.id, text) if text is not None else None
    except ValueError as error:
        return column, f"{about} {error}"
    stored = made[0] if isinstance(made, tuple) else made
    if stored is not None and text is not None and _otherwise(of, asked, stored, text):
        return column, f"{about} write it as '{stored}'"
    return column, ""


def _otherwise(of: Instrument, asked: Question, stored: str, text: str) -> bool:
    """Whether a choice is given in other letters or words than it is stored in."""
    scale = of.scale(asked)
    if stored not in {one.value for one in offered(scale)} and scale.kind != "any of":
        return False
    parts = {part.strip() for part in text.partition(": ")[0].split(";") if part.strip()}
    return parts != set(stored.split(";"))


def _unlinked(one: Found, column: str, known: Library, listed: int) -> Iterator[Fault]:
    """Questions that no edition of the instrument asks."""
    from takeroot.vocabulary.checking import at

    for name, question in one.frame.select("instrument", column).drop_nulls().unique(maintain_order=True).iter_rows():
        asked = {each.id for (of, _), made in known.editions.items() if of == name for each in made.questions}
        if asked and question.strip().casefold() not in asked:
            near = nearest(question, asked)
            hint = f"; did you mean '{near}'?" if near else ""
            which = (one.frame["instrument"] == name) & (one.frame[column] == question)
            yield from at(one, which, column, f"no edition of '{name}' has a question {{}}{hint}", listed)
