"""What each respondent said to each question: an answer, a state besides such as "not relevant", or nothing.

Answers are stored as they were given, and read here in one place: what an option counts, and the turning of questions
in which agreeing speaks against the construct. A third state with a reason is written ``state:reason``; several options
of one answer are joined by ``;``.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from takeroot.errors import Fault, FaultyInput, nearest, quoted
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.instrument import Instrument, Question
from takeroot.vocabulary.tables import ANSWERS

ANSWER, THIRD, BLANK = "answer", "third", "blank"
#: What can be counted; words and days can not.
COUNTED = ("one of", "any of", "number")
#: Rules by which a mean of what options count, or of a number, makes sense.
MEANS = ("weighted levels", "mean of a construct")
#: Further faults of a frame are only counted.
LISTED = 20
#: Questions of an instrument that a fault names.
NAMED = 8
#: Figures are kept to so many decimals, so that 49.9 is 49.9.
DECIMALS = 9

_QUESTIONS = {
    "question": pl.String(),
    "nth": pl.Int64(),
    "of": pl.String(),
    "asks": pl.String(),
    "scale": pl.String(),
    "kind": pl.String(),
    "reversed": pl.Boolean(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "pointed": pl.Boolean(),
}
_OPTIONS = {
    "question": pl.String(),
    "value": pl.String(),
    "state": pl.String(),
    "place": pl.Int64(),
    "says": pl.String(),
    "points": pl.Float64(),
}


def questions(instrument: Instrument) -> pl.DataFrame:
    """The questions of an instrument that can be counted, one row for each.

    Parameters
    ----------
    instrument
        The instrument.

    Returns
    -------
    DataFrame
        ``question``, its ``nth`` place, the construct that it is ``of``, what it ``asks``, its ``scale`` and ``kind``,
        whether it is ``reversed``, the ``low`` and ``high`` end of what answers count, and whether its options carry
        points (``pointed``).
    """
    rows = []
    for nth, one in enumerate(instrument.questions):
        scale = instrument.scale(one)
        if scale.kind not in COUNTED:
            continue
        counts = [option.points for option in scale.options if option.points is not None]
        pointed = scale.kind == "one of" and len(counts) == len(scale.options)
        low, high = (min(counts), max(counts)) if pointed else (scale.least, scale.most)
        rows.append((one.id, nth, one.of, one.asks, one.scale, scale.kind, one.reversed, low, high, pointed))
    return pl.DataFrame(rows, schema=_QUESTIONS, orient="row")


def options(instrument: Instrument) -> pl.DataFrame:
    """What may be answered to each question, states besides included, in order.

    Parameters
    ----------
    instrument
        The instrument.

    Returns
    -------
    DataFrame
        ``question``, ``value``, its ``state`` (answer or third), its ``place``, what it ``says`` and its ``points``.
    """
    rows = [row for one in instrument.questions for row in _said(instrument, one)]
    return pl.DataFrame(rows, schema=_OPTIONS, orient="row")


def _said(instrument: Instrument, question: Question) -> Iterator[tuple[str, str, str, int, str, float | None]]:
    scale = instrument.scale(question)
    if scale.kind not in COUNTED:
        return
    for place, option in enumerate(scale.options):
        yield question.id, option.value, ANSWER, place, option.says, option.points
    place = len(scale.options)
    for third in scale.thirds:
        yield question.id, third.value, THIRD, place, third.says, None
        for reason in third.reasons:
            place += 1
            yield question.id, f"{third.value}:{reason.value}", THIRD, place, f"{third.says}: {reason.says}", None
        place += 1


def turned(points: pl.Expr) -> pl.Expr:
    """What an answer counts for its construct: turned where agreeing speaks against it. Nothing else turns anything."""
    return pl.when("reversed").then(pl.col("low") + pl.col("high") - points).otherwise(points)


def coded(instrument: Instrument, answers: IntoFrame) -> pl.DataFrame:
    """What each respondent said to each question that can be counted.

    Parameters
    ----------
    instrument
        The instrument that was answered.
    answers
        See :data:`~takeroot.vocabulary.tables.ANSWERS`: the answers to this instrument, and to no other.

    Returns
    -------
    DataFrame
        One row for each respondent of a round and question, in order: ``state`` (answer, third or blank), the
        ``value`` and what it counts (``points``, as given). A respondent who said nothing to any question is no
        respondent. Several options of one answer are several rows.

    Raises
    ------
    FaultyInput
        With every answer that its question does not offer, and every question that the instrument does not have.
    """
    return coded_of(instrument, ANSWERS.read(answers))


def coded_of(instrument: Instrument, read: pl.DataFrame) -> pl.DataFrame:
    """The same, of answers that have come through the door."""
    asked = questions(instrument)
    given = read.select("round", "respondent", "question", "answer").with_row_index("row", offset=2)
    faults = list(_strange(instrument, given))
    given = given.drop_nulls("answer")
    known = _judged(given.select("question", "answer").unique(), asked, options(instrument))
    wrong = known.filter(pl.col("state").is_null())
    if wrong.height:
        faults += _unoffered(given.join(wrong, on=["question", "answer"]), options(instrument))
    if faults:
        raise FaultyInput(sorted(faults, key=lambda fault: fault.place))
    return _with_blanks(given.drop("row"), known.drop("kind", "low", "high"), asked)


def _judged(said: pl.DataFrame, asked: pl.DataFrame, offered: pl.DataFrame) -> pl.DataFrame:
    """Every different answer to each question that can be counted: its values, states and points, if it is offered."""
    said = said.join(asked.select("question", "kind", "low", "high"), on="question")
    several = pl.col("answer").str.split(";").list.eval(pl.element().str.strip_chars()).list.unique().list.sort()
    one = pl.concat_list("answer")
    said = said.with_columns(value=pl.when(pl.col("kind") == "any of").then(several).otherwise(one)).explode("value")
    said = said.join(offered.select("question", "value", "state", "points"), on=["question", "value"], how="left")
    number = pl.when(pl.col("kind") == "number").then(pl.col("value").cast(pl.Float64, strict=False))
    above, below = (number >= pl.col("low")).fill_null(True), (number <= pl.col("high")).fill_null(True)
    number = pl.when(number.is_finite() & above & below).then(number)
    counted = pl.when(number.is_not_null()).then(pl.lit(ANSWER))
    return said.with_columns(
        points=pl.coalesce("points", number),
        value=pl.coalesce(_written(number), "value"),
        state=pl.coalesce("state", counted),
    )


def _written(number: pl.Expr) -> pl.Expr:
    """A number as its shortest text: 4, 4.5."""
    whole = number == number.round(0)
    return (
        pl.when(whole & (number.abs() < 1e15))
        .then(number.cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(number.cast(pl.String))
    )


def _with_blanks(given: pl.DataFrame, known: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Every respondent with every question, in order."""
    counted = given.join(known.select("question").unique(), on="question", how="semi")
    everyone = counted.select("round", "respondent").unique().sort("round", "respondent").with_row_index("who")
    nth = asked.select("question", pl.col("nth").cast(pl.UInt32))
    said = counted.join(everyone, on=["round", "respondent"]).join(nth, on="question")
    whole = everyone.join(nth, how="cross", maintain_order="left_right")
    whole = whole.join(said.select("who", "nth", "answer"), on=["who", "nth"], how="left", maintain_order="left")
    whole = whole.join(known, on=["question", "answer"], how="left", maintain_order="left_right")
    state = pl.col("state").fill_null(BLANK)
    return whole.select("round", "respondent", "question", state, "value", "points")


def _strange(instrument: Instrument, given: pl.DataFrame) -> Iterator[Fault]:
    """Answers to what was not asked."""
    known = [one.id for one in instrument.questions]
    strange = given.filter(~pl.col("question").is_in(known))
    for row, question in strange.select("row", "question").head(LISTED).iter_rows():
        near = nearest(question, known)
        some = ", ".join(known[:NAMED]) + (", ..." if len(known) > NAMED else "")
        hint = f"; did you mean '{near}'?" if near else f"; its questions are: {some}"
        yield Fault(f"'{instrument.id}' has no question {quoted(question)}{hint}", "answers", row, "question", question)
    if strange.height > LISTED:
        more = strange.height - LISTED
        yield Fault(f"{more:,} more answers are to questions that it does not have", "answers", more=more)


def _unoffered(wrong: pl.DataFrame, offered: pl.DataFrame) -> Iterator[Fault]:
    """Answers that their questions do not offer."""
    may = dict(offered.group_by("question").agg("value").iter_rows())
    for row, question, value, kind, low, high in (
        wrong.sort("row").select("row", "question", "value", "kind", "low", "high").head(LISTED).iter_rows()
    ):
        if kind == "number":
            ends = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
            needs = f"a number{ends} is needed"
        else:
            needs = f"one of these is needed: {', '.join(may[question])}"
        says = f"the question '{question}' does not offer {quoted(value)}; {needs}"
        yield Fault(says, "answers", row, "answer", value)
    if wrong.height > LISTED:
        more = wrong.height - LISTED
        yield Fault(f"{more:,} more answers are not offered", "answers", more=more)
