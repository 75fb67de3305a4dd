"""How much of the improvement was delivered: component by component, and all of them together.

A delivery is a share, or a word. Words are not turned into shares: where a figure is a mean, it is one of shares, and
words are counted beside it. Whether a component *counts as delivered* is another thing, and words decide it too: always
and often do, and so does a share of a half or more, unless another is set. What nobody recorded is not known, and is no
zero.

References
----------
Carroll C, et al. A conceptual framework for implementation fidelity. Implementation Science 2007;2:40 (content,
coverage, frequency and duration).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import now_called
from takeroot.analysis.fidelity.core import standing
from takeroot.analysis.sustainment.evidence import DELIVERED, DELIVERED_SHARE, RECENT
from takeroot.analysis.sustainment.judging import wilson
from takeroot.errors import NotEnough, NotFound
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.tables import DELIVERIES

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: By what deliveries may be told apart.
BY = ("component", "core", "site", "month", "dimension", "source")
#: The row of all components together, of those that any site speaks of.
BUNDLE = "all of these"

_RECORDED = {
    "site": pl.String(),
    "component": pl.String(),
    "core": pl.String(),
    "on": pl.Date(),
    "month": pl.Date(),
    "dimension": pl.String(),
    "share": pl.Float64(),
    "word": pl.String(),
    "counts": pl.Boolean(),
    "form_here": pl.String(),
    "function_kept": pl.String(),
    "source": pl.String(),
    "reference": pl.String(),
}
_FIGURES = {
    **dict.fromkeys(("sites", "records", "shares"), pl.Int64()),
    **dict.fromkeys(("mean", "least", "most"), pl.Float64()),
    **dict.fromkeys(("always", "often", "sometimes", "never", "counted", "function_lost"), pl.Int64()),
}
_BUNDLE = {
    "site": pl.String(),
    "on": pl.Date(),
    **dict.fromkeys(("components", "said", "delivered"), pl.Int64()),
    "share": pl.Float64(),
    **dict.fromkeys(("core", "core_said", "core_delivered"), pl.Int64()),
    "complete": pl.String(),
    "not_delivered": pl.String(),
}
_TOGETHER = {
    "component": pl.String(),
    "core": pl.String(),
    **dict.fromkeys(("sites", "delivered"), pl.Int64()),
    **dict.fromkeys(("share", "lower", "upper", "if_apart"), pl.Float64()),
}


def recorded(programme: Programme, *, counts_from: float = DELIVERED_SHARE) -> pl.DataFrame:
    """Every delivery, with whether it counts as delivered, and what its component was there on that day.

    Parameters
    ----------
    programme
        Its deliveries and core claims.
    counts_from
        The share from which a delivery counts as delivered.

    Returns
    -------
    DataFrame
        In order of site, component, dimension and day: ``site``, ``component``, ``core`` (core, periphery, disputed,
        not said), ``on``, ``month`` (its first day), ``dimension``, the ``share`` or the ``word``, whether it
        ``counts`` as delivered, ``form_here``, ``function_kept``, ``source`` and ``reference``.

    Raises
    ------
    NotEnough
        If the share is none between 0 and 1.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = {"site": ["A", "A"], "component": ["talk", "call"], "on": ["2024-01-05"] * 2}
    >>> rows |= {"delivered": [0.4, "often"]}
    >>> recorded(Programme("Falls", deliveries=rows)).select("component", "share", "word", "counts").rows()
    [('call', None, 'often', True), ('talk', 0.4, None, False)]
    """
    if not 0 < counts_from <= 1:
        raise NotEnough(f"A share from which a delivery counts lies above 0 and up to 1; found {counts_from}.")
    at = standing(programme)
    rows = programme.deliveries.with_columns(reference=DELIVERIES.references(programme.deliveries))
    rows = rows.with_columns(pl.col("site").replace(now_called(programme)))
    share = pl.col("delivered").cast(pl.Float64, strict=False)
    word = pl.when(share.is_null()).then("delivered")
    keys = rows.select("component", "site", "on").iter_rows()
    rows = rows.with_columns(
        share=share,
        word=word,
        counts=pl.when(share.is_not_null()).then(share >= counts_from).otherwise(word.is_in(DELIVERED)),
        month=pl.col("on").dt.month_start(),
        core=pl.Series([at(*key) for key in keys], dtype=pl.String),
    )
    rows = rows.sort("site", "component", "dimension", "on", "source", "reference")
    return rows.select(pl.col(name).cast(kind) for name, kind in _RECORDED.items())


def delivery(
    programme: Programme, by: str | Iterable[str] = "component", *, counts_from: float = DELIVERED_SHARE
) -> pl.DataFrame:
    """How much was delivered, by component, site, month, dimension, source, or whether it is core.

    Parameters
    ----------
    programme, counts_from
        As for :func:`recorded`.
    by
        One or several of component, core, site, month, dimension, source.

    Returns
    -------
    DataFrame
        For each group, in order of the alphabet and of time: how many ``sites`` and ``records``; of the ``shares``
        among them the ``mean`` (of the means of sites, so that each counts once), and the ``least`` and ``most`` of the
        means of sites; how many records say ``always``, ``often``, ``sometimes`` and ``never``; how many records are
        ``counted`` as delivered; and in how many the function is said to be lost (``function_lost``).

    Raises
    ------
    NotFound
        If deliveries are not told apart by this.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = {"site": ["A", "A", "B"], "component": ["talk"] * 3, "on": ["2024-01-05", "2024-02-05", "2024-01-09"]}
    >>> rows |= {"delivered": [0.4, 0.6, 0.9]}
    >>> delivery(Programme("Falls", deliveries=rows)).select("component", "sites", "records", "mean").row(0)
    ('talk', 2, 3, 0.7)
    """
    groups = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    for name in groups:
        if name not in BY:
            raise NotFound("way to tell deliveries apart", name, BY)
    rows = recorded(programme, counts_from=counts_from).filter(
        pl.any_horizontal(pl.col("share", "word", "function_kept").is_not_null())
    )
    own = rows.group_by([*groups, pl.col("site").alias("_site")], maintain_order=True).agg(_mean=pl.col("share").mean())
    own = own.group_by(groups).agg(mean=pl.col("_mean").mean(), least=pl.col("_mean").min(), most=pl.col("_mean").max())
    words = {word: (pl.col("word") == word).sum() for word in ("always", "often", "sometimes", "never")}
    figures = rows.group_by(groups).agg(
        sites=pl.col("site").n_unique() if "site" not in groups else pl.lit(1),
        records=pl.len(),
        shares=pl.col("share").is_not_null().sum(),
        counted=pl.col("counts").sum(),
        function_lost=(pl.col("function_kept") == "no").sum(),
        **words,
    )
    kept = figures.join(own, on=groups, nulls_equal=True).sort(groups, nulls_last=True)
    return kept.select(*groups, *(pl.col(name).cast(kind) for name, kind in _FIGURES.items()))


def bundle(programme: Programme, *, counts_from: float = DELIVERED_SHARE) -> pl.DataFrame:
    """Of each site and day on which deliveries were recorded, how many components were, and whether all were.

    Parameters
    ----------
    programme
        Its components, deliveries and core claims.
    counts_from
        As for :func:`recorded`.

    Returns
    -------
    DataFrame
        In order of site and day: how many ``components`` the improvement had then; of how many something was ``said``
        on that day; how many of these were ``delivered`` in every dimension spoken of; the ``share`` of those said; the
        same of the ``core`` (``core_said``, ``core_delivered``); whether the bundle was ``complete`` (yes; no, if one
        was not delivered; not known, if of one nothing was said); and which were ``not_delivered``. Components of which
        nothing was said do not count as missing. Where sources differ on a component, it counts as said and not as
        delivered.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = {"site": ["A", "A"], "component": ["talk", "call"], "on": ["2024-01-05"] * 2, "delivered": [0.4, 0.9]}
    >>> programme = Programme("Falls", components={"component": ["call", "talk"]}, deliveries=rows)
    >>> bundle(programme).select("said", "delivered", "share", "complete", "not_delivered").row(0)
    (2, 1, 0.5, 'no', 'talk')
    """
    rows = recorded(programme, counts_from=counts_from).drop_nulls("counts")
    one = ["site", "on", "component"]
    each = rows.group_by(one).agg(pl.col("counts").all(), core=pl.col("core").first()).sort(one)
    of_day = each.group_by("site", "on", maintain_order=True).agg(
        said=pl.len(),
        delivered=pl.col("counts").sum(),
        core_said=(pl.col("core") == "core").sum(),
        core_delivered=((pl.col("core") == "core") & pl.col("counts")).sum(),
        names="component",
        not_delivered=pl.col("component").filter(~pl.col("counts")).str.join("; "),
    )
    in_force, at = _in_force(programme), standing(programme)
    whole, cores, complete = [], [], []
    for row in of_day.iter_rows(named=True):
        names = set(row["names"]) | in_force(row["on"])
        whole.append(len(names))
        cores.append(sum(at(name, row["site"], row["on"]) == "core" for name in names))
        complete.append("no" if row["delivered"] < row["said"] else "yes" if row["said"] == len(names) else "not known")
    of_day = of_day.with_columns(
        components=pl.Series(whole, dtype=pl.Int64),
        core=pl.Series(cores, dtype=pl.Int64),
        complete=pl.Series(complete, dtype=pl.String),
        share=pl.col("delivered") / pl.col("said"),
        not_delivered=pl.col("not_delivered").replace("", None),
    )
    return of_day.select(pl.col(name).cast(kind) for name, kind in _BUNDLE.items())


def together(programme: Programme, on: date | None = None, *, counts_from: float = DELIVERED_SHARE) -> pl.DataFrame:
    """Each component and all of them together, at the latest word of each site.

    A bundle is complete less often than any of its parts. How much less says whether the same sites lack several, or
    each lacks another.

    Parameters
    ----------
    programme
        Its components, deliveries and core claims.
    on
        The day of which it speaks: the last of the record, if not given. The latest word counts if it is of the six
        months up to then.
    counts_from
        As for :func:`recorded`.

    Returns
    -------
    DataFrame
        For each ``component`` in order of the alphabet, and last for ``all of these``: whether it is ``core``, at how
        many ``sites`` something is said of it (of all: of every one that any site speaks of), at how many it is
        ``delivered`` (of all: every one), the ``share``, and its ``lower`` and ``upper`` 95 % limits; and of all
        ``if_apart``, the share to be expected if lacking one had nothing to do with lacking another.

    Raises
    ------
    NotEnough
        If the record does not reach that day.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = {"site": list("AABB"), "component": ["talk", "call"] * 2, "on": ["2024-01-05"] * 4}
    >>> rows |= {"delivered": [0.4, 0.9, 0.9, 0.3]}
    >>> programme = Programme("Falls", components={"component": ["call", "talk"]}, deliveries=rows)
    >>> together(programme).select("component", "sites", "delivered", "if_apart").rows()
    [('call', 2, 1, None), ('talk', 2, 1, None), ('all of these', 2, 0, 0.25)]
    """
    until = programme.as_at
    if on is not None and until is not None and on > until:
        raise NotEnough(
            f"The record is complete up to {until:%-d %b %Y}, so it can not say what holds on {on:%-d %b %Y}."
        )
    day = on or until
    rows = recorded(programme, counts_from=counts_from).drop_nulls("counts")
    if day is None or not rows.height:
        return pl.DataFrame(schema=_TOGETHER)
    rows = rows.filter(pl.col("on") <= day, pl.col("on") > months_after(day, -RECENT))
    one = ["site", "component", "dimension"]
    last = rows.filter(pl.col("on") == pl.col("on").max().over(one))
    each = last.group_by("site", "component").agg(pl.col("counts").all())
    at, in_force = standing(programme), _in_force(programme)(day)
    names = sorted(in_force | set(each["component"]))
    found: list[tuple[object, ...]] = []
    apart = 1.0
    for name in names:
        mine = each.filter(component=name)["counts"]
        share, lower, upper = wilson(int(mine.sum()), mine.len())
        apart *= 1.0 if share is None else share
        found.append((name, at(name, None, day), mine.len(), int(mine.sum()), share, lower, upper, None))
    spoken = each["component"].n_unique()
    said = each.group_by("site").agg(pl.col("counts").all(), said=pl.len()).filter(said=spoken)
    share, lower, upper = wilson(int(said["counts"].sum()), said.height)
    expected = apart if said.height else None
    found.append((BUNDLE, None, said.height, int(said["counts"].sum()), share, lower, upper, expected))
    return pl.DataFrame(found, schema=_TOGETHER, orient="row") if names else pl.DataFrame(schema=_TOGETHER)


def _in_force(programme: Programme) -> Callable[[date], set[str]]:
    """The components that the improvement had on a day: those of which a version held."""
    rows = list(programme.components.select("component", "since", "until").iter_rows())

    def on(day: date) -> set[str]:
        return {
            name for name, since, until in rows if (since is None or since <= day) and (until is None or until > day)
        }

    return on
