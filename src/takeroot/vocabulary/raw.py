"""A column as it was found: as text, and with a list of what is wrong with it.

What is wrong is a frame of ``at`` (the row, from 0), ``found`` and ``says``.
"""

from __future__ import annotations

import polars as pl

from takeroot.errors import quoted

#: Empty text, blanks around it, and ends of lines that are not a newline.
UNTIDY = r"^$|^\s|\s$|\r"
WRONG = {"at": pl.Int64, "found": pl.String, "says": pl.String}


def wrong(which: pl.Series | None = None, says: str = "", found: pl.Series | None = None) -> pl.DataFrame:
    """A list of what is wrong: the rows where ``which`` holds."""
    if which is None or not which.any():
        return pl.DataFrame(schema=WRONG)
    at = which.arg_true()
    shown: list[str | None] = []
    if found is not None:
        shown += [quoted(cell) for cell in found.gather(at.head(200)).to_list()]
    shown += [None] * (at.len() - len(shown))
    said = [f"{says}, found {cell}" if cell else says for cell in shown]
    return pl.DataFrame({"at": at.cast(pl.Int64), "found": shown, "says": said}, schema=WRONG)


def as_text(series: pl.Series) -> pl.Series:
    """Any column as text: whole numbers without a point, blanks around it taken away, empty text missing."""
    if series.dtype.is_float():
        whole = (series == series.floor()) & (series.abs() < 2**53)
        small = series.set(~whole.fill_null(False), None) if not whole.all() else series
        text = small.cast(pl.Int64, strict=False).cast(pl.String)
        series = text.zip_with(whole.fill_null(False), series.fill_nan(None).cast(pl.String))
    elif series.dtype == pl.Boolean:
        series = series.replace_strict({True: "yes", False: "no"}, return_dtype=pl.String)
    elif series.dtype != pl.String:
        held = series.cast(pl.String, strict=False) if series.dtype != pl.Object else None
        series = held if held is not None else pl.Series([None if x is None else str(x) for x in series.to_list()])
    if not series.str.contains(UNTIDY).any():
        return series
    series = series.str.strip_chars()
    if series.str.contains("\r", literal=True).any():
        series = series.str.replace_all("\r\n", "\n", literal=True).str.replace_all("\r", "\n", literal=True)
    return series.set((series == "").fill_null(False), None)
