"""What changed, and has anybody said why? Every change in one list, with what speaks to it.

A change has an account where somebody has written an explanation of it, or an account that cites it. Accounts differ
where explanations give different reasons according to different people, where dissent is recorded with one, or where an
account that cites it stands beside another that does too. Else there is no account yet. That one thing came before
another is no reason, and nothing here infers one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.explanation.citing import beside, citing, each_reference
from takeroot.analysis.explanation.stories import changes_of
from takeroot.vocabulary.tables import EXPLANATIONS

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

HAS_AN_ACCOUNT, DIFFER, NONE_YET = "has an account", "accounts differ", "no account yet"

_CHANGES = {
    "reference": pl.String(),
    "on": pl.Date(),
    "kind": pl.String(),
    "site": pl.String(),
    "says": pl.String(),
    "matters": pl.Boolean(),
    "explanations": pl.Int64(),
    "accounts": pl.Int64(),
    "speaks_for": pl.Int64(),
    "speaks_against": pl.Int64(),
    "state": pl.String(),
}


def changes(programme: Programme, *, points: pl.DataFrame | None = None) -> pl.DataFrame:
    """Everything that changed, in order of date, with what speaks to it.

    Parameters
    ----------
    programme
        Its stages, plans, adaptations and values; its explanations and accounts.
    points
        Its values up to ``as_at`` as :func:`takeroot.analysis.spc.chart` gives them, if they are at hand; else they are
        charted here.

    Returns
    -------
    DataFrame
        ``reference``, ``on``, ``kind`` (stage, plan, adaptation or signal), ``site`` and ``says``, a sentence; whether
        it ``matters`` (a site comes into use, goes out of it, comes back or declines; a plan is revised; something is
        adapted; a signal is an improvement or a concern); how many ``explanations`` and ``accounts`` (each in its
        latest version) speak of it, and how many references they give that ``speaks_for`` and ``speaks_against``; and
        ``state``: ``has an account``, ``accounts differ`` or ``no account yet``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["W3", "W3"], "stage": ["using", "stopped"], "on": ["2023-01-01", "2024-05-04"]}
    >>> programme = Programme(
    ...     "Falls",
    ...     sites={"site": ["W3"], "name": ["Ward 3"]},
    ...     stages=stages | {"reason_kind": [None, "lapsed"], "id": ["a", "b"]},
    ...     explanations={"change": ["stages:b"], "reason": ["The ward moved"], "by": ["Ward manager"]},
    ... )
    >>> changes(programme).select("says", "state").rows()[-1]
    ('Ward 3 stopped using it (lapsed) on 4 May 2024.', 'has an account')
    """
    found = changes_of(programme, points)
    means = found.select("means", change="reference").explode("means").drop_nulls()
    for part in (_explained(programme, means), _told(programme, means)):
        found = found.join(part, left_on="reference", right_on="change", how="left", maintain_order="left")
    counts = ("explanations", "accounts", "speaks_for", "speaks_against")
    found = found.with_columns(pl.col(counts).fill_null(0), pl.col("differ", "rival").fill_null(False))
    state = (
        pl.when(pl.col("differ") | pl.col("rival")).then(pl.lit(DIFFER))
        .when((pl.col("explanations") > 0) | (pl.col("accounts") > 0)).then(pl.lit(HAS_AN_ACCOUNT))
        .otherwise(pl.lit(NONE_YET))
    )  # fmt: skip
    found = found.with_columns(state=state).select(pl.col(name).cast(kind) for name, kind in _CHANGES.items())
    return found.sort("on", "kind", "site", "reference", nulls_last=True)


def explanations_of(programme: Programme, means: pl.DataFrame) -> pl.DataFrame:
    """A row for each explanation of each change: ``change`` and the columns of the explanation."""
    rows = programme.explanations.with_columns(reference=EXPLANATIONS.references(programme.explanations))
    links = each_reference(programme, "explanations", "change").join(means, left_on="cited", right_on="means")
    return (
        rows.drop("change")
        .join(links.select("reference", "change").unique(), on="reference")
        .sort("change", "reference")
    )


def _explained(programme: Programme, means: pl.DataFrame) -> pl.DataFrame:
    """How many explanations each change has, what they rest on, and whether they differ."""
    rows = explanations_of(programme, means)
    reason = pl.col("reason").str.to_lowercase().str.strip_chars(" .")
    differ = (reason.n_unique() > 1) & (pl.col("by").n_unique() > 1)
    counted = rows.group_by("change").agg(explanations=pl.len(), differ=differ | pl.col("dissent").is_not_null().any())
    for column in ("speaks_for", "speaks_against"):
        given = each_reference(programme, "explanations", column).join(
            rows.select("reference", "change"), on="reference"
        )
        given = given.group_by("change").agg(pl.col("cited").n_unique().alias(column))
        counted = counted.join(given, on="change", how="left")
    return counted


def _told(programme: Programme, means: pl.DataFrame) -> pl.DataFrame:
    """How many accounts cite each change, and whether one of them stands beside another."""
    cited = citing(programme).join(means, left_on="cited", right_on="means").select("change", "thread").unique()
    pairs = cited.join(beside(programme), on="thread")
    pairs = pairs.join(cited.select("change", other="thread"), on=["change", "other"], how="semi")
    rivals = pairs.select("change").unique().with_columns(rival=pl.lit(True))
    return cited.group_by("change").agg(accounts=pl.len()).join(rivals, on="change", how="left")
