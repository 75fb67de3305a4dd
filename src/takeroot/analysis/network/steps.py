"""How many steps apart are sites, and which stand in the same place? Geodesics and structural equivalence.

Both give pairs of sites with a weight, which is to say ties: give them to
:func:`~takeroot.analysis.network.exposure` or :func:`~takeroot.analysis.network.moran` with ``valued=True``.

Sites are structurally equivalent as far as they are as many steps from and to all others. With z the steps from one to
another over the most there are, d_ij² = (z_ij − z_ji)² + sum over k of (z_ik − z_jk)² + (z_ki − z_kj)², and the
equivalence of i to j is (d − d_ij) as a share of all of i's, where d is the largest of i's. Between sites of which one
cannot reach the other z is 0, as in the published results that this agrees with.

References
----------
Burt RS. Social contagion and innovation: cohesion versus structural equivalence. Am J Sociol 1987;92:1287-335.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from takeroot.analysis.network import given
from takeroot.analysis.network.panel import Array
from takeroot.analysis.network.ties import Influence, matrix, of_kinds, oriented, resolved
from takeroot.errors import Fault, FaultyInput, NotEnough
from takeroot.vocabulary.tables import SITES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from takeroot.vocabulary.column import IntoFrame

#: As many sites as pairs of them are still held at once.
MOST = 5_000


def geodesics(
    ties: IntoFrame,
    *,
    within: int = 6,
    influence: Influence = "out",
    kind: str | Sequence[str] | None = None,
) -> pl.DataFrame:
    """How many steps it is from each site to each other.

    Parameters
    ----------
    ties
        ``source``, ``target``, and ``kind`` where it is known. When they held, and their weight, is not asked.
    within
        The most steps that are looked for.
    influence
        ``out``: along the ties. ``in``: against them. ``both``: either way.
    kind
        Only ties of this kind, or of these kinds together.

    Returns
    -------
    DataFrame
        In order, a row for each pair of different sites that are so near: ``source``, ``target``, ``steps``, and as
        ``weight`` one over the steps.

    Raises
    ------
    NotEnough
        If there are more than 5,000 sites.

    Examples
    --------
    >>> geodesics({"source": ["A", "B"], "target": ["B", "C"]}).select("source", "target", "steps").rows()
    [('A', 'B', 1), ('A', 'C', 2), ('B', 'C', 1)]
    """
    _check(within)
    sites, held = _read(ties, kind)
    steps = _steps(matrix(oriented(held, influence), sites.len()), within)
    source, target = np.nonzero(steps > 0)
    apart = pl.Series("steps", steps[source, target], dtype=pl.Int64)
    return pl.DataFrame(
        {"source": sites.gather(source), "target": sites.gather(target), "steps": apart, "weight": 1 / apart}
    )


def equivalence(
    ties: IntoFrame,
    *,
    sites: IntoFrame | None = None,
    within: int = 6,
    power: float = 1.0,
    kind: str | Sequence[str] | None = None,
) -> pl.DataFrame:
    """How far each site stands in the same place as each other.

    Parameters
    ----------
    ties
        ``source``, ``target``, and ``kind`` where it is known. When they held, and their weight, is not asked.
    sites
        All ``site`` there are, those without ties too. Those that the ties name, if not given.
    within
        The most steps that are looked for.
    power
        Raise what is left of the distance to this power, so that the nearest count for more.
    kind
        Only ties of this kind, or of these kinds together.

    Returns
    -------
    DataFrame
        In order, a row for each pair of different sites: ``source``, ``target``, their ``distance``, and as ``weight``
        the equivalence of the source to the target, so that the weights towards each target sum to 1 (to 0, where all
        others are equally far).

    Raises
    ------
    NotEnough
        If there are more than 5,000 sites.

    Examples
    --------
    >>> pairs = equivalence({"source": ["A", "B", "C", "C", "D"], "target": ["B", "C", "A", "B", "C"]})
    >>> [round(weight, 6) for weight in pairs.filter(target="A")["weight"]]
    [0.545575, 0.454425, 0.0]
    """
    _check(within)
    named, held = _read(ties, kind, sites)
    count = named.len()
    steps = _steps(matrix(oriented(held, "out"), count), within).astype(np.float64)
    distance = np.sqrt(_apart(steps / max(float(steps.max(initial=0.0)), 1.0)))
    left = (
        np.where(np.eye(count, dtype=bool), 0.0, distance.max(axis=1, keepdims=True, initial=0.0) - distance) ** power
    )
    np.fill_diagonal(left, 0.0)
    whole = left.sum(axis=1, keepdims=True)
    share = np.divide(left, whole, out=np.zeros_like(left), where=whole > 0)
    # A row of the shares is one site's view of the others: influence runs from them to it.
    target, source = np.nonzero(~np.eye(count, dtype=bool))
    pairs = pl.DataFrame(
        {
            "source": named.gather(source),
            "target": named.gather(target),
            "distance": distance[target, source],
            "weight": share[target, source],
        }
    )
    return pairs.sort("source", "target")


def _check(within: int) -> None:
    if within < 1:
        raise FaultyInput([Fault(f"steps to look for are 1 or more; found {within}")])


def _read(
    ties: IntoFrame, kind: str | Sequence[str] | None, sites: IntoFrame | None = None
) -> tuple[pl.Series, pl.DataFrame]:
    """The sites in order, and the ties between them."""
    rows = given.ties(ties)
    named = pl.concat([rows["source"], rows["target"]]) if sites is None else SITES.read(sites)["site"]
    named = named.unique().sort().alias("site")
    if named.len() > MOST:
        raise NotEnough(f"Every pair of {named.len():,} sites is too many to hold; give {MOST:,} sites at most.")
    return named, of_kinds(resolved(rows, named, np.zeros(rows.height), np.ones(rows.height)), kind)


def _steps(tied: Any, within: int) -> Array:
    """The fewest steps from each site to each other, 0 where there are none within reach."""
    count = tied.shape[0]
    found = np.zeros((count, count), dtype=np.int32)
    reached = np.eye(count, dtype=bool)
    frontier = reached.astype(np.float32)
    onward = tied.astype(np.float32)
    for step in range(1, within + 1):
        frontier = ((onward.T @ frontier.T).T > 0) & ~reached
        if not frontier.any():
            break
        found[frontier], reached = step, reached | frontier
        frontier = frontier.astype(np.float32)
    return found


def _apart(z: Array) -> Array:
    """The squared distance of every two rows and columns, without what they say of one another but once."""
    count = z.shape[0]
    squared = np.zeros((count, count))
    for i in range(count):
        rows, columns = (z[i][None, :] - z) ** 2, (z[:, i][:, None] - z) ** 2
        all_of = rows.sum(axis=1) + columns.sum(axis=0)
        each = np.arange(count)
        own = rows[:, i] + rows[each, each] + columns[i, :] + columns[each, each]
        squared[i] = (z[i] - z[:, i]) ** 2 + all_of - own
    return np.maximum(squared, 0.0)
