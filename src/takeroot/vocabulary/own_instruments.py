"""A programme's own instruments, overlays and translations: files of its folder ``instruments``, kept as they are.

They stand beside what Takeroot brings. Which edition of each is in use is said by the names of the files, as everywhere
(:mod:`takeroot.vocabulary.instruments_in_files`). In a workbook they are a sheet with a row for each line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

import polars as pl

from takeroot.errors import Fault, quoted
from takeroot.vocabulary import files
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.instrument_library import Filed, Library, shelve
from takeroot.vocabulary.instruments_in_files import OWN, SUFFIXES, look_at, whole

#: The folder of a programme in which they lie, and the sheet of a workbook in which they stand.
FOLDER = OWN
#: The most files of a programme, and the most bytes of all of them.
MOST, TOGETHER = 100, 2 * 2**20
#: What is said wherever an instrument is shown.
PARAPHRASE = "The wording is our own paraphrase, not the official text."
OFFICIAL = "The wording is the official text, which this house holds."
YOURS = "The wording is this programme's own."
_NAME = re.compile(r"[^\W_][\w .+()-]{0,120}\.ya?ml")


def whose_words(instrument: Instrument) -> str:
    """Whether what is asked is the official text, our paraphrase of it, or a programme's own.

    Examples
    --------
    >>> from takeroot.vocabulary.instruments_in_files import find
    >>> whose_words(find("npt"))
    'The wording is our own paraphrase, not the official text.'
    """
    if instrument.wording == "official":
        return OFFICIAL
    return PARAPHRASE if (instrument.id, instrument.edition) in whole().editions else YOURS


def is_one(name: str) -> bool:
    """Whether a file of this name, with its folder before it, is read as an instrument."""
    folder, _, own = name.rpartition("/")
    return folder == FOLDER and own.lower().endswith(SUFFIXES) and not own.startswith((".", "~"))


def tidied(text: str) -> str:
    r"""A file as it is kept: no blanks at the ends of its lines, and one end of each line.

    Examples
    --------
    >>> tidied("id: ours \r\n\r\n\r\n")
    'id: ours\n'
    """
    lines = [
        line.rstrip() for line in text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def taken(found: Mapping[str, bytes]) -> tuple[dict[str, str], tuple[Fault, ...]]:
    """The text of each file by its name, and what is wrong with the files as files."""
    texts: dict[str, str] = {}
    faults = list(_unfit(found))
    for name, data in found.items():
        try:
            texts[name] = tidied(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            faults.append(Fault(f"the file is not UTF-8 (byte {error.start:,}); save it as UTF-8", name))
    return dict(sorted(texts.items())), tuple(faults)


def _unfit(found: Mapping[str, bytes]) -> Iterator[Fault]:
    if len(found) > MOST:
        yield Fault(f"a programme has at most {MOST} instruments of its own, with their overlays and translations")
    if sum(map(len, found.values())) > TOGETHER:
        yield Fault(f"the instruments of a programme hold at most {TOGETHER // 2**20} MiB together")
    known: set[str] = set()
    for name in found:
        if not _NAME.fullmatch(name):
            yield Fault("a name of letters and digits is needed, such as 'our-survey.yaml'", name)
        elif name.casefold() in known:
            yield Fault("two files have this name, but for capitals; give one another name", name)
        known.add(name.casefold())


def library_of(texts: Mapping[str, str]) -> Library:
    """What Takeroot brings, with these files beside it; and everything that is wrong with them, in its faults."""
    return _shelved(tuple(sorted(texts.items()))) if texts else whole()


@lru_cache(maxsize=16)
def _shelved(texts: tuple[tuple[str, str], ...]) -> Library:
    return shelve([looked(name, text) for name, text in texts], onto=whole())


@lru_cache(maxsize=4 * MOST)
def looked(name: str, text: str) -> Filed:
    """What one of them holds, looked at once."""
    return look_at(name, text.encode())


def faults(texts: Mapping[str, str]) -> tuple[Fault, ...]:
    """What is wrong with them, each with its file in its folder."""
    return tuple(replace(one, where=f"{FOLDER}/{one.where}") for one in library_of(texts).faults)


def checked(found: Mapping[str, bytes]) -> tuple[dict[str, str], tuple[Fault, ...]]:
    """The text of each file by its name, and everything that is wrong with them, each with its folder."""
    texts, unfit = taken(found)
    named = (replace(one, where=f"{FOLDER}/{one.where}" if one.where else FOLDER) for one in unfit)
    return texts, tuple(named) or faults(texts)


def as_sheet(texts: Mapping[str, str]) -> pl.DataFrame:
    """A row for each line of each file."""
    lines = [(name, line) for name, text in texts.items() for line in text.splitlines()]
    return pl.DataFrame(lines, schema={"file": pl.String, "line": pl.String}, orient="row")


def of_sheet(sheet: files.Sheet) -> tuple[dict[str, bytes], tuple[Fault, ...]]:
    """The files of a sheet, by name."""
    if sheet.frame.columns[:2] != ["file", "line"]:
        return {}, (*sheet.faults, Fault("the columns 'file' and 'line' are needed", sheet.where))
    found: dict[str, list[str]] = {}
    unsaid = []
    for (name, line), row in zip(sheet.frame.select("file", "line").iter_rows(), sheet.rows, strict=True):
        if name is None:
            unsaid.append(Fault(f"say of which file this line is, found {quoted(line)}", sheet.where, int(row), "file"))
        else:
            found.setdefault(name.strip(), []).append(line or "")
    return {name: "\n".join(lines).encode() for name, lines in found.items()}, (*sheet.faults, *unsaid)
