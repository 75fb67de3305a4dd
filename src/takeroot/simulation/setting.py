"""Where a model is run: sites, the ties between them, what the system and the programme bring, where sites stand.

All are values over plain arrays, in the order of the sites, so that a million sites are a few arrays. Months are
counted from January 1970; a day may stand wherever a month is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from takeroot.errors import NotFound, TakerootError, quoted, whole
from takeroot.simulation.chance import hashes
from takeroot.simulation.model import STAGES, stage_word
from takeroot.simulation.numbers import month_of

#: Later than every month that can be simulated.
EVER = 1 << 30


@dataclass(frozen=True, eq=False)
class Sites:
    """The sites: names, regions, covariates, and the months in which each is open.

    Parameters
    ----------
    names
        Their names, each once; or how many there are, which names them by number.
    region
        The region of each: what capacity and results are divided by. One region, if not given.
    covariates
        Numbers by site, by name.
    since, until
        The month in which a site opens, and the one in which it is there no longer.

    Examples
    --------
    >>> len(Sites(["A", "B"], region=["north", "south"]))
    2
    """

    names: Sequence[str] | NDArray | int
    region: Sequence[str] | None = None
    covariates: Mapping[str, ArrayLike] = field(default_factory=dict)
    since: ArrayLike | None = None
    until: ArrayLike | None = None
    ids: NDArray[np.uint64] = field(init=False, repr=False)
    regions: tuple[str, ...] = field(init=False)
    region_of: NDArray[np.int32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = _named(self.names)
        ids = hashes(names)
        in_order = np.sort(ids)
        if (in_order[1:] == in_order[:-1]).any():
            raise TakerootError(f"Every site needs a name of its own; found {quoted(_twice(names))} twice.")
        regions: tuple[str, ...] = ("everywhere",)
        of: NDArray[np.int32] = np.zeros(len(ids), np.int32)
        if self.region is not None:
            found, inverse = np.unique(np.asarray(self.region, dtype=str), return_inverse=True)
            regions, of = tuple(found.tolist()), inverse.astype(np.int32)
            _as_long(of, len(ids), "The regions")
        covariates = {name: np.asarray(each, dtype=np.float64) for name, each in self.covariates.items()}
        for name, each in covariates.items():
            _as_long(each, len(ids), f"The covariate '{name}'")
            if not np.isfinite(each).all():
                raise TakerootError(f"The covariate '{name}' needs a number for every site; {_gaps(each)} have none.")
        for end, otherwise in (("since", 0), ("until", EVER)):
            given = getattr(self, end)
            months = np.full(len(ids), otherwise) if given is None else np.asarray(given, dtype=np.int64)
            _as_long(months, len(ids), f"'{end}' of the sites")
            object.__setattr__(self, end, months)
        for name, value in (
            ("names", names),
            ("ids", ids),
            ("regions", regions),
            ("region_of", of),
            ("covariates", covariates),
        ):
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, names: Iterable[str]) -> NDArray[np.int64]:
        """The positions of sites that are named."""
        names = list(names)
        numbered = np.asarray(self.names).dtype.kind in "iu"
        for name in names if numbered else ():
            if not str(name).lstrip("-").isdecimal():
                raise NotFound("site", str(name), ())
        wanted = hashes(np.array([int(name) for name in names]) if numbered else np.asarray(names, dtype=str))
        order = np.argsort(self.ids)
        at = order[np.searchsorted(self.ids, wanted, sorter=order).clip(max=len(self) - 1)] if len(self) else wanted
        for name, found in zip(names, self.ids[at] == wanted, strict=False) if len(self) else ():
            if not found:
                raise NotFound("site", str(name), [str(each) for each in self.names][:1000])  # type: ignore[union-attr]
        return at.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Ties:
    """Relations along which influence may travel, from ``source`` to ``target``, both positions among the sites.

    ``weight`` is one, ``kind`` is ``""`` and a tie holds always, where not said otherwise. Ties of a site to itself are
    left out.
    """

    source: ArrayLike = ()
    target: ArrayLike = ()
    weight: ArrayLike | None = None
    kind: Sequence[str] | NDArray | str = ""
    since: ArrayLike | None = None
    until: ArrayLike | None = None

    def __post_init__(self) -> None:
        source, target = (np.asarray(each, dtype=np.int32) for each in (self.source, self.target))
        many = len(source)
        weight = np.ones(many) if self.weight is None else np.asarray(self.weight, dtype=np.float64)
        kind = np.asarray(self.kind, dtype=str)
        kind = np.broadcast_to(kind, many) if kind.ndim == 0 else kind
        since = np.zeros(many, np.int64) if self.since is None else np.asarray(self.since, dtype=np.int64)
        until = np.full(many, EVER) if self.until is None else np.asarray(self.until, dtype=np.int64)
        parts: dict[str, NDArray] = {"target": target, "weight": weight, "kind": kind, "since": since, "until": until}
        for name, part in parts.items():
            _as_long(part, many, f"'{name}' of the ties")
        if not np.isfinite(weight).all() or (weight < 0).any():
            raise TakerootError(
                "The weight of a tie is a number of nothing or more; leave out the ties that have none."
            )
        real = source != target
        for name, part in {"source": source, **parts}.items():
            object.__setattr__(self, name, part if real.all() else part[real])

    def __len__(self) -> int:
        return len(self.source)  # type: ignore[arg-type]

    def __add__(self, more: Ties) -> Ties:
        both = ("source", "target", "weight", "kind", "since", "until")
        return Ties(*(np.concatenate([getattr(self, part), getattr(more, part)]) for part in both))


@dataclass(frozen=True, eq=False)
class Course:
    """A level over time, the same for all sites or by row: a signal, a support, other work.

    ``values`` are months, or rows of months, from the month ``since`` on; the last stays as it was, and before the
    first there is nothing. ``row`` says which row is each site's.

    Examples
    --------
    >>> Course.window(date(2026, 4, 1), date(2026, 6, 1)).at(np.arange(674, 679)).tolist()
    [[0.0, 1.0, 1.0, 0.0, 0.0]]
    """

    since: int
    values: ArrayLike
    row: ArrayLike | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", month_of(self.since))
        values = np.atleast_2d(np.asarray(self.values, dtype=np.float64))
        if not np.isfinite(values).all() or not values.size:
            raise TakerootError("A course over time needs a finite number for every month it speaks of.")
        object.__setattr__(self, "values", values)
        if self.row is not None:
            row = np.asarray(self.row, dtype=np.int32)
            if len(row) and not 0 <= row.min() <= row.max() < len(values):
                raise TakerootError(f"A course has {len(values)} rows, and sites that ask for another.")
            object.__setattr__(self, "row", row)

    @classmethod
    def window(cls, since: date | int, until: date | int | None = None, level: float = 1.0) -> Course:
        """A level from one month on, until another or for good."""
        first = month_of(since)
        if until is None:
            return cls(first, [level])
        return cls(first, [level] * max(month_of(until) - first, 0) + [0.0])

    @classmethod
    def windows(
        cls, sites: int, place: ArrayLike, since: ArrayLike, until: ArrayLike, level: ArrayLike = 1.0
    ) -> Course:
        """Levels of single sites: each window is of the site at ``place``; windows of a site add up."""
        place, since, until = (np.asarray(each, dtype=np.int64) for each in (place, since, until))
        levels = np.broadcast_to(np.asarray(level, dtype=np.float64), place.shape)
        if not len(place):
            return cls(0, [[0.0]], np.zeros(sites, np.int32))
        first = max(int(since.min()), 0)
        since = np.maximum(since, first)
        ends = until[until < EVER]
        last = int(max(ends.max(initial=first), since.max(initial=first)))
        begin, end = since - first, np.clip(until, first, last + 1) - first
        kinds, of = np.unique(np.stack([begin, end, levels], axis=1), axis=0, return_inverse=True)
        table = np.zeros((len(kinds) + 1, last - first + 1))
        for number, (begins, ends, high) in enumerate(kinds.tolist()):
            table[number + 1, int(begins) : int(ends)] = high
        row = np.zeros(sites, np.int32)
        row[place] = of.ravel() + 1
        again = np.flatnonzero(np.bincount(place, minlength=sites) > 1)
        if len(again):  # the windows of a site that has several add up, in a row of its own
            sums = np.zeros((len(again), table.shape[1]))
            several = np.isin(place, again)
            np.add.at(sums, np.searchsorted(again, place[several]), table[of.ravel()[several] + 1])
            row[again] = len(table) + np.arange(len(again))
            table = np.vstack([table, sums])
        return cls(first, table, row)

    def at(self, months: NDArray[np.int64]) -> NDArray[np.float64]:
        """The level in some months, by row."""
        values = np.asarray(self.values)
        at = months - self.since
        return np.where(at >= 0, values[:, np.clip(at, 0, values.shape[1] - 1)], 0.0)


@dataclass(frozen=True, eq=False)
class Setting:
    """Everything about the place and the time that a model does not say itself.

    ``signals`` are what the system says, ``supports`` what the programme gives, ``others`` the other work at the sites,
    each a :class:`Course` by name; ``others`` only such work as is not simulated itself.
    """

    sites: Sites
    ties: Ties = field(default_factory=Ties)
    signals: Mapping[str, Course] = field(default_factory=dict)
    supports: Mapping[str, Course] = field(default_factory=dict)
    others: Mapping[str, Course] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ends = [np.asarray(end) for end in (self.ties.source, self.ties.target)]
        if any(len(end) and not 0 <= end.min() <= end.max() < len(self.sites) for end in ends):
            raise TakerootError(f"Ties name sites by position, from 0 to {len(self.sites) - 1}; found one beyond.")
        for term in (self.signals, self.supports, self.others):
            for name, course in term.items():
                if course.row is not None:
                    _as_long(np.asarray(course.row), len(self.sites), f"The rows of '{name}'")


@dataclass(frozen=True, eq=False)
class State:
    """Where every site stands at the start of a month.

    Parameters
    ----------
    month
        The month in which the simulation begins, or a day in it.
    stage
        The stage of each site, as words or as positions in :data:`~takeroot.simulation.model.STAGES`; for several
        improvements a row of each.
    lost
        How much of its fit each site has lost by now.
    memory
        How fresh an earlier stop is: one if it has just happened, nothing if there was none.
    """

    month: int | date
    stage: ArrayLike
    lost: ArrayLike | None = None
    memory: ArrayLike | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "month", month_of(self.month))
        stage = np.atleast_2d(np.asarray(self.stage))
        if stage.dtype.kind in "iu":
            if stage.size and not 0 <= stage.min() <= stage.max() < len(STAGES):
                raise TakerootError(f"A stage by position is 0 to {len(STAGES) - 1}; found {stage.max()}.")
        else:
            words, of = np.unique(stage.astype(str), return_inverse=True)
            positions = np.array([STAGES.index(stage_word(word)) for word in words], dtype=np.uint8)
            stage = positions[of].reshape(stage.shape)
        object.__setattr__(self, "stage", np.ascontiguousarray(stage, dtype=np.uint8))
        for name in ("lost", "memory"):
            given = getattr(self, name)
            amounts = np.zeros(stage.shape) if given is None else np.atleast_2d(np.asarray(given, dtype=np.float64))
            if amounts.shape != stage.shape or not np.isfinite(amounts).all() or (amounts < 0).any():
                raise TakerootError(f"'{name}' needs a number of nothing or more for every site.")
            object.__setattr__(self, name, amounts)

    @classmethod
    def all(cls, month: int | date, sites: int, stage: str = "not_reached", improvements: int = 1) -> State:
        """Every site at the same stage."""
        return cls(month, np.full((improvements, sites), STAGES.index(stage_word(stage)), np.uint8))


def _named(names: Sequence[str] | NDArray | int) -> Sequence[str] | NDArray:
    """The names of sites, or numbers where only is said how many there are."""
    if isinstance(names, str) or not isinstance(names, Sequence | np.ndarray):
        return np.arange(whole(names, "The number of sites", 0))
    for place, name in enumerate(names) if not isinstance(names, np.ndarray) or names.dtype == object else ():
        if name is None or name == "" or isinstance(name, float):
            raise TakerootError(f"Every site needs a name; the one at place {place + 1:,} has none.")
    return names


def _as_long(part: NDArray, sites: int, what: str) -> None:
    if part.shape != (sites,):
        raise TakerootError(f"{what} need one entry for each; needed {sites:,}, found {part.size:,}.")


def _gaps(numbers: NDArray) -> str:
    return f"{int((~np.isfinite(numbers)).sum()):,}"


def _twice(names: Iterable[object]) -> object:
    seen: set[object] = set()
    return next((name for name in names if name in seen or seen.add(name)), "two that look the same")  # type: ignore[func-returns-value]
