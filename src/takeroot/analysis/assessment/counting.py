"""How many gave each answer: everything of an assessment that may be shown, in one frame of counts.

Of an anonymous round nothing is shown before it is closed, nor if fewer than the floor answered. What is shown then is
these counts and what can be worked out of them; all the other figures of a group are worked out of this frame and
of nothing else, so that what it keeps is kept everywhere. An open round is shown as it stands: its people agreed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from takeroot.analysis.assessment import grouping
from takeroot.analysis.assessment.coding import ANSWER, BLANK, THIRD, coded_of, options, questions, turned
from takeroot.analysis.assessment.grouping import AFTER, BEFORE, BOTH, EVERYONE, FLOOR
from takeroot.errors import Fault, FaultyInput, NotFound, TakerootError
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.tables import ANSWERS, ROUNDS

MOVED = "moved"
#: How many answered a question to which one may give several answers.
PEOPLE = "people"
STATES = (ANSWER, PEOPLE, THIRD, BLANK, MOVED)
UP, SAME, DOWN = "up", "same", "down"
#: No breakdowns: what other columns of answers are, and breakdowns that there are anyway.
RESERVED = {*ANSWERS.columns, "released", EVERYONE, BEFORE, AFTER} - {"role"}

#: What is said of a round.
SHOWN = ("round", "subject", "kind", "opens", "closes", "shown", "why", "answered", "invited")
#: What is said of each answer.
COUNTS = {
    "round": pl.String(),
    "question": pl.String(),
    "breakdown": pl.String(),
    "group": pl.String(),
    "beside": pl.String(),
    "state": pl.String(),
    "value": pl.String(),
    "n": pl.Int64(),
}
_ONE = ["round", "question", "breakdown", "group", "beside"]


@dataclass(frozen=True)
class Given:
    """What was answered in the rounds of an instrument.

    Parameters
    ----------
    rounds
        In the order of time, with ``anonymous``, ``floor``, ``series``, ``n`` who answered, ``shown``, and whether each
        stands ``alone``, compared with no other.
    read
        Their answers, as they came through the door.
    said
        The same, coded.
    """

    rounds: pl.DataFrame
    read: pl.DataFrame
    said: pl.DataFrame

    @property
    def shown(self) -> pl.DataFrame:
        """The rounds that may be shown."""
        return self.rounds.filter("shown")


def given(instrument: Instrument, rounds: IntoFrame, answers: IntoFrame, *, as_at: date, floor: int = FLOOR) -> Given:
    """The rounds of an instrument and what was answered in them, as they stand on a day."""
    if floor < FLOOR:
        raise TakerootError(f"The smallest group that is shown has {FLOOR} people or more; {floor} were asked for.")
    known, read = ROUNDS.read(rounds), ANSWERS.read(answers)
    if strange := sorted(set(read["round"]) - set(known["round"])):
        raise NotFound("round", strange[0], known["round"])
    mine = known.filter(instrument=instrument.id, edition=instrument.edition)
    read = read.filter(pl.col("round").is_in(mine["round"].implode()))
    said = coded_of(instrument, read)
    n = said.group_by("round").agg(n=pl.col("respondent").n_unique().cast(pl.Int64))
    mine = mine.join(n, on="round", how="left").with_columns(
        pl.col("n").fill_null(0),
        anonymous=(pl.col("kind") != "open").fill_null(True),
        series=pl.coalesce(*({"series"} & set(mine.columns)), "subject"),
        shown_from=_or(mine, "shown_from", pl.col("closes").cast(pl.Datetime).dt.offset_by("1d")),
        thrown_away=_or(mine, "thrown_away", pl.lit(False)).fill_null(False),
    )
    own = pl.max_horizontal(pl.lit(floor), _or(mine, "floor", pl.lit(None))).cast(pl.Int64)
    closed = (pl.col("shown_from").dt.date() <= as_at).fill_null(False)
    mine = mine.with_columns(
        closed=closed | ~pl.col("anonymous"), floor=pl.when("anonymous").then(own).otherwise(pl.lit(1, pl.Int64))
    )
    here = pl.col("closed") & ~pl.col("thrown_away")
    mine = mine.with_columns(shown=here & (pl.col("n") >= pl.col("floor")))
    mine = mine.sort("shown_from", "opens", "round", nulls_last=True)
    gone = pl.col("thrown_away").cast(pl.Int8).cum_max().over("series", "anonymous")
    return Given(mine.with_columns(alone=gone > 0), read, said)


def _or(frame: pl.DataFrame, name: str, otherwise: pl.Expr) -> pl.Expr:
    """A column that may be there, and what stands in its place where it is not."""
    return pl.col(name) if name in frame.columns else otherwise


def shown(
    instrument: Instrument, rounds: IntoFrame, answers: IntoFrame, *, as_at: date, floor: int = FLOOR
) -> pl.DataFrame:
    """Which rounds may be shown on a day, and if not, why.

    Parameters
    ----------
    instrument, rounds, answers, as_at, floor
        As for :func:`counts`.

    Returns
    -------
    DataFrame
        One row for each round of the instrument, in the order of time: ``round``, ``subject``, ``kind``, ``opens``,
        ``closes``, whether it is ``shown``, ``why`` not, how many ``answered`` (empty unless it is shown) and were
        ``invited`` (empty where that would tell how few did not answer).
    """
    return shown_of(given(instrument, rounds, answers, as_at=as_at, floor=floor))


def shown_of(given: Given) -> pl.DataFrame:
    """The same, of what was answered."""
    it = given.rounds
    why = (
        pl.when("shown").then(None)
        .when("thrown_away").then(pl.lit("Its answers were thrown away, as it was promised."))
        .when(~pl.col("closed")).then(pl.lit("It is shown after the day on which it closes."))
        .when(~pl.col("anonymous")).then(pl.lit("Nobody has answered yet."))
        .otherwise(pl.format("Fewer than {} answered.", "floor"))
    )  # fmt: skip
    silent = pl.col("invited") - pl.col("n")
    tell = ~pl.col("anonymous") | ~pl.col("shown") | ~silent.is_between(1, pl.col("floor") - 1)
    return it.select(
        "round", "subject", pl.when("anonymous").then(pl.lit("anonymous")).otherwise(pl.lit("open")).alias("kind"),
        "opens", "closes", "shown", why=why, answered=pl.when("shown").then("n"), invited=pl.when(tell).then("invited"),
    )  # fmt: skip


def counts(
    instrument: Instrument,
    rounds: IntoFrame,
    answers: IntoFrame,
    *,
    as_at: date,
    floor: int = FLOOR,
    by: str | Sequence[str] = ("role",),
) -> pl.DataFrame:
    """How many gave each answer, of everyone and by one breakdown at a time: everything that may be shown.

    What is shown of one round depends on what is shown of the others and by what else it is broken down: so always give
    every round of the instrument, and the same breakdowns.

    Parameters
    ----------
    instrument
        The instrument, in the edition that was answered.
    rounds
        All of its rounds: see :data:`~takeroot.vocabulary.tables.ROUNDS`. Rounds that are not open are anonymous.
        Four further columns are heeded where they are there: ``floor``, the smallest group that each promised, if it is
        larger; ``shown_from``, the moment from which an anonymous one may be shown, in the place of the day after it
        closes, and empty as long as it may not; ``series``, among which rounds are compared, in the place of their
        subject; and ``thrown_away``, whether its answers are: what was shown before of those that came after can not be
        worked out anew then, so that later rounds of the series are compared with no other.
    answers
        See :data:`~takeroot.vocabulary.tables.ANSWERS`; columns that ``by`` names may be among them.
    as_at
        The day on which it is looked at: an anonymous round is shown after the day on which it closes.
    floor
        The smallest group of an anonymous round that is shown.
    by
        The breakdowns that may be shown, the most wanted first.

    Returns
    -------
    DataFrame
        One row for each round, question, ``breakdown``, ``group`` and answer: its ``state`` (answer, third, blank or
        moved), the ``value`` and how many (``n``), none included. Where several answers may be given, how many
        ``people`` gave any. The breakdowns are ``everyone``, those of ``by``,
        and, ``beside`` another round, whether the question was answered before and after; the group that answered both
        times also says how many ``moved`` up or down the scale, questions turned where they are reversed, or not.
        What is not here is withheld.

    Examples
    --------
    >>> from datetime import date
    >>> from takeroot.vocabulary.instrument import Instrument
    >>> ours = Instrument(
    ...     id="ours", edition="1", title="Ours", kind="questionnaire", purpose="To see", who="Staff", source=["Us"],
    ...     licence="MIT", scales=[{"id": "s", "options": [{"value": one, "says": one} for one in ("yes", "no")]}],
    ...     sections=[{"id": "one", "title": "One", "questions": [{"id": "q", "asks": "Does it last?", "scale": "s"}]}])
    >>> rounds = {"round": ["r"], "instrument": ["ours"], "edition": ["1"], "subject": ["programme"],
    ...           "closes": [date(2026, 3, 1)]}
    >>> people = [f"p{n}" for n in range(8)]
    >>> answers = {"round": ["r"] * 8, "respondent": people, "role": ["nurse"] * 6 + ["doctor"] * 2,
    ...            "question": ["q"] * 8, "answer": ["yes"] * 5 + ["no"] * 3}
    >>> counts(ours, rounds, answers, as_at=date(2026, 3, 2)).select("breakdown", "value", "n").rows()
    [('everyone', 'yes', 5), ('everyone', 'no', 3), ('everyone', None, 0)]
    >>> counts(ours, rounds, answers, as_at=date(2026, 3, 1)).height
    0
    """
    return counts_of(instrument, given(instrument, rounds, answers, as_at=as_at, floor=floor), breakdowns(by))


def counts_of(instrument: Instrument, it: Given, by: Sequence[str]) -> pl.DataFrame:
    """The same, of what was answered."""
    asked = questions(instrument)
    said = it.said.join(it.shown.select("round"), on="round", how="semi")
    kept = grouping.settled(said, _about(it.read, by), it.shown, by)
    who = grouping.memberships(kept, asked["question"].to_list())
    told = who.join(said, on=["round", "respondent", "question"])
    told = told.filter((pl.col("state") == ANSWER) | pl.col("beside").is_null())
    found = told.group_by(*_ONE, "state", "value").agg(n=pl.len().cast(pl.Int64))
    found = pl.concat([_with_none(instrument, found, who), _people(told, asked), _moved(said, who, instrument)]).select(
        list(COUNTS)
    )
    return _in_order(found, instrument, it.shown, by)


def breakdowns(by: str | Sequence[str]) -> tuple[str, ...]:
    """The columns by which answers may be broken down, each once."""
    names = (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))
    if problem := set(names) & RESERVED:
        raise TakerootError(f"Answers are not broken down by '{min(problem)}'; give a column that says who answered.")
    return names


def _about(read: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """What each respondent of a round is said to be."""
    for name in by:
        if name not in read.columns:
            raise NotFound("column", name, read.columns)
    if not by:
        return read.select("round", "respondent").unique()
    one = read.group_by("round", "respondent").agg(pl.col(*by).drop_nulls().unique().sort())
    for name in by:
        if (several := one.filter(pl.col(name).list.len() > 1)).height:
            round_, said = several.sort("round", "respondent").select("round", name).row(0)
            says = f"one respondent has several in one round: {', '.join(map(str, said))}; keep one of them"
            raise FaultyInput([Fault(says, f"answers of round '{round_}'", column=name)])
    return one.with_columns(pl.col(*by).list.first())


def _with_none(instrument: Instrument, found: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """The counts, with those of answers that nobody gave."""
    blank = questions(instrument).select("question", state=pl.lit(BLANK), value=pl.lit(None, pl.String))
    may = pl.concat([options(instrument).select("question", "state", "value"), blank])
    whole = who.select(_ONE).unique().join(may, on="question")
    whole = whole.filter((pl.col("state") == ANSWER) | pl.col("beside").is_null()).with_columns(n=pl.lit(0, pl.Int64))
    return pl.concat([found, whole.select(found.columns)]).group_by(*_ONE, "state", "value").agg(pl.col("n").sum())


def _people(told: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """How many answered where one may give several answers."""
    several = asked.filter(kind="any of").select("question")
    mine = told.filter(state=ANSWER).join(several, on="question", how="semi")
    people = mine.group_by(*_ONE).agg(n=pl.col("respondent").n_unique().cast(pl.Int64))
    return people.select(*_ONE, pl.lit(PEOPLE).alias("state"), pl.lit(None, pl.String).alias("value"), "n")


def _moved(said: pl.DataFrame, who: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """How many of those who answered both times moved up or down the scale."""
    asked = (
        questions(instrument)
        .filter(pl.col("kind") != "any of")
        .select("question", "reversed", "low", "high", "pointed")
    )
    place = options(instrument).select("question", "value", "place")
    at = said.filter(state=ANSWER).join(asked, on="question").join(place, on=["question", "value"], how="left")
    level = pl.coalesce(turned(pl.col("points")), pl.col("place").cast(pl.Float64))
    at = at.select("round", "respondent", "question", level=level)
    both = who.filter(breakdown=BEFORE, group=BOTH).join(at, on=["round", "respondent", "question"])
    both = both.join(at.rename({"round": "beside", "level": "was"}), on=["beside", "respondent", "question"])
    by = pl.col("level") - pl.col("was")
    value = pl.when(by > 0).then(pl.lit(UP)).when(by < 0).then(pl.lit(DOWN)).otherwise(pl.lit(SAME))
    found = both.group_by(*_ONE, value=value).agg(n=pl.len().cast(pl.Int64))
    ways = pl.DataFrame({"value": [UP, SAME, DOWN]})
    whole = both.select(_ONE).unique().join(ways, how="cross").join(found, on=[*_ONE, "value"], how="left")
    return whole.select(*_ONE, pl.lit(MOVED).alias("state"), "value", pl.col("n").fill_null(0))


def _in_order(found: pl.DataFrame, instrument: Instrument, rounds: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Rounds in the order of time, questions and answers in that of the instrument."""
    nth = rounds.select("round").with_row_index("in_time")
    asked = questions(instrument).select("question", "nth")
    place = options(instrument).select("question", "value", "place")
    kinds = pl.DataFrame({"breakdown": [EVERYONE, *by, BEFORE, AFTER]}).with_row_index("kind_of")
    states = pl.DataFrame({"state": STATES}).with_row_index("state_of")
    ordered = (
        found.join(nth, on="round").join(asked, on="question").join(kinds, on="breakdown").join(states, on="state")
    )
    ordered = ordered.join(place, on=["question", "value"], how="left")
    number = pl.col("value").cast(pl.Float64, strict=False)
    moved = pl.col("value").replace({UP: "0", SAME: "1", DOWN: "2"})
    return ordered.sort(
        "in_time", "nth", "kind_of", "group", "state_of", pl.col("place").fill_null(0), number, moved, nulls_last=True
    ).select(list(COUNTS))
