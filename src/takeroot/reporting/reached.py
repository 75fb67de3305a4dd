"""Who is reached, and who is not? In sentences, for the page and the report; figures of few people are kept back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from takeroot.analysis import reach
from takeroot.charts.wording import ENOUGH_FOR_A_PERCENTAGE, agree, count_of, counted, number, percent, sentence
from takeroot.reporting.blocks import Column, Grid, enough
from takeroot.reporting.results import Results

#: What groups are called.
BY = {"deprivation": "deprivation group, 1 the most deprived", "region": "region"}
#: Groups with more than this say little beside each other.
MOST_GROUPS = 40
NO_PEOPLE = (
    "How many people each site is there for is not recorded, so that nothing can be said of who is reached. Add "
    "eligible people to the sites."
)
INTERVALS = (
    "Intervals of shares of people are over sites, as people of one site are alike in whether they are reached; they "
    "speak of sites like these."
)


def there_for(now: Mapping[str, Any]) -> str:
    """How many eligible people the sites in use are there for."""
    there, whole = now["people_at_sites_in_use"], now["eligible_people"]
    if any(0 < people < reach.FLOOR for people in (there, whole, whole - there)):
        return "How many people the sites in use are there for is kept back, as too few would be told of."
    known = now["people_share"] is not None and whole >= ENOUGH_FOR_A_PERCENTAGE
    share = f" ({percent(now['people_share'])})" if known else ""
    return f"The sites in use are there for {number(there)} of {counted(whole, 'eligible people')}{share}."


def groupings(results: Results) -> list[str]:
    """The columns of the sites that reach of people is shown by."""
    sites = results.programme.sites
    if not results.history.height or not sites["eligible_people"].drop_nulls().len():
        return []
    return [by for by in BY if 1 < sites[by].drop_nulls().n_unique() <= MOST_GROUPS]


def people(results: Results, by: str) -> pl.DataFrame:
    """Sites and people reached in each group, the group as it is called."""
    groups = reach.people_reached(results.programme, by)
    return groups.with_columns(pl.col("group").fill_null("not recorded"))


def who_is_not(results: Results) -> list[str]:
    """Who is reached and who is not, in a few sentences."""
    if not results.history.height:
        return []
    if not results.programme.sites["eligible_people"].drop_nulls().len():
        return [NO_PEOPLE]
    return [sentence(text) for text in _told(results)]


def _told(results: Results) -> Iterator[str]:
    row = reach.people_reached(results.programme).row(0, named=True)
    if row["withheld"]:
        yield "Figures of people are kept back, as too few would be told of"
        return
    yield (
        f"Of {counted(row['eligible_people'], 'eligible people')}, {number(row['elsewhere'])} are at sites that do not "
        "use it, as far as is known: they can not be reached through it"
    )
    yield _how_far(row)
    at = reach.at_sites(results.programme)
    kept = int(at["withheld"].sum())
    if kept:
        yield (
            f"Figures of people at {counted(kept, 'sites')} are kept back: fewer than {reach.FLOOR} people would be "
            "told of, or could be worked out"
        )
    for one in reach.gap(results.programme).iter_rows(named=True):
        yield _gap(one)


def _how_far(row: dict[str, Any]) -> str:
    if not row["at_sites_in_use"]:
        return "No eligible people are recorded at sites in use"
    at = f"At sites in use are {number(row['at_sites_in_use'])}"
    if not row["known_at"]:
        return f"{at}; how many of them are reached is recorded at none of these sites"
    inside = f"the share of them who are reached is known at {count_of(row['known_at'], row['in_use'])}"
    there = f", where it is {percent(row['within'])}"
    if row["within_lower"] is not None:
        there += f" ({percent(row['within_lower'])} to {percent(row['within_upper'])})"
    of_all = ""
    if row["share"] is not None:
        of_all = f". Of all eligible people, {percent(row['share'])} are reached"
    elif row["least"] is not None:
        of_all = f". Of all eligible people, between {percent(row['least'])} and {percent(row['most'])} are reached"
    return f"{at}; {inside}{there}{of_all}"


def _gap(one: dict[str, Any]) -> str:
    """How far the most and least deprived lie apart, and whether that can be told from no difference."""
    what = {
        "at sites in use": "Share of eligible people at sites in use",
        "reached, of those at sites in use": "Share reached of those at sites in use",
        "reached": "Share of eligible people reached",
    }[one["of"]]
    most, least = percent(one["share_most"]), percent(one["share_least"])
    said = f"{what}: {most} in the most deprived group ({one['most_deprived']}), {least} in the least deprived "
    said += f"({one['least_deprived']})"
    if one["lower"] is None:
        return f"{said}; there are too few sites for an interval of the difference"
    points = [f"{100 * one[name]:+.0f}".replace("-", "−") for name in ("difference", "lower", "upper")]
    said += (
        f", a difference of {points[0]} percentage {agree(abs(int(points[0].replace('−', '-'))), 'point', 'points')} "
    )
    said += f"({points[1]} to {points[2]})"
    apart = one["lower"] > 0 or one["upper"] < 0
    return said if apart else f"{said}, which can not be told from none"


def table(frame: pl.DataFrame, by: str) -> Grid:
    """Sites and people of each group, with intervals."""
    shown = frame.with_columns(
        enough("sites_share", "sites"),
        enough("at_share", "eligible_people"),
        interval=_interval("at_lower", "at_upper"),
        sites_interval=_interval("sites_lower", "sites_upper"),
        within_interval=_interval("within_lower", "within_upper"),
        kept=pl.when("withheld").then(pl.lit("kept back: too few people")),
        all_range=pl.when(pl.col("share").is_not_null())
        .then(_percent("share"))
        .when(pl.col("least").is_not_null())
        .then(pl.format("{} to {}", _percent("least"), _percent("most"))),
    )
    return Grid.of(
        shown,
        f"Sites and eligible people, by {BY.get(by, by)}, in the groups' own order. Intervals of 95%, over sites.",
        Column("group", BY.get(by, by).partition(",")[0].capitalize()),
        Column("in_use", "Sites in use", "number"),
        Column("sites", "of eligible sites", "number"),
        Column("sites_share", "Share of sites", "percent"),
        Column("sites_interval", "Interval, of sites"),
        Column("eligible_people", "Eligible people", "number"),
        Column("at_sites_in_use", "At sites in use", "number"),
        Column("at_share", "Share of people", "percent"),
        Column("interval", "Interval, of people"),
        Column("elsewhere", "At other sites", "number"),
        Column("known_at", "Sites in use where depth is known", "number"),
        Column("within", "Reached there", "percent"),
        Column("within_interval", "Interval, there"),
        Column("all_range", "Reached, of all"),
        Column("kept", "Note"),
    )


def _percent(column: str) -> pl.Expr:
    return pl.format("{}%", (pl.col(column) * 100).round(0).cast(pl.Int64))


def _interval(low: str, high: str) -> pl.Expr:
    return pl.when(pl.col(low).is_not_null()).then(pl.format("{} to {}", _percent(low), _percent(high)))


__all__ = ["BY", "INTERVALS", "NO_PEOPLE", "groupings", "people", "table", "who_is_not"]
