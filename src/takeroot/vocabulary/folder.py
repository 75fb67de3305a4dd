"""How a programme lies in files: programme.yaml and a CSV for each table in a folder or zip, or a workbook of sheets.

Its own instruments lie in the folder ``instruments`` within it.
A ``datapackage.json`` (Frictionless) beside them says what the columns hold and keeps the kinds of further columns.
A row's ``id`` is written only where it is not the one made from its key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

import polars as pl

from takeroot.errors import Fault, FaultyInput, nearest, quoted
from takeroot.vocabulary import about_in_files, files, own_instruments
from takeroot.vocabulary.about import About
from takeroot.vocabulary.about_in_files import ABOUT
from takeroot.vocabulary.column import Column
from takeroot.vocabulary.files.sheet import LARGEST
from takeroot.vocabulary.own_instruments import FOLDER as INSTRUMENTS
from takeroot.vocabulary.tables import TABLES

_IN_ONE_FILE = (".zip", ".xlsx")
PACKAGE, MAPPINGS = "datapackage.json", "mappings.yaml"
#: Suffixes of files that would hold rows; others beside them (a README, a picture) are left alone.
_HOLD_ROWS = (".csv", ".tsv", ".parquet", ".xlsx", ".xls", ".yaml", ".yml")
_KINDS = {"text": "string", "number": "number", "count": "integer", "yes_no": "boolean", "day": "date"}
_COVARIATE = "covariates."


@dataclass(frozen=True)
class FoundProgramme:
    """A programme as found in files: nothing converted yet but what programme.yaml says.

    Parameters
    ----------
    about
        What it says of itself, or what is wrong with that.
    sheets, covariates
        Its tables, and the kinds of their further columns, by table.
    instruments
        Its own instruments: the text of each file, by name.
    faults
        What is wrong with whole files.
    speaks
        Whether there is anything that says what the programme is.
    """

    about: About | tuple[Fault, ...]
    sheets: dict[str, files.Sheet] = field(default_factory=dict)
    covariates: dict[str, dict[str, Column]] = field(default_factory=dict)
    instruments: dict[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    speaks: bool = True


def read(path: Path) -> FoundProgramme:
    """What lies in a folder, a zip or a workbook."""
    if (lying := files.lying_in(path)) is not None:
        within = lying.pop(INSTRUMENTS, None)
        if within is not None and (own := files.lying_in(within)) is not None:
            lying |= {f"{INSTRUMENTS}/{name}": each for name, each in own.items()}
        return _of_files(lying, path.name)
    return read_bytes(path.name, files.contents(path) if path.suffix.lower() in _IN_ONE_FILE else b"")


def read_bytes(name: str, data: bytes) -> FoundProgramme:
    """What lies in a zip or a workbook that is in memory, by the suffix of its name."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".xlsx":
        return _of_workbook(name, files.read_bytes(name, data, though_hidden=("programme", INSTRUMENTS, *TABLES)))
    if suffix == ".zip":
        return _of_files(files.members(data, name, within=(INSTRUMENTS,)), name)
    raise FaultyInput([Fault("a programme is a folder, a .zip of one or an .xlsx workbook", name)])


def write(
    path: Path,
    about: About,
    frames: Mapping[str, pl.DataFrame],
    covariates: Mapping[str, Mapping[str, Column]],
    instruments: Mapping[str, str] | None = None,
) -> Path:
    """A folder, zip or workbook, by the suffix; all of it, or nothing."""
    told = {name: _told(name, frame) for name, frame in frames.items()}
    if path.suffix.lower() == ".xlsx":
        kinds = {f"{_COVARIATE}{t}.{c}": kind.kind for t, further in covariates.items() for c, kind in further.items()}
        said = {**about_in_files.flat(about.model_dump(mode="json", exclude_defaults=True)), **kinds}
        fields = pl.DataFrame(
            {"field": list(said), "value": list(said.values())}, schema=dict.fromkeys(("field", "value"), pl.String)
        )
        own = {INSTRUMENTS: own_instruments.as_sheet(instruments)} if instruments else {}
        files.workbook({"programme": fields, **own, **told}, path)
        return path
    written = {ABOUT: about_in_files.yaml(about), PACKAGE: _package(about, told, covariates)}
    written |= {f"{name}.csv": files.csv_bytes(frame) for name, frame in told.items()}
    written |= {f"{INSTRUMENTS}/{name}": text.encode() for name, text in (instruments or {}).items()}
    if path.suffix.lower() == ".zip":
        files.write_zip(path, written)
    else:
        files.write_all(path, written, ours=[*(f"{name}.csv" for name in TABLES), *_instruments_in(path)])
    return path


def _instruments_in(path: Path) -> list[str]:
    """The files of instruments that lie in a folder already."""
    within = path / INSTRUMENTS
    lying = files.lying_in(within) if within.is_dir() else None
    return [name for each in lying or () if own_instruments.is_one(name := f"{INSTRUMENTS}/{each}")]


def _told(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Only columns that say something, and ids only where they are the row's own."""
    derived = TABLES[name].identified(frame.drop("id"))["id"]
    frame = frame.with_columns(id=pl.when(pl.col("id") == derived).then(None).otherwise(pl.col("id")))
    required = TABLES[name].required
    said = [
        c
        for c in frame.columns
        if c in required or c not in TABLES[name].columns or frame[c].null_count() < frame.height
    ]
    return frame.select(said)


def _of_files(found: Mapping[str, Path | bytes], where: str) -> FoundProgramme:
    sheets: dict[str, files.Sheet] = {}
    faults: list[Fault] = []
    expected = [ABOUT, PACKAGE, MAPPINGS, *(f"{name}.csv" for name in TABLES)]
    own = {name: content for name, content in found.items() if "/" in name}
    found = {name: content for name, content in found.items() if name not in own}
    instruments, unfit = _instruments(own)
    faults += unfit
    for name, content in found.items():
        stem, _, suffix = name.rpartition(".")
        if stem in TABLES and suffix in ("csv", "parquet"):
            if stem in sheets:
                faults.append(Fault(f"{stem} stand in two files; keep one of them", name))
                continue
            try:
                read = files.read_bytes(name, _bytes(content))
                sheets |= {stem: next(iter(read.values()))} if read else {}
            except FaultyInput as error:
                faults += error.faults
        elif name not in expected and not name.startswith((".", "~")) and name.lower().endswith(_HOLD_ROWS):
            near = nearest(name, expected)
            hint = f"did you mean '{near}'?" if near else f"the files are: {', '.join(expected)}"
            faults.append(Fault(f"no file of this name belongs to a programme; {hint}", name))
    if ABOUT not in found:
        says = f"'{ABOUT}' is needed, with at least a line such as 'name: Our programme'"
        return FoundProgramme((Fault(says, where),), sheets, {}, instruments, tuple(faults), speaks=False)
    try:
        about = about_in_files.from_yaml(_bytes(found[ABOUT]))
    except FaultyInput as error:
        about = error.faults
    kinds: dict[str, dict[str, Column]] = {}
    if PACKAGE in found:
        try:
            kinds = _covariates(_bytes(found[PACKAGE]))
        except FaultyInput as error:
            faults += error.faults
    return FoundProgramme(about, sheets, kinds, instruments, tuple(faults))


def _instruments(found: Mapping[str, Path | bytes]) -> tuple[dict[str, str], list[Fault]]:
    """The programme's own instruments, by the names of their files; what else lies there is left alone."""
    held: dict[str, bytes] = {}
    faults: list[Fault] = []
    for name, content in found.items():
        if own_instruments.is_one(name):
            try:
                held[PurePath(name).name] = _bytes(content, own_instruments.TOGETHER)
            except FaultyInput as error:
                faults += error.faults
    texts, wrong = own_instruments.checked(held)
    return texts, [*faults, *wrong]


def _bytes(content: Path | bytes, limit: int = LARGEST) -> bytes:
    return content if isinstance(content, bytes) else files.contents(content, limit)


# Workbooks


def _of_workbook(where: str, sheets: dict[str, files.Sheet]) -> FoundProgramme:
    faults: list[Fault] = []
    said: dict[str, tuple[str, int]] = {}
    kinds: dict[str, dict[str, Column]] = {}
    instruments: dict[str, str] = {}
    if (own := sheets.pop(INSTRUMENTS, None)) is not None:
        held, unsaid = own_instruments.of_sheet(own)
        instruments, wrong = own_instruments.checked(held)
        faults += [*unsaid, *wrong]
    for name in [name for name in sheets if name not in TABLES]:
        sheet = sheets.pop(name)
        if name == "programme":
            faults += sheet.faults
            if sheet.frame.columns[:2] != ["field", "value"]:
                faults.append(Fault("the columns 'field' and 'value' are needed", sheet.where))
                continue
            said = _fields(sheet, faults)
        elif name != "Read me":
            near = nearest(name, ["programme", INSTRUMENTS, *TABLES])
            hint = f"did you mean '{near}'?" if near else f"the sheets are: programme, {', '.join(TABLES)}"
            faults.append(Fault(f"no sheet of this name belongs to a programme; {hint}", sheet.where))
    for key in [key for key in said if key.startswith(_COVARIATE)]:
        table, _, column = key.removeprefix(_COVARIATE).partition(".")
        kind, _ = said.pop(key)
        if kind in _KINDS:
            kinds.setdefault(table, {})[column] = Column(kind, "a covariate", required=False)  # type: ignore[arg-type]
    if "name" not in said:
        says = (
            "the sheet 'programme' is needed, with a row whose field is 'name' and whose value is the programme's name"
        )
        return FoundProgramme((Fault(says, where),), sheets, kinds, instruments, tuple(faults), speaks=bool(said))
    about = about_in_files.from_fields(said, f"{where}, sheet 'programme'")
    return FoundProgramme(about, sheets, kinds, instruments, tuple(faults))


def _fields(sheet: files.Sheet, faults: list[Fault]) -> dict[str, tuple[str, int]]:
    """The value of each field of the sheet on the programme itself, and its row."""
    said: dict[str, tuple[str, int]] = {}
    numbered = sheet.frame.select("field", "value").with_columns(row=sheet.rows).drop_nulls()
    for key, value, row in numbered.iter_rows():
        name = key.strip()
        if name in said:
            says = f"the field {quoted(name)} has a value in row {said[name][1]:,} already; keep one of them"
            faults.append(Fault(says, sheet.where, row, None, name))
        else:
            said[name] = (value, row)
    return said


# datapackage.json


def _package(about: About, told: Mapping[str, pl.DataFrame], covariates: Mapping[str, Mapping[str, Column]]) -> bytes:
    resources = []
    for name, frame in told.items():
        table = TABLES[name]
        columns = {**table.columns, **covariates.get(name, {})}
        fields = [_field(column, columns[column]) for column in frame.columns]
        schema = {
            "fields": fields,
            **({"primaryKey": list(table.key)} if table.key and set(table.key) <= set(frame.columns) else {}),
        }
        resources.append({"name": name, "path": f"{name}.csv", "title": table.meaning, "schema": schema})
    package = {"profile": "tabular-data-package", "title": about.name, "resources": resources}
    return (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode()


def _field(name: str, column: Column) -> dict[str, Any]:
    kind = {"share": "number"}.get(column.kind, _KINDS.get(column.kind, "string"))
    said: dict[str, Any] = {"name": name, "type": kind, "description": column.meaning}
    if kind == "boolean":
        said |= {"trueValues": ["yes"], "falseValues": ["no"]}
    bounds = {"required": column.required or None, "enum": list(column.words) if column.kind == "word" else None}
    constraints = {key: value for key, value in bounds.items() if value}
    return said | ({"constraints": constraints} if constraints else {})


def _covariates(data: bytes) -> dict[str, dict[str, Column]]:
    """The kinds of further columns, as datapackage.json keeps them."""
    kinds = {frictionless: kind for kind, frictionless in _KINDS.items()}
    try:
        package = json.loads(data.decode("utf-8-sig"))
        return {
            resource["name"]: {
                one["name"]: Column(kinds[one["type"]], "a covariate", required=False)  # type: ignore[arg-type]
                for one in resource["schema"]["fields"]
                if one["name"] not in TABLES[resource["name"]].columns
            }
            for resource in package["resources"]
            if resource["name"] in TABLES
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        says = f"not readable as a data package ({quoted(error)}); delete the file to have kinds of columns found anew"
        raise FaultyInput([Fault(says, PACKAGE)]) from None
