"""A model fitted to a record: what it recovers, how sure it is, and what it says it can not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.optimize import approx_fprime
from tests.simulation.recorded import BEGINS, by_quarter, history, programme, random_setting

from takeroot import examples
from takeroot.errors import NotEnough, NotFound, TakerootError
from takeroot.simulation import (
    CAUTION,
    SPREAD,
    STAGES,
    Capacity,
    Fitted,
    Model,
    Move,
    Setting,
    Sites,
    State,
    Stopped,
    fit,
    logit,
    parameters,
    placed,
    run,
)
from takeroot.simulation.fitting.likelihood import Evidence, evidence_of
from takeroot.simulation.fitting.paths import paths_of
from takeroot.simulation.fitting.placing import setting_of
from takeroot.simulation.fitting.priors import FACTOR, WEAK
from takeroot.simulation.fitting.rows import queues_of
from takeroot.simulation.fitting.terms import terms_of
from takeroot.simulation.setting import Course
from takeroot.vocabulary.programme import Programme

PLAIN = SPREAD.without("capacity", "fit")
#: Of a month of use, stopping and coming back: three moves, and peers along ties.
SMALL = Model(
    "Huddles",
    (
        Move("not_reached", "using", logit(0.02), peers={"visits": 2.0}),
        Move("using", "stopped", logit(0.02)),
        Move("stopped", "using", logit(0.05)),
    ),
)


def begun(sites: int, using: int = 4) -> State:
    return State(BEGINS, ["using"] * using + ["not_reached"] * (sites - using))


def simulated(model: Model, seed: int, sites: int = 60, months: int = 60) -> Programme:
    setting, state = random_setting(sites, seed), begun(sites)
    return programme(history(model, setting, state, months, seed), setting, state)


def scattered(model: Model, seed: int, by: float) -> Model:
    """The same model with numbers of moves a little elsewhere, as chance has it."""
    chance = np.random.default_rng(seed)
    numbers = {name: number for name, number in parameters.values(model).items() if "→" in name}
    return parameters.changed(model, {name: number + by * chance.standard_normal() for name, number in numbers.items()})


def covered(model: Model, programmes: int, by: float = 0.5) -> pl.DataFrame:
    """Whether the 80 % interval of each number that the record informs holds the number it was simulated with."""
    found = []
    for seed in range(programmes):
        truth = scattered(model, seed, by)
        rows = fit(simulated(truth, seed), model).parameters.filter("informed")
        true = pl.col("name").replace_strict(parameters.values(truth), return_dtype=pl.Float64)
        found.append(rows.with_columns(holds=true.is_between("lower_80", "upper_80")))
    return pl.concat(found)


# What is recovered


def test_known_numbers_are_recovered_from_many_sites() -> None:
    found = fit(simulated(SMALL, 1, sites=400), replace(SMALL, moves=tuple(replace(m, base=-2.0) for m in SMALL.moves)))
    estimates = dict(found.parameters.select("name", "estimate").iter_rows())
    for name, true in parameters.values(SMALL).items():
        assert estimates[name] == pytest.approx(true, abs=0.3), name
    assert found.parameters["informed"].all()


def test_the_textbook_likelihood_is_reproduced() -> None:
    """Without peers and memory the best chance of a move is moves over months at risk, as priors grow weak."""
    told = simulated(SMALL, 2, sites=200)
    bare = replace(SMALL, moves=tuple(replace(move, peers={}) for move in SMALL.moves))
    paths = paths_of(told)
    stays = paths.stage[:, :-1] == STAGES.index("using")
    stops = stays & (paths.stage[:, 1:] == STAGES.index("stopped"))
    estimate = fit(told, bare).parameters.row(by_predicate=pl.col("name") == "using → stopped", named=True)["estimate"]
    assert estimate == pytest.approx(logit(stops.sum() / stays.sum()), abs=0.02)


def test_support_signals_and_covariates_are_recovered() -> None:
    true = Model(
        "Visits",
        (
            Move("not_reached", "using", logit(0.03), covariates={"size": 0.05}, support={"visits": 1.0}),
            Move("using", "stopped", logit(0.02), signals={"policy": 1.0}),
        ),
    )
    chance = np.random.default_rng(3)
    names = [f"site-{number:03d}" for number in range(300)]
    size, visited = chance.normal(40, 10, 300), chance.choice(300, 120, replace=False)
    setting = Setting(
        Sites(names, covariates={"size": size - 40}),
        signals={"policy": Course.window(620)},
        supports={"visits": Course.windows(300, visited, np.full(120, 606), np.full(120, 640))},
    )
    state = begun(300, 60)
    told = programme(
        history(true, setting, state, 60, 3),
        Setting(Sites(names, covariates={"size": size})),
        state,
        supports=pl.DataFrame({"site": [names[at] for at in visited], "kind": ["visits"] * 120}).with_columns(
            since=date(2020, 7, 1), until=date(2023, 5, 1)
        ),
        events=pl.DataFrame({"on": [date(2021, 9, 1)], "kind": ["policy"], "title": ["It pays to stop"]}),
    )
    known = replace(
        true, moves=(replace(true.moves[0], covariates={"size": 0.0}, support={"visits": 0.0}), *true.moves[1:])
    )
    found = fit(told, known)
    estimates = dict(found.parameters.select("name", "estimate").iter_rows())
    assert estimates["not_reached → using: support visits"] == pytest.approx(1.0, abs=0.3)
    assert estimates["not_reached → using: covariate size"] == pytest.approx(0.05, abs=0.02)
    assert estimates["using → stopped: signal policy"] == pytest.approx(1.0, abs=0.4)
    # The covariate is in the unit of the record, so the base speaks of a site of no size.
    of_an_average = estimates["not_reached → using"] + 40 * estimates["not_reached → using: covariate size"]
    assert of_an_average == pytest.approx(logit(0.03), abs=0.3)


def test_rates_are_recovered_too() -> None:
    moves = (Move("not_reached", "using", 0.01, peers={"visits": 0.15}), Move("using", "stopped", 0.02))
    true = Model("Rates", moves, scale="rate")
    first = replace(true, moves=(replace(moves[0], base=0.03, peers={"visits": 0.05}), moves[1]))
    found = fit(simulated(true, 4, sites=300), first)
    estimates = dict(found.parameters.select("name", "estimate").iter_rows())
    assert estimates["not_reached → using: peers visits"] == pytest.approx(0.15, rel=0.3)
    assert estimates["using → stopped"] == pytest.approx(0.02, rel=0.3)


def test_waiting_for_capacity_is_not_taken_for_reluctance() -> None:
    """Where only one site a month can be brought on, how many want to is still found; without the term it is not."""
    moves = (Move("not_reached", "preparing", logit(0.08)), Move("preparing", "using", logit(0.3), needs_capacity=True))
    true = Model("Queue", moves, capacity=Capacity(0.7))
    told = simulated(true, 5, sites=80)
    with_it, without = fit(told, true), fit(told, true.without("capacity"))
    wanted = "preparing → using"
    row = with_it.parameters.row(by_predicate=pl.col("name") == wanted, named=True)
    assert row["lower_95"] < logit(0.3) < row["upper_95"]
    assert without.parameters.filter(name=wanted)["estimate"].item() < logit(0.3) - 1
    assert "may have had to wait" in str(with_it)


def test_more_brought_on_than_the_capacity_declared_is_said() -> None:
    moves = (Move("not_reached", "using", logit(0.1), needs_capacity=True),)
    told = simulated(Model("Free", moves), 6)
    found = fit(told, Model("Free", moves, capacity=Capacity(0.1)))
    assert found.model.capacity is not None
    assert found.model.capacity.a_month > 0.5  # type: ignore[operator]
    assert any("more sites brought on than the capacity declared" in remark for remark in found.remarks)


# How sure it is


def test_80_percent_intervals_hold_about_80_percent() -> None:
    rows = covered(PLAIN, 6)
    # With some 80 numbers, chance alone stays within these.
    assert 0.66 <= rows["holds"].mean() <= 0.93  # type: ignore[operator]


@pytest.mark.slow
@pytest.mark.parametrize("model", [SPREAD, PLAIN], ids=["with every term", "without capacity and fit"])
def test_200_programmes_are_covered_by_70_to_90_percent(model: Model) -> None:
    rows = covered(model, 200)
    assert 0.70 <= rows["holds"].mean() <= 0.90  # type: ignore[operator]
    kinds = rows.group_by("kind").agg(pl.col("holds").mean(), many=pl.len()).filter(pl.col("many") >= 100)
    assert kinds.height >= 2
    assert kinds.filter(~pl.col("holds").is_between(0.70, 0.90)).height == 0


RATES = Model(
    "Rates",
    (
        Move("not_reached", "exploring", 0.02, peers={"visits": 0.1}),
        Move("exploring", "using", 0.05, peers={"same region": 0.1}),
        Move("exploring", "declined", 0.02),
        Move("using", "embedded", 0.03, peers={"visits": 0.05}),
        Move("using", "stopped", 0.01),
        Move("stopped", "using", 0.03, peers={"everyone": 0.05}),
    ),
    scale="rate",
)


def believed_within(model: Model, seed: int, times: float) -> Model:
    """The same model with numbers as far from it as is believed beforehand, or so many times as far."""
    chance = np.random.default_rng(10_000 + seed)
    numbers = {name: number for name, number in parameters.values(model).items() if "→" in name}
    far = times * chance.standard_normal(len(numbers))
    drawn = [
        number * np.exp(FACTOR * by) if model.scale == "rate" else number + WEAK * by
        for number, by in zip(numbers.values(), far, strict=True)
    ]
    return parameters.changed(model, dict(zip(numbers, map(float, drawn), strict=True)))


@pytest.mark.slow
@pytest.mark.parametrize("times", [0.0, 1.0, 1.2], ids=["as declared", "as believed", "broader than believed"])
@pytest.mark.parametrize("model", [PLAIN, RATES], ids=["logits", "rates"])
def test_every_kind_of_number_is_covered_wherever_it_truly_is(model: Model, times: float) -> None:
    found = []
    for seed in range(200):
        truth = believed_within(model, seed, times)
        rows = fit(simulated(truth, seed), model).parameters.filter("informed")
        true = pl.col("name").replace_strict(parameters.values(truth), return_dtype=pl.Float64)
        found.append(rows.with_columns(holds=true.is_between("lower_80", "upper_80")))
    kinds = pl.concat(found).group_by("kind").agg(pl.col("holds").mean(), many=pl.len()).filter(pl.col("many") >= 100)
    assert {"base", "peers"} <= set(kinds["kind"])
    assert kinds.filter(~pl.col("holds").is_between(0.70, 0.90)).height == 0, kinds


def test_a_skewed_number_has_a_skewed_interval() -> None:
    """Of a move seen twice, what is believed reaches further down than up, as no normal form has it."""
    moves = (Move("using", "stopped", logit(0.02)), Move("not_reached", "using", logit(0.2)))
    stages = {"site": [f"s{n}" for n in range(30)], "stage": ["using"] * 30, "on": [date(2020, 1, 5)] * 30}
    stages = {
        name: [*rows, more, other]
        for (name, rows), more, other in zip(
            stages.items(), ("s1", "stopped", date(2021, 1, 5)), ("s2", "stopped", date(2021, 6, 5)), strict=True
        )
    }
    told = Programme({"name": "Few", "as_at": "2022-12-31"}, stages=stages)
    row = fit(told, Model("Few", moves)).parameters.row(0, named=True)
    assert row["informed"]
    assert row["estimate"] - row["lower_80"] > 1.05 * (row["upper_80"] - row["estimate"])


def test_what_is_not_known_is_carried_into_what_is_simulated() -> None:
    found = fit(simulated(PLAIN, 8, months=24), PLAIN)
    one = run(found.model, found.setting, found.state, months=36, replicates=512).in_use()[-1]
    many = run(found.drawn(64), found.setting, found.state, months=36, replicates=512).in_use()[-1]
    assert many.std() > 1.15 * one.std()
    assert found.drawn(3, seed=1) == found.drawn(3, seed=1)
    drift = {model.memory.half_life for model in found.drawn(5, assumed=True) if model.memory}
    assert len(drift) == 5


def test_the_same_record_gives_the_same_numbers() -> None:
    told = simulated(SMALL, 9)
    assert fit(told, SMALL).parameters.equals(fit(told, SMALL).parameters)


# What stays an assumption


def test_what_the_record_does_not_inform_stays_an_assumption_with_a_range() -> None:
    stages = {"site": ["a", "b", "c"], "stage": ["using"] * 3, "on": ["2024-01-05", "2024-02-05", "2024-03-05"]}
    found = fit(Programme({"name": "Young", "as_at": "2024-06-30"}, stages=stages))
    rest = found.parameters.filter(~pl.col("informed"))
    assert rest.height > 20
    assert rest["lower_80"].null_count() == rest.height
    assert rest.filter(pl.col("low").is_null() | pl.col("high").is_null()).height == 0
    declared = found.parameters.filter(name="declined → exploring: peers any")["estimate"].item()
    assert declared == pytest.approx(1.0, abs=0.01)
    assert set(found.assumed) == set(rest["name"])
    assert "are assumptions, each with the range in which it may lie" in str(found)


def test_every_number_of_the_model_is_told_with_its_prior_and_its_source() -> None:
    found = fit(examples.load("synthetic"))
    assert sorted(found.parameters["name"]) == sorted(parameters.values(found.model))
    assert found.parameters.filter(pl.col("prior").is_null() | pl.col("source").is_null()).height == 0
    assert parameters.values(found.model) == pytest.approx(
        dict(found.parameters.select("name", "estimate").iter_rows())
    )


def test_a_coefficient_of_peers_or_support_is_never_shown_without_its_caution() -> None:
    found = fit(examples.load("synthetic"))
    assert "homophily" in CAUTION
    assert "selection" in CAUTION
    assert found.parameters.filter(pl.col("kind") == "peers")["caution"].unique().to_list() == [CAUTION]
    assert CAUTION in str(found)
    bare = fit(examples.load("synthetic"), SPREAD.without("peers"))
    assert CAUTION not in str(bare)


def test_moves_that_the_model_lacks_are_counted_and_censored() -> None:
    stages = [(f"s{n}", "using", date(2024, 1 + n % 12, 5)) for n in range(24)]
    stages += [(f"s{n}", "declined", date(2025, 1, 5)) for n in range(3)]
    told = Programme(
        {"name": "Direct", "as_at": "2025-12-31"},
        sites={"site": [f"s{n}" for n in range(30)]},
        stages=pl.DataFrame(stages, schema=["site", "stage", "on"], orient="row"),
    )
    model = Model("Direct", (Move("not_reached", "using", logit(0.05)), Move("using", "stopped", logit(0.01))))
    found = fit(told, model)
    assert found.unmodelled == {"using → declined": 3}
    assert "using to declined (3)" in str(found).replace("→", "to")
    without = told.with_tables(stages=told.stages.filter(pl.col("stage") == "using"))
    row, other = (each.parameters.filter(name="using → stopped") for each in (found, fit(without, model)))
    # Being out of sight is no sign of staying: those months are not held against stopping.
    assert row["estimate"].item() > other["estimate"].item()


def test_a_site_that_never_takes_it_up_is_censored() -> None:
    stages = {"site": ["a", "b"], "stage": ["using"] * 2, "on": ["2024-02-05", "2024-05-05"]}
    model = Model("Few", (Move("not_reached", "using", logit(0.05)),))
    estimates = []
    for others in (0, 20):
        sites = {"site": ["a", "b", *(f"never {n}" for n in range(others))]}
        told = Programme({"name": "Few", "as_at": "2024-12-31"}, sites=sites, stages=stages)
        estimates.append(fit(told, model).parameters["estimate"][0])
    assert estimates[1] < estimates[0] - 1


# Days that are spans, and stages that are not known


def exact(evidence: Evidence, values: np.ndarray) -> np.ndarray:
    return approx_fprime(values, lambda tried: evidence.log_likelihood(tried)[0], 1e-6)


def evidence(told: Programme, model: Model) -> Evidence:
    paths = paths_of(told, step=model.step)
    setting = setting_of(told, paths)
    return evidence_of(model, setting, paths, terms_of(model, setting, paths), queues_of(model, setting, paths))


@pytest.mark.parametrize("model", [PLAIN, SPREAD, replace(PLAIN, step=3)], ids=["plain", "with capacity", "quarters"])
@pytest.mark.parametrize("known", ["to the day", "to the quarter"])
def test_slopes_are_those_of_differences(model: Model, known: str) -> None:
    told = simulated(replace(PLAIN, step=1), 11, sites=30, months=36)
    found = evidence(told if known == "to the day" else by_quarter(told), model)
    values = found.terms.declared + 0.1 * np.random.default_rng(0).standard_normal(len(found.terms.numbers))
    np.testing.assert_allclose(found.log_likelihood(values)[1], exact(found, values), atol=2e-3, rtol=1e-4)


def test_slopes_of_rates_are_those_of_differences() -> None:
    moves = (
        Move("not_reached", "using", 0.02, peers={"visits": 0.1}, needs_capacity=True),
        Move("not_reached", "declined", 0.01),
        Move("using", "stopped", 0.02),
    )
    model = Model("Rates", moves, scale="rate", capacity=Capacity(0.5))
    found = evidence(simulated(model, 12, sites=40), model)
    assert any(len(rows.taken) for rows in found.rows)
    values = found.terms.declared
    np.testing.assert_allclose(found.log_likelihood(values)[1], exact(found, values), rtol=2e-4, atol=1e-2)


def test_a_span_is_summed_over_the_months_in_which_it_may_have_happened() -> None:
    """One site that began in one of three months: its likelihood is the sum of three."""
    model = Model("One", (Move("not_reached", "using", logit(0.1)),))
    first = {"site": ["other"], "stage": ["not_reached"], "on": ["2024-01-05"], "precision": [None]}
    row = {"site": "it", "stage": "using", "on": "2024-04-01", "precision": "quarter"}
    stages = {name: [*values, row[name]] for name, values in first.items()}
    told = Programme({"name": "One", "as_at": "2024-06-30"}, stages=stages)
    found = evidence(told, model)
    likely, _ = found.log_likelihood(np.array([logit(0.1)]))
    stayed = 0.9**5  # the other site, five months
    began = 0.9**2 * 0.1 + 0.9**3 * 0.1 + 0.9**4 * 0.1
    assert likely == pytest.approx(np.log(stayed * began))


def test_spans_give_much_the_same_numbers_as_days() -> None:
    told = simulated(SMALL, 13, sites=200)
    by_day, rounded = fit(told, SMALL), fit(by_quarter(told), SMALL)
    assert any("not known exactly" in remark for remark in rounded.remarks)
    for one, other in zip(
        by_day.parameters.iter_rows(named=True), rounded.parameters.iter_rows(named=True), strict=True
    ):
        assert other["estimate"] == pytest.approx(one["estimate"], abs=0.35), one["name"]


def test_months_in_which_nobody_knows_tell_nothing() -> None:
    stages = {
        "site": ["a", "a", "b"],
        "stage": ["using", "unknown", "using"],
        "on": ["2024-01-05", "2024-03-01", "2024-01-05"],
    }
    told = Programme({"name": "Lost", "as_at": "2025-12-31"}, stages=stages)
    model = Model("Lost", (Move("using", "stopped", logit(0.05)),))
    found = evidence(told, model)
    likely, _ = found.log_likelihood(np.array([logit(0.05)]))
    assert likely == pytest.approx((1 + 23) * np.log(0.95))  # January to February of one, all months of the other
    assert "Where 1 site stood at the end is not known" in str(fit(told, model))


# Where it is run from


def test_a_programme_is_placed_as_its_record_says() -> None:
    told = examples.load("synthetic")
    setting, state = placed(told)
    names = list(setting.sites.names)  # type: ignore[arg-type]
    assert "dap-12" not in names  # not eligible
    stood = {name: STAGES[stage] for name, stage in zip(names, np.asarray(state.stage)[0].tolist(), strict=True)}
    assert (stood["vel-11"], stood["dap-11"]) == ("stopped", "not_reached")
    assert state.month == (2025 - 1970) * 12 + 3  # the first month to come
    assert np.asarray(state.memory)[0][names.index("vel-11")] > 0
    assert {"facilitation", "training", "data"} <= set(setting.supports)
    assert {"competing work", "reinforcing work", "Sepsis bundle"} <= set(setting.others)
    assert set(np.asarray(setting.ties.kind)) == set(told.ties["kind"])
    earlier = placed(told, as_at=date(2023, 3, 31))[1]
    assert (np.asarray(earlier.stage) == STAGES.index("not_reached")).sum() > stood.values().__len__() / 10


def test_a_closed_site_is_there_no_longer() -> None:
    setting, _ = placed(examples.load("synthetic"))
    closed = list(setting.sites.names).index("mar-08")  # type: ignore[arg-type]
    assert np.asarray(setting.sites.until)[closed] < (2025 - 1970) * 12 + 3


def test_steps_of_a_quarter_are_fitted_as_quarters() -> None:
    told = simulated(SMALL, 14, sites=200)
    found = fit(told, SMALL, step=3)
    assert found.model.step == 3
    monthly = fit(told, SMALL).parameters.filter(name="using → stopped")["estimate"].item()
    quarterly = found.parameters.filter(name="using → stopped")["estimate"].item()
    assert quarterly == pytest.approx(monthly + np.log(3), abs=0.35)


# What can not be


def test_what_can_not_be_fitted_is_said() -> None:
    with pytest.raises(NotEnough, match="Nothing is recorded yet of where sites stand"):
        fit(Programme("Nothing"))
    model = Model("Named", (Move("not_reached", "using", -3.0, support={"visit": 1.0}),))
    with pytest.raises(NotFound, match="There is no name among the support of this setting"):
        fit(examples.load("synthetic"), model)
    with pytest.raises(TakerootError, match="one model is fitted"):
        fit(examples.load("synthetic"), "SPREAD")  # type: ignore[arg-type]


def test_what_is_fitted_is_a_value_that_can_be_read() -> None:
    found = fit(examples.load("prompt"))
    assert isinstance(found, Fitted)
    lines = str(found).split("\n")
    assert lines[0].startswith("Spread: fitted to 31 sites over 280 steps")
    assert all(line.endswith((".", ":", ")")) for line in lines)


def test_a_fit_stops_at_the_look_at_which_that_is_asked() -> None:
    told, looks = simulated(SMALL, 1, sites=20, months=24), []

    def third() -> bool:
        looks.append(1)
        return len(looks) == 3

    with pytest.raises(Stopped, match="The fit was stopped, as was asked"):
        fit(told, SMALL, cancel=third)
    assert len(looks) == 3
    assert fit(told, SMALL, cancel=lambda: False).parameters.equals(fit(told, SMALL).parameters)
