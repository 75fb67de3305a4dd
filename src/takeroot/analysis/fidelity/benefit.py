"""Does it do more good where more of it is delivered, or where it was adapted? Figures side by side, and no verdict.

Sites that deliver more, or that adapt, differ from others in more than that, and what they reach may be why they
deliver. So figures stand beside each other; none of them says that an adaptation is bad, or that it is good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import now_called, record
from takeroot.analysis.distributions import student_reach
from takeroot.analysis.fidelity.adapting import adapting
from takeroot.analysis.fidelity.delivering import recorded
from takeroot.analysis.sustainment.evidence import DELIVERED_SHARE
from takeroot.errors import NotEnough, NotFound
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.stages import IN_USE

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

_BENEFIT = {
    "site": pl.String(),
    "period": pl.Int64(),
    "on": pl.Date(),
    "until": pl.Date(),
    "values": pl.Int64(),
    "mean": pl.Float64(),
    "deliveries": pl.Int64(),
    "delivered": pl.Float64(),
    "counted": pl.Float64(),
    **dict.fromkeys(("function_kept", "function_lost", "function_not_known"), pl.Int64()),
    "adapted": pl.String(),
    "delivery": pl.String(),
}
_BESIDE = {
    "measure": pl.String(),
    "improves": pl.String(),
    "adapted": pl.String(),
    "delivery": pl.String(),
    **dict.fromkeys(("sites", "periods"), pl.Int64()),
    **dict.fromkeys(("mean", "lower", "upper"), pl.Float64()),
}


def benefit(
    programme: Programme, measure: str, *, months: int = 6, counts_from: float = DELIVERED_SHARE
) -> pl.DataFrame:
    """What a measure showed at each site while so much was delivered and these adaptations were in force.

    Parameters
    ----------
    programme
        Its stages, values, deliveries and adaptations.
    measure
        The measure.
    months
        How long the periods are that each site is looked at in, from its first use.
    counts_from
        The share from which a delivery counts as delivered.

    Returns
    -------
    DataFrame
        For each site and period in which the measure has a value: ``period`` (from 1), ``on`` its first day and
        ``until`` the first after it; how many ``values``, and their ``mean`` in the measure's own unit (of parts, the
        quotient of their sums); how many ``deliveries`` were recorded, the mean share ``delivered`` of those that are
        shares, and the share ``counted`` as delivered; how many adaptations of the improvement at the site were in
        force at its end whose function was kept, lost or is not known; that in a word (``adapted``: nothing recorded,
        function kept, function lost, function not known), and whether ``delivery`` was full (all counted as delivered),
        less, or not recorded.

    Raises
    ------
    NotFound
        If there is no such measure.
    NotEnough
        If periods have no length.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A"], "stage": ["using"], "on": ["2024-01-01"]}
    >>> values = {"measure": ["falls"] * 3, "site": ["A"] * 3, "on": ["2023-12", "2024-01", "2024-08"]}
    >>> programme = Programme("Falls", stages=stages, values=values | {"value": [9, 5, 3]})
    >>> benefit(programme, "falls").select("period", "mean", "adapted", "delivery").rows()
    [(1, 5.0, 'nothing recorded', 'not recorded'), (2, 3.0, 'nothing recorded', 'not recorded')]
    """
    if measure not in (known := {*programme.measures["measure"], *programme.values["measure"]}):
        raise NotFound("measure", measure, known)
    if months < 1:
        raise NotEnough(f"Periods of at least a month are needed; found {months}.")
    rows = record(programme).rows.filter(pl.col("stage").is_in(IN_USE))
    first = rows.group_by("site").agg(first=pl.col("on").min())
    one = ["site", "period"]
    values = _in_periods(values_of(programme, measure), first, months)
    found = values.group_by(one).agg(values=pl.len(), mean=mean_of(), first=pl.col("first").first())
    given = _in_periods(recorded(programme, counts_from=counts_from).drop_nulls("counts"), first, months)
    given = given.group_by(one).agg(
        deliveries=pl.len(), delivered=pl.col("share").mean(), counted=pl.col("counts").mean()
    )
    since = months_after(pl.col("first"), (pl.col("period") - 1) * months)
    found = found.with_columns(on=since, until=months_after(pl.col("first"), pl.col("period") * months))
    found = found.join(given, on=one, how="left").join(_in_force(programme, found), on=one, how="left")
    words = ("function_lost", "function_not_known", "function_kept")
    found = found.with_columns(pl.col("deliveries", *words).fill_null(0)).sort(one)
    adapted = pl.lit("nothing recorded")
    for word in reversed(words):
        adapted = pl.when(pl.col(word) > 0).then(pl.lit(word.replace("_", " "))).otherwise(adapted)
    full = pl.when(pl.col("counted") >= 1).then(pl.lit("full")).otherwise(pl.lit("less"))
    delivery = pl.when(pl.col("counted").is_null()).then(pl.lit("not recorded")).otherwise(full)
    found = found.with_columns(adapted=adapted, delivery=delivery)
    return found.select(pl.col(name).cast(kind) for name, kind in _BENEFIT.items())


def benefit_beside(
    programme: Programme, measure: str, *, months: int = 6, counts_from: float = DELIVERED_SHARE
) -> pl.DataFrame:
    """What a measure showed, beside what was adapted and how much was delivered: groups of sites' periods.

    Parameters
    ----------
    programme, measure, months, counts_from
        As for :func:`benefit`.

    Returns
    -------
    DataFrame
        For each ``adapted`` and ``delivery`` that any site has: the ``measure`` and the direction in which it
        ``improves``, how many ``sites`` and ``periods``, the ``mean`` of the means of sites, and its ``lower`` and
        ``upper`` 95 % limits over sites (Student; none of a single site). A site may be in several groups, at different
        times. Differences between groups are no effects.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "B"], "stage": ["using"] * 2, "on": ["2024-01-01"] * 2}
    >>> values = {"measure": ["falls"] * 2, "site": ["A", "B"], "on": ["2024-01", "2024-02"], "value": [4, 6]}
    >>> beside = benefit_beside(Programme("Falls", stages=stages, values=values), "falls")
    >>> beside.select("adapted", "sites", "mean").row(0)
    ('nothing recorded', 2, 5.0)
    """
    rows = benefit(programme, measure, months=months, counts_from=counts_from)
    groups = ["adapted", "delivery"]
    own = rows.group_by(*groups, "site").agg(pl.col("mean").mean(), periods=pl.len())
    found = own.group_by(groups).agg(
        sites=pl.len(),
        periods=pl.col("periods").sum(),
        spread=pl.col("mean").sort_by("site").std(),
        mean=pl.col("mean").sort_by("site").mean(),
    )
    reach = [
        None if sites < 2 else student_reach(sites - 1) * spread / sites**0.5
        for sites, spread in found.select("sites", "spread").iter_rows()
    ]
    found = found.with_columns(reach=pl.Series(reach, dtype=pl.Float64)).sort(groups)
    about = programme.measures.filter(measure=measure)
    found = found.with_columns(
        measure=pl.lit(measure),
        improves=pl.lit(about["improves"].item() if about.height else None, dtype=pl.String),
        lower=pl.col("mean") - pl.col("reach"),
        upper=pl.col("mean") + pl.col("reach"),
    )
    return found.select(pl.col(name).cast(kind) for name, kind in _BESIDE.items())


def values_of(programme: Programme, measure: str) -> pl.DataFrame:
    """The values of a measure by site as now called, with its parts, and what it is multiplied by."""
    about = programme.measures.filter(measure=measure)
    multiply = about["multiply"].item() if about.height and about["multiply"].item() is not None else 1.0
    rows = programme.values.filter(measure=measure).select(
        pl.col("site").replace(now_called(programme)), "on", "value", "numerator", "denominator"
    )
    part = pl.col("value").is_null() & pl.col("numerator").is_not_null() & (pl.col("denominator") > 0)
    rows = rows.with_columns(of_parts=part.fill_null(False), multiply=pl.lit(multiply, dtype=pl.Float64))
    return rows.filter(pl.col("of_parts") | pl.col("value").is_not_null()).sort("site", "on")


def mean_of() -> pl.Expr:
    """The mean of such values: the quotient of the sums of their parts, where all are given as parts."""
    multiply = pl.col("multiply").first()
    whole = pl.col("numerator").sum() / pl.col("denominator").sum() * multiply
    quotient = pl.col("numerator") / pl.col("denominator") * pl.col("multiply")
    each = pl.when("of_parts").then(quotient).otherwise("value")
    return pl.when(pl.col("of_parts").all()).then(whole).otherwise(each.mean())


def _in_periods(rows: pl.DataFrame, first: pl.DataFrame, months: int) -> pl.DataFrame:
    """Rows of the time since the first use of their site, with the number of their period."""
    rows = rows.join(first, on="site", how="inner").filter(pl.col("on") >= pl.col("first"))
    since = (pl.col("on").dt.year() - pl.col("first").dt.year()) * 12
    since = since + pl.col("on").dt.month() - pl.col("first").dt.month()
    since = since - (months_after(pl.col("first"), since) > pl.col("on")).cast(pl.Int64)
    return rows.with_columns(period=(since // months + 1).cast(pl.Int64))


def _in_force(programme: Programme, found: pl.DataFrame) -> pl.DataFrame:
    """How many adaptations of the improvement were in force at the end of each period, by what became of function."""
    rows = adapting(programme).filter(pl.col("concerns") == "improvement").drop_nulls("site")
    rows = rows.select("site", since="on", gone="until", kept=pl.col("function_kept").fill_null("unknown"))
    spoken = found.select("site", "period", "until").join(rows, on="site")
    spoken = spoken.filter(pl.col("since") < pl.col("until"), (pl.col("gone") >= pl.col("until")).fill_null(True))
    kept = pl.col("kept")
    return spoken.group_by("site", "period").agg(
        function_kept=(kept == "yes").sum(),
        function_lost=(kept == "no").sum(),
        function_not_known=(kept == "unknown").sum(),
    )
