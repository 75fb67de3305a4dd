"""How well it fits over time: what teams wrote at T0, T1 and on, in the record of the Dynamic Sustainability Framework.

References
----------
Chambers DA, Glasgow RE, Stange KC. The dynamic sustainability framework. Implementation Science 2013;8:117.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from takeroot.reporting.results import Results
from takeroot.reporting.sections.writing import subjects_of, written_to

#: The record that holds it, and its two judgements of fit.
RECORD = "dsf"
FITS = ("fit-setting", "fit-setting-reasons", "fit-ecosystem", "fit-ecosystem-reasons")


@dataclass(frozen=True)
class Fit:
    """One writing: which it was (T0, T1 and on), about what, on which day, the judgements, and all that was said.

    Parameters
    ----------
    nth, about, on
        T0 for the first about the same, and so on.
    judged
        What was asked of fit and what was answered, in words.
    said
        Everything else, question by question.
    """

    nth: str
    about: str
    on: date
    judged: tuple[tuple[str, str], ...]
    said: tuple[tuple[str, str], ...]


def fits(results: Results) -> list[Fit]:
    """Every writing, about the whole programme first, then by sites in the order of their names, in order of day."""
    told = []
    for of, answers in written_to(results, "record"):
        if of.id != RECORD:
            continue
        for about, mine in subjects_of(results, answers):
            for place, on in enumerate(mine["on"].unique().sort()):
                said = mine.filter(on=on)
                judged = said.filter(pl.col("question").is_in(FITS))
                rest = said.filter(~pl.col("question").is_in(FITS))
                told.append(Fit(f"T{place}", about, on, _pairs(judged), _pairs(rest)))
    return told


def _pairs(said: pl.DataFrame) -> tuple[tuple[str, str], ...]:
    """Question and answer, with the words beside it."""
    rows = said.select("name", "says", "words").iter_rows()
    return tuple((name, f"{says}: {words}" if says and words else says or words or "") for name, says, words in rows)
