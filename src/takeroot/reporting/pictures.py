"""Measures as a zip of pictures and tables: of each chart an SVG, a PNG, and a CSV of what is drawn.

The names of files are those of measures and sites, in letters that every system takes; CSV files begin with the mark by
which spreadsheets know UTF-8. The same programme gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from takeroot import charts
from takeroot.charts.drawing import UNPRINTED
from takeroot.reporting import sheets
from takeroot.reporting.chosen import Chosen
from takeroot.reporting.views import View, views
from takeroot.vocabulary import files
from takeroot.vocabulary.files.zipped import zip_bytes

#: By this, spreadsheets know that a file is in UTF-8.
MARK = b"\xef\xbb\xbf"


def made(chosen: Chosen, file: str = "measures.zip", step: Callable[[View], None] | None = None) -> bytes:
    """The zip, as a file.

    Parameters
    ----------
    chosen
        What is taken.
    file
        Its name, for the command that makes it again.
    step
        Told of every view before it is drawn.
    """
    held = {"summary.csv": _csv(sheets.summary(chosen)), "read-me.txt": _read_me(chosen, file)}
    for view in views(chosen):
        if step:
            step(view)
        name = _fresh(file_name(view.file), held)
        held[f"{name}.svg"] = charts.svg(view.chart, theme="paper").encode()
        held[f"{name}.png"] = charts.png(view.chart)
        held[f"{name}.csv"] = _csv(_points(view))
    return zip_bytes(held)


def file_name(text: str) -> str:
    """A name that every system takes for a file.

    Examples
    --------
    >>> file_name("Falls / 1,000 days-Ward 7"), file_name("../con")
    ('Falls-1-000-days-Ward-7', 'con')
    """
    plain = re.sub(r"[^\w.-]+", "-", text.translate(UNPRINTED)).strip("-._")[:80].rstrip("-._")
    return plain or "chart"


def _fresh(name: str, held: dict[str, bytes]) -> str:
    """The name, with a number where another file has it already, in whatever letters."""
    taken = {known.rpartition(".")[0].casefold() for known in held}
    tries = [name, *(f"{name}-{n}" for n in range(2, len(held) + 3))]
    return next(one for one in tries if one.casefold() not in taken)


def _points(view: View) -> pl.DataFrame:
    """What is drawn, with every column that the chart gave, and the names that people use."""
    return view.points.drop("id", "code", strict=False)


def _csv(frame: pl.DataFrame) -> bytes:
    return MARK + files.csv_bytes(frame)


def _read_me(chosen: Chosen, file: str) -> bytes:
    told = [*chosen.facts, *chosen.decided, *chosen.again(file)]
    return MARK + "".join(f"{name}: {text}\r\n" for name, text in told).encode()
