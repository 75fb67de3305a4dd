"""How the cost of a simulation grows with sites, ties, months and replicates, and what threads and a cluster give.

    python benchmarks/scaling.py [--cluster [ADDRESS]] [--write]

One thing is doubled at a time from a run of the full model in the middle: 8,000 sites with 8 ties each, 48 months, 64
histories. Time is that of the processor, on one thread, the least of three, so that a busy machine tells the same; the
*slope* is that of the logarithms (1 is in proportion). Memory is the most that a process of its own has had. Then the
same run of 512 histories on one thread, on two, in two processes, and with ``--cluster`` on a Dask cluster: at an
address, or one that is started here with two workers of one thread each. Those times are by the clock and need a quiet
machine. The counts of every way are compared: they are the same numbers.

``--write`` puts what was measured where the workbench and the manual read it: the page *What a simulation costs*, and
``docs/explanation/scaling.md`` with its picture.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from what_if import MONTH, full, most, place, scale_free

from takeroot.simulation import Outcome, Setting, State, form, run, says
from takeroot.simulation.ensemble import processors

if TYPE_CHECKING:
    from takeroot.reporting.scaling import Measured

#: The run in the middle.
SITES, EACH, MONTHS, REPLICATES = 8_000, 4, 48, 64
#: How often it is doubled, and halved.
TIMES = 3
#: Histories of the run that is shared out.
SHARED = 512
PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "scaling.md"
PICTURE = PAGE.parents[1] / "images" / "scaling.png"


class Cost(NamedTuple):
    """What one run took: processor seconds, and the most memory of its process, in MiB."""

    of: str
    size: int
    seconds: float
    memory: float


class Way(NamedTuple):
    """A way of running the same: what it is, its seconds by the clock, its numbers, and the load before all of them."""

    how: str
    seconds: float
    numbers: str
    load: float


def setting_of(sites: int, each: int) -> Setting:
    """The setting of the other benchmark, with more or fewer ties."""
    made = place(sites)
    return made if each == EACH else Setting(**{**_fields(made), "ties": scale_free(sites, each)})


def _fields(setting: Setting) -> dict[str, Any]:
    return {name: getattr(setting, name) for name in setting.__dataclass_fields__}


def simulated(setting: Setting, months: int, replicates: int, **how: Any) -> Outcome:
    """The full model from a standing start."""
    asked = {"months": months, "replicates": replicates, "seed": 1, **how}
    return run(full(), setting, State.all(MONTH, len(setting.sites)), **asked)


def one(of: str, size: int, sites: int, each: int, months: int, replicates: int) -> Cost:
    """One run, in this process."""
    setting = setting_of(sites, each)
    taken = []
    for _ in range(3):
        start = time.process_time()
        simulated(setting, months, replicates, threads=1)
        taken.append(time.process_time() - start)
    return Cost(of, size, min(taken), 1024 * most())


def sizes() -> Iterator[tuple[str, int, int, int, int, int]]:
    """Every run: what is doubled, how much there is of it, and the sites, ties each, months and replicates."""
    for power in range(-TIMES, TIMES + 1):
        sites, months, replicates = (round(base * 2.0**power) for base in (SITES, MONTHS, REPLICATES))
        yield "sites", sites, sites, EACH, MONTHS, REPLICATES
        yield "months", months, SITES, EACH, months, REPLICATES
        if replicates >= REPLICATES:  # fewer than a block of them cost as much as a block
            yield "histories", replicates, SITES, EACH, MONTHS, replicates
        each = round(EACH * 2.0**power)
        if each >= 1:
            yield "ties", len(setting_of(SITES, each).ties), SITES, each, MONTHS, REPLICATES


def grown() -> list[Cost]:
    """What every run takes, each in a process of its own, told as they end."""
    import polars as pl

    from takeroot.reporting.scaling import OF, slope

    found = []
    for asked in sizes():
        done = subprocess.run(
            [sys.executable, __file__, "--one", json.dumps(asked)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        found.append(Cost(*json.loads(done.stdout.splitlines()[-1])))
    for of in OF:
        mine = [cost for cost in found if cost.of == of]
        frame = pl.DataFrame([(cost.size, cost.seconds) for cost in mine], schema=["size", "seconds"], orient="row")
        print(f"\n{of}: slope {slope(frame):.2f}")
        for cost in sorted(mine, key=lambda cost: cost.size):
            each = cost.seconds / cost.size
            print(
                f"{cost.size:12,} {cost.seconds:9.3f} s {each * 1e6:10.2f} µs each {cost.memory:8.0f} MiB", flush=True
            )
    return found


def _part(first: int) -> np.ndarray:
    """Half of the histories, in a process of its own."""
    return simulated(place(SITES), MONTHS, SHARED // 2, threads=1, seed=first).counts


def shared_out(cluster: str | None) -> list[Way]:
    """The same run on threads, processes and a cluster, by the clock."""
    setting, load = place(SITES), os.getloadavg()[0]
    print(f"\n{SHARED} histories of {SITES:,} sites over {MONTHS} months, by the clock; load {load:.1f}")
    found: list[Way] = []

    def told(how: str, start: float, numbers: str) -> None:
        took = time.perf_counter() - start
        found.append(Way(how, took, numbers, load))
        print(f"{took:9.2f} s  {how}, {found[0].seconds / took:.2f} times as fast; numbers: {numbers}", flush=True)

    start = time.perf_counter()
    alone = simulated(setting, MONTHS, SHARED, threads=1)
    told("one thread", start, "")
    start = time.perf_counter()
    two = simulated(setting, MONTHS, SHARED, threads=2)
    told("two threads", start, same(alone, two))
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(abs, range(2)))  # both have begun
        start = time.perf_counter()
        list(pool.map(_part, (1, 2)))
        told("two processes, half of the histories each", start, "of other seeds")
    if cluster is None:
        print("a Dask cluster: not asked for (--cluster)")
        return found
    with _cluster(cluster) as (address, workers):
        simulated(place(64), 12, 128, cluster=address)  # both have imported
        start = time.perf_counter()
        there = simulated(setting, MONTHS, SHARED, cluster=address)
        told(f"a Dask cluster, {workers}", start, same(alone, there))
    return found


def same(one: Outcome, other: Outcome) -> str:
    """That both gave the same numbers."""
    if not (np.array_equal(one.counts, other.counts) and np.array_equal(one.flows, other.flows)):
        raise SystemExit("The numbers differ, and must not.")
    return "the same"


@contextmanager
def _cluster(address: str) -> Iterator[tuple[str, str]]:
    """A cluster that is there, or one of a scheduler and two workers, each a process of its own."""
    if address:
        yield address, "that was there already"
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scheduler.json"
        here = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
        quiet: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": here}
        local = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(path)]
        dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", *local]
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *local]
        started = [subprocess.Popen(dask, **quiet), *(subprocess.Popen(worker, **quiet) for _ in range(2))]
        try:
            while not (path.exists() and path.read_text()):
                time.sleep(0.1)
            from distributed import Client

            where = json.loads(path.read_text())["address"]
            with Client(where, set_as_default=False, timeout=60) as client:
                client.wait_for_workers(2, timeout=120)
            yield where, "two workers of one thread"
        finally:
            for process in started:
                process.kill()
                process.wait()


def kept(costs: list[Cost], shared: list[Way], busy: float) -> Measured:
    """The same as it is kept; no run has loaded :mod:`takeroot.reporting.scaling`, which takes memory."""
    import polars as pl

    from takeroot.reporting.scaling import OF, Measured

    middle = {"sites": SITES, "ties": len(setting_of(SITES, EACH).ties), "months": MONTHS, "histories": REPLICATES}
    rows = [(c.of, c.size, c.seconds, c.memory, c.size == middle[c.of]) for of in OF for c in costs if c.of == of]
    before = f"{SHARED} histories of {SITES:,} sites over {MONTHS} months, by the clock"
    load = os.getloadavg()[0] if not shared else shared[0].load
    quiet = load < processors() / 2
    return Measured(
        date.today(),
        f"{processors()} processors ({platform.machine()}, {platform.system()}, Python {platform.python_version()}; "
        f"{'compiled' if form() == 'c' else 'numpy'} form), {_busy(busy)}",
        "python benchmarks/scaling.py --cluster --write",
        middle,
        pl.DataFrame(rows, schema=["of", "size", "seconds", "memory", "middle"], orient="row"),
        f"{before}, on a machine that was {_busy(load)}."
        + ("" if quiet else "\nSo these say only that the work can be shared; on a quiet machine, read your own."),
        pl.DataFrame([way[:3] for way in shared], schema=["how", "seconds", "numbers"], orient="row"),
    )


def _busy(load: float) -> str:
    """How busy the machine was beside this."""
    return f"{'quiet' if load < processors() / 2 else 'busy with other work'} (a load of {load:.1f} before)"


def write(found: Measured) -> None:
    """Put it where the workbench and the manual read it."""
    from takeroot import charts
    from takeroot.reporting.scaling import FILE, in_markdown

    FILE.write_text(found.written(), encoding="utf-8")
    PICTURE.write_bytes(charts.png(charts.cost_of_size(found.costs)))
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.partition("## What was measured")[0], text.partition("## When to use which")[2]
    told = in_markdown(found, "../images/scaling.png")
    PAGE.write_text(f"{head}{told}\n\n## When to use which{rest}", encoding="utf-8")
    print(f"\nWritten: {FILE}, {PAGE}, {PICTURE}")


def main(arguments: list[str]) -> None:
    """Everything, as it was asked for."""
    cluster, writes = None, False
    while arguments:
        word = arguments.pop(0)
        if word == "--cluster":
            cluster = arguments.pop(0) if arguments and not arguments[0].startswith("--") else ""
        elif word == "--write":
            writes = True
        else:
            raise SystemExit(__doc__)
    busy = os.getloadavg()[0]
    print(f"{processors()} processors; load {busy:.1f}; form: {form()}. {says()}")
    costs = grown()
    shared = shared_out(cluster)
    if writes:
        write(kept(costs, shared, busy))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(*json.loads(sys.argv[2]))))
    else:
        main(sys.argv[1:])
