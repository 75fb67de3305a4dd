"""Charts that PowerPoint draws itself, so that they can be edited: from the frames that pages draw them from.

Where a chart says more than such a chart can (control charts with their signals, stages in rows, the timeline), it is a
picture instead. A plot computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from takeroot import charts
from takeroot.charts.theme import colour
from takeroot.charts.wording import ENOUGH_FOR_A_PERCENTAGE, day, month
from takeroot.reporting.papers.pieces import Picture

#: More points than this make a chart that nobody edits.
MOST_POINTS = 400


@dataclass(frozen=True)
class Series:
    """A line or a row of bars: its name, its numbers, and how it looks; a line has the place of each number, too."""

    name: str
    values: tuple[float | None, ...]
    places: tuple[float, ...] = ()
    hue: str = "main"
    dash: str = ""
    wide: float = 2.0


@dataclass(frozen=True)
class Plot:
    """A chart in numbers: ``kind`` is lines over months, points joined by lines, bars, or bars in parts."""

    kind: str
    series: tuple[Series, ...]
    categories: tuple[str, ...] = ()
    across: str = ""
    up: str = ""
    form: str = "General"
    most: float | None = None
    dates: bool = False


def plotted(picture: Picture) -> Plot | None:
    """The plot of a picture; None where a picture says more."""
    make = _PLOTS.get(picture.draw)
    plot = make(*picture.frames) if make else None
    points = sum(len(series.values) for series in plot.series) if plot else 0
    return plot if points and points <= MOST_POINTS * len(plot.series if plot else ()) else None


def _reach(reach: pl.DataFrame) -> Plot | None:
    reach = reach.sort("on")
    told = (
        ("contacted", "ever contacted", "quiet", "sysDot", 1.5),
        ("ever_used", "ever used", "plan", "dash", 1.75),
        ("in_use", "in use", "main", "", 2.75),
        ("in_use_low", "in use, at least", "4", "sysDash", 1.0),
        ("in_use_high", "in use, at most", "4", "sysDash", 1.0),
    )
    same = reach["in_use_low"].equals(reach["in_use_high"], check_names=False)
    series = tuple(
        Series(name, tuple(reach[column]), hue=hue, dash=dash, wide=wide)
        for column, name, hue, dash, wide in told
        if not (same and column in ("in_use_low", "in_use_high"))
    )
    return Plot("lines", series, tuple(map(month, reach["on"])), up="Sites")


def _planned(lines: pl.DataFrame, reach: pl.DataFrame) -> Plot | None:
    series = []
    versions = lines.select("of", "version", "set_on").unique(maintain_order=True).sort("of", "version")
    for place, (of, version, set_on) in enumerate(versions.iter_rows()):
        mine = lines.filter(pl.col("of") == of, pl.col("version") == version).sort("on")
        name = f"planned for the {of}, version {version}, {day(set_on)}"
        last = place == versions.height - 1
        hue, dash = ("plan", "dash") if last else ("older", "sysDash")
        series.append(_stepped(name, [_serial(on) for on in mine["on"]], mine["planned"].to_list(), hue, dash))
    reach = reach.sort("on")
    in_use = Series("in use", tuple(reach["in_use"]), tuple(map(_serial, reach["on"])), "main", "", 2.75)
    return Plot("points", _longest_first(in_use, *series), up="Sites", dates=True)


def _groups(groups: pl.DataFrame) -> Plot | None:
    names = tuple(groups["group"].fill_null("not recorded"))
    if groups["in_use_share"].null_count() or (groups["sites"] < ENOUGH_FOR_A_PERCENTAGE).any():
        series = [Series("eligible sites", tuple(groups["sites"]), hue="quiet")]
        series.append(Series("in use", tuple(groups["in_use"]), hue="main"))
        return Plot("bars", tuple(series), names, up="Sites")
    series = [Series("share of eligible sites in use", tuple(groups["in_use_share"]), hue="main")]
    if not groups["people_share"].null_count():
        series.append(Series("share of eligible people at such sites", tuple(groups["people_share"]), hue="plan"))
    return Plot("bars", tuple(series), names, form="0%", most=1.0)


def _rules(rules: pl.DataFrame) -> Plot | None:
    told = (
        ("sustained", "sustained", "main"),
        ("not_sustained", "not sustained", "2"),
        ("not_known", "not known", "quiet"),
        ("too_early", "too early to judge", "older"),
    )
    series = tuple(Series(name, tuple(rules[column]), hue=hue) for column, name, hue in told)
    return Plot("parts", series, tuple(rules["rule"]), up="Sites")


def _staying(curve: pl.DataFrame) -> Plot | None:
    curve = curve.sort("months")
    told = (
        ("share", "still in use", "main", "", 2.75),
        ("lower", "from", "4", "sysDash", 1.25),
        ("upper", "to (95%)", "4", "sysDash", 1.25),
    )
    months = [0.0, *curve["months"]]
    series = tuple(
        _stepped(name, months, [1.0, *curve[column]], hue, dash, wide) for column, name, hue, dash, wide in told
    )
    return Plot("points", series, across="Months", form="0%", most=1.0)


def _leaving(leaving: pl.DataFrame) -> Plot | None:
    dashes = ("", "dash", "sysDash", "sysDot", "lgDash", "lgDashDot")
    series = []
    for place, (left, mine) in enumerate(leaving.sort("months").group_by("left_as", maintain_order=True)):
        months = [0.0, *mine["months"]]
        name = (left[0] or "not said").replace("_", " ")
        series.append(_stepped(name, months, [0.0, *mine["share"]], str(place % 6 + 1), dashes[place % 6]))
    return Plot("points", _longest_first(*series), across="Months", form="0%")


def _longest_first(*series: Series) -> tuple[Series, ...]:
    """LibreOffice leaves out lines that stand before one with more points."""
    return tuple(sorted(series, key=lambda one: -len(one.values)))


def _stepped(
    name: str, places: Sequence[float], values: Sequence[float | None], hue: str, dash: str, wide: float = 1.75
) -> Series:
    """A line that keeps its height until the next point."""
    known = [(place, value) for place, value in zip(places, values, strict=True) if value is not None]
    steps = [known[0]] if known else []
    for place, value in known[1:]:
        steps += [(place, steps[-1][1]), (place, value)]
    return Series(name, tuple(value for _, value in steps), tuple(place for place, _ in steps), hue, dash, wide)


def _serial(on: date) -> float:
    return float((on - date(1899, 12, 30)).days)


_PLOTS: dict[Callable[..., Any], Callable[..., Plot | None]] = {
    charts.reach_over_time: _reach,
    charts.planned_against_actual: _planned,
    charts.reach_by_group: _groups,
    charts.sustained_by_rule: _rules,
    charts.staying_in_use: _staying,
    charts.leaving_by_reason: _leaving,
}


def put(slide: Any, plot: Plot, place: tuple[float, float, float, float], says: str, name: str) -> None:
    """Draw a plot on a slide, as a chart of PowerPoint's own.

    Parameters
    ----------
    slide, plot
        Where, and what.
    place
        From the left, from the top, wide and tall, in inches.
    says, name
        What somebody hears who does not see it, and what the chart is called.
    """
    from pptx.chart.data import CategoryChartData, XyChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    kinds = {
        "lines": XL_CHART_TYPE.LINE,
        "points": XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
        "bars": XL_CHART_TYPE.BAR_CLUSTERED,
        "parts": XL_CHART_TYPE.BAR_STACKED,
    }
    data: Any = XyChartData() if plot.kind == "points" else CategoryChartData(number_format=plot.form)
    if plot.kind == "points":
        for one in plot.series:
            told = data.add_series(one.name, number_format=plot.form)
            for across, up in zip(one.places, one.values, strict=True):
                told.add_data_point(across, up)
    else:
        data.categories = list(plot.categories)
        for one in plot.series:
            data.add_series(one.name, one.values)
    shape = slide.shapes.add_chart(kinds[plot.kind], *map(Inches, place), data)
    shape.name = name
    shape._element.nvGraphicFramePr.cNvPr.set("descr", says)
    _looks(shape.chart, plot)


def _looks(chart: Any, plot: Plot) -> None:
    """Letters, axes, lines and the legend."""
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
    from pptx.util import Pt

    chart.font.size, chart.font.name = Pt(12), "Arial"
    chart.has_title = False
    chart.has_legend = len(plot.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    across, up = chart.category_axis, chart.value_axis
    bars = plot.kind in ("bars", "parts")
    across.has_major_gridlines = False
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    up.major_gridlines.format.line.color.rgb = RGBColor.from_string("E4E4E4")
    up.tick_labels.number_format, up.tick_labels.number_format_is_linked = plot.form, False
    up.minimum_scale = 0
    if plot.most is not None:
        up.maximum_scale = plot.most
    if plot.dates:
        days = [place for one in plot.series for place in one.places]
        across.minimum_scale, across.maximum_scale = min(days), max(max(days), min(days) + 1)
        across.tick_labels.number_format, across.tick_labels.number_format_is_linked = "mmm yyyy", False
    if bars:
        across.reverse_order = True  # as on the page, from the top
        up.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
        chart.plots[0].gap_width = 60
    for title, axis in ((plot.across, across), (plot.up, up)):
        if title:
            axis.has_title = True
            axis.axis_title.text_frame.text = title
            axis.axis_title.text_frame.paragraphs[0].font.size = Pt(12)
            axis.axis_title.text_frame.paragraphs[0].font.bold = False
    for drawn, one in zip(chart.plots[0].series, plot.series, strict=True):
        hue = RGBColor.from_string(colour(one.hue).strip("#"))
        if bars:
            drawn.format.fill.solid()
            drawn.format.fill.fore_color.rgb = hue
            continue
        drawn.smooth = False
        drawn.format.line.width = Pt(one.wide)
        drawn.format.line.color.rgb = hue
        if one.dash:
            _dashed(drawn, one.dash)
        if plot.kind == "lines":
            from pptx.enum.chart import XL_MARKER_STYLE

            drawn.marker.style = XL_MARKER_STYLE.NONE
    if plot.kind == "lines":
        _every(across, max(1, len(plot.categories) // 10))


def _dashed(drawn: Any, dash: str) -> None:
    from pptx.oxml import parse_xml

    space = "http://schemas.openxmlformats.org/drawingml/2006/main"
    line = drawn.format.line._get_or_add_ln()
    fill = line.find(f"{{{space}}}solidFill")
    fill.addnext(parse_xml(f'<a:prstDash xmlns:a="{space}" val="{dash}"/>'))


def _every(axis: Any, some: int) -> None:
    """Say only every so many of the categories."""
    from pptx.oxml import parse_xml

    space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    after = axis._element.find(f"{{{space}}}lblOffset")
    for tag in ("tickMarkSkip", "tickLblSkip"):
        mark_up = parse_xml(f'<c:{tag} xmlns:c="{space}" val="{some}"/>')
        if after is not None:
            after.addnext(mark_up)
