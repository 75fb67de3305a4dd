"""An instrument as a workbook to fill in, by one respondent or a team, and read back.

Each respondent has a sheet of their own; a record or plan has one. Choices are offered as lists, in the plainer words
if asked for; where several may be chosen, each is ticked with an x. Whoever reads the workbook back
(:mod:`takeroot.exchange.answers_read`) gets rows of ``answers``, or of ``entries`` for a record or plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from takeroot.errors import Fault, FaultyInput
from takeroot.vocabulary.answer import Offer, offered, reading
from takeroot.vocabulary.files.disk import writing
from takeroot.vocabulary.files.workbook_out import MADE
from takeroot.vocabulary.instrument import Instrument, Question, Scale
from takeroot.vocabulary.own_instruments import whose_words
from takeroot.vocabulary.template import Lists

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

READ_ME, ABOUT, ANSWERS = "Read me", "about", "answers"
TICK = "x"
#: Between a question and one of its options, where each is ticked on a row of its own.
OF = ":"
#: Numbers that a list offers; where there would be more, the number is typed.
OFFERED = 101
#: The most sheets for respondents in one workbook.
RESPONDENTS = 200

HOW = (
    "Answer on the sheet 'answers', in the column 'answer': choose from the list, or write.",
    "Where several may be chosen, put an x beside each that holds.",
    "Write in the column 'in words' what is worth saying beside an answer. Where words are needed, it says so.",
    "Leave empty what you do not want to answer. An empty answer is never counted as zero.",
    "Leave the column 'question' as it is: by it your answers are found. What is on this page is not read.",
)


@dataclass(frozen=True)
class Row:
    """One row of a sheet of answers.

    Parameters
    ----------
    question
        Which question it answers, and which option of it, as in ``q1:policy``; nothing, for a heading.
    asks
        What people read.
    offers
        What may be chosen, in words.
    closed
        Whether nothing else may be written.
    of
        The question itself.
    """

    question: str
    asks: str
    offers: tuple[str, ...] = ()
    closed: bool = False
    of: Question | None = None


def write(
    path: Path | str,
    instrument: Instrument,
    *,
    respondents: Sequence[str] = ("",),
    round: str = "",
    sites: Sequence[str] = (),
    plain: bool = False,
    before: Sequence[tuple[str, str]] = (),
) -> None:
    """Write the workbook of an instrument; wholly, or not at all.

    Parameters
    ----------
    path
        Where to.
    instrument
        What is asked.
    respondents
        A code for each respondent, never a name; an empty one is filled in by hand. A record or plan has one sheet.
    round
        The round that is answered, if it has a name already.
    sites
        The sites for which a question is asked that is answered for each site.
    plain
        Ask in plainer words, where the instrument has them.
    before
        What is said before the first question: each in a few words, and in a sentence or two.

    Raises
    ------
    FaultyInput
        If there are too many respondents, a code is given twice, or nothing can be written there.
    """
    from xlsxwriter import Workbook

    answered = instrument.kind == "questionnaire"
    codes = list(respondents) if answered else [""]
    if faults := list(_refused(codes)):
        raise FaultyInput(faults)
    with writing(path) as made:
        book = Workbook(str(made))
        book.set_properties({"title": instrument.title, "created": MADE})
        first, about = book.add_worksheet(READ_ME), book.add_worksheet(ABOUT)
        pages = [book.add_worksheet(name) for name in sheet_names(len(codes))]
        lists, looks = Lists(book), _Looks(book)
        _explain(first, instrument, looks, before)
        _tell(about, fields(instrument, codes, round=round, plain=plain), looks)
        for page in pages:
            _ask(page, instrument, looks, lists, sites=() if answered else tuple(sites), plain=plain)
        pages[0].activate()
        book.close()


def _refused(codes: Sequence[str]) -> Iterator[Fault]:
    if not 1 <= len(codes) <= RESPONDENTS:
        yield Fault(f"a workbook has from 1 to {RESPONDENTS} respondents; found {len(codes):,}")
    given = [code for code in codes if code]
    for code in sorted({code for code in given if given.count(code) > 1}):
        yield Fault(f"each respondent needs a code of their own; '{code}' is given twice")


def sheet_names(count: int) -> list[str]:
    """The names of the sheets of so many respondents."""
    return [ANSWERS] if count == 1 else [f"{ANSWERS} {number}" for number in range(1, count + 1)]


def fields(
    instrument: Instrument, codes: Sequence[str], *, round: str = "", plain: bool = False
) -> list[tuple[str, str, str]]:
    """What the sheet 'about' asks: each field, its value, and what it means."""
    told = [
        ("instrument", instrument.id, "which instrument this is; leave it as it is"),
        ("edition", instrument.edition, "which edition; leave it as it is"),
        ("language", instrument.language, "in which language; leave it as it is"),
        ("words", "plain" if plain else "full", "in which words it asks; leave it as it is"),
    ]
    if instrument.kind != "questionnaire":
        return [
            *told,
            ("subject", "", "what this is about: the programme, or what you call it"),
            ("site", "", "the site that it is about, if it is about one"),
            ("on", "", "the day on which it was written, such as 2024-03-31"),
            ("by", "", "who wrote it, if that may be said"),
        ]
    told.append(("round", round, "the round that is answered"))
    for name, code in zip(sheet_names(len(codes)), codes, strict=True):
        number = name.removeprefix(ANSWERS)
        told.append((f"respondent{number}", code, f"a code for whoever answers on the sheet '{name}', never a name"))
        told.append((f"role{number}", "", "their role, if they want to say"))
    return told


def rows(instrument: Instrument, *, plain: bool = False) -> Iterator[Row]:
    """Every row of a sheet of answers, in order."""
    for section in instrument.sections:
        yield Row("", "\n".join(filter(None, (reading(section, plain=plain), section.says))))
        for question in section.questions:
            yield from _rows(instrument.scale(question), question, plain)


def _rows(scale: Scale, question: Question, plain: bool) -> Iterator[Row]:
    asks = reading(question, plain=plain)
    notes = [question.help, _ends(scale), "An answer is needed." if question.needed else ""]
    if question.with_text == "must" and scale.kind != "text":
        notes.append("Words are needed beside the answer.")
    asks = "\n".join(note for note in (asks, *notes) if note)
    choices = offered(scale, plain=plain)
    thirds = tuple(one.says for one in choices if one.third)
    if scale.kind == "any of":
        yield Row(question.id, asks, thirds, bool(thirds), question)
        for one in choices:
            if not one.third:
                yield Row(f"{question.id}{OF}{one.value}", f"    {one.says}", (TICK,), True, question)
        return
    numbers = _numbers(scale)
    offers = (*(one.says for one in choices if not one.third), *numbers, *thirds)
    yield Row(question.id, asks, offers, scale.kind == "one of" or bool(numbers), question)


def _ends(scale: Scale) -> str:
    """What a number means at its ends."""
    if scale.kind != "number":
        return ""
    ends = ((scale.least, scale.least_says), (scale.most, scale.most_says))
    return "; ".join(f"{at:g}: {says}" if says else f"{at:g}" for at, says in ends if at is not None)


def _numbers(scale: Scale) -> tuple[str, ...]:
    """Every number of a scale, where there are few enough for a list."""
    if scale.kind != "number" or scale.step is None or scale.least is None or scale.most is None:
        return ()
    count = round((scale.most - scale.least) / scale.step) + 1
    return () if count > OFFERED else tuple(f"{scale.least + n * scale.step:.10g}" for n in range(count))


def by_words(choices: Sequence[Offer]) -> dict[str, str]:
    """What is stored, by the words that are offered."""
    return {one.says.casefold(): one.value for one in choices}


# The pages


class _Looks:
    """The formats of the workbook."""

    def __init__(self, book: Workbook) -> None:
        wrapped: dict[str, Any] = {"text_wrap": True, "valign": "top"}
        self.title: Format = book.add_format({"bold": True, "font_size": 16})
        self.head: Format = book.add_format({"bold": True, "bottom": 1})
        self.section: Format = book.add_format({**wrapped, "bold": True, "font_size": 13, "top": 1})
        self.text: Format = book.add_format(wrapped)
        self.quiet: Format = book.add_format({**wrapped, "font_color": "#5F6B76"})
        self.cell: Format = book.add_format({**wrapped, "num_format": "@", "border": 4})
        self.day: Format = book.add_format({**wrapped, "num_format": "yyyy-mm-dd", "border": 4})


def _explain(page: Worksheet, instrument: Instrument, looks: _Looks, before: Sequence[tuple[str, str]]) -> None:
    """The first page: what this is, how to answer, and what to be careful of."""
    page.set_column(0, 0, 110)
    page.hide_gridlines(2)
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, instrument.title, looks.title)
    told = [instrument.purpose, f"Who answers: {instrument.who}"]
    told += [whose_words(instrument), *HOW, *(f"{short}: {says}" for short, says in before), *instrument.cautions]
    told += [f"Source: {source}" for source in instrument.source] + [f"Licence: {instrument.licence}"]
    for number, sentence in enumerate(told, 2):
        page.set_row(number, 15 * (1 + len(sentence) // 105))
        page.write_string(number, 0, sentence, looks.text)


def _tell(page: Worksheet, told: Sequence[tuple[str, str, str]], looks: _Looks) -> None:
    """The sheet on what is answered, by whom and when."""
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 40)
    page.set_column(2, 2, 80)
    for place, name in enumerate(("field", "value", "meaning")):
        page.write_string(0, place, name, looks.head)
    for row, (field, value, meaning) in enumerate(told, 1):
        page.write_string(row, 0, field)
        page.write_string(row, 1, value, looks.cell) if value else page.write_blank(row, 1, None, looks.cell)
        page.write_string(row, 2, meaning, looks.quiet)


def _ask(
    page: Worksheet, instrument: Instrument, looks: _Looks, lists: Lists, *, sites: tuple[str, ...], plain: bool
) -> None:
    """A sheet of answers."""
    by_site = instrument.kind != "questionnaire" and any(question.by_site for question in instrument.questions)
    head = ["question", *(["site"] if by_site else []), "what is asked", "answer", "in words"]
    widths = {"question": 16, "site": 16, "what is asked": 64, "answer": 36, "in words": 48}
    at = {name: place for place, name in enumerate(head)}
    for name, place in at.items():
        page.set_column(place, place, widths[name])
        page.write_string(0, place, name, looks.head)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    number = 0
    for row in rows(instrument, plain=plain):
        repeated = sites or ("",) if by_site and row.of is not None and row.of.by_site else (None,)
        for site in repeated:
            number += 1
            lines = sum(1 + len(line) // 60 for line in row.asks.splitlines())
            page.set_row(number, 15 * max(lines, 3 if row.of is not None and not row.offers else 1))
            page.write_string(number, at["what is asked"], row.asks, looks.text if row.of else looks.section)
            if row.of is None:
                continue
            page.write_string(number, at["question"], row.question, looks.quiet)
            if site is not None:
                page.write_string(number, at["site"], site, looks.cell)
            day = instrument.scale(row.of).kind == "day"
            page.write_blank(number, at["answer"], None, looks.day if day else looks.cell)
            if OF not in row.question:
                page.write_blank(number, at["in words"], None, looks.cell)
            if row.offers:
                page.data_validation(number, at["answer"], number, at["answer"], _choice(row, lists))


def _choice(row: Row, lists: Lists) -> dict[str, Any]:
    """The list that a cell offers; closed, it takes nothing else."""
    return {
        "validate": "list",
        "source": lists.of(row.offers),
        "show_error": row.closed,
        "error_title": row.question[:32],
        "error_message": "Choose from the list, or leave the cell empty.",
    }
