"""How does a chart become a picture? SVG for pages and paper, PNG for documents; no browser and no network.

The program that draws (vl-convert) leaves two things out, which are put back here: a picture must say that it is one
(``role="img"``) and say in words what it shows (``<title>``, ``<desc>``). Every id is made from the drawing itself, so
that several stand on one page, and the same frame gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any, Literal
from xml.etree import ElementTree as ET

from takeroot.charts.handmade import parted, titled, written
from takeroot.charts.theme import FONT, NARROW, PAPER_FONT, WIDE, tokens

Theme = Literal["page", "paper"]

#: What the drawing program says about single marks to assistive technology. The picture is one thing, with words.
_MARKS_SAY = ("role", "aria-roledescription", "aria-label", "aria-hidden", "pointer-events", "class")
#: What points say to a page's script.
_POINTS_SAY = ("data-point", "data-says")

#: What no XML may hold, and no reader sees.
UNPRINTED = {code: None for code in [*range(0x20), 0x7F, 0xFFFE, 0xFFFF] if code not in (0x09, 0x0A, 0x0D)}

_LONG = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")


def svg(chart: Any, theme: Theme = "page") -> str:
    """A chart as an SVG picture with a title and a description.

    Parameters
    ----------
    chart
        An Altair chart, as the functions of this room give it. Where it can be read point by point, the element of
        each point carries ``data-point`` (sorted as text, these give the order in which to go from point to point) and
        ``data-says`` (a plain label, such as "March 2025: 4.2, beyond the upper limit (worse)"), and a ``<title>`` of
        the same words for a pointer that rests on it. A mark of an event carries ``data-says`` alone. None takes the
        focus by itself, because the picture is one thing to a reader who does not see it: a page that lets the focus
        in puts it on what stands around the picture, and says each label there.
    theme
        ``page``: fills the width it is given, and follows the page's light and dark by the names in ``tokens.css``;
        nothing in it needs a style attribute, so it passes a strict content policy. ``paper``: dark on white, of a
        fixed size, for documents and print.

    Returns
    -------
    str
        One ``<svg>`` element. The same chart gives the same text.
    """
    spec = _spec(chart, theme)
    below, rest, above = parted(spec)
    plot = ET.Element("g", {"transform": f"translate({spec['padding']['left']},{spec['padding']['top']})"})
    plot.extend(written(below))
    plot.extend(_plotted(rest))
    plot.extend(written(above))
    plot.extend(titled(spec))
    return _told(plot, spec, theme)


def _plotted(spec: dict[str, Any] | None) -> list[ET.Element]:
    """What the drawing program makes of the layers that have scales."""
    if spec is None:
        return []
    import vl_convert

    text = vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    root = ET.fromstring(re.sub(r'\sxmlns(:xlink)?="[^"]*"', "", text, count=2))
    _without_empty(root)
    return [part for group in root.findall("g") for part in group] + root.findall("defs")


def png(chart: Any, scale: float = 2) -> bytes:
    """A chart as a PNG picture, dark on white: its SVG for paper, in dots.

    Parameters
    ----------
    chart
        An Altair chart, or the SVG of an icon for paper.
    scale
        Dots for each pixel: 2 is sharp on screens, 4 in print.
    """
    import vl_convert

    return vl_convert.svg_to_png(chart if isinstance(chart, str) else svg(chart, "paper"), scale=scale)


def both(draw: Callable[..., Any], *frames: Any, widths: tuple[int, int] = (WIDE, NARROW), **options: Any) -> str:
    """A chart drawn wide and narrow, as HTML of which the page's style sheet (``charts.css``) shows the one that fits.

    Parameters
    ----------
    draw
        A function of this room, such as :func:`takeroot.charts.control_chart`.
    frames, options
        What it takes.
    widths
        For a page, and for a phone, in pixels.

    Returns
    -------
    str
        A ``div`` with two pictures; letters stay readable on a phone because the narrow one is made for it.
    """
    wide, narrow = (svg(draw(*frames, width=width, **options)) for width in widths)
    return f'<div class="chart"><div class="chart-wide">{wide}</div><div class="chart-narrow">{narrow}</div></div>'


def words(chart: Any) -> tuple[str, str]:
    """The title and the description of a chart, as its picture says them."""
    return _words(chart.to_dict(validate=False))


def _spec(chart: Any, theme: Theme) -> dict[str, Any]:
    import altair as alt

    with alt.data_transformers.enable(consolidate_datasets=False):  # no layer shares its data with another
        spec = chart.to_dict(validate=False)  # Altair checked every part when it was made
    config = spec.setdefault("config", {})
    config["background"] = None if theme == "page" else "#ffffff"
    if theme == "paper":
        spec["config"] = json.loads(json.dumps(config).replace(json.dumps(FONT)[1:-1], json.dumps(PAPER_FONT)[1:-1]))
    return spec


def _words(spec: dict[str, Any]) -> tuple[str, str]:
    title = spec.get("title", "")
    if isinstance(title, dict):
        title = title.get("text", "")
    if isinstance(title, list):
        title = " ".join(title)
    return title.strip() or "Chart", spec.get("description", "")


def _told(plot: ET.Element, spec: dict[str, Any], theme: Theme) -> str:
    """The drawing with its words, ids of its own, and colours by name."""
    mark = "c" + hashlib.blake2b(json.dumps([spec, theme]).encode(), digest_size=6).hexdigest()
    names = {light: f"var(--tr-{name}, {light})" for name, light in tokens().items()} if theme == "page" else {}
    for part in plot.iter():
        for attribute in _MARKS_SAY if theme == "page" else (*_MARKS_SAY, *_POINTS_SAY):
            part.attrib.pop(attribute, None)
        for attribute, found in part.attrib.items():
            if attribute.startswith("data-"):
                part.attrib[attribute] = found.translate(UNPRINTED)
            elif attribute == "id":
                part.attrib[attribute] = f"{mark}-{found}"
            elif "url(#" in found:
                part.attrib[attribute] = found.replace("url(#", f"url(#{mark}-")
            elif attribute in ("fill", "stroke") and found in names:
                part.attrib[attribute] = names[found]
        if part.tag in ("text", "title"):
            part.attrib.pop("font-family", None)
            part.text = (part.text or "").translate(UNPRINTED)
    _shorter(plot)
    room = spec["padding"]
    width = room["left"] + spec["width"] + room["right"]
    height = room["top"] + spec["height"] + room["bottom"]
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "takeroot-chart",
            "role": "img",
            "aria-labelledby": f"{mark}-title {mark}-desc",
            "viewBox": f"0 0 {width} {height}",
            "width": "100%" if theme == "page" else str(width),
            **({"height": str(height)} if theme == "paper" else {}),
            "font-family": FONT if theme == "page" else PAPER_FONT,
            "fill": "none",
        },
    )
    title, says = _words(spec)
    for tag, said in (("title", title), ("desc", says)):
        ET.SubElement(root, tag, {"id": f"{mark}-{tag}"}).text = said.translate(UNPRINTED)
    if theme == "paper":
        ET.SubElement(root, "rect", {"width": str(width), "height": str(height), "fill": "#ffffff"})
    root.append(plot)
    return ET.tostring(root, encoding="unicode")


def _without_empty(part: ET.Element) -> None:
    """Take out what draws nothing: empty groups and paths without a line or a fill."""
    for child in list(part):
        if child.tag in ("defs", "clipPath"):
            continue
        _without_empty(child)
        nothing = (child.tag == "g" and len(child) == 0) or (
            child.tag == "path" and (not child.get("d") or not (child.get("fill") or child.get("stroke")))
        )
        if nothing or child.get("display") == "none":
            part.remove(child)


#: Attributes that children take from the group they stand in.
_INHERITED = (
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "font-family",
    "font-size",
    "font-weight",
    "text-anchor",
)


def _shorter(root: ET.Element) -> None:
    """The same drawing in fewer letters: what marks of a group share is said once; hundredths of a pixel will do."""
    for part in root.iter():
        if part.get("opacity") == "1":
            del part.attrib["opacity"]
        for attribute in ("d", "transform", "x2", "y2", "stroke-width"):
            if "." in part.get(attribute, ""):
                part.set(
                    attribute,
                    _LONG.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), part.attrib[attribute]),
                )
    for group in root.iter("g"):
        marks = list(group)
        if len(marks) < 2 or any(len(mark) for mark in marks):
            continue
        for attribute in _INHERITED:
            said = {mark.get(attribute) for mark in marks}
            if len(said) == 1 and None not in said and group.get(attribute) is None:
                group.set(attribute, said.pop())
                for mark in marks:
                    del mark.attrib[attribute]
