"""What the file of an instrument may say, as JSON Schema, by which an editor helps to write one.

It says less than :mod:`~takeroot.vocabulary.instruments_in_files` checks: not whether names are given twice, or whether
what is named is there.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

from pydantic import BaseModel, TypeAdapter

from takeroot.vocabulary import instrument, wording
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.wording import Overlay, Translation


def schema() -> dict[str, Any]:
    """The JSON Schema of an instrument, an overlay or a translation.

    Examples
    --------
    >>> made = schema()
    >>> made["$defs"]["Question"]["properties"]["asks"]["description"]
    'The question, and the same in plainer words.'
    """
    made = TypeAdapter(Instrument | Overlay | Translation).json_schema()["$defs"]
    for name, part in made.items():
        declared = getattr(instrument, name, None) or getattr(wording, name)
        meanings = _meanings(declared)
        part["description"] = _line((inspect.getdoc(declared) or "").partition("\n\n")[0])
        for each, field in part.get("properties", {}).items():
            field.pop("title", None)
            if each in meanings:
                field["description"] = meanings[each]
    kinds = {name: {"$ref": f"#/$defs/{name}"} for name in ("Instrument", "Overlay", "Translation")}
    either = {"if": {"required": ["translation_of"]}, "then": kinds["Translation"], "else": kinds["Instrument"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An instrument, an overlay or a translation",
        "type": "object",
        "if": {"required": ["overlay_of"]},
        "then": kinds["Overlay"],
        "else": either,
        "$defs": _as_yaml(made),
    }


def _as_yaml(part: Any) -> Any:
    """A schema for files in which every word is text: a name may look like a number, and yes like a word."""
    if isinstance(part, list):
        return [_as_yaml(each) for each in part]
    if not isinstance(part, dict):
        return part
    made = {key: _as_yaml(each) for key, each in part.items()}
    if part.get("type") == "string" and "enum" not in part and "const" not in part:
        made["type"] = ["string", "number"]
    elif part.get("type") == "boolean":
        del made["type"]
        made["enum"] = [True, False, "yes", "no"]
    return made


def _meanings(declared: type[BaseModel]) -> dict[str, str]:
    """What the docstring of a kind, and of those it is made from, says of each field."""
    found: dict[str, str] = {}
    for each in reversed(declared.__mro__):
        text = inspect.cleandoc(each.__doc__ or "") if issubclass(each, BaseModel) and each is not BaseModel else ""
        _, _, told = text.partition("Parameters\n----------\n")
        for block in re.split(r"\n(?=\S)", told) if told else []:
            names, _, says = block.partition("\n")
            found |= {name.strip(): _line(says) for name in names.split(",")}
    return found


def _line(text: str) -> str:
    """On one line, without the marks of reStructuredText."""
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"\1", text)
    return " ".join(text.replace("``", "'").split())
