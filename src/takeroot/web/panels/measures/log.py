"""What was logged where a series was measured: events, adaptations, changes of stage and experiments, by their days."""

from __future__ import annotations

import polars as pl

from takeroot.analysis.explanation.telling import TOLD, tell
from takeroot.reporting.results import Results
from takeroot.vocabulary.programme import Programme

#: The tables, and what each of their rows is.
KINDS = {"events": "event", "adaptations": "adaptation", "stages": "stage", "experiments": "experiment"}


def logged(results: Results, site: str = "") -> pl.DataFrame:
    """What was logged at a site, and of the whole programme; of the whole programme alone, where no site is said.

    In order of time: ``on``, ``until``, ``kind``, ``site`` (empty), ``says``, ``reference`` and ``by``.
    """
    programme = results.programme
    told = [
        tell(_about(programme, table, site), table).with_columns(kind=pl.lit(kind))
        for table, kind in KINDS.items()
        if table in programme.tables
    ]
    everything = pl.concat([pl.DataFrame(schema={**TOLD, "kind": pl.String()}), *told])
    # what is here speaks of the series that is looked at, whatever its site is called
    everything = everything.filter(pl.col("on").is_not_null()).with_columns(site=pl.lit(None, dtype=pl.String))
    until = results.as_at
    if until is not None:
        everything = everything.filter(pl.col("on") <= until)
    return everything.sort("on", "reference").select("on", "until", "kind", "site", "says", "reference", "by")


def _about(programme: Programme, table: str, site: str) -> Programme:
    """The programme with the rows of one table alone that speak of this site, its region, or of all."""
    rows: pl.DataFrame = getattr(programme, table)
    here = pl.col("site").is_null() | (pl.col("site") == site) if site else pl.col("site").is_null()
    if "region" in rows.columns:
        own = programme.sites.filter(pl.col("site") == site)["region"].to_list() if site else []
        here &= pl.col("region").is_null() | pl.col("region").is_in(own) | (pl.col("site") == site).fill_null(False)
    kept = rows.filter(here)
    about = programme.about.model_copy(update={"as_at": programme.as_at})
    shared: dict[str, pl.DataFrame] = {
        name: getattr(programme, name) for name in ("sites", "components") if name in programme.tables
    }
    return Programme.kept(about, {**shared, table: kept})
