"""What a programme says of itself, in files: programme.yaml, or the fields and values of a sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, get_args, get_origin

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from takeroot.errors import Fault, FaultyInput, nearest, quoted
from takeroot.vocabulary.about import About
from takeroot.vocabulary.files import plain_yaml

ABOUT = "programme.yaml"
#: Ends of a line that are neither a newline nor a return, and the mark of the byte order.
_FOLDED = re.compile("[\x85\u2028\u2029\ufeff]")
_NUMBER = re.compile("[0-9]{1,9}")

Path: TypeAlias = plain_yaml.Path

_BOUNDS = {"greater_than": "over", "greater_than_equal": "of at least", "less_than": "under"}
_BOUNDS |= {"less_than_equal": "of at most"}


class _Spelled(SafeRepresenter):
    """Text with a line end that YAML would fold into a blank is spelled out between quotation marks."""

    def represent_str(self, data: str) -> ScalarNode:
        style = '"' if _FOLDED.search(data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Spelled.add_representer(str, _Spelled.represent_str)


def yaml(about: About) -> bytes:
    """programme.yaml.

    Raises
    ------
    FaultyInput
        If it would be longer than is read.
    """
    return written(about, ABOUT)


def written(said: BaseModel, where: str) -> bytes:
    """What was said, as YAML that is read back alike.

    Raises
    ------
    FaultyInput
        If it would be longer than is read.
    """
    plain = YAML(typ="safe", pure=True)
    plain.Representer = _Spelled
    plain.default_flow_style, plain.allow_unicode, plain.width = False, True, 4096
    plain.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # it says that None is all it takes
    out = io.BytesIO()
    plain.dump(said.model_dump(mode="json", exclude_defaults=True), out)
    if len(out.getvalue()) > plain_yaml.LARGEST_YAML:
        says = f"what it says is over {plain_yaml.LARGEST_YAML // 2**20} MiB; shorten its texts"
        raise FaultyInput([Fault(says, where)])
    return out.getvalue()


def from_yaml(data: bytes) -> About | tuple[Fault, ...]:
    """What programme.yaml says, or its faults with their rows."""
    try:
        words = plain_yaml.read(ABOUT, data)
    except FaultyInput as error:
        return error.faults
    if not isinstance(words.said, dict):
        return (Fault("lines such as 'name: Our programme' are needed", ABOUT),)

    def row(path: Path) -> int | None:
        return next((words.rows[path[:n]] for n in range(len(path), 0, -1) if path[:n] in words.rows), None)

    return checked(words.said, ABOUT, row, "write '- ' before each of its items")


def checked(
    said: Mapping[str, Any], where: str, row: Callable[[Path], int | None] = lambda _: None, as_list: str = ""
) -> About | tuple[Fault, ...]:
    """What was said as a programme has it, or a sentence for each thing that is wrong with it.

    Parameters
    ----------
    said
        Fields and lists of words.
    where
        The place as faults say it.
    row
        Finds the row of a path.
    as_list
        How a list is written there.
    """
    try:
        return About.model_validate(said)
    except ValidationError as error:
        return faults(error, About, where, row, as_list)


def faults(
    error: ValidationError, of: type[BaseModel], where: str, row: Callable[[Path], int | None], as_list: str
) -> tuple[Fault, ...]:
    """A sentence for each thing that keeps what was said from being ``of`` its kind."""
    return tuple(sorted(_faults(error, of, where, row, as_list), key=lambda fault: fault.place))


def _faults(
    error: ValidationError, of: type[BaseModel], where: str, row: Callable[[Path], int | None], as_list: str
) -> Iterator[Fault]:
    for one in error.errors(include_url=False):
        loc = one["loc"]
        if one["type"] == "too_short" and len(one["input"]) >= one["ctx"]["min_length"]:
            continue  # there are enough, and what is wrong with them is said of each
        path = ".".join(str(part + 1 if isinstance(part, int) else part) for part in loc if part != "[key]")
        if one["type"] == "extra_forbidden":
            known = _fields_of(of, loc[:-1])
            near = nearest(str(loc[-1]), known)
            hint = f"did you mean '{near}'?" if near else f"the fields are: {', '.join(known)}"
            says = f"'{path}' is not known here; {hint}"
        elif one["type"] == "missing":
            says = f"'{path}' is needed"
        else:
            says = f"under '{path}' {_needed(of, one, as_list)}, found {_found(one['input'])}"
        yield Fault(says, where, row(loc), None, path)


def _needed(of: type[BaseModel], one: Mapping[str, Any], as_list: str) -> str:
    """What pydantic wanted, as a sentence."""
    kind, told = one["type"], one.get("ctx", {})
    if kind == "value_error":
        return str(told["error"])
    if kind in ("literal_error", "enum"):
        return f"one of {told.get('expected')} is needed"
    if kind in _BOUNDS:
        return f"a number {_BOUNDS[kind]} {next(iter(told.values())):g} is needed"
    if kind == "too_short":
        return f"a list of at least {told['min_length']} is needed"
    if kind.startswith(("tuple", "list")):
        return f"a list is needed ({as_list})" if as_list else "a list is needed"
    if kind == "dict_type":
        return "fields are needed, each a short name with what it says"
    if kind.startswith("model"):
        return f"fields are needed ({', '.join(_fields_of(of, one['loc']))})"
    for begins, what in (
        ("date", "a day such as 2024-03-31"),
        ("int", "a whole number"),
        ("float", "a number"),
        ("finite", "a finite number"),
        ("bool", "yes or no"),
        ("string_unicode", "text without halves of characters, which no file can hold,"),
    ):
        if kind.startswith(begins):
            return f"{what} is needed"
    return "some text is needed"


def _found(found: Any) -> str:
    if found is None or found == "":
        return "nothing"
    if isinstance(found, Mapping | BaseModel):
        return "fields"
    return f"a list of {len(found)}" if isinstance(found, list | tuple) else quoted(found)


def _fields_of(model: type[BaseModel], path: Path) -> list[str]:
    """The fields there are at a path; items of lists, and things found by their names, are of the kind of the field."""
    named = False
    for part in path:
        if named or not isinstance(part, str):
            named = False
            continue
        kind = model.model_fields[part].annotation
        named = get_origin(kind) is dict
        model = next(one for one in _within(kind) if isinstance(one, type) and issubclass(one, BaseModel))
    return list(model.model_fields)


def _within(kind: Any) -> Iterator[Any]:
    yield kind
    for part in get_args(kind):
        yield from _within(part)


# As fields and values


def flat(said: Any, path: str = "") -> dict[str, str]:
    """``{"meant_by": {"spread": "..."}}`` as ``{"meant_by.spread": "..."}``; items of lists by number, from 1."""
    if isinstance(said, dict):
        items = [(f"{path}.{key}" if path else str(key), value) for key, value in said.items()]
    elif isinstance(said, list):
        items = [(f"{path}.{number}", value) for number, value in enumerate(said, 1)]
    else:
        return {} if said is None else {path: str(said).lower() if isinstance(said, bool) else str(said)}
    return {key: value for name, one in items for key, value in flat(one, name).items()}


def from_fields(said: Mapping[str, tuple[str, int]], where: str) -> About | tuple[Fault, ...]:
    """What the fields of a sheet say, each with its value and its row; or its faults with their rows."""
    rows = _deep({path: row for path, (_, row) in said.items()})

    def row(path: Path) -> int | None:
        found = rows
        for part in path:
            inside = isinstance(found, list) and isinstance(part, int) and part < len(found)
            if not inside and not (isinstance(found, dict) and part in found):
                break
            found = found[part]
        while isinstance(found, dict | list):
            found = next(iter(found.values() if isinstance(found, dict) else found), None)
        return found if isinstance(found, int) else None

    values = _deep({path: value for path, (value, _) in said.items()})
    return checked(values, where, row, "write a row for each of its items, as in 'sources.1' and 'sources.2'")


def _deep(said: Mapping[str, Any]) -> Any:
    """What :func:`flat` made flat, as it was."""
    tree: dict[str, Any] = {}
    for path, value in said.items():
        *parents, last = path.split(".", plain_yaml.DEEPEST)
        branch: Any = tree
        for part in parents:
            branch = branch.setdefault(part, {}) if isinstance(branch, dict) else {}
        if isinstance(branch, dict):
            branch[last] = value
        else:  # beside a field that holds a word already
            tree[path] = value
    return _lists(tree)


def _lists(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    if tree and all(_NUMBER.fullmatch(key) for key in tree):
        return [_lists(tree[key]) for key in sorted(tree, key=int)]
    return {key: _lists(value) for key, value in tree.items()}
