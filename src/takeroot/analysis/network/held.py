"""Who was tied to whom? The ties that held at the end of a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from takeroot.analysis.network.panel import Panel, panel
from takeroot.analysis.network.ties import of_kinds

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame
    from takeroot.vocabulary.programme import Programme


def held(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    on: date | None = None,
    kind: str | Sequence[str] | None = None,
) -> pl.DataFrame:
    """The ties that held at the end of a month, between sites that were there.

    Parameters
    ----------
    stages, ties
        A programme, its stages alone, or a panel of months; and the ties. See
        :func:`~takeroot.analysis.network.exposure`.
    on
        Any day of the month. The last of the record, if not given.
    kind
        Only ties of this kind, or of these kinds together.

    Returns
    -------
    DataFrame
        A row for each pair of sites and each direction: the ``source``, from which influence may come, and the
        ``target``, in order. A pair that is told of several times stands once. Nothing before and after the record.

    Examples
    --------
    >>> stages = {"site": ["A", "B"], "stage": ["using", "using"], "on": ["2024-01-10", "2024-02-02"]}
    >>> ties = {"source": ["A", "A"], "target": ["B", "C"], "since": ["2024-01-01", "2024-02-01"]}
    >>> held(stages, ties, on=date(2024, 1, 1)).rows()
    [('A', 'B')]
    """
    seen = panel(stages, ties)
    names, periods = seen.sites["site"], seen.periods
    chosen = of_kinds(seen.ties, kind)
    asked = on.replace(day=1) if on is not None else (periods[-1] if periods.len() else None)
    place = periods.index_of(asked) if asked is not None else None
    if place is None:
        return pl.DataFrame({"source": names.clear(), "target": names.clear()})
    there = seen.open[:, place]
    now = chosen.filter(pl.col("first") <= place, pl.col("last") > place).select("source", "target").unique()
    now = now.sort("source", "target")
    both = there[now["source"].to_numpy()] & there[now["target"].to_numpy()]
    now = now.filter(pl.Series(np.asarray(both, dtype=np.bool_)))
    return pl.DataFrame({end: names.gather(now[end]) for end in ("source", "target")})
