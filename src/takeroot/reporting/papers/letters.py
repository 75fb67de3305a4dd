"""Which letters can a PDF show here? Those that no letter face on this machine has are named, and never dropped.

Typst says of a text that must be read aloud whether it can be displayed. A sheet of single letters is set until it can
be; what has to be left out for that can not be shown.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from takeroot.charts.wording import counted, listed

#: Letters up to this one come with the layout.
_OURS = 0x024F
#: After so many that can not be shown, the rest of their scripts are taken for the like.
_TRIED = 150
#: Scripts whose name is not what people call them.
_CALLED = {"CJK": "Chinese or Japanese", "IDEOGRAPHIC": "Chinese or Japanese", "PRIVATE": "letters of somebody's own"}
_NOT_SHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
_PROBE = """#set document(title: "letters")
#set text(font: ("Libertinus Serif",))
#for one in json("letters.json") { par(text(one)) }
"""


def lacking(texts: Iterable[str]) -> frozenset[str]:
    """The letters of some texts that no letter face on this machine has."""
    wanted = sorted({letter for text in texts for letter in text if ord(letter) > _OURS})
    found: set[str] = set()
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "letters.typ").write_text(_PROBE, encoding="utf-8")
        while wanted and (refused := _refused(place, wanted)):
            if len(found) > _TRIED:
                scripts = {_script(letter) for letter in found | refused}
                refused |= {letter for letter in wanted if _script(letter) in scripts}
            found |= refused
            wanted = [letter for letter in wanted if letter not in refused]
    return frozenset(found)


def _refused(place: Path, letters: list[str]) -> set[str]:
    """Letters that Typst says it can not display; none, if it displays them all."""
    import typst

    (place / "letters.json").write_text(json.dumps(letters), encoding="utf-8")
    try:
        typst.compile(str(place / "letters.typ"), root=str(place), pdf_standards=["ua-1"])
    except typst.TypstError as error:
        told = _NOT_SHOWN.search(error.message)
        named = {letter for letter in letters if told and letter in told[1]}
        return named or (set(letters) if len(letters) == 1 else _one_by_one(place, letters))
    return set()


def _one_by_one(place: Path, letters: list[str]) -> set[str]:
    """The same, halving them until those that can not be displayed stand alone."""
    half = len(letters) // 2
    return _refused(place, letters[:half]) | _refused(place, letters[half:])


def _script(letter: str) -> str:
    """The script of a letter, as the first word of its name says: ``CJK``, ``HIRAGANA``."""
    return unicodedata.name(letter, "PRIVATE").split()[0]


def replaced(text: str, letters: Collection[str]) -> str:
    """A text in which what can not be shown is said to stand there."""
    if not letters or not any(letter in letters for letter in text):
        return text
    run = re.compile(f"[{re.escape(''.join(sorted(letters)))}]+")
    return run.sub(lambda found: f"[{counted(len(found[0]), 'letters')} not shown]", text)


def said_of(letters: Collection[str]) -> str:
    """That some letters can not be shown, which scripts they are of, and where they are whole; empty, if all can."""
    if not letters:
        return ""
    scripts = listed(sorted({_CALLED.get(name := _script(letter), name.capitalize()) for letter in letters}))
    return (
        f"No letter face on the machine that made this file has {counted(len(letters), 'letters')} of the record "
        f"({scripts}). Where they stand, it says so in brackets. The Word, PowerPoint, Excel and HTML files hold them "
        "whole; with a face that has them, so does this one."
    )
