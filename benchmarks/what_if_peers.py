"""How long other tools take for a plain contagion on given ties, from set-up to the last month.

    python benchmarks/what_if_peers.py TIES.npz W1|W2

Run by ``what_if.py`` with the interpreter of the environment variable ``TAKEROOT_SIMULATION_PEERS``, in which
``mesa``, ``ndlib`` and ``starsim`` are installed (those that are not are named). W2 is many histories of few sites: a
few are run, set-up and imports included, and multiplied. W1 is one history of many sites: a few months are run,
without set-up, and multiplied. Prints, as JSON, seconds and the share in use at the end (of what was run). NDlib's
composite model is not the same contagion: it asks for *some* neighbour in use and does not count them.
"""

from __future__ import annotations

import importlib
import json
import random
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

P, Q, LAPSE, MONTHS = 0.001, 0.01, 0.01, 120
Run = Callable[[Any, Any, int, int, int], tuple[float, float]]


def mesa(source: Any, target: Any, sites: int, months: int, seed: int) -> tuple[float, float]:
    peer, networkx = importlib.import_module("mesa"), importlib.import_module("networkx")

    class Site(peer.Agent):  # type: ignore[misc, name-defined]
        def __init__(self, model: Any, near: list[int]) -> None:
            super().__init__(model)
            self.near, self.using, self.then = near, False, False

        def draw(self) -> None:
            if self.using:
                self.then = self.model.random.random() >= LAPSE
            else:
                many = sum(self.model.all[other].using for other in self.near)
                self.then = self.model.random.random() < 1 - (1 - P) * (1 - Q) ** many

        def settle(self) -> None:
            self.using = self.then

    graph = networkx.Graph(zip(source.tolist(), target.tolist(), strict=True))
    graph.add_nodes_from(range(sites))
    model = peer.Model(seed=seed)
    model.all = [Site(model, list(graph[at])) for at in range(sites)]
    start = time.perf_counter()
    for _ in range(months):
        model.agents.do("draw")
        model.agents.do("settle")
    return time.perf_counter() - start, sum(site.using for site in model.all) / sites


def ndlib(source: Any, target: Any, sites: int, months: int, seed: int) -> tuple[float, float]:
    networkx, numpy = importlib.import_module("networkx"), importlib.import_module("numpy")
    composite = importlib.import_module("ndlib.models.CompositeModel")
    config = importlib.import_module("ndlib.models.ModelConfig")
    stochastic = importlib.import_module("ndlib.models.compartments.NodeStochastic").NodeStochastic
    graph = networkx.Graph(zip(source.tolist(), target.tolist(), strict=True))
    graph.add_nodes_from(range(sites))
    model = composite.CompositeModel(graph)
    for chance in (numpy.random, random):  # a composite model takes no seed, and seeds these by itself when it is made
        chance.seed(seed)
    model.add_status("Not")
    model.add_status("Infected")  # NDlib's word for those in use, which it looks for
    model.add_rule("Not", "Infected", stochastic(P))
    model.add_rule("Not", "Infected", stochastic(Q, triggering_status="Infected"))
    model.add_rule("Infected", "Not", stochastic(LAPSE))
    settings = config.Configuration()
    settings.add_model_initial_configuration("Infected", [])
    model.set_initial_status(settings)
    start = time.perf_counter()
    count = 0
    for step in model.iteration_bunch(months + 1):  # the first is where it begins
        count = step["node_count"].get(1, count)
    return time.perf_counter() - start, count / sites


def starsim(source: Any, target: Any, sites: int, months: int, seed: int) -> tuple[float, float]:
    peer, numpy = importlib.import_module("starsim"), importlib.import_module("numpy")

    class Ties(peer.Network):  # type: ignore[misc, name-defined]
        def init_post(self) -> None:
            super().init_post(add_pairs=False)
            self.append(p1=source, p2=target, beta=numpy.ones(len(source), numpy.float32))

        def step(self) -> None:
            pass

    class Contagion(peer.SIS):  # type: ignore[misc, name-defined]
        def step_state(self) -> None:
            using = self.infected.uids
            back = using[numpy.random.random(len(using)) < LAPSE]
            self.infected[back] = False
            self.susceptible[back] = True
            rest = self.susceptible.uids
            self.set_prognoses(rest[numpy.random.random(len(rest)) < P])

        def set_prognoses(self, uids: Any, sources: Any = None) -> None:
            self.susceptible[uids] = False
            self.infected[uids] = True

    start_of_all = time.perf_counter()
    sim = peer.Sim(
        n_agents=sites,
        diseases=Contagion(beta=peer.probperday(Q), init_prev=0.0),
        networks=Ties(),
        start=peer.date("2020-01-01"),
        dur=months,
        dt=peer.days(1),
        rand_seed=seed,
        verbose=0,
    )
    sim.init()
    start = time.perf_counter()
    sim.run()
    del start_of_all
    return time.perf_counter() - start, float(sim.diseases[0].infected.mean())


PEERS: dict[str, tuple[Run, int, int]] = {
    "Mesa": (mesa, 8, 6),
    "NDlib": (ndlib, 4, 2),
    "starsim": (starsim, 4, 24),
}


def main(path: str, workload: str) -> None:
    warnings.simplefilter("ignore")
    numpy = importlib.import_module("numpy")
    ties = numpy.load(path)
    source, target, sites = ties["source"], ties["target"], int(ties["sites"])
    said: dict[str, tuple[float, float] | str] = {}
    for name, (peer, histories, months) in PEERS.items():
        try:
            start = time.perf_counter()
            if workload == "W2":
                importlib.import_module(name.lower())
                loaded = time.perf_counter() - start
                shares = [peer(source, target, sites, MONTHS, seed)[1] for seed in range(histories)]
                each = (time.perf_counter() - start - loaded) / histories
                said[name] = (loaded + each * int(ties["replicates"]), sum(shares) / histories)
            else:
                took, share = peer(source, target, sites, months, 1)
                said[name] = (took / months * MONTHS, share)
        except Exception as error:
            said[name] = f"skipped: {type(error).__name__}: {error}"
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
