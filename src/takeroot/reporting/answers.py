"""Was it spread and sustained as planned? What changed, and why? The two answers, and what needs attention.

The first answer is computed: each statement has its figures with their denominators, its evidence, and what makes it
doubtful. The second is written by people: here their accounts are gathered, their citations checked, and the changes of
which nobody has given an account yet are listed. Nothing of it is composed.

References
----------
Papoutsi C, Greenhalgh T, Marjanovic S. Approaches to Spread, Scale-Up, and Sustainability. Cambridge University Press,
2024 (two kinds of answer: whether it went as planned, and what changed and why).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from takeroot.charts.wording import agree, counted, day, listed, number
from takeroot.reporting.planned import as_planned
from takeroot.reporting.results import Results
from takeroot.reporting.statement import Statement, doubts
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.stages import Stage

__all__ = ["Statement", "as_planned", "attention", "what_changed"]


def what_changed(programme: Programme | Results) -> list[Statement]:
    """The second answer: the accounts that people wrote, and the changes that have none.

    Parameters
    ----------
    programme
        The programme, or the results of its analyses.

    Returns
    -------
    list of Statement
        The latest version of each account of what changed and why, in its own words, signed in ``about``; its doubt
        names accounts that differ and citations that are broken. Last, how many changes have no account yet.
    """
    results = Results.of(programme)
    written = results.accounts.filter(pl.col("latest"), pl.col("question") == "what changed and why")
    signed = {row["reference"]: row["by"] for row in results.accounts.iter_rows(named=True)}
    found = [_account(row, signed) for row in written.sort("on", "by").iter_rows(named=True)]
    if not found:
        found = [Statement("Nobody has written what changed and why yet.", about="Accounts")]
    return [*found, *_unexplained(results)]


def attention(programme: Programme | Results) -> list[Statement]:
    """What needs somebody's attention, in neutral words; sites are named in the order of the alphabet, never ranked.

    Parameters
    ----------
    programme
        The programme, or the results of its analyses.
    """
    results = Results.of(programme)
    return [
        s
        for part in (_due, _to_do, _not_known, _open_conflicts, _unexplained, _ending, _undefined)
        for s in part(results)
    ]


def _account(row: dict[str, Any], signed: dict[str, str]) -> Statement:
    from takeroot.analysis import explanation

    beside = [signed[other.strip()] for other in (row["stands_beside"] or "").split(";") if other.strip() in signed]
    unsure = [f"{listed(beside)} {'sees' if len(beside) == 1 else 'see'} it otherwise" if beside else ""]
    if row["broken"]:
        unsure.append(f"{counted(row['broken'], 'citations')} in it can not be found in the record")
    version = f", version {row['version']}" if (row["version"] or 1) > 1 else ""
    return Statement(
        row["text"] or "",
        tuple(explanation.citations(row["text"] or "")),
        doubts(*unsure),
        f"{row['by']}, {day(row['on'])}{version}",
    )


def _unexplained(results: Results) -> Iterator[Statement]:
    changes = results.changes.filter(pl.col("matters"))
    without = changes.filter(pl.col("state") == "no account yet")
    differ = changes.filter(pl.col("state") == "accounts differ").height
    if without.height:
        yield Statement(
            f"{without_account(without.height, changes.height)} no account yet"
            + (f"; of {number(differ)} the accounts differ." if differ else "."),
            tuple(without["reference"].drop_nulls()),
            about="No account yet",
        )


def without_account(some: int, of: int) -> str:
    """How many of the changes that matter have ...

    Examples
    --------
    >>> without_account(1, 1), without_account(1, 3), without_account(2, 3)
    ('The one change that matters has', '1 of 3 changes that matter has', '2 of 3 changes that matter have')
    """
    if of == 1:
        return "The one change that matters has"
    return f"{number(some)} of {counted(of, 'changes')} that matter {agree(some, 'has', 'have')}"


def _due(results: Results) -> Iterator[Statement]:
    as_at = results.as_at
    plans = results.planned
    if as_at is None or not plans.height:
        return
    late = plans.filter(
        "current", pl.col("due") <= as_at, ~pl.col("met").fill_null(True), pl.col("actual_on").is_null()
    )
    late = late.select("site", plan="reference").join(results.standing, on="site")
    declined, unknown = (pl.col("stage").eq_missing(pl.lit(stage.value)) for stage in (Stage.DECLINED, Stage.UNKNOWN))
    asked = late.filter("open", ~declined, ~unknown)
    if not asked.height:
        return
    apart = (
        (late.filter(~pl.col("open")), "closed, merged or split"),
        (late.filter("open", declined), "declined"),
        (late.filter("open", unknown), "not known of"),
    )
    kinds = [f"{number(sites['site'].n_unique())} {kind}" for sites, kind in apart if sites.height]
    yield Statement(
        f"At {counted(asked['site'].n_unique(), 'sites')} the latest planned date has passed and it has not happened: "
        f"{_names(results, asked['site'])}." + (f" Other sites are not counted: {listed(kinds)}." if kinds else ""),
        tuple(asked["plan"]),
        "The plan may be out of date rather than the work.",
        "Planned dates",
    )


def _to_do(results: Results) -> Iterator[Statement]:
    as_at = results.as_at
    actions = results.programme.actions
    if as_at is None:
        return
    overdue = actions.filter(
        pl.col("due") < as_at, pl.col("done").is_null(), pl.col("status").fill_null("open") == "open"
    )
    if overdue.height:
        yield Statement(
            f"{counted(overdue.height, 'actions')} {agree(overdue.height, 'is past its', 'are past their')} "
            f"date and not done: "
            f"{listed(overdue['title'].head(5).to_list())}{' and others' if overdue.height > 5 else ''}.",
            tuple(f"actions:{row}" for row in overdue["id"]),
            about="Actions",
        )


def _not_known(results: Results) -> Iterator[Statement]:
    unknown = results.standing.filter("open", pl.col("stage") == Stage.UNKNOWN)
    if unknown.height:
        yield Statement(
            f"Of {counted(unknown.height, 'sites')} nothing has been known for some time: "
            f"{_names(results, unknown['site'])}.",
            tuple(unknown["reference"].drop_nulls()),
            "Not known is not the same as not in use.",
            "Not known",
        )


def _open_conflicts(results: Results) -> Iterator[Statement]:
    conflicts = results.conflicts
    open_ = conflicts.filter(pl.col("chosen").is_null())
    if open_.height:
        yield Statement(
            f"Sources conflict at {counted(open_['site'].n_unique(), 'sites')}, and nobody has chosen which "
            f"reading the "
            f"figures follow: {_names(results, open_['site'])}.",
            about="Sources",
        )


def _ending(results: Results) -> Iterator[Statement]:
    as_at, measures = results.as_at, results.programme.measures
    if as_at is None or not measures.height:
        return
    over = measures.filter(pl.col("collected_until") <= as_at)
    if over.height:
        yield Statement(
            f"Nobody collects {counted(over.height, 'measures')} any longer: "
            f"{listed([results.measure(code) for code in over['measure']])}.",
            tuple(f"measures:{row}" for row in over["id"]),
            "What is not measured can not be seen to last.",
            "Measures",
        )


def _undefined(results: Results) -> Iterator[Statement]:
    if not results.programme.rules:
        yield Statement(
            "It is not written down yet what “sustained” means here, valued by whom and for how long.", about="Rules"
        )
    if results.now is not None and results.now["eligible"] is None:
        yield Statement(
            "It is not recorded how many sites could take it up, so no share can be given.", about="Denominator"
        )


def _names(results: Results, sites: pl.Series, most: int = 6) -> str:
    names = sorted({results.site(code) for code in sites.drop_nulls()}, key=str.casefold)
    shown = names[:most]
    return listed(shown) if len(names) <= most else f"{', '.join(shown)} and {len(names) - most} others"
