"""What a programme keeps of instruments: what was written to each, and what was asked of whom."""

from __future__ import annotations

from datetime import date

import polars as pl

from takeroot.analysis.assessment import counting, written
from takeroot.analysis.assessment.counting import COUNTS, SHOWN
from takeroot.analysis.assessment.exporting import COMMENTS, told_of
from takeroot.analysis.assessment.grouping import FLOOR
from takeroot.charts.wording import day
from takeroot.errors import TakerootError
from takeroot.reporting.results import Results
from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.instruments_in_files import Library
from takeroot.web import answered
from takeroot.web.frames import Book

#: What kinds of instrument are called, and what each is for.
KINDS = {
    "questionnaire": ("Questionnaires", "People answer, alone or together, and their views are shown side by side."),
    "record": ("Records", "A team writes how it is, with reasons, on a day. Later it writes again, and compares."),
    "plan": ("Plans", "A team writes what it intends, and later what was done."),
}
#: By what answers may be broken down, one at a time.
BY = ("role",)
_PARTS = {"rounds": list(SHOWN), "counts": list(COUNTS), "comments": COMMENTS}
#: Columns of rounds that are shown of every instrument.
ROUNDS = {
    "round": pl.String(),
    "instrument": pl.String(),
    "edition": pl.String(),
    "subject": pl.String(),
    "kind": pl.String(),
    "opens": pl.Date(),
    "closes": pl.Date(),
    "shown": pl.Boolean(),
    "why": pl.String(),
    "answered": pl.Int64(),
    "invited": pl.Int64(),
    "floor": pl.Int64(),
}


def shelf(of: Book | Results) -> Library:
    """Every instrument that a programme can use."""
    return of.row.library if isinstance(of, Book) else of.programme.library


def in_use(known: Library | None = None) -> dict[str, Instrument]:
    """Each instrument of a library, or of what Takeroot brings, in the edition in use and the order of their titles."""
    known = known or instruments_in_files.whole()
    every = [known.editions[of] for of in known.in_use.items() if of in known.editions]
    return {one.id: one for one in sorted(every, key=lambda one: one.title.casefold())}


def editions(known: Library, name: str) -> list[Instrument]:
    """Every edition of an instrument."""
    return [one for (of, _), one in known.editions.items() if of == name]


def spoken(results: Results, instrument: str) -> pl.DataFrame:
    """Everything that was written to an instrument."""
    return written.said(editions(shelf(results), instrument), results.programme.entries)


def answers_of(book: Book, instrument: str) -> pl.DataFrame:
    """The same, as far as it may be read."""
    return book.frame(spoken, instrument=instrument)


def written_to(results: Results) -> pl.DataFrame:
    """Every writing of every instrument, the latest first: what it was about, of which day, and by whom."""
    entries = results.programme.entries
    names = entries["instrument"].unique(maintain_order=True).to_list() if entries.height else []
    known = shelf(results)
    parts = [
        written.writings(written.said(of, entries)).with_columns(instrument=pl.lit(name))
        for name in names
        if (of := editions(known, name))
    ]
    blank = written.writings(written.said([], entries)).with_columns(instrument=pl.lit(None, pl.String))
    return pl.concat([blank, *parts]).sort("on", descending=True, maintain_order=True)


def instrument_of(book: Book, instrument: str, edition: str) -> Instrument | None:
    """An instrument in one edition: of the library, or as it stood when it was last asked here."""
    return shelf(book).editions.get((instrument, edition)) or answered.instrument_of(book.row, instrument, edition)


def told(book: Book, instrument: str, edition: str, today: date) -> dict[str, pl.DataFrame]:
    """What may be shown of every round of an instrument: ``rounds``, ``counts`` and ``comments``.

    Raises
    ------
    TakerootError
        If the instrument is not here in this edition, or the answers are not to it.
    """
    rounds = _rounds(book, today).filter(instrument=instrument, edition=edition)
    days = rounds.filter(pl.col("shown_from").dt.date() <= today)["shown_from"].dt.date().to_list()
    gone = tuple(rounds.filter("thrown_away")["round"])
    last = max(days, default=date.min)  # since then nothing became to be shown that was not
    frame = book.of_groups(told_together, instrument=instrument, edition=edition, as_at=last, gone=gone)
    return {name: frame.filter(what=name).select(columns) for name, columns in _PARTS.items()}


def told_together(book: Book, instrument: str, edition: str, as_at: date, gone: tuple[str, ...]) -> pl.DataFrame:
    """The same as one frame, which says what each row is of."""
    of, rounds, answers = given(book, instrument, edition, as_at)
    rounds = rounds.with_columns(thrown_away=pl.col("round").is_in(gone))
    found = told_of(of, counting.given(of, rounds, answers, as_at=as_at), BY)
    return pl.concat([part.with_columns(what=pl.lit(name)) for name, part in found.items()], how="diagonal")


def given(book: Book, instrument: str, edition: str, today: date) -> tuple[Instrument, pl.DataFrame, pl.DataFrame]:
    """An instrument, every round of it that may be known of, and the answers to them: for what withholds small groups.

    Raises
    ------
    TakerootError
        If the instrument is not here in this edition.
    """
    of = instrument_of(book, instrument, edition)
    if of is None:
        raise TakerootError("The instrument is not here in this edition, so its answers can not be read.")
    rounds = _rounds(book, today).filter(instrument=instrument, edition=edition)
    return of, rounds, answered.answers_of(book.row, rounds)


def _rounds(book: Book, today: date) -> pl.DataFrame:
    return book.at_hand(answered.rounds_of, book.row, book.scope, today)


def every_round(book: Book, today: date) -> pl.DataFrame:
    """Every round that may be known of, the latest first: whether its answers may be shown, and if not, why."""
    rounds, parts = _rounds(book, today), [pl.DataFrame(schema=ROUNDS)]
    for name, edition in rounds.select("instrument", "edition").unique(maintain_order=True).iter_rows():
        mine = rounds.filter(instrument=name, edition=edition)
        floors = mine.select("round", pl.col("floor").fill_null(FLOOR))
        try:
            found = told(book, name, edition, today)["rounds"]
        except TakerootError as wrong:
            found = _unread(mine, str(wrong))
        found = found.join(floors, on="round", maintain_order="left")
        parts.append(found.with_columns(instrument=pl.lit(name), edition=pl.lit(edition)).select(*ROUNDS))
    return pl.concat([part.cast(ROUNDS) for part in parts]).sort("opens", "closes", descending=True, nulls_last=True)


def _unread(rounds: pl.DataFrame, why: str) -> pl.DataFrame:
    """Rounds whose answers can not be read, and why: nothing of them is shown."""
    nothing = pl.lit(None, pl.Int64)
    said = {"shown": pl.lit(False), "why": pl.lit(why), "answered": nothing, "invited": nothing}
    return rounds.select("round", "subject", "kind", "opens", "closes", **said)


def about_what(book: Book, subject: str, site: str | None) -> str:
    """What a writing or round is about, as people call it."""
    if site is None and subject in ("programme", "all"):
        return "the whole programme"
    return called(book).get(site or subject, site or subject)


def called(book: Book) -> dict[str, str]:
    """What each site is called, by its short name, in the order given."""
    frame = book.programme.sites
    return {site: name or site for site, name in frame.select("site", "name").iter_rows()}


def when(opens: date | None, closes: date | None) -> str:
    """From when until when a round was or is open."""
    if opens and closes:
        return f"{day(opens)} to {day(closes)}"
    return f"from {day(opens)}" if opens else f"until {day(closes)}" if closes else "no days given"
