"""An answer is written in one way, wherever it comes from; what is none is refused in a sentence."""

from __future__ import annotations

import pytest
from tests.vocabulary.own_instruments import OWN, record

from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.answer import checked_answer, checked_entry, lacking, offered, with_words

SURVEY = instruments_in_files.look_at("our-survey.yaml", OWN.encode()).holds
RECORD = instruments_in_files.look_at("our-record.yaml", record().encode()).holds


@pytest.mark.parametrize(
    ("question", "given", "stored"),
    [
        ("clear", "agree", "agree"),
        ("CLEAR", " I Agree ", "agree"),
        ("clear", "yes", "agree"),
        ("clear", "not-relevant:stage", "not-relevant:stage"),
        ("clear", "Not relevant yet", "not-relevant:stage"),
        ("used", "7.50", "7.5"),
        ("used", "0.0", "0"),
        ("used", "+10", "10"),
        ("staff", "-0", "0"),
        ("staff", "120", "120"),
        ("staff", "0.1", "0.1"),
        ("involved", "carers; nurses;;nurses", "nurses;carers"),
        ("involved", "Doctors", "doctors"),
        ("involved", "Nobody yet", "nobody"),
        ("why", "a\r\nb ", "a\nb"),
        ("since", "5 Mar 2024", "2024-03-05"),
        ("level", "far", "a"),
    ],
)
def test_an_answer_is_stored_in_one_way(question, given, stored):
    assert checked_answer(SURVEY, question, given) == stored
    assert checked_answer(SURVEY, question, stored) == stored


@pytest.mark.parametrize(
    ("question", "given", "says"),
    [
        ("cleer", "agree", "'our-survey' (edition 1) has no question 'cleer'; did you mean 'clear'?"),
        ("clear", "", "an answer is needed, found nothing"),
        ("clear", "agre", "one of agree, no, not-relevant:role, not-relevant:stage is needed, found 'agre'; did you "
        "mean "
         "'agree'?"),
        ("clear", "2", "one of agree, no, not-relevant:role, not-relevant:stage is needed, found '2'"),
        ("clear", "agree;no", "one of agree, no, not-relevant:role, not-relevant:stage is needed, found 'agree;no'; "
        "did you "
         "mean 'agree'?"),
        ("clear", "not-relevant", "'not-relevant' needs its reason: one of 'not-relevant:role', 'not-relevant:stage'"),
        ("used", "10.5", "a number from 0 to 10 is needed, found 10.5"),
        ("used", "7.3", "a number from 0 to 10 in steps of 0.5 is needed, found 7.3"),
        ("used", "nan", "a number from 0 to 10 is needed, found 'nan'"),
        ("used", "1e1", "a number from 0 to 10 is needed, found '1e1'"),
        ("used", "1_0", "a number from 0 to 10 is needed, found '1_0'"),
        ("used", "٣", "a number from 0 to 10 is needed, found '٣'"),
        ("staff", "Infinity", "a number is needed, found 'Infinity'"),
        ("involved", "nurses;cooks", "one of nurses, doctors, carers, nobody is needed, found 'cooks'"),
        ("involved", "nurses;nobody", "'nobody' stands alone, and not beside other answers"),
        ("involved", ";", "an answer is needed, found nothing"),
        ("why", "a\x00b", "a control character or half of a character, which no spreadsheet can hold; delete it"),
        ("why", "a\ud800", "a control character or half of a character, which no spreadsheet can hold; delete it"),
        ("why", "a" * 20_001, "at most 20,000 characters are kept, found 20,001; shorten it"),
        ("since", "soon", "a day such as 2024-03-31 is needed"),
        ("since", "2024-02-30", "a day that is in the calendar is needed"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(question, given, says):
    with pytest.raises(ValueError) as raised:
        checked_answer(SURVEY, question, given)
    assert str(raised.value) == says


def test_words_may_stand_beside_the_answer_of_an_entry():
    assert checked_entry(RECORD, "level", "a: it is: far") == ("a", "it is: far")
    assert checked_entry(RECORD, "clear", "not-relevant:role: I only watch") == ("not-relevant:role", "I only watch")
    assert checked_entry(RECORD, "why", "because: so") == ("because: so", "")
    assert checked_entry(RECORD, "level", with_words("a", "far")) == ("a", "far")
    with pytest.raises(ValueError, match=r"words are needed beside the answer, as in 'nurses: because \.\.\.'"):
        checked_entry(RECORD, "involved", "nurses")


def test_what_still_has_to_be_said_is_named():
    told = list(lacking(SURVEY, {"involved": "nurses", "level": "a"}, {}))
    assert told == [
        ("clear", "an answer is needed to this question"),
        ("involved", "words are needed beside the answer"),
        ("why", "an answer is needed here, because 'level' is answered"),
    ]
    assert list(lacking(SURVEY, {"clear": "no"}, {})) == []


def test_a_third_state_calls_for_no_further_words():
    assert list(lacking(SURVEY, {"clear": "not-relevant:role", "involved": "nobody"}, {})) == []
    assert checked_entry(RECORD, "involved", "nobody") == ("nobody", "")
    own = OWN.replace("asks: How far?", "asks: How far?\n        with_text: must").replace(
        "{id: levels}", "{id: levels, thirds: [{value: unknown, says: We do not know}]}"
    )
    survey = instruments_in_files.look_at("our-survey.yaml", own.encode()).holds
    assert list(lacking(survey, {"clear": "no", "level": "unknown"}, {})) == []
    assert [name for name, _ in lacking(survey, {"clear": "no", "level": "a"}, {})] == ["level", "why"]


def test_plainer_words_are_offered_where_they_tell_answers_apart():
    scale = SURVEY.scales[0]
    assert [one.says for one in offered(scale, plain=True)] == [
        "Yes",
        "No",
        "Not for me: My job is another",
        "Not for me: Too early",
    ]
    alike = scale.model_copy(update={"options": tuple(o.model_copy(update={"plain": "Yes"}) for o in scale.options)})
    assert [one.says for one in offered(alike, plain=True)][:2] == ["I agree", "I do not"]
