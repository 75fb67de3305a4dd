"""How the cost of a simulation grows with sites, ties, months and replicates, and what threads and a cluster give.

    python benchmarks/scaling.py [--cluster [ADDRESS]] [--picture FILE.png]

One thing is doubled at a time from a run of the full model in the middle: 8,000 sites with 8 ties each, 48 months, 64
histories. Time is that of the processor, on one thread, the least of three, so that a busy machine tells the same; the
*slope* is that of the logarithms (1 is in proportion). Memory is the most that a process of its own has had. Then the
same run of 512 histories on one thread, on two, in two processes, and with ``--cluster`` on a Dask cluster: at an
address, or one that is started here with two workers of one thread each. Those times are by the clock and need a quiet
machine. The counts of every way are compared: they are the same numbers.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from what_if import MONTH, full, place, scale_free

from takeroot.simulation import Outcome, Setting, State, form, run, says
from takeroot.simulation.ensemble import processors

#: The run in the middle.
SITES, EACH, MONTHS, REPLICATES = 8_000, 4, 48, 64
#: How often it is doubled, and halved.
TIMES = 3
#: Histories of the run that is shared out.
SHARED = 512


class Cost(NamedTuple):
    """What one run took: processor seconds, and the most memory of its process, in MiB."""

    of: str
    size: int
    seconds: float
    memory: float


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
    return Cost(of, size, min(taken), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def sizes() -> Iterator[tuple[str, int, int, int, int, int]]:
    """Every run: what is doubled, how much there is of it, and the sites, ties each, months and replicates."""
    for power in range(-TIMES, TIMES + 1):
        sites, months, replicates = (round(base * 2.0**power) for base in (SITES, MONTHS, REPLICATES))
        yield "sites", sites, sites, EACH, MONTHS, REPLICATES
        yield "months", months, SITES, EACH, months, REPLICATES
        if replicates >= REPLICATES:  # fewer than a block of them cost as much as a block
            yield "replicates", replicates, SITES, EACH, MONTHS, replicates
        each = round(EACH * 2.0**power)
        if each >= 1:
            yield "ties", len(setting_of(SITES, each).ties), SITES, each, MONTHS, REPLICATES


def slope(costs: list[Cost]) -> float:
    """How the logarithm of time grows with that of size, over the larger half."""
    larger = sorted(costs, key=lambda cost: cost.size)[len(costs) // 2 - 1 :]
    x, y = (np.log([getattr(cost, name) for cost in larger]) for name in ("size", "seconds"))
    return float(np.polyfit(x, y, 1)[0])


def grown() -> list[Cost]:
    """What every run takes, each in a process of its own, told as they end."""
    found = []
    for asked in sizes():
        done = subprocess.run(
            [sys.executable, __file__, "--one", json.dumps(asked)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        found.append(Cost(*json.loads(done.stdout.splitlines()[-1])))
    for of in ("sites", "ties", "months", "replicates"):
        mine = [cost for cost in found if cost.of == of]
        print(f"\n{of}: slope {slope(mine):.2f}")
        for cost in sorted(mine, key=lambda cost: cost.size):
            each = cost.seconds / cost.size
            print(
                f"{cost.size:12,} {cost.seconds:9.3f} s {each * 1e6:10.2f} µs each {cost.memory:8.0f} MiB", flush=True
            )
    return found


def _part(first: int) -> np.ndarray:
    """Half of the histories, in a process of its own."""
    return simulated(place(SITES), MONTHS, SHARED // 2, threads=1, seed=first).counts


def shared_out(cluster: str | None) -> None:
    """The same run on threads, processes and a cluster, by the clock."""
    setting = place(SITES)
    print(f"\n{SHARED} histories of {SITES:,} sites over {MONTHS} months, by the clock; load {os.getloadavg()[0]:.1f}")
    start = time.perf_counter()
    alone = simulated(setting, MONTHS, SHARED, threads=1)
    first = _told("one thread", start, None)
    start = time.perf_counter()
    two = simulated(setting, MONTHS, SHARED, threads=2)
    _told("two threads", start, first, same(alone, two))
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(abs, range(2)))  # both have begun
        start = time.perf_counter()
        list(pool.map(_part, (1, 2)))
        _told("two processes, half of the histories each", start, first)
    if cluster is None:
        print("a Dask cluster: not asked for (--cluster)")
        return
    with _cluster(cluster) as (address, workers):
        simulated(place(64), 12, 128, cluster=address)  # both have imported
        start = time.perf_counter()
        there = simulated(setting, MONTHS, SHARED, cluster=address)
        _told(f"a Dask cluster, {workers}", start, first, same(alone, there))


def same(one: Outcome, other: Outcome) -> str:
    """That both gave the same numbers."""
    if not (np.array_equal(one.counts, other.counts) and np.array_equal(one.flows, other.flows)):
        raise SystemExit("The numbers differ, and must not.")
    return "; the same numbers"


def _told(what: str, start: float, first: float | None, more: str = "") -> float:
    took = time.perf_counter() - start
    times = f", {first / took:.2f} times as fast" if first else ""
    print(f"{took:9.2f} s  {what}{times}{more}", flush=True)
    return took


@contextmanager
def _cluster(address: str) -> Iterator[tuple[str, str]]:
    """A cluster that is there, or one of a scheduler and two workers, each a process of its own."""
    if address:
        yield address, f"at {address}"
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


def drawn(costs: list[Cost], path: Path) -> None:
    """A picture: time against each, both by powers of two, with a line in proportion."""
    import altair as alt
    import vl_convert

    base = {"sites": SITES, "months": MONTHS, "replicates": REPLICATES}
    base["ties"] = min((c.size for c in costs if c.of == "ties"), key=lambda n: abs(math.log(n / (2 * EACH * SITES))))
    middle = {of: next(c.seconds for c in costs if c.of == of and c.size == size) for of, size in base.items()}
    rows = [
        {"of": c.of, "times": c.size / base[c.of], "slower": c.seconds / middle[c.of], "even": c.size / base[c.of]}
        for c in costs
    ]
    powers = [2.0**power for power in range(-TIMES, TIMES + 1)]
    axis = alt.Axis(values=powers, format="~r", grid=True)
    x = alt.X("times:Q", scale=alt.Scale(type="log", base=2), axis=axis, title="times as much")
    y = alt.Y("slower:Q", scale=alt.Scale(type="log", base=2), axis=axis, title="times as long")
    chart = alt.Chart({"values": rows})
    line = chart.mark_line(color="#8a8f93", strokeDash=[4, 3]).encode(x=x, y=alt.Y("even:Q", title="times as long"))
    dots = chart.mark_point(filled=True, size=70, color="#0c6168").encode(x=x, y=y)
    of = alt.Column("of:N", title=None, sort=["sites", "ties", "months", "replicates"])
    each = alt.layer(line, dots).properties(width=170, height=170).facet(column=of)
    spec = each.properties(title="Time of the processor; the dashed line is in proportion").to_dict()
    path.write_bytes(vl_convert.vegalite_to_png(json.dumps(spec), scale=2))


def main(arguments: list[str]) -> None:
    """Everything, as it was asked for."""
    cluster = picture = None
    while arguments:
        word = arguments.pop(0)
        if word == "--cluster":
            cluster = arguments.pop(0) if arguments and not arguments[0].startswith("--") else ""
        elif word == "--picture" and arguments:
            picture = Path(arguments.pop(0))
        else:
            raise SystemExit(__doc__)
    print(f"{processors()} processors; load {os.getloadavg()[0]:.1f}; form: {form()}. {says()}")
    costs = grown()
    if picture:
        drawn(costs, picture)
    shared_out(cluster)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(*json.loads(sys.argv[2]))))
    else:
        main(sys.argv[1:])
