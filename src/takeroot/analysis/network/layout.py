"""Where to draw each site, and in which order: pictures of a network that come out the same every time.

Positions are such that sites some steps apart are about as far apart on the page (stress majorisation, begun from a
few far-away sites); parts of the network that no tie joins stand beside one another, the largest first, and sites
without ties in rows at the end. Where a network is so dense that its lines would say nothing, a matrix shows it: an
order in which tied sites stand near one another, within each group of sites if groups are given. Neither position nor
order says anything of a site by itself: there is no first place. Nothing is left to chance.

References
----------
Gansner ER, Koren Y, North S. Graph drawing by stress majorization. Graph Drawing 2004, LNCS 3383:239-50.
Brandes U, Pich C. Eigensolver methods for progressive multidimensional scaling of large data. GD 2006, LNCS 4372:42-53.
Atkins JE, Boman EG, Hendrickson B. A spectral algorithm for seriation and the consecutive ones problem. SIAM J Comput
1998;28:297-310.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from takeroot.analysis.network.panel import Array, Panel, panel
from takeroot.analysis.network.ties import matrix, of_kinds, oriented
from takeroot.errors import NotFound

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame
    from takeroot.vocabulary.programme import Programme

#: Sites of one part up to which every two of them are looked at.
DENSE = 2_000
#: Sites from which the others are looked at, to begin with.
PIVOTS = 40
#: The least distance of two sites, where the usual tie is 1 long; and the space between parts.
APART, BETWEEN = 0.4, 1.2
#: How wide the whole is, against its height.
WIDE = 1.5


def layout(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    by: str | None = None,
    kind: str | Sequence[str] | None = None,
) -> pl.DataFrame:
    """Where to draw each site, so that tied sites stand near one another.

    Parameters
    ----------
    stages, ties
        A programme, its stages alone, or a panel; and the ties. See :func:`~takeroot.analysis.network.exposure`. Ties
        count whenever they held.
    by
        A column of the sites whose groups stand apart, each laid out by its own ties, such as ``region``: for networks
        of many sites.
    kind
        Only ties of this kind, or of these kinds together.

    Returns
    -------
    DataFrame
        A row for each site, in order: ``site``, ``x`` from the left and ``y`` from the top (the wider of the two goes
        from 0 to 1, and both have the same scale), its ``group``, and the ``part`` of the network that it is in, from
        1, the largest.

    Raises
    ------
    NotFound
        If the sites have no such column.

    Examples
    --------
    >>> stages = {"site": ["A"], "stage": ["using"], "on": ["2024-01-10"]}
    >>> layout(stages, {"source": ["A", "B"], "target": ["B", "C"]}).select("site", "x").rows()
    [('A', 0.0), ('B', 0.5), ('C', 1.0)]
    """
    seen, tied = _tied(stages, ties, kind)
    group = _groups(seen, by)
    places = np.zeros((seen.sites.height, 2))
    blocks = []
    for mine in _members(group):
        within = tied[mine][:, mine]
        parts = list(_parts(within))
        for members in parts:
            places[mine[members]] = _placed(within[members][:, members])
        _packed(places, [mine[members] for members in parts])
        blocks.append(mine)
    if by is not None:
        _packed(places, blocks, apart=3 * BETWEEN)
    wide = float(np.ptp(places, axis=0).max()) if places.size else 0.0
    places = (places - places.min(axis=0)) / (wide or 1.0) if places.size else places
    x, y = np.round(places, 6).T + 0.0 if places.size else np.zeros((2, 0))
    return pl.DataFrame({"site": seen.sites["site"], "x": x, "y": y, "group": group, "part": _part(tied)})


def matrix_order(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    by: str | None = None,
    kind: str | Sequence[str] | None = None,
) -> pl.DataFrame:
    """In which order to write the sites along a matrix, so that ties stand near its diagonal.

    Parameters
    ----------
    stages, ties, kind
        As for :func:`layout`.
    by
        A column of the sites whose groups stand together, such as ``region``.

    Returns
    -------
    DataFrame
        A row for each site, in that order: ``place`` (from 1), ``site``, and its ``group`` and ``part``.

    Raises
    ------
    NotFound
        If the sites have no such column.

    Examples
    --------
    >>> stages = {"site": ["A"], "stage": ["using"], "on": ["2024-01-10"]}
    >>> matrix_order(stages, {"source": ["A", "C"], "target": ["C", "B"]})["site"].to_list()
    ['A', 'C', 'B']
    """
    seen, tied = _tied(stages, ties, kind)
    group = _groups(seen, by)
    order: list[int] = []
    for mine in _members(group):
        within = tied[mine][:, mine]
        for members in _parts(within):
            order += mine[members][_seriated(within[members][:, members])].tolist()
    return pl.DataFrame(
        {
            "place": pl.Series(range(1, len(order) + 1), dtype=pl.Int64),
            "site": seen.sites["site"].gather(order),
            "group": group.gather(order),
            "part": pl.Series(_part(tied)[order], dtype=pl.Int64),
        }
    )


def _groups(seen: Panel, by: str | None) -> pl.Series:
    """The group of each site, as text."""
    if by is None:
        return pl.Series("group", [None] * seen.sites.height, dtype=pl.String)
    known = [name for name in seen.sites.columns if name not in ("site", "id")]
    if by not in known:
        raise NotFound("column of the sites", by, known)
    return seen.sites[by].cast(pl.String).alias("group")


def _members(group: pl.Series) -> list[Array]:
    """The sites of each group, in the order of their names; those of no group last."""
    names = group.unique().sort(nulls_last=True)
    return [np.flatnonzero(group.eq_missing(pl.Series([name], dtype=pl.String)).to_numpy()) for name in names]


def _part(tied: Any) -> Array:
    """The number of the part that each site is in."""
    part = np.zeros(tied.shape[0], dtype=np.int64)
    for number, members in enumerate(_parts(tied), start=1):
        part[members] = number
    return part


def _tied(stages: Any, ties: Any, kind: str | Sequence[str] | None) -> tuple[Panel, Any]:
    """The panel, and a matrix of the pairs of sites that are ever tied, either way."""
    seen = panel(stages, ties)
    return seen, matrix(oriented(of_kinds(seen.ties, kind), "both"), seen.sites.height)


def _parts(tied: Any) -> Iterator[Array]:
    """The sites of each part that no tie joins to another: the largest first, else in order of the sites."""
    from scipy.sparse import csgraph

    if not tied.shape[0]:
        return
    _, label = csgraph.connected_components(tied, directed=False)
    sizes, firsts = np.bincount(label), np.unique(label, return_index=True)[1]
    for number in np.lexsort((firsts, -sizes)):
        yield np.flatnonzero(label == number)


def _placed(tied: Any) -> Array:
    """Places of the sites of one part, the usual tie 1 long, its length across the page."""
    from scipy.sparse import csgraph

    count = tied.shape[0]
    if count <= 2:
        return np.array([[0.0, 0.0], [1.0, 0.0]])[:count]
    places = _begun(tied)
    if count <= DENSE:
        steps = csgraph.dijkstra(tied, directed=False, unweighted=True)
        places = _spread(_relaxed(places, steps))
    lines = tied.tocoo()
    length = float(np.sqrt(((places[lines.coords[0]] - places[lines.coords[1]]) ** 2).sum(axis=1)).mean())
    return _turned(places) / (length or 1.0)


def _begun(tied: Any) -> Array:
    """Rough places: by the steps from sites that are far from one another."""
    from scipy.sparse import csgraph

    count = tied.shape[0]
    nearest, steps = np.full(count, np.inf), []
    pivot = int(np.argmax(np.diff(tied.indptr)))
    for _ in range(min(PIVOTS, count)):
        away = csgraph.dijkstra(tied, directed=False, unweighted=True, indices=pivot)
        steps.append(away)
        nearest = np.minimum(nearest, away)
        pivot = int(np.argmax(nearest))
    squared = np.column_stack(steps) ** 2
    centred = squared - squared.mean(axis=0) - squared.mean(axis=1)[:, None] + squared.mean()
    left, size, _ = np.linalg.svd(centred, full_matrices=False)
    places = left[:, :2] * np.sqrt(size[:2]) if size.size > 1 else np.column_stack([left[:, 0], np.zeros(count)])
    # Sites in one place are taken apart a little, each in a direction of its own.
    turn = np.arange(count) * np.pi * (3 - np.sqrt(5))
    scale = 1e-2 * max(float(np.abs(places).max()), 1e-9)
    return places + scale * np.sqrt((np.arange(count) + 1) / count)[:, None] * np.column_stack(
        [np.cos(turn), np.sin(turn)]
    )


def _relaxed(places: Array, steps: Array) -> Array:
    """Places whose distances are as near the steps as may be (majorisation of the stress with weights 1/steps²)."""
    from scipy import linalg

    count = places.shape[0]
    with np.errstate(divide="ignore"):
        weight = np.where(steps > 0, 1 / steps**2, 0.0)
    pull = np.diag(weight.sum(axis=1)) - weight
    factor = linalg.cho_factor(pull[1:, 1:])
    pushes = weight * steps
    for _ in range(60 if count <= 500 else 30):
        away = _away(places)
        near = np.divide(pushes, away, out=np.zeros_like(away), where=away > 1e-12)
        push = near.sum(axis=1)[:, None] * places - near @ places
        moved = np.vstack([np.zeros((1, 2)), linalg.cho_solve(factor, push[1:])])
        change = float(np.abs((moved - moved.mean(axis=0)) - (places - places.mean(axis=0))).max())
        places = moved
        if change < 1e-4:
            break
    return np.asarray(places - places.mean(axis=0))


def _spread(places: Array) -> Array:
    """Sites that stand nearly in one place are pushed apart."""
    for _ in range(30):
        away = _away(places)
        np.fill_diagonal(away, np.inf)
        if away.min() >= APART:
            break
        push = np.where(away < APART, (APART - away) / 2, 0.0) / np.maximum(away, 1e-9)
        places = places + 0.6 * (push.sum(axis=1)[:, None] * places - push @ places)
    return places


def _away(places: Array) -> Array:
    """How far every two places are from each other."""
    squared = (places**2).sum(axis=1)
    return np.asarray(np.sqrt(np.maximum(squared[:, None] + squared[None, :] - 2 * (places @ places.T), 0.0)))


def _turned(places: Array) -> Array:
    """The longest way across the page; of the two, that which has the first sites on the left and above."""
    centred = places - places.mean(axis=0)
    turned = centred @ np.linalg.svd(centred, full_matrices=False)[2].T
    if turned.shape[1] < 2:
        turned = np.column_stack([turned[:, 0], np.zeros(len(turned))])
    for axis in (0, 1):
        telling = np.flatnonzero(np.abs(turned[:, axis]) > 1e-6 * max(float(np.abs(turned).max()), 1e-9))
        if telling.size and turned[telling[0], axis] > 0:
            turned[:, axis] = -turned[:, axis]
    return np.asarray(turned)


def _packed(places: Array, parts: Sequence[Array], apart: float = BETWEEN) -> None:
    """Move the parts beside one another, in rows, as a page is written."""
    boxes = [np.ptp(places[members], axis=0) + apart for members in parts]
    if not boxes:
        return
    area = float(sum(wide * high for wide, high in boxes))
    width = max(np.sqrt(area * WIDE), max(float(box[0]) for box in boxes))
    x = y = tallest = 0.0
    for number, (members, (wide, high)) in enumerate(zip(parts, boxes, strict=True)):
        alone = len(members) == 1 and number and len(parts[number - 1]) > 1
        if x and (alone or x + wide > width + 1e-9):
            x, y, tallest = 0.0, y + tallest, 0.0
        places[members] += np.array([x, y]) - places[members].min(axis=0)
        x, tallest = x + wide, max(tallest, high)


def _seriated(tied: Any) -> Array:
    """An order of the sites of one part in which those that are tied stand near one another."""
    from scipy.sparse import csgraph

    count = tied.shape[0]
    if count <= 2:
        return np.arange(count)
    if count > DENSE:
        order = np.asarray(csgraph.reverse_cuthill_mckee(tied.tocsr(), symmetric_mode=True))
    else:
        dense = tied.toarray()
        along = np.linalg.eigh(np.diag(dense.sum(axis=1)) - dense)[1][:, 1]
        order = np.lexsort((np.arange(count), np.round(along, 9)))
    return order[::-1] if np.flatnonzero(order == 0)[0] > count // 2 else order
