"""A model is a value that can be read aloud, changed by name, and switched off term by term."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.simulation.small import MODEL, MONTH, SETTING, START

from takeroot.errors import NotFound, TakerootError
from takeroot.simulation import (
    SPREAD,
    TERMS,
    Capacity,
    Course,
    Fit,
    Memory,
    Model,
    Move,
    Peers,
    Setting,
    Sites,
    State,
    Strategy,
    Ties,
    Together,
    connect,
    kernel,
    logit,
    mandate,
    more_facilitators,
    parameters,
    room_to_adapt,
    run,
    seed_hubs,
    stop_other_work,
    train_the_trainer,
)
from takeroot.simulation.layout import lay_out


def test_a_model_is_read_aloud() -> None:
    assert str(MODEL).splitlines() == [
        "Huddles: how sites move between stages, month by month.",
        "A site not reached moves to exploring: about 5.0 in 100 a month where nothing else speaks; likelier with "
        "peers who are near (any) (+2), likelier while the signal 'policy' is on (+0.5).",
        "A site exploring moves to preparing: about 20.0 in 100 a month where nothing else speaks; likelier with size "
        "(+0.3).",
        "A site exploring moves to declined: about 3.0 in 100 a month where nothing else speaks.",
        "A site preparing moves to using: about 30.0 in 100 a month where nothing else speaks; it needs capacity.",
        "A site using moves to embedded: about 5.0 in 100 a month where nothing else speaks; less likely as fit drifts "
        "(-0.5 for each one lost).",
        "A site using moves to stopped: about 2.0 in 100 a month where nothing else speaks; likelier as fit drifts "
        "(+1 for each one lost).",
        "A site embedded moves to stopped: about 1.0 in 100 a month where nothing else speaks; likelier as fit drifts "
        "(+1 for each one lost).",
        "A site stopped moves to exploring: about 5.0 in 100 a month where nothing else speaks; less likely after an "
        "earlier stop (-1).",
        "Peers by 'any': the share of the sites tied to it that are using or embedded.",
        "In each region 0.5 sites can be brought on a month, and 0.05 more for each site in use, 2 at most.",
        "While in use, fit drifts by 0.02 a month; 11.9 in 100 sites adapt a month, which restores 80 in 100 of what "
        "was lost.",
        "The memory of an earlier stop halves every 24 months.",
    ]


def test_several_improvements_are_read_aloud_together() -> None:
    both = Together((Model("Ours", ()), Model("Theirs", ())), exclusive=True)
    assert str(both).startswith("2 improvements at the same sites: Ours, Theirs. A site uses one of them at most.")


def test_a_model_is_a_frozen_value() -> None:
    again = pickle.loads(pickle.dumps(MODEL))
    assert (again, hash(again)) == (MODEL, hash(MODEL))
    with pytest.raises(FrozenInstanceError):
        MODEL.name = "Other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        MODEL.moves[0].peers["any"] = 9.0  # type: ignore[index]


@pytest.mark.parametrize("term", TERMS)
def test_a_term_that_is_switched_off_has_no_say(term: str) -> None:
    without = MODEL.without(term)
    zeros = {name: 0.0 for name in parameters.values(without) if name not in parameters.values(MODEL)}
    assert zeros == {}
    assert str(without) != str(MODEL) or term in ("support", "others")
    assert without.without(term) == without


def test_what_is_switched_off_is_what_was_never_there() -> None:
    bare = MODEL.without(*TERMS)
    assert all(move == Move(move.source, move.target, move.base) for move in bare.moves)
    assert (bare.capacity, bare.fit, bare.memory, bare.peers) == (None, None, None, ())
    outcome = run(bare, Setting(Sites(30)), State.all(MONTH, 30), months=6, replicates=8)
    assert outcome.flow("waited").sum() == outcome.flow("adapted").sum() == 0


def test_every_number_is_found_and_changed_by_its_name() -> None:
    numbers = parameters.values(MODEL)
    assert numbers["not_reached → exploring: peers any"] == 2.0
    assert numbers["capacity: growth"] == 0.05
    doubled = {name: 2 * number for name, number in numbers.items() if name != "fit: restores"}
    assert parameters.values(parameters.changed(MODEL, doubled)) == {**numbers, **doubled}
    assert parameters.changed(MODEL, {"preparing->using": 1.0}).moves[3].base == 1.0
    both = Together((MODEL, replace(MODEL, name="Other")))
    changed = parameters.changed(both, {"Other | fit: drift": 0.5})
    assert [one.fit.drift for one in changed.models if one.fit] == [0.02, 0.5]
    with pytest.raises(NotFound, match="Did you mean 'capacity: growth'"):
        parameters.changed(MODEL, {"capacity: grwth": 1.0})


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Move("reached", "using"), "There is no stage of a model 'reached'"),
        (lambda: Move("unknown", "using"), "There is no stage of a model 'unknown'"),
        (lambda: Move("using", "using"), "A move leads to another stage; found one from 'using' to itself."),
        (lambda: Move("using", "stopped", float("nan")), "using → stopped: base needs a finite number; found 'nan'."),
        (lambda: Move("using", "stopped", peers={"any": "much"}), "needs a finite number; found 'much'"),  # type: ignore[dict-item]
        (lambda: Model("Twice", (Move("using", "stopped"),) * 2), "'Twice' has the move 'using → stopped' twice"),
        (lambda: Model("M", (), scale="probit"), "The scale of a model is 'logit' or 'rate'"),  # type: ignore[arg-type]
        (lambda: Model("M", (), step=2), "A step is 1, 3 or 12 months; found 2."),
        (lambda: Capacity(-1), "Capacity can not be below nothing"),
        (lambda: Fit(drift=-1), "Fit has a drift of nothing or more"),
        (lambda: Memory(0), "The half-life of memory is more than nothing"),
        (lambda: logit(1.0), "A chance lies between 0 and 1, both excluded; found 1."),
        (lambda: MODEL.without("peer"), "There is no term 'peer'. Did you mean 'peers'?"),
        (lambda: Ties([0], [1], [-1.0]), "The weight of a tie is a number of nothing or more"),
        (lambda: Setting(Sites(2), Ties([0], [2])), "Ties name sites by position, from 0 to 1"),
        (
            lambda: Sites(["A"], covariates={"size": [float("nan")]}),
            "'size' needs a number for every site; 1 have none",
        ),
        (lambda: State(date(1969, 12, 1), ["using"]), "A simulation begins in 1970 or later"),
        (lambda: Strategy("S", since=date(2026, 2, 1), until=date(2026, 1, 1)), "'S' is over before it begins"),
        (lambda: more_facilitators(1, when=3), "A lever does not know 'when'"),
    ],
)
def test_what_can_not_be_is_said_in_a_sentence(make: object, says: str) -> None:
    with pytest.raises(TakerootError) as caught:
        make()  # type: ignore[operator]
    assert says in str(caught.value)
    assert str(caught.value).endswith((".", "?"))


@pytest.mark.parametrize(
    ("strategy", "says"),
    [
        (Strategy("S", {"not_reached → preparing": 1.0}), "There is no number of the model, to which 'S' could add"),
        (Strategy("S", {"capacity: a month": 1.0}, sites=("site 1",)), "that number is one for all of them"),
        (Strategy("S", {"memory: half-life": 1.0}), "which does not change with time"),
        (Strategy("S", regions=("nroth",)), "There is no region 'nroth'. Did you mean 'north'?"),
        (Strategy("S", stops=("rival",)), "There is no other work 'rival'"),
        (connect(1, "letters"), "There is no kind of tie that the model speaks of 'letters'"),
    ],
)
def test_a_lever_that_moves_nothing_is_said(strategy: Strategy, says: str) -> None:
    with pytest.raises(TakerootError, match=says):
        run(MODEL.without("peers") if strategy.connects else MODEL, SETTING, START, strategies=strategy)


def test_a_name_that_the_setting_lacks_is_said() -> None:
    with pytest.raises(NotFound, match="There is no name among the signals of this setting"):
        run(MODEL, Setting(SETTING.sites, SETTING.ties), START)


# Levers


def total(strategy: Strategy | None = None, model: Model = MODEL, setting: Setting = SETTING) -> float:
    chosen = [strategy] if strategy else []
    outcome = run(model, setting, START, months=36, replicates=256, seed=3, strategies=chosen)
    return float(outcome.site_months().mean())


@pytest.mark.parametrize(
    "strategy",
    [
        more_facilitators(1),
        train_the_trainer(0.2),
        mandate(["not_reached → exploring"], 1.5, until=date(2027, 1, 1)),
        seed_hubs(4),
        room_to_adapt(2.0),
        Strategy("More talk", {"not_reached → exploring: peers any": 3.0}),
    ],
    ids=lambda strategy: strategy.name,
)
def test_a_lever_does_what_it_says(strategy: Strategy) -> None:
    model = replace(MODEL, capacity=Capacity(0.5, growth=0.05)) if strategy.name == "Train the trainer" else MODEL
    assert total(strategy, model) > total(None, model)


def test_connecting_sites_lets_them_hear_of_it() -> None:
    model = Model(
        "Talk",
        (Move("not_reached", "using", 0.0, peers={"visits": 0.2}),),
        (Peers("visits", share=False),),
        scale="rate",
    )
    start = State(MONTH, ["using"] + ["not_reached"] * 39)
    setting = Setting(SETTING.sites)
    without = run(model, setting, start, months=24, replicates=8)
    assert (without.in_use() == 1).all()
    joined = run(model, setting, start, months=24, replicates=8, strategies=connect(2, "visits", since=MONTH + 5))
    assert (joined.in_use()[:6] == 1).all()
    assert (joined.in_use()[-1] > 5).all()


def test_stopping_other_work_takes_its_weight_away() -> None:
    model = replace(
        MODEL, moves=tuple(replace(move, others={"rival": -2.0}) for move in MODEL.moves[:1]) + MODEL.moves[1:]
    )
    setting = replace(SETTING, others={"rival": Course.window(MONTH - 12)})
    assert total(stop_other_work("rival"), model, setting) > total(None, model, setting)
    assert total(stop_other_work("rival"), model, setting) == total()


def test_stopping_a_rival_that_is_simulated_ends_its_use() -> None:
    one = Model("Ours", (Move("not_reached", "using", logit(0.1), others={"Theirs": -3.0}),))
    both = Together((one, Model("Theirs", (Move("not_reached", "using", logit(0.3)),))))
    start = State.all(MONTH, 30, improvements=2)
    outcome = run(
        both, Setting(Sites(30)), start, months=24, replicates=16, strategies=stop_other_work("Theirs", since=MONTH + 6)
    )
    assert outcome.in_use("Theirs")[6].mean() > 20
    assert (outcome.in_use("Theirs")[7:] == 0).all()
    assert (outcome.at("stopped", "Theirs")[-1] > 0).all()


def test_a_lever_for_one_region_leaves_the_other_alone() -> None:
    model = MODEL.without("peers", "capacity")
    setting = SETTING
    lever = Strategy("North", {"not_reached → exploring": 2.0}, regions=("north",))
    without = run(model, setting, START, months=24, replicates=64)
    pulled = run(model, setting, START, months=24, replicates=64, strategies=lever)
    np.testing.assert_array_equal(without.in_use(region="south"), pulled.in_use(region="south"))
    assert pulled.in_use(region="north").sum() > without.in_use(region="north").sum()


def test_a_lever_holds_between_its_dates() -> None:
    lever = mandate(["not_reached → exploring"], 3.0, since=MONTH + 6, until=MONTH + 9)
    plain, pulled = (
        run(MODEL, SETTING, START, months=12, replicates=64, seed=2, strategies=each) for each in ((), lever)
    )
    left = [outcome.at("not_reached").mean(axis=1) for outcome in (plain, pulled)]
    np.testing.assert_array_equal(left[0][:7], left[1][:7])
    assert (left[1][7:] < left[0][7:]).all()


def test_a_strategy_is_read_aloud() -> None:
    lever = replace(seed_hubs(3, since=date(2026, 4, 1), until=date(2027, 4, 1)), regions=("north",), stops=("rival",))
    assert str(lever) == (
        "Seed the hubs (April 2026 until April 2027): brings the 3 sites with most ties to using; stops 'rival'. "
        "Only at all of north."
    )


# Places and time


def test_a_closed_site_is_censored_and_not_lapsed() -> None:
    sites = Sites(3, until=[MONTH + 2, MONTH + 99, MONTH + 99])
    outcome = run(Model("Still", ()), Setting(sites), State.all(MONTH, 3, "using"), months=4, replicates=2)
    assert outcome.in_use()[:, 0].tolist() == [3, 3, 2, 2, 2]
    assert outcome.flow("lapsed").sum() == 0


def test_a_site_that_opens_later_is_there_from_then_on() -> None:
    sites = Sites(2, since=[0, MONTH + 3])
    model = Model("Sure", (Move("not_reached", "using", 60.0),))
    outcome = run(model, Setting(sites), State.all(MONTH, 2), months=5, replicates=1)
    assert outcome.in_use()[:, 0].tolist() == [0, 1, 1, 1, 2, 2]
    assert outcome.counts.sum(axis=(1, 2, 3))[:, 0].tolist() == [1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("step", [3, 12])
def test_steps_of_a_quarter_or_a_year_are_counted_in_months(step: int) -> None:
    model = Model("Sure", (Move("not_reached", "using", 60.0),), step=step)
    outcome = run(model, Setting(Sites(2)), State.all(MONTH, 2), months=24, replicates=1)
    assert outcome.months.tolist() == list(range(MONTH, MONTH + 25, step))
    assert outcome.site_months().tolist() == [48]


def test_windows_of_a_site_add_up() -> None:
    course = Course.windows(3, [0, 0, 2], [5, 7, 6], [9, 8, 1 << 30], [1.0, 0.5, 2.0])
    by_site = course.at(np.arange(4, 12))[np.asarray(course.row)]
    assert by_site[0].tolist() == [0, 1, 1, 1.5, 1, 0, 0, 0]
    assert by_site[1].tolist() == [0] * 8
    assert by_site[2].tolist() == [0, 0, 2, 2, 2, 2, 2, 2]


def test_the_order_of_sites_changes_nothing() -> None:
    names = np.asarray(SETTING.sites.names)
    order = np.random.default_rng(0).permutation(40)
    place = np.argsort(order)
    moved = Setting(
        Sites(
            names[order],
            region=np.asarray(SETTING.sites.regions)[SETTING.sites.region_of][order].tolist(),
            covariates={"size": np.asarray(SETTING.sites.covariates["size"])[order]},
        ),
        Ties(place[np.asarray(SETTING.ties.source)], place[np.asarray(SETTING.ties.target)], kind="visits"),
        signals=SETTING.signals,
    )
    np.testing.assert_array_equal(
        run(MODEL, SETTING, START, months=24, replicates=64, seed=6).counts,
        run(MODEL, moved, START, months=24, replicates=64, seed=6).counts,
    )


def test_the_model_to_begin_with_runs_where_nothing_is_known() -> None:
    outcome = run(SPREAD, Setting(Sites(50)), State.all(MONTH, 50), months=60, replicates=64)
    assert 0 < outcome.in_use()[-1].mean() < 50


def test_nothing_but_numpy_is_needed_to_simulate() -> None:
    code = (
        "import sys\n"
        "from takeroot.simulation import SPREAD, Setting, Sites, State, run\n"
        "run(SPREAD, Setting(Sites(5)), State.all(600, 5), months=3, replicates=2)\n"
        "heavy = {'polars', 'scipy', 'pydantic', 'altair', 'distributed', 'click', 'django'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_layout_of_nothing_is_simulated_too() -> None:
    empty = lay_out(SPREAD, Setting(Sites(0)), State(MONTH, np.zeros((1, 0), np.uint8)), 3)
    assert kernel.run(empty, 0).counts.sum() == 0


@pytest.mark.slow
def test_a_million_sites_fit_into_memory() -> None:
    code = (
        "from pathlib import Path\nimport numpy as np\n"
        "from takeroot.simulation import SPREAD, Setting, Sites, State, Ties, run, form\n"
        "n = 1_000_000 if form() == 'c' else 200_000\n"
        "chance = np.random.default_rng(1)\n"
        "ties = Ties(chance.integers(0, n, 4 * n), chance.integers(0, n, 4 * n))\n"
        "outcome = run(SPREAD, Setting(Sites(n), ties), State.all(600, n), months=6, replicates=65)\n"
        "assert (outcome.counts.sum(axis=(1, 2, 3)) == n).all()\n"
        "print(*[line.split()[1] for line in Path('/proc/self/status').open() if line.startswith('VmHWM')])"
    )
    if not Path("/proc/self/status").exists():  # getrusage would count the memory of the process of the tests too
        pytest.skip("this system does not say how much memory a process had")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert int(done.stdout) / 2**20 < 2.5  # GiB
