"""What is asked is written into a workbook or onto paper, and a filled-in workbook is read back as it was meant."""

from __future__ import annotations

import random
import re
from datetime import datetime
from html.parser import HTMLParser

import openpyxl
import pytest
from tests.vocabulary.own_instruments import OVERLAY, OWN, TRANSLATION, record

from takeroot.errors import FaultyInput
from takeroot.exchange import answer_sheets, answers_read, printed_form
from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.answer import checked_answer, checked_entry, offered, reading
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.instruments_in_files import look_at, shelve
from takeroot.vocabulary.own_instruments import whose_words

KNOWN = shelve(
    [
        look_at(name, text.encode())
        for name, text in (
            ("our-survey.yaml", OWN),
            ("our-record.yaml", record()),
            ("our-survey.ward-7.yaml", OVERLAY),
            ("our-survey.cy.yaml", TRANSLATION),
        )
    ],
    onto=instruments_in_files.whole(),
)
EVERY = pytest.mark.parametrize("of", KNOWN.editions, ids=lambda of: " ".join(of))
SITES = ("Ward 1", "=Ward 2")


def write(tmp_path, instrument, **options):
    path = tmp_path / "sheet.xlsx"
    answer_sheets.write(path, instrument, **options)
    return path


def fill(path, cells, about=None, sheet="answers"):
    """Fill in by question (and site): the answer, and the words beside it."""
    book = openpyxl.load_workbook(path)
    for row in book["about"].iter_rows(min_row=2):
        if (value := (about or {}).get(row[0].value)) is not None:
            row[1].value = value
    page = book[sheet]
    at = {cell.value: place for place, cell in enumerate(page[1])}
    for row in page.iter_rows(min_row=2):
        site = row[at["site"]].value or "" if "site" in at else ""
        key = (row[at["question"]].value, site)
        answer, words = cells.get(key, cells.get(key[0], (None, None)))
        for column, text in (("answer", answer), ("in words", words)):
            if text is not None:
                row[at[column]].value = text
                row[at[column]].data_type = "s"
    book.save(path)


def faults(path):
    with pytest.raises(FaultyInput) as raised:
        answers_read.read(path, known=KNOWN)
    return [str(fault) for fault in raised.value.faults]


def an_answer(instrument, question, rng):
    """Any answer there is to a question, as it is stored."""
    scale = instrument.scale(question)
    choices = offered(scale)
    if scale.kind == "one of" or (scale.kind != "any of" and choices and rng.random() < 0.3):
        return rng.choice(choices).value
    if scale.kind == "any of":
        some = [one.value for one in choices if not one.third and rng.random() < 0.6]
        return ";".join(some) or rng.choice(choices).value
    if scale.kind == "number":
        step, least, most = scale.step or 1, scale.least or 0, scale.most if scale.most is not None else 50
        return checked_answer(instrument, question, f"{least + step * rng.randint(0, int((most - least) / step)):.10g}")
    return "2024-03-05" if scale.kind == "day" else rng.choice(["=1+1 & <b>", "Line\nby line", "'quoted'", "日本 …"])


def as_typed(instrument, question, answer, plain):
    """The cells in which an answer is typed: in the words that are offered, ticks for several."""
    scale = instrument.scale(question)
    words = {one.value: one.says for one in offered(scale, plain=plain)}
    if scale.kind == "any of" and answer not in {one.value for one in offered(scale) if one.third}:
        return {f"{question.id}:{value}": "x" for value in answer.split(";")}
    return {question.id: words.get(answer, answer)}


@EVERY
@pytest.mark.parametrize("plain", [False, True], ids=["full", "plain"])
def test_a_filled_in_workbook_reads_back_as_it_was_meant(of, plain, tmp_path):
    instrument, rng = KNOWN.editions[of], random.Random(f"{of}{plain}")
    path = write(tmp_path, instrument, plain=plain, sites=SITES, round="r1")
    cells, meant = {}, {}
    for question in instrument.questions:
        by_site = question.by_site and instrument.kind != "questionnaire"
        for site in SITES if by_site else ("",):
            answer = an_answer(instrument, question, rng)
            text = instrument.scale(question).kind == "text"
            words = "" if text else "because: so" if rng.random() < 0.5 or question.with_text == "must" else ""
            for name, typed in as_typed(instrument, question, answer, plain).items():
                cells[name, site] = (typed, None)
            if words:
                cells[question.id, site] = (cells.get((question.id, site), (None,))[0], words)
            meant[question.id, site] = (answer, words)
    about = {"respondent": "07-A", "role": "nurse", "subject": "programme", "on": "2024-03-31", "by": "the team"}
    fill(path, cells, about)
    read = answers_read.read(path, known=KNOWN)
    assert read.instrument == instrument
    if instrument.kind == "questionnaire":
        told = {
            (row["question"], ""): (row["answer"], row["comment"] or "") for row in read.frame.iter_rows(named=True)
        }
        assert read.frame.select("round", "respondent", "role").unique().rows() == [("r1", "07-A", "nurse")]
    else:
        told = {
            (row["question"], row["site"] or ""): checked_entry(instrument, row["question"], row["text"])
            for row in read.frame.iter_rows(named=True)
        }
        assert read.frame.select("instrument", "edition", "subject", "by").unique().rows() == [
            (*of, "programme", "the team")
        ]
    assert told == meant


def test_a_team_has_a_sheet_for_each_and_who_said_nothing_is_passed_over(tmp_path):
    survey = KNOWN.editions["our-survey", "1"]
    path = write(tmp_path, survey, respondents=["a", "", "c"], round="r1")
    fill(path, {"clear": ("I agree", None)}, sheet="answers 1")
    fill(path, {"clear": ("I do not", "no"), "since": ("5 March 2024", None)}, {"respondent 2": "b"}, sheet="answers 2")
    read = answers_read.read(path, known=KNOWN)
    assert read.frame.select("respondent", "question", "answer", "comment").rows() == [
        ("a", "clear", "agree", None),
        ("b", "clear", "no", "no"),
        ("b", "since", "2024-03-05", None),
    ]


def test_a_translated_workbook_reads_back_to_the_same_answers(tmp_path):
    path = write(tmp_path, KNOWN.find("our-survey", language="cy"), round="r1")
    fill(path, {"clear": ("Amherthnasol i mi", None)}, {"respondent": "a"})
    assert answers_read.read(path, known=KNOWN).frame["answer"].to_list() == ["not-relevant:role"]


def test_everything_that_is_wrong_is_said_with_its_sheet_and_row(tmp_path):
    path = write(tmp_path, KNOWN.editions["our-survey", "1"])
    cells = {"clear": ("Perhaps", None), "used": ("11", None), "involved": ("Nobody yet", None),
             "involved:nurses": ("x", None), "involved:doctors": ("maybe", None), "level": ("Far", "so")}  # fmt: skip
    fill(path, cells)
    about, sheet = "sheet.xlsx, sheet 'about'", "sheet.xlsx, sheet 'answers'"
    assert faults(path) == [
        f"{about}, column 'value': write beside 'round' which round is answered",
        f"{about}, column 'value': write beside 'respondent' a code for whoever answered on the sheet 'answers'",
        f"{sheet}, row 3, column 'answer': one of agree, no, not-relevant:role, not-relevant:stage is needed, found "
        f"'Perhaps'",
        f"{sheet}, row 4, column 'answer': a number from 0 to 10 is needed, found 11",
        f"{sheet}, row 8, column 'answer': 'involved' is answered on its own row, and ticked below; keep one of the "
        f"two",
        f"{sheet}, row 9, column 'answer': an x or nothing is needed, found 'maybe'",
        f"{sheet}, row 11, column 'answer': an answer is needed here, because 'level' is answered",
    ]


def test_a_workbook_in_which_nothing_is_answered_says_so(tmp_path):
    assert faults(write(tmp_path, KNOWN.editions["our-survey", "1"])) == ["sheet.xlsx: nothing is answered yet"]


def test_a_workbook_of_an_instrument_that_is_not_here_is_refused(tmp_path):
    path = write(tmp_path, KNOWN.editions["our-survey", "1"])
    fill(path, {}, {"edition": "77"})
    assert faults(path) == [
        "sheet.xlsx, sheet 'about', row 3, column 'value': There is no edition of 'our-survey' called '77'. There "
        "are: 1, "
        "ward-7."
    ]


def test_another_workbook_is_refused(tmp_path):
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    assert faults(tmp_path / "other.xlsx") == [
        "other.xlsx: the sheets 'about' and 'answers' are needed, as the workbook has them when it is taken out"
    ]


def test_rows_that_were_moved_and_doubled_are_told_apart(tmp_path):
    path = write(tmp_path, KNOWN.editions["our-survey", "1"], round="r1")
    fill(path, {"clear": ("I agree", None)}, {"respondent": "a"})
    book = openpyxl.load_workbook(path)
    book["answers"].append(["clear", "Is it clear?", "I do not"])
    book["answers"].append([None, None, "lost"])
    book["answers"].append(["cleer", None, "lost"])
    book.save(path)
    assert [each.partition(", row ")[2] for each in faults(path)] == [
        "14, column 'question': 'clear' stands on two rows; keep one of them",
        "15, column 'question': an answer stands beside no question; move it, or write the question's short name back",
        "16, column 'question': 'our-survey' (edition 1) has no question 'cleer'; did you mean 'clear'?",
    ]


def test_one_code_for_two_respondents_is_refused(tmp_path):
    survey = KNOWN.editions["our-survey", "1"]
    with pytest.raises(FaultyInput, match="each respondent needs a code of their own; 'a' is given twice"):
        write(tmp_path, survey, respondents=["a", "a"])
    assert not list(tmp_path.iterdir())


# On paper


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_forms_of_a_programme_s_own_instrument_do_not_call_it_a_paraphrase(tmp_path):
    instrument, seen = KNOWN.find("our-survey", "1"), Seen()
    sheet = openpyxl.load_workbook(write(tmp_path, instrument)).worksheets[0]
    seen.feed(printed_form.page(instrument))
    for words in (seen.text, " ".join(str(cell) for row in sheet.values for cell in row)):
        assert "The wording is this programme's own." in words and "paraphrase" not in words


@EVERY
@pytest.mark.parametrize("plain", [False, True], ids=["full", "plain"])
def test_the_form_on_paper_asks_everything_and_needs_nothing_from_elsewhere(of, plain):
    instrument = KNOWN.editions[of]
    page, seen = printed_form.page(instrument, plain=plain, sites=SITES), Seen()
    seen.feed(page)
    assert [one.id for one in instrument.questions if reading(one, plain=plain) not in seen.text] == []
    assert whose_words(instrument) in seen.text
    assert not {tag for tag, _ in seen.tags} & {"script", "link", "img", "iframe"}
    assert not any({"src", "href", "style"} & set(told) for _, told in seen.tags)
    assert not re.search(r"url\(|@import", page)


def test_what_an_instrument_says_is_text_on_paper():
    hostile = OWN.replace("Is it clear?", '"<script>alert(1)</script>"').replace("How is it going?", '"</title><b>"', 1)
    instrument = look_at("x.yaml", hostile.encode()).holds
    assert isinstance(instrument, Instrument)
    page = printed_form.page(instrument, round="<i>")
    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_numbers_and_days_typed_as_a_spreadsheet_has_them_are_read(tmp_path):
    path = write(tmp_path, KNOWN.editions["our-survey", "1"], round="r1")
    fill(
        path,
        {"clear": ("I AGREE", None), "involved": (None, "all"), "involved:carers": ("X", None)},
        {"respondent": "7"},
    )
    book = openpyxl.load_workbook(path)
    at = {row[0].value: row[2] for row in book["answers"].iter_rows()}
    at["used"].value, at["staff"].value, at["since"].value = 7.5, 12, datetime(2024, 3, 5)
    book.save(path)
    assert dict(answers_read.read(path, known=KNOWN).frame.select("question", "answer").rows()) == {
        "clear": "agree",
        "used": "7.5",
        "staff": "12",
        "involved": "carers",
        "since": "2024-03-05",
    }
