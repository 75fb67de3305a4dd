"""The pictures of measures that people take away, each with what it says and what stands near it in the record.

A measure is one picture: at its one site; over all sites together, where values are counts over counts; else small
charts of its sites, twelve on a sheet. Where sites were asked for, every measure at each of them is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from takeroot import charts
from takeroot.analysis import spc
from takeroot.analysis.spc.suggesting import NEAR
from takeroot.charts.control import limited
from takeroot.charts.wording import agree, amount, counted, day, listed, lowered, month, number, sentence
from takeroot.reporting.chosen import Chosen, finding
from takeroot.reporting.results import LOGGED, TOGETHER

#: So many small charts on a sheet, so that they can be read from the back of a room.
ON_A_SHEET = 12
#: One chart alone, many small ones and few, in pixels: the fewer pixels, the larger the letters on a slide.
_WIDE, _WIDE_MANY, _WIDE_FEW = 640, 720, 540
#: So many things near a change are told.
TOLD = 3
#: What one series shows, and what several show.
_SHOWING = {
    "common": ("shows no unusual change", "show no unusual change"),
    "improvement": ("is unusual and better", "are unusual and better"),
    "concern": ("is unusual and worse", "are unusual and worse"),
    "neither_high": ("is unusual and high", "are unusual and high"),
    "neither_low": ("is unusual and low", "are unusual and low"),
    "too_few": ("has too few points to judge", "have too few points to judge"),
}


@dataclass(frozen=True, eq=False)
class View:
    """One picture of a measure.

    Parameters
    ----------
    chosen
        What it is of.
    measure
        The measure, by its code.
    place
        What people call the site or sites.
    points
        What is drawn, with the names that people use.
    rows
        Rows of the summary: one, or as many as there are small charts.
    sheet, sheets
        Which of how many sheets of the measure this is.
    """

    chosen: Chosen
    measure: str
    place: str
    points: pl.DataFrame
    rows: pl.DataFrame
    sheet: int = 1
    sheets: int = 1

    @property
    def name(self) -> str:
        """What people call the measure."""
        return self.chosen.results.measure(self.measure)

    @property
    def row(self) -> dict[str, Any] | None:
        """The row of the summary that it shows; none, where it shows several."""
        return self.rows.row(0, named=True) if self.rows.height == 1 else None

    @cached_property
    def title(self) -> str:
        """What it shows, in a sentence."""
        if self.row:
            place = "" if self.row["site"] == TOGETHER else f", {short(self.place, 60)}"
            return finding(f"{short(self.name)}{place}", self.row["says"] or "")
        of = f" (sheet {self.sheet} of {self.sheets})" if self.sheets > 1 else ""
        return (
            f"{short(self.name)} at {counted(self.rows.height, 'sites')}{of}: {listed(shown(self.rows['variation']))}."
        )

    @cached_property
    def chart(self) -> Any:
        """The picture."""
        unit = self.chosen.results.unit(self.measure)
        if self.row:
            place = lowered(self.place) if self.place == TOGETHER else short(self.place, 60)
            return charts.control_chart(
                self.points,
                title=f"{short(self.name)}: {place}",
                unit=unit,
                says=self.row["says"] or "",
                events=self._logged,
                rule_sets=self.chosen.results.programme.about.rule_sets,
                width=_WIDE,
            )
        width = _WIDE_MANY if self.rows.height > ON_A_SHEET / 2 else _WIDE_FEW
        return charts.small_multiples(self.points, title=f"{short(self.name)}, by site", width=width)

    @cached_property
    def tells(self) -> list[str]:
        """What the chart tells us, in sentences."""
        if not self.row:
            return [*_among(self.rows), "Each site is charted by itself, in the order of names, and not compared."]
        row = self.row
        unit = self.chosen.results.unit(self.measure)
        told = []
        if row["latest"] is not None:
            told.append(f"{_when(self.points, row['latest_on'])}: {amount(row['latest'], unit)}. {_lines(row, unit)}")
        if row["target"] is not None:
            target = f"Target {_level(row['target'], unit)}"
            says = spc.ASSURANCE.get(row["assurance"] or "")
            told.append(f"{target}: {lowered(says)}." if says else f"{target}.")
        if row["site"] == TOGETHER:
            told.append("Sums over the sites that report; a change may come from which of them do.")
        return [*told, *self._asked()]

    def _asked(self) -> list[str]:
        """A recalculation that suggests itself, as a question."""
        results = self.chosen.results
        rows = spc.suggestions(self._series, rule_sets=results.programme.about.rule_sets)
        lasting = rows.filter("lasts").tail(1)
        return [question(row, results.unit(self.measure)) for row in lasting.iter_rows(named=True)]

    @property
    def _series(self) -> pl.DataFrame:
        """The points as the chart gave them, by code."""
        results, row = self.chosen.results, self.row
        assert row is not None
        if row["site"] == TOGETHER:
            return results.together[self.measure]
        return results.points.filter(measure=self.measure, site=row["site"])

    @cached_property
    def since(self) -> date | None:
        """The first day of what is unusual at the latest point; none, where nothing is."""
        if not self.row or self.row["variation"] in ("common", "too_few"):
            return None
        found = spc.signals(self._series, rule_sets=self.chosen.results.programme.about.rule_sets)
        return found.filter(until=self.row["latest_on"])["on"].min()  # type: ignore[return-value]  # a day

    @cached_property
    def issues(self) -> list[str]:
        """What the record tells of near the change, or lately where there is none; numbered as the chart marks it."""
        marked = charts.numbered(self._logged, self.points) if self.row else pl.DataFrame({"reference": []})
        marks = dict(marked.select("reference", "number").iter_rows()) if marked.height else {}
        told = self._logged.select("reference", "on", "says").iter_rows()
        return [
            f"{marks[reference]}. {day(on)}: {sentence(says)}" if reference in marks else f"{day(on)}: {sentence(says)}"
            for reference, on, says in told
        ]

    @cached_property
    def _logged(self) -> pl.DataFrame:
        """What was logged near the change, here or everywhere, in order of date."""
        log = self.chosen.results.timeline.filter(pl.col("kind").is_in(LOGGED), self._here())
        return self._near(log).with_columns(site=pl.lit(None, dtype=pl.String))

    @cached_property
    def actions(self) -> list[str]:
        """Actions that are open, the first due first, and then those done near the change."""
        actions = self.chosen.results.programme.actions.filter(self._here())
        still = actions.filter(pl.col("done").is_null(), pl.col("status").fill_null("open") == "open").sort("due", "id")
        done = self._near(actions.filter(pl.col("done").is_not_null()).with_columns(on="done", until=None))
        said = [_action(row) for row in [*still.iter_rows(named=True), *done.iter_rows(named=True)]]
        return said[:TOLD]

    def _here(self) -> pl.Expr:
        """What is of the whole programme, and of the site if there is one."""
        site = self.row["site"] if self.row and self.row["site"] != TOGETHER else None
        return pl.col("site").is_null() | (pl.col("site") == site if site else pl.lit(False))

    def _near(self, rows: pl.DataFrame) -> pl.DataFrame:
        at = self.since or self.points["on"].max()
        if at is None or not rows.height:
            return rows.clear()
        apart = (pl.col("on") - pl.lit(at)).abs()
        near = rows.filter(apart <= timedelta(days=NEAR)).sort(apart, "on", "site", nulls_last=True).head(TOLD)
        return near.sort("on", maintain_order=True)

    @property
    def rules(self) -> str:
        """The rule set that judged, with its version, and the kind of chart."""
        one = self.chosen.rules_of(self.measure)
        kind = self.chosen.kind_of(self.measure)
        return f"{kind[0].upper()}{kind[1:]}. Rule set {one.name}, version {one.version}."

    @property
    def file(self) -> str:
        """What its files are called, before the suffix."""
        of = f"-{self.sheet}" if self.sheets > 1 else ""
        site = "" if not self.row else "-all-sites" if self.row["site"] == TOGETHER else f"-{self.row['site']}"
        return f"{self.measure}{site or '-by-site'}{of}"


def views(chosen: Chosen) -> Iterator[View]:
    """Every picture, in the order of the measures and of the sites' names."""
    results = chosen.results
    named = results.in_order(results.points, "on").with_columns(code="site", site="name").drop("name")
    for measure in chosen.measures:
        name = results.measure(measure)
        rows = chosen.summary.filter(measure=measure)
        points = named.filter(measure=measure).with_columns(measure=pl.lit(name))
        whole = rows.filter(site=TOGETHER)
        if chosen.sites or rows.height == 1:
            for row in rows.iter_slices(1):
                yield View(chosen, measure, row["place"][0], points.filter(code=row["site"][0]), row)
        elif whole.height:
            mine = results.together[measure].with_columns(measure=pl.lit(name))
            yield View(chosen, measure, TOGETHER, mine, whole)
        else:
            sheets = list(rows.iter_slices(ON_A_SHEET))
            for sheet, some in enumerate(sheets, 1):
                here = points.filter(pl.col("code").is_in(some["site"].implode()))
                if some.height == 1:
                    yield View(chosen, measure, some["place"][0], here, some, sheet, len(sheets))
                    continue
                yield View(chosen, measure, "by site", here, some, sheet, len(sheets))


def short(name: str, most: int = 110) -> str:
    """A name, cut short where it would leave no room for what is found.

    Examples
    --------
    >>> short("Falls"), short("Falls on all wards", 12)
    ('Falls', 'Falls on…')
    """
    return name if len(name) <= most else name[: most - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def question(row: dict[str, Any], unit: str) -> str:
    """A recalculation that suggests itself, as a question to those who know the cause."""
    moved = f"from {_level(row['before'], unit)} to {amount(row['after'], unit)}"
    went = "and have stayed there" if row["lasts"] else "for a while"
    return (
        f"From {day(row['on'])} values moved {moved} over {counted(row['held'], 'points')}, {went}. "
        "Is the cause known and here to stay, so that limits might be worked out anew?"
    )


def shown(variations: Iterable[str]) -> list[str]:
    """How many series show what at their latest values.

    Examples
    --------
    >>> shown(["common", "improvement", "common"])
    ['2 show no unusual change', '1 is unusual and better']
    """
    counts = Counter(variations)
    return [f"{number(n)} {agree(n, *texts)}" for word, texts in _SHOWING.items() if (n := counts[word])]


def numbers(view: View, most: int = 60) -> str:
    """The points in words and numbers, a line each: the latest of them, where there are many."""
    points = limited(view.points).filter(pl.col("value").is_not_null())
    columns = ["on", "value", "centre", "lower", "upper", "target", "shows"]
    several = view.row is None
    columns = ["site", *columns] if several else columns
    if several:
        points = points.group_by("site", maintain_order=True).tail(1)
    shown = points.tail(most)
    kept = [name for name in columns if name in ("on", "value", "shows") or shown[name].is_not_null().any()]
    heads = {"on": "Period", "centre": "Mean", "lower": "Lower limit", "upper": "Upper limit"}
    lines = [" | ".join(heads.get(name, name.capitalize()) for name in kept)]
    for row in shown.select(kept).iter_rows():
        lines.append(" | ".join(_cell(value) for value in row))
    if several:
        lines.insert(0, "The latest value of each site:")
    elif points.height > shown.height:
        lines.insert(0, f"The latest {shown.height} of {points.height} values; the workbook has all of them.")
    return "\n".join(lines)


def _among(rows: pl.DataFrame) -> list[str]:
    judged = rows.filter(pl.col("variation") != "too_few").height
    few = rows.height - judged
    said = f"{counted(judged, 'sites')} can be judged" + (f", {number(few)} can not yet" if few else "")
    chance = ["Among so many charts, some signals come by chance alone."] if judged >= 8 else []
    return [f"{said}. At the latest values: {listed(shown(rows['variation']))}.", *chance]


def _lines(row: dict[str, Any], unit: str) -> str:
    if row["centre"] is None:
        return "There is no mean yet."
    middle = "Median" if row["chart"] in ("run", "g") else "Mean"
    said = f"{middle} {_level(row['centre'], unit)}"
    if row["lower"] is not None or row["upper"] is not None:
        ends = [_level(end, unit) for end in (row["lower"], row["upper"]) if end is not None]
        said += f", {'limits' if len(ends) == 2 else 'limit'} {' to '.join(ends)}"
    return f"{said}."


def _level(value: float, unit: str) -> str:
    """A number beside one that has its unit: only a percentage says it again."""
    return amount(value, unit) if unit.startswith("%") else number(value)


def _when(points: pl.DataFrame, on: date) -> str:
    return month(on) if (points["on"].dt.day() == 1).all() else day(on)


def _action(row: dict[str, Any]) -> str:
    when = f"done {day(row['done'])}" if row["done"] else f"due {day(row['due'])}" if row["due"] else ""
    by = ", ".join(part for part in (row["owner"] or "", when) if part)
    return f"{row['title'].rstrip('.')} ({by})." if by else sentence(row["title"])


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        return day(value)
    return number(value) if isinstance(value, (int, float)) else str(value).replace("_", " ")
