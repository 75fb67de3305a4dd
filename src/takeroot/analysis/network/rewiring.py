"""Does it matter who is tied to whom? A statistic of the network, against networks in which ties were dealt anew.

Two ties are taken at random and their ends exchanged, over and over, so that every site keeps its number of ties and
nothing else of the network is left. What would tie a site to itself, or two sites twice, is not done, and counts as a
step: then every such network comes up as often as any other. A pair of ties is exchanged about 20 times for each tie
there is. Mutual ties throughout (a network without directions) are dealt anew in pairs, so that they stay mutual.

How often chance goes as far counts the network itself: p = 2 · min((1 + below) / (R + 1), (1 + above) / (R + 1)), so
that it is never 0. That a statistic depends on the network says that tied sites go together; it does not say why.

References
----------
Maslov S, Sneppen K. Specificity and stability in topology of protein networks. Science 2002;296:910-13.
Phipson B, Smyth GK. Permutation p-values should never be zero. Stat Appl Genet Mol Biol 2010;9:39.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.analysis.network.panel import Array, Every, Panel, panel
from takeroot.analysis.network.ties import TIED, of_kinds
from takeroot.errors import Fault, FaultyInput, NotEnough

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame
    from takeroot.vocabulary.programme import Programme

#: Cells of neighbours that are held at once.
HELD = 8_000_000


@dataclass(frozen=True)
class Dependence:
    """How a statistic of the network stands among those of networks dealt anew.

    Parameters
    ----------
    what
        Which statistic it is.
    observed, expected, spread
        The statistic; its mean and standard deviation over the networks dealt anew.
    lower, upper
        Between which 95 % of them lie.
    p
        How often one goes as far, in either direction.
    rewirings, swaps, seed
        How many networks, how many exchanges were tried for each, and what their chance began with.
    ties
        How many pairs of sites are tied.
    drawn
        The statistic of each network dealt anew.
    """

    what: str
    observed: float
    expected: float
    spread: float
    lower: float
    upper: float
    p: float
    rewirings: int
    swaps: int
    seed: int
    ties: int
    drawn: tuple[float, ...]

    def __str__(self) -> str:
        return (
            f"The {self.what} is {self.observed:.3f} with these {self.ties:,} ties; {self.expected:.3f} "
            f"(95 % {self.lower:.3f} to {self.upper:.3f}) with ties dealt anew {self.rewirings:,} times, each site "
            "keeping its number of ties "
            f"(p = {self.p:.3g}, seed {self.seed}). Tied sites may go together because they are alike, were tied "
            "because of it, share what surrounds them, or lead one another; this does not say which."
        )


def structure_dependence(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    statistic: Callable[[Panel], float] | None = None,
    lag: int = 1,
    kind: str | Sequence[str] | None = None,
    rewirings: int = 200,
    swaps: int = 20,
    seed: int = 1,
    every: Every = "month",
) -> Dependence:
    """Whether the mean threshold, or another statistic, depends on who is tied to whom.

    Parameters
    ----------
    stages, ties
        A programme, its stages alone, or a panel; and the ties, from the site that influences to the one that is
        influenced. A pair that is told of several times is one tie, which held whenever one of them did.
    statistic
        What to compute of a panel, as a number; the mean threshold (share of ties that led to sites in use ``lag``
        periods before the site took it up, over those seen to take it up after the first period), if not given.
    lag
        For the mean threshold: so many periods before.
    kind
        Only ties of this kind, or of these kinds together.
    rewirings, swaps
        How many networks to deal, and how many exchanges to try for each tie.
    seed
        What chance begins with.
    every
        How long a period is.

    Raises
    ------
    NotEnough
        If there are fewer than two ties, or the statistic can not be told.

    Examples
    --------
    >>> stages = {"site": list("ABCDEF"), "stage": ["using"] * 6, "on": ["2024-01-10"] * 3 + ["2024-02-10"] * 3}
    >>> ties = {"source": list("ABCDEF"), "target": list("DEFABC")}
    >>> found = structure_dependence(stages, ties, rewirings=99)
    >>> found.observed, found.p < 1
    (1.0, True)
    """
    for given, least, what in ((rewirings, 1, "dealings"), (swaps, 1, "exchanges for each tie"), (lag, 0, "a lag")):
        if given < least:
            raise FaultyInput([Fault(f"{what}: {least} or more are needed; found {given}")])
    seen = panel(stages, ties, every=every)
    held = _pairs(of_kinds(seen.ties, kind))
    if held.height < 2:
        raise NotEnough(f"Two ties or more are needed to deal them anew; there are {held.height}.")
    if not seen.shape[1]:
        raise NotEnough("The statistic can not be told of this network: nobody was seen to take it up with ties.")
    network = Network.of(held, seen.shape[0])
    told = _mean_threshold(seen, held, lag) if statistic is None else _each(seen, held, statistic)
    own = told(held["source"].to_numpy()[None, :], held["target"].to_numpy()[None, :])
    if not np.isfinite(own).all():
        raise NotEnough("The statistic can not be told of this network: nobody was seen to take it up with ties.")
    tried = swaps * network.edges
    drawn = np.concatenate(
        [
            told(*network.dealt(lanes, tried, np.random.default_rng([seed, block])))
            for block, lanes in enumerate(_blocks(rewirings, network.cells))
        ]
    )
    if not np.isfinite(drawn).all():
        raise NotEnough("The statistic can not be told of some networks dealt anew; there are too few ties.")
    observed = float(own[0])
    near = 1e-9 * max(1.0, abs(observed))
    below, above = int((drawn <= observed + near).sum()), int((drawn >= observed - near).sum())
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    return Dependence(
        what="mean threshold" if statistic is None else getattr(statistic, "__name__", "statistic"),
        observed=observed,
        expected=float(drawn.mean()),
        spread=float(drawn.std(ddof=1)) if rewirings > 1 else 0.0,
        lower=float(lower),
        upper=float(upper),
        p=min(1.0, 2 * min(1 + below, 1 + above) / (rewirings + 1)),
        rewirings=rewirings,
        swaps=tried,
        seed=seed,
        ties=held.height,
        drawn=tuple(drawn.tolist()),
    )


def _pairs(ties: pl.DataFrame) -> pl.DataFrame:
    """Every pair that is tied once, from the first period in which it was to the last."""
    once = ties.group_by("source", "target").agg(
        kind=pl.lit(None, dtype=pl.String), weight=pl.lit(1.0), first=pl.col("first").min(), last=pl.col("last").max()
    )
    return once.select(list(TIED)).sort("target", "source")


def _blocks(rewirings: int, cells: int) -> list[int]:
    """How many networks are dealt together, block by block."""
    most = max(1, min(256, HELD // max(cells, 1)))
    whole, rest = divmod(rewirings, most)
    return [most] * whole + [rest] * (rest > 0)


@dataclass(frozen=True)
class Network:
    """A network as places beside each site, of which each holds one site that it is tied to.

    Parameters
    ----------
    sites
        How many.
    owner
        The site of each place; those of one site stand together.
    holds
        The site that stands in each place.
    twin
        Where ties have no direction: the place at the other site that belongs to the same tie.
    """

    sites: int
    owner: Array
    holds: Array
    twin: Array | None

    @classmethod
    def of(cls, pairs: pl.DataFrame, sites: int) -> Network:
        """The network of pairs in order of their target; without directions, where every tie is mutual."""
        source, target = pairs["source"].to_numpy(), pairs["target"].to_numpy()
        forth, back = target * sites + source, source * sites + target
        twin = None
        alike = pairs.select((pl.col("first").n_unique() == 1) & (pl.col("last").n_unique() == 1)).item()
        if alike and np.array_equal(np.sort(back), forth):
            twin = np.searchsorted(forth, back)
        return cls(sites, target, source, twin)

    @property
    def edges(self) -> int:
        """How many ties; mutual ones count once."""
        return self.holds.size if self.twin is None else self.holds.size // 2

    @property
    def cells(self) -> int:
        """How much one network dealt anew takes to hold."""
        widest = int(np.bincount(self.owner, minlength=self.sites).max(initial=0))
        return int(self.holds.size * (2 if self.twin is not None else 1) + widest)

    def dealt(self, lanes: int, tried: int, chance: np.random.Generator) -> tuple[Array, Array]:
        """So many networks dealt anew: the source and the target of every tie of each."""
        places, every = self.holds.size, np.arange(lanes)
        holds = np.tile(self.holds.astype(np.int32), (lanes, 1))
        twin = None if self.twin is None else np.tile(self.twin.astype(np.int32), (lanes, 1))
        count = np.bincount(self.owner, minlength=self.sites)
        first = np.concatenate([[0], np.cumsum(count)])[:-1]
        across = np.arange(int(count.max(initial=1)))

        def tied(site: Array, other: Array) -> npt.NDArray[np.bool_]:
            """Whether each site holds the other in one of its places."""
            at = first[site][:, None] + across[None, :]
            own = across[None, :] < count[site][:, None]
            return np.asarray(((holds[every[:, None], np.minimum(at, places - 1)] == other[:, None]) & own).any(axis=1))

        for _ in range(0, tried, 512):
            chosen = chance.integers(0, places, (min(512, tried - _), 2, lanes))
            for one, two in chosen:
                a, c = self.owner[one], self.owner[two]
                b, d = holds[every, one], holds[every, two]
                fits = (a != d) & (c != b) & ~tied(a, d) & ~tied(c, b)
                at = every[fits]
                if not at.size:
                    continue
                one, two, a, b, c, d = one[fits], two[fits], a[fits], b[fits], c[fits], d[fits]
                holds[at, one], holds[at, two] = d, b
                if twin is not None:
                    of_one, of_two = twin[at, one], twin[at, two]
                    holds[at, of_one], holds[at, of_two] = c, a
                    twin[at, one], twin[at, of_two] = of_two, one
                    twin[at, two], twin[at, of_one] = of_one, two
        return holds, np.broadcast_to(self.owner, holds.shape)


def _mean_threshold(seen: Panel, held: pl.DataFrame, lag: int) -> Callable[[Array, Array], Array]:
    """The mean threshold of networks, whose ties keep the times at which they held at their target."""
    before = seen.began - lag
    told = seen.seen & (seen.began > 0) & (before >= 0)
    first, last = held["first"].to_numpy(), held["last"].to_numpy()
    target = held["target"].to_numpy()
    when = before[target]
    counts = told[target] & (first <= when) & (when < last)
    counts[counts] &= seen.open[target[counts], when[counts]]
    place = np.where(counts, when, 0)

    def mean(source: Array, _: Array) -> Array:
        there = counts & seen.open[source, place]
        using = there & seen.in_use[source, place]
        lanes = source.shape[0]
        below, above = np.zeros((lanes, seen.shape[0])), np.zeros((lanes, seen.shape[0]))
        for lane in range(lanes):
            below[lane] = np.bincount(target, weights=there[lane], minlength=seen.shape[0])
            above[lane] = np.bincount(target, weights=using[lane], minlength=seen.shape[0])
        known = below > 0
        share = np.divide(above, below, out=np.zeros_like(above), where=known)
        with np.errstate(invalid="ignore"):
            return np.asarray(share.sum(axis=1) / known.sum(axis=1))

    return mean


def _each(seen: Panel, held: pl.DataFrame, statistic: Callable[[Panel], float]) -> Callable[[Array, Array], Array]:
    """A statistic of the user's own, of one network after another."""

    def told(source: Array, target: Array) -> Array:
        made: list[Any] = []
        for of, to in zip(source, target, strict=True):
            ties = held.with_columns(pl.Series("source", of.astype(np.int64)), pl.Series("target", to.astype(np.int64)))
            made.append(statistic(seen.tied(ties)))
        return np.array(made, dtype=np.float64)

    return told
