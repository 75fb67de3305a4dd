"""A round, tidy, to be taken along: what may be shown and nothing else, with what every column and value means.

Of an anonymous round that is counts. Rows of single respondents would show groups of one, whatever their codes, so
there are none; of an open round, whose people agreed to it, there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from takeroot.analysis.assessment.coding import ANSWER, BLANK, COUNTED, questions, turned
from takeroot.analysis.assessment.counting import MOVED, PEOPLE, Given, breakdowns, counts_of, given, shown_of
from takeroot.analysis.assessment.grouping import EVERYONE, FLOOR
from takeroot.analysis.assessment.viewing import views
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.instrument import Instrument

_CODEBOOK = {
    "question": pl.String(),
    "asks": pl.String(),
    "of": pl.String(),
    "construct": pl.String(),
    "scale": pl.String(),
    "kind": pl.String(),
    "reversed": pl.Boolean(),
    "state": pl.String(),
    "value": pl.String(),
    "says": pl.String(),
    "points": pl.Float64(),
    "least": pl.Float64(),
    "most": pl.Float64(),
}
#: Columns of the released words that a respondent wrote.
COMMENTS = ["round", "of", "question", "respondent", "comment"]


def codebook(instrument: Instrument) -> pl.DataFrame:
    """What every question and every value means.

    Parameters
    ----------
    instrument
        The instrument, in the edition that was answered.

    Returns
    -------
    DataFrame
        One row for each ``question`` and ``value`` that may be answered, in order (one row without a value for numbers,
        words and days): what it ``asks``, the construct that it is ``of`` and its name, ``scale``, ``kind``, whether it
        is ``reversed``; the ``state`` (answer or third) that the value is, what it ``says`` and its ``points``;
        ``least`` and ``most`` of numbers.
    """
    names = {one.id: one.name for one in instrument.constructs}
    rows = []
    for one in instrument.questions:
        scale = instrument.scale(one)
        about = (one.id, one.asks, one.of, names.get(one.of or ""), one.scale, scale.kind, one.reversed)
        offered: list[tuple[str, str | None, str, float | None]]
        offered = [(ANSWER, option.value, option.says, option.points) for option in scale.options]
        if not scale.options:
            offered.append((ANSWER, None, " – ".join(filter(None, (scale.least_says, scale.most_says))), None))
        for third in scale.thirds:
            offered.append(("third", third.value, third.says, None))
            offered += [("third", f"{third.value}:{why.value}", why.says, None) for why in third.reasons]
        rows += [(*about, *value, scale.least, scale.most) for value in offered]
    return pl.DataFrame(rows, schema=_CODEBOOK, orient="row")


def comments(
    instrument: Instrument, rounds: IntoFrame, answers: IntoFrame, *, as_at: date, floor: int = FLOOR
) -> pl.DataFrame:
    """What respondents wrote, where it may be shown.

    Of an anonymous round these are the words that their authors released (a column ``released`` of the answers says
    yes), by construct, never by question, role or respondent, in the order of the alphabet. Words on a question that
    too few answered stand under no construct.

    Parameters
    ----------
    instrument, rounds, answers, as_at, floor
        As for :func:`~takeroot.analysis.assessment.counts`.

    Returns
    -------
    DataFrame
        ``round``, the construct (``of``), the ``comment``; of open rounds also the ``question`` and ``respondent``.
    """
    it = given(instrument, rounds, answers, as_at=as_at, floor=floor)
    return _comments(instrument, it, counts_of(instrument, it, ()))


def _comments(instrument: Instrument, it: Given, shown_counts: pl.DataFrame) -> pl.DataFrame:
    asked = pl.DataFrame(
        [(one.id, one.of, instrument.scale(one).kind) for one in instrument.questions],
        schema={"question": pl.String(), "of": pl.String(), "kind": pl.String()},
        orient="row",
    )
    read = it.read if "released" in it.read.columns else it.read.with_columns(released=False)
    said = pl.col("released").cast(pl.String).str.to_lowercase().is_in(["true", "yes"]).fill_null(False)
    read = read.with_columns(released=said).join(asked, on="question")
    read = read.join(it.shown.select("round", "anonymous"), on="round")
    written = pl.when(pl.col("kind") == "text").then("answer")
    both = pl.concat([read.with_columns(comment=written), read.with_columns(pl.col("comment"))]).drop_nulls("comment")
    both = both.filter(~pl.col("anonymous") | pl.col("released"))
    seen = shown_counts.filter(pl.col("breakdown") == EVERYONE).select("round", "question").unique()
    both = both.join(seen.with_columns(counted=True), on=["round", "question"], how="left")
    kept = ~pl.col("anonymous") | pl.col("counted").fill_null(False) | ~pl.col("kind").is_in(COUNTED)
    own = ~pl.col("anonymous")
    both = both.with_columns(
        of=pl.when(kept).then("of"), question=pl.when(own).then("question"), respondent=pl.when(own).then("respondent")
    )
    in_time = it.shown.select("round").with_row_index("in_time")
    nth = pl.DataFrame({"of": [one.id for one in instrument.constructs]}, schema={"of": pl.String()}).with_row_index(
        "nth"
    )
    both = both.join(in_time, on="round").join(nth, on="of", how="left")
    return both.sort("in_time", "nth", "comment", "question", "respondent", nulls_last=True).select(COMMENTS)


def export(
    instrument: Instrument,
    rounds: IntoFrame,
    answers: IntoFrame,
    *,
    as_at: date,
    floor: int = FLOOR,
    by: str | Sequence[str] = ("role",),
) -> dict[str, pl.DataFrame]:
    """Everything of an instrument's rounds that may be shown, as tidy frames.

    Parameters
    ----------
    instrument, rounds, answers, as_at, floor, by
        As for :func:`~takeroot.analysis.assessment.counts`.

    Returns
    -------
    dict
        ``rounds``; ``counts``, one row for each round, question, group and answer, and ``counts_wide``, a column for
        each answer; ``views``, the figures of each group; ``answers``, one row for each respondent and question of open
        rounds, and ``answers_wide``, a column for each question; ``comments``; and the ``codebook``.
    """
    by = breakdowns(by)
    it = given(instrument, rounds, answers, as_at=as_at, floor=floor)
    told, long = told_of(instrument, it, by), _long(instrument, it, by)
    return {
        "rounds": told["rounds"],
        "counts": told["counts"],
        "counts_wide": wide(told["counts"]),
        "views": views(instrument, told["counts"]),
        "answers": long,
        "answers_wide": _wide(instrument, long, by),
        "comments": told["comments"],
        "codebook": codebook(instrument),
    }


def told_of(instrument: Instrument, it: Given, by: Sequence[str]) -> dict[str, pl.DataFrame]:
    """What a page of groups is made of, all at once: ``rounds``, ``counts`` and ``comments``."""
    counted = counts_of(instrument, it, breakdowns(by))
    return {"rounds": shown_of(it), "counts": counted, "comments": _comments(instrument, it, counted)}


def wide(counted: pl.DataFrame) -> pl.DataFrame:
    """Counts, with a column for each answer that any question offers; empty where this one does not.

    Parameters
    ----------
    counted
        What :func:`~takeroot.analysis.assessment.counts` gave, or some of it.
    """
    keys = ["round", "question", "breakdown", "group", "beside"]
    name = pl.when(pl.col("state").is_in([BLANK, PEOPLE])).then("state").otherwise(pl.format("{} {}", "state", "value"))
    rows = counted.with_columns(name=name)
    said = {
        state: rows.filter(state=state)["name"].unique(maintain_order=True)
        for state in (ANSWER, PEOPLE, "third", BLANK, MOVED)
    }
    columns = [one for names in said.values() for one in names]
    if not columns:
        return rows.select(keys)
    return rows.pivot("name", index=keys, values="n", aggregate_function="sum", maintain_order=True).select(
        *keys, *columns
    )


def _long(instrument: Instrument, it: Given, by: Sequence[str]) -> pl.DataFrame:
    """One row for each respondent and question of open rounds."""
    open_ = it.shown.filter(~pl.col("anonymous")).select("round")
    about = questions(instrument).select("question", "of", "reversed", "low", "high", "pointed")
    said = it.said.join(open_, on="round", how="semi").join(about, on="question", maintain_order="left")
    own = it.read.select("round", "respondent", *(name for name in by if name in it.read.columns))
    own = own.group_by("round", "respondent").agg(pl.all().drop_nulls().first())
    words = it.read.select("round", "respondent", "question", "comment")
    said = said.join(own, on=["round", "respondent"], how="left", maintain_order="left")
    said = said.join(words, on=["round", "respondent", "question"], how="left", maintain_order="left")
    return said.select(
        "round", "respondent", *own.columns[2:], "question", "of", "state", "value", "points",
        turned=turned(pl.col("points")), comment="comment",
    )  # fmt: skip


def _wide(instrument: Instrument, long: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """One row for each respondent of open rounds, a column for each question."""
    keys = ["round", "respondent", *(name for name in by if name in long.columns)]
    named = {one: f"{one} (question)" if one in keys else one for one in questions(instrument)["question"]}
    joined = long.group_by(*keys, "question", maintain_order=True).agg(pl.col("value").drop_nulls().str.join(";"))
    joined = joined.with_columns(pl.col("question").replace(named), value=pl.when(pl.col("value") != "").then("value"))
    if not joined.height:
        return pl.DataFrame(schema=dict.fromkeys([*keys, *named.values()], pl.String()))
    across = joined.pivot("question", index=keys, values="value", aggregate_function="first", maintain_order=True)
    return across.select(*keys, *named.values())
