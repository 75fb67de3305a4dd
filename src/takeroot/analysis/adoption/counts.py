"""How far has it spread? Sites by stage, reach, and who is reached.

Every figure is counted at the end of a month, over the sites that were open then. *Contacted* and *ever used* look back
over a site's history; *in use* speaks of the day. A share has a stated denominator or is not given: the number of
eligible sites that ``about.eligible`` states, else the eligible sites that are listed and open that month. How many
people are eligible at the sites in use, and where those sites are, stands beside how many sites there are.

In use at the least and at the most is the range over all that the record allows, where days are known only as a span,
where sources conflict, and where nothing is known of a site any more: it may be in use, and is counted at the most and
not at the least. How many are not known stands beside.

References
----------
Glasgow RE, Vogt TM, Boles SM. Evaluating the public health impact of health promotion interventions: the RE-AIM
framework. Am J Public Health 1999;89:1322-7 (reach, and adoption as a share of settings).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from takeroot.analysis.adoption.alternatives import alternatives
from takeroot.analysis.adoption.grid import STAGES, grid_of
from takeroot.analysis.adoption.record import record, told
from takeroot.errors import NotFound
from takeroot.vocabulary.checking import names_used
from takeroot.vocabulary.stages import IN_USE

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

_BY_STAGE = {"on": pl.Date(), "stage": pl.String(), "sites": pl.Int64()}
_REACH = {
    "on": pl.Date(),
    "contacted": pl.Int64(),
    "ever_used": pl.Int64(),
    "in_use": pl.Int64(),
    "in_use_low": pl.Int64(),
    "in_use_high": pl.Int64(),
    "not_known": pl.Int64(),
    "eligible": pl.Int64(),
    "contacted_share": pl.Float64(),
    "ever_used_share": pl.Float64(),
    "in_use_share": pl.Float64(),
    "eligible_people": pl.Int64(),
    "people_at_sites_in_use": pl.Int64(),
    "people_share": pl.Float64(),
    "counted_from": pl.String(),
}


def by_stage(programme: Programme) -> pl.DataFrame:
    """How many of the sites open at the end of each month stood in each stage.

    Parameters
    ----------
    programme
        Its stages, and its sites and when they were open.

    Returns
    -------
    DataFrame
        ``on`` (the first day of the month), ``stage`` and ``sites``, for every month from the first row of the record
        to its end and every stage, in their order. Sites of which nothing is recorded yet are ``not_reached``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "B"], "stage": ["using", "exploring"], "on": ["2024-01-15", "2024-02-10"]}
    >>> by_stage(Programme("Falls", stages=stages)).filter(pl.col("sites") > 0).rows()[0]
    (datetime.date(2024, 1, 1), 'not_reached', 1)
    """
    read = record(programme)
    grid = grid_of(read, told(programme).rows["on"].min())  # type: ignore[arg-type]
    if grid is None:
        return pl.DataFrame(schema=_BY_STAGE)
    stands, is_open = grid.stages(read), grid.open()
    counts = np.stack([((stands == code) & is_open).sum(axis=0) for code in range(len(STAGES))], axis=1)
    months = grid.months.to_list()
    return pl.DataFrame(
        {
            "on": [month for month in months for _ in STAGES],
            "stage": STAGES * len(months),
            "sites": counts.ravel(),
        },
        schema=_BY_STAGE,
    )


def reach(programme: Programme) -> pl.DataFrame:
    """How many sites had been contacted, had ever used it and were in use at the end of each month, and of how many.

    Parameters
    ----------
    programme
        Its stages and its sites. Sites that are marked as not eligible are left out of every figure.

    Returns
    -------
    DataFrame
        A row for each month from the first row of the record to its end: ``on`` (its first day); the numbers of sites
        ``contacted``, ``ever_used`` and ``in_use``, with ``in_use_low`` and ``in_use_high`` (the least and the most
        that the record allows), and ``not_known``; ``eligible`` sites, and the three shares of them (0 to 1, empty
        without a denominator); ``eligible_people`` and ``people_at_sites_in_use`` over the sites listed whose number is
        known, and their ``people_share``; and ``counted_from``, a sentence that says how the denominators are known.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> programme = Programme(
    ...     "Falls",
    ...     sites={"site": ["A", "B"], "eligible": [True, True]},
    ...     stages={"site": ["A"], "stage": ["using"], "on": ["2024-01-15"]},
    ... )
    >>> reach(programme).select("in_use", "eligible", "in_use_share", "counted_from").row(0)
    (1, 2, 0.5, '2 eligible sites listed and open in the month.')
    """
    read = record(programme)
    grid = grid_of(read, told(programme).rows["on"].min())  # type: ignore[arg-type]
    if grid is None:
        return pl.DataFrame(schema=_REACH)
    counted = grid.open() & read.sites["eligible"].fill_null(True).to_numpy()[:, None]
    stands = grid.stages(read)
    in_use = np.isin(stands, [STAGES.index(stage) for stage in IN_USE]) & counted
    low, high = grid.possible(read)
    for other in alternatives(programme):
        least, most = grid.possible(other)
        low, high = low & least, high | most
    people = read.sites["eligible_people"]
    number, known = people.fill_null(0).to_numpy(), people.is_not_null().to_numpy()
    months = pl.DataFrame(
        {
            "on": grid.months,
            "contacted": (grid.ever(read, "contacted") & counted).sum(axis=0),
            "ever_used": (grid.ever(read, "ever_used") & counted).sum(axis=0),
            "in_use": in_use.sum(axis=0),
            "in_use_low": (low & counted).sum(axis=0),
            "in_use_high": (high & counted).sum(axis=0),
            "not_known": ((stands == STAGES.index("unknown")) & counted).sum(axis=0),
            "listed": counted.sum(axis=0),
            "people_known": (counted & known[:, None]).sum(axis=0),
            "eligible_people": number @ counted,
            "people_at_sites_in_use": number @ in_use,
        }
    )
    months = months.with_columns(stated=pl.lit(programme.about.eligible.sites, dtype=pl.Int64))
    return _shares(months, programme).select(pl.col(name).cast(kind) for name, kind in _REACH.items())


def reach_by(programme: Programme, by: str, on: date | None = None) -> pl.DataFrame:
    """How many sites of each group have ever used it and are in use on a day, and at how many eligible people's sites.

    Parameters
    ----------
    programme
        Its stages and its sites. Sites that are marked as not eligible are left out.
    by
        A column of the sites: ``region``, ``deprivation``, ``organisation``, ``kind``, ``wave`` or a covariate.
    on
        The day: the last of the record, if not given.

    Returns
    -------
    DataFrame
        A row for each group in the groups' own order, never in the order of a value: ``group`` (empty for sites of
        which it is not known), ``sites`` (listed, eligible and open that day), ``ever_used``, ``in_use``,
        ``in_use_share``, ``eligible_people``, ``people_at_sites_in_use`` and ``people_share``. Shares are empty where
        not every eligible site is listed.

    Raises
    ------
    NotFound
        If the sites have no such column.
    NotEnough
        If the record does not reach that day.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> programme = Programme(
    ...     "Falls",
    ...     sites={"site": ["A", "B", "C"], "region": ["North", "South", "South"]},
    ...     stages={"site": ["B"], "stage": ["using"], "on": ["2024-01-15"]},
    ... )
    >>> reach_by(programme, "region").select("group", "sites", "in_use", "in_use_share").rows()
    [('North', 1, 0, 0.0), ('South', 2, 1, 0.5)]
    """
    if by not in programme.sites.columns or by in ("site", "id"):
        raise NotFound("column of the sites", by, set(programme.sites.columns) - {"site", "id"})
    read = record(programme, on)
    day = pl.lit(read.until, dtype=pl.Date)
    sites = read.sites.filter(
        pl.col("eligible").fill_null(True), (pl.col("opened") <= day).fill_null(True), pl.col("closed").is_null()
    )
    stands = read.rows.group_by("site").agg(
        in_use=pl.col("stage").last().is_in(IN_USE), ever_used=pl.col("ever_used").any()
    )
    sites = sites.select("site", "eligible_people", group=by).join(stands, on="site", how="left")
    in_use, people = pl.col("in_use").fill_null(False), pl.col("eligible_people")
    groups = sites.group_by("group").agg(
        sites=pl.len().cast(pl.Int64),
        ever_used=pl.col("ever_used").sum().cast(pl.Int64),
        in_use=in_use.sum().cast(pl.Int64),
        eligible_people=pl.when(people.is_not_null().any()).then(people.sum()),
        people_at_sites_in_use=pl.when(people.is_not_null().any()).then(people.filter(in_use).sum()),
    )
    stated = programme.about.eligible.sites
    complete = pl.lit(_listed(programme) and (stated is None or stated <= sites.height))
    groups = groups.with_columns(
        in_use_share=pl.when(complete).then(pl.col("in_use") / pl.col("sites")),
        people_share=pl.when(complete & (pl.col("eligible_people") > 0)).then(
            pl.col("people_at_sites_in_use") / pl.col("eligible_people")
        ),
    )
    columns = ["group", "sites", "ever_used", "in_use", "in_use_share", "eligible_people", "people_at_sites_in_use"]
    return _in_their_own_order(groups.select(*columns, "people_share"))


def _listed(programme: Programme) -> bool:
    """Whether the sites listed are all there are: listed by somebody, who does not say that there are others."""
    if not programme.about.eligible.all_listed:
        return False
    said = [name for name in programme.sites.columns if name not in ("site", "id")]
    if any(programme.sites[name].null_count() < programme.sites.height for name in said):
        return True
    # Bare names may have been gathered from the other tables, unless there is one that none of them uses.
    return not set(programme.sites["site"]) <= set(names_used("sites", programme.tables))


def _shares(months: pl.DataFrame, programme: Programme) -> pl.DataFrame:
    """The denominators, the shares, and the sentence that says how they are known."""
    listed, stated = pl.col("listed"), pl.col("stated")
    known = pl.lit(_listed(programme))
    eligible = pl.when(stated.is_not_null()).then(stated).when(known).then(listed)
    months = months.with_columns(eligible=eligible)
    share = {
        f"{count}_share": pl.when((pl.col("eligible") > 0) & (pl.col(count) <= pl.col("eligible"))).then(
            pl.col(count) / pl.col("eligible")
        )
        for count in ("contacted", "ever_used", "in_use")
    }
    any_people = pl.col("people_known") > 0
    people = {name: pl.when(any_people).then(name) for name in ("eligible_people", "people_at_sites_in_use")}
    every = (stated <= listed).fill_null(known) & (pl.col("eligible_people") > 0)
    people_share = pl.when(any_people & every).then(pl.col("people_at_sites_in_use") / pl.col("eligible_people"))
    return months.with_columns(
        **share, **people, people_share=people_share, counted_from=_counted_from(programme, known)
    )


def _counted_from(programme: Programme, known: pl.Expr) -> pl.Expr:
    """How the denominators are known, in words."""
    listed, stated = pl.col("listed"), pl.col("stated")
    how = programme.about.eligible.how_known.rstrip(".")
    as_stated = pl.format("{} eligible {}, as stated{}", stated, _sites(stated), pl.lit(f": {how}" if how else ""))
    more = pl.format(
        "; {} {} listed and open in the month.",
        listed,
        pl.when(listed == 1).then(pl.lit("is")).otherwise(pl.lit("are")),
    )
    sites = (
        pl.when(stated.is_not_null() & known & (listed > stated))
        .then(as_stated + more)
        .when(stated.is_not_null())
        .then(as_stated + ".")
        .when(known & (listed > 0))
        .then(pl.format("{} eligible {} listed and open in the month.", listed, _sites(listed)))
        .when(known)
        .then(pl.lit("No share: no eligible site is listed and open in the month."))
        .otherwise(pl.lit(f"No share: {_why_none(programme)}."))
    )
    partly = (pl.col("people_known") > 0) & (pl.col("people_known") < listed)
    people = pl.format(" Eligible people are known for {} of {} sites listed.", pl.col("people_known"), listed)
    return sites + pl.when(partly).then(people).otherwise(pl.lit(""))


def _why_none(programme: Programme) -> str:
    """Why there is no denominator."""
    if programme.about.eligible.all_listed:
        known = "only sites that other tables name are listed and no number is stated"
        return f"of how many sites these are is not known, as {known}"
    how = programme.about.eligible.how_known.rstrip(".")
    return "not every eligible site is listed, and how many there are is not stated" + (f". {how}" if how else "")


def _sites(number: pl.Expr) -> pl.Expr:
    return pl.when(number == 1).then(pl.lit("site")).otherwise(pl.lit("sites"))


def _in_their_own_order(groups: pl.DataFrame) -> pl.DataFrame:
    """Numbers by size, words by the alphabet (and by any number in them first), what is not known last."""
    named = pl.col("group").cast(pl.String)
    number = named.str.extract(r"(\d+)").cast(pl.Float64, strict=False)
    words = named.str.replace(r"\d+.*", "").str.to_lowercase()
    if groups.schema["group"].is_numeric() or groups.schema["group"].is_temporal():
        return groups.sort("group", nulls_last=True)
    return groups.sort(named.is_null(), words, number, named, nulls_last=True)
