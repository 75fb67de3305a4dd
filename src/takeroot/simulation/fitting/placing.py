"""A programme as a setting and a state: what a model is fitted to, and where it is run from.

Covariates are the numbers that the sites have (those declared and a programme's own), as they are recorded; where a
site has none it counts as the mean. Kinds of support, other work and events become levels
over time by their names: one from the first month to the last, nothing before and after. Other work has the names
*competing work* and *reinforcing work* beside its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from takeroot.analysis.adoption.record import now_called
from takeroot.simulation.fitting.paths import Array, Paths, felt, paths_of
from takeroot.simulation.model import Model
from takeroot.simulation.setting import EVER, Course, Setting, Sites, State, Ties
from takeroot.simulation.standard import SPREAD

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: Numbers of the sites that are places on a map, and no covariates.
NOT_COVARIATES = ("latitude", "longitude")
#: Other work by what it does to this improvement.
RELATIONS = {"competes": "competing work", "reinforces": "reinforcing work"}


def placed(
    programme: Programme,
    *,
    model: Model = SPREAD,
    as_at: date | None = None,
    paths: Paths | None = None,
) -> tuple[Setting, State]:
    """The sites, their surroundings, and where they stand at the end of the record.

    Parameters
    ----------
    programme
        What is recorded. Sites that are not eligible are left out.
    model
        Its step, its fit and its memory say what has been lost, and what is remembered.
    as_at
        The day up to which the record is read; all of it, if not given.
    paths
        Where the sites stood, if that has been read already.

    Returns
    -------
    tuple
        The setting, and the state with which the first month to come begins.

    Examples
    --------
    >>> from takeroot import examples
    >>> setting, state = placed(examples.load("synthetic"))
    >>> len(setting.sites), sorted(setting.supports)
    (61, ['data', 'facilitation', 'funding', 'training'])
    """
    paths = paths_of(programme, step=model.step, as_at=as_at, model=model) if paths is None else paths
    lost, fresh = felt(paths, model)
    state = State(int(paths.months[-1]), paths.stage[:, -1], lost[:, -1], fresh[:, -1])
    return setting_of(programme, paths), state


def setting_of(programme: Programme, paths: Paths) -> Setting:
    """Everything around the sites that the record speaks of."""
    sites = paths.sites
    names = sites["site"].to_list()
    place = {name: at for at, name in enumerate(names)}
    place |= {old: place[new] for old, new in now_called(programme).items() if new in place}
    regions = None
    if sites["region"].drop_nulls().len():
        regions = sites["region"].fill_null("no region named").to_list()
    count = len(names)
    return Setting(
        Sites(
            names,
            regions,
            _covariates(sites),
            since=_months(sites["opened"], 0),
            until=_months(sites["closed"], EVER),
        ),
        _ties(programme, place),
        signals=_signals(programme, place, sites["region"].to_list()),
        supports=_by_name(programme.supports, "kind", place, count),
        others=_others(programme, place, count),
    )


def _covariates(sites: pl.DataFrame) -> dict[str, Array]:
    found = {}
    for name in sites.columns:
        known = sites[name].is_not_null().to_numpy()
        if name in NOT_COVARIATES or not sites[name].dtype.is_numeric() or not known.any():
            continue
        numbers = sites[name].cast(pl.Float64)
        found[name] = numbers.fill_null(numbers.mean()).to_numpy()
    return found


def _months(days: pl.Series, otherwise: int) -> Array:
    """Months since January 1970; of sites that opened before then, the first of all."""
    months = (days.dt.year().cast(pl.Int64) - 1970) * 12 + days.dt.month() - 1
    return months.clip(0).fill_null(otherwise).to_numpy()


def _ties(programme: Programme, place: Mapping[str, int]) -> Ties:
    ties = programme.ties.filter(pl.col("source").is_in(list(place)), pl.col("target").is_in(list(place)))
    ends = [ties[end].replace_strict(place, return_dtype=pl.Int64).to_numpy() for end in ("source", "target")]
    return Ties(
        ends[0],
        ends[1],
        ties["weight"].fill_null(1.0).to_numpy(),
        np.array(ties["kind"].fill_null("").to_list(), dtype=str),
        _months(ties["since"], 0),
        _months(ties["until"], EVER),
    )


def _by_name(rows: pl.DataFrame, by: str, place: Mapping[str, int], count: int) -> dict[str, Course]:
    """A course for each name: at the sites that are named, or at all of them."""
    found = {}
    for (name,), mine in rows.group_by(by, maintain_order=True):
        sites = mine["site"].to_list()
        at = [range(count) if site is None else (place[site],) if site in place else () for site in sites]
        found[str(name)] = _course(at, mine, count)
    return found


def _course(at: Iterable[Iterable[int]], rows: pl.DataFrame, count: int, since: str = "since") -> Course:
    """One in the months from the first to the last of any row that speaks of a site."""
    first, last = _months(rows[since], 0), _months(rows["until"], EVER)
    spells: dict[int, list[tuple[int, int]]] = {}
    for sites, begins, ends in zip(at, first.tolist(), np.maximum(last, first + 1).tolist(), strict=True):
        for site in sites:
            spells.setdefault(site, []).append((begins, ends))
    joined = {site: _joined(mine) for site, mine in spells.items()}
    same = {tuple(mine) for mine in joined.values()}
    if len(joined) == count and len(same) == 1 and len(next(iter(same))) == 1:
        begins, ends = next(iter(same))[0]
        return Course.window(begins, None if ends >= EVER else ends)
    windows = np.array([(site, *spell) for site, mine in joined.items() for spell in mine], np.int64).reshape(-1, 3)
    return Course.windows(count, *windows.T)


def _joined(spells: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of months that overlap, as one."""
    found: list[tuple[int, int]] = []
    for begins, ends in sorted(spells):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((begins, ends))
    return found


def _others(programme: Programme, place: Mapping[str, int], count: int) -> dict[str, Course]:
    work = programme.other_work
    found = _by_name(work, "name", place, count)
    related = work.filter(pl.col("relation").is_in(list(RELATIONS)))
    related = related.with_columns(pl.col("relation").replace(RELATIONS))
    return {**found, **_by_name(related, "relation", place, count)}


def _signals(programme: Programme, place: Mapping[str, int], regions: list[str | None]) -> dict[str, Course]:
    """A course for each kind of event: at a site, in a region, or everywhere. One that has no end goes on."""
    found = {}
    everywhere = range(len(regions))
    for (kind,), mine in programme.events.group_by("kind", maintain_order=True):
        at = []
        for site, region in mine.select("site", "region").iter_rows():
            if site is not None:
                at.append([place[site]] if site in place else [])
            elif region is not None:
                at.append([number for number, mine_is in enumerate(regions) if mine_is == region])
            else:
                at.append(list(everywhere))
        found[str(kind)] = _course(at, mine, len(regions), since="on")
    return found
