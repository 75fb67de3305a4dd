"""A model fitted to a record whose days are rounded: what is recovered, and what the paths go through."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.simulation.recorded import BEGINS, history, programme, random_setting

from takeroot.simulation import SPREAD, STAGES, Model, Move, State, fit, logit, parameters
from takeroot.simulation.fitting.likelihood import Evidence, evidence_of
from takeroot.simulation.fitting.paths import paths_of
from takeroot.simulation.fitting.placing import setting_of
from takeroot.simulation.fitting.terms import terms_of
from takeroot.vocabulary.programme import Programme

PLAIN = SPREAD.without("capacity", "fit")
STARTS = {"month": "1mo", "quarter": "1q", "year": "1y"}


def simulated(seed: int, sites: int) -> Programme:
    setting = random_setting(sites, seed)
    using = sites // 15
    state = State(BEGINS, ["using"] * using + ["not_reached"] * (sites - using))
    return programme(history(PLAIN, setting, state, 60, seed), setting, state)


def rounded(told: Programme, to: str) -> Programme:
    """The same by somebody who knows only the month, quarter or year of whatever came after the beginning."""
    later = pl.col("on") > BEGINS
    stages = told.stages.drop("id").with_columns(
        on=pl.when(later).then(pl.col("on").dt.truncate(STARTS[to])).otherwise("on"),
        precision=pl.when(later).then(pl.lit(to)),
    )
    return told.with_tables(stages=stages.unique(["site", "on", "stage"], keep="first", maintain_order=True))


def record(rows: list[tuple[str, str, str]], as_at: str = "2024-12-31") -> Programme:
    """Rows of one site: a stage, a day, and how exactly it is known."""
    stage, on, precision = (list(each) for each in zip(*rows, strict=True))
    stages: dict[str, Any] = {"site": ["it"] * len(rows), "stage": stage, "on": on, "precision": precision}
    return Programme({"name": "One", "as_at": as_at}, stages=stages)


def evidence(told: Programme, model: Model) -> Evidence:
    paths = paths_of(told, model=model)
    setting = setting_of(told, paths)
    return evidence_of(model, setting, paths, terms_of(model, setting, paths), None)


def likely(told: Programme, model: Model) -> float:
    found = evidence(told, model)
    return found.log_likelihood(found.terms.declared)[0]


CHAIN = Model(
    "Chain",
    (
        Move("not_reached", "preparing", logit(0.1)),
        Move("preparing", "using", logit(0.2)),
        Move("preparing", "stopped", logit(0.05)),
        Move("using", "stopped", logit(0.03)),
    ),
)


@pytest.mark.parametrize("to", ["month", "quarter", "year"])
def test_no_move_is_biased_by_rounded_days(to: str) -> None:
    found = [fit(rounded(simulated(seed, 150), to), PLAIN).parameters for seed in range(4)]
    mean = pl.concat(found).group_by("name").agg(pl.col("estimate").mean(), pl.col("moves_seen").mean())
    true = parameters.values(PLAIN)
    for name in ("preparing → using", "preparing → stopped", "using → stopped", "paused → using", "paused → stopped"):
        assert mean.filter(name=name)["estimate"].item() == pytest.approx(true[name], abs=0.45), name


@pytest.mark.slow
@pytest.mark.parametrize("to", ["quarter", "year"])
def test_intervals_of_rounded_days_hold_as_often_as_they_say(to: str) -> None:
    rows = pl.concat(fit(rounded(simulated(seed, 60), to), PLAIN).parameters.filter("informed") for seed in range(100))
    true = pl.col("name").replace_strict(parameters.values(PLAIN), return_dtype=pl.Float64)
    rows = rows.with_columns(holds=true.is_between("lower_80", "upper_80"))
    kinds = rows.group_by("kind").agg(pl.col("holds").mean(), many=pl.len()).filter(pl.col("many") >= 100)
    assert kinds.height == 2
    assert kinds.filter(~pl.col("holds").is_between(0.70, 0.90)).height == 0


def test_a_path_goes_through_everything_that_was_recorded() -> None:
    """Prepared in one quarter and used and stopped in the next: it did not stop while it was preparing."""
    told = record(
        [
            ("preparing", "2024-01-01", "month"),
            ("using", "2024-04-01", "quarter"),
            ("stopped", "2024-04-01", "quarter"),
        ],
        as_at="2024-06-30",
    )
    # It stayed in February and March, and used it from April, or from May on; then it stopped by the end of June.
    uses, stops = 0.25 / (1 + 0.25 + 0.05 / 0.95), 0.03
    stays = 1 - (0.25 + 0.05 / 0.95) / (1 + 0.25 + 0.05 / 0.95)
    ways = uses * stops + uses * (1 - stops) * stops + stays * uses * stops
    assert likely(told, CHAIN) == pytest.approx(np.log(stays**2 * ways))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_what_came_first_in_one_span_is_what_the_model_can_do(order: tuple[int, ...]) -> None:
    """Used it, paused and used it again: rows of one year have no order of their own."""
    year = [("paused", "2023-01-01", "year"), ("stopped", "2023-01-01", "year"), ("exploring", "2023-01-01", "year")]
    told = record([("using", "2022-06-05", "day"), *(year[n] for n in order), ("preparing", "2024-05-05", "day")])
    chain = paths_of(told).chains[0]
    went = [STAGES[stage] for stage in chain.stages[-5:].tolist()]
    assert went == ["using", "paused", "stopped", "exploring", "preparing"]


def test_what_is_recorded_has_happened_by_the_end_of_the_record() -> None:
    told = record([("using", "2023-06-05", "day"), ("stopped", "2024-01-01", "year")], as_at="2024-03-31")
    assert paths_of(told).may[0, -1].nonzero()[0].tolist() == [STAGES.index("stopped")]


def test_rows_that_no_month_has_room_for_are_no_fault() -> None:
    stages = ["exploring", "preparing", "using", "paused", "stopped"]
    told = record([(stage, "2024-02-01", "month") for stage in stages])
    found = evidence(told, PLAIN)
    assert np.isfinite(found.log_likelihood(found.terms.declared)[0])
    crowded = record([(stage, "2024-01-01", "quarter") for stage in stages])
    assert np.isfinite(likely(crowded, PLAIN))


def test_a_site_that_is_known_again_after_a_gap_is_fitted() -> None:
    told = record(
        [("embedded", "2023-06-05", "day"), ("unknown", "2023-09-05", "day"), ("declined", "2024-03-05", "day")]
    )
    assert np.isfinite(likely(told, CHAIN))
    assert -50 < likely(told, PLAIN) < 0


def test_a_model_is_informed_only_of_what_the_record_alone_tells_apart() -> None:
    """Everybody uses it, so that a base and its peers are only ever seen as a sum: neither is told by the record."""
    moves = (Move("using", "stopped", 0.02, peers={"everyone": 0.02}), Move("stopped", "using", 0.5))
    model = Model("Sum", moves, scale="rate")
    rows = []
    for number in range(40):
        rows.append((f"s{number}", "using", date(2020, 1, 5)))
        for again in range(3):
            month = 1 + (7 * number + 14 * again) % 40
            rows.append((f"s{number}", "stopped", date(2020 + month // 12, month % 12 + 1, 3)))
            month += 1
            rows.append((f"s{number}", "using", date(2020 + month // 12, month % 12 + 1, 3)))
    stages = pl.DataFrame(rows, schema=["site", "stage", "on"], orient="row").unique(["site", "on", "stage"])
    told = Programme({"name": "Sum", "as_at": "2023-12-31"}, stages=stages)
    found = fit(told, model).parameters.filter(pl.col("name").str.starts_with("using → stopped"))
    assert found["moves_seen"].min() >= 80  # type: ignore[operator]
    assert not found["informed"].any()
