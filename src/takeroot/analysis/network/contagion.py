"""Whom did a site have before it, and whom after it? Susceptibility and infectiousness, for the library only.

A site is *susceptible* as far as those it is tied to who had taken it up before it did so just before it; it is
*infectious* as far as those tied to it who had not yet taken it up did so just after it. With T the period in which a
site first used it, over k = 1 to K periods, each discounted by w (k, or (1 + r) to the power of k − 1):

- susceptibility of i: sum of tie(i, j at T_i − k + 1) [T_j = T_i − k] / w over sum of tie [T_j ≤ T_i − k] / w
- infectiousness of i: sum of tie(j, i at T_i + k − 1) [T_j = T_i + k] / w over sum of tie [T_j ≥ T_i + k] / w

They describe who came after whom, and are no evidence that one led to the other: sites that are tied tend to be alike.
A site that never took it up has neither, and counts in neither denominator; one that had stopped counts as nobody's
predecessor from then on, and nobody as its follower.

References
----------
Valente TW, Dyal SR, Chu KH, Wipfli H, Fujimoto K. Diffusion of innovations theory applied to global tobacco control
treaty ratification. Soc Sci Med 2015;145:89-97.
Myers DJ. The diffusion of collective violence: infectiousness, susceptibility, and mass media networks. Am J Sociol
2000;106:173-208.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from takeroot.analysis.network.panel import NOT_YET, Array, Every, Panel, panel
from takeroot.analysis.network.ties import Influence, of_kinds, oriented
from takeroot.errors import Fault, FaultyInput

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame
    from takeroot.vocabulary.programme import Programme


def susceptibility(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    window: int = 1,
    discount: float | None = None,
    normalised: bool = False,
    influence: Influence = "in",
    kind: str | Sequence[str] | None = None,
    valued: bool = False,
    every: Every = "month",
) -> pl.DataFrame:
    """Of those that each site was tied to and that used it before, how many had begun just before it did.

    Parameters
    ----------
    stages, ties
        A programme, its stages alone, or a panel; and the ties. See :func:`~takeroot.analysis.network.exposure`.
    window
        How many periods *just before* reaches back.
    discount
        Periods further back count for less: divided by (1 + discount) for each; by how many they are, if not given.
    normalised
        Divide by the number of sites that took it up in those periods, wherever they are.
    influence, kind, valued, every
        As for :func:`~takeroot.analysis.network.exposure`.

    Returns
    -------
    DataFrame
        ``site``, ``took_up`` (the period), ``susceptibility`` (empty for a site that has not taken it up; 0 for one
        that had nobody before it), and the discounted numbers ``just_before`` and ``before`` that it is the ratio of.

    Examples
    --------
    >>> from takeroot.analysis.network import numbered
    >>> ties = {"source": ["A", "B", "C"], "target": ["D", "D", "D"]}
    >>> seen = numbered({"site": ["A", "B", "C", "D"], "began": [1, None, 2, 3]}, ties)
    >>> susceptibility(seen).filter(site="D").row(0)
    ('D', 3, 0.5, 1.0, 2.0)
    """
    seen = panel(stages, ties, every=every)
    return _followed(seen, _prepared(seen, influence, kind), -1, "susceptibility", window, discount, normalised, valued)


def infectiousness(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    window: int = 1,
    discount: float | None = None,
    normalised: bool = False,
    influence: Influence = "in",
    kind: str | Sequence[str] | None = None,
    valued: bool = False,
    every: Every = "month",
) -> pl.DataFrame:
    """Of those tied to each site that took it up after it, how many did so just after it.

    Parameters
    ----------
    stages, ties
        A programme, its stages alone, or a panel; and the ties. See :func:`~takeroot.analysis.network.exposure`.
    window, discount, normalised
        As for :func:`susceptibility`, with *just after* in place of *just before*.
    influence
        How the exposure of those tied to it is counted: with ``in``, they are the sites that its ties lead to.
    kind, valued, every
        As for :func:`~takeroot.analysis.network.exposure`.

    Returns
    -------
    DataFrame
        ``site``, ``took_up`` (the period), ``infectiousness`` (empty for a site that has not taken it up; 0 for one
        that nobody came after), and the discounted numbers ``just_after`` and ``after`` that it is the ratio of.

    Examples
    --------
    >>> from takeroot.analysis.network import numbered
    >>> ties = {"source": ["A", "B", "C"], "target": ["D", "D", "D"]}
    >>> seen = numbered({"site": ["A", "B", "C", "D"], "began": [1, None, 2, 3]}, ties)
    >>> infectiousness(seen).filter(site="C").row(0)
    ('C', 2, 1.0, 1.0, 1.0)
    """
    seen = panel(stages, ties, every=every)
    pairs = _prepared(seen, influence, kind).rename({"site": "other", "other": "site"})
    return _followed(seen, pairs, 1, "infectiousness", window, discount, normalised, valued)


def _prepared(seen: Panel, influence: Influence, kind: str | Sequence[str] | None) -> pl.DataFrame:
    """The ties, each as seen from the site that is influenced (``site``)."""
    return oriented(of_kinds(seen.ties, kind), influence)


def _followed(
    seen: Panel,
    pairs: pl.DataFrame,
    forward: int,
    name: str,
    window: int,
    discount: float | None,
    normalised: bool,
    valued: bool,
) -> pl.DataFrame:
    """For each site, its ties to those that began just before (or after) over those to all before (or after)."""
    if window < 1 or (discount is not None and discount < 0):
        says = f"a window is 1 period or more and a discount is not negative; found {window} and {discount}"
        raise FaultyInput([Fault(says)])
    count, periods = seen.shape
    near, far, others = np.zeros(count), np.zeros(count), np.zeros(count)
    began = seen.began
    yet = began != NOT_YET
    of_period = np.bincount(began[yet], minlength=periods + 1)
    site, other = pairs["site"].to_numpy(), pairs["other"].to_numpy()
    first, last, weight = (pairs[column].to_numpy() for column in ("first", "last", "weight"))
    for k in range(1, window + 1):
        by = float(k) if discount is None else (1 + discount) ** (k - 1)
        then = began[site] + forward * k  # the period in which the other began, if just before or just after
        held = began[site] + forward * (k - 1)  # the period in which they must have been tied
        fits = yet[site] & yet[other] & (then >= 0) & (then < periods) & (first <= held) & (held < last)
        fits &= (began[other] <= then) if forward < 0 else (began[other] >= then)
        # The one that came first has to be using it still, when it is followed.
        leader, when = (other, began[site] - 1) if forward < 0 else (site, held)
        fits[fits] = seen.in_use[leader[fits], when[fits]]
        for total, which in ((near, fits & (began[other] == then)), (far, fits)):
            total += _once(site[which], other[which], weight[which], count, valued) / by
        inside = yet & (began + forward * k >= 0) & (began + forward * k < periods)
        others[inside] += of_period[began[inside] + forward * k] / by
    below = far * others if normalised else far
    level = np.divide(near, below, out=np.zeros(count), where=below > 0)
    just, ever = ("just_before", "before") if forward < 0 else ("just_after", "after")
    columns = {name: level, just: near, ever: far}
    return pl.DataFrame(
        {"site": seen.sites["site"], "took_up": seen.took_up}
        | {column: pl.Series(np.where(yet, values, np.nan)).fill_nan(None) for column, values in columns.items()}
    )


def _once(site: Array, other: Array, weight: Array, count: int, valued: bool) -> Array:
    """The ties of each site, each pair counted once; or all weights together."""
    if not valued:
        pair = np.unique(site * count + other)
        return np.bincount(pair // max(count, 1), minlength=count).astype(np.float64)
    return np.bincount(site, weights=weight, minlength=count)
