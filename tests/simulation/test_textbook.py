"""With terms switched off, the model is the textbook's: Bass, SI, SIR, SIS, cascades, thresholds, queues, rivals."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest

from takeroot.simulation import (
    STAGES,
    Capacity,
    Fit,
    Memory,
    Model,
    Move,
    Outcome,
    Peers,
    Setting,
    Sites,
    State,
    Ties,
    Together,
    logit,
    run,
)

MONTH = 600
NOT, USING, EMBEDDED, STOPPED = (STAGES.index(word) for word in ("not_reached", "using", "embedded", "stopped"))
EVERYONE = Peers("everyone")


def begun(sites: int, share: float, stage: int = USING) -> State:
    """The first so many sites in use."""
    return State(MONTH, np.where(np.arange(sites) < round(share * sites), stage, NOT))


def shares(outcome: Outcome, sites: int) -> np.ndarray:
    return outcome.in_use().mean(axis=1) / sites


@pytest.mark.slow
def test_si_on_a_complete_graph_is_logistic() -> None:
    beta, first, sites, fine = 0.5, 0.01, 20_000, 25
    model = Model("SI", (Move("not_reached", "using", peers={"everyone": beta / fine}),), (EVERYONE,), scale="rate")
    outcome = run(model, Setting(Sites(sites)), begun(sites, first), months=10 * fine, replicates=12, seed=1)
    time = np.arange(10 * fine + 1) / fine
    logistic = 1 / (1 + (1 / first - 1) * np.exp(-beta * time))
    assert logistic[-1] == pytest.approx(0.5998596, abs=1e-7)
    np.testing.assert_allclose(shares(outcome, sites), logistic, atol=0.02)
    exact = [first]
    for _ in range(10 * fine):
        exact.append(exact[-1] + (1 - exact[-1]) * -math.expm1(-beta / fine * exact[-1]))
    np.testing.assert_allclose(shares(outcome, sites), exact, atol=0.012)


@pytest.mark.slow
def test_bass_on_a_complete_graph_is_the_bass_curve() -> None:
    p, q, sites = 0.03 / 12, 0.38 / 12, 20_000
    model = Model("Bass", (Move("not_reached", "using", p, peers={"everyone": q}),), (EVERYONE,), scale="rate")
    outcome = run(model, Setting(Sites(sites)), State.all(MONTH, sites), months=180, replicates=12, seed=2)
    time = np.arange(181)
    bass = -np.expm1(-(p + q) * time) / (1 + q / p * np.exp(-(p + q) * time))
    np.testing.assert_allclose(shares(outcome, sites), bass, atol=0.012)
    exact = [0.0]
    for _ in range(180):
        exact.append(exact[-1] + (1 - exact[-1]) * -math.expm1(-p - q * exact[-1]))
    np.testing.assert_allclose(shares(outcome, sites), exact, atol=0.005)


@pytest.mark.slow
@pytest.mark.parametrize(("ratio", "published"), [(1.5, 0.58281164), (2.0, 0.79681213), (3.0, 0.94047979)])
def test_the_final_size_of_sir_is_that_of_its_ratio(ratio: float, published: float) -> None:
    leaves, first, sites = 0.05, 0.002, 20_000
    each = ratio * -math.expm1(
        -leaves
    )  # a site is in use for 1 / (1 − exp(−leaves)) months, and reaches so many a month
    moves = (Move("not_reached", "using", peers={"everyone": each}), Move("using", "stopped", leaves))
    model = Model("SIR", moves, (EVERYONE,), scale="rate")
    outcome = run(model, Setting(Sites(sites)), begun(sites, first), months=600, replicates=16, seed=3)
    size = 1 - outcome.at("not_reached")[-1].mean() / sites
    expected = published
    for _ in range(200):
        expected = 1 - (1 - first) * math.exp(-ratio * expected)
    assert expected == pytest.approx(published, abs=0.01)
    assert size == pytest.approx(expected, abs=0.02)


@pytest.mark.slow
def test_sis_settles_at_its_endemic_share() -> None:
    leaves, ratio, sites = 0.02, 2.5, 5_000
    moves = (Move("not_reached", "using", peers={"everyone": ratio * leaves}), Move("using", "not_reached", leaves))
    model = Model("SIS", moves, (EVERYONE,), scale="rate")
    outcome = run(model, Setting(Sites(sites)), begun(sites, 0.3), months=600, replicates=16, seed=4)
    assert shares(outcome, sites)[-200:].mean() == pytest.approx(1 - 1 / ratio, abs=0.01)


def test_contagion_counts_every_neighbour() -> None:
    p, q, many = 0.02, 0.05, 4_000
    model = Model(
        "Contagion",
        (Move("not_reached", "using", -math.log1p(-p), peers={"any": -math.log1p(-q)}),),
        (Peers("any", share=False),),
        scale="rate",
    )
    ties = Ties(
        [source for target in range(6) for source in range(6, 6 + target)], np.repeat(np.arange(6), np.arange(6))
    )
    state = State(MONTH, np.where(np.arange(12) < 6, NOT, USING))
    outcome = run(model, Setting(Sites(12), ties), state, months=1, replicates=many, seed=5, watch=map_names(6))
    began = (outcome.stages_watched[1, 0] == USING).mean(axis=1)
    expected = 1 - (1 - p) * (1 - q) ** np.arange(6)
    assert (np.abs(began - expected) < 4.5 * np.sqrt(expected * (1 - expected) / many)).all()


def map_names(many: int) -> list[str]:
    return [str(number) for number in range(many)]


def test_an_independent_cascade_is_bond_percolation() -> None:
    edges, q, sites, many = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (1, 4), (4, 5)], 0.45, 6, 8_000
    reached = np.zeros(sites)
    for open_edges in product((False, True), repeat=len(edges)):
        found = {0}
        for _ in range(sites):
            for (one, other), is_open in zip(edges, open_edges, strict=True):
                if is_open and found & {one, other}:
                    found |= {one, other}
        reached[list(found)] += math.prod(q if is_open else 1 - q for is_open in open_edges)
    reached = reached.clip(max=1)
    cascade = Model(
        "Cascade",
        (Move("not_reached", "using", peers={"any": -math.log1p(-q)}), Move("using", "embedded", 100.0)),
        (Peers("any", near=("using",), share=False),),
        scale="rate",
    )
    source, target = np.array([*edges, *((other, one) for one, other in edges)]).T
    state = State(MONTH, np.where(np.arange(sites) == 0, USING, NOT))
    outcome = run(
        cascade,
        Setting(Sites(sites), Ties(source, target)),
        state,
        months=8,
        replicates=many,
        seed=6,
        watch=map_names(6),
    )
    share = (outcome.stages_watched[-1, 0] == EMBEDDED).mean(axis=1)
    assert (np.abs(share - reached) <= 4.5 * np.sqrt(reached * (1 - reached) / many)).all()


def thresholds(sites: int = 60) -> tuple[Model, Setting]:
    chance = np.random.default_rng(7)
    model = Model(
        "Threshold",
        (Move("not_reached", "using", -60.0, peers={"any": 120.0}),),
        (Peers("any", at_least="threshold"),),
    )
    ties = Ties(chance.integers(0, sites, 5 * sites), chance.integers(0, sites, 5 * sites))
    return model, Setting(Sites(sites, covariates={"threshold": chance.choice([0.2, 1 / 3, 0.5], sites)}), ties)


def test_a_linear_threshold_leaves_nothing_to_chance() -> None:
    model, setting = thresholds()
    state = begun(60, 0.15)
    outcome = run(model, setting, state, months=30, replicates=64, watch=map_names(60))
    assert (outcome.counts == outcome.counts[..., :1]).all()
    source, target = np.asarray(setting.ties.source), np.asarray(setting.ties.target)
    using, floors = np.asarray(state.stage)[0] == USING, np.asarray(setting.sites.covariates["threshold"])
    degree = np.bincount(target, minlength=60)
    for standing in range(31):
        np.testing.assert_array_equal(outcome.stages_watched[standing, 0, :, 0] == USING, using)
        near = np.bincount(target, weights=using[source], minlength=60)
        using = using | ((near >= floors * degree - 1e-9) & (degree > 0))


def test_a_linear_threshold_is_monotone_in_those_who_begin() -> None:
    model, setting = thresholds()
    ends = []
    for share in (0.05, 0.1, 0.2, 0.4):
        outcome = run(model, setting, begun(60, share), months=30, replicates=1, watch=map_names(60))
        ends.append(outcome.stages_watched[-1, 0, :, 0] == USING)
    for fewer, more in pairwise(ends):
        assert (more | ~fewer).all()


@pytest.mark.parametrize(("a_month", "most"), [(1.0, None), (0.3, None), (2.5, 3.0)])
def test_capacity_is_never_exceeded(a_month: float, most: float | None) -> None:
    regions = [("a", "b", "c")[number % 3] for number in range(90)]
    model = Model(
        "Queue", (Move("not_reached", "using", 0.0, needs_capacity=True),), capacity=Capacity(a_month, 0.0, most)
    )
    outcome = run(model, Setting(Sites(90, region=regions)), State.all(MONTH, 90), months=24, replicates=64, seed=8)
    for region in outcome.regions:
        so_far = np.cumsum(outcome.flow("brought_on", region=region), axis=0)
        allowed = np.floor(np.arange(1, 25) * a_month + 1e-9)[:, None]
        assert (so_far <= allowed).all()
        waited = outcome.flow("waited", region=region) > 0
        assert waited.any()
        np.testing.assert_array_equal(outcome.flow("brought_on", region=region)[0], np.floor(a_month))


def test_who_waits_is_settled_by_lot_and_not_by_order() -> None:
    model = Model("Queue", (Move("not_reached", "using", 60.0, needs_capacity=True),), capacity=Capacity(5))
    outcome = run(
        model, Setting(Sites(50)), State.all(MONTH, 50), months=1, replicates=4000, seed=9, watch=map_names(50)
    )
    first = (outcome.stages_watched[1, 0] == USING).mean(axis=1)
    assert (np.abs(first - 0.1) < 4.5 * math.sqrt(0.1 * 0.9 / 4000)).all()


def test_training_trainers_adds_capacity() -> None:
    move = (Move("not_reached", "using", 60.0, needs_capacity=True),)
    model = Model("Queue", move, capacity=Capacity(1.0, growth=1.0))
    outcome = run(model, Setting(Sites(100)), State.all(MONTH, 100), months=6, replicates=3)
    assert outcome.in_use()[:, 0].tolist() == [0, 1, 3, 7, 15, 31, 63]


def rivals(exclusive: bool) -> Outcome:
    def one(name: str, other: str) -> Model:
        move = Move("not_reached", "using", logit(0.2), peers={"everyone": 1.0}, others={other: -1.0})
        return Model(name, (move, Move("using", "not_reached", logit(0.05))))

    both = Together((one("Ours", "Theirs"), one("Theirs", "Ours")), exclusive=exclusive)
    start = State.all(MONTH, 80, improvements=2)
    return run(both, Setting(Sites(80)), start, months=40, replicates=70, seed=10, watch=map_names(80))


def test_exclusive_rivals_and_none_make_up_all_sites() -> None:
    outcome = rivals(exclusive=True)
    uses = outcome.stages_watched == USING
    assert not (uses[:, 0] & uses[:, 1]).any()
    none = (~uses.any(axis=1)).sum(axis=1)
    np.testing.assert_array_equal(outcome.in_use("Ours") + outcome.in_use("Theirs") + none, 80)
    assert min(outcome.in_use("Ours")[-1].mean(), outcome.in_use("Theirs")[-1].mean()) > 10
    both = rivals(exclusive=False).stages_watched == USING
    assert (both[:, 0] & both[:, 1]).any()


def test_exclusive_rivals_that_are_alike_fare_alike() -> None:
    outcome = rivals(exclusive=True)
    difference = (outcome.in_use("Ours")[-1] - outcome.in_use("Theirs")[-1]).astype(float)
    assert abs(difference.mean()) < 4.5 * difference.std() / math.sqrt(len(difference))


def test_nobody_hears_of_it_without_somebody_who_does_it() -> None:
    model = Model(
        "Word of mouth", (Move("not_reached", "using", peers={"any": 0.3}),), (Peers("any", share=False),), scale="rate"
    )
    apart = Ties([0, 1, 4], [1, 2, 5])
    outcome = run(model, Setting(Sites(6), apart), begun(6, 1 / 6), months=60, replicates=64, watch=map_names(6))
    reached = (outcome.stages_watched == USING).any(axis=(0, 1, 3))
    assert reached.tolist() == [True, True, True, False, False, False]


def test_whoever_stopped_exerts_no_influence() -> None:
    moves = (Move("not_reached", "using", peers={"any": 50.0}),)
    model = Model("Current users", moves, scale="rate")
    ties = Ties([0, 1], [2, 3])
    state = State(MONTH, ["using", "stopped", "not_reached", "not_reached"])
    outcome = run(model, Setting(Sites(4), ties), state, months=3, replicates=64, watch=map_names(4))
    assert (outcome.stages_watched[-1, 0, 2] == USING).all()
    assert (outcome.stages_watched[-1, 0, 3] == NOT).all()


@pytest.mark.parametrize(("adapting", "in_use"), [(-60.0, [1, 1, 1, 0]), (60.0, [1, 1, 1, 1])])
def test_fit_drifts_and_adapting_restores_it(adapting: float, in_use: list[int]) -> None:
    moves = (Move("using", "stopped", -90.0, fit=-240.0),)
    model = Model("Fit", moves, fit=Fit(drift=0.25, adaptation=adapting, restores=1.0))
    outcome = run(model, Setting(Sites(1)), State.all(MONTH, 1, "using"), months=3, replicates=2)
    assert outcome.in_use()[:, 0].tolist() == in_use
    assert outcome.flow("adapted").any() == (adapting > 0)


def test_the_memory_of_a_stop_fades_by_half() -> None:
    model = Model("Memory", (Move("stopped", "using", 40.0, memory=100.0),), memory=Memory(half_life=1))
    state = State(MONTH, ["stopped"], memory=[1.0])
    outcome = run(model, Setting(Sites(1)), state, months=4, replicates=2)
    assert outcome.in_use()[:, 0].tolist() == [0, 0, 0, 1, 1]
