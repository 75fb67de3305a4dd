"""How much of what a site is tied to is in use? Exposure: who uses it, among those from whom influence may come.

The exposure of a site at the end of a period is the share of its ties that lead to sites in use then:
sum of tie × weight × influence over sum of tie × weight, over the sites that are there. A site that stopped no longer
counts, unless its use is to be remembered. A site without ties has no exposure: it is missing, never 0.

Exposure in the same period includes those who took it up in that period, and so says nothing of who came first: a
claim of influence needs a lag of at least one.

References
----------
Valente TW. Network Models of the Diffusion of Innovations. Hampton Press, 1995.
Burt RS. Social contagion and innovation: cohesion versus structural equivalence. Am J Sociol 1987;92:1287-335.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from takeroot.analysis.network.panel import Array, Every, Panel, panel
from takeroot.analysis.network.ties import Influence, epochs, matrix, of_kinds, oriented
from takeroot.errors import Fault, FaultyInput, NotFound

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame
    from takeroot.vocabulary.programme import Programme

_EXPOSURE = {
    "site": pl.String(),
    "kind": pl.String(),
    "on": pl.Date(),
    "exposure": pl.Float64(),
    "ties": pl.Float64(),
    "in_use": pl.Float64(),
    "not_known": pl.Float64(),
    "isolated": pl.Boolean(),
}


@dataclass(frozen=True)
class Counted:
    """The ties of each site in each period, counted or weighed: sites down, periods across.

    Parameters
    ----------
    ties
        To sites that were there.
    in_use
        Of these, to sites in use, each by its influence.
    not_known
        Of these, to sites of which it was not known where they stood.
    """

    ties: Array
    in_use: Array
    not_known: Array

    def share(self) -> Array:
        """What share of its ties leads to sites in use; not a number, where there are none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.in_use / self.ties)


def exposure(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    lag: int = 0,
    influence: Influence = "in",
    kind: str | Sequence[str] | None = None,
    by_kind: bool = False,
    valued: bool = False,
    normalised: bool = True,
    ever: bool = False,
    memory: float = 0.0,
    lasting: float = 1.0,
    weigh_by: str | None = None,
    isolates: float | None = None,
    every: Every = "month",
) -> pl.DataFrame:
    """How much of what each site is tied to was in use, at the end of each period.

    Parameters
    ----------
    stages
        A programme, its stages alone, or a panel.
    ties
        The ties, from the site that influences (``source``) to the one that is influenced (``target``). Those of the
        programme, if not given.
    lag
        Show the exposure of so many periods before; missing in the first periods.
    influence
        ``in``: along the ties that lead to the site. ``out``: along those that lead from it. ``both``: along all.
    kind, by_kind
        Only ties of this kind, or of these kinds together; each kind of tie by itself.
    valued
        Weigh the ties, where a pair of sites is told of several times by all weights together. Else a pair is tied or
        is not, and a weight of 0 is no tie.
    normalised
        As a share of the ties; else as their number (or weight).
    ever
        Count sites that have ever used it, also where they no longer do.
    memory
        How much of the influence of a site is left, each period after it stopped: 0 is none at all, 1 all of it.
    lasting
        How much of it is left each period while the site goes on using it: 1 is all of it.
    weigh_by
        A column of the sites by which those in use count for more or less, such as ``size``.
    isolates
        What to show for sites without ties, in place of nothing.
    every
        How long a period is.

    Returns
    -------
    DataFrame
        In order of site and period, for every period at whose end the site was there: ``site``, ``on`` (the first day
        of the period, or its number) and ``exposure`` (0 to 1, if normalised); the number or weight of its ``ties`` to
        sites that were there, of those to sites ``in_use``, and of those to sites of which it is ``not_known``;
        ``isolated``, whether it had no ties. With ``by_kind``, ``kind`` stands after ``site``.

    Raises
    ------
    NotFound
        If there is no such kind of tie, direction, column or length of period.
    FaultyInput
        If what was given is at fault.

    Examples
    --------
    >>> stages = {"site": ["A", "B"], "stage": ["using", "using"], "on": ["2024-01-10", "2024-02-02"]}
    >>> ties = {"source": ["A", "B"], "target": ["C", "C"]}
    >>> exposure(stages, ties).filter(site="C").select("on", "exposure", "ties").rows()
    [(datetime.date(2024, 1, 1), 0.5, 2.0), (datetime.date(2024, 2, 1), 1.0, 2.0)]
    """
    checked(lag, memory, lasting)
    seen = panel(stages, ties, every=every)
    options: dict[str, Any] = {"influence": influence, "valued": valued, "ever": ever, "weigh_by": weigh_by}
    options |= {"memory": memory, "lasting": lasting}
    show: dict[str, Any] = {"lag": lag, "normalised": normalised, "isolates": isolates}
    held = of_kinds(seen.ties, kind)
    if not by_kind:
        return _shown(seen, counted(seen, held, **options), **show)
    kinds = held["kind"].unique().sort(nulls_last=True).to_list()
    parts = [
        _shown(seen, counted(seen, held.filter(pl.col("kind").eq_missing(name)), **options), **show).with_columns(
            kind=pl.lit(name, dtype=pl.String)
        )
        for name in kinds
    ]
    schema = _EXPOSURE | {"on": seen.periods.dtype}
    made = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
    return made.select(list(_EXPOSURE)).sort("site", "kind", "on", nulls_last=True, maintain_order=True)


def counted(
    seen: Panel,
    ties: pl.DataFrame,
    *,
    influence: Influence = "in",
    valued: bool = False,
    ever: bool = False,
    memory: float = 0.0,
    lasting: float = 1.0,
    weigh_by: str | None = None,
) -> Counted:
    """The ties of each site in each period, of those given; the options are those of :func:`exposure`."""
    count, periods = seen.shape
    acting = _influence(seen, ever=ever, memory=memory, lasting=lasting)
    there, lost = seen.open, seen.open & ~seen.known
    if weigh_by is not None:
        heavy = _weights(seen, weigh_by)[:, None]
        acting, there, lost = heavy * acting, heavy * there, heavy * lost
    whole = not valued and acting.dtype == np.bool_
    every_there, none_lost = bool(seen.open.all()) and weigh_by is None, not lost.any()
    parts = []
    for begins, ends, held in epochs(ties, periods):
        tied, span = matrix(oriented(held, influence), count, valued=valued, whole=whole), slice(begins, ends)
        shape = (count, ends - begins)
        using = tied @ acting[:, span].astype(tied.dtype)
        if every_there:
            all_of = np.broadcast_to(np.asarray(tied.sum(axis=1)).reshape(-1, 1), shape)
        else:
            all_of = tied @ there[:, span].astype(tied.dtype)
        nobody = np.broadcast_to(np.zeros(1, dtype=tied.dtype), shape)
        parts.append((all_of, using, nobody if none_lost else tied @ lost[:, span].astype(tied.dtype)))
    if len(parts) == 1:
        return Counted(*parts[0])
    nothing = np.zeros((count, 0))
    return Counted(*(np.concatenate([nothing, *(part[of] for part in parts)], axis=1) for of in range(3)))


def _influence(seen: Panel, *, ever: bool, memory: float, lasting: float) -> Array:
    """How much each site counts as one in use in each period: yes or no, or a share."""
    if ever:
        return np.asarray(seen.ever_used & seen.open)
    if memory == 0 and lasting == 1:
        return seen.in_use
    level = np.zeros(seen.shape)
    before = np.zeros(seen.shape[0])
    used = np.zeros(seen.shape[0], dtype=np.bool_)
    for period in range(seen.shape[1]):
        uses = seen.in_use[:, period]
        before = np.where(uses, np.where(used, before * lasting, 1.0), before * memory)
        level[:, period], used = before, uses
    return level * seen.open


def _weights(seen: Panel, column: str) -> Array:
    """How much each site counts for, by a column of the sites."""
    if column not in seen.sites.columns or not seen.sites[column].dtype.is_numeric():
        numbers = [name for name in seen.sites.columns if seen.sites[name].dtype.is_numeric()]
        raise NotFound("column of numbers of the sites", column, numbers)
    heavy = seen.sites[column].cast(pl.Float64)
    wrong = (heavy.is_null() | heavy.is_nan() | (heavy < 0)).fill_null(True)
    if wrong.any():
        site = seen.sites["site"].filter(wrong)[0]
        says = f"to weigh sites by it, every site needs a number that is not negative; '{site}' has none"
        raise FaultyInput([Fault(says, "Sites", None, column)])
    return heavy.to_numpy()


def checked(lag: int, memory: float, lasting: float) -> None:
    """Refuse what is no lag or no share."""
    faults = []
    if lag < 0:
        faults.append(Fault(f"a lag is a number of periods, 0 or more; found {lag}"))
    for name, given in (("memory", memory), ("lasting", lasting)):
        if not 0 <= given <= 1:
            faults.append(Fault(f"{name} is a share, from 0 to 1; found {given:g}"))
    if faults:
        raise FaultyInput(faults)


def _shown(seen: Panel, found: Counted, *, lag: int, normalised: bool, isolates: float | None) -> pl.DataFrame:
    """A row for each site and period."""
    share = found.share() if normalised else found.in_use.astype(np.float64)
    alone = found.ties == 0
    if isolates is not None:
        share[alone] = isolates
    values = {"exposure": share, "ties": found.ties, "in_use": found.in_use, "not_known": found.not_known}
    isolated = alone
    if lag or not seen.open.all():
        values = {name: _later(table, lag, seen.open) for name, table in values.items()}
        isolated = np.roll(alone, lag, axis=1) if lag else alone
    count, periods = seen.shape
    columns = [
        pl.Series(name, np.ascontiguousarray(table).reshape(-1)).cast(pl.Float64) for name, table in values.items()
    ]
    months = np.tile(seen.periods.to_physical().to_numpy(), count)
    frame = pl.DataFrame(
        [
            seen.sites["site"].gather(np.repeat(np.arange(count, dtype=np.uint32), periods)),
            pl.Series("on", months).cast(seen.periods.dtype),
            columns[0].fill_nan(None),
            *columns[1:],
            pl.Series("isolated", isolated.reshape(-1)),
        ]
    )
    if lag or not seen.open.all():
        known = pl.col("ties").is_not_nan()
        frame = frame.with_columns(
            *(pl.col(name).fill_nan(None) for name in ("ties", "in_use", "not_known")),
            isolated=pl.when(known).then("isolated"),
        ).filter(pl.Series(seen.open.reshape(-1)))
    return frame


def _later(table: Array, lag: int, there: Array) -> Array:
    """What held so many periods before, where the site was there then."""
    made = np.full(table.shape, np.nan)
    kept = slice(0, max(table.shape[1] - lag, 0))
    made[:, lag:] = np.where(there[:, kept], table[:, kept], np.nan)
    return made
