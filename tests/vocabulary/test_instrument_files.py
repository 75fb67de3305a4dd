"""An instrument is a file, and what is wrong with it is said in a sentence each, all of it at once."""

from __future__ import annotations

import re

import pytest
from tests.vocabulary.own_instruments import OVERLAY, OWN, TRANSLATION

from takeroot.errors import FaultyInput, NotFound
from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.instrument_schema import schema


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "our-survey.yaml").write_text(OWN)
    return tmp_path


def faults(text, name="ours.yaml"):
    return [str(fault) for fault in instruments_in_files.look_at(name, text.encode()).faults]


def row_of(text, part):
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def changed(old, new):
    assert old in OWN
    return OWN.replace(old, new)


# Reading


def test_a_file_is_read(folder):
    found = instruments_in_files.read(folder / "our-survey.yaml")
    assert (found.id, found.edition, len(found.questions)) == ("our-survey", "1", 7)
    assert found.scale(found.questions[-1]).options[0].points == 3


def test_words_that_other_readers_take_for_yes_and_no_stay_words():
    text = changed("language: en", "language: no").replace("value: agree,", "value: on,").replace('"1"', "on")
    found = instruments_in_files.look_at("ours.yaml", text.encode()).holds
    assert isinstance(found, Instrument)
    assert (found.language, found.edition) == ("no", "on")
    assert [option.value for option in found.scales[0].options] == ["on", "no"]
    assert [question.needed for question in found.questions[:2]] == [True, False]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "ours.yaml: the file is empty; lines such as 'id: our-survey' are needed"),
        ("# nothing\n", "ours.yaml: the file is empty; lines such as 'id: our-survey' are needed"),
        ("- a\n", "ours.yaml: lines such as 'id: our-survey' are needed"),
        ("id: a\n---\nid: b\n", "ours.yaml, row 2: a second document begins here; keep one of them"),
        (b"\xff\xfe".decode("latin-1"), "ours.yaml: lines such as 'id: our-survey' are needed"),
        ("x" * (2**19 + 1), "ours.yaml: the file is over 512 KiB; it holds words"),
        ("[" * 100, "ours.yaml, row 1: over 20 lists or fields stand within one another; a programme needs four"),
    ],
)
def test_what_is_no_instrument_is_refused(text, says):
    assert faults(text) == [says]


@pytest.mark.parametrize(
    ("old", "new", "part", "says"),
    [
        ("plain: How", "plian: How", "plian", "'plian' is not known here; did you mean 'plain'?"),
        ("needed: yes", "neded: yes", "neded", "'sections.1.questions.1.neded' is not known here; did you mean "
        "'needed'?"),
        ("kind: questionnaire", "kind: quiz", "kind: quiz",
         "under 'kind' one of 'questionnaire', 'record' or 'plan' is needed, found 'quiz'"),
        ("needed: yes", "needed: perhaps", "perhaps",
         "under 'sections.1.questions.1.needed' yes or no is needed, found 'perhaps'"),
        ("id: used", "id: clear", "id: clear, asks: How",
         "under 'sections.1.questions.2.id' a short name of its own is needed for each question; 'clear' is given "
         "already"),
        ("within: sense}", "within: sense}\n  - {id: sense, name: Further}", "Further",
         "under 'constructs.3.id' a short name of its own is needed for each construct; 'sense' is given already"),
        ("- id: second", "- id: first", None,
         "under 'sections.2.id' a short name of its own is needed for each section; 'first' is given already"),
        ("{id: words, kind: text}", "{id: words, kind: text}\n  - {id: much, kind: text}", "{id: much, kind: text}",
         "under 'scales.6.id' a short name of its own is needed for each scale; 'much' is given already"),
        ("value: no,", "value: agree,", "I do not",
         "under 'scales.1.options.2.value' a value of its own is needed for each answer; 'agree' is given already"),
        ("says: I do not", "says: I agree", "value: no",
         "under 'scales.1.options.2.says' words of their own are needed for each answer; 'I agree' is given already"),
        ("value: role", "value: stage", "Too early",
         "under 'scales.1.thirds.1.reasons.2.value' a value of its own is needed for each answer; 'stage' is given "
         "already"),
        ("scale: agreement", "scale: agrement", "agrement",
         "under 'sections.1.questions.1.scale' there is no scale 'agrement'; did you mean 'agreement'?"),
        ("of: purpose", "of: porpoise", "porpoise",
         "under 'sections.1.questions.1.of' there is no construct 'porpoise'; did you mean 'purpose'?"),
        ("options: [{value: a, says: Far, points: 3}, {value: b, says: Not far, points: 1}]", "help: x",
         "scale: levels",
         "under 'sections.2.questions.4.scale' the scale 'levels' offers nothing to choose; give it options"),
        ("{id: sense, name: Sense}", "{id: sense, name: Sense, within: sense}", "within: sense}", None),
        ("{id: sense, name: Sense}", "{id: sense, name: Sense, within: mind}", "within: mind", None),
        ("least: 0, most: 10", "least: 10, most: 0", "most: 0",
         "under 'scales.2.most' the most, 0, must be over the least, 10"),
        ("step: 0.5", "step: 3", "step: 3", "under 'scales.2.step' steps of 3 from 0 never reach 10"),
        ("step: 0.5", "step: -1", "step: -1", "under 'scales.2.step' a step over 0 is needed, found -1"),
        ("step: 0.5", "step: inf", "step: inf", None),
        ("kind: day", "kind: day, least: 4", "least: 4",
         "under 'scales.6.least' 'least' is only for a scale that is a number, and this is 'day'"),
        (", points: 0}", "}", "I do not", "under 'scales.1.options.2' points are needed here as in the other answers, "
        "or "
         "write it as a third state"),
        ("calls_for: [why]", "calls_for: [sinse]", "sinse", "under 'sections.2.questions.4.calls_for.1' there is no "
        "question "
         "'sinse'; did you mean 'since'?"),
        ("rule: mean of a construct", "rule: average", "average", None),
        ("rule: mean of a construct", "rule: profile, total: yes", "total", "under 'scoring.total' a total is only "
        "made "
         "where points are counted: by 'weighted levels' or 'mean of a construct'"),
        ("scale: words}", "scale: words, reversed: yes}", "reversed", "under 'sections.2.questions.2.reversed' only a "
         "question with one answer that counts can be reversed, and this is 'text'"),
        ("of: sense}", "of: sensse}", "sensse", "under 'discussion.1.of' there is no construct 'sensse'; did you mean "
         "'sense'?"),
        ("id: our-survey", "id: Our Survey", "Our Survey", "under 'id' a short name of small letters (a to z), digits, "
         "points, _ and - is needed, 64 at most, found 'Our Survey'"),
        ("language: en", "language: English", "English", "under 'language' the code of a language, such as en, cy or "
         "pt-BR, is needed, found 'English'"),
        ("purpose: See how it goes.", "purpose: See how\nwho: Us", "who: The", "'who' stands twice in one place; keep "
        "one of them"),
        ("who: The team", "who: &a The team", "&a", "write it out in full; references to another place (* and &) are "
        "not read"),
        ("who: The team", "who: !!python/object:os.system The", "!!python", None),
        ("source: [We made it]", "source: We made it", "source", "under 'source' a list is needed (write '- ' before "
        "each of "
         "its items), found 'We made it'"),
        ("source: [We made it]", "source: []", "source", "under 'source' a list of at least 1 is needed, found a list "
        "of 0"),
        ("licence: Ours", "licence:", None, "'licence' is needed"),
        ("asks: Why?", f"asks: {'w' * 5001}", "wwww", "under 'sections.2.questions.2.asks' a text of at most 5,000 "
         "characters is needed, found 5,001"),
    ],
)  # fmt: skip
def test_a_fault_is_said_once_with_its_row(old, new, part, says):
    text = changed(old, new)
    found = faults(text)
    assert len(found) == 1
    if part is not None:
        assert f"row {row_of(text, part)}:" in found[0]
    if says is not None:
        assert found[0].endswith(f": {says}")


def test_everything_that_is_wrong_is_said_at_once():
    text = changed("title: How is it going?", "titel: x").replace("scale: much}", "scale: mch}")
    text = text.replace("who: The team", "who: The team\nwho: &x Us").replace("id: why", "id: used")
    found = faults(text)
    assert [re.sub(r"^ours.yaml(, row \d+)?: ", "", each)[:40] for each in found] == [
        "'title' is needed",
        "'titel' is not known here; did you mean ",
        "'who' stands twice in one place; keep on",
        "write it out in full; references to anot",
        "under 'sections.1.questions.2.scale' the",
        "under 'sections.2.questions.2.id' a shor",
        "under 'sections.2.questions.4.calls_for.",
    ]


def test_a_bomb_of_references_is_refused_at_once():
    text = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert any("references to another place" in each for each in faults(text))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FaultyInput, match="there is no file"):
        instruments_in_files.read(tmp_path / "nowhere.yaml")


# In other words


def test_an_overlay_is_another_edition_in_other_words(folder):
    (folder / "our-survey.ward-7.yaml").write_text(OVERLAY)
    plain, over = (instruments_in_files.find("our-survey", edition, folder=folder) for edition in ("1", "ward-7"))
    assert [question.asks for question in over.questions[:3]] == [
        "Is it clear on ward 7?",
        "Are you used to it?",
        "How many are you?",
    ]
    assert (over.questions[0].plain, plain.questions[0].plain) == ("", "Do you get it?")
    assert over.questions[1].help == "Think of last week"
    assert [option.says for option in over.scales[0].options] == ["We agree", "I do not"]
    assert over.cautions == ("It is ours", "It is young on ward 7")
    assert over.sections[0].title == "Ward 7 first"
    assert over.scales[0].options[0].points == 2
    assert instruments_in_files.library(folder)["our-survey"] == plain
    assert instruments_in_files.read(folder / "our-survey.ward-7.yaml") == over


def test_an_overlay_may_lie_over_an_overlay(folder):
    (folder / "our-survey.ward-7.yaml").write_text(OVERLAY)
    (folder / "our-survey.bay-2.yaml").write_text(
        "overlay_of: our-survey\nof_edition: ward-7\nedition: bay-2\nquestions: {used: In bay 2?}\n"
    )
    found = instruments_in_files.find("our-survey", "bay-2", folder=folder)
    assert [question.asks for question in found.questions[:2]] == ["Is it clear on ward 7?", "In bay 2?"]


def test_overlays_in_a_circle_are_refused(tmp_path):
    for name, of in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "d")):
        (tmp_path / f"{name}.yaml").write_text(f"id: {name}\noverlay_of: {of}\nedition: 1\n")
    with pytest.raises(FaultyInput) as raised:
        instruments_in_files.library(tmp_path)
    assert [str(fault) for fault in raised.value.faults] == [
        "c.yaml, row 2: overlays are laid over one another in a circle: a 1 → b 1 → c 1 → a 1",
        "d.yaml, row 2: overlays are laid over one another in a circle: d 1 → d 1",
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("overlay_of: our-survey", "overlay_of: our-survy", "row 1: there is no instrument 'our-survy'; did you mean "
        "'our-survey'?"),
        ("edition: ward-7", "edition: 1", "row 2: there is an edition '1' of 'our-survey' already; give this one "
        "another edition"),
        ("edition: ward-7", "edition: x\nof_edition: y",
         "row 3: there is no edition of 'our-survey' called 'y'; there are: 1, x"),
        ("clear: Is", "cleer: Is", "row 4: there is no question 'cleer' in what this is laid over; did you mean "
        "'clear'?"),
        ("agree: We", "agre: We", "row 7: there is no answer 'agre' in what this is laid over; did you mean 'agree'?"),
        ("agree: We agree", "agree: I do not", "words of their own are needed for each answer; 'I do not' is given "
        "already"),
        ('"", It is', 'x, y, It is', "row 9: there are 3 here, and 2 in 'our-survey'; give them in its order"),
        ("used: {asks", "used: {says", "row 5: 'questions.used.says' is not known here; the fields are: asks, plain, "
        "short, "
         "help, options"),
        ("sections: {first", "sections: {Erst", "row 8: under 'sections.Erst' a short name of small letters (a to z), "
        "digits, "
         "points, _ and - is needed, 64 at most, found 'Erst'"),
        ("overlay_of: our-survey", "overlay_of: our-survey\noverlay_of: x", "row 2: 'overlay_of' stands twice in one "
        "place; "
         "keep one of them"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_overlay_is_said_with_its_row(folder, old, new, says):
    assert old in OVERLAY
    (folder / "over.yaml").write_text(OVERLAY.replace(old, new))
    with pytest.raises(FaultyInput) as raised:
        instruments_in_files.library(folder)
    assert [str(fault).partition("over.yaml")[2].lstrip(",: ") for fault in raised.value.faults] == [says]


def test_a_translation_falls_back_to_english_text_by_text(folder):
    (folder / "our-survey.cy.yaml").write_text(TRANSLATION)
    found = instruments_in_files.find("our-survey", language="cy", folder=folder)
    assert (found.id, found.edition, found.language, found.title) == ("our-survey", "1", "cy", "Sut mae'n mynd?")
    assert [(one.asks, one.plain) for one in found.questions[:2]] == [
        ("A yw'n glir?", "Clir?"),
        ("How used are you to it?", ""),
    ]
    assert [option.says for option in found.scales[0].options] == ["Cytuno", "Anghytuno"]
    assert [reason.says for reason in found.scales[0].thirds[0].reasons] == ["Amherthnasol i mi", "Not relevant yet"]
    assert instruments_in_files.read(folder / "our-survey.cy.yaml") == found


def test_two_translations_into_one_language_are_refused(folder):
    for name in ("a.yaml", "b.yaml"):
        (folder / name).write_text(TRANSLATION)
    with pytest.raises(
        FaultyInput, match=r"b.yaml, row 2: there is a translation of 'our-survey', edition '1', into 'cy'"
    ):
        instruments_in_files.library(folder)


def test_a_language_or_edition_that_is_not_there_is_said(folder):
    with pytest.raises(NotFound, match="There is no translation of 'our-survey' called 'cy'"):
        instruments_in_files.find("our-survey", language="cy", folder=folder)
    with pytest.raises(NotFound, match="There is no edition of 'our-survey' called '2'"):
        instruments_in_files.find("our-survey", "2", folder=folder)


def test_the_edition_in_use_lies_in_the_file_of_its_id(folder):
    (folder / "our-survey.0.yaml").write_text(changed('edition: "1"', "edition: 0"))
    assert instruments_in_files.library(folder)["our-survey"].edition == "1"
    assert instruments_in_files.find("our-survey", "0", folder=folder).edition == "0"


def test_what_lies_over_a_file_with_faults_is_not_said_to_lie_over_nothing(folder):
    (folder / "our-survey.yaml").write_text(changed("who: The team\n", ""))
    (folder / "over.yaml").write_text(OVERLAY)
    with pytest.raises(FaultyInput) as raised:
        instruments_in_files.library(folder)
    assert [str(fault) for fault in raised.value.faults] == ["our-survey.yaml: 'who' is needed"]


# For editors


def test_the_schema_knows_every_field_and_no_other():
    made = schema()["$defs"]
    assert set(made["Instrument"]["properties"]) == set(Instrument.model_fields)
    assert not any(part.get("additionalProperties", False) is True for part in made.values())
    told = {f"{name}.{field}" for name in ("Instrument", "Question", "Scale") for field in made[name]["properties"]
            if "description" in made[name]["properties"][field]}  # fmt: skip
    assert {"Instrument.licence", "Question.calls_for", "Question.asks", "Scale.step"} <= told


def test_the_schema_takes_what_is_taken():
    made = schema()["$defs"]
    assert made["Question"]["properties"]["needed"]["enum"] == [True, False, "yes", "no"]
    assert made["Instrument"]["properties"]["edition"]["type"] == ["string", "number"]
    worded = made["Overlay"]["properties"]["questions"]["additionalProperties"]
    assert worded == {"anyOf": [{"type": ["string", "number"]}, {"$ref": "#/$defs/QuestionWords"}]}
    assert made["Overlay"]["required"] == ["overlay_of", "edition"]
