"""Models, settings and strategies of every sort, made up at random, to hold forms of the kernel together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from takeroot.simulation import (
    STAGES,
    Capacity,
    Connections,
    Course,
    Fit,
    Memory,
    Model,
    Move,
    Peers,
    Seeds,
    Setting,
    Sites,
    State,
    Strategy,
    Ties,
    Together,
)
from takeroot.simulation.layout import Layout, lay_out

MONTH = 660
sizes = st.floats(-3, 3, width=32).map(lambda number: round(number, 3))


@st.composite
def moves(draw: st.DrawFn, rate: bool, others: tuple[str, ...]) -> tuple[Move, ...]:
    pairs = st.tuples(st.sampled_from(STAGES), st.sampled_from(STAGES)).filter(lambda pair: pair[0] != pair[1])
    chosen = draw(st.lists(pairs, min_size=1, max_size=12, unique=True))
    if draw(st.booleans()):
        chosen = list(dict.fromkeys([*chosen, ("not_reached", "using"), ("using", "stopped"), ("stopped", "using")]))
    by_name = {
        "covariates": ("size", "need"),
        "peers": ("any", "visits", "everyone", "same region"),
        "signals": ("policy", "season"),
        "support": ("training",),
        "others": ("rival", *others),
    }
    found = []
    for source, target in chosen:
        terms: dict[str, Any] = {
            term: draw(st.dictionaries(st.sampled_from(names), sizes, max_size=2)) for term, names in by_name.items()
        }
        base = draw(st.floats(0, 0.4) if rate else st.floats(-4, 1))
        found.append(
            Move(
                source,
                target,
                base,
                fit=draw(st.sampled_from((0.0, 0.5, -2.0))),
                memory=draw(st.sampled_from((0.0, 1.5, -1.0))),
                needs_capacity=draw(st.booleans()),
                **terms,
            )
        )
    return tuple(found)


@st.composite
def models(draw: st.DrawFn, name: str = "Ours", others: tuple[str, ...] = ()) -> Model:
    rate = draw(st.booleans())
    near = st.sampled_from([("using", "embedded"), ("using",), ("exploring", "embedded", "stopped")])
    floors = st.sampled_from([None, 0.5, 1.0 / 3, "need"])
    kinds = [kind for kind in ("any", "visits", "everyone", "same region") if draw(st.booleans())]
    return Model(
        name,
        draw(moves(rate, others)),
        peers=tuple(Peers(kind, draw(near), draw(st.booleans()), draw(floors)) for kind in kinds),
        capacity=draw(
            st.none()
            | st.builds(
                Capacity, st.sampled_from((0.0, 0.4, 1.0, 2.7)), st.sampled_from((0.0, 0.15)), st.none() | st.just(3.0)
            )
            | st.just(Capacity({"a": 0.7, "b": 2.0}))
        ),
        fit=draw(
            st.none()
            | st.builds(Fit, st.sampled_from((0.0, 0.05, 0.9)), st.floats(-3, 1), st.sampled_from((0, 0.3, 1)))
        ),
        memory=draw(st.none() | st.builds(Memory, st.none() | st.sampled_from((0.5, 6.0, 40.0)))),
        scale="rate" if rate else "logit",
    )


@st.composite
def settings_of(draw: st.DrawFn) -> Setting:
    sites = draw(st.integers(2, 70))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    comes_and_goes = draw(st.booleans())
    many = draw(st.integers(0, sites * 6))
    timed = draw(st.booleans())
    since = MONTH + chance.integers(-5, 10, many)
    weight = draw(st.sampled_from(("one", "whole", "any")))
    weights = {"one": np.ones(many), "whole": chance.integers(0, 4, many), "any": chance.gamma(0.7, 3.0, many)}[weight]
    return Setting(
        Sites(
            [f"site {number}" for number in chance.permutation(sites)],
            region=chance.choice(["b", "a", "c"], sites, p=[0.5, 0.4, 0.1]).tolist() + ["a", "b"][:0]
            if sites > 12
            else [("a", "b")[number % 2] for number in range(sites)],
            covariates={"size": chance.normal(size=sites), "need": chance.random(sites)},
            since=np.where(chance.random(sites) < 0.2, MONTH + 4, 0) if comes_and_goes else None,
            until=np.where(chance.random(sites) < 0.2, MONTH + 9, 9999) if comes_and_goes else None,
        ),
        Ties(
            chance.integers(0, sites, many),
            chance.integers(0, sites, many),
            weights,
            chance.choice(["visits", "referral"], many) if many else "",
            since if timed else None,
            since + chance.integers(1, 12, many) if timed else None,
        ),
        signals={
            "policy": Course.window(MONTH + 3, MONTH + 8, 0.7),
            "season": Course(MONTH, chance.normal(size=(3, 30)), chance.integers(0, 3, sites)),
        },
        supports={
            "training": Course.windows(
                sites, chance.integers(0, sites, 9), MONTH + chance.integers(0, 9, 9), MONTH + chance.integers(9, 14, 9)
            )
        },
        others={"rival": Course.windows(sites, [0], [MONTH - 3], [1 << 30])},
    )


@st.composite
def strategies_for(draw: st.DrawFn, model: Model | Together, setting: Setting) -> list[Strategy]:
    first = model.models[0] if isinstance(model, Together) else model
    adds: dict[str, float] = {first.moves[0].name: draw(sizes)}
    if first.fit:
        adds["fit: adaptation"] = 0.8
        adds["fit: drift"] = 0.03
    regional = draw(st.booleans())
    within = Strategy("Visits", adds, MONTH + 2, MONTH + 9, regions=("a",) if regional else ())
    more: dict[str, float] = {}
    if first.capacity and not isinstance(first.capacity.a_month, dict):
        more = {"capacity: growth": 0.1}
    for move in first.moves:
        more |= {f"{move.name}: peers {kind}": 0.5 for kind in move.peers}
        more |= {f"{move.name}: support {kind}": 0.5 for kind in move.support}
    kinds = {peers.kind for peers in first.exposures}
    connects = Connections(2, "visits") if kinds & {"visits", "any"} else None
    seeds = draw(
        st.none() | st.just(Seeds(hubs=2)) | st.just(Seeds(sites=(str(setting.sites.names[0]),), stage="exploring"))
    )
    stops = draw(st.sampled_from(((), ("rival",), *([("Theirs",)] if isinstance(model, Together) else []))))
    others = Strategy("More", more, MONTH + 4, None, seeds=seeds, connects=connects, stops=stops)
    return draw(st.sampled_from([[], [within], [within, others]]))


def declared(model: Model | Together) -> Model | Together:
    """The same, saying itself what visits are where nobody visits yet."""
    if isinstance(model, Together):
        return replace(model, models=tuple(declared(one) for one in model.models))
    known = {peers.kind for peers in model.peers}
    return model if "visits" in known else replace(model, peers=(*model.peers, Peers("visits")))


@st.composite
def layouts(draw: st.DrawFn) -> tuple[Layout, int, int]:
    """A layout, a block and how many replicates of it."""
    setting = draw(settings_of())
    one = draw(models(others=("Theirs",)))
    model: Model | Together = replace(one, moves=tuple(replace(move, others={}) for move in one.moves))
    if draw(st.booleans()):
        model = Together((one, draw(models("Theirs", ("Ours",)))), exclusive=draw(st.booleans()))
    many = len(model.models) if isinstance(model, Together) else 1
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = (many, len(setting.sites))
    state = State(
        MONTH,
        chance.choice(len(STAGES), shape, p=[0.5, 0.1, 0.05, 0.1, 0.1, 0.05, 0.05, 0.05]),
        lost=chance.random(shape) * 2,
        memory=chance.random(shape) * (chance.random(shape) < 0.3),
    )
    if "visits" not in set(np.asarray(setting.ties.kind)):
        model = declared(model)
    strategies = draw(strategies_for(model, setting))
    seed = draw(st.integers(0, 2**64 - 1))
    laid_out = lay_out(model, setting, state, draw(st.integers(0, 16)), strategies=strategies, seed=seed)
    return laid_out, draw(st.integers(0, 1000)), draw(st.sampled_from((1, 2, 5, 17, 63, 64)))
