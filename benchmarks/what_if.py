"""How long a what-if takes, warm and cold, and a million sites, beside careful numpy and the tools people would use.

    TAKEROOT_SIMULATION_PEERS=/path/to/python python benchmarks/what_if.py

The full model has eight stages, thirteen moves, peers, a covariate, a signal, support by site, other work, capacity by
region that grows, drifting fit and memory. The plain contagion is what every tool can express: a site begins with
chance 1 − (1 − p)(1 − q)^k, k being its neighbours in use, and lapses with a constant chance. *Careful numpy* is that
contagion by hand, replicates as columns, with numpy's own generator. Times are the best of several, in wall-clock
seconds; the other tools (see ``what_if_peers.py``) run fewer histories or months, of the same contagion, and their
time is multiplied.
"""

from __future__ import annotations

import json
import math
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from takeroot.simulation import (
    SPREAD,
    Course,
    Model,
    Move,
    Outcome,
    Peers,
    Setting,
    Sites,
    State,
    Ties,
    form,
    run,
    says,
)
from takeroot.simulation.ensemble import processors

MONTH = 672
P, Q, LAPSE = 0.001, 0.01, 0.01


def scale_free(sites: int, each: int = 4, seed: int = 1) -> Ties:
    """Ties both ways: a site is tied to ``each`` earlier ones, the likelier the more ties they have."""
    chance = np.random.default_rng(seed)
    ends = np.arange(2 * sites * each)
    drawn = (chance.random(len(ends)) * np.maximum(ends - ends % (2 * each), 1)).astype(np.int64)
    found = np.where(ends % 2 == 0, ends, drawn)
    while (odd := found % 2 == 1).any():
        found[odd] = drawn[found[odd]]
    of = found // (2 * each)
    pairs = np.unique(np.stack([of[0::2], of[1::2]]), axis=1)
    pairs = pairs[:, pairs[0] != pairs[1]]
    return Ties(np.concatenate([pairs[0], pairs[1]]), np.concatenate([pairs[1], pairs[0]]))


def contagion() -> Model:
    """The plain contagion."""
    begins = Move("not_reached", "using", -math.log1p(-P), peers={"any": -math.log1p(-Q)})
    return Model(
        "Contagion",
        (begins, Move("using", "not_reached", -math.log1p(-LAPSE))),
        (Peers("any", share=False),),
        scale="rate",
    )


def full() -> Model:
    """The model with every term."""
    more = {
        "not_reached → exploring": {"signals": {"policy": 0.5}},
        "exploring → preparing": {"covariates": {"size": 0.2}},
        "preparing → using": {"support": {"training": 0.6}},
        "using → paused": {"others": {"rival": 0.4}},
        "using → stopped": {"others": {"rival": 0.4}},
    }
    moves = tuple(replace(move, **more.get(move.name, {})) for move in SPREAD.moves)  # type: ignore[arg-type]
    return replace(SPREAD, name="Full", moves=moves)


def drawn(sites: int) -> tuple[Ties, np.ndarray]:
    """What chance made of the sites: who is tied to whom, and how large they are."""
    return scale_free(sites), np.random.default_rng(2).normal(size=sites)


def place(sites: int, regions: int = 6, chance: tuple[Ties, np.ndarray] | None = None) -> Setting:
    """Sites with everything that the full model asks for."""
    ties, size = chance or drawn(sites)
    third = np.arange(0, sites, 3)
    begins = MONTH + 8 + np.arange(sites) % 40
    return Setting(
        Sites(sites, region=np.arange(sites) % regions, covariates={"size": size}),  # type: ignore[arg-type]
        ties,
        signals={"policy": Course.window(MONTH + 12, MONTH + 36)},
        supports={"training": Course.windows(sites, np.arange(sites), begins, begins + 20)},
        others={
            "rival": Course.windows(sites, third, np.full(len(third), MONTH + 18), np.full(len(third), MONTH + 66))
        },
    )


def what_if(model: Model, setting: Setting, **how: object) -> Outcome:
    """A hundred and twenty months from a standing start."""
    asked = {"months": 120, "replicates": 1000, "seed": 1, **how}
    return run(model, setting, State.all(MONTH, len(setting.sites)), **asked)  # type: ignore[arg-type]


def by_hand(setting: Setting, replicates: int, months: int = 120) -> np.ndarray:
    """Careful numpy: the contagion, replicates as columns, and how many are in use in the end."""
    from scipy.sparse import csr_array

    sites = len(setting.sites)
    source, target = np.asarray(setting.ties.source), np.asarray(setting.ties.target)
    ties = csr_array((np.ones(len(source), np.float32), (target, source)), shape=(sites, sites))
    chance = np.random.default_rng(1)
    using = np.zeros((sites, replicates), bool)
    stays = (1 - P) * (1 - Q) ** np.arange(int(ties.sum(axis=1).max()) + 1, dtype=np.float32)
    begins, drawn = (1 - stays).astype(np.float32), np.empty(using.shape, np.float32)
    for _ in range(months):
        near = (ties @ using.astype(np.float32)).astype(np.int32)
        chance.random(out=drawn, dtype=np.float32)
        using = np.where(using, drawn >= LAPSE, drawn < begins[near])
    return using.sum(axis=0)


def best(what: Callable[[], object], times: int) -> float:
    """The least of some times."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        what()
        taken.append(time.perf_counter() - start)
    return min(taken)


def peak() -> str:
    """The most memory that this process has had."""
    return f"{most():5.2f} GiB"


def most() -> float:
    """The same in GiB. Where the system tells it, not getrusage's, which begins at what the parent had."""
    status = Path("/proc/self/status")
    told = status.read_text().splitlines() if status.exists() else []
    held = [int(line.split()[1]) for line in told if line.startswith("VmHWM")]
    return (held or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss])[0] / 1024 / 1024


def told(says_what: str, seconds: float, cells: int, more: str = "") -> float:
    """One line: seconds, and a site of one history in one month in nanoseconds."""
    print(f"{seconds:9.3f} s {seconds / cells * 1e9:9.2f} ns  {peak()}  {says_what}{more}", flush=True)
    return seconds


def alone(name: str, argument: str = "") -> dict[str, float]:
    """A part of this file in a process of its own, from its start to its end."""
    import subprocess

    start = time.perf_counter()
    done = subprocess.run([sys.executable, __file__, name, argument], capture_output=True, text=True, check=False)
    took = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stderr)
    return {"seconds": took, **json.loads(done.stdout.splitlines()[-1])}


def small() -> None:
    """W2: 200 sites, 120 months, 1,000 histories."""
    cells = 200 * 120 * 1000
    setting = place(200)
    ours = told("full model, warm", best(partial(what_if, full(), setting), 7), cells)
    one = told("full model, warm, one thread", best(partial(what_if, full(), setting, threads=1), 5), cells)
    told(
        "full model, with what becomes of each site", best(partial(what_if, full(), setting, keep_sites=True), 3), cells
    )
    few = best(partial(what_if, full(), setting, replicates=128, form="numpy", threads=1), 2) / 128 * 1000
    told("full model, numpy form, one thread", few, cells, f": {few / one:.1f} times the compiled form")
    told("full model, cold: from a fresh process to the counts", cold("full"), cells)
    plain = told("contagion, warm", best(partial(what_if, contagion(), setting), 5), cells)
    hand = told("contagion, careful numpy", best(partial(by_hand, setting, 1000), 3), cells)
    print(f"{'':35}careful numpy takes {hand / plain:.1f} times as long on the contagion; the full model {ours:.3f} s")
    peers("W2", setting, told("contagion, cold", cold("contagion"), cells), 1000)


def cold(name: str) -> float:
    """A what-if from the start of a process to its end; it reads who is tied to whom from a file, as other tools do."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        ties, size = drawn(200)
        path = Path(folder) / "sites.npy"
        ends = np.stack([np.asarray(ties.source), np.asarray(ties.target)])
        with path.open("wb") as file:
            np.save(file, ends)
            np.save(file, size)
        return min(alone("--cold", f"{name} {path}")["seconds"] for _ in range(5))


def large(sites: int = 1_000_000) -> None:
    """W1 and the reach: a million sites."""
    cells = sites * 120
    start = time.perf_counter()
    setting = place(sites)
    print(f"{'':35}{sites:,} sites, {len(setting.ties):,} ties; made in {time.perf_counter() - start:.1f} s")
    ours = {}
    for model, name in ((contagion(), "contagion"), (full(), "full model")):
        for threads, how in ((1, "one history"), (0, "64 histories")):
            if threads:
                took = history(model, setting)
                ours[name] = told(f"{name}, one history, graph built", took, cells)
            else:
                parted = alone("--ensemble", f"{name} {sites}")
                print(
                    f"{parted['took']:9.3f} s {parted['took'] / cells / 64 * 1e9:9.2f} ns  {parted['peak']:5.2f} GiB"
                    f"  {name}, {how}, in a process of its own",
                    flush=True,
                )
    hand = told("contagion, careful numpy, one history", best(partial(by_hand, setting, 1), 1), cells)
    print(f"{'':35}careful numpy takes {hand / ours['contagion']:.1f} times as long")
    peers("W1", setting, ours["contagion"], 1)


def history(model: Model, setting: Setting) -> float:
    """One history of what is laid out already."""
    from takeroot.simulation.forms import simulate
    from takeroot.simulation.layout import lay_out

    layout = lay_out(model, setting, State.all(MONTH, len(setting.sites)), 120, seed=1)
    return best(lambda: simulate(layout, 0, 1, np.zeros(0, np.int64), False), 3)


def peers(workload: str, setting: Setting, ours: float, replicates: int) -> None:
    """What other tools take for the same contagion on the same ties."""
    python = os.environ.get("TAKEROOT_SIMULATION_PEERS")
    if python is None:
        print("other tools: skipped; TAKEROOT_SIMULATION_PEERS names no interpreter that has them")
        return
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ties.npz"
        half = np.asarray(setting.ties.source) < np.asarray(setting.ties.target)
        np.savez(
            path,
            source=np.asarray(setting.ties.source)[half],
            target=np.asarray(setting.ties.target)[half],
            sites=len(setting.sites),
            replicates=replicates,
        )
        told_by = Path(__file__).with_name("what_if_peers.py")
        done = subprocess.run([python, told_by, path, workload], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"other tools: skipped; {(done.stderr.strip() or 'nothing said').splitlines()[-1]}")
        return
    for name, took in json.loads(done.stdout.splitlines()[-1]).items():
        if isinstance(took, str):
            print(f"{'':35}{name}: {took}")
        else:
            times = f"{took[0] / ours:,.0f} times ours; in use {took[1]:.3f}"
            print(f"{took[0]:9.1f} s {'':22}  {workload} by {name}: {times}")


def in_a_process(name: str, argument: str) -> None:
    """What :func:`alone` runs."""
    if name == "--cold":
        model, path = argument.split(" ", 1)
        with Path(path).open("rb") as file:
            chance = Ties(*np.load(file)), np.load(file)
        outcome = what_if(full() if model == "full" else contagion(), place(200, chance=chance))
        print(json.dumps({"in_use": outcome.in_use()[-1].mean() / 200}))
    else:
        model, sites = argument.rsplit(" ", 1)
        setting = place(int(sites))
        start = time.perf_counter()
        what_if(full() if model == "full model" else contagion(), setting, replicates=64)
        took = time.perf_counter() - start
        print(json.dumps({"took": took, "peak": most()}))


def main(sites: int = 1_000_000) -> None:
    print(f"{processors()} processors; load {os.getloadavg()[0]:.1f}; form: {form()}. {says()}")
    small()
    large(sites)


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1].startswith("--"):
        in_a_process(sys.argv[1], sys.argv[2])
    else:
        main(*(int(number) for number in sys.argv[1:]))
