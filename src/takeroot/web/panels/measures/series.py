"""One measure at one site, or at all sites together: its chart, what was logged, how it was computed, its points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import Http404

from takeroot.analysis import spc
from takeroot.charts.events import numbered
from takeroot.charts.icons import assurance_says
from takeroot.charts.wording import counted, day, number
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import TOGETHER, Results
from takeroot.vocabulary.rulesets import named as rule_set
from takeroot.web.addresses import address, of_row
from takeroot.web.frames import Book
from takeroot.web.panels.head import Page
from takeroot.web.panels.measures.frames import (
    SHOWN,
    SIGNALS,
    measured,
    named,
    now_of,
    of_series,
    places,
    ranges,
    summed,
)
from takeroot.web.panels.measures.icons import directed, icons
from takeroot.web.panels.measures.log import logged
from takeroot.web.panels.measures.one import least_says
from takeroot.web.panels.panel import Group, Line, Panel, draw

NO_VALUES = "No value of this measure is recorded here yet. Bring in one row for each month."
NOT_TOGETHER = (
    "The sites can not be added up: that needs the numerator and the denominator of every value, at more than one site."
)


@dataclass(frozen=True)
class Series:
    """One measure at one site, or at all sites together.

    Parameters
    ----------
    measure, site
        Their codes; no site, where all stand together.
    called, where
        What people call them.
    measure_id, site_id
        The ids of their rows, by which addresses name them.
    about
        What is said of the measure.
    """

    measure: str
    site: str
    called: str
    where: str
    measure_id: str
    site_id: str
    about: dict[str, Any]

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.called}: {self.where}" if self.site else f"{self.called}: all sites together"

    @property
    def asked(self) -> dict[str, str]:
        """The options by which its frames are asked for."""
        return {"measure": self.measure, "site": self.site}

    @property
    def unit(self) -> str:
        """The unit of its values."""
        return self.about["unit"] or ""

    def address(self, slug: str, name: str = "series", *parts: str) -> str:
        """Where one of its pages is."""
        return (
            address(name, slug, self.measure_id, self.site_id, *parts)
            if self.site
            else address(f"{name}-together", slug, self.measure_id, *parts)
        )


def series_of(book: Book, measure_id: str, site_id: str = "") -> Series:
    """The series of an address.

    Raises
    ------
    Http404
        Where there is no such measure or site among what may be seen.
    """
    about = book.frame(measured).filter(id=measure_id).to_dicts()
    sites = book.frame(places).filter(id=site_id).to_dicts() if site_id else []
    if not about or (site_id and not sites):
        raise Http404
    site = sites[0]["site"] if sites else ""
    where = sites[0]["called"] if sites else TOGETHER
    return Series(about[0]["measure"], site, about[0]["called"], where, measure_id, site_id, about[0])


def page_of(one: Series) -> Page:
    """The head of its page."""
    return Page("measures", one.title, one.about["definition"] or "")


def panels(book: Book, measure_id: str, site_id: str = "") -> dict[str, Any]:
    """Every part of the page."""
    one = series_of(book, measure_id, site_id)
    slug = book.row.slug
    frame = book.frame(named, **one.asked)
    shown: dict[str, Any] = {
        "page": page_of(one),
        "parts": [],
        "back": f"{address('measures', slug)}?{urlencode({'measure': one.measure})}",
        "one": one,
        "anew": one.address(slug, "series-phases"),
        "site": address("site", slug, one.site_id) if one.site else "",
    }
    if not frame.drop_nulls("value").height:
        empty = NO_VALUES if one.site else NOT_TOGETHER
        return shown | {"panels": [Panel("chart", "The chart", empty=empty, begin=("import",))]}
    now = now_of(book.frame(said_of, **one.asked)).row(0, named=True)
    variation, assurance, _ = icons(now, 44)
    return shown | {
        "says": now["says"],
        "variation": variation,
        "assurance": assurance,
        "assured": assurance_says(now["assurance"]) if now["target"] is not None else "",
        "rules": rules_said(book, now["rules"]),
        "chart": chart(book, one, now["says"]),
        "ranges": moving(book, one),
        "log": log(book, one),
        "computed": computed(book, one),
        "phases": phases(book, one),
        "points": table(one, frame),
    }


def said_of(results: Results, measure: str, site: str = "") -> pl.DataFrame:
    """Every phase of a series in words."""
    drawn = of_series(results, measure, site)
    return summed(results, drawn).join(directed(drawn), on=["measure", "site"], how="left")


def rules_said(book: Book, name: str) -> str:
    """The rule set in words, with its source."""
    rules = rule_set(name, book.row.words.rule_sets)
    return f"{str(rules).rstrip('.')}. Source: {rules.source or 'not said'}."


def drawn(book: Book, one: Series, says: str = "") -> dict[str, Any]:
    """The options of its chart."""
    own = book.row.words.rule_sets
    return {"chart": "control_chart", "title": one.title, "unit": one.unit, "says": says, "rule_sets": own}


def chart(book: Book, one: Series, says: str) -> Panel:
    """The control chart, with what was logged on it."""
    notes = least_says(one.about)
    if not one.site:
        notes.append("Sums over the sites that report in a month; a change may come from which of them do.")
    points, log = partial(named, **one.asked), partial(logged, site=one.site)
    picture = book.drawing(draw_with_log, points, log, **drawn(book, one, says))
    return Panel("chart", "The chart", chart=picture, notes=tuple(notes))


def draw_with_log(points: pl.DataFrame, log: pl.DataFrame, **options: Any) -> str:
    """A control chart with what was logged."""
    return draw(points, events=log, **options)


def moving(book: Book, one: Series) -> Panel | None:
    """The chart of moving ranges beneath a chart of single values."""
    question = partial(ranges, **one.asked)
    frame = book.frame(question)
    if frame["value"].drop_nulls().len() < 2 if frame.height else True:
        return None
    picture = book.drawing(draw, question, **drawn(book, one) | {"title": f"{one.title}, moving ranges"})
    says = (
        "How far each value lies from the one before it. The limits of the chart above rest on the average of these; "
        "a range beyond its own limit says that two neighbours differ by more than they usually do."
    )
    return Panel("ranges", "The moving ranges", says=says, chart=picture)


def log(book: Book, one: Series) -> Panel | None:
    """What was logged in the days that are drawn, each with the number of its mark and a link to its row."""
    frame = book.frame(marked, **one.asked)
    if not frame.height:
        return None
    slug = book.row.slug
    lines = tuple(
        Line(row["says"], day(row["on"]), row["kind"], "", of_row(slug, row["reference"]), tag=f"{row['number']}")
        for row in frame.iter_rows(named=True)
    )
    says = "Logged here and for the whole programme, by the numbers of the marks beneath the chart. Whether any of it "
    says += "changed the values, no chart can say."
    return Panel("log", "What was logged", says=says, groups=(Group(f"Show {counted(len(lines), 'entries')}", lines),))


def marked(results: Results, measure: str, site: str = "") -> pl.DataFrame:
    """What was logged in the days that are drawn, numbered as its marks are."""
    return numbered(logged(results, site), named(results, measure, site))


def computed(book: Book, one: Series) -> list[dict[str, Any]]:
    """How the limits of each phase were computed, the latest first."""
    rows = book.frame(worked_out, **one.asked).sort("phase", descending=True).to_dicts()
    out = book.frame(not_used, **one.asked)
    for row in rows:
        mine = out.filter(pl.col("on").is_between(row["since"], row["until"]))
        row["out"] = [
            f"{day(on)}, {number(value)}: {why}." for on, value, why in mine.select("on", "value", "why").rows()
        ]
        row["title"] = f"Phase {row['phase']}, {day(row['since'])} to {day(row['until'])}"
        pairs = zip(row["screened_on"], row["screened"], strict=True)
        row["screened_says"] = [f"{number(size)} (to {day(on)})" for on, size in pairs]
        if row["constant"]:
            of = "average moving ranges" if row["chart"] in ("xmr", "t", "mr") else "standard deviations"
            row["constant_says"] = f"{row['constant']:.7g} {of} either side of the centre"
        row["used_says"] = f"{counted(row['used'], 'points')} of the {row['n']:,} with a value"
        row["gaps_says"] = f"{counted(row['gaps'], 'periods')} without a value" if row["gaps"] else ""
    return rows


def worked_out(results: Results, measure: str, site: str = "") -> pl.DataFrame:
    """The numbers and formulas behind the limits."""
    programme = results.programme
    found = of_series(results, measure, site)
    return spc.workings(found, measures=programme.measures, rule_sets=programme.about.rule_sets)


def not_used(results: Results, measure: str, site: str = "") -> pl.DataFrame:
    """The points that set no limits, and why."""
    programme = results.programme
    phases = programme.phases if site else programme.phases.filter(pl.col("site").is_null())
    return spc.left_out(of_series(results, measure, site), phases=phases, measures=programme.measures)


def phases(book: Book, one: Series) -> Panel | None:
    """Each phase of the chart in words, where there are several."""
    frame = book.frame(said_of, **one.asked)
    if frame.height < 2:
        return None
    table = Grid.of(
        frame.sort("phase"),
        f"{one.title}: each phase has limits of its own.",
        ("phase", "Phase", "number"),
        ("n", "Values", "number"),
        ("centre", "Centre", "number"),
        ("lower", "Lower limit", "number"),
        ("upper", "Upper limit", "number"),
        ("says", "What it shows"),
    )
    return Panel("phases", "Its phases", table=table)


def table(one: Series, frame: pl.DataFrame) -> Panel:
    """Every point with its limits and what it shows."""
    said = pl.col("signals").str.split(";").list.eval(pl.element().replace(SIGNALS)).list.join(", ").replace("", None)
    monthly = (frame["on"].dt.day() == 1).all()
    whole = frame.sort("on", descending=True).with_columns(
        pl.when("judged").then(name).alias(name) for name in ("lower", "upper")
    )
    whole = whole.with_columns(
        said.alias("signals"),
        pl.col("shows").replace({**SHOWN, "common": None}),
        left=pl.when(pl.col("value").is_not_null() & ~pl.col("included")).then(pl.lit("sets no limits")),
    )
    numbers = [name for name in ("numerator", "denominator") if name in whole.columns]
    grid = Grid.of(
        whole,
        f"{one.title}: every point, the latest first.",
        ("on", "Period", "month" if monthly else "day"),
        ("value", "Value", "number"),
        *((name, name.capitalize(), "number") for name in numbers),
        ("centre", "Centre", "number"),
        ("lower", "Lower limit", "number"),
        ("upper", "Upper limit", "number"),
        ("target", "Target", "number"),
        ("trajectory", "Trajectory", "number"),
        ("phase", "Phase", "number"),
        ("signals", "Signals"),
        ("shows", "Shows"),
        ("left", "Limits"),
    )
    return Panel("points", "Every point", table=grid, summary=f"Show {counted(frame.height, 'points')}")
