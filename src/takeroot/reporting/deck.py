"""What stands on each slide of measures: a summary of all, one measure a slide, and how it was made."""

from __future__ import annotations

from functools import cache
from math import ceil
from typing import Any

from takeroot import charts
from takeroot.analysis import spc
from takeroot.charts import icons
from takeroot.charts.wording import agree, counted, day, listed, month, number
from takeroot.reporting.chosen import Chosen
from takeroot.reporting.results import TOGETHER
from takeroot.reporting.slides import SOFT, WIDTH, Box, Deck, cell, panel_needs
from takeroot.reporting.views import View, numbers, short, shown

_TITLE = Box(0.5, 0.3, WIDTH - 1, 1.05)
_CHART = Box(0.5, 1.45, 7.85, 5.4)
_SIDE, _ASIDE = 8.55, WIDTH - 0.5 - 8.55
_FOOT = Box(0.5, 7.02, WIDTH - 2.3, 0.3)
_PAGE = Box(WIDTH - 1.7, 7.02, 1.2, 0.3)
_ICON, _GAP = 0.56, 0.1
_TABLE = Box(0.5, 1.45, WIDTH - 1, 5.4)
#: The head and the width of each column of the summary, in inches.
_COLUMNS = (
    *(("Measure", 3.0), ("Site", 1.35), ("Latest", 0.95), ("Value", 0.8), ("Target", 0.8), ("Mean", 0.8)),
    *(("Limits", 1.15), ("Variation", 1.7), ("Assurance", 1.783)),
)
_NUMBERS = ("Value", "Target", "Mean", "Limits")
#: Rows of the summary on one slide, and how tall one is.
ON_A_SLIDE, _TALL = 10, 0.49


def summaries(deck: Deck, chosen: Chosen, views: list[View]) -> None:
    """A table of every picture that follows, on as many slides as it takes."""
    lines = [view for view in views if view.sheet == 1]
    sheets = ceil(len(lines) / ON_A_SLIDE)
    for sheet in range(sheets):
        some = lines[sheet * ON_A_SLIDE : (sheet + 1) * ON_A_SLIDE]
        of = f" ({sheet + 1} of {sheets})" if sheets > 1 else ""
        slide = deck.slide(f"{short(chosen.whole.name)}: {_finding(views)}{of}", _TITLE)
        _summary(deck, slide, some)
        _foot(deck, slide, _sets(chosen), chosen)
        deck.notes(slide, "\n".join(view.title for view in some))


def _finding(views: list[View]) -> str:
    """How many measures show what, in words."""
    told = shown(view.row["variation"] for view in views if view.row)
    apart = len({view.measure for view in views if not view.row})
    told += [f"{number(apart)} {agree(apart, 'is', 'are')} shown site by site"] if apart else []
    return f"{counted(len({view.measure for view in views}), 'measures')}; {listed(told)}"


def _summary(deck: Deck, slide: Any, views: list[View]) -> None:
    widths = [width for _, width in _COLUMNS]
    says = "Measures, their latest values, mean and limits, variation and assurance; each is on a slide of its own."
    table = deck.table(slide, _TABLE, widths, len(views) + 1, _TALL, says)
    boxes = {name: Box(0, 0, width, _TALL) for name, width in _COLUMNS}
    heads = list(boxes)
    for place, name in enumerate(heads):
        cell(table.cell(0, place), name, boxes[name], bold=True, right=name in _NUMBERS)
    for line, view in enumerate(views, 1):
        texts, wide = _texts(view), view.row is None
        if wide:
            table.cell(line, heads.index("Latest")).merge(table.cell(line, len(heads) - 1))
        for place, name in enumerate(heads):
            if wide and place > heads.index("Latest"):
                continue
            box = Box(0, 0, sum(widths[place:]), _TALL) if wide and name == "Latest" else boxes[name]
            icon = 0.56 if name in ("Variation", "Assurance") and texts[name] else 0.06
            cell(table.cell(line, place), texts[name], box, right=name in _NUMBERS, left=icon)
        if view.row:
            _icons(deck, slide, view.row, line, widths)


def _texts(view: View) -> dict[str, str]:
    """What stands in a row of the summary."""
    unit = view.chosen.results.unit(view.measure)
    name = f"{view.name} ({unit})" if unit else view.name
    row = view.row
    if row is None:
        mine = view.chosen.summary.filter(measure=view.measure)
        told = f"Site by site, at the latest values: {listed(shown(mine['variation']))}."
        return {"Measure": name, "Site": f"{number(mine.height)} sites", "Latest": told}
    whole = row["site"] == TOGETHER
    limits = [number(end) for end in (row["lower"], row["upper"]) if end is not None]
    return {
        "Measure": name,
        "Site": TOGETHER if whole else view.place,
        "Latest": _period(view) if row["latest_on"] else "",
        "Value": number(row["latest"], "–"),
        "Target": number(row["target"], "–"),
        "Mean": number(row["centre"], "–"),
        "Limits": " to ".join(limits) or "–",
        "Variation": spc.VARIATION[row["variation"]].partition(";")[0],
        "Assurance": _ASSURED.get(row["assurance"] or "", _unjudged(row)),
    }


#: The assurance in the few words that a table has room for.
_ASSURED = {"pass": "Will keep meeting it", "fail": "Will keep missing it", "hit_and_miss": "May meet or miss it"}


def _unjudged(row: dict[str, Any]) -> str:
    """Why a target is not judged."""
    if row["target"] is None:
        return "No target"
    return "No direction is better" if row["improves"] == "neither" else "Not judged yet"


def _period(view: View) -> str:
    on = view.row["latest_on"] if view.row else None
    return month(on) if (view.points["on"].dt.day() == 1).all() else day(on)


def _icons(deck: Deck, slide: Any, row: dict[str, Any], line: int, widths: list[float]) -> None:
    """The icons of a row, before their words."""
    top = _TABLE.top + line * _TALL + (_TALL - 0.4) / 2
    for place, (svg, says) in ((7, variation(row)), (8, assurance(row))):
        box = Box(_TABLE.left + sum(widths[:place]) + 0.09, top, 0.4, 0.4)
        deck.picture(slide, box, svg, dots(svg), says, "Icon")


def variation(row: dict[str, Any]) -> tuple[str, str]:
    """The icon of what the latest point shows, and its words."""
    word = row["variation"]
    high = None if word not in ("improvement", "concern") else (word == "improvement") == (row["improves"] == "up")
    return icons.variation_icon(word, high=high, theme="paper"), icons.variation_says(word, high)


def assurance(row: dict[str, Any]) -> tuple[str, str]:
    """The icon of whether the target is in reach, and its words."""
    word = row["assurance"]
    return icons.assurance_icon(word, theme="paper"), icons.assurance_says(word) if word else _unjudged(row)


@cache
def dots(svg: str) -> bytes:
    """An icon as a picture of dots."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg, scale=4))


def measure(deck: Deck, view: View) -> None:
    """One picture of a measure with what it says."""
    slide = deck.slide(view.title, _TITLE)
    title, says = charts.words(view.chart)
    deck.picture(
        slide, _CHART, charts.svg(view.chart, theme="paper"), charts.png(view.chart), f"{title}. {says}", "Chart"
    )
    top = _CHART.top
    if view.row:
        for (svg, said), kind in ((variation(view.row), "Variation"), (assurance(view.row), "Assurance")):
            deck.picture(slide, Box(_SIDE, top, _ICON, _ICON), svg, dots(svg), f"{kind}: {said}", kind)
            place = Box(_SIDE + _ICON + 0.1, top, _ASIDE - _ICON - 0.1, _ICON)
            deck.words(slide, place, [said], (13, 12, 11), name=f"{kind} in words", middle=True)
            top += _ICON + 0.12
    _panels(deck, slide, view, top + 0.04)
    _foot(deck, slide, view.rules, view.chosen)
    deck.notes(slide, f"{view.name}\n{view.title}\n{view.rules}\n\n{numbers(view)}")


def _panels(deck: Deck, slide: Any, view: View, top: float) -> None:
    """What the chart tells us, issues and actions: from the record, or empty to be written in."""
    ends = _CHART.top + _CHART.height
    told = (
        ("What the chart tells us", view.tells, ""),
        ("Issues", view.issues, "Nothing is logged near the change." if view.since else "Nothing is logged lately."),
        ("Actions", view.actions, "No action is recorded."),
    )
    room = ends - top - _GAP * (len(told) - 1)
    needed = [panel_needs(list(items) or [instead], _ASIDE) for _, items, instead in told]
    for need, (heading, items, instead) in zip(needed, told, strict=True):
        height = room * need / sum(needed)
        deck.panel(slide, Box(_SIDE, top, _ASIDE, height), heading, items, instead)
        top += height + _GAP


def about(deck: Deck, chosen: Chosen, file: str) -> None:
    """The last slide: how everything was made, and what was decided about the charts."""
    slide = deck.slide("How these charts were made", _TITLE)
    names = listed([short(chosen.results.measure(code), 60) for code in chosen.measures])
    told = {**dict(chosen.facts), "Measures": f"{counted(len(chosen.measures), 'measures')}: {names}"}
    first = {name: text for name, text in told.items() if name != "Measures" and not name.startswith("Chart: ")}
    facts = {**first, **dict(chosen.again(file)), "Measures": told["Measures"]}
    left = [f"{name}: {text}" for name, text in facts.items()]
    right = [f"{name}. {text}" for name, text in chosen.decided]
    half = (_TABLE.width - 0.3) / 2
    deck.words(slide, Box(_TABLE.left, _TABLE.top, half, _TABLE.height), left, (13, 12, 11, 10, 9), name="How")
    beside = Box(_TABLE.left + half + 0.3, _TABLE.top, half, _TABLE.height)
    deck.words(slide, beside, right, (13, 12, 11, 10, 9), name="What was decided")
    _foot(deck, slide, _sets(chosen), chosen)
    deck.notes(slide, "\n".join(f"{name}: {text}" for name, text in [*chosen.facts, *chosen.decided]))


def _sets(chosen: Chosen) -> str:
    return f"Judged by {listed([f'{one.name} ({one.version})' for one in chosen.rule_sets])}."


def _foot(deck: Deck, slide: Any, rules: str, chosen: Chosen) -> None:
    made_up = " Made up: no site, person or figure is real." if chosen.whole.about.synthetic else ""
    text = f"{rules} Data as of {day(chosen.results.as_at)}.{made_up}"
    deck.words(slide, _FOOT, [text], (10, 9, 8), name="Foot", hue=SOFT)
    place = str(len(deck.show.slides))
    deck.words(slide, _PAGE, [place], (10,), name="Number of the slide", hue=SOFT, right=True)
