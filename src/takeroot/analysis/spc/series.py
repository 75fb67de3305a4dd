"""The values of every series, one after another in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from takeroot.analysis.spc.hits import IMPROVES
from takeroot.analysis.spc.segments import Array, Segments
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.rulesets import RuleSet, named
from takeroot.vocabulary.tables import MEASURES, VALUES

KEY = ["measure", "site", "on"]


@dataclass(frozen=True)
class Series:
    """Values in order of measure, site and time, and where each series begins."""

    frame: pl.DataFrame
    segments: Segments

    @property
    def values(self) -> Array:
        """What was counted or timed; not a number where that is not known."""
        return self.frame["value"].fill_null(float("nan")).to_numpy()

    @cached_property
    def named(self) -> pl.DataFrame:
        """The measure and site of each series, and its place."""
        return self.frame[self.segments.starts.astype(np.uint32)].select(
            "measure", "site", place=pl.int_range(pl.len(), dtype=pl.Int64)
        )


def arranged(values: IntoFrame, measures: pl.DataFrame | None) -> Series:
    """Values read, worked out where only parts are given, and put in order."""
    frame = _worked_out(VALUES.read(values), measures)
    if not _in_order(frame):
        frame = _put_in_order(frame)
    return Series(frame, Segments.beginning(_begins(frame)))


def described(measures: IntoFrame | None) -> pl.DataFrame | None:
    """What is said of the measures, if anything is."""
    return None if measures is None else MEASURES.read(measures)


def directions(series: Series, measures: pl.DataFrame | None) -> Array:
    """For each series the place in :data:`IMPROVES` of the direction that is better; neither, where nobody said."""
    if measures is None:
        return np.full(len(series.segments.starts), IMPROVES.index("neither"), dtype=np.uint16)
    said = series.named.join(measures.select("measure", "improves"), on="measure", how="left", maintain_order="left")
    places = {word: place for place, word in enumerate(IMPROVES)}
    return said["improves"].fill_null("neither").replace_strict(places, return_dtype=pl.UInt16).to_numpy()


def judged_by(
    series: Series, measures: pl.DataFrame | None, rules: RuleSet | str | None
) -> list[tuple[RuleSet, Array]]:
    """Each rule set in use, and which series it judges: the one that was asked for, else the one each measure names."""
    every = np.ones(len(series.segments.starts), dtype=bool)
    if rules is not None or measures is None or not series.named.height:
        return [(named(rules or "mdc"), every)]
    said = series.named.join(measures.select("measure", "rules"), on="measure", how="left", maintain_order="left")
    names = said["rules"].fill_null("mdc")
    return [(named(name), (names == name).to_numpy()) for name in names.unique().sort()]


def _worked_out(frame: pl.DataFrame, measures: pl.DataFrame | None) -> pl.DataFrame:
    """A value that is not given is its numerator over its denominator, times what its measure is multiplied by."""
    if frame["numerator"].null_count() == frame.height:
        return frame
    times: pl.Expr = pl.lit(1.0)
    if measures is not None and measures["multiply"].null_count() < measures.height:
        times = pl.col("measure").replace_strict(measures["measure"], measures["multiply"], default=None).fill_null(1.0)
    part = pl.col("numerator") / pl.when(pl.col("denominator") != 0).then("denominator") * times
    return frame.with_columns(value=pl.col("value").fill_null(pl.when(part.is_finite()).then(part)))


def _begins(frame: pl.DataFrame) -> Array:
    """Whether each row is the first of its series."""
    same = (frame["measure"] == frame["measure"].shift()) & (frame["site"] == frame["site"].shift())
    return ~same.fill_null(False).to_numpy()


def _in_order(frame: pl.DataFrame) -> bool:
    """Whether the rows are in order of measure, site and time already, looked at without sorting them."""
    if frame.height < 2:
        return True
    begins = _begins(frame)
    later = (frame["on"] > frame["on"].shift()).fill_null(True).to_numpy()
    if not (later | begins).all():
        return False
    heads = frame[np.flatnonzero(begins).astype(np.uint32)].select("measure", "site")
    measure, site = heads["measure"], heads["site"]
    after = (measure > measure.shift()) | ((measure == measure.shift()) & (site > site.shift()))
    return bool(after[1:].all())


def _put_in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """Sorted by one number a row, which is far quicker than by two texts and a day."""
    names = [pl.Enum(frame[name].unique().sort()) for name in ("measure", "site")]
    measure, site = (frame[n].cast(enum).to_physical().cast(pl.Int64) for n, enum in zip(KEY, names, strict=False))
    day = frame["on"].cast(pl.Int32).cast(pl.Int64)
    first, days = day.min(), day.max()
    assert isinstance(first, int) and isinstance(days, int)
    place = (measure * len(names[1].categories) + site) * (days - first + 1) + (day - first)
    return frame[place.arg_sort()]
