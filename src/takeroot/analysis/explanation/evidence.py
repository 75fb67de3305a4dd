"""What have people brought to one change? For a reason, against it and around it, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.explanation.citing import citing, each_reference, existing
from takeroot.analysis.explanation.listing import explanations_of
from takeroot.analysis.explanation.stories import STORIES, of_signals
from takeroot.analysis.explanation.telling import tell
from takeroot.errors import NotFound

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

GONE = "This is no longer in the record."

_EVIDENCE = {
    "direction": pl.String(),
    "reference": pl.String(),
    "on": pl.Date(),
    "says": pl.String(),
    "by": pl.String(),
}


def evidence(programme: Programme, reference: str, *, points: pl.DataFrame | None = None) -> pl.DataFrame:
    """What people have brought to one change: for a reason, against it and around it, in one list.

    Parameters
    ----------
    programme
        Its explanations, accounts and notes, and whatever they cite.
    reference
        The change, as :func:`changes` names it, or any row that tells of it.
    points
        Its values as :func:`takeroot.analysis.spc.chart` gives them, if they are at hand, for signals.

    Returns
    -------
    DataFrame
        In order of date: ``direction`` (``for``, ``against`` or ``context``), ``reference``, ``on``, ``says`` (a
        sentence) and ``by``. Reasons, accounts that cite the change and notes about it are context; dissent is against.
        What is cited but no longer there stays in the list, and is said to be gone.

    Raises
    ------
    NotFound
        If nothing has this reference and nothing cites it.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> programme = Programme(
    ...     "Falls",
    ...     stages={"site": ["A"], "stage": ["stopped"], "on": ["2024-05-04"], "id": ["s"]},
    ...     notes={"on": ["2024-05-06"], "title": ["No trained staff left"], "voice": ["nurse"], "id": ["n"]},
    ...     explanations={"change": ["stages:s"], "reason": ["Staff left"], "speaks_for": ["notes:n"], "by": ["Ward"]},
    ... )
    >>> evidence(programme, "stages:s").select("direction", "says").rows()
    [('for', 'No trained staff left (nurse).'), ('context', 'Reason given: Staff left (Ward).')]
    """
    means = meaning(programme, reference, points)
    reasons = explanations_of(programme, means)
    links = [reasons.select("reference", direction=pl.lit("context"))]
    for direction, column in (("for", "speaks_for"), ("against", "speaks_against")):
        given = each_reference(programme, "explanations", column).join(reasons.select("reference"), on="reference")
        links.append(given.select(reference="cited", direction=pl.lit(direction)))
    for around in (each_reference(programme, "notes", "about"), citing(programme)):
        mine = around.join(means, left_on="cited", right_on="means")
        links.append(mine.select("reference", direction=pl.lit("context")))
    found = pl.concat(links).unique()
    spoken_for = found.filter(pl.col("direction") != "context")["reference"]
    found = found.filter((pl.col("direction") != "context") | ~pl.col("reference").is_in(spoken_for.implode()))
    if not found.height and reference not in existing(programme, pl.Series([reference]), points):
        raise NotFound("row", reference, ())
    found = found.join(_told(programme, found["reference"], points), on="reference", how="left")
    dissent = reasons.filter(pl.col("dissent").is_not_null()).select(
        "reference", "on", direction=pl.lit("against"), says=pl.format("Dissent: {}", "dissent"), by=pl.lit(None)
    )
    found = pl.concat([_as_evidence(found.with_columns(pl.col("says").fill_null(GONE))), _as_evidence(dissent)])
    nth = pl.col("direction").replace_strict({"for": 0, "against": 1, "context": 2}, return_dtype=pl.Int8)
    return found.sort(pl.col("on"), nth, "reference", "says", nulls_last=True)


def meaning(programme: Programme, reference: str, points: pl.DataFrame | None = None) -> pl.DataFrame:
    """Every reference that means the change (``means``), and this one."""
    tell_of = STORIES.get(reference.partition(":")[0])
    same = [reference]
    if tell_of:
        told = of_signals(programme, points) if tell_of is of_signals else tell_of(programme)
        stories = told.filter(pl.col("means").list.contains(reference))
        same = list(dict.fromkeys([reference, *stories["reference"], *stories["means"].explode()]))
    return pl.DataFrame({"means": same, "change": [reference] * len(same)})


def _told(programme: Programme, references: pl.Series, points: pl.DataFrame | None) -> pl.DataFrame:
    """What rows of any table say."""
    tables = set(references.str.split(":").list.first().to_list())
    told = [tell(programme, name, references, points) for name in (*programme.tables, "signals") if name in tables]
    columns = ["reference", "on", "says", "by"]
    empty = pl.DataFrame(schema=dict.fromkeys(columns, pl.String())).with_columns(pl.col("on").cast(pl.Date))
    return pl.concat([empty, *(frame.select(columns) for frame in told)])


def _as_evidence(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in _EVIDENCE.items())
