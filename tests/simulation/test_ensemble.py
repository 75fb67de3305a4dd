"""Many histories: the same numbers however the blocks are shared out; bounded, told of, and stopped when asked."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.simulation.small import MODEL, MONTH, SETTING, START

from takeroot.errors import NotFound, TakerootError
from takeroot.simulation import (
    Outcome,
    Setting,
    Sites,
    State,
    Stopped,
    form,
    more_facilitators,
    parameters,
    run,
    says,
)
from takeroot.simulation.comparing import AS_IT_IS, compare

FORMS = ["numpy"] if form() == "numpy" else ["numpy", "c"]


def same(one: Outcome, other: Outcome) -> None:
    for part in ("counts", "flows", "stages_watched", "in_use_by_site", "months_by_site", "lapses_by_site"):
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part), err_msg=part)


def histories(**how: object) -> Outcome:
    asked = {"months": 18, "replicates": 150, "seed": 11, "watch": ["site 3", "site 0"], "keep_sites": True, **how}
    return run(MODEL, SETTING, START, **asked)  # type: ignore[arg-type]


def test_threads_and_forms_change_no_number() -> None:
    first = histories(threads=1, form="numpy")
    for which in FORMS:
        for threads in (1, 2, 5):
            same(first, histories(threads=threads, form=which))


def test_any_executor_will_do() -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        same(histories(), histories(executor=executor))


def test_fewer_histories_are_the_first_of_many() -> None:
    np.testing.assert_array_equal(histories(replicates=70).counts, histories(replicates=200).counts[..., :70])


def test_another_seed_is_another_history() -> None:
    assert (histories(seed=1).counts != histories(seed=2).counts).any()


def test_a_strategy_without_effect_changes_nothing() -> None:
    idle = more_facilitators(0.0)
    also = replace(idle, name="Nowhere", adds={"preparing → using": 0.0}, regions=("north",))
    same(histories(), histories(strategies=[idle, also]))


def test_more_capacity_brings_on_no_fewer() -> None:
    without, more = histories(), histories(strategies=more_facilitators(3))
    assert more.site_months().mean() > without.site_months().mean()
    assert more.flow("waited").sum() < without.flow("waited").sum()


def test_a_site_that_is_added_moves_nobody_elses_chance() -> None:
    alone = replace(MODEL.without("peers", "capacity"), name="Alone")
    names, region = list(SETTING.sites.names), list(np.asarray(SETTING.sites.regions)[SETTING.sites.region_of])
    size = np.asarray(SETTING.sites.covariates["size"])
    before = run(alone, SETTING, START, months=18, replicates=9, watch=names, seed=4)
    order = np.random.default_rng(0).permutation(len(names) + 1)
    moved = Sites(
        [[*names, "one more"][at] for at in order],
        region=[[*region, "far"][at] for at in order],
        covariates={"size": np.append(size, 1.0)[order]},
    )
    setting = Setting(moved, signals=SETTING.signals)
    after = run(alone, setting, State.all(MONTH, len(moved)), months=18, replicates=9, watch=names, seed=4)
    np.testing.assert_array_equal(before.stages_watched, after.stages_watched)


def test_draws_of_the_parameters_share_the_replicates() -> None:
    models = [parameters.changed(MODEL, {"not_reached → exploring": base}) for base in (-3.0, -2.0, -1.0)]
    together = run(models, SETTING, START, months=12, replicates=60, seed=2)
    assert together.replicates == 60
    means = together.in_use()[-1].reshape(3, 20).mean(axis=1)
    assert means[0] < means[1] < means[2]
    alone = run(models[0], SETTING, START, months=12, replicates=20, seed=2)
    np.testing.assert_array_equal(together.counts[..., :20], alone.counts)


def test_outcomes_agree_with_themselves() -> None:
    outcome = histories()
    assert (outcome.counts.sum(axis=(2, 3)) == len(SETTING.sites)).all()
    assert outcome.months_by_site is not None and outcome.lapses_by_site is not None
    np.testing.assert_array_equal(outcome.months_by_site[0].sum(axis=0), outcome.site_months())
    np.testing.assert_array_equal(outcome.lapses_by_site[0].sum(axis=0), outcome.flow("lapsed").sum(axis=0))
    assert outcome.in_use_by_site is not None
    np.testing.assert_array_equal(outcome.in_use_by_site.sum(axis=2)[:, 0], outcome.in_use().sum(axis=1))
    by_region = sum(outcome.in_use(region=region) for region in outcome.regions)
    np.testing.assert_array_equal(by_region, outcome.in_use())


def test_intervals_hold_each_other() -> None:
    frame = histories().by_stage(levels=(50, 95), by_region=True)
    assert frame["region"].unique(maintain_order=True).to_list() == ["north", "south"]
    assert (frame["lower_95"] <= frame["lower_50"]).all()
    assert (frame["upper_50"] <= frame["upper_95"]).all()


def test_what_was_brought_on_costs() -> None:
    lever = more_facilitators(2, cost_a_site=10.0, cost_a_month=1.0)
    outcome = histories(strategies=lever)
    np.testing.assert_allclose(outcome.cost, 18 + 10 * outcome.flow("brought_on").sum(axis=0))


def test_progress_is_told_and_ends_at_the_whole() -> None:
    told: list[float] = []
    histories(progress=told.append)
    assert told[-1] == 1.0
    assert told == sorted(told)


@pytest.mark.parametrize("which", FORMS)
def test_a_simulation_stops_when_asked(which: str) -> None:
    started = time.monotonic()
    with pytest.raises(Stopped, match="nothing of it was kept"):
        run(MODEL, SETTING, START, months=6000, replicates=6400, form=which, cancel=lambda: True)  # type: ignore[arg-type]
    assert time.monotonic() - started < 30


def test_which_form_is_at_work_is_said() -> None:
    assert form() in ("c", "numpy")
    assert says().startswith("The simulation runs in its")


def test_what_is_asked_wrongly_is_said() -> None:
    with pytest.raises(TakerootError, match="found 10 replicates, 3 models"):
        run([MODEL] * 3, SETTING, START, replicates=10)
    with pytest.raises(NotFound, match="There is no site 'site 99'"):
        histories(watch=["site 99"])
    with pytest.raises(TakerootError, match="needs a stage for each of 1 improvements at 40 sites; found 1 by 39"):
        run(MODEL, SETTING, State.all(MONTH, 39))
    with pytest.raises(TakerootError, match="'c' or 'numpy'; found 'fortran'"):
        histories(form="fortran")


# A cluster of its own


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and three workers, each a process of its own, and the scheduler's address."""
    pytest.importorskip("distributed", reason="Dask is not installed")
    folder = tmp_path_factory.mktemp("cluster")
    address = folder / "scheduler.json"
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {**__import__("os").environ, "PYTHONPATH": ":".join([root, *sys.path])}
    scheduler = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address)],
        env=environment,
        **quiet,  # type: ignore[call-overload]
    )
    workers = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(address)),
                *("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"),
            ],
            env=environment,
            **quiet,  # type: ignore[call-overload]
        )
        for _ in range(3)
    ]
    try:
        import json

        for _ in range(600):
            if address.exists() and address.read_text():
                break
            time.sleep(0.1)
        where = json.loads(address.read_text())["address"]
        from distributed import Client

        with Client(where, set_as_default=False, timeout=60) as client:
            client.wait_for_workers(3, timeout=120)
        yield where, workers
    finally:
        for process in [*workers, scheduler]:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_choices_are_compared_on_a_cluster_as_they_are_here(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    choices = [AS_IT_IS, more_facilitators(1)]
    how: dict[str, Any] = {"months": 12, "replicates": 200, "seed": 5}

    there = compare(MODEL, SETTING, START, choices, cluster=cluster[0], **how)

    here = compare(MODEL, SETTING, START, choices, **how)
    assert there.differences().equals(here.differences())
    np.testing.assert_allclose(there.by_group()["mean"], here.by_group()["mean"])


@pytest.mark.slow
def test_a_cluster_gives_the_same_numbers_and_survives_a_lost_worker(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, workers = cluster
    same(histories(), histories(cluster=address))
    here = run(MODEL, SETTING, START, months=120, replicates=1600, seed=5)

    killed: list[float] = []

    def kill_one(share: float) -> None:
        if not killed and share > 0:
            workers[0].kill()
            killed.append(share)

    there = run(
        MODEL, SETTING, START, months=120, replicates=1600, seed=5, cluster=address, form="numpy", progress=kill_one
    )
    assert killed and killed[0] < 1
    np.testing.assert_array_equal(here.counts, there.counts)
    np.testing.assert_array_equal(here.flows, there.flows)


@pytest.mark.slow
def test_a_cluster_that_does_not_answer_is_said() -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    with pytest.raises(TakerootError, match="No Dask scheduler answers at 'nonsense'"):
        histories(cluster="nonsense")


@pytest.mark.slow
def test_a_cluster_that_does_not_answer_leaves_nothing_behind() -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    script = (
        "from takeroot.simulation import SPREAD, Setting, Sites, State, run\n"
        "try:\n"
        "    run(SPREAD, Setting(Sites(3)), State.all(600, 3), months=1, replicates=2, cluster='nonsense')\n"
        "except Exception as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.startswith("No Dask scheduler answers at 'nonsense'")
    assert done.stderr == ""


def test_a_site_that_is_not_there_can_not_be_watched() -> None:
    with pytest.raises(NotFound, match="There is no site 'ward'"):
        run(MODEL, Setting(Sites(3)), State.all(MONTH, 3), months=1, replicates=2, watch=["ward"])


def test_a_month_that_is_a_text_is_refused_with_what_to_write() -> None:
    with pytest.raises(TakerootError, match=r"A month is a day in it, such as date\(2026, 4, 1\); found '2026-04'"):
        State.all("2026-04", 3)  # type: ignore[arg-type]
