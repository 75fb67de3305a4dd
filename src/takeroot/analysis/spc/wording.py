"""What a chart shows, in plain sentences."""

from __future__ import annotations

import polars as pl

from takeroot.analysis.spc.listing import unbroken

#: What ``variation`` means, in words.
VARIATION = {
    "improvement": "Unusual and better",
    "concern": "Unusual and worse",
    "neither_high": "Unusual and high; neither direction is better",
    "neither_low": "Unusual and low; neither direction is better",
    "common": "No unusual change lately",
    "too_few": "Too few points to judge",
}
#: What ``assurance`` means, in words.
ASSURANCE = {
    "pass": "Will keep meeting the target unless something changes",
    "fail": "Will keep missing the target unless something changes",
    "hit_and_miss": "May meet or miss the target by chance",
}
#: The signal that speaks for the latest point, where several began on the same day.
_ORDER = ("shift", "trend", "run_length", "two_of_three", "astronomical", "crossings")
_NUMBERS = dict(enumerate("a two three four five six seven eight nine ten eleven twelve".split(), 1))
_MONTH, _DAY = "%B %Y", "%-d %b %Y"


def said(rows: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """A sentence for every phase: ``says``.

    Parameters
    ----------
    rows
        One row for each phase, with ``variation`` and what it rests on.
    points
        The points they sum up.
    """
    day = _MONTH if points.height and (points["on"].dt.day() == 1).all() else _DAY
    rows = _with_phrases(rows.with_row_index("row"), unbroken(points), day)
    opening = pl.col("variation").replace_strict(
        {"improvement": "Unusual and better", "concern": "Unusual and worse"}, default="Unusual"
    )
    lately = (
        pl.when("current").then(pl.lit("No unusual change lately.")).otherwise(pl.lit("No unusual change at its end."))
    )
    says = (
        pl.when(pl.col("n") == 0).then(pl.lit("No values yet."))
        .when((pl.col("variation") == "too_few") & (pl.col("n") < pl.col("judge_from")))
        .then(pl.format("Too few points to judge ({} of {}).", "n", "judge_from"))
        .when((pl.col("variation") == "too_few") & pl.col("judged"))
        .then(pl.lit("Too small a denominator at the latest point to judge."))
        .when(variation="too_few").then(pl.lit("Too few neighbouring points to judge."))
        .when(variation="common").then(lately)
        .when(pl.col("phrase").is_null()).then(pl.format("{}.", opening))
        .otherwise(pl.format("{} {}: {}.", opening, "time", "phrase"))
    )  # fmt: skip
    also = pl.format(" It also shows {} {}.", "other", "other_time")
    few = (pl.col("variation") != "too_few") & (pl.col("used") < pl.col("least"))
    resting = pl.format(" The limits rest on {} points.", "used")
    whole = says + pl.when(pl.col("other").is_not_null()).then(also).otherwise(pl.lit(""))
    whole += pl.when(few).then(resting).otherwise(pl.lit(""))
    begun = whole.str.slice(0, 1).str.to_lowercase() + whole.str.slice(1)
    earlier = pl.format("Phase {}, to {}: {}", "phase", pl.col("ends").dt.to_string(day), begun)
    return rows.with_columns(says=pl.when("current").then(whole).otherwise(earlier))


def _with_phrases(rows: pl.DataFrame, found: pl.DataFrame, day: str) -> pl.DataFrame:
    """The run of a signal that speaks for the latest point, and one that speaks the other way, if there is any."""
    runs = found.select(
        "measure",
        "site",
        own="shows",
        latest_on="until",
        order=pl.col("signal").replace_strict({name: place for place, name in enumerate(_ORDER)}, return_dtype=pl.Int8),
        on="on",
        phrase=_phrase(),
        time=pl.when(pl.col("on") < pl.col("until"))
        .then(pl.lit("since "))
        .otherwise(pl.lit("in " if day == _MONTH else "on "))
        + pl.col("on").dt.to_string(day),
    )
    judged = rows.filter(pl.col("variation") != "too_few").select("row", "measure", "site", "latest_on", "variation")
    runs = judged.join(runs, on=["measure", "site", "latest_on"]).sort("row", "on", "order")
    agrees = pl.col("own") == pl.col("variation")
    leading = runs.filter(agrees).unique("row", keep="first", maintain_order=True).select("row", "phrase", "time")
    other = runs.filter(~agrees).unique("row", keep="first", maintain_order=True)
    other = other.select("row", other="phrase", other_time="time")
    return rows.join(leading, on="row", how="left", maintain_order="left").join(
        other, on="row", how="left", maintain_order="left"
    )


def _phrase() -> pl.Expr:
    """A run of a signal in words."""
    plural = pl.when(pl.col("points") == 1).then(pl.lit("")).otherwise(pl.lit("s"))
    many = pl.col("points").replace_strict(_NUMBERS, default=pl.col("points").cast(pl.String), return_dtype=pl.String)
    above = pl.when("high").then(pl.lit("above")).otherwise(pl.lit("below"))
    upper = pl.when("high").then(pl.lit("upper")).otherwise(pl.lit("lower"))
    higher = pl.when("high").then(pl.lit("higher")).otherwise(pl.lit("lower"))
    centre = pl.when(pl.col("chart").is_in(["run", "g"])).then(pl.lit("median")).otherwise(pl.lit("mean"))
    return (
        pl.when(signal="shift").then(pl.format("{} point{} {} the {}", many, plural, above, centre))
        .when(signal="trend").then(pl.format("{} points, each {} than the one before", many, higher))
        .when(signal="run_length")
        .then(pl.format("{} point{} {} the {}, more in a row than chance allows", many, plural, above, centre))
        .when(signal="crossings").then(pl.format("fewer crossings of the {} than chance allows", centre))
        .when(signal="two_of_three").then(pl.format("{} point{} near the {} limit or beyond it", many, plural, upper))
        .otherwise(pl.format("{} point{} {} the {} limit", many, plural, above, upper))
    )  # fmt: skip
