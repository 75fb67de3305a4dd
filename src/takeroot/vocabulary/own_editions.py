"""Editions of a programme's own instruments: where the file of each lies, and which of them is in use.

What a file holds says where it lies: the edition in use in the file of its id, others and translations beside it, under
names that say which they are. A file that is laid over another says over which edition, so that whatever comes to be in
use later, it stays what it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.events import MappingStartEvent, ScalarEvent

from takeroot.errors import Fault, FaultyInput, quoted
from takeroot.vocabulary import own_instruments
from takeroot.vocabulary.instrument_library import Filed
from takeroot.vocabulary.instruments_in_files import SUFFIXES
from takeroot.vocabulary.own_instruments import looked
from takeroot.vocabulary.wording import Overlay, Translation

_PLAIN = re.compile(r"[^a-z0-9_]+")


class Which(NamedTuple):
    """What a file is: of two that are the same, one takes the place of the other."""

    instrument: str
    edition: str
    language: str = ""

    def __str__(self) -> str:
        into = f", in the language '{self.language}'" if self.language else ""
        return f"'{self.instrument}', edition '{self.edition}'{into}"


@dataclass(frozen=True)
class Placed:
    """Files as they lie once others came in.

    Parameters
    ----------
    texts
        Every file, by name.
    sent
        What each file that came in was called by whoever sent it, by the name under which it lies.
    new, changed, same
        What came in, what took the place of another, and what was here already.
    """

    texts: dict[str, str]
    sent: dict[str, str]
    new: tuple[Which, ...] = ()
    changed: tuple[Which, ...] = ()
    same: tuple[Which, ...] = ()


def which(one: Filed) -> Which | None:
    """What a file is; none, where it has faults."""
    if isinstance(one.holds, Translation):
        return Which(one.holds.translation_of, one.holds.edition or "", one.holds.language)
    if isinstance(one.holds, Overlay):
        return Which(one.holds.id or one.holds.overlay_of, one.holds.edition)
    return Which(one.holds.id, one.holds.edition) if one.holds is not None else None


def placed(there: Mapping[str, str], sent: Mapping[str, str]) -> Placed:
    """Put files beside those that are there; each edition that comes in is in use from now on.

    Parameters
    ----------
    there
        The files that there are, by name.
    sent
        Those that come in, by the name that their sender gave them. Of several editions of one instrument that come in
        together, that is in use which lies in the file of its id.

    Raises
    ------
    FaultyInput
        With every fault that one of them has by itself.
    """
    filed = {name: looked(name, text) for name, text in sent.items()}
    if faults := [fault for one in filed.values() for fault in one.faults]:
        raise FaultyInput(faults)
    texts = pinned(there)
    known = _by_what(texts)
    coming = _pinned_among(texts, known, filed, sent)
    if faults := _doubled(coming):
        raise FaultyInput(faults)
    told: dict[str, list[Which]] = {"new": [], "changed": [], "same": []}
    own_last = sorted(coming, key=lambda name: filed[name].stem == coming[name][0].instrument)
    for of, text in (coming[name] for name in own_last):
        became = "new" if of not in known else "same" if texts[known[of]] == text else "changed"
        told[became].append(of)
        if became != "same":
            if became == "changed":
                del texts[known[of]]
            put(texts, of, text)
            known = _by_what(texts)
    names = {known[of]: name for name, (of, _) in coming.items() if of not in told["same"]}
    return Placed(texts, names, *(tuple(told[name]) for name in ("new", "changed", "same")))


def _by_what(texts: Mapping[str, str]) -> dict[Which, str]:
    """The name of each file, by what it is."""
    return {of: name for name, text in texts.items() if (of := which(looked(name, text))) is not None}


def put(texts: dict[str, str], of: Which, text: str) -> str:
    """Put a file in its place, that of an edition in use; under which name it lies."""
    if of.language:
        name = _free(texts, beside(of))
    else:
        name = f"{of.instrument}.yaml"
        make_room(texts, of.instrument)
    texts[name] = text
    return name


def make_room(texts: dict[str, str], instrument: str) -> None:
    """Let what lies in the file of an instrument's id lie beside it."""
    for suffix in SUFFIXES:
        if (old := texts.pop(f"{instrument}{suffix}", None)) is not None:
            of = which(looked(f"{instrument}{suffix}", old))
            texts[_free(texts, beside(of) if of else f"{instrument}.before.yaml", f"{instrument}.yaml")] = old


def beside(of: Which) -> str:
    """The name of a file beside that which is in use: with its edition, and its language."""
    plain = _PLAIN.sub("-", of.edition.casefold()).strip("-")[:40] or "edition"
    if plain != of.edition:
        plain += f"-{blake2b(of.edition.encode(), digest_size=3).hexdigest()}"
    return ".".join(filter(None, (of.instrument, plain, of.language, "yaml")))


def _free(texts: Mapping[str, str], name: str, *but: str) -> str:
    """A name that no file has yet."""
    stem, nth = name.removesuffix(".yaml"), 2
    taken = {one.casefold() for one in (*texts, *but)}
    while name.casefold() in taken:
        name, nth = f"{stem}-{nth}.yaml", nth + 1
    return name


def _doubled(coming: Mapping[str, tuple[Which, str]]) -> list[Fault]:
    seen: dict[Which, str] = {}
    faults = []
    for name, (of, _) in coming.items():
        if of in seen:
            faults.append(Fault(f"{of} stands in '{seen[of]}' too; send one of them", name))
        seen.setdefault(of, name)
    return faults


# Over which edition a file is laid


def pinned(texts: Mapping[str, str]) -> dict[str, str]:
    """The files, each saying over which edition it is laid, as far as that is known."""
    in_use = own_instruments.library_of(texts).in_use
    return {name: pin(text, looked(name, text), in_use) for name, text in texts.items()}


def _pinned_among(
    texts: Mapping[str, str], known: Mapping[Which, str], filed: Mapping[str, Filed], sent: Mapping[str, str]
) -> dict[str, tuple[Which, str]]:
    """What comes in, each saying over which edition it is laid: one that comes in with it, or one that is in use."""
    in_use = dict(own_instruments.library_of(texts).in_use)
    bases = [of for one in _own_last(filed.values()) if (of := which(one)) and not isinstance(one.holds, Translation)]
    in_use |= {of.instrument: of.edition for of in bases if not _laid_over_itself(filed, of)}
    found = {}
    for name, one in filed.items():
        of = which(one)
        stood = looked(known[of], texts[known[of]]) if of is not None and of in known else None
        under = {}
        if isinstance(one.holds, Overlay) and stood and isinstance(stood.holds, Overlay) and stood.holds.of_edition:
            under = {one.holds.overlay_of: stood.holds.of_edition}  # sent again, it lies over what it lay over
        text = pin(sent[name], one, in_use | under)
        of = which(looked(name, text))
        assert of is not None
        found[name] = (of, text)
    return found


def _own_last(filed: Iterable[Filed]) -> list[Filed]:
    """Files that have the name of the instrument's id last: theirs are the editions in use."""
    return sorted(filed, key=lambda one: bool((of := which(one)) and of.instrument == one.stem))


def _laid_over_itself(filed: Mapping[str, Filed], of: Which) -> bool:
    """Whether an edition is other words for the instrument whose id it has, which then lies under it."""
    mine = (one.holds for one in filed.values() if which(one) == of)
    return any(isinstance(one, Overlay) and of.instrument == one.overlay_of for one in mine)


def pin(text: str, one: Filed, in_use: Mapping[str, str]) -> str:
    """A file that says over which edition it is laid: that in use, where it does not say so itself.

    Raises
    ------
    FaultyInput
        If that can not be written into it.
    """
    if isinstance(one.holds, Translation) and one.holds.edition is None:
        field, edition = "edition", in_use.get(one.holds.translation_of)
    elif isinstance(one.holds, Overlay) and one.holds.of_edition is None:
        field, edition = "of_edition", in_use.get(one.holds.overlay_of)
    else:
        return text
    if edition is None or (isinstance(one.holds, Overlay) and which(one) == (one.holds.overlay_of, edition, "")):
        return text
    made = _with_field(text, field, edition)
    if getattr(looked(one.where, made).holds, field, None) != edition:
        says = f"say in this file over which edition it is laid, with a line '{field}: {edition}'"
        raise FaultyInput([Fault(says, one.where)])
    return made


def _with_field(text: str, field: str, value: str) -> str:
    """The file with one more field: at its end, or, where it is written within brackets, at its beginning."""
    said = f"{field}: '{value.replace(chr(39), chr(39) * 2)}'"
    events = YAML(typ="safe", pure=True).parse(text)
    flow = next(event.flow_style for event in events if isinstance(event, MappingStartEvent))
    first = next(event.start_mark for event in events if isinstance(event, ScalarEvent))
    lines = text.splitlines()
    if flow:
        line = lines[first.line]
        lines[first.line] = f"{line[: first.column]}{said}, {line[first.column :]}"
    else:
        lines.append(f"{' ' * first.column}{said}")
    return own_instruments.tidied("\n".join(lines))


def in_use_after(texts: Mapping[str, str], instrument: str, edition: str) -> dict[str, str]:
    """The files, with an edition of one instrument in use: one of the programme's own, or one that Takeroot brings.

    Raises
    ------
    FaultyInput
        If there is no such edition.
    """
    made = pinned(texts)
    if (instrument, edition) not in own_instruments.library_of(made).editions:
        raise FaultyInput([Fault(f"there is no edition {quoted(edition)} of {quoted(instrument)} here")])
    own = next((name for name, text in made.items() if which(looked(name, text)) == (instrument, edition, "")), "")
    text = made.pop(own, "")
    make_room(made, instrument)
    if own:
        made[f"{instrument}.yaml"] = text
    return made
