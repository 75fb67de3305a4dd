"""How a chart was computed: the numbers that are shown give the limits that are drawn."""

from __future__ import annotations

import math
import re
from datetime import date

import numpy as np
import polars as pl
import pytest

from takeroot import spc
from takeroot.vocabulary.calendar import months_from
from takeroot.vocabulary.rulesets import RuleSet

DAYS = months_from(date(2022, 1, 1), date(2024, 12, 1)).to_list()
SCREENING = RuleSet(name="ours", version="1", screen=True)


def values(kind: str, seed: int, sites: int = 3) -> pl.DataFrame:
    """Some months of a few sites, with gaps, such as a kind of chart can draw."""
    chance = np.random.default_rng(seed)
    size = sites * len(DAYS)
    below = chance.integers(40, 90, size).astype(float)
    if kind in ("p", "p_prime", "u", "u_prime"):
        above = chance.binomial(below.astype(int), 0.2).astype(float)
        cells = {"numerator": above, "denominator": below}
    else:
        cells = {"value": chance.poisson(9, size).astype(float) + (0.5 if kind == "t" else 0)}
        cells["value"][5] = 70.0
    frame = pl.DataFrame({"measure": ["m"] * size, "site": [f"s{n % sites}" for n in range(size)]} | cells)
    frame = frame.sort("site", maintain_order=True).with_columns(on=pl.Series(DAYS * sites))
    gap = pl.int_range(pl.len()) % 17 == 4
    name = "value" if "value" in cells else "numerator"
    return frame.with_columns(pl.when(~gap).then(name).alias(name))


PHASES = {
    "measure": ["m"] * 4,
    "site": [None, "s1", "s1", "s2"],
    "on": ["2023-07-01", "2022-02-01", "2022-06-01", "2022-01-01"],
    "until": [None, "2022-04-01", None, "2022-12-01"],
    "kind": ["recalculate", "exclude", "exclude", "baseline"],
    "reason": ["New rota", "Flood", "Strike", "The first year"],
}


@pytest.mark.parametrize("multiply", [1.0, 100.0])
@pytest.mark.parametrize("rules", ["mdc", "mdc-2021", "ours"])
@pytest.mark.parametrize("kind", spc.KINDS)
def test_the_numbers_that_are_shown_give_the_limits_that_are_drawn(kind, rules, multiply):
    measures = {"measure": ["m"], "chart": [kind], "rules": [rules], "multiply": [multiply]}
    options = {"measures": measures, "rule_sets": (SCREENING,)}
    points = spc.chart(values(kind, len(kind)), phases=PHASES, **options)
    found = spc.workings(points, **options)
    latest = points.filter(pl.col("value").is_not_null()).group_by("site", "phase", maintain_order=True).last()
    assert found.height == latest.height == 6
    both = found.join(latest, on=["site", "phase"], suffix="_drawn")
    for row in both.iter_rows(named=True):
        for line in ("centre", "lower", "upper"):
            drawn = row[f"{line}_drawn"]
            assert (row[line] is None) == (drawn is None), (row["site"], line)
            assert drawn is None or math.isclose(row[line], drawn, rel_tol=1e-9, abs_tol=1e-12), (row["site"], line)
        assert row["used"] == points.filter(site=row["site"], phase=row["phase"], included=True).height


@pytest.mark.parametrize("kind", [kind for kind in spc.KINDS if kind != "run"])
def test_the_last_line_can_be_worked_out_by_hand(kind):
    measures = {"measure": ["m"], "chart": [kind], "multiply": [100.0 if kind in ("p", "u_prime") else None]}
    points = spc.chart(values(kind, 7, sites=1), measures=measures)
    row = spc.workings(points, measures=measures).row(0, named=True)
    formula = row["lines"][-1]
    worked = by_hand(formula)
    low, high = (0.0 if kind != "xmr" else -math.inf), 1.0 if kind == "p" else math.inf
    assert row["lower"] == pytest.approx(min(max(worked[0], low), high) * worked[2], rel=1e-4, abs=1e-4)
    assert row["upper"] == pytest.approx(min(max(worked[1], low), high) * worked[2], rel=1e-4, abs=1e-4)


def by_hand(formula: str) -> tuple[float, float, float]:
    """What a formula comes to, reading it as anybody would: the two ends, and by what they are multiplied."""
    text = formula.replace(",", "").replace("\N{MINUS SIGN}", "-") if ", which" not in formula else formula
    text = text.replace("\N{MINUS SIGN}", "-")
    times = re.search(r", times ([\d.]+),", text)
    factor = float(times[1]) if times else 1.0
    if text.startswith("Limits: 0, and") or text.startswith("Limits: 0 and"):
        product = re.search(r"and ([\d.]+) × ([\d.]+) =", text)
        assert product, text
        return 0.0, float(product[1]) * float(product[2]), 1.0
    power = 3.6 if "to the power 3.6" in text else 1.0
    inside = re.search(r": ([-\d.]+) ± (.*?)(?:, within|, not below|, times|, which|; brought)", text)
    assert inside, text
    spread = re.sub(r"√(\([^()]*(?:\([^()]*\)[^()]*)*\)|[\d.]+)", r"math.sqrt(\1)", inside[2])
    spread = spread.replace("×", "*").replace("÷", "/").replace("−", "-")
    middle, reach = float(inside[1]), eval(spread, {"math": math})  # our own formula, with numbers in it
    ends = (middle - reach, middle + reach)
    return max(ends[0], 0) ** power if power > 1 else ends[0], ends[1] ** power, factor


def test_a_centre_that_somebody_set_is_said_to_be_set():
    frame = values("xmr", 3, sites=1)
    phases = {"measure": ["m"], "on": ["2022-01-01"], "kind": ["baseline"], "value": [8.0]}
    points = spc.chart(frame, phases=phases)
    row = spc.workings(points).row(0, named=True)
    assert row["set"] and row["centre"] == 8.0
    assert row["lines"][0] == "The centre was set to 8 with the baseline; it is not worked out from the points."
    assert row["upper"] == pytest.approx(points["upper"][-1])


def test_ranges_that_are_screened_are_named_with_their_days():
    frame = values("xmr", 3, sites=1)
    row = spc.workings(spc.chart(frame, rules="mdc-2021")).row(0, named=True)
    assert row["screened"] and len(row["screened"]) == len(row["screened_on"])
    assert row["lines"][1].startswith("Left out of the average, once: ")
    assert not spc.workings(spc.chart(frame))["screened"].item().to_list()


def test_why_points_were_left_out_is_said_of_each():
    frame = values("p", 5)
    measures = {"measure": ["m"], "chart": ["p"], "least_denominator": [45.0]}
    points = spc.chart(frame, phases=PHASES, measures=measures)
    out = spc.left_out(points, phases=PHASES, measures=measures)
    assert out.height == points.filter(pl.col("value").is_not_null() & ~pl.col("included")).height
    why = dict(zip(zip(out["site"], out["on"], strict=True), out["why"], strict=True))
    assert why["s1", date(2022, 2, 1)] == "Excluded: Flood" and why["s1", date(2022, 6, 1)] == "Excluded: Strike"
    small = points.filter(pl.col("denominator") < 45, pl.col("value").is_not_null(), site="s0")
    assert small.height
    for on, below in small.select("on", "denominator").iter_rows():
        assert why["s0", on] == f"Its denominator, {below:g}, is below 45, the least that is judged"
    later = why["s2", date(2023, 1, 1)]
    assert later == "Outside the points from which the limits are set" or "denominator" in later


def test_a_series_without_a_value_has_no_lines():
    frame = {"measure": ["m"], "site": ["a"], "on": ["2024-01-01"], "value": [None]}
    row = spc.workings(spc.chart(frame)).row(0, named=True)
    assert row["n"] == 0 and row["lines"] == [] and row["centre"] is None
    assert spc.workings(spc.chart({"measure": [], "site": [], "on": [], "value": []})).is_empty()
