"""When did sites begin, and how long was waited for the others? Times, put together in periods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.analysis.adoption.curves import Array
from takeroot.errors import Fault, FaultyInput
from takeroot.vocabulary.column import maybe, need
from takeroot.vocabulary.table import Table

#: How long each site was waited for, and whether it began.
TIMES = Table(
    "times",
    "How long each site was waited for, and whether it began",
    key=("row",),
    columns={
        "row": need("count", "the row"),
        "months": need("number", "whole periods from the clock's start to beginning or being last waited for", least=0),
        "event": need("yes_no", "whether it began then; else it was last waited for then"),
        "months_before": maybe("number", "the most it can have been, where only a span is known", least=0),
        "entered_months": maybe("number", "when it came to be waited for, if after the clock's start"),
        "sites": maybe("number", "how many sites this speaks of; one, if not said", least=0),
    },
)


@dataclass(frozen=True, eq=False)
class Waiting:
    """Sites by the periods between which they began.

    Parameters
    ----------
    after, by
        The ends of the periods after and by which it began: after 2 and by 3 is in the third. Of those that have not
        begun, ``by`` is endless. 0 is the clock's start; before it is no end either.
    entered
        The period at whose end it came to be waited for; before the clock's start, if it always was.
    count
        How many sites.
    periods
        How many periods there are, with or without sites that began in them.
    """

    after: Array
    by: Array
    entered: Array
    count: Array
    periods: int

    @property
    def began(self) -> npt.NDArray[np.bool_]:
        """Which of them began."""
        return np.isfinite(self.by)

    @property
    def adoptions(self) -> float:
        """How many began."""
        return float(self.count[self.began].sum())

    @property
    def sites(self) -> float:
        """How many were waited for."""
        return float(self.count.sum())

    @property
    def any_waiting(self) -> bool:
        """Whether any of them has not begun."""
        return bool(self.count[~self.began].sum() > 0)

    def new(self) -> Array:
        """How many began in each period; of those of whom a span is known, in its first."""
        found = np.zeros(self.periods)
        began = self.began
        first = np.where(np.isinf(self.after[began]), 1, self.after[began] + 1)
        np.add.at(found, first.astype(int) - 1, self.count[began])
        return found


def waiting_of(times: pl.DataFrame) -> Waiting:
    """Times, put together: sites that say the same become one row.

    A site that began in the first period may have begun before the clock did: a logistic curve has no beginning.
    """
    odd = times.filter((pl.col("months") % 1 != 0) | (pl.col("months_before") < pl.col("months")))
    if odd.height:
        row = odd.row(0, named=True)
        says = "growth curves need whole periods, of which the last that is possible is not before the first; found "
        raise FaultyInput([Fault(f"{says}{row['months']:g} to {row['months_before'] or row['months']:g}", "times")])
    event, months = pl.col("event"), pl.col("months")
    entered = pl.col("entered_months").fill_null(0)
    rows = times.select(
        after=pl.when(event & (months == 0)).then(-np.inf).when(event).then(months).otherwise(months + 1),
        by=pl.when(event).then(pl.coalesce("months_before", "months") + 1).otherwise(np.inf),
        entered=pl.when(entered > 0).then(entered + 1).otherwise(-np.inf),
        count=pl.col("sites").fill_null(1.0),
    )
    last = rows.select(pl.when(pl.col("by").is_finite()).then("by").otherwise("after").max()).item()
    rows = (
        rows.filter(pl.col("count") > 0)
        .group_by("after", "by", "entered")
        .agg(pl.col("count").sum())
        .sort("after", "by", "entered")
    )
    after, by, since, count = (rows[name].to_numpy().astype(float) for name in ("after", "by", "entered", "count"))
    return Waiting(after, by, since, count, int(last or 0))
