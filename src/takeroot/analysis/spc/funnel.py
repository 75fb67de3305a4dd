"""Do sites differ by more than chance? A funnel plot of proportions or rates across sites, over one stretch of time.

Each site is one point. Around the share of all sites together lie limits that are wide where a site counts few and
narrow where it counts many; they widen with the spread between sites where that is more than counting alone gives.

References
----------
Spiegelhalter DJ. Funnel plots for comparing institutional performance. Stat Med 2005;24:1185-202.
Laney DB. Improved control charts for attributes. Qual Eng 2002;14:531-7 (the spread between sites).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from takeroot.analysis.spc.limits import meant
from takeroot.analysis.spc.series import arranged, described
from takeroot.errors import Fault, FaultyInput, NotFound, quoted
from takeroot.vocabulary.column import IntoFrame

#: What a funnel may be of, and whether its limits widen with the spread between sites.
FUNNELS = {"p": False, "u": False, "p_prime": True, "u_prime": True}


def funnel(
    values: IntoFrame,
    *,
    kind: str | None = None,
    measures: IntoFrame | None = None,
    since: date | None = None,
    until: date | None = None,
    least: float = 0,
) -> pl.DataFrame:
    """Each measure across its sites.

    Parameters
    ----------
    values
        Numerators and denominators by measure, site and period: see :data:`~takeroot.vocabulary.tables.VALUES`. Those
        of each site are added up.
    kind
        ``p`` for proportions, ``u`` for rates; ``p_prime`` and ``u_prime`` with limits that widen with the spread
        between sites. If not given, the one each measure names, else ``p``.
    measures
        Which direction is better and what a proportion is multiplied by: see
        :data:`~takeroot.vocabulary.tables.MEASURES`.
    since, until
        The first and the last day that count; all, if not given.
    least
        A site whose denominator is below this is drawn, and not judged.

    Returns
    -------
    DataFrame
        One row for each measure and site, as :func:`~takeroot.analysis.spc.chart` has them, with the ``numerator`` and
        the ``denominator`` added up; ``on`` is the site's latest day, ``since`` its first. ``shows`` is empty where a
        site is not judged.

    Raises
    ------
    FaultyInput
        If values have no numerator or denominator, or a proportion is above 1.

    Examples
    --------
    >>> rows = {"measure": ["falls"] * 3, "site": ["A", "B", "C"], "on": ["2024-01-01"] * 3}
    >>> rows |= {"numerator": [10, 12, 60], "denominator": [100, 100, 100]}
    >>> funnel(rows, measures={"measure": ["falls"], "improves": ["down"]}).select("site", "signals", "shows").rows()
    [('A', 'astronomical', 'improvement'), ('B', 'astronomical', 'improvement'), ('C', 'astronomical', 'concern')]
    """
    kind = None if kind is None else meant(kind)
    if kind is not None and kind not in FUNNELS:
        raise NotFound("kind of funnel", kind, FUNNELS)
    about = described(measures)
    frame = arranged(values, about).frame.filter(
        pl.lit(True) if since is None else pl.col("on") >= since,
        pl.lit(True) if until is None else pl.col("on") <= until,
    )
    frame = _told(frame, about, kind)
    sites = frame.group_by("measure", "site", maintain_order=True).agg(
        pl.col("on").max(),
        pl.col("on").min().alias("since"),
        pl.col("numerator", "denominator").sum(),
        pl.col("improves", "times", "kind").first(),
    )
    _checked(frame, sites)
    share = pl.col("numerator") / pl.when(pl.col("denominator") > 0).then("denominator")
    sites = sites.with_columns(share=share, pooled=_pooled())
    rate = pl.col("kind").is_in(["u", "u_prime"])
    counting = pl.when(rate).then(pl.col("pooled")).otherwise(pl.col("pooled") * (1 - pl.col("pooled")))
    sites = sites.with_columns(sigma=(counting / pl.when(pl.col("denominator") > 0).then("denominator")).sqrt())
    z = pl.when(pl.col("sigma") > 0).then((pl.col("share") - pl.col("pooled")) / pl.col("sigma"))
    widening = pl.when(pl.col("kind").is_in(["p_prime", "u_prime"])).then(z.std().over("measure")).otherwise(1.0)
    sites = sites.with_columns(sigma=pl.col("sigma") * widening, top=pl.when(rate).then(None).otherwise(1.0))
    return sites.select("measure", "site", "on", "since", *_lines(), *_shown(least), "numerator", "denominator")


def _told(frame: pl.DataFrame, about: pl.DataFrame | None, kind: str | None) -> pl.DataFrame:
    """What is said of each measure, beside its values; counted are those with both parts."""
    there = pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null()
    frame = frame.with_columns(whole=there | pl.col("value").is_null()).with_columns(
        pl.when(there).then(name).alias(name) for name in ("numerator", "denominator")
    )
    said = frame.select("measure").unique(maintain_order=True)
    if about is not None:
        said = said.join(about.select("measure", "improves", "multiply", "chart"), on="measure", how="left")
    else:
        said = said.with_columns(improves=pl.lit("neither"), multiply=pl.lit(1.0), chart=pl.lit("p"))
    named = pl.when(pl.col("chart").is_in(list(FUNNELS))).then("chart").otherwise(pl.lit("p"))
    said = said.select(
        "measure",
        pl.col("improves").fill_null("neither"),
        times=pl.col("multiply").fill_null(1.0),
        kind=pl.lit(kind) if kind else named,
    )
    return frame.drop("improves", "times", "kind", strict=False).join(said, on="measure", maintain_order="left")


def _checked(frame: pl.DataFrame, sites: pl.DataFrame) -> None:
    faults = []
    for (measure,), rows in frame.filter(~pl.col("whole")).group_by("measure", maintain_order=True):
        says = f"a funnel needs a numerator and a denominator; {quoted(measure)} has {rows.height:,} values without"
        faults.append(Fault(says, "values", None, "denominator"))
    above = sites.filter(pl.col("kind").is_in(["p", "p_prime"]) & (pl.col("numerator") > pl.col("denominator")))
    for measure, site in above.select("measure", "site").iter_rows():
        says = f"a proportion can not be above 1; {quoted(measure)} at {quoted(site)} counts more than its denominator"
        faults.append(Fault(says, "values", None, "numerator"))
    if faults:
        raise FaultyInput(faults)


def _pooled() -> pl.Expr:
    total = pl.col("denominator").sum().over("measure")
    return pl.col("numerator").sum().over("measure") / pl.when(total > 0).then(total)


def _lines() -> list[pl.Expr]:
    def line(reach: float) -> pl.Expr:
        at = pl.col("pooled") + reach * pl.col("sigma")
        return pl.min_horizontal(pl.max_horizontal(at, pl.lit(0.0)), pl.when(at.is_not_null()).then("top")) * pl.col(
            "times"
        )

    drawn = {"lower": -3.0, "upper": 3.0, "near_lower": -2.0, "near_upper": 2.0}
    return [
        (pl.col("share") * pl.col("times")).alias("value"),
        pl.lit(1, pl.Int32).alias("phase"),
        pl.col("share").is_not_null().alias("included"),
        (pl.col("pooled") * pl.col("times")).alias("centre"),
        *(pl.when(pl.col("sigma").is_not_null()).then(line(reach)).alias(name) for name, reach in drawn.items()),
    ]


def _shown(least: float) -> list[pl.Expr]:
    away = pl.col("share") - pl.col("pooled")
    high, low = away > 3 * pl.col("sigma") * (1 + 1e-12), away < -3 * pl.col("sigma") * (1 + 1e-12)
    out = (high | low).fill_null(False)
    better = pl.when(pl.col("improves") == "up").then(high).otherwise(low)
    neither = pl.when(high).then(pl.lit("neither_high")).otherwise(pl.lit("neither_low"))
    shows = (
        pl.when(pl.col("share").is_null() | (pl.col("denominator") < least)).then(None)
        .when(~out).then(pl.lit("common"))
        .when(pl.col("improves") == "neither").then(neither)
        .when(better).then(pl.lit("improvement"))
        .otherwise(pl.lit("concern"))
    )  # fmt: skip
    return [
        pl.when(out).then(pl.lit("astronomical")).otherwise(pl.lit("")).alias("signals"),
        shows.alias("shows"),
        pl.lit("funnel").alias("rules"),
        pl.col("kind").alias("chart"),
        pl.col("improves"),
    ]
