"""Whoever looks again and again, after every round and after answers were thrown away, learns nothing of a few people.

The attacker of :mod:`tests.analysis.test_assessment_attack` keeps all that was ever published, and adds and subtracts
over looks as well. Rounds promise different floors, close in any order, and some are thrown away.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from tests.analysis.asked import LATER
from tests.analysis.test_assessment_attack import OURS, QUESTIONS, Truth, found_out, made_up

from takeroot.analysis import assessment
from takeroot.analysis.assessment.grouping import AFTER, BEFORE, BOTH

FIRST = date(2024, 1, 1)


def frame_of(names: list[str], floors: dict[str, int], gone: set[str]) -> pl.DataFrame:
    """Rounds in the order in which they closed, with what each promised."""
    moments = {name: datetime(2024, 1, 1) + timedelta(days=nth) for nth, name in enumerate(names)}
    return pl.DataFrame(
        {
            "round": names,
            "instrument": [OURS.id] * len(names),
            "edition": [OURS.edition] * len(names),
            "subject": ["programme"] * len(names),
            "closes": [FIRST] * len(names),  # what the row says of the day may be the same of all
            "floor": [floors[name] for name in names],
            "shown_from": [moments[name] for name in names],
            "thrown_away": [name in gone for name in names],
        }
    )


def look(truth: Truth, names: list[str], floors: dict[str, int], gone: set[str]) -> pl.DataFrame:
    """What is published once these rounds have closed, and some of them are thrown away."""
    there = truth.answers().filter(pl.col("round").is_in([name for name in names if name not in gone]))
    return assessment.counts(OURS, frame_of(names, floors, gone), there, as_at=LATER, by=truth.by)


def sums_of(truth: Truth, published: pl.DataFrame, question: str) -> list[dict[tuple[str, str], int]]:
    """The sums over known people that counts of a question are."""
    keys = ["round", "question", "breakdown", "group", "beside"]
    sums = []
    for (round_, _, breakdown, group, beside), rows in published.filter(question=question).group_by(keys):
        who = truth.group(round_, question, breakdown, group, beside)
        said = who & truth.answered(round_, question)
        assert rows.filter(state="answer")["n"].sum() == len(said)
        sums.append({(round_, one): 1 for one in said})
        if rows.filter(state="moved").height:
            sums.append({**{(round_, one): 1 for one in said}, **{(beside, one): -1 for one in said}})
    return sums


def every_look(truth: Truth, seed: int) -> list[pl.DataFrame]:
    """All that is published over the years: after each closing, and after each time that answers were thrown away."""
    draw = np.random.Generator(np.random.Philox(seed + 10_000))
    names = list(truth.rounds)
    floors = {name: int(draw.integers(5, 10)) for name in names}
    gone: set[str] = set()
    looks = []
    for nth in range(len(names)):
        if nth > 1 and draw.random() < 0.5:
            gone.add(names[int(draw.integers(nth - 1))])
            looks.append(look(truth, names[:nth], floors, gone))
        looks.append(look(truth, names[: nth + 1], floors, gone))
    return looks


def learned(truth: Truth, looks: list[pl.DataFrame]) -> list[set[tuple[str, str]]]:
    """Groups under five that all looks together give away."""
    found = []
    for question in QUESTIONS:
        sums = [one for published in looks for one in sums_of(truth, published, question)]
        different = [dict(one) for one in {tuple(sorted(one.items())) for one in sums if one}]
        found += found_out(different, 5)
    return found


@pytest.mark.parametrize("seeds", [range(40), pytest.param(range(40, 600), marks=pytest.mark.slow)], ids=["40", "560"])
def test_no_small_group_can_be_worked_out_of_all_that_was_ever_shown(seeds: range):
    several, beside, thrown = 0, 0, 0
    for seed in seeds:
        truth = made_up(seed)
        looks = every_look(truth, seed)
        assert learned(truth, looks) == [], seed
        several += len([one for one in looks if one.height]) > 1
        beside += any(set(one["breakdown"]) & {BEFORE, AFTER} for one in looks)
        thrown += len(looks) > len(truth.rounds)
    assert min(several, beside, thrown) > len(seeds) / 20  # there was something to learn from


def everyone_answers(rounds: dict[str, dict[str, str]]) -> Truth:
    """Rounds in which people with these roles answered everything."""
    truth = Truth(5, ("role",))
    for name, roles in rounds.items():
        about = {who: {"role": role, "place": None, **dict.fromkeys(QUESTIONS, "3")} for who, role in roles.items()}
        truth.rounds[name] = about
    return truth


def test_a_larger_floor_of_a_later_round_does_not_let_another_breakdown_through():
    """By one floor roles are shown and not who came back; by the larger one it would be the other way round."""
    first = {f"p{n:02}": "nurse" if n < 6 else "doctor" for n in range(20)}
    second = {f"p{n:02}": "nurse" for n in range(8)} | {f"q{n:02}": "nurse" for n in range(12)}
    truth = everyone_answers({"r1": first, "r2": second})
    floors = {"r1": 5, "r2": 8}

    before, after = (look(truth, names, floors, set()) for names in (["r1"], ["r1", "r2"]))

    mine = after.filter(pl.col("round") == "r1")
    assert set(before["breakdown"]) == {"everyone", "role"} == set(mine["breakdown"])
    assert before.rows() == mine.rows()
    assert learned(truth, [before, after]) == []
    at_once = assessment.counts(
        OURS, frame_of(["r1", "r2"], {"r1": 8, "r2": 8}, set()), truth.answers(), as_at=LATER, by=truth.by
    )
    assert learned(truth, [before, at_once]) != []  # what is guarded against


def test_what_was_thrown_away_lets_nothing_else_through():
    roles = {f"p{n:02}": "nurse" for n in range(20)}
    third = {f"p{n:02}": "nurse" for n in [*range(4), *range(10, 20)]}
    truth = everyone_answers({"r1": dict(list(roles.items())[:10]), "r2": roles, "r3": third})
    floors = dict.fromkeys(truth.rounds, 5)

    looks = [look(truth, ["r1", "r2"], floors, set()), look(truth, ["r1", "r2", "r3"], floors, {"r1"})]

    assert looks[0].filter(pl.col("group") == BOTH).height
    assert not looks[1].filter(pl.col("group") == BOTH).height
    assert learned(truth, looks) == []
    forgotten = look(truth, ["r2", "r3"], floors, set())
    assert learned(truth, [looks[0], forgotten]) != []  # what is guarded against


def test_a_round_with_a_moment_of_its_own_is_shown_from_then_on_and_from_no_day_in_its_row():
    truth = everyone_answers({"r1": {f"p{n}": "nurse" for n in range(9)}})
    frame = frame_of(["r1"], {"r1": 5}, set())
    told = {"answers": truth.answers(), "as_at": date(2024, 1, 1), "by": ("role",)}

    assert assessment.counts(OURS, frame, **told).height
    later = frame.with_columns(shown_from=pl.lit(datetime(2024, 1, 2)))
    never = frame.with_columns(shown_from=pl.lit(None, pl.Datetime))
    assert not assessment.counts(OURS, later, **told).height
    assert not assessment.counts(OURS, never, **told).height
    seen = assessment.shown(OURS, never, truth.answers(), as_at=date(2030, 1, 1))
    assert seen.select("shown", "answered", "invited").row(0) == (False, None, None)


def test_rounds_of_another_series_are_not_set_beside_each_other():
    people = {f"p{n}": "nurse" for n in range(9)}
    truth = everyone_answers({"r1": people, "r2": people})
    frame = frame_of(["r1", "r2"], {"r1": 5, "r2": 5}, set())
    assert assessment.counts(OURS, frame, truth.answers(), as_at=LATER).filter(pl.col("group") == BOTH).height
    apart = frame.with_columns(series=pl.Series(["here", "from files"]))
    assert not assessment.counts(OURS, apart, truth.answers(), as_at=LATER).filter(pl.col("group") == BOTH).height
