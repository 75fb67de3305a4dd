"""Among whom is it, and how sure is that? Shares of sites and of people by group, and how far groups lie apart.

A share of sites has Wilson's interval. A share of people is a ratio over sites, and people of one site are alike in
whether they are reached, so its interval counts sites and not people: the variance of the ratio over sites (by
linearisation) says how many people's worth of information there is, and Wilson's interval is taken of that many, with
Student's t for few sites. It speaks of sites like these; where the sites are all there are, it says how far their mix
could have come out otherwise. The difference of two groups has Newcombe's interval, of the two intervals.

References
----------
Korn EL, Graubard BI. Confidence intervals for proportions with small expected number of positive counts estimated from
survey data. Surv Methodol 1998;24:193-201.
Newcombe RG. Interval estimation for the difference between independent proportions. Stat Med 1998;17:873-90 (method
10).
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import polars as pl

from takeroot.analysis.adoption import reach_by
from takeroot.analysis.distributions import student_reach
from takeroot.analysis.reach.sites import FLOOR, kept_back, listed

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

_Z = 1.959963984540054
_GROUP = {
    "group": pl.String(),
    "sites": pl.Int64(),
    "in_use": pl.Int64(),
    "sites_share": pl.Float64(),
    "sites_lower": pl.Float64(),
    "sites_upper": pl.Float64(),
    "eligible_people": pl.Int64(),
    "at_sites_in_use": pl.Int64(),
    "at_share": pl.Float64(),
    "at_lower": pl.Float64(),
    "at_upper": pl.Float64(),
    "elsewhere": pl.Int64(),
    "reached": pl.Int64(),
    "not_known": pl.Int64(),
    "not_reached": pl.Int64(),
    "known_at": pl.Int64(),
    "within": pl.Float64(),
    "within_lower": pl.Float64(),
    "within_upper": pl.Float64(),
    "share": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "least": pl.Float64(),
    "most": pl.Float64(),
    "withheld": pl.Boolean(),
}
#: Figures of people, which are empty where they are kept back.
_OF_PEOPLE = (
    *("eligible_people", "at_sites_in_use", "at_share", "at_lower", "at_upper", "elsewhere"),
    *("reached", "not_known", "not_reached", "within", "within_lower", "within_upper"),
    *("share", "lower", "upper", "least", "most"),
)
#: Shares in which groups are compared, and the columns that hold each: who has a site in use, who is reached there, and
#: who is reached at all.
COMPARED = {
    "at sites in use": ("at_share", "at_lower", "at_upper"),
    "reached, of those at sites in use": ("within", "within_lower", "within_upper"),
    "reached": ("share", "lower", "upper"),
}
_GAP = {
    "of": pl.String(),
    "most_deprived": pl.String(),
    "least_deprived": pl.String(),
    "share_most": pl.Float64(),
    "share_least": pl.Float64(),
    "difference": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
}


def people_reached(programme: Programme, by: str | None = None, *, floor: int = FLOOR) -> pl.DataFrame:
    """How many eligible people are reached in each group of sites, and how many are not, beside shares of sites.

    Parameters
    ----------
    programme
        Its sites, with the people they are for, and its stages, with how far it goes among them.
    by
        A column of the sites, such as ``region`` or ``deprivation``; all sites together, if not given.
    floor
        The smallest count of people that is shown.

    Returns
    -------
    DataFrame
        A row for each group, in the groups' own order: ``group`` (empty where it is not known, and for all together);
        ``sites`` that are open and eligible, how many are ``in_use``, their ``sites_share`` with its interval
        (``sites_lower``, ``sites_upper``); ``eligible_people`` (as far as sites say so), how many of them are
        ``at_sites_in_use``, their share (``at_share``, ``at_lower``, ``at_upper``), and how many are ``elsewhere``;
        ``reached``, ``not_known`` (at sites in use of which it is not known how far it goes, or of which nothing is
        known any more) and ``not_reached``; at how many sites in use it is known (``known_at``), and the share reached
        of the people there (``within``, ``within_lower``, ``within_upper``); the ``share`` reached of all (``lower``,
        ``upper``), where that is known of everybody, and else from ``least`` to ``most``, if none or all of those not
        known were reached; ``withheld`` (figures of people are kept back, as too few would be told of). Intervals are
        empty of one site, and shares where not every eligible site is listed.

    Raises
    ------
    NotFound
        If the sites have no such column.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> sites = {"site": ["A", "B", "C"], "eligible_people": [200, 100, 60], "region": ["North", "North", "South"]}
    >>> stages = {"site": ["A", "C"], "stage": ["using"] * 2, "on": ["2024-01-15"] * 2, "extent": [0.4, None]}
    >>> programme = Programme("Falls", sites=sites, stages=stages | {"extent_of": ["eligible people", None]})
    >>> people_reached(programme, "region").select("group", "reached", "not_known", "not_reached").rows()
    [('North', 80, 0, 220), ('South', 0, 60, 0)]
    """
    if by is None:
        programme = _in_one(programme)
    counted = reach_by(programme, by or "together").select(
        "group", "sites", "in_use", sites_share="in_use_share"
    )  # fmt: skip
    every = listed(programme).join(programme.sites.select("site", group=by or "together"), on="site", how="left")
    rows = [_group(one, every) for one in counted.iter_rows(named=True)]
    found = pl.DataFrame(rows, schema=_GROUP, orient="row")
    kept = kept_back(found.with_columns(pl.col("eligible_people").fill_null(0)), floor)
    found = found.with_columns(withheld=kept)
    if by is None:
        found = found.with_columns(group=pl.lit(None, dtype=pl.String))
    return found.with_columns(pl.when(~pl.col("withheld")).then(pl.col(name)).alias(name) for name in _OF_PEOPLE)


def _in_one(programme: Programme) -> Programme:
    together = programme.sites.with_columns(together=pl.lit("all"))
    return type(programme).kept(programme.about, {**programme.tables, "sites": together})


def _group(told: dict[str, Any], every: pl.DataFrame) -> dict[str, Any]:
    """The sites and people of one group."""
    mine = every.filter(pl.col("group").eq_missing(pl.lit(told["group"], dtype=every.schema["group"])))
    people = mine.filter(pl.col("eligible_people").is_not_null())
    row: dict[str, Any] = {name: None for name in _GROUP} | {**told, "withheld": False}
    row["group"] = None if told["group"] is None else str(told["group"])
    if told["sites_share"] is not None:
        row["sites_lower"], row["sites_upper"] = wilson(told["sites_share"], told["sites"])
    if not people.height:
        return row
    known, complete = people.filter("known"), told["sites_share"] is not None
    whole, there = int(people["eligible_people"].sum()), int(people.filter("in_use")["eligible_people"].sum())
    reached, missed = int(known["reached"].sum()), int(known["not_reached"].sum())
    inside = known.filter("in_use")
    row |= {"eligible_people": whole, "at_sites_in_use": there, "elsewhere": whole - there, "known_at": inside.height}
    row |= {"reached": reached, "not_reached": missed, "not_known": whole - reached - missed}
    row |= dict(zip(COMPARED["reached, of those at sites in use"], ratio(inside, inside["reached"]), strict=True))
    if whole and complete:
        row |= {"least": reached / whole, "most": (whole - missed) / whole}
        in_use = pl.when("in_use").then("eligible_people").otherwise(0)
        row |= dict(zip(COMPARED["at sites in use"], ratio(people, people.select(in_use).to_series()), strict=True))
        if not row["not_known"]:
            row |= dict(zip(COMPARED["reached"], ratio(known, known["reached"]), strict=True))
    return row


def ratio(sites: pl.DataFrame, some: pl.Series) -> tuple[float | None, float | None, float | None]:
    """The share that some of the people of each site are of all of them, and its interval over the sites."""
    people, reached = sites["eligible_people"].cast(pl.Float64), some.cast(pl.Float64)
    n, whole = int((people > 0).sum()), float(people.sum())
    if not whole:
        return None, None, None
    share = float(reached.sum()) / whole
    if n < 2:
        return share, None, None
    variance = n / (n - 1) * float(((reached - share * people) ** 2).sum()) / whole**2
    worth = share * (1 - share) / variance if variance > 0 and 0 < share < 1 else float(n)
    worth = min(worth, whole) * (_Z / student_reach(n - 1)) ** 2
    return share, *wilson(share, worth)


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's interval of a share of so many; they need not be a whole number.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0.5, 10)]
    [0.237, 0.763]
    """
    if not 0 < share < 1:
        bound = _Z**2 / (n + _Z**2)
        return (0.0, bound) if share <= 0 else (1 - bound, 1.0)
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def gap(programme: Programme, *, floor: int = FLOOR) -> pl.DataFrame:
    """How far the most and the least deprived lie apart in the share of eligible people who are reached.

    Parameters
    ----------
    programme
        Its sites, with their deprivation group (1 the most deprived) and the people they are for.
    floor
        The smallest count of people that is shown.

    Returns
    -------
    DataFrame
        A row for each share that two groups can be told of: ``of`` (at sites in use; reached, of those at sites in use;
        reached), ``most_deprived`` and ``least_deprived`` (the first and the last group of which it is known),
        ``share_most`` and ``share_least``, their ``difference`` (most less least deprived) and its interval (``lower``,
        ``upper``; none where a share has none).

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> sites = {"site": list("ABCD"), "eligible_people": [100] * 4, "deprivation": [1, 1, 5, 5]}
    >>> stages = {"site": list("ABCD"), "stage": ["using"] * 4, "on": ["2024-01-15"] * 4}
    >>> stages |= {"extent": [0.2, 0.3, 0.6, 0.7], "extent_of": ["eligible people"] * 4}
    >>> gap(Programme("Falls", sites=sites, stages=stages)).select("of", pl.col("difference").round(2)).rows()[-1]
    ('reached', -0.4)
    """
    groups = people_reached(programme, "deprivation", floor=floor).filter(pl.col("group").is_not_null())
    rows = []
    for of, columns in COMPARED.items():
        told = groups.filter(pl.col(columns[0]).is_not_null()).select("group", *columns).rows()
        if len(told) > 1:
            rows.append({"of": of, **_apart(told[0], told[-1])})
    return pl.DataFrame(rows, schema=_GAP, orient="row")


def _apart(most: tuple[Any, ...], least: tuple[Any, ...]) -> dict[str, Any]:
    """How far two shares lie apart, with Newcombe's interval of the intervals of both."""
    (one, p, p_low, p_high), (other, q, q_low, q_high) = most, least
    row = {"most_deprived": one, "least_deprived": other, "share_most": p, "share_least": q, "difference": p - q}
    if p_low is None or q_low is None:
        return {**row, "lower": None, "upper": None}
    down, up = sqrt((p - p_low) ** 2 + (q_high - q) ** 2), sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return {**row, "lower": p - q - down, "upper": p - q + up}
