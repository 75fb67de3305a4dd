"""Scale-up, who is reached and other work, as pages: what they say, to whom, and of how many rows."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.web.browsing import signed_in, words

from takeroot import Programme
from takeroot.reporting import report
from takeroot.web import actions

pytestmark = pytest.mark.django_db


def told() -> Programme:
    """Something held back in each strand, people at every site, and work that competes."""
    sites = ["A", "B", "C", "D"]
    return Programme(
        {"name": "Held", "as_at": "2024-06-30"},
        sites={
            "site": sites,
            "name": [f"Ward {site}" for site in sites],
            "region": ["North", "North", "South", "South"],
            "deprivation": [1, 1, 5, 5],
            "eligible_people": [200, 100, 300, 100],
        },
        stages={
            "site": ["A", "C"],
            "stage": ["using", "using"],
            "on": ["2023-01-01", "2023-02-01"],
            "extent": [0.4, 0.5],
            "extent_of": ["eligible people"] * 2,
        },
        responsibilities={
            "what": ["training", "training"],
            "level": ["region", "region"],
            "region": ["North", "South"],
            "held_by": ["zqdirector", None],
        },
        needs={"site": ["A", "B"], "kind": ["coaching"] * 2, "since": ["2024-01-01"] * 2, "amount": [2, 3]},
        capacities={"kind": ["coaching"], "since": ["2024-01-01"], "amount": [4]},
        anchors={
            "what": ["policy"],
            "title": ["Falls policy"],
            "level": ["system"],
            "on": ["2022-01-01"],
            "until": ["2024-09-01"],
        },
        actions={
            "title": ["Ask the board", "Draft it", "Sign it"],
            "due": ["2024-05-01", "2024-01-01", "2024-12-01"],
            "strand": ["structure"] * 3,
            "milestone_of": [None, "A contract", "A contract"],
            "done": [None, "2024-01-02", None],
        },
        conditions={
            "site": ["A", "B"],
            "kind": ["legal", "legal"],
            "text": ["A law", "A law <b>here</b>"],
            "works": ["enables", "limits"],
        },
        other_work={
            "site": ["A", "B"],
            "name": ["Sepsis", "Sepsis"],
            "relation": ["competes", "reinforces"],
            "how": ["Same nurses", None],
            "hours_a_month": [6, None],
        },
        endings={
            "what": ["Paper chart", "Old form"],
            "on": ["2024-01-01"] * 2,
            "reason": ["Written twice", "zqnobody reads it"],
            "site": ["A", None],
        },
        decisions={
            "on": ["2024-02-01", "2024-03-01"],
            "what": ["keep local", "spread no further"],
            "site": ["A", None],
            "why": ["It works here", "zqenough"],
        },
    )


@pytest.fixture
def held(cast):
    row = actions.load_programme(told(), by="tests", slug="held")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    actions.add_member(row, person=cast.ben, role="contributor", sites=["A"], by="tests")
    return cast


def page(person, name: str) -> str:
    return words(signed_in(person).get(reverse(name, args=["held"])))


def test_scale_up_says_in_words_first_where_it_is_held_back(held):
    said = page(held.ana, "scale-up")
    for sentence in (
        "Nobody is named as accountable at the level of the site.",
        "Nobody is accountable for training, in South.",
        "“Ask the board” was due on 1 May 2024 and is not done",
        "Coaching is needed at 2 sites and given at none of them: Ward A and Ward B.",
        "5 are needed in Jun 2024 and 4 can be given: 1 short",
        "The policy “Falls policy” ends on 1 Sep 2024.",
        "Ward B: A law <b>here</b>",
    ):
        assert sentence in said, sentence
    assert said.index("Where it is held back") < said.index("Support over time")


def test_milestones_are_told_of_their_larger_action_with_the_one_that_comes_next(held):
    said = page(held.ana, "scale-up")
    assert "“A contract”: 1 of 2 milestones are done; next is “Sign it”, by 1 Dec 2024." in said


def test_the_list_of_sites_says_which_is_kept_local(held):
    assert "Ward A using 1 Jan 2023 keep local, 1 Feb 2024" in page(held.ana, "spread")


def test_a_sentence_leads_to_the_row_that_says_so(held):
    body = signed_in(held.ana).get(reverse("scale-up", args=["held"])).content.decode()
    found = re.search(r'<a href="(/p/held/rows/actions/[^"]+)">“Ask the board”', body)
    assert found and signed_in(held.ana).get(found[1]).status_code == 200


def test_no_page_of_these_has_a_score_or_a_colour_for_a_site(held):
    for name in ("scale-up", "other-work", "spread"):
        said = page(held.ana, name).lower()
        assert not re.search(r"\b(red|amber|green|laggard|worst|best|rank(ed|ing)?|league)\b", said)


def test_what_enables_here_and_limits_there_stands_together(held):
    said = page(held.ana, "scale-up")
    assert "Legal Said to enable Ward A: A law" in said and "Said to limit Ward B: A law" in said


def test_other_work_shows_load_questions_plans_and_what_is_kept_local(held):
    said = page(held.ana, "other-work")
    assert (
        "Other work goes on at 2 of 4 sites: at 1 some of it is said to compete with this, at 1 to reinforce it."
        in said
    )
    assert "Ward A 1 1 0 0 6" in said and "Ward C 0 0 0 0" in said
    assert "Do both have to go on there, and who would miss which?" in said
    assert "Paper chart, Ward A planned" in said and "Not said yet what supports it, who decides, what remains" in said
    assert "Keep local, Ward A: It works here." in said


def test_somebody_with_one_site_sees_its_own_and_what_is_shared_alone(held):
    scale, other, spread = (page(held.ben, name) for name in ("scale-up", "other-work", "spread"))
    assert "Ward A" in other and "Keep local, Ward A" in other and "Paper chart" in other
    for said in (scale, other, spread):
        assert not re.search(r"Ward [BCD]|zqnobody|zqenough", said)
    assert "can be given: " not in scale, "what can be given is of the whole programme"
    assert "can be given is not recorded" not in scale, "it is recorded, and out of sight"
    assert "zqdirector" in scale, "who is accountable for the whole is no secret"


def test_the_portfolio_tells_of_places_of_several_programmes_by_their_code_to_those_who_see_both(held):
    def at(name: str, code: str) -> Programme:
        sites = {"site": ["w", "x"], "name": [f"Ward in {name}", "Ward X"], "ods_code": [code, None]}
        return Programme(name, sites=sites, stages={"site": ["w"], "stage": ["using"], "on": ["2024-01-01"]})

    for name, code in (("Sip", "rx101"), ("Sup", "RX101 ")):
        row = actions.load_programme(at(name, code), by="tests", slug=name.lower())
        actions.add_member(row, person=held.ana, role="lead", by="tests")
        if name == "Sip":
            actions.add_member(row, person=held.cleo, role="viewer", by="tests")
    said = words(signed_in(held.ana).get("/"))
    assert "1 place is a site of several programmes that you see." in said
    assert "Ward in Sip Sip: using; Sup: using" in said
    assert "Several programmes at one place" not in words(signed_in(held.cleo).get("/"))


def test_spread_says_who_is_not_reached_with_ranges_and_intervals(held):
    said = page(held.ana, "spread")
    assert "Of 700 eligible people, 200 are at sites that do not use it" in said
    assert (
        "Share of eligible people at sites in use: 67% in the most deprived group (1), 75% in the least deprived (5)"
        in said
    )
    assert "People reached, by deprivation" in said and "People reached, by region" in said
    assert "Ward A yes 200 80 120" in said


def test_counts_of_few_people_are_kept_back_from_the_page_and_the_report(held, tmp_path):
    few = told()
    sites = few.sites.with_columns(eligible_people=few.sites["eligible_people"].replace(200, 7))
    few = Programme(few.about, **{**few.tables, "sites": sites})
    row = actions.load_programme(few, by="tests", slug="few")
    actions.add_member(row, person=held.ana, role="lead", by="tests")
    said = words(signed_in(held.ana).get(reverse("spread", args=["few"])))
    assert "Ward A yes – – – kept back: too few people" in said
    report.write(few, tmp_path / "few.html")
    assert "kept back: too few people" in (tmp_path / "few.html").read_text(encoding="utf-8")


def test_the_full_report_and_the_board_page_say_where_it_is_held_back(tmp_path):
    for kind, name in (("full", "full.html"), ("board", "board.html")):
        report.write(told(), tmp_path / name, kind=kind)
        said = re.sub(r"<[^>]+>", "", (tmp_path / name).read_text(encoding="utf-8"))
        assert "Nobody is accountable for training, in South." in said
        assert "Of 700 eligible people, 200 are at sites that do not use it" in said
    full = re.sub(r"<[^>]+>", "", (tmp_path / "full.html").read_text(encoding="utf-8"))
    assert "Do both have to go on there" in full and "Kept local, spread no further" in full


def test_a_report_of_a_programme_without_any_of_it_says_nothing_of_it(tmp_path):
    bare = Programme("Bare", stages={"site": ["A"], "stage": ["using"], "on": ["2024-01-01"]})
    report.write(bare, tmp_path / "bare.html")
    assert "Where it is held back" not in (tmp_path / "bare.html").read_text(encoding="utf-8")
