"""Rows come into the record, are changed and go out of it again, and what they said before is kept.

Every stored row bears the number of the line of the trail that made it as it is; what a line replaced or took out is
kept as a :class:`~takeroot.web.models.Change`. So the history of a row can be read backwards, and all that one line did
can be undone. For :mod:`takeroot.web.actions` alone, inside its transactions.

Rows are told apart by the key of their table, as in files: a row that is there already is the same row, and the same
rows again change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from takeroot.vocabulary.checking import NAMED_BY_OTHERS, names_used
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import ENTRIES, TABLES
from takeroot.web import archive
from takeroot.web.models import Change, Programme, Trail
from takeroot.web.stored import STORED, keys

#: Up to so many rows are looked up by their keys; for more, the whole table is read.
FEW = 2_000

#: Why what a record or plan says is never changed.
STANDS = "a record stays as it was written; what is seen otherwise now is written anew, of another day"

#: What the store adds to the columns of a table.
_STORED = ("row", "key", "line")


@dataclass(frozen=True)
class Difference:
    """What rows would do to a table of the record.

    Parameters
    ----------
    table
        The table.
    new
        Rows that are not there yet.
    changed, before
        Rows that are there and would say something else, and what they say now, in the same order.
    unchanged
        How many say what is there already.
    held
        Rows that were amended or withdrawn here since they last came, and records that would say something else: they
        stay as people made them. With ``because``.
    """

    table: Table
    new: pl.DataFrame
    changed: pl.DataFrame
    before: pl.DataFrame
    unchanged: int
    held: pl.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, unchanged and held back."""
        return {
            "new": self.new.height,
            "changed": self.changed.height,
            "unchanged": self.unchanged,
            "held": self.held.height,
        }

    @property
    def changes(self) -> bool:
        """Whether it would change anything."""
        return bool(self.new.height or self.changed.height)


@dataclass(frozen=True)
class Undone:
    """What undoing a line did: rows put back or taken out, and rows left because they were changed since."""

    back: int
    out: int
    left: tuple[str, ...]


def compare(
    programme: Programme, table: Table, frame: pl.DataFrame, *, keep_where_empty: bool = False, again: bool = False
) -> Difference:
    """What these rows would do to the record.

    Parameters
    ----------
    frame
        Rows that came through the table's door. Columns that the frame does not have are left as they are.
    keep_where_empty
        Whether an empty cell says nothing, as in a team's tracker; else it empties the cell that is there.
    again
        Whether rows that were withdrawn may come back, as when somebody records one by hand.
    """
    given = [name for name in frame.columns if name not in ("id", *_STORED)]
    asked = frame.with_columns(
        pl.lit(None, column.held).alias(name) for name, column in table.columns.items() if name not in frame.columns
    )
    made = table.identified(asked.with_columns(id=pl.lit(None, pl.String())))["id"]
    own = asked["id"].is_not_null() & (asked["id"] != made).fill_null(False)
    asked = asked.with_columns(pl.col("id").fill_null(made), keys(table, asked), own=own)
    there = _rows_there(programme, table, asked)
    asked = _matched(asked, there)
    held = _held_back(programme, table, asked, again)
    taken = asked.join(held.select("id"), on="id", how="anti", maintain_order="left")
    old, new = taken.filter(pl.col("at").is_not_null()), taken.filter(pl.col("at").is_null())
    before = old.select(row="at").join(there, on="row", how="left", maintain_order="left")
    after = _merged(old, before, given, keep_where_empty)
    compared = [name for name in after.columns if name not in _STORED]
    unlike = [after[name].ne_missing(_beside(before, name, after)) for name in compared]
    differs = pl.DataFrame(unlike).select(pl.any_horizontal(pl.all())).to_series()
    if table is ENTRIES:
        held = pl.concat([held, old.filter(differs).with_columns(because=pl.lit(STANDS))])
        old, before, after = (one.filter(~differs) for one in (old, before, after))
        differs = differs.filter(~differs)
    columns = [name for name in new.columns if name not in ("own", "at", "by_id")]
    return Difference(
        table,
        new.select(columns),
        after.filter(differs),
        before.filter(differs),
        after.height - int(differs.sum()),
        held.select(*columns, "because"),
    )


def put(programme: Programme, difference: Difference, line: Trail, *, how: str = "changed") -> None:
    """Bring a difference into the record: new rows after the others, changed ones in their place."""
    table, model = difference.table, STORED[difference.table.name]
    if difference.changed.height:
        _keep_before(programme, table, difference.before, line, how)
        archive.remove(model, difference.before["row"].to_list())
        archive.put(programme, table, difference.changed, line.pk)
    if difference.new.height:
        archive.put(programme, table, difference.new, line.pk)


def withdraw(programme: Programme, table: Table, ids: Sequence[str], line: Trail, *, how: str = "withdrawn") -> int:
    """Take rows out of the record; what they said is kept. How many there were."""
    there = archive.rows_where(programme, table, id__in=list(ids))
    _keep_before(programme, table, there, line, how)
    archive.remove(STORED[table.name], there["row"].to_list())
    return there.height


def undo(programme: Programme, undone: int, line: Trail) -> Undone:
    """Put back what a line of the trail replaced, and take out what it added, but for rows that were changed since."""
    back = out = 0
    left: list[str] = []
    names = [*TABLES]  # a site goes out after what names it, and comes back before
    for name in sorted(names, key=lambda name: name in NAMED_BY_OTHERS):
        table, model = TABLES[name], STORED[name]
        replaced = _replaced(programme, table, undone)
        ours = archive.rows_where(programme, table, line=undone)
        theirs = replaced.join(ours.select("id"), on="id", how="anti")
        if theirs.height:  # changed again since, or taken out by this line
            gone = theirs.filter(pl.col("how") != "changed")
            gone = gone.filter(~gone["id"].is_in(_taken_out_since(programme, table, undone).implode()))
            put_back = gone.join(_rows_there(programme, table, gone), on="key", how="anti")
            archive.put(programme, table, put_back.drop("how", "line"), line.pk)
            back += put_back.height
            left += [f"{name}:{one}" for one in theirs.join(put_back, on="id", how="anti")["id"]]
        old = replaced.join(ours.select("id"), on="id", how="semi")
        if old.height:
            now = old.select("id").join(ours, on="id", how="left", maintain_order="left")
            _keep_before(programme, table, now, line, "undone")
            archive.remove(model, now["row"].to_list())
            archive.put(programme, table, old.drop("how", "line"), line.pk)
            back += old.height
        added = ours.join(replaced.select("id"), on="id", how="anti")
        if added.height and name in NAMED_BY_OTHERS:
            named = _still_named(programme, table, added, undone)
            left += [f"{name}:{one}" for one in added.filter(named)["id"]]
            added = added.filter(~named)
        if added.height:
            out += withdraw(programme, table, added["id"].to_list(), line, how="undone")
    return Undone(back, out, tuple(left))


def _taken_out_since(programme: Programme, table: Table, line: int) -> pl.Series:
    """The ids of rows that a later line replaced or took out."""
    later = Change.objects.filter(programme=programme.pk, table=table.name, line__gt=line)
    return pl.Series(list(later.values_list("row_id", flat=True).distinct()), dtype=pl.String)


def _still_named(programme: Programme, table: Table, added: pl.DataFrame, undone: int) -> pl.Series:
    """Which of these rows others speak of: rows of other lines, and those of these that stay for that reason."""
    names, key = used(programme, table.name, but=undone), table.key[0]
    while True:
        stays = added[key].is_in(pl.Series(names, dtype=pl.String).implode())
        parts = [added[one] for one, column in table.columns.items() if column.refers == table.name]
        more = {name for part in parts for name in part.filter(stays).drop_nulls()} - set(names)
        if not more:
            return stays
        names += sorted(more)


def history(programme: Programme, table: Table, row_id: str) -> list[dict[str, Any]]:
    """What a row said and says, latest first.

    Returns
    -------
    list
        For each version its ``cells``, the ``line`` of the trail that made it so, ``how`` it ended (empty if it
        stands) and ``until``, the line that ended it.
    """
    if "\0" in row_id:  # which no id is, and no PostgreSQL asks for
        return []
    now = archive.rows_where(programme, table, id__in=[row_id])
    said = [(row["line"], _own(row), "") for row in now.iter_rows(named=True)]
    rows = list(Change.objects.filter(programme=programme.pk, table=table.name, row_id=row_id).order_by("-id"))
    before = archive.as_rows(programme, table, [_cells(one.before) for one in rows]).iter_rows(named=True)
    steps = said + [(one.was_line, _own(cells), one.how) for one, cells in zip(rows, before, strict=True)]
    lines = Trail.objects.in_bulk({line for line, _, _ in steps} | {one.line for one in rows})
    ended = [None, *(lines.get(one.line) for one in rows)] if now.height else [lines.get(one.line) for one in rows]
    return [
        {"cells": cells, "line": lines.get(line), "how": how, "until": until}
        for (line, cells, how), until in zip(steps, ended, strict=True)
    ]


def _own(row: dict[str, Any]) -> dict[str, Any]:
    """The cells of the table itself and its covariates, without those of the store."""
    return {name: cell for name, cell in row.items() if name not in _STORED}


def _cells(before: Any) -> dict[str, Any]:
    """What a change kept, as the database gives it back."""
    return json.loads(before) if isinstance(before, str) else before


def _rows_there(programme: Programme, table: Table, asked: pl.DataFrame) -> pl.DataFrame:
    """The stored rows that share a key or an id with these; every stored row, where these are many."""
    if asked.height > FEW:
        return archive.rows_where(programme, table)
    found = [
        archive.rows_where(programme, table, **{f"{by}__in": part[by].to_list()})
        for part in asked.iter_slices(400)
        for by in ("key", "id")
    ]
    return pl.concat(found or [archive.rows_where(programme, table, id__in=[])]).unique("row", maintain_order=True)


def _matched(asked: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """Each row, and as ``at`` the number of the stored row that it is: by an id of its own, if any, or by its key."""
    asked = asked.drop("row", "line", strict=False)
    by_key = asked.join(there.select("key", by_key="row"), on="key", how="left", maintain_order="left")
    both = by_key.join(there.select("id", by_id="row"), on="id", how="left", maintain_order="left")
    at = pl.when(pl.col("own")).then(pl.coalesce("by_id", "by_key")).otherwise("by_key")
    elsewhere = pl.col("by_key").ne(pl.col("by_id")).fill_null(False) & pl.col("own")
    return both.with_columns(at=at, elsewhere=elsewhere).drop("by_key")


def _merged(old: pl.DataFrame, before: pl.DataFrame, given: list[str], keep_where_empty: bool) -> pl.DataFrame:
    """What rows that are there would say: what is given, over what they say now. Their ids stay, unless given."""
    columns = [*before.columns, *(name for name in given if name not in before.columns)]

    def cells(name: str) -> pl.Series:
        if name == "id":
            return pl.Series(
                "id",
                [new if own else was for new, own, was in zip(old["id"], old["own"], before["id"], strict=True)],
                dtype=pl.String,
            )
        if name not in given:
            return before[name]
        return old[name].fill_null(before[name]) if keep_where_empty and name in before.columns else old[name]

    return pl.DataFrame([cells(name) for name in columns])


def _beside(before: pl.DataFrame, name: str, after: pl.DataFrame) -> pl.Series:
    """A column as it was; empty, if there was none."""
    return before[name] if name in before.columns else pl.Series([None] * after.height, dtype=after[name].dtype)


def _held_back(programme: Programme, table: Table, asked: pl.DataFrame, again: bool) -> pl.DataFrame:
    """The rows that people amended or withdrew here since they last came, or whose id is that of another row; why."""
    few = {"row_id__in": asked["id"].to_list()} if asked.height <= FEW else {}
    changes = Change.objects.filter(programme=programme.pk, table=table.name, **few).order_by("id")
    last = dict(changes.values_list("row_id", "how"))
    withdrawn = pl.Series([one for one, how in last.items() if how == "withdrawn" and not again], dtype=pl.String)
    away = pl.col("at").is_null()
    because = (
        pl.when("elsewhere")
        .then(pl.lit("its id is that of another row; one of the two is wrong"))
        .when(away & pl.col("by_id").is_not_null())
        .then(pl.lit("it was amended here since; the record keeps what people made of it"))
        .when(away & pl.col("id").is_in(withdrawn.implode()))
        .then(pl.lit("it was withdrawn here; the record stays without it"))
    )
    return asked.with_columns(because=because).filter(pl.col("because").is_not_null())


def _keep_before(programme: Programme, table: Table, rows: pl.DataFrame, line: Trail, how: str) -> None:
    """Keep what rows say before they are changed or taken out, below the ORM: it may be half a million."""
    if not rows.height:
        return
    cells = rows.drop("key", "line").with_columns(pl.col(pl.Date).dt.to_string("iso"))
    archive.insert(
        Change._meta.db_table,
        pl.DataFrame(
            {
                "line": pl.Series([line.pk] * rows.height, dtype=pl.Int64),
                "was_line": rows["line"],
                "programme": pl.Series([programme.pk] * rows.height, dtype=pl.Int64),
                "table": [table.name] * rows.height,
                "row_id": rows["id"],
                "how": [how] * rows.height,
                "before": pl.Series([json.dumps(one) for one in cells.iter_rows(named=True)], dtype=pl.String),
            }
        ),
    )


def _replaced(programme: Programme, table: Table, line: int) -> pl.DataFrame:
    """What the rows said that a line replaced or took out, with ``row``, ``key``, ``line`` and ``how``."""
    changes = Change.objects.filter(programme=programme.pk, table=table.name, line=line).order_by("id")
    found = [(_cells(before), how) for before, how in changes.values_list("before", "how")]
    rows = archive.as_rows(programme, table, [before for before, _ in found])
    return rows.with_columns(
        keys(table, rows),
        pl.Series("how", [how for _, how in found], dtype=pl.String),
        pl.Series("line", [line] * len(found), dtype=pl.Int64),
    )


def used(programme: Programme, named: str, *, but: int | None = None) -> list[str]:
    """The names of a table (sites, measures, components) that rows use; in that table itself, but for a line's."""
    frames = {}
    for name, table in TABLES.items():
        columns = [column for column, declared in table.columns.items() if declared.refers == named]
        if columns:
            rows = STORED[name].objects.filter(programme=programme)
            rows = rows.exclude(line=but) if name == named and but is not None else rows
            found = rows.values_list(*columns).distinct()
            frames[name] = pl.DataFrame(
                list(found), schema=dict.fromkeys(columns, pl.String()), orient="row"
            ).with_columns(
                pl.lit(None, pl.String()).alias(other)
                for other, declared in table.columns.items()
                if declared.refers and other not in columns
            )
    return names_used(named, frames)
