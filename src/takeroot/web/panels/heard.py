"""When was each site last heard, and by whom? For those who keep in touch with many sites.

A site was heard on the latest day that a row of its record speaks of, or on which somebody wrote a row of it here,
whichever is later. A file that was brought in for the whole programme counts by the days of its rows, not by the day on
which it came; and an answer to a site is no word from it. Silence is a fact about the record and no more: a site may
have had nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import polars as pl
from django.db.models import Q
from django.utils import timezone

from takeroot.analysis.adoption.record import now_called
from takeroot.charts.wording import day
from takeroot.reporting.results import Results
from takeroot.web.frames import Book
from takeroot.web.models import Trail
from takeroot.web.scope import ANSWER

#: The days by which a row of a table speaks of its site, and what such a row is called.
SPEAKS = {
    "stages": ("on", "a stage"),
    "values": ("on", "a value"),
    "deliveries": ("on", "a delivery"),
    "adaptations": ("on", "an adaptation"),
    "notes": ("on", "a note"),
    "experiments": ("since", "a test of change"),
    "actions": ("done", "an action done"),
}
#: How the sites may stand: as the programme gives them, or by the day on which they were last heard.
ORDERS = {"given": "in the programme's own order", "heard": "by the day last heard, earliest first"}
#: Sites on one page.
PAGE = 50
_ENTERED = {"site": pl.String(), "entered": pl.Date(), "by": pl.String()}


class Choice(NamedTuple):
    """Which sites are listed, and how they stand."""

    region: str = ""
    stage: str = ""
    mine: frozenset[str] | None = None
    order: str = "given"


class Site(NamedTuple):
    """A site in the list: the id of its row, what it is called, where it stands, and when it was last heard."""

    id: str
    site: str
    called: str
    region: str
    contact: str
    stands: str
    heard: str
    how: str


def heard(book: Book) -> pl.DataFrame:
    """Every site in scope, in the given order, with where it stands and when it was last heard."""
    return book.frame(partial(last_heard, slug=book.row.slug))


def listed(frame: pl.DataFrame, choice: Choice) -> pl.DataFrame:
    """The sites that were chosen, in the order that was chosen; those never heard stand first by date."""
    if choice.region:
        frame = frame.filter(pl.col("region") == choice.region)
    if choice.stage:
        frame = frame.filter(pl.col("stage") == choice.stage)
    if choice.mine is not None:
        frame = frame.filter(pl.col("site").is_in(sorted(choice.mine)))
    return frame.sort("heard", nulls_last=False, maintain_order=True) if choice.order == "heard" else frame


def quiet(frame: pl.DataFrame, by: date) -> pl.DataFrame:
    """Open sites that were not heard in the three months before a day; those never heard among them."""
    long_ago = pl.col("heard").is_null() | (pl.col("heard") < pl.lit(by).dt.offset_by("-3mo"))
    return frame.filter(long_ago, pl.col("open").fill_null(False), pl.col("renamed").is_null())


def sites(frame: pl.DataFrame) -> list[Site]:
    """Rows of the list in words."""
    return [_site(row) for row in frame.iter_rows(named=True)]


def last_heard(results: Results, slug: str) -> pl.DataFrame:
    """Each site: where it stands, the latest day its rows speak of, when a row was last written here, and by whom."""
    programme = results.programme
    named = programme.sites.select("id", "site", "region", "contact", called=pl.coalesce("name", "site"))
    stands = results.standing.select("site", "stage", "since", "open", "closed")
    frame = (
        named.join(stands, on="site", how="left", maintain_order="left")
        .join(_spoke(results), on="site", how="left", maintain_order="left")
        .join(_entered(results, slug), on="site", how="left", maintain_order="left")
    )
    renamed = pl.col("site").replace_strict(now_called(programme), default=None, return_dtype=pl.String)
    return frame.with_columns(heard=pl.max_horizontal("spoke", "entered"), renamed=renamed)


def _spoke(results: Results) -> pl.DataFrame:
    """The latest day of each site's rows that has come, and what kind of row it is."""
    until = results.as_at
    parts = []
    for name, (column, what) in SPEAKS.items():
        rows: pl.DataFrame = getattr(results.programme, name)
        rows = rows.filter(~pl.col("id").str.starts_with(ANSWER))
        days = rows.select("site", spoke=column).drop_nulls()
        days = days.filter(pl.col("spoke") <= until) if until else days
        parts.append(days.group_by("site").agg(pl.col("spoke").max()).with_columns(of=pl.lit(what)))
    latest = pl.concat(parts).sort("spoke", "of", descending=[True, False])
    return latest.group_by("site", maintain_order=True).first()


def _entered(results: Results, slug: str) -> pl.DataFrame:
    """When a row of each site was last written here, and by whom; one query, however many rows there are."""
    lines = (
        Trail.objects.filter(Q(what__has_key="row") | Q(what__has_key="site"), programme=slug)
        .order_by("id")
        .values_list("at", "by", "what__row", "what__site")
    )
    told = [
        (timezone.localdate(at), by, row, site)
        for at, by, row, site in lines
        if not (row or "").startswith(f"notes:{ANSWER}")
    ]
    trail = pl.DataFrame(
        told, schema={"entered": pl.Date, "by": pl.String, "row": pl.String, "named": pl.String}, orient="row"
    ).with_row_index("nth")
    wanted = set(trail["row"].drop_nulls().str.split(":").list.first())
    rows = [
        frame.select("site", row=pl.lit(f"{name}:") + pl.col("id"))
        for name, frame in results.programme.tables.items()
        if name in wanted and "site" in frame.columns
    ]
    of_row = pl.concat([pl.DataFrame(schema={"site": pl.String, "row": pl.String}), *rows])
    found = trail.join(of_row, on="row", how="left").with_columns(site=pl.coalesce("named", "site"))
    found = found.filter(pl.col("site").is_in(results.programme.sites["site"].implode())).sort("nth")
    return found.group_by("site").agg(pl.col("entered", "by").last()).select(*_ENTERED)


def _site(row: dict[str, Any]) -> Site:
    how = ""
    if row["heard"] is not None:
        wrote = row["entered"] is not None and row["entered"] == row["heard"]
        how = f"entered here by {row['by']}" if wrote else f"{row['of']} of that day"
    return Site(
        row["id"],
        row["site"],
        row["called"],
        row["region"] or "",
        row["contact"] or "",
        stands(row),
        day(row["heard"], "not yet"),
        how,
    )


def stands(row: dict[str, Any]) -> str:
    """Where a site stands and since when, in words."""
    if row["renamed"]:
        return f"now called {row['renamed']}"
    stage = row["stage"].replace("_", " ") if row["stage"] else "no stage recorded"
    since = f" since {day(row['since'])}" if row["since"] else ""
    closed = f"; closed on {day(row['closed'])}" if row["closed"] else ""
    return f"{stage}{since}{closed}"


def reminder(programme: str, called: Iterable[str]) -> str:
    """A neutral text that asks sites for news."""
    return (
        f"{programme}: how is it going?\n\n"
        f"Dear colleagues at {', '.join(called)},\n\n"
        "We would like to hear how it is going with you. A few lines are enough when you can: whether you are using "
        "it, what you changed and why, your latest figures, and anything you want to ask.\n\n"
        "That nothing has changed is news too, and so is that you paused or stopped. You can write it on the page of "
        "your site, fill in its Excel sheet, or simply answer this message and we will enter it for you.\n\n"
        "Thank you."
    )
