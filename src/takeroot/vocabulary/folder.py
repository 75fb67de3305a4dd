"""How a programme lies in files: programme.yaml and a CSV for each table in a folder or zip, or a workbook of sheets.

A ``datapackage.json`` (Frictionless) beside them says what the columns hold and keeps the kinds of further columns.
A row's ``id`` is written only where it is not the one made from its key.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from takeroot.errors import Fault, FaultyInput, nearest, quoted
from takeroot.vocabulary import files
from takeroot.vocabulary.about import About
from takeroot.vocabulary.column import Column
from takeroot.vocabulary.tables import TABLES

ABOUT, PACKAGE, MAPPINGS = "programme.yaml", "datapackage.json", "mappings.yaml"
#: Suffixes of files that would hold rows; others beside them (a README, a picture) are left alone.
_HOLD_ROWS = (".csv", ".tsv", ".parquet", ".xlsx", ".xls", ".yaml", ".yml")
#: Ends of a line that are neither a newline nor a return, and the mark of the byte order.
_FOLDED = re.compile("[\x85\u2028\u2029\ufeff]")
_LARGEST_YAML = 2 * 2**20
_KINDS = {"text": "string", "number": "number", "count": "integer", "yes_no": "boolean", "day": "date"}
_COVARIATE = "covariates."


@dataclass(frozen=True)
class FoundProgramme:
    """A programme as found in files: nothing converted yet but what programme.yaml says."""

    about: About | tuple[Fault, ...]
    sheets: dict[str, files.Sheet] = field(default_factory=dict)
    covariates: dict[str, dict[str, Column]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def read(path: Path) -> FoundProgramme:
    """What lies in a folder, a zip or a workbook."""
    if path.is_dir():
        return _of_files({each.name: each for each in sorted(path.iterdir()) if each.is_file()}, path.name)
    if not path.exists():
        raise FaultyInput([Fault(f"there is no file or folder '{path}'")])
    if path.suffix.lower() == ".xlsx":
        return _of_workbook(path)
    if path.suffix.lower() == ".zip":
        return _of_files(files.members(path), path.name)
    raise FaultyInput([Fault("a programme is a folder, a .zip of one or an .xlsx workbook", path.name)])


def write(
    path: Path, about: About, frames: Mapping[str, pl.DataFrame], covariates: Mapping[str, Mapping[str, Column]]
) -> Path:
    """A folder, zip or workbook, by the suffix; all of it, or nothing."""
    told = {name: _told(name, frame) for name, frame in frames.items()}
    if path.suffix.lower() == ".xlsx":
        kinds = {f"{_COVARIATE}{t}.{c}": kind.kind for t, further in covariates.items() for c, kind in further.items()}
        said = {**_flat(about.model_dump(mode="json", exclude_defaults=True)), **kinds}
        fields = pl.DataFrame(
            {"field": list(said), "value": list(said.values())}, schema=dict.fromkeys(("field", "value"), pl.String)
        )
        files.workbook({"programme": fields, **told}, path)
        return path
    written = {ABOUT: _yaml(about), PACKAGE: _package(about, told, covariates)}
    written |= {f"{name}.csv": files.csv_bytes(frame) for name, frame in told.items()}
    if path.suffix.lower() == ".zip":
        files.write_zip(path, written)
    else:
        files.write_all(path, written, ours=[f"{name}.csv" for name in TABLES])
    return path


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
    for name, content in found.items():
        stem, _, suffix = name.rpartition(".")
        if stem in TABLES and suffix in ("csv", "parquet"):
            if stem in sheets:
                faults.append(Fault(f"{stem} stand in two files; keep one of them", name))
                continue
            try:
                read = files.read_bytes(name, content if isinstance(content, bytes) else content.read_bytes())
                sheets |= {stem: next(iter(read.values()))} if read else {}
            except FaultyInput as error:
                faults += error.faults
        elif name not in expected and not name.startswith((".", "~")) and name.lower().endswith(_HOLD_ROWS):
            near = nearest(name, expected)
            hint = f"did you mean '{near}'?" if near else f"the files are: {', '.join(expected)}"
            faults.append(Fault(f"no file of this name belongs to a programme; {hint}", name))
    if ABOUT not in found:
        says = f"'{ABOUT}' is needed, with at least a line such as 'name: Our programme'"
        return FoundProgramme((Fault(says, where),), sheets, {}, tuple(faults))
    about = _read_yaml(_bytes(found[ABOUT]))
    kinds, wrong = _covariates(_bytes(found[PACKAGE])) if PACKAGE in found else ({}, [])
    return FoundProgramme(about, sheets, kinds, (*faults, *wrong))


def _bytes(content: Path | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


# programme.yaml


class _Spelled(SafeRepresenter):
    """Text with a line end that YAML would fold into a blank is spelled out between quotation marks."""

    def represent_str(self, data: str) -> ScalarNode:
        style = '"' if _FOLDED.search(data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Spelled.add_representer(str, _Spelled.represent_str)


def _yaml(about: About) -> bytes:
    plain = YAML(typ="safe", pure=True)
    plain.Representer = _Spelled
    plain.default_flow_style, plain.allow_unicode, plain.width = False, True, 4096
    plain.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # it says that None is all it takes
    out = io.BytesIO()
    plain.dump(about.model_dump(mode="json", exclude_defaults=True), out)
    return out.getvalue()


def _read_yaml(data: bytes) -> About | tuple[Fault, ...]:
    """programme.yaml by YAML 1.2 rules, or its faults with their lines."""
    try:
        if len(data) > _LARGEST_YAML:
            return (Fault("the file is over 2 MiB; it holds words, not data", ABOUT),)
        text = data.decode("utf-8-sig")
        if any(isinstance(event, AliasEvent) for event in YAML(pure=True).parse(text)):
            return (Fault("write it out in full; references to another place (* and &) are not read", ABOUT),)
        said = YAML(pure=True).load(text)
    except UnicodeDecodeError as error:
        return (Fault(f"the file is not UTF-8 (byte {error.start:,}); save it as UTF-8", ABOUT),)
    except MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else None
        return (Fault(f"not readable as YAML: {' '.join((error.problem or '').split())}", ABOUT, row),)
    except (YAMLError, ValueError, RecursionError) as error:
        return (Fault(f"not readable as YAML: {' '.join(str(error).split())[:200]}", ABOUT),)
    if not isinstance(said, dict):
        return (Fault("lines such as 'name: Our programme' are needed", ABOUT),)
    try:
        return About.model_validate(_plain(said))
    except ValidationError as error:
        return tuple(yaml_faults(error, ABOUT, said))


def _plain(said: Any) -> Any:
    """What ruamel read, as plain dicts, lists and values."""
    if isinstance(said, dict):
        return {str(key): _plain(value) for key, value in said.items()}
    if isinstance(said, list):
        return [_plain(value) for value in said]
    return said


def yaml_faults(error: ValidationError, where: str, said: Any = None) -> Iterator[Fault]:
    """A sentence for each thing that is wrong with programme.yaml, with its line where that is known."""
    for one in error.errors(include_url=False):
        path = ".".join(str(part) for part in one["loc"])
        row = _line(said, one["loc"]) if said is not None else None
        if one["type"] == "extra_forbidden":
            known = list(About.model_fields)
            near = nearest(str(one["loc"][-1]), known)
            hint = f"did you mean '{near}'?" if near and len(one["loc"]) == 1 else "take it out, or correct its name"
            yield Fault(f"'{path}' is not known here; {hint}", where, row, None, path)
        elif one["type"] == "missing":
            yield Fault(f"'{path}' is needed", where, row, None, path)
        else:
            yield Fault(f"under '{path}' {_needed(one)}, found {quoted(one['input'])}", where, row, None, path)


def _needed(one: Mapping[str, Any]) -> str:
    """What pydantic wanted, as a sentence."""
    kind, told = one["type"], one.get("ctx", {})
    if kind.startswith("date"):
        return "a day such as 2024-03-31 is needed"
    if kind == "value_error":
        return str(told["error"])
    if kind in ("literal_error", "enum"):
        return f"one of {told.get('expected')} is needed"
    if kind.startswith(("int", "float", "bool")):
        return f"a {'yes or no' if kind.startswith('bool') else 'number'} is needed"
    return f"something is at fault: {one['msg'][0].lower()}{one['msg'][1:]}"


def _line(said: Any, loc: tuple[int | str, ...]) -> int | None:
    """The line of a key of what ruamel read."""
    line = None
    for part in loc:
        places = getattr(getattr(said, "lc", None), "data", None) or {}
        if part in places:
            line = places[part][0] + 1
        try:
            said = said[part]
        except (KeyError, IndexError, TypeError):
            break
    return line


# Workbooks


def _of_workbook(path: Path) -> FoundProgramme:
    sheets = files.read(path)
    faults: list[Fault] = []
    said: dict[str, str] = {}
    kinds: dict[str, dict[str, Column]] = {}
    for name in [name for name in sheets if name not in TABLES]:
        sheet = sheets.pop(name)
        if name == "programme":
            faults += sheet.faults
            if sheet.frame.columns[:2] != ["field", "value"]:
                faults.append(Fault("the columns 'field' and 'value' are needed", sheet.where))
                continue
            rows = sheet.frame.select("field", "value").drop_nulls().iter_rows()
            said = {str(key).strip(): value for key, value in rows}
        elif name != "Read me":
            near = nearest(name, ["programme", *TABLES])
            hint = f"did you mean '{near}'?" if near else f"the sheets are: programme, {', '.join(TABLES)}"
            faults.append(Fault(f"no sheet of this name belongs to a programme; {hint}", sheet.where))
    for key in [key for key in said if key.startswith(_COVARIATE)]:
        table, _, column = key.removeprefix(_COVARIATE).partition(".")
        kind = said.pop(key)
        if kind in _KINDS:
            kinds.setdefault(table, {})[column] = Column(kind, "a covariate", required=False)  # type: ignore[arg-type]
    where = f"{path.name}, sheet 'programme'"
    if not said.get("name"):
        says = (
            "the sheet 'programme' is needed, with a row whose field is 'name' and whose value is the programme's name"
        )
        return FoundProgramme((Fault(says, path.name),), sheets, kinds, tuple(faults))
    try:
        return FoundProgramme(About.model_validate(_deep(said)), sheets, kinds, tuple(faults))
    except ValidationError as error:
        return FoundProgramme(tuple(yaml_faults(error, where)), sheets, kinds, tuple(faults))


def _flat(said: Any, path: str = "") -> dict[str, str]:
    """``{"meant_by": {"spread": "..."}}`` as ``{"meant_by.spread": "..."}``; items of lists by number, from 1."""
    if isinstance(said, dict):
        items = [(f"{path}.{key}" if path else str(key), value) for key, value in said.items()]
    elif isinstance(said, list):
        items = [(f"{path}.{number}", value) for number, value in enumerate(said, 1)]
    else:
        return {} if said is None else {path: str(said).lower() if isinstance(said, bool) else str(said)}
    return {key: value for name, one in items for key, value in _flat(one, name).items()}


def _deep(said: Mapping[str, str]) -> Any:
    """What :func:`_flat` made flat, as it was."""
    tree: dict[str, Any] = {}
    for path, value in said.items():
        *parents, last = path.split(".")
        branch: Any = tree
        for part in parents:
            branch = branch.setdefault(part, {}) if isinstance(branch, dict) else {}
        if isinstance(branch, dict):
            branch[last] = value
    return _lists(tree)


def _lists(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    if tree and all(key.isdigit() for key in tree):
        return [_lists(tree[key]) for key in sorted(tree, key=int)]
    return {key: _lists(value) for key, value in tree.items()}


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


def _covariates(data: bytes) -> tuple[dict[str, dict[str, Column]], list[Fault]]:
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
        }, []
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        says = f"not readable as a data package ({quoted(error)}); delete the file to have kinds of columns found anew"
        return {}, [Fault(says, PACKAGE)]
