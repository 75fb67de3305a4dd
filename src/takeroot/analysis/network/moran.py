"""Are tied sites alike? Moran's I, with its reference by formula and by permutation.

I = (n / sum of W) · sum W_ij (x_i − m)(x_j − m) / sum (x_i − m)², with the weights of each site's ties summing to 1
unless they are left as they are. Where values fall on sites by chance, its mean is −1/(n − 1), and its variance that of
randomisation (the values shuffled among the sites). The interval and probability by formula take I as normal, which few
sites or uneven numbers of ties make doubtful; the permutation assumes nothing, and counts itself:
p = (1 + shuffles at least as far from the mean) / (shuffles + 1).

That tied sites are alike is not that one led to the other: alike sites come to be tied (selection, homophily), and tied
sites share what surrounds them.

References
----------
Moran PAP. Notes on continuous stochastic phenomena. Biometrika 1950;37:17-23.
Cliff AD, Ord JK. Spatial Processes: Models and Applications. Pion, 1981.
Phipson B, Smyth GK. Permutation p-values should never be zero. Stat Appl Genet Mol Biol 2010;9:39.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from takeroot.analysis.network import given
from takeroot.analysis.network.panel import Array, Every, Panel, panel
from takeroot.analysis.network.ties import Influence, epochs, matrix, of_kinds, oriented, resolved
from takeroot.errors import Fault, FaultyInput
from takeroot.vocabulary.column import maybe, need
from takeroot.vocabulary.table import Table

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame
    from takeroot.vocabulary.programme import Programme

#: What tied sites may be alike in.
FEATURES = Table(
    "features",
    "A number for each site",
    key=("site",),
    columns={"site": need("text", "the site"), "value": maybe("number", "the number; sites without one are left out")},
)
_OVER_TIME = {
    "on": pl.Date(),
    "sites": pl.Int64(),
    "observed": pl.Float64(),
    "expected": pl.Float64(),
    "spread": pl.Float64(),
    "p": pl.Float64(),
    "p_permuted": pl.Float64(),
}
#: Shuffles looked at together.
BLOCK = 256


@dataclass(frozen=True)
class Alike:
    """How alike tied sites are, and how alike chance would make them.

    Parameters
    ----------
    observed, expected, spread
        Moran's I, its mean under chance and its standard deviation; empty, where it can not be told.
    p
        How often chance would give one as far from the mean, in either direction, by the normal approximation.
    p_permuted
        The same by shuffling.
    sites, ties, permutations, seed
        Of how many sites with a value, and how many ties between them; how many shuffles, and what they began with.
    why_not
        Why it can not be told, if it can not.
    """

    observed: float | None
    expected: float | None
    spread: float | None
    p: float | None
    p_permuted: float | None
    sites: int
    ties: int
    permutations: int
    seed: int
    why_not: str = ""

    def __str__(self) -> str:
        if self.observed is None:
            return f"Whether tied sites are alike can not be told: {self.why_not}."
        shuffled = ""
        if self.p_permuted is not None:
            shuffled = f" Of {self.permutations:,} shuffles, p = {self.p_permuted:.3g} (seed {self.seed})."
        return (
            f"Moran's I is {self.observed:.3f} over {self.sites:,} sites and {self.ties:,} ties, where chance would "
            f"give {self.expected:.3f}.{shuffled} Alike is not influenced: alike sites come to be tied, and tied sites "
            "share what surrounds them."
        )


def moran(
    values: IntoFrame,
    ties: IntoFrame,
    *,
    influence: Influence = "in",
    kind: str | Sequence[str] | None = None,
    valued: bool = False,
    row_normalised: bool = True,
    permutations: int = 999,
    seed: int = 1,
) -> Alike:
    """Moran's I of a number at each site, over the ties between them.

    Parameters
    ----------
    values
        ``site`` and ``value``. Sites without a value are left out, and so are their ties.
    ties
        ``source``, ``target``, and ``kind`` and ``weight`` where they are known. When they held is not asked.
    influence, kind, valued
        As for :func:`~takeroot.analysis.network.exposure`: which ties are a site's, and whether they are weighed.
    row_normalised
        Whether the ties of each site count for 1 together.
    permutations, seed
        How many shuffles (none, for 0), and what their chance begins with.

    Examples
    --------
    >>> ring = {"source": ["A", "B", "C", "D", "E"], "target": ["B", "C", "D", "E", "A"]}
    >>> alike = moran({"site": list("ABCDE"), "value": [1, 2, 3, 4, 10]}, ring, influence="both", permutations=0)
    >>> round(alike.observed, 3), alike.expected, round(alike.spread, 7)
    (-0.2, -0.25, 0.1962142)
    """
    _check(permutations)
    told = FEATURES.read(values).filter(pl.col("value").is_finite().fill_null(False)).sort("site")
    rows = given.ties(ties)
    both = pl.col("source").is_in(told["site"].implode()) & pl.col("target").is_in(told["site"].implode())
    here = rows.filter(both)
    tied = of_kinds(resolved(here, told["site"], np.zeros(here.height), np.ones(here.height)), kind)
    weights = matrix(oriented(tied, influence), told.height, valued=valued)
    return _alike(told["value"].to_numpy(), weights, row_normalised, permutations, seed)


def moran_over_time(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    influence: Influence = "in",
    kind: str | Sequence[str] | None = None,
    valued: bool = False,
    row_normalised: bool = True,
    ever: bool = False,
    permutations: int = 999,
    seed: int = 1,
    every: Every = "month",
) -> pl.DataFrame:
    """Moran's I of being in use, at the end of each period.

    Parameters
    ----------
    stages, ties
        A programme, its stages alone, or a panel; and the ties. See :func:`~takeroot.analysis.network.exposure`.
    ever
        Of having ever used it, instead.
    influence, kind, valued, row_normalised, permutations, seed
        As for :func:`moran`.
    every
        How long a period is.

    Returns
    -------
    DataFrame
        A row for each period: ``on``, the number of ``sites`` that were there and known of, ``observed``,
        ``expected`` and ``spread`` of Moran's I, ``p`` by the normal approximation and ``p_permuted``; empty where all
        sites are in the same state, where there are no ties, and where there are too few sites.

    Examples
    --------
    >>> stages = {"site": ["A", "B", "C", "D"], "stage": ["using"] * 4, "on": ["2024-01-01"] * 2 + ["2024-02-01"] * 2}
    >>> over_time = moran_over_time(stages, {"source": ["A", "C"], "target": ["B", "D"]}, influence="both")
    >>> over_time["observed"].to_list()
    [1.0, None]
    """
    _check(permutations)
    seen = panel(stages, ties, every=every)
    state = (seen.ever_used if ever else seen.in_use).astype(np.float64)
    counted = seen.open & (seen.known | (seen.ever_used & ever))
    rows: list[dict[str, Any]] = []
    held = oriented(of_kinds(seen.ties, kind), influence)
    for begins, ends, now in epochs(held, seen.shape[1]):
        weights = matrix(now, seen.shape[0], valued=valued)
        for period in range(begins, ends):
            which = np.flatnonzero(counted[:, period])
            mine = weights if which.size == seen.shape[0] else weights[which][:, which]
            alike = _alike(state[which, period], mine, row_normalised, permutations, seed)
            rows.append({name: getattr(alike, name) for name in _OVER_TIME if name != "on"})
    told = pl.DataFrame(rows, schema={name: kind_ for name, kind_ in _OVER_TIME.items() if name != "on"})
    return told.select(seen.periods.alias("on"), pl.all())


def _check(permutations: int) -> None:
    if permutations < 0:
        raise FaultyInput([Fault(f"a number of shuffles is 0 or more; found {permutations}")])


def _alike(values: Array, weights: Any, row_normalised: bool, permutations: int, seed: int) -> Alike:
    count, ties = values.size, int(weights.nnz)
    why = ""
    if count < 4:
        why = f"four sites or more are needed, and {count} have a value"
    elif not ties:
        why = "there are no ties between sites that have a value"
    elif np.ptp(values) <= 1e-12 * max(1.0, float(np.abs(values).max())):
        why = "every site has the same value"
    if why:
        return Alike(None, None, None, None, None, count, ties, permutations, seed, why)
    if row_normalised:
        total = np.asarray(weights.sum(axis=1)).ravel()
        weights = weights.multiply((1 / np.where(total > 0, total, 1.0))[:, None]).tocsr()
    away = values - values.mean()
    below = float(away @ away)
    whole = float(weights.sum())
    observed = count / whole * float(away @ (weights @ away)) / below
    expected, spread = -1 / (count - 1), _spread(weights, away)
    p = None if spread is None else math.erfc(abs(observed - expected) / spread / math.sqrt(2))
    p_permuted = None
    if permutations:
        chance = np.random.default_rng(seed)
        far, least = 0, abs(observed - expected) * (1 - 1e-9)
        for begins in range(0, permutations, BLOCK):
            shuffled = chance.permuted(np.tile(away, (min(BLOCK, permutations - begins), 1)), axis=1).T
            drawn = count / whole * (shuffled * (weights @ shuffled)).sum(axis=0) / below
            far += int((np.abs(drawn - expected) >= least).sum())
        p_permuted = (1 + far) / (permutations + 1)
    return Alike(observed, expected, spread, p, p_permuted, count, ties, permutations, seed)


def _spread(weights: Any, away: Array) -> float | None:
    """The standard deviation of Moran's I where values are shuffled among the sites."""
    n = away.size
    both = weights + weights.T
    s0, s1 = float(weights.sum()), float((both.multiply(both)).sum()) / 2
    s2 = float(((np.asarray(weights.sum(axis=1)).ravel() + np.asarray(weights.sum(axis=0)).ravel()) ** 2).sum())
    peaked = float((away**4).mean() / (away**2).mean() ** 2)
    above = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    above -= peaked * (n * (n - 1) * s1 - 2 * n * s2 + 6 * s0**2)
    variance = above / ((n - 1) * (n - 2) * (n - 3) * s0**2) - 1 / (n - 1) ** 2
    return math.sqrt(variance) if variance > 0 else None
