"""Who gains and who does not: sites by region, and by anything else that is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from takeroot.errors import TakerootError
from takeroot.simulation.outcome import Outcome
from takeroot.simulation.setting import Setting

#: Groups of fewer sites are put together, so that none is so small that its sites could be told.
SMALLEST = 5
TOGETHER = "smaller groups together"
#: From so many different numbers on, sites are divided into thirds rather than by each number.
MANY_NUMBERS = 6
#: How many figures, sites times histories, may be kept at once; beyond, who gains is told by region alone.
KEPT = 1 << 28


@dataclass(frozen=True, eq=False)
class Grouping:
    """A way in which sites are divided: what it is called, its groups, and which each site belongs to (−1: to none)."""

    by: str
    groups: tuple[str, ...]
    of: NDArray[np.int64]

    @property
    def sites(self) -> NDArray[np.int64]:
        """How many sites each group has."""
        return np.bincount(self.of[self.of >= 0], minlength=len(self.groups))

    def sums(self, by_site: NDArray) -> NDArray[np.float64]:
        """Of each group and history, the sum over its sites."""
        known = self.of >= 0
        sums = np.zeros((len(self.groups), by_site.shape[1]))
        np.add.at(sums, self.of[known], by_site[known])
        return sums


def groupings(setting: Setting, by: Mapping[str, Sequence[object] | ArrayLike] | None = None) -> tuple[Grouping, ...]:
    """Regions, and every covariate of the sites or else what is given, each where it makes two groups or more.

    Parameters
    ----------
    setting
        The sites.
    by
        Something known of every site, by what people call it: words, or numbers, which are divided into thirds.
        Nothing known is ``None`` or not a number.
    """
    found = []
    if len(setting.sites.regions) > 1:
        found.append(_of_words("region", [setting.sites.regions[at] for at in setting.sites.region_of]))
    for name, given in (setting.sites.covariates if by is None else by).items():
        known = list(np.asarray(given).tolist()) if isinstance(given, np.ndarray) else list(given)  # type: ignore[arg-type]
        if len(known) != len(setting.sites):
            raise TakerootError(
                f"'{name}' needs one entry for each of {len(setting.sites):,} sites; found {len(known):,}."
            )
        numbers = all(one is None or (isinstance(one, int | float) and not isinstance(one, bool)) for one in known)
        found.append(_of_numbers(name, known) if numbers else _of_words(name, known))
    return tuple(one for one in found if len(one.groups) > 1)


def may_be_kept(setting: Setting, replicates: int) -> bool:
    """Whether what becomes of each site fits into memory, history by history."""
    return len(setting.sites) * replicates <= KEPT


def months_of(outcome: Outcome, grouping: Grouping) -> NDArray[np.float64]:
    """Months in use for each site of a group, by group and history."""
    if outcome.months_by_site is not None:
        sums = grouping.sums(outcome.months_by_site[0])
    else:
        sums = np.stack([outcome.site_months(region=region) for region in grouping.groups]).astype(np.float64)
    return sums / np.maximum(grouping.sites, 1)[:, None]


def in_use_of(outcome: Outcome, grouping: Grouping) -> NDArray[np.float64]:
    """The share of a group's sites in use at the end, over all histories."""
    if outcome.in_use_by_site is not None:
        last = outcome.in_use_by_site[-1, 0].astype(np.float64)[:, None] / outcome.replicates
        return grouping.sums(last)[:, 0] / np.maximum(grouping.sites, 1)
    means = [outcome.in_use(region=region)[-1].mean() for region in grouping.groups]
    return np.array(means) / np.maximum(grouping.sites, 1)


def _of_words(by: str, known: Sequence[object]) -> Grouping:
    words = ["" if one is None else str(one).strip() for one in known]
    return _large_enough(by, list(dict.fromkeys(sorted(set(words) - {""}))), words)


def _of_numbers(by: str, known: Sequence[object]) -> Grouping:
    numbers = np.array([np.nan if one is None else float(one) for one in known])  # type: ignore[arg-type]
    there = numbers[np.isfinite(numbers)]
    values = np.unique(there)
    if len(values) < MANY_NUMBERS:
        return _large_enough(
            by, [f"{one:g}" for one in values], ["" if np.isnan(one) else f"{one:g}" for one in numbers]
        )
    thirds = np.quantile(there, [1 / 3, 2 / 3])
    place = np.searchsorted(thirds, numbers)
    parts = [there[np.searchsorted(thirds, there) == third] for third in range(3)]
    words = [f"{part.min():.4g} to {part.max():.4g}" if len(part) else "" for part in parts]
    return _large_enough(
        by,
        [one for one in dict.fromkeys(words) if one],
        [words[at] if np.isfinite(n) else "" for at, n in zip(place, numbers, strict=True)],
    )


def _large_enough(by: str, groups: Sequence[str], words: Sequence[str]) -> Grouping:
    """Groups in order; those that are too small together, with the next smallest where that is still too few."""
    counts = {group: sum(word == group for word in words) for group in groups}
    small = [group for group in groups if counts[group] < SMALLEST]
    rest = sorted((group for group in groups if group not in small), key=lambda group: counts[group])
    while small and rest and sum(counts[group] for group in small) < SMALLEST:
        small.append(rest.pop(0))
    kept = [group for group in groups if group not in small]
    if small and sum(counts[group] for group in small) >= SMALLEST:
        kept.append(TOGETHER)
    place = {
        group: kept.index(TOGETHER if group in small else group)
        for group in groups
        if group not in small or TOGETHER in kept
    }
    return Grouping(by, tuple(kept), np.array([place.get(word, -1) for word in words], np.int64))


def regions_alone(found: Sequence[Grouping], setting: Setting) -> tuple[Grouping, ...]:
    """Regions as they are, where what becomes of each site can not be kept; only if none was put together."""
    return tuple(one for one in found if one.by == "region" and one.groups == setting.sites.regions)
