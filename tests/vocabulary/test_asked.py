"""Answers, entries and links agree with the instruments they name; where those are not here, all of it is kept."""

from __future__ import annotations

import polars as pl
import pytest
from tests.vocabulary.own_instruments import OWN, record

from takeroot.vocabulary import asked, instruments_in_files
from takeroot.vocabulary.checking import Found
from takeroot.vocabulary.tables import TABLES


@pytest.fixture
def known(tmp_path):
    (tmp_path / "our-survey.yaml").write_text(OWN)
    (tmp_path / "our-record.yaml").write_text(record())
    return instruments_in_files.whole(tmp_path)


def found(**tables):
    made = {}
    for name, columns in tables.items():
        frame = TABLES[name].identified(TABLES[name].read(columns))
        made[name] = Found(name, frame, pl.int_range(2, frame.height + 2, eager=True), f"{name}.csv")
    return made


def faults(known, listed=50, **tables):
    return [str(fault) for fault in asked.disagreements(found(**tables), known, listed=listed)]


def a_round(instrument="our-survey", edition="1"):
    return {"round": ["r"], "instrument": [instrument], "edition": [edition], "subject": ["programme"]}


def answers(*given):
    questions, said = zip(*given, strict=True)
    codes = [str(n) for n in range(len(given))]
    return {"round": ["r"] * len(given), "respondent": codes, "question": questions, "answer": said}


def test_answers_that_agree_have_no_faults(known):
    given = answers(("clear", "agree"), ("clear", "not-relevant:role"), ("used", "7.50"), ("involved", "carers;nurses"),
                    ("why", "because"), ("since", "5 Mar 2024"), ("clear", None))  # fmt: skip
    assert faults(known, rounds=a_round(), answers=given) == []


def test_what_an_instrument_does_not_ask_or_take_is_a_fault_with_its_row(known):
    given = answers(("clear", "agre"), ("cleer", "agree"), ("Clear", "agree"), ("clear", "I agree"), ("used", "11"))
    assert faults(known, rounds=a_round(), answers=given) == [
        "answers.csv, row 2, column 'answer': to 'clear' of 'our-survey' (edition 1) one of agree, no, "
        "not-relevant:role, "
        "not-relevant:stage is needed, found 'agre'; did you mean 'agree'?",
        "answers.csv, row 5, column 'answer': to 'clear' of 'our-survey' (edition 1) write it as 'agree'",
        "answers.csv, row 6, column 'answer': to 'used' of 'our-survey' (edition 1) a number from 0 to 10 is needed, "
        "found 11",
        "answers.csv, row 3, column 'question': 'our-survey' (edition 1) has no question 'cleer'; did you mean "
        "'clear'?",
        "answers.csv, row 4, column 'question': write it as 'clear', as 'our-survey' has it",
    ]


def test_many_faults_of_one_sort_are_counted(known):
    given = answers(*[("clear", f"{n}") for n in range(10)])
    told = faults(known, listed=3, rounds=a_round(), answers=given)
    assert len(told) == 4
    assert told[-1] == "answers.csv, column 'answer': 7 more rows are at fault in the same way"


def test_an_instrument_that_looks_like_one_that_is_here_is_a_slip(known):
    assert faults(known, rounds=a_round("our-survy")) == [
        "rounds.csv, row 2, column 'instrument': there is no instrument 'our-survy'; did you mean 'our-survey'?"
    ]


@pytest.mark.parametrize(
    ("instrument", "edition", "says"),
    [
        ("elsewhere", "1", "rounds: the instrument 'elsewhere' is not among those here; what it asks can not be "
        "checked"),
        ("our-survey", "9", "rounds: 'our-survey' has no edition '9' here (there are: 1); what it asks can not be "
        "checked, "
         "and all of it is kept"),
    ],
)  # fmt: skip
def test_an_instrument_or_edition_that_is_not_here_is_only_remarked_on(known, instrument, edition, says):
    tables = found(rounds=a_round(instrument, edition), answers=answers(("anything", "at all")))
    assert list(asked.disagreements(tables, known, listed=50)) == []
    assert list(asked.remarks({name: one.frame for name, one in tables.items()}, known)) == [says]


def test_entries_are_judged_with_the_words_beside_them(known):
    rows = {
        "instrument": ["our-record"] * 3,
        "edition": ["1"] * 3,
        "subject": ["programme"] * 3,
        "question": ["level", "involved", "level"],
        "on": ["2024-01-01", "2024-01-01", "2024-02-01"],
        "text": ["a: far", "nurses", "c: far"],
    }
    assert faults(known, entries=rows) == [
        "entries.csv, row 3, column 'text': to 'involved' of 'our-record' (edition 1) words are needed beside the "
        "answer, "
        "as in 'nurses: because ...'",
        "entries.csv, row 4, column 'text': to 'level' of 'our-record' (edition 1) one of a, b is needed, found 'c'",
    ]


def test_links_lead_from_question_to_question(known):
    rows = {"instrument": ["our-survey"] * 2, "from_question": ["clear", "cleer"], "to_question": ["used", "why"],
            "text": ["so", "so"]}  # fmt: skip
    assert faults(known, links=rows) == [
        "links.csv, row 3, column 'from_question': no edition of 'our-survey' has a question 'cleer'; did you mean "
        "'clear'?"
    ]
