"""Cells of a column made into their kind; what will not go is given back with a sentence for each.

Every converter takes a column as it was found (text from a file, or whatever a frame held) and gives the converted
column and a frame of what is wrong: ``at`` (the row, from 0), ``found`` and ``says``.
"""

from __future__ import annotations

import re

import polars as pl

from takeroot.errors import nearest, quoted
from takeroot.vocabulary.column import Column, Dates, Kind
from takeroot.vocabulary.days import as_days
from takeroot.vocabulary.raw import UNTIDY, as_text, wrong

_UNSAYABLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\u{FFFE}\u{FFFF}]"
#: Characters that no spreadsheet can hold.
UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = r"^[a-z_]+:[\w.\-]+(;[a-z_]+:[\w.\-]+)*$"
_YES, _NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")


def convert(series: pl.Series, column: Column, dates: Dates | None) -> tuple[pl.Series, pl.DataFrame]:
    """The column in its kind, empty where a cell was wrong, and what was wrong."""
    if series.dtype == pl.Null:
        return pl.Series(series.name, [None] * series.len(), dtype=column.held), wrong()
    if series.dtype.is_nested() or series.dtype in (pl.Object, pl.Binary, pl.Duration):
        return _unheld(series, column)
    match column.kind:
        case "text":
            return _text(series)
        case "word":
            return _word(series, column)
        case "references":
            return _references(series)
        case "day":
            return as_days(series, dates=dates, month=column.month)
        case "yes_no":
            return _yes_no(series)
        case "share_or_word":
            return _share_or_word(series, column)
        case "count" | "number" | "share":
            return _number(series, column)


def covariate(series: pl.Series, *, guess: bool = False) -> Column:
    """The kind of a further column; with ``guess``, text is judged by what it says, and codes such as 007 stay text."""
    kind: Kind
    if series.dtype == pl.Boolean:
        kind = "yes_no"
    elif series.dtype.is_integer():
        kind = "count"
    elif series.dtype.is_numeric():
        kind = "number"
    elif series.dtype in (pl.Date, pl.Datetime):
        kind = "day"
    elif series.dtype == pl.String and guess:
        kind = _kind_of(series.str.strip_chars().replace("", None).drop_nulls())
    else:
        kind = "text"
    return Column(kind, "a covariate", required=False)


def _kind_of(words: pl.Series) -> Kind:
    if not words.len():
        return "text"
    if words.str.contains(r"^-?(0|[1-9]\d{0,14})(\.\d+)?$").all():
        return "number"
    if words.str.contains(r"^\d{4}-\d{2}-\d{2}$").all():
        return "day" if words.str.to_date("%Y-%m-%d", strict=False).is_not_null().all() else "text"
    return "yes_no" if words.str.to_lowercase().is_in(["yes", "no"]).all() else "text"


def _unheld(series: pl.Series, column: Column) -> tuple[pl.Series, pl.DataFrame]:
    """Cells that are lists, or anything else that no file can hold."""
    kinds = [None if cell is None else type(cell).__name__ for cell in series.to_list()]
    says = "text, a number, a day, or yes or no is needed in each cell; make one of these of it first"
    found = pl.Series(kinds, dtype=pl.String)
    return pl.Series(series.name, [None] * series.len(), dtype=column.held), wrong(found.is_not_null(), says, found)


def named(text: pl.Series) -> pl.Series:
    """Text that rows are found by, every letter in one piece: an accent may be written as a letter of its own."""
    spelled = (text.str.len_bytes() == text.str.len_chars()).all()
    return text if spelled else text.str.normalize("NFC")


def _text(series: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    if series.dtype == pl.String and not series.str.contains(f"{UNTIDY}|{_UNSAYABLE}").any():
        return series, wrong()
    text = as_text(series)
    unsayable = text.str.contains(_UNSAYABLE).fill_null(False)
    says = "a control character that no spreadsheet can hold; delete it"
    if not unsayable.any():
        return text, wrong()
    return text.set(unsayable, None), wrong(unsayable, says, text.str.replace_all(_UNSAYABLE, "�"))


def _plain(word: str) -> str:
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())


def _word(series: pl.Series, column: Column) -> tuple[pl.Series, pl.DataFrame]:
    """One of the words allowed; 'Not reached' is not_reached."""
    text = as_text(series)
    spelled = {_plain(word): word for word in column.words}
    found = text.unique().drop_nulls().to_list()
    meant = {word: spelled.get(_plain(word)) for word in found}
    converted = text.replace_strict(meant, return_dtype=pl.String) if meant else text
    faults = wrong()
    for word in sorted(word for word, spelling in meant.items() if spelling is None):
        near = nearest(word, column.words)
        hint = f"did you mean '{near}'? The words are" if near else "one of these words is needed"
        says = f"found {quoted(word)}; {hint}: {', '.join(column.words)}"
        one = wrong((text == word).fill_null(False), says)
        faults = faults.vstack(one.with_columns(found=pl.lit(quoted(word))))
        if faults.height > 10_000:
            break
    return converted, faults


def _references(series: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    text = as_text(series).str.replace_all(r"\s*;\s*", ";").str.strip_chars("; ")
    text = text.set((text == "").fill_null(False), None)
    odd = ~text.str.contains(_REFERENCE).fill_null(True)
    says = "references such as stages:1a2b3c4d5e are needed, joined by ;"
    return text.set(odd, None), wrong(odd, says, text)


def _yes_no(series: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    if series.dtype == pl.Boolean:
        return series, wrong()
    text = as_text(series)
    means = {word: True for word in _YES} | {word: False for word in _NO}
    converted = text.str.to_lowercase().replace_strict(means, default=None, return_dtype=pl.Boolean)
    return converted, wrong(converted.is_null() & text.is_not_null(), "yes or no is needed", text)


def _share_or_word(series: pl.Series, column: Column) -> tuple[pl.Series, pl.DataFrame]:
    text = as_text(series)
    words = text.str.to_lowercase()
    said = words.is_in(column.words)
    share, faults = _number(text.set(said.fill_null(False), None), Column("share", column.meaning))
    if faults.height:
        also = f"a share from 0 to 1 or one of {', '.join(column.words)} is needed, found "
        faults = faults.with_columns(says=pl.lit(also) + pl.col("found").fill_null("it"))
    return words.zip_with(said.fill_null(False), share.cast(pl.String)), faults


def _number(series: pl.Series, column: Column) -> tuple[pl.Series, pl.DataFrame]:
    """A number, whole where it counts, a percentage where it is a share, within its bounds."""
    faults = wrong()
    if series.dtype.is_numeric():
        number, found = series.cast(pl.Float64).fill_nan(None), series
    elif series.dtype == pl.Boolean or series.dtype.is_temporal():
        return (
            pl.Series(series.name, [None] * series.len(), dtype=column.held),
            wrong(series.is_not_null(), f"a number is needed ({column.meaning})", as_text(series)),
        )
    else:
        found = as_text(series)
        percent = found.str.ends_with("%").fill_null(False) if column.kind == "share" else None
        bare = found.str.strip_suffix("%").str.strip_chars_end() if percent is not None and percent.any() else found
        number = bare.cast(pl.Float64, strict=False)
        if percent is not None and percent.any():
            number = (number / 100).zip_with(percent, number)
        comma = number.is_null() & found.str.contains(r"^[-+]?\d[\d.]*,\d").fill_null(False)
        faults = faults.vstack(
            wrong(comma, "write the number with a point for decimals and nothing between thousands", found)
        )
        faults = faults.vstack(
            wrong(number.is_null() & found.is_not_null() & ~comma, f"a number is needed ({column.meaning})", found)
        )
    endless = ~number.is_finite().fill_null(True)
    faults = faults.vstack(
        wrong(endless, "a finite number is needed; leave the cell empty where it is not known", found)
    )
    number = number.set(endless, None)
    least, most = (0.0, 1.0) if column.kind == "share" else (column.least, column.most)
    if least is not None or most is not None:
        outside = ~number.is_between(
            least if least is not None else float("-inf"), most if most is not None else float("inf")
        ).fill_null(True)
        faults = faults.vstack(wrong(outside, _bounds(least, most, column), found))
        number = number.set(outside, None)
    if column.kind == "count":
        broken = ((number != number.floor()) | (number.abs() >= 2**53)).fill_null(False)
        faults = faults.vstack(wrong(broken, "a whole number is needed", found))
        whole = (
            series.cast(pl.Int64, strict=False)
            if series.dtype.is_integer()
            else number.set(broken, None).cast(pl.Int64)
        )
        return whole.set(number.is_null() | broken, None), faults
    return number, faults


def _bounds(least: float | None, most: float | None, column: Column) -> str:
    if column.kind == "share":
        return "a share from 0 to 1 (or a percentage such as 40%) is needed"
    if most is None:
        return f"a number of at least {least:g} is needed"
    return f"a number from {least:g} to {most:g} is needed"
