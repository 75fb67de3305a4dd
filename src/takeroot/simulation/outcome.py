"""What a simulation gave: counts, by month and replicate, and what is worked out from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from takeroot.errors import NotFound
from takeroot.simulation.kernel import FLOWS, USING
from takeroot.simulation.model import STAGES
from takeroot.simulation.numbers import first_of

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, eq=False)
class Outcome:
    """The standings and flows of every replicate.

    Parameters
    ----------
    months
        The month of every standing; the first is where sites stood at the start.
    improvements, regions, watched
        Names, in the order of the arrays.
    counts
        Sites by standing, improvement, region, stage and replicate.
    flows
        What happened, by step, improvement, region, flow (see :data:`~takeroot.simulation.kernel.FLOWS`) and replicate.
    stages_watched
        The stage of each watched site, as a position among the stages, by standing, improvement, site and replicate.
    in_use_by_site
        In how many replicates each site is in use, by standing, improvement and site, if it was asked for.
    months_by_site, lapses_by_site
        Of each site the steps in use and the lapses, by improvement, site and replicate, if they were asked for.
    cost, effort
        What the strategies cost, and took of people's time, by replicate.
    """

    months: NDArray[np.int64]
    improvements: tuple[str, ...]
    regions: tuple[str, ...]
    watched: tuple[str, ...]
    counts: NDArray[np.int32]
    flows: NDArray[np.int32]
    stages_watched: NDArray[np.uint8]
    in_use_by_site: NDArray[np.int32] | None
    months_by_site: NDArray[np.int32] | None
    lapses_by_site: NDArray[np.int32] | None
    cost: NDArray[np.float64]
    effort: NDArray[np.float64]

    @property
    def replicates(self) -> int:
        """How many histories were made."""
        return self.counts.shape[-1]

    @property
    def step(self) -> int:
        """Months in a step."""
        return int(self.months[1] - self.months[0]) if len(self.months) > 1 else 1

    def in_use(self, improvement: str | None = None, region: str | None = None) -> NDArray[np.int32]:
        """Sites in use, by standing and replicate."""
        return self._counts(improvement, region)[:, USING].sum(axis=1)

    def at(self, stage: str, improvement: str | None = None, region: str | None = None) -> NDArray[np.int32]:
        """Sites at a stage, by standing and replicate."""
        return self._counts(improvement, region)[:, STAGES.index(stage)]

    def site_months(self, improvement: str | None = None, region: str | None = None) -> NDArray[np.int64]:
        """Months in use after the start, of all sites together, by replicate."""
        return self.in_use(improvement, region)[1:].sum(axis=0, dtype=np.int64) * self.step

    def flow(self, name: str, improvement: str | None = None, region: str | None = None) -> NDArray[np.int32]:
        """Sites that ``began``, ``lapsed``, were ``brought_on``, ``waited`` or ``adapted``, by step and replicate."""
        if name not in FLOWS:
            raise NotFound("flow", name, FLOWS)
        flows = self.flows[:, self._which(improvement), :, FLOWS.index(name)]
        return flows.sum(axis=1) if region is None else flows[:, self._region(region)]

    def by_stage(
        self, improvement: str | None = None, *, levels: Sequence[int] = (50, 80, 95), by_region: bool = False
    ) -> pl.DataFrame:
        """Sites by month and stage, and ``in use``: mean, median and intervals over the replicates.

        Parameters
        ----------
        improvement
            Which improvement; the first, if not said.
        levels
            Which intervals, in per cent: columns ``lower_80``, ``upper_80`` and so on.
        by_region
            Whether each region is counted by itself.
        """
        import polars as pl

        frames = []
        for region in self.regions if by_region else (None,):
            counts = self._counts(improvement, region)
            every = np.concatenate([counts, counts[:, USING].sum(axis=1, keepdims=True)], axis=1)
            tails = [tail for level in levels for tail in ((100 - level) / 2, (100 + level) / 2)]
            bounds = np.percentile(every, [50, *tails], axis=2)
            names = [name for level in levels for name in (f"lower_{level}", f"upper_{level}")]
            words = [*STAGES, "in use"]
            frames.append(
                pl.DataFrame(
                    {
                        "month": [first_of(int(month)) for month in self.months for _ in words],
                        **({} if region is None else {"region": [region] * (len(self.months) * len(words))}),
                        "stage": words * len(self.months),
                        "mean": every.mean(axis=2).ravel(),
                        "median": bounds[0].ravel(),
                        **{name: bounds[1 + at].ravel() for at, name in enumerate(names)},
                    }
                )
            )
        return pl.concat(frames)

    def _counts(self, improvement: str | None, region: str | None) -> NDArray[np.int32]:
        counts = self.counts[:, self._which(improvement)]
        return counts.sum(axis=1) if region is None else counts[:, self._region(region)]

    def _which(self, improvement: str | None) -> int:
        if improvement is None:
            return 0
        if improvement not in self.improvements:
            raise NotFound("improvement", improvement, self.improvements)
        return self.improvements.index(improvement)

    def _region(self, region: str) -> int:
        if region not in self.regions:
            raise NotFound("region", region, self.regions)
        return self.regions.index(region)
