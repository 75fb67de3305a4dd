"""A programme's own instruments: they travel with it, lie where they belong, and nothing hostile comes in with them."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vocabulary.own_instruments import OVERLAY, OWN, TRANSLATION

from takeroot import Programme
from takeroot.errors import FaultyInput
from takeroot.vocabulary import instruments_in_files, own_editions, own_instruments
from takeroot.vocabulary.own_editions import Which, placed
from takeroot.vocabulary.own_instruments import library_of, tidied

FILES = {
    "our-survey.yaml": tidied(OWN),
    "our-survey.ward-7.yaml": tidied(OVERLAY),
    "our-survey.cy.yaml": tidied(TRANSLATION),
}
ROUND = {"round": ["r"], "instrument": ["our-survey"], "edition": ["ward-7"], "subject": ["programme"]}
ANSWERS = {"round": ["r"], "respondent": ["a"], "question": ["clear"], "answer": ["agree"]}


def faults(**said) -> list[str]:
    with pytest.raises(FaultyInput) as raised:
        Programme("Falls", **said)
    return [str(fault) for fault in raised.value.faults]


@pytest.mark.parametrize("name", ["falls", "falls.zip", "falls.xlsx"])
def test_what_was_written_is_read_back_alike(tmp_path, name):
    made = Programme("Falls", instruments=FILES, rounds=ROUND, answers=ANSWERS)
    read = Programme.read(made.write(tmp_path / name))
    assert read == made and read.instruments == dict(sorted(FILES.items()))
    assert read.library.find("our-survey", "ward-7").questions[0].asks == "Is it clear on ward 7?"
    assert read.library.find("our-survey", "1", "cy").title == "Sut mae'n mynd?"
    assert read.remarks == []


def test_programmes_that_differ_in_their_instruments_are_not_the_same():
    assert Programme("Falls", instruments=FILES) != Programme("Falls")


def test_the_folder_of_a_programme_is_a_folder_of_instruments(tmp_path):
    Programme("Falls", instruments=FILES).write(tmp_path / "falls")
    Programme("Sepsis").write(tmp_path / "sepsis")
    assert instruments_in_files.find("our-survey", "ward-7", folder=tmp_path / "falls").wording == "paraphrase"
    assert "our-survey" not in instruments_in_files.library(tmp_path / "sepsis")


def test_a_folder_that_is_written_again_keeps_no_instrument_of_before(tmp_path):
    Programme("Falls", instruments=FILES).write(tmp_path / "falls")
    (tmp_path / "falls" / "instruments" / "README.txt").write_text("Ask Ana.")
    Programme("Falls", instruments={"our-survey.yaml": OWN}).write(tmp_path / "falls")
    assert sorted(path.name for path in (tmp_path / "falls" / "instruments").iterdir()) == [
        "README.txt",
        "our-survey.yaml",
    ]
    assert list(Programme.read(tmp_path / "falls").instruments) == ["our-survey.yaml"]


def test_a_zip_around_one_folder_is_read_with_its_instruments(tmp_path):
    with zipfile.ZipFile(tmp_path / "falls.zip", "w") as made:
        made.writestr("falls/programme.yaml", "name: Falls\n")
        made.writestr("falls/instruments/our-survey.yaml", OWN)
    assert list(Programme.read(tmp_path / "falls.zip").instruments) == ["our-survey.yaml"]


@pytest.mark.parametrize("name", ["elsewhere/a.yaml", "instruments/deeper/a.yaml", "instruments/../a.yaml"])
def test_no_other_folder_is_read(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "falls.zip", "w") as made:
        made.writestr("programme.yaml", "name: Falls\n")
        made.writestr(name, OWN)
    with pytest.raises(FaultyInput, match=r"lies in a folder of its own|could lead out of the zip"):
        Programme.read(tmp_path / "falls.zip")


def test_answers_are_judged_by_the_programmes_own_instruments():
    wrong = ANSWERS | {"answer": ["perhaps"]}
    assert faults(instruments=FILES, rounds=ROUND, answers=wrong) == [
        "Answers, row 1, column 'answer': to 'clear' of 'our-survey' (edition ward-7) one of agree, no, "
        "not-relevant:role, not-relevant:stage is needed, found 'perhaps'"
    ]
    assert Programme("Falls", rounds=ROUND, answers=wrong).remarks != []


def test_every_fault_of_every_file_is_said_with_its_row(tmp_path):
    made = Programme("Falls", instruments=FILES).write(tmp_path / "falls")
    bad = OWN.replace("scale: much", "scale: mch").replace("needed: yes", "needed: perhaps")
    (made / "instruments" / "our-survey.yaml").write_text(bad)
    with pytest.raises(FaultyInput) as raised:
        Programme.read(made)
    assert [str(fault).partition(":")[0] for fault in raised.value.faults] == [
        "instruments/our-survey.yaml, row 40",
        "instruments/our-survey.yaml, row 41",
    ]


def test_files_of_names_that_lead_elsewhere_are_refused(tmp_path):
    Programme("Falls", instruments=FILES).write(tmp_path / "falls.xlsx")
    book = openpyxl.load_workbook(tmp_path / "falls.xlsx")
    for row in book["instruments"].iter_rows(min_row=2):
        if row[0].value == "our-survey.yaml":
            row[0].value = "../../our-survey.yaml"
    book.save(tmp_path / "falls.xlsx")
    with pytest.raises(FaultyInput, match=r"a name of letters and digits is needed, such as 'our-survey.yaml'"):
        Programme.read(tmp_path / "falls.xlsx")


def test_more_than_fits_is_refused_before_it_is_read():
    many = {f"a{number}.yaml": OWN for number in range(101)}
    assert "instruments: a programme has at most 100 instruments of its own" in faults(instruments=many)[0]
    large = {f"a{number}.yaml": "x" * 2**19 for number in range(5)}
    assert faults(instruments=large) == ["instruments: the instruments of a programme hold at most 2 MiB together"]


def test_two_files_that_differ_by_capitals_alone_are_refused():
    told = faults(instruments={"our-survey.yaml": OWN, "Our-Survey.yaml": OWN})
    assert told == ["instruments/Our-Survey.yaml: two files have this name, but for capitals; give one another name"]


# Where they lie


def test_the_edition_that_comes_in_is_in_use_and_that_of_before_lies_beside_it():
    first = placed({}, {"survey.yaml": tidied(OWN)})
    second = placed(first.texts, {"newer.yaml": tidied(OWN.replace('edition: "1"', 'edition: "2 (new)"'))})
    assert second.new == (Which("our-survey", "2 (new)"),)
    assert sorted(second.texts) == ["our-survey.1.yaml", "our-survey.yaml"]
    assert library_of(second.texts).in_use["our-survey"] == "2 (new)"
    back = own_editions.in_use_after(second.texts, "our-survey", "1")
    assert library_of(back).in_use["our-survey"] == "1" and library_of(back).faults == ()


def test_of_several_at_once_that_is_in_use_which_lies_in_the_file_of_its_id():
    made = placed({}, FILES)
    assert library_of(made.texts).in_use["our-survey"] == "1" and not library_of(made.texts).faults
    assert placed(made.texts, FILES).sent == {}


def test_what_is_laid_over_another_says_over_which_and_stays_there():
    made = placed({}, FILES)
    assert own_instruments.looked("a.yaml", made.texts["our-survey.ward-7.yaml"]).holds.of_edition == "1"
    newer = OWN.replace('edition: "1"', 'edition: "2"').replace("Is it clear?", "Is it plain?")
    after = library_of(placed(made.texts, {"newer.yaml": tidied(newer)}).texts)
    before = library_of(made.texts)
    assert after.editions["our-survey", "ward-7"] == before.editions["our-survey", "ward-7"]
    assert after.find("our-survey", "1", "cy") == before.find("our-survey", "1", "cy")
    assert ("our-survey", "2") not in after.translations


def test_other_words_for_what_takeroot_brings_are_set_aside_again():
    made = placed({}, {"npt.yaml": "{overlay_of: npt, edition: ours, title: How normal is it?}\n"})
    library = library_of(made.texts)
    assert library.find("npt").title == "How normal is it?" and library.find("npt").edition == "ours"
    assert library.find("npt", "1").title != "How normal is it?"
    assert library_of(own_editions.in_use_after(made.texts, "npt", "1")).find("npt").edition == "1"


def test_ids_with_points_do_not_take_the_places_of_editions():
    one, two = (tidied(OWN.replace("our-survey", name)) for name in ("ours", "ours.1"))
    texts = placed({}, {"a.yaml": one}).texts
    texts = placed(
        texts, {"b.yaml": tidied(OWN.replace("our-survey", "ours").replace('edition: "1"', "edition: 2"))}
    ).texts
    texts = placed(texts, {"c.yaml": two}).texts
    library = library_of(texts)
    assert library.faults == () and len(texts) == 3
    assert (library.in_use["ours"], library.in_use["ours.1"]) == ("2", "1")


def test_one_edition_in_two_files_of_a_batch_is_refused():
    with pytest.raises(
        FaultyInput, match=r"b.yaml: 'our-survey', edition '1' stands in 'a.yaml' too; send one of them"
    ):
        placed({}, {"a.yaml": tidied(OWN), "b.yaml": tidied(OWN.replace("Is it clear?", "Is it?"))})


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "a.1", "b"]), st.sampled_from(["1", "2", "1/é", "A"])), min_size=1, max_size=8
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_comes_in_after_another_nothing_is_lost(editions):
    texts: dict[str, str] = {}
    for name, edition in editions:
        said = OWN.replace("our-survey", name).replace('edition: "1"', f"edition: '{edition}'")
        texts = placed(texts, {"sent.yaml": tidied(said)}).texts
    library = library_of(texts)
    assert library.faults == ()
    assert {of for of in library.editions if of[0] in ("a", "a.1", "b")} == set(editions)
    assert all(own_instruments.taken({name: b""})[1] == () for name in texts)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a: 1\r\nb: 2\r", "a: 1\nb: 2\n"), ("\ufeffa: 1", "a: 1\n"), ("a: 1  \n\n \n", "a: 1\n")],
)
def test_ends_of_lines_and_files_are_kept_alike(text, kept):
    assert tidied(text) == kept == tidied(kept)
