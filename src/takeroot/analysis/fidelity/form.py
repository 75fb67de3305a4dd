"""Is it still done, and does it still do what it is for? Form against function, core that was lost, variation.

A form can change and its function be kept; and a form can be kept while its function is lost: a checklist completed by
one person alone is complete. That a form *changed* is what an adaptation in force says, whatever is counted; but what
was left out of a thing, and its function with it, changed no form. That a form is *kept* is read off the count of
deliveries, which sees no more than that: where the function is lost, no adaptation in force changed the form, and the
count still finds it delivered, the form was kept. Where nothing is counted, no more can be said than that it was still
in use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import now_called
from takeroot.analysis.adoption.spells import spells
from takeroot.analysis.fidelity.adapting import adapting
from takeroot.analysis.fidelity.core import standing
from takeroot.analysis.fidelity.delivering import recorded
from takeroot.analysis.sustainment.evidence import DELIVERED_SHARE

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: What a lost function reads as: by what is counted and changed, and, where nothing is, by whether it was in use.
LOST = (
    "form kept, function lost",
    "form changed, function lost",
    "little delivered, function lost",
    "still in use, function lost",
    "function lost",
)

#: Natures of an adaptation that leave something out. Where the function went with it, the form is what was left.
LEAVES_OUT = "(?i)remov|skip|omit|drop|leav|drift|depart"

#: Of several words on one day, which goes first.
WORST = {"no": "0", "unknown": "1", "yes": "2"}

_FORMS = {
    "site": pl.String(),
    "component": pl.String(),
    "core": pl.String(),
    "on": pl.Date(),
    "form_here": pl.String(),
    "changed": pl.Boolean(),
    "in_force": pl.Boolean(),
    "share": pl.Float64(),
    "counts": pl.Boolean(),
    "function_kept": pl.String(),
    "reads": pl.String(),
    "references": pl.String(),
}
_VARIATION = {
    "component": pl.String(),
    "core": pl.String(),
    "dimension": pl.String(),
    "sites": pl.Int64(),
    **dict.fromkeys(("least", "quarter", "middle", "three_quarters", "most"), pl.Float64()),
    **dict.fromkeys(("low", "reason_said", "no_reason_said"), pl.Int64()),
    "no_reason_said_at": pl.String(),
}


def form_and_function(programme: Programme, *, counts_from: float = DELIVERED_SHARE) -> pl.DataFrame:
    """Of each component at each site, whether its form changed, and whether its function was kept, by the latest word.

    Parameters
    ----------
    programme
        Its deliveries, adaptations and core claims.
    counts_from
        The share from which a delivery counts as delivered.

    Returns
    -------
    DataFrame
        In order of site (what was changed for the whole programme last, without a site) and component: whether it is
        ``core`` there; ``on``, the day of the latest word; ``form_here``; whether an adaptation of it ``changed`` its
        form (one that left something out, and the function with it, did not), and whether one still holds at the end
        of the record (``in_force``); the mean ``share`` delivered on the
        last day, and whether it ``counts`` as delivered in every dimension; ``function_kept`` (yes, no, unknown: the
        latest word; of one day, no before unknown before yes); what that ``reads`` as; and the ``references`` it rests
        on. Of what ended before a later delivery, the delivery speaks.

        It reads as *form changed* by an adaptation, *own form* where only the form here is told, *form kept* else, and
        *little delivered* where it does not count as delivered; and as *function kept*, *lost* or *not known*. Where
        the function is lost, see above: there *form kept* includes a form of its own.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = {"site": ["A", "B"], "component": ["board", "call"], "on": ["2024-01-05"] * 2, "delivered": [0.97, 0.9]}
    >>> rows |= {"form_here": ["Filled in by the clerk", "Volunteers call"], "function_kept": ["no", "yes"]}
    >>> form_and_function(Programme("Falls", deliveries=rows))["reads"].to_list()
    ['form kept, function lost', 'own form, function kept']
    """
    at, one = standing(programme), ["site", "component"]
    rows = recorded(programme, counts_from=counts_from)
    of_part = [*one, "dimension"]
    last = rows.filter(pl.col("on") == pl.col("on").max().over(of_part))
    done = last.group_by(one).agg(
        pl.col("on").max(),
        pl.col("form_here").sort_by("on").drop_nulls().last(),
        pl.col("share").mean(),
        counts=pl.when(pl.col("counts").is_not_null().any()).then(pl.col("counts").all()),
        delivered_by=pl.col("reference").sort(),
    )
    changes = adapting(programme).filter(pl.col("concerns") == "improvement").drop_nulls("component")
    seen = changes.join(done.select(*one, seen="on"), on=one, how="left", nulls_equal=True)["seen"]
    changes = changes.filter(pl.col("in_force") | (pl.col("until") > seen).fill_null(True))
    left_out = (pl.col("function_kept") == "no") & pl.col("nature").str.contains(LEAVES_OUT)
    changed = changes.group_by(one).agg(
        pl.col("in_force").any(),
        changed=(~left_out.fill_null(False)).any(),
        changed_now=(~left_out.fill_null(False) & pl.col("in_force")).any(),
        changed_on=pl.col("on").max(),
        changed_by=pl.col("reference").sort(),
    )
    said = pl.concat([rows.select(*one, "on", "function_kept"), changes.select(*one, "on", "function_kept")])
    said = said.drop_nulls("function_kept").filter(pl.col("on") == pl.col("on").max().over(one))
    said = said.group_by(one).agg(pl.col("function_kept").sort_by(pl.col("function_kept").replace(WORST)).first())
    both = done.join(changed, on=one, how="full", coalesce=True, nulls_equal=True)
    both = both.join(said, on=one, how="left", nulls_equal=True).sort(one, nulls_last=True)
    nothing = pl.lit([], dtype=pl.List(pl.String))
    joined = pl.concat_list(pl.col("delivered_by").fill_null(nothing), pl.col("changed_by").fill_null(nothing))
    both = both.with_columns(
        pl.col("function_kept").fill_null("unknown"),
        pl.col("in_force", "changed", "changed_now").fill_null(False),
        references=joined.list.join("; "),
        on=pl.max_horizontal("on", "changed_on"),
    )
    used: dict[str, list[tuple[date, date | None]]] = {}
    for site, began, ended in spells(programme).select("site", "began", "ended").iter_rows():
        used.setdefault(site, []).append((began, ended))
    cores = [at(component, site, None) for component, site in both.select("component", "site").iter_rows()]
    both = both.with_columns(
        core=pl.Series(cores, dtype=pl.String),
        in_use=pl.Series([_in_use(used, *key) for key in both.select("site", "on").iter_rows()], dtype=pl.Boolean),
    )
    return both.with_columns(reads=_reads()).select(pl.col(name).cast(kind) for name, kind in _FORMS.items())


def _in_use(used: Mapping[str, Sequence[tuple[date, date | None]]], site: str | None, day: date) -> bool:
    """Whether a site (any, if none is given) was in use on a day."""
    there = chain(*used.values()) if site is None else used.get(site, ())
    return any(began <= day and (ended is None or ended > day) for began, ended in there)


def _reads() -> pl.Expr:
    """Form and function in words."""
    counted, lost = pl.col("counts"), pl.col("function_kept") == "no"
    form = (
        pl.when(~counted.fill_null(True))
        .then(pl.lit("little delivered"))
        .when("changed")
        .then(pl.lit("form changed"))
        .when(pl.col("form_here").is_not_null())
        .then(pl.lit("own form"))
        .otherwise(pl.lit("form kept"))
    )
    function = pl.when(pl.col("function_kept") == "yes").then(pl.lit("kept")).otherwise(pl.lit("not known"))
    kept, changed, little, still, gone = map(pl.lit, LOST)
    return (
        pl.when(lost & ~counted)
        .then(little)
        .when(lost & (pl.col("changed_now") | (counted & pl.col("changed"))))
        .then(changed)
        .when(lost & counted)
        .then(kept)
        .when(lost & pl.col("in_use"))
        .then(still)
        .when(lost)
        .then(gone)
        .otherwise(pl.concat_str(form, pl.lit(", function "), function))
    )


def core_lost(programme: Programme, *, counts_from: float = DELIVERED_SHARE) -> pl.DataFrame:
    """Where something core, or disputed, is not delivered any more, or no longer does what it is for.

    Parameters
    ----------
    programme, counts_from
        As for :func:`form_and_function`.

    Returns
    -------
    DataFrame
        The rows of :func:`form_and_function` whose component is core there or disputed, and of which the function is
        lost, or that do not count as delivered.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = {"site": ["A", "B"], "component": ["talk"] * 2, "on": ["2024-01-05"] * 2, "delivered": [0.2, 0.9]}
    >>> claims = {"component": ["talk"], "core": [True], "according_to": ["programme team"]}
    >>> core_lost(Programme("Falls", core_claims=claims, deliveries=rows))["site"].to_list()
    ['A']
    """
    rows = form_and_function(programme, counts_from=counts_from)
    lost = pl.col("reads").is_in(LOST) | (~pl.col("counts")).fill_null(False)
    return rows.filter(pl.col("core").is_in(["core", "disputed"]), lost)


def variation(programme: Programme, *, counts_from: float = DELIVERED_SHARE) -> pl.DataFrame:
    """How much sites differ in what they deliver, and of how many that deliver little a reason is recorded.

    Whether a difference is warranted, people say. What can be shown is where nobody has said why.

    Parameters
    ----------
    programme, counts_from
        As for :func:`form_and_function`.

    Returns
    -------
    DataFrame
        For each ``component`` and ``dimension`` in order of the alphabet: whether it is ``core``; how many ``sites``
        gave a share; the ``least`` of their latest shares, a ``quarter``, the ``middle``, ``three_quarters`` and the
        ``most``; how many are ``low`` (under ``counts_from``); of how many of these an adaptation with a reason or a
        goal is recorded (``reason_said``), of how many none (``no_reason_said``), and at which sites, in order of the
        alphabet (``no_reason_said_at``).

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = {"site": ["A", "B"], "component": ["talk"] * 2, "on": ["2024-01-05"] * 2, "delivered": [0.2, 0.9]}
    >>> variation(Programme("Falls", deliveries=rows)).select("least", "most", "low", "no_reason_said_at").row(0)
    (0.2, 0.9, 1, 'A')
    """
    at, one = standing(programme), ["component", "dimension"]
    rows = recorded(programme, counts_from=counts_from).drop_nulls("share")
    last = rows.filter(pl.col("on") == pl.col("on").max().over("site", *one))
    last = last.group_by("site", *one).agg(pl.col("share").mean())
    told = programme.adaptations.filter(pl.any_horizontal(pl.col("reasons", "goals").is_not_null()))
    told = told.drop_nulls(["site", "component"]).select(pl.col("site").replace(now_called(programme)), "component")
    last = last.join(told.unique().with_columns(said=True), on=["site", "component"], how="left")
    low, said = pl.col("share") < counts_from, pl.col("said").fill_null(False)
    found = last.group_by(one).agg(
        sites=pl.len(),
        least=pl.col("share").min(),
        quarter=pl.col("share").quantile(0.25, "linear"),
        middle=pl.col("share").median(),
        three_quarters=pl.col("share").quantile(0.75, "linear"),
        most=pl.col("share").max(),
        low=low.sum(),
        reason_said=(low & said).sum(),
        no_reason_said=(low & ~said).sum(),
        no_reason_said_at=pl.col("site").filter(low & ~said).sort().str.join("; ").replace("", None),
    )
    found = found.sort(one, nulls_last=True)
    found = found.with_columns(core=pl.Series([at(name, None, None) for name in found["component"]], dtype=pl.String))
    return found.select(pl.col(name).cast(kind) for name, kind in _VARIATION.items())
