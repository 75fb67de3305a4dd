"""What needs no scales is written straight into the drawing: titles, and marks that stand where they are put.

The drawing program measures every word it draws, which takes most of its time, and needs none of it here: the places
are known. So a picture gets its title and its marks in pixels from here and only the rest from there. A notebook takes
all from there; both look the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import Any
from xml.etree import ElementTree as ET

from takeroot.charts.placing import placed_layers

#: Marks that are written here, where both their places are in pixels.
_BY_HAND = ("line", "point", "rule", "text")
#: How a line goes on to the next place, where it does not go straight there.
_STEPS = {"step-after": "H{x}V{y}", "step-before": "V{y}H{x}", "step": "H{middle}V{y}H{x}"}


def parted(spec: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any] | None, list[dict[str, Any]]]:
    """The layers by hand that lie lowest, the rest as a chart without its title (none, if nothing is left), the others.

    Parameters
    ----------
    spec
        A chart as Vega-Lite has it, with its data in ``datasets``.
    """
    layers = [_with_values(layer, spec) for layer in spec.get("layer", ())]
    placed = placed_layers(spec, layers) if all(layer["mark"]["type"] in _BY_HAND for layer in layers) else None
    if placed is not None:
        return placed, None, []
    below: list[dict[str, Any]] = []
    while layers and _is_by_hand(layers[0]):
        below.append(layers.pop(0))
    above = [layer for layer in layers if _is_by_hand(layer)]
    rest = [layer for layer in layers if not _is_by_hand(layer)]
    if not rest:
        return below, None, above
    kept = {key: value for key, value in spec.items() if key not in ("title", "layer", "datasets", "description")}
    return below, {**kept, "layer": rest}, above


def written(layers: Iterable[dict[str, Any]]) -> list[ET.Element]:
    """Layers by hand, each as one group of SVG elements."""
    makers = {"line": _paths, "point": _dots, "rule": _lines, "text": _words}
    return [
        makers[layer["mark"]["type"]](layer["mark"], layer["encoding"], layer["data"]["values"]) for layer in layers
    ]


def titled(spec: dict[str, Any]) -> list[ET.Element]:
    """The title and the subtitle, above the plot."""
    title = spec.get("title")
    if not isinstance(title, dict):
        return []
    under = title.get("subtitle", [])
    size, small = title["fontSize"], title["subtitleFontSize"]
    height = len(title["text"]) * title["lineHeight"]
    height += len(under) * title["subtitleLineHeight"] + title["subtitlePadding"] if under else 0
    y = -title["offset"] - height
    groups = []
    for lines, letter, step, colour, weight in (
        (title["text"], size, title["lineHeight"], title["color"], "600"),
        (under, small, title["subtitleLineHeight"], title["subtitleColor"], None),
    ):
        group = ET.Element("g", {"fill": colour, "font-size": f"{letter:g}"})
        if weight:
            group.set("font-weight", weight)
        for line in lines:
            y += step
            text = ET.SubElement(group, "text", {"x": f"{title['dx']:g}", "y": _short(y - (step - letter) / 2 - 2)})
            text.text = line
        y += title["subtitlePadding"]
        groups.append(group)
    return groups


def _with_values(layer: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    data = layer.get("data", spec.get("data", {}))  # where all layers share their data, the chart holds it
    held = spec.get("datasets", {}).get(data.get("name")) if isinstance(data, dict) else None
    return {**layer, "data": data if held is None else {"values": held}}


def _is_by_hand(layer: dict[str, Any]) -> bool:
    encoding = layer.get("encoding", {})
    return layer["mark"]["type"] in _BY_HAND and all(
        axis in encoding and encoding[axis].get("scale", "some") is None for axis in ("x", "y")
    )


def _words(mark: dict[str, Any], encoding: dict[str, Any], values: Iterable[dict[str, Any]]) -> ET.Element:
    group = ET.Element("g", {"fill": mark["color"], "font-size": f"{mark['fontSize']:g}"})
    if mark.get("fontWeight"):
        group.set("font-weight", str(mark["fontWeight"]))
    anchor = {"right": "end", "center": "middle"}.get(mark.get("align", "left"))
    if anchor:
        group.set("text-anchor", anchor)
    for value in values:
        text = ET.SubElement(group, "text", {"x": _short(value["x"]), "y": _short(value["y"])})
        text.text = value["text"]
    return group


def _lines(mark: dict[str, Any], encoding: dict[str, Any], values: Iterable[dict[str, Any]]) -> ET.Element:
    ends = [(name, encoding[name if name in encoding else name[0]]["field"]) for name in ("x", "y", "x2", "y2")]
    places = ({name: _short(value[field]) for name, field in ends} for value in values)
    path = "".join("M{x},{y}L{x2},{y2}".format(**place) for place in places)
    return ET.Element("path", {"d": path, **_stroke(mark)})


def _paths(mark: dict[str, Any], encoding: dict[str, Any], values: Iterable[dict[str, Any]]) -> ET.Element:
    """Lines through places, one for each value of their detail; a line breaks where there is no place."""
    across, down = encoding["x"]["field"], encoding["y"]["field"]
    by = encoding["detail"]["field"] if "detail" in encoding else None
    step = _STEPS.get(mark.get("interpolate", ""), "L{x},{y}")
    lines: dict[Any, list[str]] = {}
    last: dict[Any, float] = {}
    for value in values:
        part, x, y = value[by] if by else None, value[across], value[down]
        line = lines.setdefault(part, [])
        if x is None or y is None:
            last.pop(part, None)
            continue
        middle = (last[part] + x) / 2 if part in last else x
        line.append((step if part in last else "M{x},{y}").format(x=_short(x), y=_short(y), middle=_short(middle)))
        last[part] = x
    return ET.Element("path", {"d": "".join(part for line in lines.values() for part in line), **_stroke(mark)})


def _dots(mark: dict[str, Any], encoding: dict[str, Any], values: Iterable[dict[str, Any]]) -> ET.Element:
    """Dots of one style. Where a value says something, its dot does too, for a pointer and for a page's script."""
    across, down = encoding["x"]["field"], encoding["y"]["field"]
    own = mark["shape"].startswith("M")
    r = sqrt(mark["size"]) / 2
    outline = mark["shape"] if own else symbol(mark["shape"], mark["size"])
    width = f"{mark['strokeWidth'] / r if own else mark['strokeWidth']:.3g}"
    style = {"fill": mark.get("fill") or "none", "stroke": mark.get("stroke") or "none", "stroke-width": width}
    if mark.get("strokeDash"):
        style["stroke-dasharray"] = ",".join(f"{length / r if own else length:.3g}" for length in mark["strokeDash"])
    group = ET.Element("g", style)
    for value in values:
        if value[across] is None or value[down] is None:
            continue
        place = f"translate({_short(value[across])},{_short(value[down])})" + (f"scale({_short(r)})" if own else "")
        said = {f"data-{name}": value[name] for name in ("point", "says") if name in value}
        path = ET.SubElement(group, "path", {"transform": place, "d": outline, **said})
        if "says" in value:
            ET.SubElement(path, "title").text = value["says"]
    return group


def symbol(shape: str, size: float) -> str:
    """The outline of a symbol of an area, around 0,0, as the drawing program has it."""
    r = sqrt(size) / 2
    h, s = r * sqrt(3) / 2, r / 2.5
    x, y, z = _short(r), _short(h), _short(s)
    return {
        "circle": f"M{x},0A{x},{x},0,1,1,-{x},0A{x},{x},0,1,1,{x},0",
        "square": f"M-{x},-{x}H{x}V{x}H-{x}Z",
        "diamond": f"M-{x},0L0,-{x}L{x},0L0,{x}Z",
        "cross": f"M-{x},-{z}V{z}H-{z}V{x}H{z}V{z}H{x}V-{z}H{z}V-{x}H-{z}V-{z}Z",
        "triangle-up": f"M0,-{y}L-{x},{y}L{x},{y}Z",
        "triangle-down": f"M0,{y}L-{x},-{y}L{x},-{y}Z",
        "triangle-right": f"M{y},0L-{y},-{x}L-{y},{x}Z",
        "triangle-left": f"M-{y},0L{y},-{x}L{y},{x}Z",
    }[shape]


def _stroke(mark: dict[str, Any]) -> dict[str, str]:
    style = {"stroke": mark["color"], "stroke-width": f"{mark['strokeWidth']:g}"}
    dash = mark.get("strokeDash")
    return {**style, "stroke-dasharray": ",".join(f"{length:g}" for length in dash)} if dash else style


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
