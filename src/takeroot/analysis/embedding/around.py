"""What enables here and limits there? Conditions by kind, dated, with whose view each is.

What was there before the programme began is told apart: the path that a place has come limits and enables what it can
take up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.vocabulary.tables import CONDITION_KINDS, CONDITIONS

if TYPE_CHECKING:
    from datetime import date

    from takeroot.vocabulary.programme import Programme


def both_ways(programme: Programme) -> pl.DataFrame:
    """Conditions of every kind that is said to enable somewhere and to limit somewhere, or to do both, or is disputed.

    Parameters
    ----------
    programme
        Its conditions, and the day on which it began: stated, or that of the first stage recorded.

    Returns
    -------
    DataFrame
        By kind in the order in which kinds are declared: ``kind``, ``works``, ``site`` (empty for the whole programme),
        ``text``, ``according_to``, ``since``, ``until``, ``before`` (whether it was there before the programme began;
        empty where that is not known) and ``reference``. Within a kind what enables comes first, then by day.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> conditions = {"kind": ["legal", "legal", "commercial"], "text": ["A law", "The same law", "A price"]}
    >>> conditions |= {"site": ["A", "B", "A"], "works": ["enables", "limits", "limits"]}
    >>> both_ways(Programme("Falls", conditions=conditions)).select("kind", "works", "site").rows()
    [('legal', 'enables', 'A'), ('legal', 'limits', 'B')]
    """
    rows = programme.conditions
    began = _began(programme)
    rows = rows.with_columns(
        reference=CONDITIONS.references(rows),
        before=pl.col("since") < pl.lit(began, dtype=pl.Date),
        enabling=pl.col("works").is_in(["enables", "both", "disputed"]).any().over("kind"),
        limiting=pl.col("works").is_in(["limits", "both", "disputed"]).any().over("kind"),
    ).filter("enabling", "limiting", pl.col("works").is_not_null())
    ways = ["enables", "both", "disputed", "limits"]
    kind = pl.col("kind").replace_strict(list(CONDITION_KINDS), range(len(CONDITION_KINDS)), return_dtype=pl.Int64)
    way = pl.col("works").replace_strict(ways, range(len(ways)), return_dtype=pl.Int64)
    rows = rows.sort(kind, way, "since", "site", "text", "reference", nulls_last=True)
    return rows.select("kind", "works", "site", "text", "according_to", "since", "until", "before", "reference")


def _began(programme: Programme) -> date | None:
    """The first day of the programme, as it says, or as its stages do."""
    return programme.about.start or programme.stages["on"].min()  # type: ignore[return-value]
