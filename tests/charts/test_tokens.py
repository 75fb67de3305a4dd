"""Colours can be told apart: text at least 4.5:1, marks at least 3:1, by day and by night."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from takeroot.charts.theme import tokens

TEXT = ("ink", "ink-soft", "accent", "chart-ink", "chart-soft", "chart-main", "chart-plan", "spc-mean", "spc-target")
TEXT_OF_LINES = tuple(f"chart-{n}" for n in range(1, 7))
MARKS = (
    "line-strong", "focus", "chart-axis", "chart-main", "chart-plan", "chart-older", "chart-quiet", "spc-common",
    "spc-improvement", "spc-concern", "spc-neither", "spc-line", "spc-mean", "spc-limit", "spc-target",
)  # fmt: skip
BACKGROUNDS = ("paper", "surface")


def of(theme: str) -> dict[str, str]:
    text = (files("takeroot.charts") / "tokens.css").read_text(encoding="utf-8")
    light, dark = text.split("@media", maxsplit=1)
    return dict(re.findall(r"--tr-([\w-]+):\s*(#[0-9a-f]{6});", light if theme == "light" else dark))


def brightness(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((brightness(one), brightness(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme: str) -> None:
    colours = of(theme)
    weak = {
        (name, back): round(contrast(colours[name], colours[back]), 2)
        for name in TEXT + TEXT_OF_LINES
        for back in BACKGROUNDS
        if contrast(colours[name], colours[back]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_stand_out_from_the_page(theme: str) -> None:
    colours = of(theme)
    weak = {
        (name, back): round(contrast(colours[name], colours[back]), 2)
        for name in MARKS
        for back in BACKGROUNDS
        if contrast(colours[name], colours[back]) < 3
    }
    assert weak == {}


def test_text_can_be_read_in_wells_and_on_the_accent() -> None:
    for theme in ("light", "dark"):
        colours = of(theme)
        assert contrast(colours["ink-soft"], colours["sunken"]) >= 4.5
        assert contrast(colours["accent"], colours["sunken"]) >= 4.5
        assert contrast(colours["on-accent"], colours["accent"]) >= 4.5


def test_the_dark_page_has_every_colour_of_the_light_one() -> None:
    assert of("dark").keys() == of("light").keys()


def test_no_two_colours_of_a_chart_are_the_same_so_that_each_can_be_told_its_name() -> None:
    assert len(set(tokens().values())) == len(tokens())
