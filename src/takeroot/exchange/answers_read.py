"""Workbooks of answers (see :mod:`takeroot.exchange.answer_sheets`), read back as rows of ``answers`` or ``entries``.

Everything that is wrong is said with its sheet, row and column, and then nothing is kept. A sheet on which nothing was
answered is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from takeroot.errors import Fault, FaultyInput, NotFound, quoted
from takeroot.exchange.answer_sheets import ABOUT, ANSWERS, OF, TICK, by_words
from takeroot.vocabulary import files, instruments_in_files
from takeroot.vocabulary.answer import checked_answer, checked_words, lacking, offered, the_question, with_words
from takeroot.vocabulary.days import the_day
from takeroot.vocabulary.files import zipped
from takeroot.vocabulary.instrument import Instrument, Question
from takeroot.vocabulary.instruments_in_files import Library
from takeroot.vocabulary.tables import ANSWERS as ANSWERED
from takeroot.vocabulary.tables import ENTRIES

_SHEET = re.compile(rf"{ANSWERS}(| \d{{1,4}})")
#: Bytes of the workbook of one respondent, packed and unpacked.
LARGEST, UNPACKED = 2 * 2**20, 16 * 2**20
#: What stands for a tick.
_TICKS = {TICK, "✓", "✔", "yes", "1"}


@dataclass(frozen=True)
class Filled:
    """What a workbook of answers says.

    Parameters
    ----------
    instrument
        What was answered.
    table
        ``answers`` or ``entries``.
    frame
        Its rows.
    """

    instrument: Instrument
    table: str
    frame: pl.DataFrame


@dataclass(frozen=True)
class OneSheet:
    """What one respondent, or one team, wrote in a workbook.

    Parameters
    ----------
    answers, words
        By question and, where each site is asked, by site (else empty): the answer as it is stored, and what stands
        beside it.
    about
        The other fields of the sheet 'about', by name.
    """

    answers: dict[tuple[str, str], str]
    words: dict[tuple[str, str], str]
    about: dict[str, str]


@dataclass
class _Said:
    """What one sheet says: by question and site, the answer, the words beside it, and the row."""

    where: str
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    ticks: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, says: str, row: int | None = None, column: str | None = None, found: str | None = None) -> None:
        self.faults.append(Fault(says, self.where, row, column, found))


def read(path: Path | str, *, known: Library | None = None) -> Filled:
    """What a filled-in workbook says.

    Parameters
    ----------
    path
        The workbook.
    known
        The instruments; those that Takeroot brings, if not given.

    Raises
    ------
    FaultyInput
        With every fault, its sheet, row and column.
    """
    name = Path(path).name
    return _filled(name, files.read(path), known or instruments_in_files.whole())


def read_bytes(name: str, data: bytes, *, known: Library | None = None) -> Filled:
    """What a filled-in workbook in memory says; see :func:`read`."""
    return _filled(name, files.read_bytes(name, data), known or instruments_in_files.whole())


def one_sheet(name: str, data: bytes, asked: Mapping[str, Instrument], *, round: str = "") -> OneSheet:
    """What one respondent wrote in a workbook, to go on with: what still has to be said is not looked for.

    Parameters
    ----------
    name, data
        What the workbook is called, and what it holds.
    asked
        What is asked, in each language in which it may have been answered.
    round
        The round that is answered.

    Raises
    ------
    FaultyInput
        With every fault, its sheet, row and column; also where it is the workbook of something else, or of several.
    """
    _small_enough(name, data)
    sheets = files.read_bytes(name, data)
    about, faults = _about(_needed(name, sheets))
    where, first = sheets[ABOUT].where, next(iter(asked.values()))
    for named, said in (("instrument", first.id), ("edition", first.edition)):
        if about.get(named, ("", 0))[0] != said:
            found = quoted(about[named][0]) if named in about else "nothing"
            says = f"this is the workbook of something else; {quoted(said)} is asked here, found {found}"
            raise FaultyInput([Fault(says, where, about.get(named, ("", None))[1], "value")])
    language, row = about.get("language", (first.language, 0))
    if language not in asked:
        says = f"it is asked here in {', '.join(asked)}; found {quoted(language)}"
        raise FaultyInput([Fault(says, where, row, "value")])
    if round and about.get("round", (round, 0))[0] != round:
        says = f"this workbook is of another round; this one is {quoted(round)}"
        faults.append(Fault(says, where, about["round"][1], "value", quoted(about["round"][0])))
    plain = about.get("words", ("", 0))[0] == "plain"
    every = [_sheet(sheets[each], asked[language], plain) for each in sheets if _SHEET.fullmatch(each)]
    told = [one for one in every if one.answers or one.words]
    faults += [fault for one in every for fault in one.faults]
    if len(told) > 1:
        says = "answers stand on this sheet too; send one sheet at a time, for each respondent their own"
        faults += [Fault(says, one.where) for one in told[1:]]
    if not told and not faults:
        faults.append(Fault("nothing is answered yet", name))
    if faults:
        raise FaultyInput(sorted(faults, key=lambda fault: (fault.where, fault.place)))
    return OneSheet(told[0].answers, told[0].words, {named: said for named, (said, _) in about.items()})


def _small_enough(name: str, data: bytes) -> None:
    """Refuse what would unpack to far more than anybody writes, before it is unpacked."""
    packed = zipped.opened(data, name) if data.startswith(b"PK") else {}
    if len(data) > LARGEST or sum(entry.file_size for entry in packed.values()) > UNPACKED:
        raise FaultyInput([Fault(f"a workbook of answers of at most {LARGEST // 2**20} MB is taken", name)])


def _needed(name: str, sheets: Mapping[str, files.Sheet]) -> files.Sheet:
    """The sheet 'about' of a workbook of answers."""
    if ABOUT not in sheets or not any(map(_SHEET.fullmatch, sheets)):
        says = f"the sheets '{ABOUT}' and '{ANSWERS}' are needed, as the workbook has them when it is taken out"
        raise FaultyInput([Fault(says, name)])
    return sheets[ABOUT]


def _filled(name: str, sheets: dict[str, files.Sheet], known: Library) -> Filled:
    about, faults = _about(_needed(name, sheets))
    where = sheets[ABOUT].where
    instrument = _instrument(about, where, known)
    plain = about.get("words", ("", 0))[0] == "plain"
    said = {each: _sheet(sheets[each], instrument, plain) for each in sheets if _SHEET.fullmatch(each)}
    faults += [fault for one in said.values() for fault in one.faults]
    told = {each: one for each, one in said.items() if one.answers or one.words}
    if not told and not faults:
        faults.append(Fault("nothing is answered yet", name))
    if instrument.kind == "questionnaire":
        table, made = "answers", list(_answers(told, about, where, faults))
        schema = {column: pl.String for column in ("round", "respondent", "role", "question", "answer", "comment")}
    else:
        table, made = "entries", list(_entries(instrument, told, about, where, faults))
        names = ("instrument", "edition", "subject", "site", "question", "on", "text", "by")
        schema = {column: pl.String for column in names}
    for each in told.values():
        faults += _left(instrument, each)
    if faults:
        raise FaultyInput(sorted(faults, key=lambda fault: (fault.where, fault.place)))
    rows = pl.DataFrame(made, schema=schema, orient="row")
    return Filled(instrument, table, (ANSWERED if table == "answers" else ENTRIES).read(rows))


# The sheet 'about'


def _about(sheet: files.Sheet) -> tuple[dict[str, tuple[str, int]], list[Fault]]:
    """What each field says, with its row."""
    faults = list(sheet.faults)
    if missing := [column for column in ("field", "value") if column not in sheet.frame.columns]:
        raise FaultyInput([*faults, Fault(f"the column '{missing[0]}' is needed", sheet.where)])
    told: dict[str, tuple[str, int]] = {}
    for (name, value), row in zip(sheet.frame.select("field", "value").iter_rows(), sheet.rows, strict=True):
        key = (name or "").strip()
        if key and key in told:
            faults.append(Fault(f"'{key}' stands twice; keep one of them", sheet.where, int(row), "field"))
        elif key and value:
            told[key] = (value.strip(), int(row))
    return told, faults


def _instrument(about: dict[str, tuple[str, int]], where: str, known: Library) -> Instrument:
    missing = [name for name in ("instrument", "edition") if name not in about]
    if missing:
        raise FaultyInput([Fault(f"'{name}' is needed: write it back as it was", where) for name in missing])
    language = about.get("language", ("en", 0))[0]
    try:
        return known.find(about["instrument"][0], about["edition"][0], language)
    except NotFound as error:
        named = "edition" if about["instrument"][0] in known.in_use else "instrument"
        raise FaultyInput([Fault(str(error), where, about[named][1], "value")]) from None


# The sheets of answers


def _sheet(sheet: files.Sheet, instrument: Instrument, plain: bool) -> _Said:
    said = _Said(sheet.where, faults=list(sheet.faults))
    columns = sheet.frame.columns
    for needed in ("question", "answer"):
        if needed not in columns:
            said.fault(f"the column '{needed}' is needed; write its name back into the first row")
            return said
    empty = pl.lit(None, dtype=pl.String)
    wanted = [
        pl.col(name) if name in columns else empty.alias(name) for name in ("question", "site", "answer", "in words")
    ]
    faulty = {fault.row for fault in sheet.faults}
    for cells, row in zip(sheet.frame.select(wanted).iter_rows(), sheet.rows, strict=True):
        if row not in faulty:
            _row(said, instrument, plain, int(row), *((cell or "").strip() for cell in cells))
    _ticked(said, instrument)
    return said


def _row(
    said: _Said, instrument: Instrument, plain: bool, row: int, name: str, site: str, answer: str, words: str
) -> None:
    if not name:
        if answer or words:
            says = "an answer stands beside no question; move it, or write the question's short name back"
            said.fault(says, row, "question", quoted(answer or words))
        return
    question, _, option = name.partition(OF)
    try:
        asked = the_question(instrument, question)
    except ValueError as error:
        said.fault(str(error), row, "question", quoted(name))
        return
    key = (asked.id, site)
    said.rows.setdefault(key, row)
    if option:
        _tick(said, instrument, asked, key, option, answer, row)
        option_words = words
        if option_words:
            said.fault("write words beside the question, not beside one of its answers", row, "in words")
        return
    if key in said.seen and (answer or words):
        said.fault(f"'{asked.id}' stands on two rows; keep one of them", row, "question")
        return
    said.seen.add(key)
    said.rows[key] = row
    try:
        if words:
            said.words[key] = checked_words(words)
    except ValueError as error:
        said.fault(str(error), row, "in words")
    try:
        if answer:
            shown = by_words(offered(instrument.scale(asked), plain=plain)).get(answer.casefold())
            said.answers[key] = shown or checked_answer(instrument, asked, answer)
    except ValueError as error:
        said.fault(str(error), row, "answer", quoted(answer))


def _tick(
    said: _Said, instrument: Instrument, asked: Question, key: tuple[str, str], option: str, answer: str, row: int
) -> None:
    if option not in {one.value for one in instrument.scale(asked).options}:
        said.fault(f"'{asked.id}' has no answer {quoted(option)}", row, "question")
    elif answer and answer.casefold() not in _TICKS:
        said.fault(f"an {TICK} or nothing is needed, found {quoted(answer)}", row, "answer", quoted(answer))
    elif answer:
        said.ticks.setdefault(key, {})[option] = row


def _ticked(said: _Said, instrument: Instrument) -> None:
    """Put what was ticked together; a third state stands alone."""
    for key, options in said.ticks.items():
        if key in said.answers:
            says = f"'{key[0]}' is answered on its own row, and ticked below; keep one of the two"
            said.fault(says, next(iter(options.values())), "answer")
            continue
        said.answers[key] = checked_answer(instrument, key[0], ";".join(options))


def _left(instrument: Instrument, said: _Said) -> Iterator[Fault]:
    """What still had to be said, at the rows where it is asked."""
    sites = dict.fromkeys(site for _, site in (*said.answers, *said.words, *said.rows))
    by_site = {one.id: one.by_site and instrument.kind != "questionnaire" for one in instrument.questions}
    told = {fault.row for fault in said.faults}
    for site in sites:
        answers = {name: answer for (name, at), answer in said.answers.items() if at in (site, "")}
        words = {name: text for (name, at), text in said.words.items() if at in (site, "")}
        for name, says in lacking(instrument, answers, words):
            # What is asked for each site is looked for there, and anything else once.
            if (by_site[name] and (name, site) in said.rows) or (not by_site[name] and not site):
                if (row := said.rows.get((name, site))) in told and row is not None:
                    continue
                column = "in words" if says.startswith("words") else "answer"
                yield Fault(says if row else f"'{name}': {says}", said.where, row, column)


# Rows of tables


def _answers(
    told: dict[str, _Said], about: dict[str, tuple[str, int]], where: str, faults: list[Fault]
) -> Iterator[tuple[str | None, ...]]:
    if told and "round" not in about:
        faults.append(Fault("write beside 'round' which round is answered", where, None, "value"))
    codes: dict[str, str] = {}
    for name, said in told.items():
        number = name.removeprefix(ANSWERS)
        code, row = about.get(f"respondent{number}", ("", 0))
        role = about.get(f"role{number}", (None, 0))[0]
        if not code:
            says = f"write beside 'respondent{number}' a code for whoever answered on the sheet '{name}'"
            faults.append(Fault(says, where, None, "value"))
        elif code in codes:
            says = f"the code {quoted(code)} is that of the sheet '{codes[code]}' too; each needs its own"
            faults.append(Fault(says, where, row, "value"))
        codes.setdefault(code, name)
        for key in dict.fromkeys((*said.answers, *said.words)):
            yield about.get("round", ("",))[0], code, role, key[0], said.answers.get(key), said.words.get(key)


def _entries(
    instrument: Instrument, told: dict[str, _Said], about: dict[str, tuple[str, int]], where: str, faults: list[Fault]
) -> Iterator[tuple[str | None, ...]]:
    for needed, says in (("subject", "what this is about"), ("on", "the day on which it was written")):
        if told and needed not in about:
            faults.append(Fault(f"write beside '{needed}' {says}", where, None, "value"))
    on, row = about.get("on", ("", 0))
    try:
        on = the_day(on).isoformat() if on else on
    except ValueError as error:
        faults.append(Fault(f"{error}, found {quoted(on)}", where, row, "value", quoted(on)))
    by_site = {one.id for one in instrument.questions if one.by_site}
    for said in told.values():
        for key in dict.fromkeys((*said.answers, *said.words)):
            name, site = key
            site = site or about.get("site", ("",))[0]
            if name in by_site and not site:
                said_at = said.rows.get(key)
                faults.append(Fault("this is answered for each site; write which", said.where, said_at, "site"))
            answer, words = said.answers.get(key, ""), said.words.get(key, "")
            if not answer:
                says = "words stand here without an answer; answer the question too, or move them"
                faults.append(Fault(says, said.where, said.rows.get(key), "answer"))
            fixed = (instrument.id, instrument.edition, about.get("subject", ("",))[0], site or None, name)
            yield (*fixed, on, with_words(answer, words), about.get("by", (None,))[0])
