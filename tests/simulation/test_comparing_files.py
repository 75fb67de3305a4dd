"""A what-if as a file: read, written back, and its faults with their rows; and asked of a programme, whole."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from takeroot import examples
from takeroot.errors import FaultyInput, NotEnough, TakerootError
from takeroot.simulation import SPREAD, parameters
from takeroot.simulation.comparing import ask, in_files
from takeroot.simulation.comparing.kept import Kept
from takeroot.simulation.comparing.offered import OFFERED
from takeroot.simulation.comparing.ranges import ranges_of
from takeroot.vocabulary.programme import Programme

WHOLE = """
question: Shall we hire facilitators, or seed hubs?
expects: Facilitators.
months: 24
replicates: 128
seed: 4
choices:
  - name: Facilitators
    levers:
      - lever: more facilitators
        size: 2
        since: 2026-04
        until: 2027-04-15
        cost_a_month: 900
        effort_a_site: 1.5
  - name: Hubs and pairs
    levers:
      - lever: seed_hubs
      - lever: connect_sites
        size: 3
        kind: visits
  - name: A mandate in the north
    levers:
      - lever: mandate
        size: 3
        moves: not reached -> exploring
        regions: north
      - {lever: room_to_adapt, size: 2}
      - {lever: stop_other_work, works: [Old rota, Audit]}
  - name: Our own
    levers:
      - lever: own_terms
        name: Visits
        adds: {"not_reached -> exploring: peers any": 0.5}
"""


def read(text: str) -> in_files.Question:
    return in_files.from_yaml("choices.yaml", text.encode())


def test_every_lever_of_a_file_becomes_what_it_says() -> None:
    now, facilitators, hubs, mandate, own = read(WHOLE).all_choices

    assert now.name == "As it is now" and not now.strategies
    (one,) = facilitators.strategies
    assert dict(one.adds) == {"capacity: a month": 2} and (one.cost_a_month, one.effort_a_site) == (900, 1.5)
    assert f"{one.since} {one.until}" == "2026-04-01 2027-04-01"
    assert hubs.strategies[0].seeds.hubs == 3 and hubs.strategies[1].connects.kind == "visits"  # type: ignore[union-attr]
    assert dict(mandate.strategies[0].adds) == {"not_reached → exploring": math.log(3)}
    assert mandate.strategies[0].regions == ("north",)
    assert dict(mandate.strategies[1].adds) == {"fit: adaptation": math.log(2)}
    assert mandate.strategies[2].stops == ("Old rota", "Audit")
    assert dict(own.strategies[0].adds) == {"not_reached → exploring: peers any": 0.5}


def test_a_file_is_written_and_read_back_alike() -> None:
    asked = read(WHOLE)

    assert in_files.from_yaml("again.yaml", in_files.to_yaml(asked).encode()) == asked


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("just words", "lines such as 'question: What if we ...\\?' and 'choices:' are needed"),
        ("choices: []", "two to five choices"),
        ("mons: 3\nchoices: [{name: A}, {name: B}]", "row 1: 'mons' is not known here; did you mean 'months'"),
        ("months: 0\nchoices: [{name: A}, {name: B}]", "row 1: under 'months' a number of at least 1"),
        ("choices:\n  - name: A\n    levers:\n      - lever: mandat", "row 4: .*Did you mean 'mandate'"),
        ("choices:\n  - name: A\n    levers:\n      - {lever: mandate, size: 0}", "row 4: .*a size above nothing"),
        ("choices:\n  - name: A\n    levers:\n      - {lever: seed_hubs, size: 1.5}", "row 4: .*a whole number"),
        ("choices:\n  - name: A\n    levers:\n      - {lever: stop_other_work}", "row 4: .*names of the work"),
        ("choices:\n  - name: A\n    levers:\n      - {lever: own_terms}", "row 4: .*needs what it adds"),
        ("choices:\n  - name: A\n    levers:\n      - {lever: mandate, since: 2026-13}", "row 4: .*a month such as"),
        (
            "choices:\n  - name: A\n    levers:\n      - {lever: mandate, since: 2026-05, until: 2026-05}",
            "row 4: .*over before it begins",
        ),
        (
            "choices:\n  - name: A\n    levers:\n      - {lever: more_facilitators, regions: north}",
            "row 4: .*one for all sites",
        ),
        ("choices:\n  - name: A\n    levers:\n      - {lever: mandate, works: x}", "row 4: .*has no 'works'"),
        ("choices:\n  - name: A\n    levers:\n      - {lever: mandate, cost_a_month: -1}", "at least 0"),
        ("choices:\n  - name: A\n    levers:\n      - {lever: mandate, since: 9999-01}", "row 4: .*1970 to 2200"),
        ("as_it_is_now: maybe\nchoices: [{name: A}, {name: B}]", "row 1: under 'as_it_is_now' yes or no is needed"),
        (f"choices:\n  - name: {'n' * 200}\n  - name: B", "row 2: .*at most 120 letters"),
        ("choices:\n  - name: A\n  - name: A", "'A' twice"),
        ("choices:\n  - levers: []", "row 2: 'choices.1.name' is needed"),
    ],
)
def test_a_fault_says_where_it_is_and_what_to_do(text: str, says: str) -> None:
    with pytest.raises(FaultyInput, match=says):
        read(text)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TakerootError, match="can not be read: No such file"):
        in_files.read(tmp_path / "none.yaml")


def test_as_it_is_now_is_left_out_where_a_file_says_so() -> None:
    text = "choices:\n  - {name: A, levers: [{lever: mandate}]}\n  - {name: B, levers: [{lever: room_to_adapt}]}"

    assert [one.name for one in read(text).all_choices] == ["As it is now", "A", "B"]
    assert [one.name for one in read(f"as_it_is_now: no\n{text}").all_choices] == ["A", "B"]
    assert [one.name for one in read(f"{text}\n  - name: No change").all_choices] == ["A", "B", "No change"]


@pytest.mark.parametrize("word", OFFERED)
def test_every_lever_is_offered_in_words(word: str) -> None:
    one = OFFERED[word]

    assert one.title and one.says.endswith(".")
    assert (one.usual is None) == (not one.size)


def test_every_number_of_the_model_has_a_range_that_it_may_have() -> None:
    ranges = ranges_of(SPREAD)

    assert set(ranges) == set(parameters.values(SPREAD))
    for name, ends in ranges.items():
        assert ends[0] <= parameters.values(SPREAD)[name] <= ends[1]
        for end in ends:
            parameters.changed(SPREAD, {name: end})


QUESTION = read(
    "question: Mandate?\nmonths: 12\nreplicates: 100\nchoices:\n"
    "  - {name: Mandate, levers: [{lever: mandate, size: 3}]}\n"
    "  - {name: Room, levers: [{lever: room_to_adapt, until: 2001-01}]}"
)


def test_a_programme_with_moves_enough_is_fitted_and_the_answer_is_kept_alike() -> None:
    told: list[tuple[float, str]] = []

    answer = ask(examples.load("synthetic"), QUESTION, sweep=None, progress=lambda *one: told.append(one))

    assert "The model is fitted to 61 sites" in answer.basis.says[0] and len(answer.basis.models) == 50
    assert answer.comparison.case.replicates == 100
    assert answer.remarks and "Room changes nothing" in answer.remarks[0]
    assert [share for share, _ in told] == sorted(share for share, _ in told) and told[-1][0] == 1.0
    kept = Kept.of(answer)
    assert Kept.from_json(kept.to_json()) == kept
    assert kept.answer in kept.words and "assumed, not estimated" in " ".join(kept.assumes)
    assert set(kept.frame("groups")["by"]) >= {"region", "deprivation", "size"}
    table = answer.table()
    assert table["against"].null_count() == 9 and set(table["against"]) == {None, "As it is now", "Mandate"}


def test_a_programme_with_few_moves_uses_stated_assumptions_and_says_so_first() -> None:
    answer = ask(examples.load("frailsafe"), QUESTION, sweep=None)

    assert str(answer).startswith("Nothing is fitted: the record shows 0 moves")
    assert answer.basis.models == (SPREAD,)


def test_too_few_sites_have_no_what_if() -> None:
    few = Programme.kept(
        examples.load("frailsafe").about.model_copy(),
        {
            **examples.load("frailsafe").tables,
            "sites": examples.load("frailsafe").sites.head(3),
            "stages": examples.load("frailsafe").stages.filter(
                examples.load("frailsafe")
                .stages["site"]
                .is_in(examples.load("frailsafe").sites["site"].head(3).implode())
            ),
        },
        {},
    )

    with pytest.raises(NotEnough, match=r"at least 5 sites.*there are 3"):
        ask(few, QUESTION)


def test_a_fault_of_the_whole_names_no_place_within_it() -> None:
    with pytest.raises(FaultyInput) as caught:
        read("question: q\nchoices: []\n")

    assert str(caught.value).startswith("choices.yaml: A what-if compares two to five choices")
