"""Every kind of chart against what qicharts2 0.8.1 makes of 288 cases, and against figures of textbooks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from takeroot.analysis import spc
from takeroot.analysis.spc.runs import crossings_limit, longest_run_limit
from takeroot.errors import FaultyInput

FOLDERS = ("spc_emergency_care", "spc_quality_improvement", "spc_edge_cases")

#: What the reference calls what we call.
KINDS = {"run": "run", "i": "xmr", "mr": "mr", "g": "g", "p": "p", "pp": "p_prime", "u": "u", "up": "u_prime", "c": "c"}
LINES = {"value": "y", "centre": "cl", "lower": "lcl", "upper": "ucl", "near_lower": "lcl95", "near_upper": "ucl95"}
RUNS = {
    "longest_run": "longest_run",
    "longest_run_limit": "longest_run_max",
    "crossings": "n_crossings",
    "crossings_limit": "n_crossings_min",
    "runs_signal": "runs_signal",
}
START = date(2000, 1, 1)
OF_PARTS = ("p", "pp", "u", "up")


def cases(folder: Path) -> list[dict[str, Any]]:
    """Every case that the reference did not refuse."""
    told = {"part": pl.String, "exclude": pl.String, "cl": pl.Float64}
    listed = pl.read_csv(folder / "cases_charts.csv", infer_schema_length=None, schema_overrides=told)
    return listed.filter(pl.col("error").is_null()).rows(named=True)


def drawn(case: dict[str, Any], series: pl.DataFrame) -> pl.DataFrame:
    """Our chart of a case; its days are numbers of points, as the reference counts them."""
    days = [START + timedelta(days=at) for at in range(series.height)]
    values: dict[str, Any] = {"measure": ["m"] * series.height, "site": ["s"] * series.height, "on": days}
    if case["chart"] in OF_PARTS or (series["n"].count() and case["chart"] != "c"):
        values |= {"numerator": series["y"], "denominator": series["n"]}
    else:
        values |= {"value": series["y"] * case["multiply"]}
    phases: list[dict[str, Any]] = []
    for at in (case["part"] or "").split(";") if case["part"] else []:
        phases.append({"kind": "recalculate", "on": days[int(at)]})
    if case["freeze"]:
        phases.append({"kind": "baseline", "on": days[0], "until": days[int(case["freeze"]) - 1]})
    if case["cl"] is not None:
        phases.append({"kind": "baseline", "on": days[0], "value": case["cl"]})
    for at in (case["exclude"] or "").split(";") if case["exclude"] else []:
        phases.append({"kind": "exclude", "on": days[int(at) - 1]})
    schema = {"measure": pl.String, "kind": pl.String, "on": pl.Date, "until": pl.Date, "value": pl.Float64}
    dated = pl.DataFrame([{"measure": "m", **phase} for phase in phases], schema=schema)
    measures = {"measure": ["m"], "multiply": [float(case["multiply"])]}
    return spc.chart(
        values,
        rules="anhoej",
        kind=KINDS[case["chart"]],
        measures=measures,
        phases=dated,
        screen=case["screened_mr"],
    )


@pytest.mark.parametrize("name", FOLDERS)
def test_every_chart_of_the_reference_has_the_same_lines_runs_and_points_outside(shared_data: Path, name: str) -> None:
    folder = shared_data / name
    series = pl.read_csv(folder / "series.csv", schema_overrides={"t": pl.String, "y": pl.Float64, "n": pl.Float64})
    points = pl.read_csv(folder / "ref_charts_points.csv", infer_schema_length=None, schema_overrides={"t": pl.String})
    runs = pl.read_csv(folder / "ref_charts_runs.csv", infer_schema_length=None)
    compared = 0
    for case in cases(folder):
        ours = drawn(case, series.filter(series_id=case["series_id"]))
        theirs = points.filter(case_id=case["case_id"])
        assert ours.height == theirs.height
        for mine, yours in LINES.items():
            both = [frame[line].cast(pl.Float64).fill_null(np.nan) for frame, line in ((ours, mine), (theirs, yours))]
            np.testing.assert_allclose(*both, rtol=1e-6, atol=1e-9, err_msg=f"{case['case_id']} {mine}")
        outside = ["astronomical" in signals for signals in ours["signals"]]
        assert outside == theirs["sigma_signal"].fill_null(False).to_list(), case["case_id"]
        told, expected = spc.summary(ours), runs.filter(case_id=case["case_id"])
        for mine, yours in RUNS.items():
            counted = told[mine].cast(pl.Int64).to_list()
            assert counted == expected[yours].cast(pl.Int64, strict=False).to_list(), (case["case_id"], mine)
        compared += 1
    assert compared == {"spc_emergency_care": 104, "spc_quality_improvement": 42, "spc_edge_cases": 142}[name]


def test_what_the_reference_refuses_is_refused_in_a_sentence(shared_data: Path) -> None:
    counts = pl.read_csv(shared_data / "spc_edge_cases" / "series.csv", infer_schema_length=None)
    counts = counts.filter(series_id="g_counts")
    with pytest.raises(FaultyInput, match="a t chart needs times above 0"):
        drawn_as(counts["y"].to_list(), kind="t")


# --- figures of textbooks ---------------------------------------------------------------------------------------------


def drawn_as(y: list[float], n: list[float] | float | None = None, **options: Any) -> pl.DataFrame:
    """One series, a day a point, judged by the longest run and the crossings."""
    days = [START + timedelta(days=at) for at in range(len(y))]
    values: dict[str, Any] = {"measure": ["m"] * len(y), "site": ["s"] * len(y), "on": days}
    if n is None:
        values |= {"value": y}
    else:
        values |= {"numerator": y, "denominator": n if isinstance(n, list) else [n] * len(y)}
    phases = [
        {"measure": "m", "kind": "baseline", "on": days[0], "until": days[options.pop("baseline") - 1]}
        if "baseline" in options
        else None,
        *(
            {"measure": "m", "kind": "exclude", "on": days[at - 1], "until": None}
            for at in options.pop("leave_out", ())
        ),
    ]
    told = pl.DataFrame(
        [phase for phase in phases if phase],
        schema={"measure": pl.String, "kind": pl.String, "on": pl.Date, "until": pl.Date},
    )
    return spc.chart(values, rules="anhoej", phases=told, **options)


def lines(points: pl.DataFrame, at: int = 0) -> tuple[float, ...]:
    return points.select("centre", "lower", "upper").row(at)


def counted(points: pl.DataFrame) -> tuple[Any, ...]:
    return spc.summary(points).select("longest_run", "longest_run_limit", "crossings", "crossings_limit").row(0)


LOANS = [
    *(310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304),
    *(305, 282, 305, 296, 314, 295, 287, 301, 298, 311, 310, 292, 305, 299, 304, 310, 304, 305, 333, 328),
]
ACCIDENTS = [
    *(266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320),
    *(267923, 271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989),
]
ATTENDANCES = [
    *(280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529),
    *(279618, 283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772),
]


def test_costs_of_loans_as_single_values() -> None:
    """S4: Montgomery, example 6.5: the first twenty weeks, then all forty."""
    first = drawn_as(LOANS, baseline=20)
    assert lines(first) == pytest.approx((300.5, 279.78331, 321.21669), abs=1e-5)
    assert lines(drawn_as(LOANS, baseline=20, kind="mr"))[0] == pytest.approx(7.789474, abs=1e-6)
    assert sum(bool("astronomical" in signals) for signals in first["signals"]) == 2
    every = drawn_as(LOANS)
    assert lines(every) == pytest.approx((302.35, 277.2545, 327.4455), abs=1e-4)
    assert counted(every) == (6, 8, 20, 14)


def test_seen_within_four_hours_as_proportions() -> None:
    """S3: Mohammed and others 2013: denominators so large that counting alone explains little."""
    plain, wide = (drawn_as(ACCIDENTS, ATTENDANCES, kind=kind) for kind in ("p", "p_prime"))
    assert lines(plain)[0] == pytest.approx(0.9528997113, abs=1e-10)
    assert sum("astronomical" in signals for signals in plain["signals"]) == 16
    assert lines(wide)[1:] == pytest.approx((0.94013, 0.9656697785), abs=1e-6)
    assert wide.select(pl.col("lower", "upper").mean()).row(0) == pytest.approx((0.9401015, 0.9656979), abs=1e-7)
    reach = (wide["upper"] - wide["centre"]) / (plain["upper"] - plain["centre"])
    assert reach.to_list() == pytest.approx([10.640422] * 20, abs=1e-6)
    assert not any("astronomical" in signals for signals in wide["signals"])
    assert counted(wide)[0] == 5 and counted(wide)[2] == 9


def test_faulty_cans_as_proportions_of_samples_of_fifty() -> None:
    """S5: Montgomery, example 7.1: two samples left out."""
    cans = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
    points = drawn_as(cans, 50, kind="p", leave_out=(15, 23))
    assert lines(points) == pytest.approx((0.215, 0.04070284, 0.38929716), abs=1e-8)
    assert points["included"].sum() == 28
    assert counted(points) == (5, 8, 13, 9)


def test_purchase_orders_as_proportions_of_changing_size() -> None:
    """S6: Montgomery, table 7.4."""
    sizes = [
        100,
        80,
        80,
        100,
        110,
        110,
        100,
        100,
        90,
        90,
        110,
        120,
        120,
        120,
        110,
        80,
        80,
        80,
        90,
        100,
        100,
        100,
        100,
        90,
        90,
    ]
    faulty = [12, 8, 6, 9, 10, 12, 11, 16, 10, 6, 20, 15, 9, 8, 6, 8, 10, 7, 5, 8, 5, 8, 10, 6, 9]
    points = drawn_as(faulty, [float(size) for size in sizes], kind="p")
    assert lines(points) == pytest.approx((0.0955102041, 0.0073346947, 0.1836857), abs=1e-7)
    assert lines(points, 1) == pytest.approx((0.0955102041, 0.0, 0.1940934), abs=1e-7)


def test_faults_of_circuit_boards_as_counts() -> None:
    """S7: Montgomery, example 7.3: twenty-six for the baseline, two of them left out."""
    boards = [
        *(21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15),
        *(16, 18, 12, 15, 24, 21, 28, 20, 25, 19, 18, 21, 16, 22, 19, 12, 14, 9, 16, 21),
    ]
    points = drawn_as(boards, kind="c", baseline=26, leave_out=(6, 20))
    assert lines(points) == pytest.approx((19.6666667, 6.362532, 32.970801), abs=1e-6)
    assert counted(points) == (8, 8, 14, 16)
    assert ((points["value"] != points["centre"]) & ~points["excluded"]).sum() == 44
    assert spc.summary(points)["runs_signal"].item() is True


def test_errors_in_shipments_as_rates() -> None:
    """S8 and S9: Montgomery, examples 7.4 and 7.5."""
    shipped = drawn_as([2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4], 50, kind="u")
    assert lines(shipped) == pytest.approx((0.074, 0.0, 0.1894123), abs=1e-7)
    assert counted(shipped)[2] == 15
    metres = [500.0, 400, 650, 500, 475, 500, 600, 525, 600, 625]
    cloth = drawn_as(
        [14, 12, 20, 11, 7, 10, 21, 16, 19, 23], metres, kind="u", measures={"measure": ["m"], "multiply": [50.0]}
    )
    assert lines(cloth) == pytest.approx((1.4232558, 0.29147393, 2.5550377), abs=1e-7)
    assert lines(cloth, 1) == pytest.approx((1.4232558, 0.1578852, 2.6886264), abs=1e-7)


def test_hours_between_failures_of_a_valve() -> None:
    """S10: Montgomery, example 7.6."""
    hours = [286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96]
    assert lines(drawn_as(hours, kind="t")) == pytest.approx((430.04095, 0.0, 6937.9335), abs=1e-3)


def test_ratios_as_single_values() -> None:
    """S11: PowerBI-SPC, tests of its individuals chart."""
    above = [5.0, 7, 5, 7, 7, 5, 4, 9, 8, 13, 8, 7, 8, 7, 12, 11, 8]
    below = [113.0, 132, 121, 134, 116, 131, 93, 138, 182, 157, 100, 103, 146, 108, 153, 141, 134]
    points = drawn_as(above, below)
    assert lines(points)[1:] == pytest.approx((0.0229, 0.0957), abs=5e-5)
    assert points.select("near_lower", "near_upper").row(0) == pytest.approx((0.0350, 0.0836), abs=5e-5)


@pytest.mark.parametrize(
    ("useful", "longest", "fewest"),
    [
        *((10, 6, 2), (11, 6, 2), (12, 7, 3), (13, 7, 3), (14, 7, 4), (15, 7, 4), (16, 7, 4), (17, 7, 5), (18, 7, 5)),
        *((19, 7, 6), (20, 7, 6), (21, 7, 6), (22, 7, 7), (23, 8, 7), (24, 8, 8), (25, 8, 8), (26, 8, 8), (27, 8, 9)),
        *((28, 8, 9), (29, 8, 10), (30, 8, 10), (32, 8, 11), (34, 8, 12), (36, 8, 13), (38, 8, 14), (40, 8, 14)),
        *((50, 9, 19), (60, 9, 23), (80, 9, 32), (100, 10, 41)),
    ],
)
def test_what_chance_allows_runs_and_crossings(useful: int, longest: int, fewest: int) -> None:
    """Anhøj and Olesen 2014."""
    assert (longest_run_limit(useful), crossings_limit(useful)) == (longest, fewest)
