"""The values of every series, one after another in order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from takeroot.analysis.spc.hits import IMPROVES
from takeroot.analysis.spc.limits import KINDS, meant
from takeroot.analysis.spc.segments import Array, Segments
from takeroot.errors import Fault, FaultyInput, NotFound, nearest, quoted
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.rulesets import RULE_SETS, RuleSet, named
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
        return numbers(self.frame["value"])

    @cached_property
    def named(self) -> pl.DataFrame:
        """The measure and site of each series, and its place."""
        return self.frame[self.segments.starts.astype(np.uint32)].select(
            "measure", "site", place=pl.int_range(pl.len(), dtype=pl.Int64)
        )


def arranged(values: IntoFrame, measures: pl.DataFrame | None) -> Series:
    """Values read, worked out where only parts are given, and put in order."""
    frame = ordered(_worked_out(_bare(VALUES.read(values)), measures))
    return Series(frame, Segments.beginning(_begins(frame)))


def ordered(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows in order of measure, site and time."""
    return frame if _in_order(frame) else _put_in_order(frame)


def numbers(column: pl.Series) -> Array:
    """Numbers as they are, and not a number where there is none; a column of which nothing is known takes no room."""
    if column.null_count() == column.len():
        return np.broadcast_to(np.float64(np.nan), column.len())
    return column.fill_null(float("nan")).to_numpy()


def _bare(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of which nothing is known, without the room they would take."""
    empty = [name for name in frame.columns if 0 < frame[name].null_count() == frame.height]
    return frame.with_columns(pl.lit(None, dtype=frame.schema[name]).alias(name) for name in empty)


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


def too_small(series: Series, measures: pl.DataFrame | None, least: float | None) -> Array | None:
    """Which points rest on a denominator below the least that is judged; none, where nobody says how small that is."""
    if least is None and (measures is None or measures["least_denominator"].null_count() == measures.height):
        return None
    said = pl.lit(least) if least is not None else _said_of(measures, "least_denominator")
    return series.frame.select((pl.col("denominator") < said).fill_null(False)).to_series().to_numpy()


@dataclass(frozen=True)
class Judged:
    """Series that one rule set judges as one kind of chart; ``series`` says for each whether it is among them."""

    rules: RuleSet
    kind: str
    series: Array


def judged_by(
    series: Series,
    measures: pl.DataFrame | None,
    rules: RuleSet | str | None,
    kind: str | None,
    own: Iterable[RuleSet] = (),
) -> list[Judged]:
    """Each rule set and kind in use, and its series: what was asked for, else what each measure names."""
    own = tuple(own)
    kind = None if kind is None else meant(kind)
    if kind is not None and kind not in KINDS:
        raise NotFound("kind of chart", kind, KINDS)
    asked = None if rules is None else named(rules, own)
    said = series.named.select("measure").with_columns(rules=pl.lit("mdc"), chart=pl.lit("xmr"))
    if measures is not None and said.height:
        told = measures.select("measure", "rules", "chart")
        said = said.select("measure").join(told, on="measure", how="left", maintain_order="left")
        said = said.with_columns(pl.col("rules").fill_null("mdc"), pl.col("chart").fill_null("xmr"))
    said = said.with_columns(pl.lit(asked.name).alias("rules") if asked else pl.col("rules"))
    said = said.with_columns(pl.lit(kind).alias("chart") if kind else pl.col("chart"))
    _known(said, own, asked)
    groups = said.select("rules", "chart").unique(maintain_order=True).sort("rules", "chart").rows()
    return [
        Judged(asked or named(name, own), chart, ((said["rules"] == name) & (said["chart"] == chart)).to_numpy())
        for name, chart in groups or [(asked.name if asked else "mdc", kind or "xmr")]
    ]


def _known(said: pl.DataFrame, own: tuple[RuleSet, ...], asked: RuleSet | None) -> None:
    """Whether there is every rule set and kind that a measure names."""
    sets = {*RULE_SETS, *(one.name for one in own), *([asked.name] if asked else [])}
    faults = []
    for column, known in (("rules", sets), ("chart", set(KINDS))):
        odd = said.filter(~pl.col(column).is_in(list(known))).select("measure", column).unique(maintain_order=True)
        for measure, word in odd.iter_rows():
            near = nearest(word, known)
            hint = f"did you mean '{near}'?" if near else f"there are: {', '.join(sorted(known))}"
            faults.append(
                Fault(f"the measure {quoted(measure)} names {quoted(word)}; {hint}", "measures", None, column)
            )
    if faults:
        raise FaultyInput(faults)


def parts(series: Series, measures: pl.DataFrame | None, groups: list[Judged]) -> tuple[Array, Array, Array, Array]:
    """Numerators, denominators, what a proportion is multiplied by, and what is plotted, for every point.

    Raises
    ------
    FaultyInput
        If values are none that the kind of chart can be drawn of.
    """
    frame = series.frame
    r, n = numbers(frame["numerator"]), numbers(frame["denominator"])
    times = frame.select(_times(measures).alias("times"))["times"].to_numpy() if frame.height else np.ones(0)
    times = np.broadcast_to(times, r.shape) if times.shape != r.shape else times
    y = series.values
    faults: list[Fault] = []
    for one in groups:
        here = series.segments.spread(one.series)
        if KINDS[one.kind].of_parts:
            with np.errstate(invalid="ignore", divide="ignore"):
                worked = np.where(np.isnan(r) & here, y / times * n, r)
                r = np.where(here, worked, r)
                y = np.where(here, np.where(n > 0, r / n * times, np.nan), y)
        faults += _fit(one.kind, frame, here, y, r, n)
    if faults:
        raise FaultyInput(faults)
    return r, n, times, y


def _fit(kind: str, frame: pl.DataFrame, here: Array, y: Array, r: Array, n: Array) -> Iterator[Fault]:
    """Whether what is there can be charted as this kind: a fault for each measure and sort."""
    checks = []
    if KINDS[kind].of_parts:
        given = frame["value"].is_not_null().to_numpy() | ~np.isnan(r)
        checks += [
            (given & _without(frame, n), "needs a numerator and a denominator", "denominator"),
            (r < 0, "needs numerators of 0 or more", "numerator"),
        ]
    if kind in ("p", "p_prime"):
        checks.append(
            ((r > n * (1 + 1e-12)) & (n > 0), "is of proportions; a numerator is above its denominator", "numerator")
        )
    if kind in ("c", "g"):
        checks.append((y < 0, "needs counts of 0 or more", "value"))
    if kind == "t":
        checks.append((y <= 0, "needs times above 0; take a finer unit, or half of one", "value"))
    for odd, says, column in checks:
        found = frame.filter(pl.Series(here & odd, dtype=pl.Boolean))
        for (measure,), rows in found.group_by("measure", maintain_order=True):
            site, on = rows.select("site", "on").row(0)
            where = f"at {quoted(site)} on {on.isoformat()}" + (
                f", and {rows.height - 1:,} more" if rows.height > 1 else ""
            )
            yield Fault(f"a {kind} chart {says}: {quoted(measure)} {where}", "values", None, column)


def _without(frame: pl.DataFrame, n: Array) -> Array:
    """The points of measures that have no denominator anywhere; where only some lack one, those are gaps."""
    if not np.isnan(n).any():
        return np.zeros(len(n), dtype=bool)
    has = pl.Series(~np.isnan(n))
    return ~frame.select(has.alias("has"), "measure").select(pl.col("has").any().over("measure")).to_series().to_numpy()


def _worked_out(frame: pl.DataFrame, measures: pl.DataFrame | None) -> pl.DataFrame:
    """A value that is not given is its numerator over its denominator, times what its measure is multiplied by."""
    if frame["numerator"].null_count() == frame.height:
        return frame
    part = pl.col("numerator") / pl.when(pl.col("denominator") != 0).then("denominator") * _times(measures)
    return frame.with_columns(value=pl.col("value").fill_null(pl.when(part.is_finite()).then(part)))


def _times(measures: pl.DataFrame | None) -> pl.Expr:
    """What a proportion or rate of each measure is multiplied by."""
    if measures is None or measures["multiply"].null_count() == measures.height:
        return pl.lit(1.0)
    return _said_of(measures, "multiply").fill_null(1.0)


def _said_of(measures: pl.DataFrame | None, column: str) -> pl.Expr:
    """What is said of the measure of each value."""
    assert measures is not None
    return pl.col("measure").replace_strict(measures["measure"], measures[column], default=None)


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
