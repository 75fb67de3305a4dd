"""What a group thinks: every answer first, then how far people agree, and only then a number where one makes sense.

All of it is worked out of counts that may be shown (:func:`~takeroot.analysis.assessment.counts`).

``agreement`` is the share of pairs of people who gave the same answer. ``spread`` is the standard deviation of what
answers count, over half of what they can differ: 0 where all agree, 1 where half are at either end. It is our measure,
not one that authors of an instrument defined. Two levels may count the same, so that the number of ``distinct`` answers
stands beside it.
"""

from __future__ import annotations

import polars as pl

from takeroot.analysis.assessment.coding import ANSWER, BLANK, DECIMALS, MEANS, THIRD, options, questions, turned
from takeroot.analysis.assessment.counting import PEOPLE
from takeroot.analysis.assessment.grouping import EVERYONE
from takeroot.analysis.assessment.scoring import in_order, within
from takeroot.vocabulary.instrument import Instrument

#: The fewest people over whose views a spread of a team is taken.
FEW = 3
#: At or below this share of a scale an element is one to attend to, where the scale does not say itself. It is ours.
LOW = 0.4
_GROUP = ["round", "question", "breakdown", "group", "beside"]


def dots(instrument: Instrument, counts: pl.DataFrame) -> pl.DataFrame:
    """Every answer, undivided: how many people gave it.

    Parameters
    ----------
    instrument, counts
        The instrument, and what :func:`~takeroot.analysis.assessment.counts` gave.

    Returns
    -------
    DataFrame
        One row for each round, construct (``of``), ``question`` and answer, states besides and blanks included:
        ``asks``, ``state``, ``value``, what it ``says`` and ``n``.
    """
    everyone = counts.filter((pl.col("breakdown") == EVERYONE) & (pl.col("state") != PEOPLE))
    said = options(instrument).select("question", "value", "says")
    asked = questions(instrument).select("question", "of", "asks")
    told = everyone.join(said, on=["question", "value"], how="left", maintain_order="left")
    told = told.join(asked, on="question", how="left", maintain_order="left")
    says = pl.when(pl.col("state") == BLANK).then(pl.lit("No answer")).otherwise(pl.coalesce("says", "value"))
    return told.select("round", "of", "question", "asks", "state", "value", says.alias("says"), "n")


def views(instrument: Instrument, counts: pl.DataFrame) -> pl.DataFrame:
    """How the views of each group stand on each question.

    Parameters
    ----------
    instrument, counts
        The instrument, and what :func:`~takeroot.analysis.assessment.counts` gave.

    Returns
    -------
    DataFrame
        One row for each round, question, ``breakdown`` and ``group`` (and the round ``beside``, if it compares with
        one): the construct that it is ``of``; how many ``answered``, are in a state besides (``third``) or left it
        ``blank``; how many ``distinct`` answers there are and their ``agreement`` (0 to 1); ``least``, ``median`` and
        ``most`` of what answers count; the ``mean`` as answered and ``turned`` where the question is reversed, only by
        rules for which a mean makes sense; and their ``spread`` (0 to 1), with the standard deviation (``deviation``).
    """
    told = _counted(instrument, counts)
    n, points = pl.col("n"), pl.col("points")
    answered = n.filter(pl.col("state") == ANSWER)
    people = (pl.col("state") == ANSWER) & points.is_not_null()
    total, squares = (points * n).filter(people).sum(), (points**2 * n).filter(people).sum()
    count = n.filter(people).sum()
    found = told.group_by(_GROUP, maintain_order=True).agg(
        pl.col("of", "kind", "reversed", "low", "high").first(),
        answered=pl.coalesce(n.filter(pl.col("state") == PEOPLE).first(), answered.sum()),
        third=n.filter(pl.col("state") == THIRD).sum(),
        blank=n.filter(pl.col("state") == BLANK).sum(),
        distinct=(answered > 0).sum().cast(pl.Int64),
        same=(answered * (answered - 1)).sum(),
        pairs=answered.sum() * (answered.sum() - 1),
        least=points.filter(people & (n > 0)).min(),
        median=points.filter(people)
        .sort_by(points.filter(people))
        .repeat_by(n.filter(people).sort_by(points.filter(people)))
        .explode()
        .median(),
        most=points.filter(people & (n > 0)).max(),
        mean=pl.when(count > 0).then(total / count),
        squared=pl.when(count > 0).then(squares / count),
    )
    may = instrument.scoring.rule in MEANS
    mean = pl.col("mean").round(DECIMALS) if may else pl.lit(None, pl.Float64)
    deviation = (pl.col("squared") - pl.col("mean") ** 2).clip(lower_bound=0).sqrt()
    wide = pl.col("high") - pl.col("low")
    one = pl.col("kind") != "any of"
    return found.with_columns(
        agreement=pl.when(one & (pl.col("pairs") > 0)).then(pl.col("same") / pl.col("pairs")),
        mean=mean,
        turned=turned(mean),
        deviation=deviation.round(DECIMALS),
        spread=pl.when(wide > 0).then(deviation / (wide / 2)).round(DECIMALS),
    ).select(
        *_GROUP, "of", "answered", "third", "blank", "distinct", "agreement", "least", "median", "most", "mean",
        "turned", "deviation", "spread",
    )  # fmt: skip


def _counted(instrument: Instrument, counts: pl.DataFrame) -> pl.DataFrame:
    """The counts, with what each answer counts."""
    asked = questions(instrument).drop("nth", "asks", "scale")
    points = options(instrument).select("question", "value", "points")
    told = counts.filter(pl.col("state").is_in([ANSWER, PEOPLE, THIRD, BLANK]))
    told = told.join(points, on=["question", "value"], how="left", maintain_order="left")
    told = told.join(asked, on="question", how="left", maintain_order="left")
    number = pl.when((pl.col("kind") == "number") & (pl.col("state") == ANSWER)).then("value")
    level = pl.coalesce(pl.when("pointed").then("points"), number.cast(pl.Float64, strict=False))
    return told.with_columns(points=level)


def profile(instrument: Instrument, counts: pl.DataFrame) -> pl.DataFrame:
    """Each element as observers see it: half-way answer, least, most and how many; which to attend to.

    Parameters
    ----------
    instrument, counts
        The instrument, and what :func:`~takeroot.analysis.assessment.counts` gave.

    Returns
    -------
    DataFrame
        One row for each round and question with numbers: ``of``, ``question``, ``asks``, ``median``, ``least``,
        ``most``, ``n``, and whether it is low (``attend``): the median is at the scale's own mark for it or below, else
        in the lowest two fifths. That mark is ours.
    """
    asked = questions(instrument).select("question", "asks", "low", "high")
    marks = {one.id: getattr(instrument.scale(one), "low", None) for one in instrument.questions}
    own = pl.col("question").replace_strict(marks, default=None, return_dtype=pl.Float64)
    mark = pl.coalesce(own, pl.col("low") + LOW * (pl.col("high") - pl.col("low")))
    seen = views(instrument, counts).filter((pl.col("breakdown") == EVERYONE) & pl.col("median").is_not_null())
    return seen.join(asked, on="question", maintain_order="left").select(
        "round", "of", "question", "asks", "median", "least", "most", n="answered", attend=pl.col("median") <= mark
    )


def complexity(instrument: Instrument, counts: pl.DataFrame) -> pl.DataFrame:
    """How people judged each domain: how many gave each answer. No number is made of it.

    Parameters
    ----------
    instrument, counts
        The instrument, and what :func:`~takeroot.analysis.assessment.counts` gave.

    Returns
    -------
    DataFrame
        One row for each round, construct (``of``) and answer that its questions offer, states besides included:
        ``value``, ``says`` and ``n``, over all questions of the construct that have the same scale.
    """
    told = dots(instrument, counts).filter(pl.col("state") != BLANK)
    scale = questions(instrument).select("question", "scale", "kind")
    told = told.join(scale, on="question", maintain_order="left").filter(pl.col("kind") == "one of")
    return told.group_by("round", "of", "scale", "state", "value", maintain_order=True).agg(
        pl.col("says").first(), pl.col("n").sum()
    )


def constructs(instrument: Instrument, counts: pl.DataFrame) -> pl.DataFrame:
    """What the views of each group come to, for each construct, by the instrument's own rule.

    Parameters
    ----------
    instrument, counts
        The instrument, and what :func:`~takeroot.analysis.assessment.counts` gave.

    Returns
    -------
    DataFrame
        One row for each round, ``breakdown``, ``group`` and construct, and one where ``of`` is empty for the total, if
        the authors defined one: the ``score``, and of weighted levels the ``lower`` and ``upper`` end of what it may be
        as long as answers are missing (then there is no score); how many ``questions`` it has and how many are
        ``shown``. A mean is that of the means of its questions, each among those who answered it, reversed ones turned:
        where all answered all, the mean of the respondents' own. A group has one only where it shows the questions that
        everyone shows. No rows for rules that make no number, and none for
        breakdowns in which a question is withheld, for weighted levels.
    """
    if instrument.scoring.rule not in MEANS:
        return pl.DataFrame(schema=_CONSTRUCTS)
    asked = questions(instrument).filter("pointed").select("question")
    counted = within(instrument).join(asked, on="question")
    whole = counted.group_by("of").agg(questions=pl.len().cast(pl.Int64))
    seen = views(instrument, counts).filter(pl.col("beside").is_null()).drop("of")
    ends = questions(instrument).select("question", "low", "high")
    seen = seen.join(asked, on="question").join(ends, on="question")
    people = pl.col("answered") + pl.col("third") + pl.col("blank")
    missing = (pl.col("third") + pl.col("blank")) / people
    sure = pl.col("turned").fill_null(0) * pl.col("answered") / people
    seen = seen.with_columns(least_of=sure + missing * pl.col("low"), most_of=sure + missing * pl.col("high"))
    found = (
        seen.join(counted, on="question")
        .group_by("round", "breakdown", "group", "of")
        .agg(
            shown=pl.len().cast(pl.Int64),
            mean=pl.col("turned").mean(),
            lower=pl.col("least_of").sum().round(DECIMALS),
            upper=pl.col("most_of").sum().round(DECIMALS),
        )
    )
    found = found.join(whole, on="of", nulls_equal=True)
    if instrument.scoring.rule == "weighted levels":
        found = found.filter(pl.col("shown") == pl.col("questions"))
        found = found.with_columns(score=pl.when(pl.col("lower") == pl.col("upper")).then("lower"))
    else:
        of_all = pl.col("shown").filter(pl.col("breakdown") == EVERYONE).first().over("round", "of")
        enough = pl.col("shown") >= (pl.col("questions") * instrument.scoring.enough - 1e-9).ceil()
        enough &= pl.col("shown") == of_all
        nothing = pl.lit(None, pl.Float64)
        found = found.with_columns(score=pl.when(enough).then("mean").round(DECIMALS), lower=nothing, upper=nothing)
    order = counts.select("round", "breakdown", "group").unique(maintain_order=True).with_row_index("place")
    found = found.join(order, on=["round", "breakdown", "group"])
    return in_order(instrument, found, ["place"]).select(list(_CONSTRUCTS))


_CONSTRUCTS = {
    "round": pl.String(),
    "breakdown": pl.String(),
    "group": pl.String(),
    "of": pl.String(),
    "score": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "questions": pl.Int64(),
    "shown": pl.Int64(),
}


def opinion_spread(instrument: Instrument, counts: pl.DataFrame) -> pl.DataFrame:
    """How far the views of everyone lie apart in each round: the mean spread over the questions that a few answered.

    Parameters
    ----------
    instrument, counts
        The instrument, and what :func:`~takeroot.analysis.assessment.counts` gave.

    Returns
    -------
    DataFrame
        One row for each round: ``spread`` (0 to 1) and over how many ``questions``, each answered by three or more.
    """
    seen = views(instrument, counts).filter((pl.col("breakdown") == EVERYONE) & pl.col("spread").is_not_null())
    seen = seen.filter(pl.col("answered") >= FEW)
    return seen.group_by("round", maintain_order=True).agg(
        spread=pl.col("spread").mean().round(DECIMALS), questions=pl.len().cast(pl.Int64)
    )


def differing(instrument: Instrument, counts: pl.DataFrame, *, most: int = 5) -> pl.DataFrame:
    """Where views differ most, and what to ask about it: a sheet for whoever leads the discussion.

    Parameters
    ----------
    instrument, counts
        The instrument, and what :func:`~takeroot.analysis.assessment.counts` gave.
    most
        How many questions of each round.

    Returns
    -------
    DataFrame
        For each round the questions on which people differ, the widest apart first: ``nth``, ``question``, ``asks``,
        the construct that it is ``of`` and its ``name``, how many ``answered``, ``distinct``, ``agreement``,
        ``spread``, and the prompts of its construct (``ask``), or else those of the whole instrument.
    """
    asked = questions(instrument).select("question", "asks", "nth")
    seen = views(instrument, counts).filter((pl.col("breakdown") == EVERYONE) & (pl.col("distinct") > 1))
    if instrument.scoring.rule not in MEANS and instrument.scoring.rule != "profile":
        seen = seen.with_columns(spread=pl.lit(None, pl.Float64))
    seen = seen.filter(pl.col("agreement").is_not_null()).join(asked, on="question")
    rounds = counts.select("round").unique(maintain_order=True).with_row_index("in_time")
    seen = seen.join(rounds, on="round").sort(
        "in_time", "spread", "agreement", "nth", descending=[False, True, False, False], nulls_last=True
    )
    seen = seen.group_by("round", maintain_order=True).head(most)
    names = {one.id: one.name for one in instrument.constructs}
    name = pl.col("of").replace_strict(names, default=None, return_dtype=pl.String)
    ask = {one: _prompts(instrument, one) for one in [None, *names]}
    prompts = pl.Series("ask", [ask[of] for of in seen["of"]], dtype=pl.List(pl.String))
    nth = pl.int_range(1, pl.len() + 1).over("round")
    return seen.with_columns(prompts, nth=nth, name=name).select(
        "round", "nth", "question", "asks", "of", "name", "answered", "distinct", "agreement", "spread", "ask"
    )


def _prompts(instrument: Instrument, of: str | None) -> list[str]:
    """What to ask about a construct: its own prompts, those of what it is within, or those of the whole."""
    above = {one.id: one.within for one in instrument.constructs}
    while True:
        own = [prompt.asks for prompt in instrument.discussion if prompt.of == of]
        if own or of is None:
            return own
        of = above[of]
