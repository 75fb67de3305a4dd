"""Where does a mark stand, in pixels? Layers whose scales are given need no program to place them.

A chart says of each scale where it begins and ends, and of each axis which ticks it has. Where it says all of that, its
layers are placed here and its axes become lines and words like any other; a whole chart is then written in a few
thousandths of a second. Where it does not, the drawing program places it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from math import isfinite
from typing import Any

from takeroot.charts.wording import MONTHS

Spec = dict[str, Any]

_NUMBER = re.compile(r"(,?)(?:\.(\d+))?(~?)([dfe%])")
#: Between an axis and its labels, as the drawing program has it.
_GAP = 5


def placed_layers(spec: Spec, layers: list[Spec]) -> list[Spec] | None:
    """The layers in pixels, the axes beneath them; none, where a scale or an axis is not given in full.

    Parameters
    ----------
    spec
        A chart as Vega-Lite has it.
    layers
        Its layers, each with its values.
    """
    if spec.get("resolve"):
        return None
    across = {"x": spec["width"], "y": spec["height"]}
    axes: list[Spec] = []
    for name, length in across.items():
        channels = [layer["encoding"][name] for layer in layers if name in layer.get("encoding", {})]
        there = [channel for channel in channels if channel.get("axis")]
        if any(one["axis"] != there[0]["axis"] or one["scale"] != there[0]["scale"] for one in there):
            return None
        if there:
            drawn = _axis(name, there[0], length, spec)
            if drawn is None:
                return None
            axes += drawn
    found = [_in_pixels(layer, across) for layer in layers]
    if any(layer is None for layer in found):
        return None
    return [*axes, *(layer for layer in found if layer is not None)]


def _in_pixels(layer: Spec, across: dict[str, float]) -> Spec | None:
    """One layer with its places in pixels."""
    encoding = dict(layer.get("encoding", {}))
    values = layer["data"]["values"]
    for name, length in across.items():
        if name not in encoding:
            return None
        channel = encoding[name]
        if channel.get("scale", "some") is None:
            continue
        at = _scale(channel, length, flipped=name == "y")
        if at is None:
            return None
        fields = [encoding[each]["field"] for each in (name, f"{name}2") if each in encoding]
        values = [{**row, **{field: at(row[field]) for field in fields}} for row in values]
        encoding[name] = {**channel, "scale": None, "axis": None}
    return {**layer, "encoding": encoding, "data": {"values": values}}


def _scale(channel: Spec, length: float, *, flipped: bool) -> Callable[[Any], float | None] | None:
    """From a value to a place; none, where the scale is not a straight one between two ends that are given."""
    scale = channel.get("scale") or {}
    domain = scale.get("domain")
    if scale.get("type", "linear") not in ("linear", "utc") or not isinstance(domain, list) or len(domain) != 2:
        return None
    low, high = (_number(end) for end in domain)
    if high == low:
        return None

    def at(value: Any) -> float | None:
        if value is None:
            return None
        share = (_number(value) - low) / (high - low)
        return (1 - share if flipped else share) * length if isfinite(share) else None

    return at


def _number(value: Any) -> float:
    return date.fromisoformat(value).toordinal() if isinstance(value, str) else value


def _axis(name: str, channel: Spec, length: float, spec: Spec) -> list[Spec] | None:
    """The lines and words of an axis; none, where its ticks are not given."""
    axis = channel["axis"]
    at = _scale(channel, length, flipped=name == "y")
    told = [_label(value, axis.get("format", "")) for value in axis.get("values", ())]
    if at is None or "values" not in axis or None in told:
        return None
    config = spec["config"]["axis"]
    places = [at(value) or 0.0 for value in axis["values"]]
    wide, tall = spec["width"], spec["height"]
    drawn = []
    if axis.get("grid", True) and name == "y":
        lines = [{"x": 0, "y": y, "x2": wide, "y2": y} for y in places]
        drawn.append(_rule(lines, config["gridColor"]))
    if axis.get("domain", True):
        ends = {"x": 0, "y": tall, "x2": wide if name == "x" else 0, "y2": tall if name == "x" else 0}
        drawn.append(_rule([ends], config["domainColor"]))
    size = axis.get("tickSize", 5) if axis.get("ticks", True) else 0
    if size and name == "x":
        drawn.append(_rule([{"x": x, "y": tall, "x2": x, "y2": tall + size} for x in places], config["tickColor"]))
    letters, flush = config["labelFontSize"], axis.get("labelFlush") or 0
    by_align: dict[str, list[Spec]] = {}
    for place, text in zip(places, told, strict=True):
        if name == "y":
            align, word = "right", {"x": -size - _GAP, "y": place + 0.34 * letters}
        else:
            align = "left" if flush and place < flush else "right" if flush and length - place < flush else "center"
            word = {"x": place, "y": tall + size + _GAP + 0.84 * letters}
        by_align.setdefault(align, []).append({**word, "text": text})
    return drawn + [_words(words, align, config["labelColor"], letters) for align, words in by_align.items()]


def _label(value: Any, how: str) -> str | None:
    """A tick in words; none, where the manner is not known here."""
    if isinstance(value, str):
        on = date.fromisoformat(value)
        month = MONTHS[on.month - 1]
        return {"%Y": f"{on.year}", "%b %Y": f"{month} {on.year}", "%-d %b %Y": f"{on.day} {month} {on.year}"}.get(how)
    found = _NUMBER.fullmatch(how)
    if not found:
        return None
    comma, decimals, trim, kind = found.groups()
    text = f"{value:{comma}.{decimals or 0}{kind if kind in 'e%' else 'f'}}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text).replace("-", "\N{MINUS SIGN}")


def _rule(values: Iterable[Spec], hue: str) -> Spec:
    return _layer({"type": "rule", "color": hue, "strokeWidth": 1}, values)


def _words(values: Iterable[Spec], align: str, hue: str, size: float) -> Spec:
    return _layer({"type": "text", "color": hue, "fontSize": size, "align": align}, values)


def _layer(mark: Spec, values: Iterable[Spec]) -> Spec:
    ends = ("x", "y", "x2", "y2") if mark["type"] == "rule" else ("x", "y")
    encoding = {name: {"field": name, "scale": None} for name in ends}
    return {"mark": mark, "encoding": encoding, "data": {"values": list(values)}}
