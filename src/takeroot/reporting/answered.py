"""What people answered, as it is shown: which rounds may be, every answer under its construct, and how far they agree.

All of it is worked out of the counts that may be shown; see :mod:`takeroot.analysis.assessment`.
"""

from __future__ import annotations

import polars as pl

from takeroot.analysis import assessment
from takeroot.analysis.assessment import counting
from takeroot.analysis.assessment.grouping import EVERYONE
from takeroot.charts.wording import counted, percent
from takeroot.errors import TakerootError
from takeroot.reporting.results import Results
from takeroot.vocabulary.answer import offered
from takeroot.vocabulary.instrument import Construct, Instrument

#: By what answers may be broken down, one at a time.
BY = ("role",)
OTHERS = "Other questions"
NOT_HERE = "The instrument is not here in this edition, so its answers can not be read."
#: What is said of a round.
ROUNDS = {
    "round": pl.String(),
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


def asked_with(results: Results) -> list[tuple[str, str]]:
    """Each instrument with which a round was asked, and its edition, in the order of the rounds."""
    rounds = results.asked.given[0].sort("opens", "closes", "round", nulls_last=True)
    return rounds.select("instrument", "edition").unique(maintain_order=True).rows()


def rounds_of(results: Results, instrument: str, edition: str) -> pl.DataFrame:
    """Its rounds in the order of time: whether their answers may be shown, and if not, why; see :data:`ROUNDS`."""
    asked = results.asked
    of, (rounds, answers) = asked.edition(instrument, edition), asked.given
    mine = rounds.filter(instrument=instrument, edition=edition)
    try:
        if of is None:
            raise TakerootError(NOT_HERE)
        found = counting.shown(of, mine, answers_to(mine, answers), as_at=asked.looked)
    except TakerootError as wrong:
        nothing = pl.lit(None, pl.Int64)
        found = mine.with_columns(shown=pl.lit(False), why=pl.lit(str(wrong)), answered=nothing, invited=nothing)
    more = mine.select("round", "floor")
    return found.drop("floor", strict=False).join(more, on="round", maintain_order="left").select(*ROUNDS).cast(ROUNDS)


def counted_of(results: Results, of: Instrument) -> pl.DataFrame:
    """How many gave each answer in its rounds, of everything that may be shown."""
    rounds, answers = results.asked.given
    mine = rounds.filter(instrument=of.id, edition=of.edition)
    return assessment.counts(of, mine, answers_to(mine, answers), as_at=results.asked.looked, by=BY)


def answers_to(rounds: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """The answers to these rounds."""
    return answers.filter(pl.col("round").is_in(rounds["round"].implode()))


def roots(of: Instrument) -> list[Construct]:
    """The constructs under which answers are shown: those that are within no other; questions of none come last."""
    asked = {question.of for question in of.questions}
    found = [one for one in of.constructs if one.within is None and asked & set(under(of, one.id))]
    if None in asked:
        found.append(Construct(id="others", name=OTHERS if found else "Every question"))
    return found


def under(of: Instrument, root: str) -> list[str | None]:
    """A construct and all that is within it."""
    if root == "others" and root not in {one.id for one in of.constructs}:
        return [None]
    found: list[str | None] = [root]
    for one in of.constructs * 2:
        if one.within in found and one.id not in found:
            found.append(one.id)
    return found


def names_of(of: Instrument) -> dict[str, str]:
    """What each question is called, in a few words where it has them."""
    return {question.id: question.short or question.asks for question in of.questions}


def drawn(of: Instrument, mine: pl.DataFrame, root: str) -> pl.DataFrame:
    """Every answer to the questions of a construct in one round, as it is drawn: undivided, and how many gave it."""
    seen = assessment.views(of, mine).filter((pl.col("breakdown") == EVERYONE) & pl.col("beside").is_null())
    beside = {row["question"]: agreed(row["answered"], row["distinct"], row["agreement"]) for row in seen.to_dicts()}
    told = assessment.dots(of, mine).filter(pl.col("of").is_in(under(of, root), nulls_equal=True))
    asked = pl.col("n").filter(pl.col("state") != "blank").sum().over("question") > 0
    told = told.filter((pl.col("n") > 0) | ((pl.col("state") == "answer") & asked))
    return told.with_columns(
        says=said_in(of, told),
        name=pl.col("question").replace_strict(names_of(of), return_dtype=pl.String),
        beside=pl.col("question").replace_strict(beside, default="", return_dtype=pl.String),
    )


def said_in(of: Instrument, told: pl.DataFrame) -> pl.Series:
    """What each answer says, as people read it when they choose it."""
    offers = {(asked.id, offer.value): offer.says for asked in of.questions for offer in offered(of.scale(asked))}
    rows = told.select("question", "value", "says").iter_rows()
    said = [offers.get((question, value), says) for question, value, says in rows]
    return pl.Series("says", said, dtype=pl.String)


def agreed(answered: int, distinct: int, agreement: float | None) -> str:
    """How many answered a question, in how many different ways, and how far they agree.

    Examples
    --------
    >>> agreed(6, 2, 0.6), agreed(0, 0, None)
    ('6 answered, 2 different answers, agreement 60%', 'nobody answered it')
    """
    if not answered:
        return "nobody answered it"
    said = f"{answered:,} answered, {counted(distinct, 'different answers')}"
    return said if agreement is None else f"{said}, agreement {percent(agreement)}"
