"""How many eligible people are reached at each site? What is known, and what must be kept back.

Counts of fewer than five people are kept back: of those eligible, at sites in use or elsewhere, reached or not. Where
that leaves only one figure of a region, of a deprivation group or of all sites kept back, the next smallest is kept
back too, so that nobody finds it by taking the others from the sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption import depth, standing
from takeroot.vocabulary.stages import IN_USE

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: The smallest count of people that is shown, but for none.
FLOOR = 5
#: Groups of sites whose sums are shown beside the sites.
SUMS = ("region", "deprivation")
_AT = {
    "site": pl.String(),
    "in_use": pl.Boolean(),
    "eligible_people": pl.Int64(),
    "extent": pl.Float64(),
    "reached": pl.Int64(),
    "not_reached": pl.Int64(),
    "known": pl.Boolean(),
    "withheld": pl.Boolean(),
}


def at_sites(programme: Programme, *, floor: int = FLOOR) -> pl.DataFrame:
    """How many eligible people each open and eligible site has, and how many of them are reached, as far as is known.

    Parameters
    ----------
    programme
        Its sites, with the people they are for, and its stages, with how far it goes among them.
    floor
        The smallest count of people that is shown.

    Returns
    -------
    DataFrame
        By the codes of the sites: ``site``; whether it is ``in_use`` (not where nothing is known of it any more);
        ``eligible_people``; ``extent`` (the share of them, where that is recorded); ``reached`` and ``not_reached``
        (people; none at a site not in use; empty, where that is not ``known``); ``withheld`` (whether figures of people
        are kept back, which are empty then).

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> sites = {"site": ["A", "B"], "eligible_people": [200, 100]}
    >>> stages = {"site": ["A"], "stage": ["using"], "on": ["2024-01-15"], "extent": [0.4]}
    >>> programme = Programme("Falls", sites=sites, stages=stages | {"extent_of": ["eligible people"]})
    >>> at_sites(programme).select("site", "reached", "not_reached").rows()
    [('A', 80, 120), ('B', 0, 100)]
    """
    every = listed(programme)
    kept = kept_back(every, floor)
    people = ("eligible_people", "extent", "reached", "not_reached")
    shown = every.with_columns(withheld=kept)
    shown = shown.with_columns(pl.when(~pl.col("withheld")).then(pl.col(name)).alias(name) for name in people)
    return shown.select(pl.col(name).cast(kind) for name, kind in _AT.items())


def listed(programme: Programme) -> pl.DataFrame:
    """Every open and eligible site, with all that is known of its people, by the codes of the sites."""
    stands = standing(programme).filter("open", pl.col("eligible").fill_null(value=True)).select("site", "stage")
    sites = programme.sites.select("site", "eligible_people", "region", "deprivation")
    how_far = depth(programme).filter(extent_of="eligible people").select("site", "extent")
    every = stands.join(sites, on="site", how="left").join(how_far, on="site", how="left")
    in_use, unknown = pl.col("stage").is_in(IN_USE).fill_null(value=False), pl.col("stage") == "unknown"
    share = pl.when(in_use).then("extent").when(~unknown.fill_null(value=False)).then(0.0)
    every = every.with_columns(in_use=in_use, known=share.is_not_null() & pl.col("eligible_people").is_not_null())
    reached = (share * pl.col("eligible_people")).round().cast(pl.Int64)
    return every.with_columns(reached=reached, not_reached=pl.col("eligible_people") - reached).sort("site")


def small(floor: int, columns: Sequence[str]) -> pl.Expr:
    """Whether a row tells of so few people that its figures are kept back."""
    people = ("eligible_people", "at_sites_in_use", "elsewhere", "reached", "not_known", "not_reached")
    there = [name for name in people if name in columns]
    return pl.any_horizontal(pl.col(name).is_between(1, floor - 1).fill_null(value=False) for name in there)


def kept_back(every: pl.DataFrame, floor: int) -> pl.Series:
    """Which rows are kept back, so that no sum gives one of them away."""
    rows = every.with_row_index("row").with_columns(kept=small(floor, every.columns), all=pl.lit(1))
    sums = ["all", *(name for name in SUMS if name in every.columns)]
    while True:
        alone = set()
        for name in sums:
            found = rows.filter((pl.col("kept").sum() == 1).over(name), ~pl.col("kept"))
            found = found.filter(pl.col("eligible_people") > 0).sort("eligible_people", "row")
            alone |= set(found.unique(name, keep="first", maintain_order=True)["row"])
        if not alone:
            return rows["kept"]
        rows = rows.with_columns(kept=pl.col("kept") | pl.col("row").is_in(sorted(alone)))
