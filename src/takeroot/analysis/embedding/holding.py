"""Where is scale-up held back? What each strand and level leaves open, as far as the record says.

A row is something that is recorded, or is nowhere recorded, and that people may wish to look at. There is no score, no
count of rows as a result, and no order of worth: strands and levels stand in the order in which they are declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from takeroot.analysis.adoption import standing
from takeroot.analysis.embedding.anchoring import anchored
from takeroot.analysis.embedding.supplying import demand, needed_and_given
from takeroot.analysis.embedding.within import accountable, place_in_levels, stands
from takeroot.vocabulary.stages import IN_USE
from takeroot.vocabulary.tables import ACTIONS, ANCHORS, CONDITIONS, LEVELS

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: The strands in their order; anchors stand with the contexts that are prepared.
STRANDS = ("structure", "strategy", "support", "context")
_ROW = {
    "strand": pl.String(),
    "level": pl.String(),
    "because": pl.String(),
    "what": pl.String(),
    "who": pl.String(),
    "site": pl.String(),
    "region": pl.String(),
    "on": pl.Date(),
    "number": pl.Float64(),
    "of": pl.Float64(),
    "among": pl.List(pl.String()),
    "reference": pl.List(pl.String()),
}


def held_back(programme: Programme) -> pl.DataFrame:
    """Where scale-up is held back, by strand and level.

    Parameters
    ----------
    programme
        Its responsibilities, actions, needs, supports, capacities, anchors and conditions, on the day up to which it is
        counted.

    Returns
    -------
    DataFrame
        By strand, level and what it is about: ``strand`` (structure, strategy, support, context), ``level`` (empty
        where it is of none), ``because`` (see below), ``what``, ``who``, ``site``, ``region``, ``on``, ``number``,
        ``of``, ``among`` (sites or regions) and ``reference`` (the rows that say so; empty where none does).

        ``because`` is one of: ``none named`` (nobody is accountable at a level), ``nobody`` (for something),
        ``some`` (``among``: the regions, or the number of sites in use, for which nobody is named), ``left`` (since
        ``on`` nobody follows), ``leaves`` (soon); ``overdue`` and ``no owner`` (an action); ``not given``,
        ``given until`` and ``short`` (support; ``number`` of a unit short of what is needed, most on ``on``); ``no
        anchor`` (at a level), ``no such anchor`` (of a kind), ``anchor ended`` and ``anchor ends``; ``limits``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> actions = {"title": ["Name a director"], "strand": ["structure"], "due": ["2024-03-01"], "status": ["open"]}
    >>> programme = Programme({"name": "Falls", "as_at": "2024-06-30"}, actions=actions)
    >>> held_back(programme).filter(because="overdue").select("strand", "what").rows()
    [('structure', 'Name a director')]
    """
    if programme.as_at is None:
        return pl.DataFrame(schema=_ROW)
    parts = (_structure, _actions, _support, _short, _anchors, _limits)
    rows = [row for part in parts for row in part(programme)]
    found = pl.DataFrame(rows, schema=_ROW, orient="row")
    strand = pl.col("strand").replace_strict(list(STRANDS), range(len(STRANDS)), return_dtype=pl.Int64)
    nth = pl.col("because").replace_strict(_ORDER, range(len(_ORDER)), return_dtype=pl.Int64)
    first = pl.col("reference").list.first()
    return found.sort(strand, nth, place_in_levels(), "region", "on", "site", "what", first, nulls_last=True)


_ORDER = [
    "none named", "nobody", "some", "left", "leaves",
    "overdue", "no owner",
    "not given", "given until", "short",
    "no anchor", "no such anchor", "anchor ended", "anchor ends",
    "limits",
]  # fmt: skip


def _row(strand: str, because: str, **said: Any) -> dict[str, Any]:
    return {**dict.fromkeys(_ROW), "among": [], "reference": [], "strand": strand, "because": because, **said}


def _structure(programme: Programme) -> list[dict[str, Any]]:
    """Levels and places for which nobody is accountable."""
    every = accountable(programme)
    if not every.height:
        return []
    now = every.filter(pl.col("state").is_in(["holds", "ends soon"]))
    named = now.filter(pl.col("held_by").is_not_null())
    rows = []
    for level in LEVELS:
        if not now.filter(level=level).height:
            rows.append(_row("structure", "none named", level=level))
    for one in now.filter(pl.col("held_by").is_null()).iter_rows(named=True):
        rows.append(_row("structure", "nobody", **_of(one)))
    rows += _some(programme, named)
    same = ["what", "level", "site", "region"]
    gone = every.filter(state="ended").join(now, on=same, how="anti", nulls_equal=True)
    gone = gone.filter(pl.col("until") == pl.col("until").max().over(same))
    rows += [_row("structure", "left", **_of(one), on=one["until"]) for one in gone.iter_rows(named=True)]
    soon = named.filter(state="ends soon").iter_rows(named=True)
    return rows + [_row("structure", "leaves", **_of(one), on=one["until"]) for one in soon]


def _of(one: dict[str, Any]) -> dict[str, Any]:
    said = {name: one[name] for name in ("level", "what", "site", "region")}
    return {**said, "who": one["held_by"], "reference": [one["reference"]]}


def _some(programme: Programme, named: pl.DataFrame) -> list[dict[str, Any]]:
    """Regions, and sites in use, without anybody named, where others have somebody."""
    rows = []
    regions = set(programme.sites["region"].drop_nulls())
    at = named.filter(level="region")
    with_one = regions & set(at["region"].drop_nulls())
    if with_one and not at["region"].null_count() and with_one != regions:
        without = sorted(regions - with_one)
        rows.append(_row("structure", "some", level="region", number=len(with_one), of=len(regions), among=without))
    in_use = standing(programme).filter("open", pl.col("stage").is_in(IN_USE))["site"]
    at = named.filter(level="site")
    with_one = set(in_use) & set(at["site"].drop_nulls())
    if with_one and not at["site"].null_count() and len(with_one) < in_use.len():
        among = sorted(set(in_use) - with_one)
        rows.append(_row("structure", "some", level="site", number=len(with_one), of=in_use.len(), among=among))
    return rows


def _actions(programme: Programme) -> list[dict[str, Any]]:
    """Actions whose day has passed, and those that nobody has taken on; each in its strand."""
    actions = programme.actions
    actions = actions.with_columns(
        reference=ACTIONS.references(actions),
        level=pl.coalesce("level", pl.when(pl.col("site").is_not_null()).then(pl.lit("site"))),
    )
    undone = actions.filter(pl.col("done").is_null(), pl.col("status").fill_null("open") == "open")
    rows = []
    for one in undone.iter_rows(named=True):
        late = one["due"] is not None and one["due"] < programme.as_at
        because = "overdue" if late else "no owner" if one["owner"] is None else ""
        if because:
            said = {name: one[name] for name in ("level", "site", "region")}
            said |= {"what": one["title"], "who": one["owner"], "on": one["due"], "reference": [one["reference"]]}
            rows.append(_row(one["strand"] or "strategy", because, **said))
    return rows


def _support(programme: Programme) -> list[dict[str, Any]]:
    """Support that is needed and not given, or that ends while it is needed."""
    rows = []
    for one in needed_and_given(programme).iter_rows(named=True):
        counts = {"number": one["met_at"], "of": one["needed_at"]}
        if one["without"]:
            said = {"level": "site", "what": one["kind"], "among": one["without"], "reference": one["needs"]}
            rows.append(_row("support", "not given", **said, **counts))
        if one["ends_at"]:
            said = {"level": "site", "what": one["kind"], "among": one["ends_at"], "reference": one["needs"]}
            rows.append(_row("support", "given until", **said, on=one["ends"]))
    return rows


def _short(programme: Programme) -> list[dict[str, Any]]:
    """Support of which more is needed than can be given, from this month on."""
    months = demand(programme)
    ahead = months.filter(pl.col("on") >= programme.as_at.replace(day=1))  # type: ignore[union-attr]
    lacking = ahead.with_columns(lacks=pl.col("needed") - pl.col("could")).filter(pl.col("lacks") > 1e-9)
    worst = (
        lacking.sort("lacks", "on", descending=[True, False])
        .unique(["kind", "unit"], keep="first", maintain_order=True)
        .sort("kind", "unit", nulls_last=True)
    )
    return [
        _row("support", "short", what=one["kind"], who=one["unit"], on=one["on"], number=one["lacks"], of=one["needed"])
        for one in worst.iter_rows(named=True)
    ]


def _anchors(programme: Programme) -> list[dict[str, Any]]:
    """Levels and kinds without an anchor, and anchors that ended or end soon."""
    every = anchored(programme)
    if not every.height:
        return []
    now = every.filter(pl.col("state").is_in(["holds", "ends soon"]))
    rows = [_row("context", "no anchor", level=level) for level in LEVELS if not now.filter(level=level).height]
    missing = [word for word in ANCHORS.columns["what"].words if not now.filter(what=word).height]
    if missing:
        rows.append(_row("context", "no such anchor", among=missing))
    gone = every.filter(state="ended").join(now, on=["what", "level", "site", "region"], how="anti", nulls_equal=True)
    for because, frame in (("anchor ended", gone), ("anchor ends", now.filter(state="ends soon"))):
        for one in frame.iter_rows(named=True):
            said = {name: one[name] for name in ("level", "site", "region")}
            said |= {"what": one["title"], "who": one["what"], "on": one["until"], "reference": [one["reference"]]}
            rows.append(_row("context", because, **said))
    return rows


def _limits(programme: Programme) -> list[dict[str, Any]]:
    """Conditions that limit, where they do."""
    rows = programme.conditions
    rows = rows.with_columns(reference=CONDITIONS.references(rows), state=stands(programme))
    rows = rows.filter(pl.col("works").is_in(["limits"]), pl.col("state").is_in(["holds", "ends soon"]))
    return [
        _row(
            "context", "limits", level="site" if one["site"] else None, site=one["site"], what=one["text"],
            who=one["according_to"], on=one["since"], reference=[one["reference"]],
        )
        for one in rows.iter_rows(named=True)
    ]  # fmt: skip
