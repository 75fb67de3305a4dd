"""Instruments in files: the library, a team's own, their overlays and translations.

::

    id: our-survey
    edition: "1"
    title: How is it going?
    ...

A file that says ``overlay_of`` holds other words for an instrument, and one that says ``translation_of`` the same in
another language (see :mod:`takeroot.vocabulary.wording`). The edition of an instrument in use lies in the file of its
id, ``our-survey.yaml``; others beside it, as in ``our-survey.1.yaml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from takeroot.errors import Fault, FaultyInput
from takeroot.vocabulary import about_in_files, files
from takeroot.vocabulary.files import plain_yaml
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.instrument_checking import disagreements
from takeroot.vocabulary.instrument_library import Filed, Library, agreed, in_order, shelve
from takeroot.vocabulary.instrument_schema import schema
from takeroot.vocabulary.wording import Overlay, Translation, overlaid, translated

__all__ = [
    "Filed",
    "Library",
    "check",
    "find",
    "library",
    "look",
    "look_at",
    "overlaid",
    "read",
    "schema",
    "shelve",
    "translated",
    "whole",
]

SHIPPED = Path(__file__).parent / "library"
#: The folder of a programme in which its own lie.
OWN = "instruments"
SUFFIXES = (".yaml", ".yml")
#: Bytes of a file; the longest of the library has a tenth of it.
LARGEST = 512 * 2**10
_KINDS: dict[str, type[BaseModel]] = {"overlay_of": Overlay, "translation_of": Translation}


def read(path: Path | str) -> Instrument:
    """The instrument in a file; in that of an overlay or translation, what it is laid over in its words.

    An overlay may be of an instrument of the library or of one that lies beside it, in a file of its id.

    Raises
    ------
    FaultyInput
        With a sentence for each thing that is wrong with it.
    """
    filed = look(path)
    beside = [look(one) for one in _beside(Path(path), filed.holds)]
    shelf = shelve([*beside, filed], onto=_shipped())
    if shelf.faults or filed.holds is None:
        raise FaultyInput(shelf.faults)
    if isinstance(filed.holds, Instrument):
        return filed.holds
    if isinstance(filed.holds, Overlay):
        return shelf.editions[filed.holds.id or filed.holds.overlay_of, filed.holds.edition]
    return shelf.find(filed.holds.translation_of, filed.holds.edition, filed.holds.language)


def library(folder: Path | str | None = None) -> dict[str, Instrument]:
    """Every instrument of the library, in the edition in use, by its id.

    Parameters
    ----------
    folder
        A folder of instruments of one's own, which stand beside them.

    Raises
    ------
    FaultyInput
        With every fault of the files in the folder.
    """
    shelf = whole(folder)
    return {name: shelf.editions[name, edition] for name, edition in shelf.in_use.items()}


def find(
    name: str, edition: str | None = None, *, language: str = "en", folder: Path | str | None = None
) -> Instrument:
    """The instrument of this id, in the edition in use unless another is asked for; in English, or translated.

    Parameters
    ----------
    name, edition, language
        Which.
    folder
        A folder of instruments of one's own, which stand beside the library.

    Raises
    ------
    NotFound
        If there is no such instrument, edition or translation.

    Examples
    --------
    >>> find("npt").questions[0].id
    'g1'
    """
    return whole(folder).find(name, edition, language)


def whole(folder: Path | str | None = None) -> Library:
    """Every edition and translation there is, with those of a folder beside them.

    Raises
    ------
    FaultyInput
        With every fault of the files in the folder.
    """
    if folder is None:
        return _shipped()
    lying = files.lying_in(Path(folder))
    if lying is not None and about_in_files.ABOUT in lying:  # a programme's folder, which has one for them
        lying = files.lying_in(lying[OWN]) if OWN in lying else {}
    if lying is None:
        raise FaultyInput([Fault("a folder of instruments is needed; this is a file", Path(folder).name)])
    shelf = shelve([look(path) for name, path in lying.items() if _is_yaml(name)], onto=_shipped())
    if shelf.faults:
        raise FaultyInput(shelf.faults)
    return shelf


def check(paths: Iterable[Path | str], folder: Path | str | None = None) -> tuple[list[Filed], tuple[Fault, ...]]:
    """What files hold, and every fault of theirs; they may be overlays of one another, and of those in the folder."""
    filed = [look(path) for path in paths]
    return filed, shelve(filed, onto=whole(folder)).faults


@cache
def _shipped() -> Library:
    """What Takeroot brings."""
    paths = sorted(path for path in SHIPPED.iterdir() if _is_yaml(path.name)) if SHIPPED.is_dir() else []
    shelf = shelve([look(path) for path in paths])
    if shelf.faults:
        raise FaultyInput(shelf.faults)
    return shelf


def _is_yaml(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def _beside(path: Path, holds: Instrument | Overlay | Translation | None) -> list[Path]:
    """The files beside one that hold what it is laid over, and what that is laid over."""
    found: list[Path] = []
    while not isinstance(holds, Instrument) and holds is not None:
        name = holds.overlay_of if isinstance(holds, Overlay) else holds.translation_of
        near = next((one for one in (path.with_name(name + suffix) for suffix in SUFFIXES) if one.is_file()), None)
        if near is None or near in (path, *found):
            break
        found.append(near)
        holds = look(near).holds
    return found


# One file


def look(path: Path | str) -> Filed:
    """What a file holds, or everything that is wrong with it."""
    path = Path(path)
    try:
        return look_at(path.name, files.contents(path, plain_yaml.LARGEST_YAML))
    except FaultyInput as error:
        return Filed(path.name, None, faults=error.faults)


def look_at(name: str, data: bytes) -> Filed:
    r"""What a file in memory holds, or everything that is wrong with it.

    Examples
    --------
    >>> found = look_at("ours.yaml", b"overlay_of: npt\nedition: ours\nqestions: {co1: Is it clear?}\n")
    >>> print(found.faults[0])
    ours.yaml, row 3: 'qestions' is not known here; did you mean 'questions'?
    """
    if len(data) > LARGEST:
        return Filed(name, None, faults=(Fault(f"the file is over {LARGEST // 2**10} KiB; it holds words", name),))
    try:
        words, faults = plain_yaml.heard(name, data)
    except FaultyInput as error:
        return Filed(name, None, faults=error.faults)
    said = words.said
    if not isinstance(said, dict):
        empty = "the file is empty; " if said is None else ""
        needed = Fault(f"{empty}lines such as 'id: our-survey' are needed", name)
        return Filed(name, None, faults=(*faults, needed))

    def row(at: plain_yaml.Path) -> int | None:
        return next((words.rows[at[:n]] for n in range(len(at), 0, -1) if at[:n] in words.rows), None)

    kind = next((kind for says, kind in _KINDS.items() if says in said), Instrument)
    faults += _disagreeing(said, name, row) if kind is Instrument else ()
    try:
        holds = kind.model_validate(said)
    except ValidationError as error:
        holds, faults = None, faults + _misfits(error, kind, name, row)
        faults = faults or tuple(Fault(says, name) for says in agreed(error))
    assert holds is None or isinstance(holds, Instrument | Overlay | Translation)
    return Filed(name, None if faults else holds, row, in_order(faults))


def _disagreeing(said: Mapping[str, Any], name: str, row: Callable[[plain_yaml.Path], int | None]) -> tuple[Fault, ...]:
    return tuple(Fault(f"under '{_shown(path)}' {says}", name, row(path)) for path, says in disagreements(said))


def _misfits(
    error: ValidationError, kind: type[BaseModel], name: str, row: Callable[[plain_yaml.Path], int | None]
) -> tuple[Fault, ...]:
    """What is not of its kind; how the parts agree was looked at before."""
    found = about_in_files.faults(error, kind, name, row, "write '- ' before each of its items")
    return tuple(fault for fault in found if fault.found)


def _shown(path: plain_yaml.Path) -> str:
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in path)
