"""Adaptations: what, when, by whom, planned or not, of core or periphery, and by one site or by several.

An adaptation is neither good nor bad by itself. What is shown is whether what it is for was kept, whether it was of
something core, and what came of it as people record it.

References
----------
Wiltsey Stirman S, Baumann AA, Miller CJ. The FRAME: an expanded framework for reporting adaptations and modifications
to evidence-based interventions. Implementation Science 2019;14:58. Miller CJ, et al. The FRAME-IS. Implementation
Science 2021;16:36. Chambers DA, Norton WE. The Adaptome. Am J Prev Med 2016;51:S124-31.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import now_called, record
from takeroot.analysis.fidelity.core import standing
from takeroot.vocabulary.calendar import months_between
from takeroot.vocabulary.stages import IN_USE
from takeroot.vocabulary.tables import ADAPTATIONS

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: What is asked of an adaptation, and may be answered later.
ASKED = ("phase", "planned", "decided_by", "level", "nature", "core_relation", "function_kept", "goals", "reasons")
#: By what adaptations are counted.
ASPECTS = (
    "component",
    "concerns",
    "core",
    "nature",
    "phase",
    "planned",
    "decided_by",
    "level",
    "core_relation",
    "shared",
    "year",
)

_ADAPTING = {
    "reference": pl.String(),
    "site": pl.String(),
    "on": pl.Date(),
    "until": pl.Date(),
    "in_force": pl.Boolean(),
    "months_in_use": pl.Float64(),
    "concerns": pl.String(),
    "component": pl.String(),
    "core": pl.String(),
    "core_relation": pl.String(),
    "what": pl.String(),
    "nature": pl.String(),
    "phase": pl.String(),
    "planned": pl.String(),
    "decided_by": pl.String(),
    "level": pl.String(),
    "function_kept": pl.String(),
    "shared": pl.String(),
    "alike_at": pl.Int64(),
    "not_said": pl.String(),
}
_PATTERNS = {
    "aspect": pl.String(),
    "answer": pl.String(),
    **dict.fromkeys(
        ("adaptations", "sites", "function_kept", "function_lost", "function_not_known", "of_core", "unplanned"),
        pl.Int64(),
    ),
}


def adapting(programme: Programme) -> pl.DataFrame:
    """Every adaptation, with what it was of, when it came, and whether other sites made one like it.

    Parameters
    ----------
    programme
        Its adaptations, core claims and stages.

    Returns
    -------
    DataFrame
        In order of day and reference: ``reference``, ``site`` (empty for the whole programme), ``on``, ``until``,
        whether it still is ``in_force`` at the end of the record, ``months_in_use`` (since the site's first use;
        negative before it), ``concerns``, ``component``, whether that was ``core`` there on that day (core, periphery,
        disputed, not said), ``core_relation``, ``what``, ``nature``, ``phase``, ``planned``, ``decided_by``,
        ``level``, ``function_kept``; whether it is ``shared`` (``whole programme``; ``several sites``: a change of
        the same nature to the same component, at others too; ``one site``; ``not known``, where nature or component is
        not said), by how many sites one like it was made (``alike_at``); and what is ``not_said`` yet.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = {"site": ["A", "B"], "on": ["2024-01-05", "2024-02-01"], "what": ["Volunteers call", "Clerks call"]}
    >>> rows |= {"component": ["call"] * 2, "nature": ["substituting"] * 2}
    >>> adapting(Programme("Falls", adaptations=rows)).select("shared", "alike_at").row(0)
    ('several sites', 2)
    """
    at, called = standing(programme), now_called(programme)
    rows = programme.adaptations.with_columns(reference=ADAPTATIONS.references(programme.adaptations))
    rows = rows.with_columns(pl.col("site").replace(called))
    keys = rows.select("component", "site", "on").iter_rows()
    until = pl.lit(programme.as_at, dtype=pl.Date)
    alike = ["component", pl.col("nature").str.to_lowercase().str.strip_chars()]
    sites = pl.col("site").drop_nulls().n_unique().over(alike)
    told = pl.col("component").is_not_null() & pl.col("nature").is_not_null()
    shared = (
        pl.when(pl.col("site").is_null())
        .then(pl.lit("whole programme"))
        .when(~told)
        .then(pl.lit("not known"))
        .when(sites > 1)
        .then(pl.lit("several sites"))
        .otherwise(pl.lit("one site"))
    )
    missing = [pl.when(_not_said(name)).then(pl.lit(name.replace("_", " "))) for name in ASKED]
    rows = rows.with_columns(
        core=pl.Series([at(*key) for key in keys], dtype=pl.String),
        concerns=pl.col("concerns").fill_null("improvement"),
        in_force=(pl.col("on") <= until) & (pl.col("until") > until).fill_null(True),
        shared=shared,
        alike_at=pl.when(told).then(sites),
        not_said=pl.concat_str(missing, separator="; ", ignore_nulls=True).replace("", None),
    )
    rows = rows.join(_first_use(programme), on="site", how="left", maintain_order="left")
    rows = rows.with_columns(months_in_use=months_between(pl.col("first_use"), pl.col("on")))
    rows = rows.sort("on", "reference")
    return rows.select(pl.col(name).cast(kind) for name, kind in _ADAPTING.items())


def _not_said(name: str) -> pl.Expr:
    """Whether nothing is said, or that it is not known."""
    said = pl.col(name)
    return said.is_null() | (said == "unknown").fill_null(False)


def _first_use(programme: Programme) -> pl.DataFrame:
    """The first day in use of each site."""
    rows = record(programme).rows.filter(pl.col("stage").is_in(IN_USE))
    return rows.group_by("site").agg(first_use=pl.col("on").min())


def patterns(programme: Programme, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
    """How many adaptations there were of each kind: by component, nature, phase, who decided, planned or not.

    Parameters
    ----------
    programme
        As for :func:`adapting`.
    since, until
        Only those that began on or after a day, and before another.

    Returns
    -------
    DataFrame
        For each ``aspect`` (component, concerns, core, nature, phase, planned, decided by, level, core relation,
        shared, year) and each ``answer``, the most frequent first: how many ``adaptations``, at how many ``sites``
        (those of the whole programme are of none); of how many the function was kept, lost, or is not known; how many
        are ``of_core``; and how many ``unplanned``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = {"on": ["2024-01-05", "2024-02-01"], "what": ["Volunteers call", "No call at weekends"]}
    >>> rows |= {"site": ["A", "B"], "function_kept": ["yes", "no"], "phase": ["sustainment"] * 2}
    >>> found = patterns(Programme("Falls", adaptations=rows)).filter(aspect="phase")
    >>> found.select("answer", "adaptations", "function_kept", "function_lost").row(0)
    ('sustainment', 2, 1, 1)
    """
    rows = adapting(programme).with_columns(year=pl.col("on").dt.year().cast(pl.String))
    if since is not None:
        rows = rows.filter(pl.col("on") >= since)
    if until is not None:
        rows = rows.filter(pl.col("on") < until)
    frames = []
    for aspect in ASPECTS:
        kept = pl.col("function_kept").fill_null("unknown")
        counted = rows.group_by(answer=pl.col(aspect).fill_null("not said")).agg(
            adaptations=pl.len(),
            sites=pl.col("site").drop_nulls().n_unique(),
            function_kept=(kept == "yes").sum(),
            function_lost=(kept == "no").sum(),
            function_not_known=(kept == "unknown").sum(),
            of_core=(pl.col("core") == "core").sum(),
            unplanned=(pl.col("planned") == "unplanned").fill_null(False).sum(),
        )
        counted = counted.with_columns(aspect=pl.lit(aspect.replace("_", " ")))
        order = ["answer"] if aspect == "year" else ["adaptations", "answer"]
        frames.append(counted.sort(order, descending=[name == "adaptations" for name in order]))
    return pl.concat(frames).select(pl.col(name).cast(kind) for name, kind in _PATTERNS.items())
