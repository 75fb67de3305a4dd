"""Whoever reads every page and takes every file of rounds, at every look, learns nothing of fewer than five people.

Random assessments are begun, answered and closed as people would; then the pages and the files are read, and what they
publish is added and subtracted by the attacker of :mod:`tests.analysis.test_assessment_attack`, who knows everybody's
role and who answered what.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.test import Client
from tests.analysis.test_assessment_attack import found_out
from tests.web.asked import answer, begun, closed

from takeroot import Programme
from takeroot.web import actions
from takeroot.web.models import AnswerRow

pytestmark = pytest.mark.django_db

QUESTIONS = ("co1", "cp2", "ca2")
LEVELS = ("strongly-disagree", "disagree", "neither", "agree", "strongly-agree")
ROLES = ("nurse", "doctor", "carer", "manager", "")


@dataclass
class Held:
    """One round as it was really answered: by each person, a role and answers."""

    name: str
    floor: int
    invited: int
    people: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def answered(self, question: str) -> set[str]:
        return {who for who, (_, said) in self.people.items() if said.get(question, "") in LEVELS}


def made_up(seed: int) -> list[Held]:
    """Up to three rounds about the same people, who come, go, change roles and leave questions out."""
    draw = np.random.Generator(np.random.Philox(seed))
    everybody = [f"p{n}" for n in range(int(draw.integers(6, 26)))]
    weights = draw.dirichlet(np.full(len(ROLES), 0.8))
    role = {who: ROLES[draw.choice(len(ROLES), p=weights)] for who in everybody}
    stay, skip = draw.uniform(0.5, 1), draw.choice([0, 0.1, 0.3])
    rounds = []
    for n in range(int(draw.integers(1, 4))):
        held = Held(f"round {n}", int(draw.integers(5, 8)), len(everybody))
        for who in everybody:
            if draw.random() > stay:
                continue
            if draw.random() < 0.1:
                role[who] = ROLES[draw.integers(len(ROLES))]
            said = {q: LEVELS[draw.integers(5)] for q in QUESTIONS if draw.random() > skip}
            said |= {"g1": str(draw.integers(11))} if not said else {}
            held.people[who] = (role[who], said)
        rounds.append(held)
    return rounds


def hold(programme: Any, held: Held) -> None:
    """The round, begun, answered and closed; some answer twice, and somebody withdraws."""
    asking = begun(programme, held.name, floor=held.floor, invited=held.invited, roles=[one for one in ROLES if one])
    for who, (role, said) in held.people.items():
        answer(asking, who, said, role=role)
    withdrawn = answer(asking, "gone again", {question: LEVELS[0] for question in QUESTIONS}, role="nurse")
    actions.withdraw_sheet(asking, withdrawn)
    closed(asking)


def published(client: Client, slug: str, name: str) -> tuple[pl.DataFrame, str]:
    """The counts of a round that go out as a file, and all that its pages and files say."""
    where = f"/p/{slug}/views/{name}"
    pages = [client.get(f"{where}{end}") for end in ("", "?by=role", "/sheet", "/export")]
    assert {page.status_code for page in pages} == {200}
    told = [unescape(page.content.decode()) for page in pages]
    sent = client.post(f"{where}/export", {"kind": "zip"})
    if sent.headers["Content-Type"] != "application/zip":
        return pl.DataFrame(), "\n".join(told)
    with zipfile.ZipFile(io.BytesIO(sent.content)) as packed:
        parts = {one: packed.read(one) for one in packed.namelist()}
    assert "answers.csv" not in parts
    told += [data.decode() for data in parts.values()]
    return pl.read_csv(parts["counts.csv"], infer_schema=False).with_columns(pl.col("n").cast(int)), "\n".join(told)


def sums_of(rounds: dict[str, Held], counts: pl.DataFrame, question: str) -> list[dict[tuple[str, str], int]]:
    """The sums over known people that published counts of a question are."""
    keys = ["round", "question", "breakdown", "group", "beside"]
    sums = []
    for (name, _, breakdown, group, beside), rows in counts.filter(question=question).group_by(keys):
        held = rounds[name]
        said = held.answered(question)
        if breakdown == "role":
            said &= {who for who, (role, _) in held.people.items() if (role or "not said") in group.split(" or ")}
        if beside is not None:
            both = said & rounds[beside].answered(question)
            said = both if group == "both times" else said - both
        assert rows.filter(state="answer")["n"].sum() == len(said), (name, breakdown, group)
        sums.append({(name, one): 1 for one in said})
        if rows.filter(state="moved").height:
            sums.append({**{(name, one): 1 for one in said}, **{(beside, one): -1 for one in said}})
    return sums


def groups_on(page: str) -> set[tuple[str, int]]:
    """Groups in the table of a page, with how many answered."""
    rows = re.findall(r"<td[^>]*>([^<]*)</td>\s*<td[^>]*>((?:[^<:;]+: \d+(?:; )?)+)</td>", page)
    return {(group, sum(map(int, re.findall(r": (\d+)", said)))) for group, said in rows}


@pytest.mark.parametrize("seeds", [range(4), pytest.param(range(4, 40), marks=pytest.mark.slow)], ids=["4", "36"])
def test_no_page_and_no_file_of_any_look_gives_a_small_group_away(seeds):
    shown = told_apart = groups = 0
    for seed in seeds:
        rounds = {held.name: held for held in made_up(seed)}
        programme = actions.load_programme(Programme("Lanterns"), by="tests", slug=f"lanterns{seed}")
        dan = actions.add_person(sign_in=f"dan{seed}", name="Dan", password="a long password", by="tests")
        actions.add_member(programme, person=dan, role="evaluator", by="tests")
        client, looks = Client(), []
        client.force_login(dan)
        for nth, held in enumerate(rounds.values()):
            hold(programme, held)
            for name in list(rounds)[: nth + 1]:
                counts, told = published(client, programme.slug, name)
                codes = AnswerRow.objects.filter(programme=programme).values_list("respondent", flat=True)
                assert not any(code in told for code in set(codes))
                groups += len(groups_on(told))
                for group, n in groups_on(told):
                    assert n >= rounds[name].floor or n == 0, (seed, name, group, n)
                silent = held.invited - len(held.people)
                if counts.height:
                    looks.append(counts)
                    shown += 1
                    told_apart += "role" in set(counts["breakdown"])
                    assert len(held.people) >= held.floor or name != held.name
                elif name == held.name:
                    assert len(held.people) < held.floor
                if name == held.name and 0 < silent < held.floor:
                    assert f"of {held.invited} who were asked" not in told
        for question in QUESTIONS:
            every = [one for counts in looks for one in sums_of(rounds, counts, question)]
            different = [dict(one) for one in {tuple(sorted(one.items())) for one in every if one}]
            assert found_out(different, 5) == [], (seed, question)
    assert min(shown, groups) > len(seeds) / 2 and told_apart > len(seeds) / 4  # there was something to attack


def test_what_a_round_says_of_how_many_answered_and_were_asked_tells_of_no_few_who_did_not():
    programme = actions.load_programme(Programme("Lanterns"), by="tests", slug="lanterns")
    ana = actions.add_person(sign_in="ana", name="Ana", password="a long password", by="tests")
    dan = actions.add_person(sign_in="dan", name="Dan", password="a long password", by="tests")
    actions.add_member(programme, person=ana, role="lead", by="tests")
    actions.add_member(programme, person=dan, role="evaluator", by="tests")
    held = Held("round 0", 5, 9, {f"p{n}": ("nurse", {"co1": LEVELS[0]}) for n in range(8)})
    hold(programme, held)
    client = Client()
    client.force_login(dan)
    asking = programme.askings.get()
    for where in ("views/round 0", f"rounds/{asking.pk}", "rounds", "assess", "assess/npt", "trail"):
        page = unescape(client.get(f"/p/lanterns/{where}").content.decode())
        assert not re.search(r"\b9 (people|who were asked|asked)", page), where
