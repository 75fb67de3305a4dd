"""Whoever knows who was in which group, and can add and subtract, learns nothing of fewer people than the floor.

The attacker knows everything but answers: who answered what in which round, everybody's role and place. What is
published of a question is then a set of sums over known sets of people. A group of people is found out if some weighted
sum of these sums speaks of its members only; linear algebra finds every such group.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np
import polars as pl
import pytest
from tests.analysis.asked import AGREE, LATER, NOT_RELEVANT, instrument, rounds

from takeroot.analysis import assessment
from takeroot.analysis.assessment.grouping import AFTER, BEFORE, BOTH, EVERYONE, merged

QUESTIONS = ("q1", "q2", "q3")
OURS = instrument(
    scales=[{"id": "agree", "options": AGREE, "thirds": [NOT_RELEVANT]}],
    constructs=[{"id": "all", "name": "All"}],
    sections=[
        {"id": "s", "title": "S", "questions": [{"id": q, "asks": q, "scale": "agree", "of": "all"} for q in QUESTIONS]}
    ],
    scoring={"rule": "mean of a construct"},
)


@dataclass
class Truth:
    """What really was answered: for each round, each respondent's role, place and answers."""

    floor: int
    by: tuple[str, ...]
    rounds: dict[str, dict[str, dict[str, str | None]]] = field(default_factory=dict)
    invited: int | None = None

    def answers(self) -> pl.DataFrame:
        rows = [
            (round_, who, about["role"], about["place"], question, about[question])
            for round_, people in self.rounds.items()
            for who, about in people.items()
            for question in QUESTIONS
        ]
        names = ("round", "respondent", "role", "place", "question", "answer")
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").sample(
            fraction=1, shuffle=True, seed=1
        )

    def counts(self) -> pl.DataFrame:
        about = rounds(self.rounds, invited=self.invited)
        return assessment.counts(OURS, about, self.answers(), as_at=LATER, floor=self.floor, by=self.by)

    def answered(self, round_: str, question: str) -> set[str]:
        return {who for who, about in self.rounds[round_].items() if (about[question] or "").isdigit()}

    def group(self, round_: str, question: str, breakdown: str, group: str, beside: str | None) -> set[str]:
        """Who stands in a group that is published, whatever they said."""
        people = {who: about for who, about in self.rounds[round_].items() if any(about[one] for one in QUESTIONS)}
        if breakdown == EVERYONE:
            return set(people)
        if beside is None:
            return {who for who, about in people.items() if (about[breakdown] or "not said") in group.split(" or ")}
        both = self.answered(round_, question) & self.answered(beside, question)
        return both if group == BOTH else self.answered(round_, question) - both


def made_up(seed: int) -> Truth:
    """An assessment of one to four rounds, with people who come, go, change roles and leave questions out."""
    draw = np.random.Generator(np.random.Philox(seed))
    people = [f"p{n}" for n in range(int(draw.integers(4, 45)))]
    roles = [*"abcdef"[: draw.integers(1, 7)], None]
    weights = draw.dirichlet(np.full(len(roles), 0.7))
    role = {who: roles[draw.choice(len(roles), p=weights)] for who in people}
    place = {who: "xyz"[draw.integers(0, 1 + seed % 3)] for who in people}
    stay, skip, turn = draw.uniform(0.5, 1), draw.choice([0, 0.03, 0.15, 0.4]), draw.choice([0, 0.1])
    truth = Truth(int(draw.integers(5, 9)), [(), ("role",), ("role", "place"), ("place", "role")][seed % 4])
    truth.invited = len(people) if seed % 2 else None
    for n in range(int(draw.integers(1, 5))):
        here = [who for who in people if draw.random() < stay]
        for who in people:
            if draw.random() < turn:
                role[who] = roles[draw.integers(len(roles))]
        truth.rounds[f"r{n}"] = {
            who: {"role": role[who], "place": place[who], **{q: _said(draw, skip) for q in QUESTIONS}} for who in here
        }
    return truth


def _said(draw: np.random.Generator, skip: float) -> str | None:
    if draw.random() < skip:
        return ["not_relevant:role", "not_relevant", None][draw.integers(3)]
    return str(draw.integers(1, 6))


def found_out(sums: list[dict[tuple[str, str], int]], floor: int) -> list[set[tuple[str, str]]]:
    """The smallest group below the floor, if there is one, of which only some weighted sum of sums speaks."""
    people = sorted({one for each in sums for one in each})
    if not people:
        return []
    matrix = np.array([[each.get(one, 0) for one in people] for each in sums], dtype=float)
    cells, at, sizes = np.unique(matrix, axis=1, return_inverse=True, return_counts=True)
    small = [nth for nth in range(cells.shape[1]) if sizes[nth] < floor and cells[:, nth].any()]
    rank = np.linalg.matrix_rank(cells)
    for several in range(1, min(floor, len(small) + 1)):
        for some in combinations(small, several):
            if sizes[list(some)].sum() >= floor:
                continue
            if np.linalg.matrix_rank(np.delete(cells, some, axis=1)) < rank:
                return [{people[one] for one in np.flatnonzero(np.isin(at.ravel(), some))}]
    return []


def attack(truth: Truth, published: pl.DataFrame) -> list[set[tuple[str, str]]]:
    """Groups below the floor that published counts give away."""
    found = []
    keys = ["round", "question", "breakdown", "group", "beside"]
    held = {key: rows for key, rows in published.group_by(keys, maintain_order=True)}
    for question in QUESTIONS:
        answers, silences = [], []
        for (round_, asked, breakdown, group, beside), rows in held.items():
            if asked != question:
                continue
            who = truth.group(round_, question, breakdown, group, beside)
            said = who & truth.answered(round_, question)
            assert rows.filter(state="answer")["n"].sum() == len(said)
            answers.append({(round_, one): 1 for one in said})
            if beside is None:
                assert rows.filter(pl.col("state") != "answer")["n"].sum() == len(who - said)
                silences.append({(round_, one): 1 for one in who})
            if rows.filter(state="moved").height:
                assert rows.filter(state="moved")["n"].sum() == len(said)
                answers.append({**{(round_, one): 1 for one in said}, **{(beside, one): -1 for one in said}})
        found += found_out(answers, truth.floor) + found_out(silences, truth.floor)
    return found


def invited_gives_away(truth: Truth) -> bool:
    seen = assessment.shown(
        OURS, rounds(truth.rounds, invited=truth.invited), truth.answers(), as_at=LATER, floor=truth.floor
    )
    silent = (seen["invited"] - seen["answered"]).drop_nulls()
    return bool(silent.is_between(1, truth.floor - 1).any()) or bool((seen["answered"] < truth.floor).any())


@pytest.mark.parametrize("seeds", [range(60), pytest.param(range(60, 1000), marks=pytest.mark.slow)], ids=["60", "940"])
def test_no_small_group_can_be_worked_out_of_any_of_a_thousand_assessments(seeds: range):
    shown, broken_down, beside = 0, 0, 0
    for seed in seeds:
        truth = made_up(seed)
        published = truth.counts()
        assert attack(truth, published) == [], seed
        assert not invited_gives_away(truth), seed
        shown += published.height > 0
        broken_down += bool(set(published["breakdown"]) & {"role", "place"})
        beside += bool(set(published["breakdown"]) & {BEFORE, AFTER})
    assert min(shown, broken_down, beside) > len(seeds) / 20  # there was something to attack


def plainly(truth: Truth, by: tuple[str, ...], *, matched: bool) -> list[set[tuple[str, str]]]:
    """What counts would give away that were published as they are."""
    found = []
    for question in QUESTIONS:
        sums = []
        for round_, people in truth.rounds.items():
            said = truth.answered(round_, question)
            sums.append({(round_, who): 1 for who in said})
            for name in by:
                for label in sorted({str(about[name]) for about in people.values()}):
                    sums.append({(round_, who): 1 for who in said if str(people[who][name]) == label})
        for before, after in pairwise(truth.rounds) if matched else ():
            both = truth.answered(before, question) & truth.answered(after, question)
            sums += [{(before, who): 1 for who in both}, {(after, who): 1 for who in both}]
        found += found_out([one for one in sums if one], truth.floor)
        if found:
            break
    return found


def test_the_attack_finds_what_plain_counts_give_away():
    found = [bool(plainly(made_up(seed), ("role",), matched=False)) for seed in range(30)]
    assert sum(found) > 20


def test_the_attack_finds_a_group_by_subtraction():
    everyone, nurses = {("r", f"p{n}"): 1 for n in range(11)}, {("r", f"p{n}"): 1 for n in range(9)}
    assert found_out([everyone, nurses], 5) == [{("r", "p9"), ("r", "p10")}]
    assert found_out([everyone], 5) == []


def test_the_attack_finds_a_group_between_two_breakdowns():
    everyone = {("r", f"p{n}"): 1 for n in range(20)}
    doctors, matched = ({("r", f"p{n}"): 1 for n in range(k)} for k in (8, 10))
    assert found_out([everyone, doctors, matched], 5) == [{("r", "p8"), ("r", "p9")}]


def test_a_higher_floor_only_merges_what_a_lower_one_shows():
    for seed in range(200):
        draw = np.random.Generator(np.random.Philox(seed))
        labels = draw.choice(list("abcdefg"), size=draw.integers(1, 60), p=draw.dirichlet(np.ones(7))).tolist()
        coarse = [merged(labels, np.zeros(len(labels), dtype=int), floor) for floor in (5, 6, 8, 12)]
        for low, high in pairwise(coarse):
            if high is not None:
                assert low is not None
                assert all(high[one] == high[other] for one in low for other in low if low[one] == low[other]), seed


def test_a_round_that_closes_later_changes_nothing_that_was_shown_before():
    for seed in range(2, 60, 4):
        truth = made_up(seed)
        both = truth.counts()
        if len(truth.rounds) < 2 or not both.height:
            continue
        last = truth.rounds.popitem()[0]
        earlier = truth.counts()
        now = both.filter((pl.col("round") != last) & (pl.col("beside").is_null() | (pl.col("beside") != last)))
        assert earlier.rows() == now.rows(), seed
