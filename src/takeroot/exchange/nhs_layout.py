"""Values as NHS spreadsheets have them: a date, a value and perhaps a target in each row; or a column for each series.

======  ==============================================================================================================
long    a row for each period: ``date``, ``value`` (or ``numerator`` and ``denominator``), and where there are several
        series a column that names the measure, the site or both; ``target`` and ``trajectory`` as they then were
wide    a row for each period, and a column for each measure (or each site); ``falls target`` is the target of ``falls``
across  a row for each measure or site, and a column for each period
======  ==============================================================================================================

Headings are known by the words that people use for them: *month*, *week commencing*, *performance*, *trust*. What is
not said (of which measure, at which site) is asked of the caller, and else taken from the name of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl

from takeroot.errors import Fault, FaultyInput, quoted
from takeroot.vocabulary import door
from takeroot.vocabulary.column import Dates
from takeroot.vocabulary.days import as_days
from takeroot.vocabulary.files import Sheet
from takeroot.vocabulary.tables import PHASES, VALUES

#: What the columns of a wide file, or the rows of one that goes across, are of.
Across = Literal["measures", "sites"]

#: What the site is called, where a file speaks of none.
EVERYWHERE = "all"

#: The words that people use for each column.
WORDS = {
    "on": "date|on|day|month|period|week|quarter|year|time|w/c|wc|week commencing|week beginning|week ending"
    "|month commencing|month beginning|month ending|reporting period|reporting month|period start|start date",
    "value": "value|actual|actual value|observed|result|performance|y|rate|count|number|score|percentage|percent|%",
    "numerator": "numerator|num|numer|events",
    "denominator": "denominator|denom|den|population",
    "target": "target|target value|standard|threshold|goal|ambition",
    "trajectory": "trajectory|improvement trajectory|plan|planned|planned value",
    "measure": "measure|measure name|metric|metric name|indicator|indicator name|kpi|kpi name|series",
    "site": "site|site name|site code|organisation|organisation name|organisation code|organization|org|org code|trust"
    "|trust name|provider|provider name|ward|hospital|practice|team|department|location|ods code",
}
#: Headings of what people say beside their values.
REMARKS = ("note", "notes", "comment", "comments", "commentary", "remarks", "unit", "units", "source", "id")
#: So many columns headed by months are no accident.
MONTHS = 4
_NAMES = {word: name for name, words in WORDS.items() for word in words.split("|")}
#: The share of its cells that have to be numbers, or days, for a column to be one of them.
_SHARE = 0.8
_MONTHS = "jan feb mar apr may jun jul aug sep sept oct nov dec".split()


@dataclass(frozen=True)
class Read:
    """What a file says.

    Parameters
    ----------
    values
        See :data:`~takeroot.vocabulary.tables.VALUES`; further columns of a long file travel along.
    phases
        Its targets and trajectories: see :data:`~takeroot.vocabulary.tables.PHASES`.
    says
        How it was understood, in sentences; nothing, where its columns are those of the table.
    """

    values: pl.DataFrame
    phases: pl.DataFrame
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Series:
    """Some columns of a sheet under our names, and what each of them is called there."""

    sheet: Sheet
    headings: dict[str, str]


def read(
    path: Path | str, *, measure: str = "", site: str = "", across: Across = "measures", dates: Dates | None = None
) -> Read:
    r"""Values, and the targets that stand beside them.

    Parameters
    ----------
    path
        A CSV, Excel or Parquet file: of a workbook the sheet ``values``, or its one sheet.
    measure, site
        What they are, where the file does not say: the name of the file, and ``all``, if not given.
    across
        What the columns of a wide file are of, or the rows of one that goes across and does not say.
    dates
        How days such as 03/04/2024 are written, where every one in a column reads both ways.

    Raises
    ------
    FaultyInput
        With every fault, its row and its column; or that no day, or no value, is found.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "falls.csv"
    ...     _ = file.write_text("Month,Actual,Target\nApr-24,9,8\nMay-24,7,8\n")
    ...     found = read(file)
    >>> found.values.select("measure", "site", "on", "value").rows()[0]
    ('falls', 'all', datetime.date(2024, 4, 1), 9.0)
    >>> found.phases.select("on", "kind", "value").rows()
    [(datetime.date(2024, 4, 1), 'target', 8.0)]
    """
    return of_sheet(door.as_sheet(VALUES, Path(path)), measure=measure, site=site, across=across, dates=dates)


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out.

    Parameters
    ----------
    way
        ``long``, ``wide`` or ``across``; empty, where it holds no values by day.
    meant
        The heading that stands for each of our columns.
    columns
        The columns that are a series, or a period, each.
    """

    way: Literal["long", "wide", "across", ""]
    meant: dict[str, str]
    columns: tuple[str, ...] = ()

    @property
    def unsaid(self) -> tuple[str, ...]:
        """What the sheet does not say itself: the ``measure``, the ``site``; of a wide one, at least one of the two."""
        return tuple(name for name in ("measure", "site") if name not in self.meant)


def layout(sheet: Sheet) -> Layout:
    """How a sheet is laid out."""
    meant = _meant(sheet.frame)
    if "on" not in meant:
        days = _headed_by_days(sheet.frame)
        return Layout("across" if days else "", meant, tuple(days))
    if {"measure", "site"} <= meant.keys() or {"value", "numerator"} & meant.keys():
        return Layout("long", meant)
    columns = _numbers(sheet.frame, set(meant.values()))
    return Layout("wide" if columns else "", meant, tuple(columns))


def fits(sheet: Sheet) -> bool:
    """Whether a sheet is surely values by day, and nothing but them and remarks on them."""
    found = layout(sheet)
    if not found.way or not ({"on"} & found.meant.keys() or len(found.columns) >= MONTHS):
        return False
    if found.way == "across":
        return all(
            _holds(sheet.frame[column], _is_number) or not sheet.frame[column].count() for column in found.columns
        )
    if _tidy(found.meant["on"]) not in WORDS["on"].split("|"):
        return False
    rest = [name for name in sheet.frame.columns if name not in {*found.meant.values(), *found.columns}]
    known = (*_numbers(sheet.frame, set(found.meant.values())), *(name for name in rest if _tidy(name) in REMARKS))
    return all(name in known or _tidy(name).split()[-1] in ("target", "trajectory") for name in rest)


def of_sheet(
    sheet: Sheet, *, measure: str = "", site: str = "", across: Across = "measures", dates: Dates | None = None
) -> Read:
    """As :func:`read`, of a sheet that was read already."""
    given = {"measure": measure or sheet.name, "site": site or EVERYWHERE}
    found = layout(sheet)
    meant, columns = found.meant, list(found.columns)
    has = ", ".join(sheet.frame.columns[:30]) or "no columns"
    if found.way == "across":
        series = list(_across(sheet, meant, columns, given, across, dates))
        return _together(sheet, series, dates, (_of(columns, "period"),))
    if found.way == "long":
        return _together(sheet, [_long(sheet, meant, given)], dates, tuple(_told(meant)))
    if found.way == "wide":
        across = "sites" if "measure" in meant else "measures" if "site" in meant else across
        series = list(_wide(sheet, meant, columns, given, across))
        return _together(sheet, series, dates, (_of(columns, across[:-1]),))
    says = "a column of values is needed, called 'value', or a column of numbers for each series"
    if "on" not in meant:
        says = "a column of days is needed, called 'date' or 'month', or columns headed by months"
    raise FaultyInput([*sheet.faults, Fault(f"{says}; found: {has}", sheet.where)])


def _tidy(heading: str) -> str:
    return " ".join(re.sub(r"\(.*?\)|[_:]", " ", heading).casefold().split())


def _meant(frame: pl.DataFrame) -> dict[str, str]:
    """The heading that stands for each of our columns, the plainest word first; else the first that holds days."""
    meant: dict[str, str] = {}
    headings = {_tidy(heading): heading for heading in reversed(frame.columns)}
    for word, name in _NAMES.items():
        if word in headings and name not in meant:
            meant[name] = headings[word]
    if _tidy(meant.get("value", "value")) != "value" and _numbers(frame, set(meant.values())):
        del meant["value"]  # one of several columns of numbers: each is a series
    if "on" not in meant:
        held = (name for name in frame.columns if name not in meant.values() and _holds(frame[name], _is_day))
        if first := next(held, ""):
            meant["on"] = first
    return meant


def _numbers(frame: pl.DataFrame, but: set[str]) -> list[str]:
    """The columns that hold numbers, and are no target."""
    return [
        name
        for name in frame.columns
        if name not in but and _tidy(name).split()[-1:] not in (["target"], ["trajectory"])
        if _holds(frame[name], _is_number)
    ]


def _holds(cells: pl.Series, test: pl.Expr) -> bool:
    """Whether nearly all cells of a column that say something are of a kind."""
    said = pl.DataFrame({"cell": cells.drop_nulls().head(1_000).cast(pl.String)})
    return bool(said.height and said.select(test.fill_null(False).mean()).item() >= _SHARE)


_CELL = pl.col("cell").str.strip_chars()
_is_number = _CELL.str.strip_chars_end("%").str.replace_all(",", "").cast(pl.Float64, strict=False).is_not_null()
_is_day = _CELL.str.contains(r"^\d{4}-\d\d?(-\d\d?)?([T ].*)?$|^\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}$") | (
    _CELL.str.to_lowercase().str.contains(rf"^(\d{{1,2}}[ \-])?({'|'.join(_MONTHS)})[a-z]*\.?[ '’\-/]*\d{{2,4}}$")
)


def _headed_by_days(frame: pl.DataFrame) -> list[str]:
    """The headings that are days or months; none, where there are fewer than two of them."""
    headings = pl.DataFrame({"cell": frame.columns})
    days = headings.filter(_is_day.fill_null(False))["cell"].to_list()
    return days if len(days) > 1 else []


def _plain_days(said: pl.Series) -> pl.Series:
    """Days written short, written out: Apr-24 is April 2024, 01/04/24 is 01/04/2024."""
    if said.dtype != pl.String:
        return said
    text = said.str.strip_chars()
    text = text.str.replace(r"^(\d{1,2}[/.\-]\d{1,2}[/.\-])(\d{2})$", "${1}20${2}")
    text = text.str.replace(rf"(?i)^((?:{'|'.join(_MONTHS)})[a-z]*)\.?[ '’\-/]*(\d{{4}})$", "${1} ${2}")
    return text.str.replace(rf"(?i)^((?:{'|'.join(_MONTHS)})[a-z]*)\.?[ '’\-/]*(\d{{2}})$", "${1} 20${2}")


def _long(sheet: Sheet, meant: dict[str, str], given: dict[str, str]) -> _Series:
    """A row for each period: our names for its columns, the others as they are."""
    frame = sheet.frame.rename({heading: name for name, heading in meant.items() if heading != name})
    for name, said in given.items():
        if name not in frame.columns:
            frame = frame.with_columns(pl.lit(said).alias(name))
    return _Series(replace(sheet, frame=_tidied(frame)), meant)


def _wide(
    sheet: Sheet, meant: dict[str, str], columns: list[str], given: dict[str, str], across: Across
) -> Iterator[_Series]:
    """A column for each series, with the target of its own or the one that stands for all."""
    kind = str(across[:-1])
    headings = {_tidy(heading): heading for heading in sheet.frame.columns}
    for heading in columns:
        own = {name: headings.get(f"{_tidy(heading)} {name}", meant.get(name, "")) for name in ("target", "trajectory")}
        taken: dict[str, str] = {name: column for name, column in {**meant, **own, "value": heading}.items() if column}
        taken = {name: column for name, column in taken.items() if name in ("on", "value", *own, "measure", "site")}
        frame = sheet.frame.select(pl.col(column).alias(name) for name, column in taken.items())
        for name, said in {**given, kind: heading}.items():
            if name == kind or name not in frame.columns:
                frame = frame.with_columns(pl.lit(said).alias(name))
        yield _Series(replace(sheet, frame=_tidied(frame), faults=()), taken)


def _across(
    sheet: Sheet, meant: dict[str, str], headings: list[str], given: dict[str, str], across: Across, dates: Dates | None
) -> Iterator[_Series]:
    """A column for each period; the first other column names the rows, where no heading says what does."""
    named: dict[str, str] = {name: meant[name] for name in ("measure", "site") if name in meant}
    rest = [heading for heading in sheet.frame.columns if heading not in {*headings, *meant.values()}]
    if not named and rest:
        named = {str(across[:-1]): rest[0]}
    days, odd = as_days(_plain_days(pl.Series(headings)), dates=dates, month=True)
    if odd.height:
        raise FaultyInput([Fault(says, sheet.where, None, headings[at]) for at, _, says in odd.iter_rows()])
    also: dict[str, str] = {name: meant[name] for name in ("target", "trajectory") if name in meant}
    for place, (heading, day) in enumerate(zip(headings, days, strict=True)):
        taken = {**named, "value": heading, **(also if place == 0 else {})}
        frame = sheet.frame.select(pl.col(column).alias(name) for name, column in taken.items())
        frame = frame.with_columns(pl.lit(day).alias("on"))
        frame = frame.with_columns(pl.lit(said).alias(n) for n, said in given.items() if n not in frame.columns)
        yield _Series(replace(sheet, frame=_tidied(frame), faults=()), {**taken, "on": heading})


def _tidied(frame: pl.DataFrame) -> pl.DataFrame:
    """Days written out, and a column in which every number is a percentage as numbers."""
    frame = frame.with_columns(_plain_days(frame["on"]).alias("on"))
    for name in ("value", "target", "trajectory"):
        if name in frame.columns and frame[name].dtype == pl.String:
            cells = frame[name].str.strip_chars()
            if cells.str.ends_with("%").drop_nulls().all():
                frame = frame.with_columns(cells.str.strip_chars_end("% ").alias(name))
    return frame


def _together(sheet: Sheet, series: list[_Series], dates: Dates | None, says: tuple[str, ...]) -> Read:
    """Every series through the door, and what it says of targets and trajectories."""
    faults: dict[Fault, None] = dict.fromkeys(() if len(series) == 1 else sheet.faults)
    values: list[pl.DataFrame] = []
    phases: list[pl.DataFrame] = []
    for one in series:
        beside = [name for name in ("target", "trajectory") if name in one.sheet.frame.columns]
        came = door.admit(VALUES, replace(one.sheet, frame=one.sheet.frame.drop(beside)), dates=dates, guess=True)
        faults |= dict.fromkeys(_in_their_words(came.faults, one.headings, "value"))
        values.append(came.frame)
        for kind in beside:
            told = one.sheet.frame.select(value=kind).with_columns(came.frame.select("measure", "site", "on"))
            there = told["value"].is_not_null()
            part = replace(one.sheet, frame=told.filter(there), rows=one.sheet.rows.filter(there), faults=())
            line = door.admit(VALUES, part)
            faults |= dict.fromkeys(
                fault
                for fault in _in_their_words(line.faults, one.headings, kind)
                if fault.column == one.headings[kind]
            )
            phases.append(line.frame.with_columns(kind=pl.lit(kind)))
    if faults:
        raise FaultyInput(sorted(faults, key=lambda fault: fault.place))
    whole = pl.concat(values, how="diagonal")
    if len(values) > 1:
        whole = VALUES.read(whole.filter(_within_its_series()))
    return Read(whole, _phases(phases), says)


def _within_its_series() -> pl.Expr:
    """Whether a row lies between the first and the last value of its series: an empty one there is a gap."""
    days = pl.when(pl.col("value").is_not_null()).then("on")
    series = ("measure", "site")
    return (pl.col("on") >= days.min().over(series)) & (pl.col("on") <= days.max().over(series))


def _in_their_words(faults: Iterable[Fault], headings: dict[str, str], kind: str) -> Iterator[Fault]:
    """Faults that name the columns as the file does."""
    for fault in faults:
        name = kind if fault.column == "value" else fault.column
        yield replace(fault, column=headings.get(name or "", name))


def _phases(told: list[pl.DataFrame]) -> pl.DataFrame:
    """A row for each target that differs from the one before it, and for each point of a trajectory."""
    if not told:
        return PHASES.empty()
    rows = pl.concat([frame.select("measure", "site", "on", "kind", "value") for frame in told]).sort(
        "measure", "site", "kind", "on"
    )
    changed = (pl.col("value") != pl.col("value").shift().over("measure", "site", "kind")).fill_null(True)
    return PHASES.read(rows.filter(changed | (pl.col("kind") == "trajectory")))


def _told(meant: dict[str, str]) -> Iterator[str]:
    """How headings were understood that are not our own."""
    called = {heading: "date" if name == "on" else name for name, heading in meant.items()}
    said = [
        f"{quoted(heading)} is the {name}" for heading, name in called.items() if _tidy(heading) not in (name, "on")
    ]
    if said:
        yield f"Columns: {', '.join(said)}."


def _of(them: list[str], what: str) -> str:
    return f"{len(them):,} columns are a {what} each: {', '.join(map(quoted, them[:5]))}{' ...' if them[5:] else ''}."
