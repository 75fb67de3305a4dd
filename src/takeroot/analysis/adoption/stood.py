"""Where did every site stand? The stage of each at the end of a month that is looked back at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from takeroot.analysis.adoption.grid import STAGES, grid_of
from takeroot.analysis.adoption.record import record, told

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

_STOOD = {"on": pl.Date(), "site": pl.String(), "stage": pl.String()}


def stood(programme: Programme, months: Iterable[date] | None = None) -> pl.DataFrame:
    """Where each site stood at the end of some months, of those that were open then.

    Parameters
    ----------
    programme
        Its stages, and its sites and when they were open.
    months
        Any day of each; those without a record are left out. Every month of the record, if not given.

    Returns
    -------
    DataFrame
        ``on`` (the first day of the month), ``site`` and ``stage``, in order of month and site. Sites of which nothing
        is recorded yet are ``not_reached``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "B", "A"], "stage": ["using", "exploring", "paused"]}
    >>> falls = Programme("Falls", stages=stages | {"on": ["2024-01-15", "2024-02-10", "2024-03-01"]})
    >>> stood(falls, [date(2024, 2, 1)]).rows()
    [(datetime.date(2024, 2, 1), 'A', 'using'), (datetime.date(2024, 2, 1), 'B', 'exploring')]
    """
    read = record(programme)
    grid = grid_of(read, told(programme).rows["on"].min())  # type: ignore[arg-type]
    if grid is None:
        return pl.DataFrame(schema=_STOOD)
    every = grid.months.to_list()
    asked = set(every) if months is None else {day.replace(day=1) for day in months}
    chosen = [place for place, month in enumerate(every) if month in asked]
    stands, there = grid.stages(read)[:, chosen].T, grid.open()[:, chosen].T
    month, site = np.nonzero(there)
    return pl.DataFrame(
        {
            "on": pl.Series([every[place] for place in chosen], dtype=pl.Date).gather(month),
            "site": read.sites["site"].gather(site),
            "stage": pl.Series(STAGES).gather(stands[month, site].astype(np.int64)),
        },
        schema=_STOOD,
    )
