"""What notes are coded to, whether a passage still stands, and how far coders agree."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takeroot import Programme
from takeroot.analysis import explanation
from takeroot.analysis.assessment import krippendorff
from takeroot.analysis.explanation.coded import NOTHING, figures, placed, sentences

TEXT = "One is one. Two is two. Three is three. Four is four."


def coded(codings: list[tuple[str, str, int | None, int | None]], text: str = TEXT, passages: Any = None) -> Programme:
    columns = zip(*codings, strict=True)
    named = dict(zip(("coder", "construct", "start", "end"), map(list, columns), strict=True))
    notes = {"on": ["2024-05-01"], "title": ["A visit"], "text": [text], "id": ["a"]}
    more = {"passage": passages} if passages else {}
    return Programme("Falls", notes=notes, codings={"note": ["notes:a"] * len(codings), **named, **more})


def test_kappa_is_the_published_one():
    """Cohen 1960 as worked in many textbooks: 20 both, 5 and 10 apart, 15 neither: 0.4."""
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    found = figures(pairs)
    assert found["observed"] == 0.7 and round(found["kappa"], 10) == 0.4


def test_alpha_is_the_published_one():
    """Krippendorff 2011, section B: two observers, ten units of 0 and 1: alpha 0.095."""
    meg, owen = "0100000010", "1110010000"
    found = figures([(a == "1", b == "1") for a, b in zip(meg, owen, strict=True)])
    assert round(found["alpha"], 3) == 0.095


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=25))
def test_alpha_is_that_of_krippendorff_in_general(pairs):
    ratings = {
        "rater": ["one"] * len(pairs) + ["other"] * len(pairs),
        "thing": [str(nth) for nth in range(len(pairs))] * 2,
        "value": [str(a) for a, _ in pairs] + [str(b) for _, b in pairs],
    }
    general = krippendorff(ratings, replicates=0)["alpha"].item()
    found = figures(pairs)["alpha"]
    assert (found is None) == (general is None)
    assert found is None or found == pytest.approx(general)


def test_perfect_agreement_is_one_and_agreement_by_chance_alone_has_no_figure():
    assert figures([(True, True), (False, False)])["kappa"] == 1.0
    alike = figures([(False, False)] * 5)
    assert alike["observed"] == 1.0 and alike["kappa"] is None and alike["alpha"] is None


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_agreement_is_the_same_whoever_is_first(pairs):
    turned = figures([(b, a) for a, b in pairs])
    found = figures(pairs)
    assert {name: found[name] for name in ("both", "neither", "observed")} == {
        name: turned[name] for name in ("both", "neither", "observed")
    }
    assert (found["kappa"] is None) == (turned["kappa"] is None)
    assert found["kappa"] is None or found["kappa"] == pytest.approx(turned["kappa"])


@given(st.text(alphabet="ab .!?\n…'", max_size=60))
def test_sentences_cover_every_letter_and_lie_one_after_another(text):
    spans = sentences(text)
    kept = {place for start, end in spans for place in range(start, end)}
    assert all(place in kept for place, letter in enumerate(text) if not letter.isspace())
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_two_coders_are_compared_sentence_by_sentence_with_the_number_of_them():
    told = coded([("Ana", "Fit", 0, 11), ("Ana", "Fit", 12, 23), ("Ben", "Fit", 3, 5), ("Ben", "Work", 24, 39)])
    found = explanation.coders_agree(told)
    assert found.select("construct", "sentences", "both", "one_alone", "other_alone", "neither").rows() == [
        ("Fit", 4, 1, 1, 0, 2),
        ("Work", 4, 0, 0, 1, 3),
        (None, 8, 1, 1, 1, 5),
    ]


def test_who_found_nothing_to_code_is_compared_too():
    told = coded([("Ana", "Fit", 0, 11), ("Ben", NOTHING, None, None)])
    found = explanation.coders_agree(told)
    assert found.select("construct", "sentences", "both", "one_alone").rows() == [("Fit", 4, 0, 1), (None, 4, 0, 1)]


def test_a_note_that_only_one_coded_is_not_compared():
    assert not explanation.coders_agree(coded([("Ana", "Fit", 0, 11), ("Ana", "Work", 0, 11)])).height


def test_a_passage_that_moved_is_found_and_one_that_is_gone_leaves_its_note_out():
    moved = coded([("Ana", "Fit", 0, 11), ("Ben", "Fit", 0, 11)], f"So. {TEXT}", ["One is one.", "One is one."])
    assert explanation.coded(moved).select("state", "now_start", "start").rows() == [("moved", 4, 0)] * 2
    assert explanation.coders_agree(moved)["both"].to_list()[0] == 1
    gone = coded([("Ana", "Fit", 0, 11), ("Ben", "Fit", 0, 11)], "All new.", ["One is one.", "One is one."])
    assert explanation.coded(gone)["state"].to_list() == ["no longer there"] * 2
    assert not explanation.coders_agree(gone).height


def test_words_that_stand_twice_elsewhere_are_not_guessed_at():
    assert placed("We met. We met.", "We met.", 40, 47) == ("no longer there", None, None)
