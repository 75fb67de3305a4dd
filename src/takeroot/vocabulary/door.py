"""The doorway: whatever comes in leaves as a frame with a table's columns and kinds, or as a list of faults.

A whole column is judged at once: by far most cells are right, and those are converted together; only what is left
over is looked at one by one, to say in a sentence what was found, what was needed and where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from takeroot.errors import Fault, FaultyInput, nearest, quoted
from takeroot.vocabulary import cells, files, raw
from takeroot.vocabulary.column import Agreement, Column, Dates, IntoFrame

#: Faults listed for one column before the rest are only counted.
LISTED = 50


@dataclass(frozen=True)
class Admitted:
    """What came through the door.

    Parameters
    ----------
    frame
        The rows, empty where a cell was at fault.
    rows
        The number of each row as a person sees it.
    where
        The place as faults say it.
    faults
        Everything that is wrong.
    unsure
        The columns in which not every cell is known; ``None`` among them, where rows may be missing.
    given
        The columns that the sheet had, as the table names them.
    """

    frame: pl.DataFrame
    rows: pl.Series
    where: str
    faults: tuple[Fault, ...]
    unsure: frozenset[str | None] = frozenset()
    given: tuple[str, ...] = ()


def read(
    table: Agreement,
    source: IntoFrame,
    *,
    dates: Dates | None = None,
    encoding: str | None = None,
    strict: bool = False,
) -> pl.DataFrame:
    """See :meth:`takeroot.vocabulary.table.Table.read`."""
    sheet = as_sheet(table, source, encoding)
    admitted = admit(table, sheet, dates=dates, strict=strict, guess=isinstance(source, str | Path))
    if admitted.faults:
        raise FaultyInput(admitted.faults)
    return admitted.frame


def admit(
    table: Agreement,
    sheet: files.Sheet,
    *,
    dates: Dates | None = None,
    strict: bool = False,
    guess: bool = False,
    covariates: Mapping[str, Column] | None = None,
    listed: int = LISTED,
) -> Admitted:
    """Every column of a sheet, converted, with everything that is wrong with it.

    Parameters
    ----------
    strict
        Whether a column that the table does not have is a fault.
    guess
        Whether the kinds of further columns of an open table are judged by what their text says, as from a file.
    covariates
        The kinds of further columns, where they are known.
    listed
        Faults listed for one column before the rest are only counted.
    """
    frame, faults = _headed(table, sheet), list(sheet.faults)
    if frame.width or not faults:  # of a sheet that could not be read, that is all there is to say
        faults += _missing(table, frame, sheet)
    faulty = {fault.column for fault in faults if fault.row is None}
    finds = {name for name, column in table.columns.items() if column.refers or column.kind == "references"}
    finds |= {"id", *(name for name in table.key if table.columns[name].kind == "text")}
    taken: list[pl.Series] = []
    for name, column in table.columns.items():
        if name not in frame.columns:
            taken.append(pl.Series(name, [None], dtype=column.held).new_from_index(0, frame.height))
            continue
        series, found = _column(frame[name], name, column, sheet, dates, listed)
        taken.append(cells.named(series) if name in finds else series)
        faults += found
    for name in (name for name in frame.columns if name not in table.columns):
        if strict and not table.open:
            if name not in faulty:
                faults.append(_unknown(table, name, sheet.where))
            continue
        if not table.open:
            taken.append(frame[name])
            continue
        kind = (covariates or {}).get(name) or cells.covariate(frame[name], guess=guess)
        series, found = _column(frame[name], name, kind, sheet, dates, listed)
        taken.append(series)
        faults += found
    admitted = pl.DataFrame(taken)
    headed = dict(zip(sheet.frame.columns, frame.columns, strict=True))
    unsure = frozenset(headed.get(fault.column or "", fault.column) for fault in faults)
    if doubled := list(_doubled(table, admitted, sheet, listed)):
        faults, unsure = faults + doubled, unsure | {"id"}
    in_order = sorted(faults, key=lambda fault: fault.place)
    return Admitted(admitted, sheet.rows, sheet.where, tuple(in_order), unsure, tuple(frame.columns))


def _column(
    series: pl.Series, name: str, column: Column, sheet: files.Sheet, dates: Dates | None, listed: int
) -> tuple[pl.Series, list[Fault]]:
    """One column converted, and its faults: cells of the wrong kind, out of bounds, or empty where they must not be."""
    converted, wrong = cells.convert(series, column, dates)
    skip = {fault.row for fault in sheet.faults if fault.column == name}
    if column.required and converted.null_count():
        wrong = wrong.vstack(raw.wrong(converted.is_null() & _empty(series), f"{column.meaning} is missing"))
    faults = []
    for at, found, says in wrong.sort("at").head(listed).iter_rows():
        row = int(sheet.rows[at]) if at is not None else None
        if row is None or row not in skip:
            faults.append(Fault(says, sheet.where, row, name, found))
    if wrong.height > listed:
        more = wrong.height - listed
        faults.append(Fault(f"{more:,} more cells are at fault", sheet.where, None, name, more=more))
    return converted.alias(name), faults


def _empty(series: pl.Series) -> pl.Series:
    """Which cells hold nothing."""
    empty = series.is_null()
    if series.dtype == pl.String:
        return empty | (series.str.strip_chars() == "").fill_null(True)
    return empty | series.is_nan().fill_null(False) if series.dtype.is_float() else empty


def _headed(table: Agreement, sheet: files.Sheet) -> pl.DataFrame:
    """The sheet with its columns named as the table names them: 'Part of' is part_of."""
    names: dict[str, str] = {}
    for name in sheet.frame.columns:
        tidy = " ".join(cells.UNSAYABLE.sub(" ", name).split())
        plain = tidy.casefold().replace("-", " ").replace(" ", "_")
        meant = plain if plain in table.columns else tidy
        free = meant not in names.values() and (meant == name or meant not in sheet.frame.columns)
        names[name] = meant if meant and free else name
    return sheet.frame.rename(names)


def _missing(table: Agreement, frame: pl.DataFrame, sheet: files.Sheet) -> Iterable[Fault]:
    for name in table.required:
        if name not in frame.columns:
            has = ", ".join(frame.columns[:30]) or "no columns"
            says = f"{table.name} need the column '{name}' ({table.columns[name].meaning}); found: {has}"
            yield Fault(says, sheet.where, None, name)


def _unknown(table: Agreement, name: str, where: str) -> Fault:
    near = nearest(name, table.columns)
    hint = f"did you mean '{near}'?" if near else f"the columns are: {', '.join(table.columns)}"
    return Fault(f"{table.name} have no such column; {hint}", where, None, name)


def _doubled(table: Agreement, frame: pl.DataFrame, sheet: files.Sheet, listed: int) -> Iterable[Fault]:
    """Rows that say what another row already says."""
    for unique in (table.unique_by, ("id",)):
        told = [name for name in unique if name in table.required or name == "id"]
        known = frame.select(unique)
        if any(frame[name].null_count() for name in told):
            known = known.drop_nulls(told)
        if not known.height or _in_strict_order(known, unique) or not known.is_duplicated().any():
            continue
        known = frame.select(unique).with_row_index("at").drop_nulls(told)
        known = known.with_columns(first=pl.col("at").min().over(unique)).filter(pl.col("at") != pl.col("first"))
        same = ", ".join(unique) if table.key or unique == ("id",) else "everything"
        for at, first in known.select("at", "first").head(listed).iter_rows():
            says = f"the same row as row {sheet.rows[first]:,} (the same {same}); keep one of them"
            yield Fault(says, sheet.where, int(sheet.rows[at]), unique[0], None)
        if known.height > listed:
            more = known.height - listed
            yield Fault(f"{more:,} more rows are doubled", sheet.where, None, unique[0], more=more)


def _in_strict_order(frame: pl.DataFrame, by: Iterable[str]) -> bool:
    """Whether each row comes after the one before, as in a file sorted by its key: then no two are the same."""
    tied = pl.Series([True]).new_from_index(0, frame.height - 1)
    for name in by:
        before, after = frame[name].slice(0, frame.height - 1), frame[name].slice(1)
        rises, stays = after > before, after == before
        if (tied & ~(rises | stays).fill_null(False)).any():
            return False
        tied = tied & stays
        if not tied.any():
            return True
    return False


def as_sheet(table: Agreement, source: IntoFrame, encoding: str | None = None) -> files.Sheet:
    """Whatever was given, as one raw sheet."""
    if isinstance(source, str | Path):
        sheets = files.read(Path(source), encoding=encoding, though_hidden=(table.name,))
        if len(sheets) == 1:
            return next(iter(sheets.values()))
        if table.name in sheets:
            return sheets[table.name]
        has = ", ".join(sheets) or "no sheet with anything in it"
        raise FaultyInput([Fault(f"a sheet called '{table.name}' is needed; found: {has}", Path(source).name)])
    frame = _frame(source)
    numbers = pl.Series("row", range(1, frame.height + 1), dtype=pl.UInt32)
    return files.Sheet(table.name, table.name.replace("_", " ").capitalize(), frame, numbers, ())


def _frame(source: Any) -> pl.DataFrame:
    if isinstance(source, pl.DataFrame):
        return source
    if isinstance(source, pl.LazyFrame):
        return source.collect()
    try:
        if type(source).__module__.split(".")[0] == "pandas":
            return pl.DataFrame([_from_pandas(source[name], str(name)) for name in source.columns])
        return pl.DataFrame(source, strict=False)
    except UnicodeEncodeError as error:
        says = f"half of a character, which no file can hold, in {quoted(error.object)}; delete it"
        raise FaultyInput([Fault(says)]) from None
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        what = type(source).__name__
        raise FaultyInput([Fault(f"a frame, columns by name or a path is needed; found a {what} ({error})")]) from None


def _from_pandas(column: Any, name: str) -> pl.Series:
    """One column of a pandas frame, without pyarrow: missing in any of its ways is empty."""
    if str(column.dtype).startswith(("datetime64", "float", "int", "uint", "bool")):
        return pl.Series(name, column.to_numpy())
    held = column.astype(object)
    return pl.Series(name, held.where(column.notna(), None).tolist(), strict=False)
