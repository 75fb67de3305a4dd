"""What happened, whose word is it, and has anybody said why? The line of time as it is read.

Beside each thing on the line of time stand its own further words; of a note whose voice it is and to which constructs
it was coded; which strand of scale-up a thing belongs to, where it belongs to one; and of a change that matters whether
it has an account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.explanation.citing import each_reference
from takeroot.vocabulary.tables import ACTIONS, NOTES, TABLES

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: The columns whose words say more than the sentence on the line of time.
FURTHER = {
    "notes": ("text",),
    "accounts": ("text",),
    "events": ("note",),
    "adaptations": ("reasons", "goals", "effects_intended", "effects_unintended"),
    "experiments": ("prediction", "why"),
    "what_ifs": ("expects", "why"),
    "stages": ("reason",),
    "findings": ("design", "population"),
}
#: The strand of scale-up to which a kind of thing belongs; an action says its own.
STRANDS = {
    "anchor": "structure",
    "plan": "strategy",
    "what-if": "strategy",
    "decision": "strategy",
    "support": "support",
    "event": "context",
}


def storyline(programme: Programme, timeline: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Everything that has a day, the latest first, with what its row says further.

    Parameters
    ----------
    programme
        Its tables, for the further words of their rows.
    timeline
        What :func:`takeroot.analysis.explanation.timeline` gives.
    changes
        What :func:`takeroot.analysis.explanation.changes` gives.

    Returns
    -------
    DataFrame
        The columns of the timeline, and ``more`` (further words of the row; empty, where it has none), ``voice`` (of a
        note), ``constructs`` (to which a note was coded, one a line), ``strand`` (of what belongs to one, see
        :data:`STRANDS`) and ``state`` (of a change that matters: ``has an account``, ``accounts differ`` or ``no
        account yet``). Things of one day stand in the order of the timeline.

    Examples
    --------
    >>> from takeroot.analysis.explanation import changes, timeline
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A"], "stage": ["using"], "on": ["2024-05-04"]}
    >>> notes = {"on": ["2024-06-01"], "title": ["A good month"], "text": ["The board takes ten minutes."]}
    >>> programme = Programme("Falls", stages=stages, notes=notes)
    >>> storyline(programme, timeline(programme), changes(programme)).select("kind", "more", "state").rows()
    [('note', 'The board takes ten minutes.', None), ('stage', None, 'no account yet')]
    """
    said = [_further(programme, table, columns) for table, columns in FURTHER.items()]
    of = changes.filter("matters").select("reference", "state").unique("reference", keep="first")
    line = timeline.join(pl.concat(said), on="reference", how="left", maintain_order="left")
    for part in (of, _voices(programme), _constructs(programme), _strands(programme)):
        line = line.join(part, on="reference", how="left", maintain_order="left")
    by_kind = pl.col("kind").replace_strict(STRANDS, default=None, return_dtype=pl.String)
    line = line.with_columns(strand=pl.coalesce("strand", by_kind))
    return line.with_row_index("place").sort("on", "place", descending=[True, False]).drop("place")


def _further(programme: Programme, table: str, columns: tuple[str, ...]) -> pl.DataFrame:
    rows: pl.DataFrame = getattr(programme, table)
    words = pl.concat_str(columns, separator="\n", ignore_nulls=True).replace("", None)
    return rows.select(reference=TABLES[table].references(rows), more=words.cast(pl.String))


def _voices(programme: Programme) -> pl.DataFrame:
    """Whose voice each note is."""
    notes = programme.notes
    voice = pl.col("voice").str.strip_chars().replace("", None)
    return notes.select(voice=voice, reference=NOTES.references(notes)).unique("reference", keep="first")


def _constructs(programme: Programme) -> pl.DataFrame:
    """The constructs to which each note was coded, by anybody."""
    codings = programme.codings
    coded = each_reference(programme, "codings", "note").join(
        codings.select("construct", reference=TABLES["codings"].references(codings)), on="reference"
    )
    coded = coded.select("cited", "construct").unique().sort("cited", "construct")
    return coded.group_by("cited").agg(constructs=pl.col("construct").str.join("\n")).rename({"cited": "reference"})


def _strands(programme: Programme) -> pl.DataFrame:
    """The strand that each action says."""
    actions = programme.actions
    return actions.select("strand", reference=ACTIONS.references(actions)).unique("reference", keep="first")
