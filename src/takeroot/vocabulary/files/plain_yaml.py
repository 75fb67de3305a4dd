"""YAML, read as words: lists and fields of text, and the row in which each begins.

What a word means is for whoever asked for it to judge: ``1.10`` and ``012`` stay as they were written. Nothing is taken
from elsewhere (no references, no tags), no field stands twice, and lists within lists have an end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from takeroot.errors import Fault, FaultyInput, quoted
from takeroot.vocabulary.files.sheet import Noted, refused

LARGEST_YAML = 2 * 2**20
#: Lists and fields within one another; what a programme says of itself needs four.
DEEPEST = 20
#: What says nothing, where it does not stand between quotation marks.
_NOTHING = ("", "~", "null")

Path: TypeAlias = tuple[str | int, ...]


@dataclass
class Words:
    """What a file says, and the row of each field and item by its path; nothing is said of the whole by ``None``."""

    said: Any = None
    rows: dict[Path, int] = field(default_factory=dict)


@dataclass
class _Open:
    """A list, or fields, not yet at their end; ``key`` is the field whose value comes next."""

    holds: Any
    path: Path
    key: str | None = None


def read(name: str, data: bytes) -> Words:
    r"""Every list, field and word of a file; a field with nothing after it is left out.

    Raises
    ------
    FaultyInput
        If it can not be read.

    Examples
    --------
    >>> words = read("programme.yaml", b"name: 1.10\nsources:\n- 007\naim:\n")
    >>> words.said, words.rows["sources", 0]
    ({'name': '1.10', 'sources': ['007']}, 3)
    """
    words, faults = heard(name, data)
    if faults:
        raise FaultyInput(faults)
    return words


def heard(name: str, data: bytes) -> tuple[Words, tuple[Fault, ...]]:
    """What :func:`read` reads, beside what is wrong with how it is written: fields that stand twice, references, tags.

    Raises
    ------
    FaultyInput
        If it can not be read at all.
    """
    if len(data) > LARGEST_YAML:
        raise refused(f"the file is over {LARGEST_YAML // 2**20} MiB; it holds words, not data", name)
    try:
        return _words(name, YAML(typ="safe", pure=True).parse(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise refused(f"the file is not UTF-8 (byte {error.start:,}); save it as UTF-8", name) from None
    except MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else None
        problem = " ".join((error.problem or "").split())
        hint = "; put text that holds a colon in quotation marks" if problem.startswith("mapping values") else ""
        raise refused(f"not readable as YAML: {problem}{hint}", name, row) from None
    except (YAMLError, ValueError) as error:
        raise refused(f"not readable as YAML: {' '.join(str(error).split())[:200]}", name) from None


def _words(name: str, events: Iterator[Event]) -> tuple[Words, tuple[Fault, ...]]:
    words, noted = Words(), Noted(name)
    within: list[_Open] = []
    for event in events:
        if isinstance(event, CollectionEndEvent):
            within.pop()
        elif isinstance(event, DocumentStartEvent) and words.rows:
            raise refused("a second document begins here; keep one of them", name, _row(event))
        elif isinstance(event, NodeEvent):
            _note_strange(event, noted)
            inside = within[-1] if within else None
            if inside and isinstance(inside.holds, dict) and inside.key is None:
                inside.key = _key(name, event)
                if (*inside.path, inside.key) in words.rows:
                    says = f"{quoted(inside.key)} stands twice in one place; keep one of them"
                    noted.note("fields that stand twice", says, _row(event))
                words.rows.setdefault((*inside.path, inside.key), _row(event))
                continue
            value = _value(event)
            path = _put(words, inside, value, _row(event))
            if isinstance(value, dict | list):
                if len(within) == DEEPEST:
                    says = f"over {DEEPEST} lists or fields stand within one another; a programme needs four"
                    raise refused(says, name, _row(event))
                within.append(_Open(value, path))
    return words, noted.faults


def _put(words: Words, inside: _Open | None, value: Any, row: int) -> Path:
    """Put a value in its place, and say which that is."""
    path: Path = ()
    if inside is None:
        words.said = value
    elif inside.key is None:
        path = (*inside.path, len(inside.holds))
        inside.holds.append("" if value is None else value)
    else:
        path = (*inside.path, inside.key)
        if value is not None:
            inside.holds[inside.key] = value
        inside.key = None
    words.rows.setdefault(path, row)
    return path


def _value(event: NodeEvent) -> Any:
    if isinstance(event, ScalarEvent):
        return None if event.style is None and event.value in _NOTHING else event.value
    if isinstance(event, MappingStartEvent):
        return {}
    return [] if isinstance(event, SequenceStartEvent) else None


def _key(name: str, event: NodeEvent) -> str:
    if isinstance(event, ScalarEvent):
        return str(event.value)
    raise refused("the name of a field is a word; found a list or fields", name, _row(event))


def _note_strange(event: NodeEvent, noted: Noted) -> None:
    """Say where something refers to another place, or brings a kind of its own."""
    if isinstance(event, AliasEvent) or event.anchor:
        says = "write it out in full; references to another place (* and &) are not read"
        noted.note("references", says, _row(event))
    elif tag := getattr(event, "tag", None):
        tag = str(tag).replace("tag:yaml.org,2002:", "!!")
        noted.note("tags", f"take {quoted(tag)} out; what a field holds is known without", _row(event), None, tag)


def _row(event: Event) -> int:
    return int(event.start_mark.line) + 1
