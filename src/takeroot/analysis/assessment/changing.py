"""What moved since the last round: the answers of everyone then and now, and of those who answered both times.

People come and go between rounds. Those who answered a question both times are told apart from the others only where
each group has no one or enough, in both rounds; else what moved may be no more than that other people answered.
"""

from __future__ import annotations

import polars as pl

from takeroot.analysis.assessment.coding import DECIMALS
from takeroot.analysis.assessment.counting import DOWN, MOVED, SAME, UP
from takeroot.analysis.assessment.grouping import AFTER, BEFORE, BOTH, EVERYONE
from takeroot.analysis.assessment.viewing import views
from takeroot.errors import NotEnough, NotFound
from takeroot.vocabulary.instrument import Instrument

_SCHEMA = {
    "question": pl.String(),
    "of": pl.String(),
    "who": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "n_before": pl.Int64(),
    "n_after": pl.Int64(),
    "median_before": pl.Float64(),
    "median_after": pl.Float64(),
    "mean_before": pl.Float64(),
    "mean_after": pl.Float64(),
    "agreement_before": pl.Float64(),
    "agreement_after": pl.Float64(),
    "spread_before": pl.Float64(),
    "spread_after": pl.Float64(),
    "up": pl.Int64(),
    "same": pl.Int64(),
    "down": pl.Int64(),
}


def changes(
    instrument: Instrument, counts: pl.DataFrame, *, before: str | None = None, after: str | None = None
) -> pl.DataFrame:
    """What moved between two rounds, for each question.

    Parameters
    ----------
    instrument, counts
        The instrument, and what :func:`~takeroot.analysis.assessment.counts` gave.
    before, after
        The rounds; the last that is shown and the one before it, if not given.

    Returns
    -------
    DataFrame
        One row for each question and ``who``: everyone; and those who answered it both times, and one time only, where
        they may be told apart. How many answered (``n``), ``median``, ``mean`` (as answered), ``agreement`` and
        ``spread`` before and after; and of those who answered both times, how many moved ``up`` (questions turned where
        they are reversed), gave the ``same`` answer or moved ``down``.

    Raises
    ------
    NotEnough
        If fewer than two rounds are shown.
    NotFound
        If a round that is named is not shown.
    """
    known = counts["round"].unique(maintain_order=True).to_list()
    if before is None and after is None and len(known) < 2:
        raise NotEnough(f"What moved needs two rounds that are shown; there is {len(known)}.")
    for name in (before, after):
        if name is not None and name not in known:
            raise NotFound("round that is shown", name, known)
    after = after or known[-1]
    at = known.index(after)
    if before is None and not at:
        raise NotEnough(f"No round is shown before '{after}'.")
    before = before or known[at - 1]
    seen = views(instrument, counts)
    first = _of(seen, before, AFTER, after)
    last = _of(seen, after, BEFORE, before)
    order = seen.select("question").unique(maintain_order=True).with_row_index("nth")
    both = first.join(last, on=["question", "of", "who"], how="full", coalesce=True, suffix="_after", nulls_equal=True)
    both = both.rename({name: f"{name}_before" for name in _FIGURES})
    moved = counts.filter((pl.col("round") == after) & (pl.col("beside") == before) & (pl.col("state") == MOVED))
    ways = moved.group_by("question", pl.col("group").alias("who")).agg(
        pl.col("n").filter(pl.col("value") == way).sum().alias(way) for way in (UP, SAME, DOWN)
    )
    both = both.join(ways, on=["question", "who"], how="left").join(order, on="question")
    both = both.with_columns(pl.lit(before).alias("before"), pl.lit(after).alias("after"))
    place = pl.col("who").replace_strict({EVERYONE: 0, BOTH: 1}, default=2, return_dtype=pl.Int64)
    both = both.sort("nth", place).with_columns(pl.col("n_before", "n_after").fill_null(0))
    return both.select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())


_FIGURES = ("n", "median", "mean", "agreement", "spread")


def _of(seen: pl.DataFrame, round_: str, breakdown: str, beside: str) -> pl.DataFrame:
    """The figures of one round: of everyone, and of those told apart from the other round."""
    mine = seen.filter(pl.col("round") == round_)
    everyone = (pl.col("breakdown") == EVERYONE) & pl.col("beside").is_null()
    told = (pl.col("breakdown") == breakdown) & (pl.col("beside") == beside)
    mine = mine.filter(everyone | told).rename({"group": "who", "answered": "n"})
    return mine.select("question", "of", "who", "n", *(pl.col(name).round(DECIMALS) for name in _FIGURES[1:]))
