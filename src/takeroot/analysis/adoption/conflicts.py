"""Which sources can not both be right about a site, and which do the figures follow? Conflicts, in one list.

Two sources conflict where a reading has been chosen between them (``about.readings``) and one says what the other does
not; or where they give a site different stages from the same day, or the same span of days, on. That one of them does
not know is no conflict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import UNKNOWN, differing, in_order, not_chosen, told

if TYPE_CHECKING:
    from takeroot.vocabulary.about import Reading
    from takeroot.vocabulary.programme import Programme

CONFLICT = {
    "site": pl.String(),
    "on": pl.Date(),
    "stage": pl.String(),
    "source": pl.String(),
    "other_on": pl.Date(),
    "other_stage": pl.String(),
    "other_source": pl.String(),
    "chosen": pl.String(),
    "chosen_by": pl.String(),
    "why": pl.String(),
}


def conflicts(programme: Programme) -> pl.DataFrame:
    """What sources say of a site that can not both be right, and which of them the figures follow.

    Parameters
    ----------
    programme
        Its stages, and the readings chosen in ``about.readings``.

    Returns
    -------
    DataFrame
        ``site, on, stage, source`` as one source has it; ``other_on, other_stage, other_source`` as the other has it
        (empty where it says nothing of the site); ``chosen, chosen_by, why``, empty where nobody has chosen yet. Where
        a source was chosen, it is the other.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "A"], "stage": ["using", "preparing"], "on": ["2024-03-01"] * 2}
    >>> programme = Programme("Falls", stages=stages | {"source": ["visit", "form"]})
    >>> conflicts(programme).select("stage", "source", "other_stage", "other_source").row(0)
    ('preparing', 'form', 'using', 'visit')
    """
    everything = told(programme)
    found = [_not_followed(everything.rows, reading) for reading in programme.about.readings]
    found.append(_open(everything.without(not_chosen(programme))))
    return pl.concat(found).unique().sort(list(CONFLICT), nulls_last=True)


def _open(rows: pl.DataFrame) -> pl.DataFrame:
    """Pairs of sources that give a site different stages from one day or span on, where nobody has chosen."""
    said = differing(rows)
    pairs = said.join(said, on=["site", "on", "latest"], suffix="_other")
    pairs = pairs.filter((pl.col("of") < pl.col("of_other")) & (pl.col("stage") != pl.col("stage_other")))
    pairs = pairs.with_columns(other_on="on", other_stage="stage_other", other_source="source_other")
    return pairs.with_columns(chosen=None, chosen_by=None, why=None).select(
        pl.col(name).cast(kind) for name, kind in CONFLICT.items()
    )


def _not_followed(rows: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """What the sources that were not chosen say, where the one that was chosen says something else."""
    others = [source for source in reading.between if source != reading.chosen]
    rows = in_order(rows.filter(pl.col("source").is_in([reading.chosen, *others])))
    changed = (pl.col("stage") != pl.col("stage").shift().over("site", "source")).fill_null(True)
    rows = rows.filter(changed).with_row_index("nth")
    said = rows.filter(pl.col("source").is_in(others) & (pl.col("stage") != UNKNOWN))
    pairs = said.join(rows.filter(pl.col("source") == reading.chosen), on="site", how="left", suffix="_other")
    on, other_on = pl.col("on"), pl.col("on_other")
    same = (pl.col("stage") == pl.col("stage_other")).fill_null(False)
    agree = same & (on <= pl.col("latest_other")) & (other_on <= pl.col("latest"))
    # The other is the nearest row of the same stage; else where the chosen source has the site be; else its first row.
    kind = pl.when(same).then(0).when(other_on <= pl.col("latest")).then(1).otherwise(2)
    pairs = pairs.with_columns(agree=agree.any().over("nth"), kind=kind, apart=(on - other_on).dt.total_days().abs())
    pairs = pairs.filter(~pl.col("agree")).sort("nth", "kind", "apart", "nth_other", nulls_last=True)
    pairs = pairs.unique("nth", keep="first", maintain_order=True)
    pairs = pairs.with_columns(other_on="on_other", other_stage="stage_other", other_source=pl.lit(reading.chosen))
    pairs = pairs.with_columns(chosen=pl.lit(reading.chosen), chosen_by=pl.lit(reading.by), why=pl.lit(reading.why))
    return pairs.select(pl.col(name).cast(kind) for name, kind in CONFLICT.items())
