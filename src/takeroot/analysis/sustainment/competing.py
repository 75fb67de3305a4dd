"""What goes with leaving in one way, where leaving in another keeps from it.

Two questions, and both are worth asking. *Cause-specific*: of those still in use, what goes with leaving in this way;
whoever left in another is out of sight from then on. *Fine and Gray*: what goes with the share that will have left in
this way; whoever left in another way is still counted, by the chance that they would be in sight yet.

References
----------
Prentice RL, et al. The analysis of failure times in the presence of competing risks. Biometrics 1978;34:541-54. Fine
JP, Gray RJ. A proportional hazards model for the subdistribution of a competing risk. J Am Stat Assoc 1999;94:496-509.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from takeroot.analysis.sustainment.cox import Ties, cox
from takeroot.analysis.sustainment.survival import Array, read_times
from takeroot.errors import NotEnough, NotFound
from takeroot.vocabulary.column import IntoFrame


def leaving_as(
    times: IntoFrame,
    way: str,
    covariates: Sequence[str],
    *,
    of_all: bool = False,
    strata: str | None = None,
    cluster: str | None = None,
    ties: Ties = "efron",
) -> pl.DataFrame:
    """What goes with leaving in one way.

    Parameters
    ----------
    times
        As for :func:`~takeroot.analysis.sustainment.leaving`, with the covariates.
    way
        The ``left_as`` that is asked about.
    covariates, strata, cluster, ties
        As for :func:`~takeroot.analysis.sustainment.cox`.
    of_all
        Whether it is asked of all that began (Fine and Gray: what goes with the share that will have left in this way),
        rather than of those still in use (cause-specific).

    Returns
    -------
    DataFrame
        As :func:`~takeroot.analysis.sustainment.cox` gives, with the ``way`` first. Of all that began, errors are
        robust, and ``rows`` counts the pieces that those who left in other ways were taken into.

    Raises
    ------
    NotFound
        If nobody left in this way, or there is no such column.
    NotEnough
        If the data can not tell a coefficient; of all that began, if some came under observation late.

    Examples
    --------
    >>> seen = {"months": [3, 5, 6, 8, 9, 9], "event": [1, 1, 1, 1, 0, 0], "size": [2, 1, 5, 4, 1, 3]}
    >>> seen |= {"left_as": ["paused", "stopped", "stopped", "paused", None, None]}
    >>> leaving_as(seen, "stopped", ["size"]).select(pl.col("coef").round(4)).item()
    -0.0105
    >>> leaving_as(seen, "stopped", ["size"], of_all=True).select(pl.col("coef").round(4)).item()
    0.0785
    """
    seen = read_times(times, None)
    ways = seen.filter("event")["left_as"].drop_nulls().unique().sort().to_list()
    if way not in ways:
        raise NotFound("way in which any left", way, ways)
    mine = pl.col("event") & (pl.col("left_as") == way).fill_null(False)
    seen = seen.drop("id").with_columns(event=mine, gone="event")
    if not of_all:
        start = pl.when(pl.col("entered") > 0).then("entered")
        rows = seen.drop("gone").with_columns(start=start, stop="months")
        found = cox(rows, covariates, strata=strata, cluster=cluster, ties=ties)
    else:
        asked = [*([covariates] if isinstance(covariates, str) else covariates)]
        rows = weighted(seen.drop_nulls([name for name in asked if name in seen.columns]))
        own = "site" if "site" in rows.columns and not rows["site"].null_count() else "each"
        found = cox(rows, covariates, strata=strata, cluster=cluster or own, weights="counts_for", ties=ties)
    return found.select(pl.lit(way).alias("way"), pl.all())


def weighted(seen: pl.DataFrame) -> pl.DataFrame:
    """Those who left in other ways taken on, in pieces, by the chance that they would be in sight yet.

    Parameters
    ----------
    seen
        Times, with ``event`` for those that left in the way that is asked about, and ``gone`` for those that left in
        any.
    """
    if (seen["entered"] > 0).any():
        raise NotEnough(
            "Asked of all that began, nobody may have come under observation late; ask of those in use instead, or "
            "leave the rows with 'entered_months' out."
        )
    months, event, gone = (seen[name].to_numpy() for name in ("months", "event", "gone"))
    when = np.unique(months[event])
    in_sight = _in_sight(months, gone)
    first_stops = months.astype(float)
    of, starts, stops, counts = (
        [np.arange(len(months))],
        [np.full(len(months), np.nan)],
        [first_stops],
        [np.ones(len(months))],
    )
    for one in np.flatnonzero(gone & ~event):
        later = when[when > months[one]]
        share = in_sight(later) / in_sight(months[one : one + 1])
        whole = int((share == 1).sum())
        if whole:
            first_stops[one] = later[whole - 1]
        later, share = later[whole:], share[whole:]
        if len(later):
            ends = np.flatnonzero(np.append(np.diff(share) != 0, True))
            of.append(np.full(len(ends), one))
            starts.append(np.append(first_stops[one], later[ends[:-1]]))
            stops.append(later[ends])
            counts.append(share[ends])
    places = np.concatenate(of)
    rows = seen.drop("months", "row", "entered", "gone").with_row_index("each")[places]
    pieces = {"start": np.concatenate(starts), "stop": np.concatenate(stops), "counts_for": np.concatenate(counts)}
    first = np.arange(len(places)) < len(months)
    rows = rows.with_columns(pl.Series(name, values) for name, values in pieces.items())
    return rows.with_columns(event=pl.Series(first) & pl.col("event"), start=pl.col("start").fill_nan(None))


def _in_sight(months: Array, gone: Array) -> Callable[[Array], Array]:
    """The chance of not having been lost to sight before a time, for one that had not left."""
    lost, many = np.unique(months[~gone], return_counts=True)
    ordered, left = np.sort(months), np.sort(months[gone])
    at_risk = (
        len(months)
        - np.searchsorted(ordered, lost)
        - (np.searchsorted(left, lost, side="right") - np.searchsorted(left, lost))
    )
    chance = np.concatenate([[1.0], np.cumprod(1 - many / at_risk)])
    return lambda when: np.asarray(chance[np.searchsorted(lost, when)])
