"""What one respondent's answers come to, by the instrument's own rule.

``weighted levels`` adds what the chosen levels count: for each group that is answered whole, and in all only where the
authors defined a total; what is not answered leaves an interval, and nothing is made up in proportion. ``mean of a
construct`` takes the mean of what was answered, reversed questions turned, where enough of the construct was. The other
rules make no number of a respondent. A state besides, such as "not relevant", is never a number.
"""

from __future__ import annotations

import polars as pl

from takeroot.analysis.assessment.coding import ANSWER, BLANK, DECIMALS, THIRD, coded, questions, turned
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.instrument import Instrument

_SCHEMA = {
    "round": pl.String(),
    "respondent": pl.String(),
    "of": pl.String(),
    "score": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "questions": pl.Int64(),
    "answered": pl.Int64(),
    "third": pl.Int64(),
    "blank": pl.Int64(),
}
_ONE = ["round", "respondent", "of"]


def scores(instrument: Instrument, answers: IntoFrame) -> pl.DataFrame:
    """What each respondent's answers come to, for each construct.

    These are single persons' figures: of an anonymous round they are shown to nobody.

    Parameters
    ----------
    instrument
        The instrument that was answered; its rule of scoring is used.
    answers
        See :data:`~takeroot.vocabulary.tables.ANSWERS`.

    Returns
    -------
    DataFrame
        One row for each respondent of a round and construct, and one where ``of`` is empty for the total, if the
        authors defined one. ``score`` is empty where too little was answered; for weighted levels ``lower`` and
        ``upper`` say between what it must lie. Then how many ``questions`` there are, and how many were ``answered``,
        said to be in a state besides (``third``) or left ``blank``. No rows for rules that make no number.

    Examples
    --------
    >>> from takeroot.vocabulary.instrument import Instrument
    >>> levels = [{"value": "a", "says": "Both", "points": 8.5}, {"value": "d", "says": "Neither", "points": 0}]
    >>> ours = Instrument(
    ...     id="ours", edition="1", title="Ours", kind="questionnaire", purpose="To see", who="Staff", source=["Us"],
    ...     licence="MIT", scales=[{"id": "levels", "options": levels}],
    ...     scoring={"rule": "weighted levels", "total": True},
    ...     constructs=[{"id": "process", "name": "Process"}],
    ...     sections=[{"id": "s", "title": "S", "questions": [
    ...         {"id": "q1", "asks": "Gains?", "scale": "levels", "of": "process"},
    ...         {"id": "q2", "asks": "Proof?", "scale": "levels", "of": "process"}]}])
    >>> said = {"round": ["r"] * 2, "respondent": ["x"] * 2, "question": ["q1", "q2"], "answer": ["a", None]}
    >>> scores(ours, said).select("of", "score", "lower", "upper").rows()
    [('process', None, 8.5, 17.0), (None, None, 8.5, 17.0)]
    """
    rule = instrument.scoring.rule
    said = coded(instrument, answers)
    if rule not in ("weighted levels", "mean of a construct"):
        return pl.DataFrame(schema=_SCHEMA)
    about = questions(instrument).filter("pointed").select("question", "reversed", "low", "high")
    said = said.join(about, on="question").with_columns(
        pl.when(pl.col("state") == ANSWER).then(turned(pl.col("points"))).alias("points")
    )
    counted = (
        said.join(within(instrument), on="question")
        .group_by(_ONE)
        .agg(
            sum=pl.col("points").sum(),
            lowest=pl.col("points").fill_null(pl.col("low")).sum(),
            highest=pl.col("points").fill_null(pl.col("high")).sum(),
            questions=pl.len().cast(pl.Int64),
            answered=(pl.col("state") == ANSWER).sum().cast(pl.Int64),
            third=(pl.col("state") == THIRD).sum().cast(pl.Int64),
            blank=(pl.col("state") == BLANK).sum().cast(pl.Int64),
        )
    )
    if rule == "weighted levels":
        whole = pl.col("answered") == pl.col("questions")
        figures = {"score": pl.when(whole).then("sum"), "lower": pl.col("lowest"), "upper": pl.col("highest")}
    else:
        needed = (pl.col("questions") * instrument.scoring.enough - 1e-9).ceil().clip(lower_bound=1)
        mean = pl.when(pl.col("answered") >= needed).then(pl.col("sum") / pl.col("answered"))
        figures = {"score": mean, "lower": pl.lit(None, pl.Float64), "upper": pl.lit(None, pl.Float64)}
    rounded = {name: figure.round(DECIMALS) for name, figure in figures.items()}
    return in_order(instrument, counted.with_columns(**rounded), ["round", "respondent"]).select(list(_SCHEMA))


def within(instrument: Instrument) -> pl.DataFrame:
    """The constructs that each question counts for; none is the total.

    Weighted levels add up through the constructs that a construct is within. A mean is of a construct's own questions.
    """
    above = {one.id: one.within for one in instrument.constructs}
    rows: list[tuple[str, str | None]] = []
    for question in instrument.questions:
        of = question.of
        while of is not None:
            rows.append((question.id, of))
            of = above[of] if instrument.scoring.rule == "weighted levels" else None
        if instrument.scoring.total:
            rows.append((question.id, None))
    return pl.DataFrame(rows, schema={"question": pl.String(), "of": pl.String()}, orient="row")


def in_order(instrument: Instrument, frame: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Constructs in the order of the instrument, the total last."""
    order = pl.DataFrame(
        {"of": [one.id for one in instrument.constructs], "nth": range(len(instrument.constructs))},
        schema={"of": pl.String(), "nth": pl.Int64()},
    )
    return frame.join(order, on="of", how="left").sort(*by, "nth", nulls_last=True).drop("nth")
