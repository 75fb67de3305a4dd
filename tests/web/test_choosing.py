"""The page of the chooser: what it says, who may keep a choice, and where a choice is found again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.conftest import falls

from takeroot import Programme as Read
from takeroot.analysis.chooser.wording import NO_RULE
from takeroot.charts.wording import day
from takeroot.errors import TakerootError
from takeroot.reporting import report
from takeroot.vocabulary.frameworks import FRAMEWORKS, FrameworkChoice
from takeroot.web import actions
from takeroot.web.actions.frameworks import mark
from takeroot.web.models import Programme, Trail
from takeroot.web.panels import choosing
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

PAGE = "/p/falls/choose"
PROMPT = {
    "aim": "spread",
    "purpose": "applied",
    "what": "single_intervention",
    "scale": "national",
    "interdependence": "some",
    "output": "plan",
    "when": "before",
    "who": "core_team",
    "contested": "yes",
}
SCORED = {
    "aim": "sustain",
    "purpose": "applied",
    "what": "qi_programme",
    "scale": "organisation",
    "interdependence": "low",
    "output": "score",
    "when": "after",
    "who": "core_team",
}


@pytest.fixture
def row() -> Programme:
    return actions.load_programme(falls(), by="tests", slug="falls")


@pytest.fixture
def people(row: Programme) -> dict[str, Client]:
    """A lead, an analyst, a contributor of one ward, and somebody of no programme, signed in."""
    clients = {}
    for name, role, sites in (
        ("ana", "lead", []),
        ("nia", "analyst", []),
        ("ben", "contributor", ["Ward 1"]),
        ("dan", "", []),
    ):
        person = actions.add_person(sign_in=name, name=name.capitalize(), password="long enough, and odd", by="tests")
        if role:
            actions.add_member(row, person=person, role=role, sites=sites, by="tests")
        clients[name] = Client()
        clients[name].force_login(person, backend="takeroot.web.roles.SignIns")
    return clients


def asked(client: Client, answers: dict[str, Any], **more: Any) -> str:
    """The page with these answers."""
    response = client.get(f"{PAGE}?{urlencode({**answers, **more}, doseq=True)}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def kept(row: Programme) -> tuple[FrameworkChoice, ...]:
    return Programme.objects.get(pk=row.pk).words.frameworks


def test_the_page_says_first_that_there_is_no_rule_and_asks_nine_questions(people: dict[str, Client]):
    page = people["ben"].get(PAGE).content.decode()
    assert page.index(NO_RULE) < page.index("What do you mainly want?")
    assert page.count("<legend>") == 9
    assert 'id="answer"' not in page


def test_the_shortlist_has_ties_reasons_and_points_behind_a_disclosure(people: dict[str, Client]):
    page = asked(people["nia"], PROMPT)
    assert "Going to Full Scale and Framework for Spread (first together); WHO/ExpandNet (third)." in page
    assert page.count('<span class="tag">First together</span>') == 2
    assert "Its field cases are large programmes in Ghana and South Africa." in page
    assert page.index("<summary>The points behind it") < page.index('data-head="Points">15<')
    assert "NASSS most often (27.3%)" in page


def test_fewer_than_four_answers_give_no_shortlist(people: dict[str, Client]):
    page = asked(people["nia"], {"aim": "spread", "purpose": ""})
    assert "No shortlist yet" in page
    assert "1 is answered" in page
    assert 'class="tag">First' not in page


def test_what_is_set_aside_can_be_brought_back_and_set_aside_again(people: dict[str, Client]):
    page = asked(people["nia"], SCORED)
    assert "Multi-level perspective: it is about whole systems" in page
    assert 'back=rii#answer">Bring it back' in page
    back = asked(people["nia"], SCORED, back=["rii"])
    assert "NHS Sustainability Model and Routinisation and institutionalisation (first together)" in back
    assert "Routinisation and institutionalisation instrument: brought back by you." in back
    assert (
        back.count('<input type="hidden" name="back" value="rii">') == 1
    )  # of the questions; an analyst keeps nothing
    again = re.search(r'href="([^"]+)">Set it aside again', back)
    assert again
    assert "brought back by you" not in people["nia"].get(PAGE + again[1].replace("&amp;", "&")).content.decode()


def test_a_word_that_is_not_known_is_a_sentence_on_the_page(people: dict[str, Client]):
    for query in ("aim=spred", "aim=spread&back=nass"):
        response = people["nia"].get(f"{PAGE}?{query}")
        assert response.status_code == 422
        assert "Did you mean" in response.content.decode()


def test_a_lead_keeps_a_choice_with_its_reason_and_what_was_answered(people: dict[str, Client], row: Programme):
    response = people["ana"].post(
        PAGE, {**PROMPT, "chosen": ["gtfs", "nasss"], "because": "A plan, and\r\n<b>eyes</b> open"}
    )
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}#kept")
    (choice,) = kept(row)
    assert (choice.chosen, choice.by, choice.on) == (("gtfs", "nasss"), "Ana", timezone.localdate())
    assert choice.why == "A plan, and\n<b>eyes</b> open"
    assert (choice.situation.aim, choice.situation.contested) == ("spread", True)
    line = Trail.objects.filter(programme="falls").latest("pk")
    assert (line.by, line.did, line.why) == ("ana", "changed what the programme says of itself", choice.why)
    for page in (PAGE, "/p/falls/about"):
        shown = people["ben"].get(page).content.decode()
        assert "IHI Framework for Going to Full Scale and NASSS framework" in shown
        assert "&lt;b&gt;eyes&lt;/b&gt;" in shown
        assert "Main aim: to reach more places; " in shown


def test_a_choice_survives_export_and_stands_in_the_report(people: dict[str, Client], row: Programme, tmp_path: Path):
    people["ana"].post(PAGE, {**SCORED, "back": ["rii"], "chosen": ["rii"], "because": "We hold the text"})
    read = Programme.objects.get(pk=row.pk).read(Scope.everything())
    for name in ("falls", "falls.zip", "falls.xlsx"):
        read.write(tmp_path / name)
        assert Read.read(tmp_path / name).about.frameworks == kept(row)
    assert kept(row)[0].back == ("rii",)
    said = report.write(read, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "The frameworks chosen, and why" in said
    told = said.partition("<h3>Routinisation and institutionalisation instrument</h3>")[2].partition("</section>")[0]
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", told))
    assert (facts["Why"], facts["Chosen by"]) == ("We hold the text", f"Ana, {day(timezone.localdate())}")
    assert facts["What was answered"].startswith("Main aim: to keep it going;")
    assert facts["Brought back"] == "Routinisation and institutionalisation"
    assert "not used yet" in facts["Here as"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"because": "For all we know"}, "Tick at least one framework to keep."),
        ({"chosen": ["gtfs"]}, "Say why: the reason is kept with the choice."),
        ({"chosen": ["nonsense"], "because": "x"}, "Tick at least one framework to keep."),
        ({"chosen": ["gtfs"], "because": "x\x00y"}, "control character"),
        ({"chosen": ["gtfs"], "because": "x", "aim": "spred"}, "Did you mean &#x27;spread&#x27;?"),
    ],
)
def test_what_can_not_be_kept_is_said_and_what_was_typed_stays(
    people: dict[str, Client], row: Programme, sent: dict[str, Any], sentence: str
):
    response = people["ana"].post(PAGE, {**PROMPT, **sent})
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert kept(row) == ()
    if "aim" not in sent and sent.get("because") == "For all we know":
        assert "For all we know</textarea>" in page
        assert 'id="answer"' in page


def test_only_those_who_may_change_the_programme_keep_a_choice(people: dict[str, Client], row: Programme):
    sent = {**PROMPT, "chosen": ["gtfs"], "because": "Mine"}
    assert [people[name].post(PAGE, sent).status_code for name in ("nia", "ben", "dan")] == [403, 403, 404]
    assert people["dan"].get(PAGE).status_code == 404
    assert kept(row) == ()
    assert "Keep a choice" in asked(people["ana"], PROMPT)
    assert "Keep a choice" not in asked(people["nia"], PROMPT)


def test_an_earlier_choice_stays_beside_a_later_one_until_it_is_taken_back(people: dict[str, Client], row: Programme):
    for code in ("gtfs", "nasss"):
        people["ana"].post(PAGE, {**PROMPT, "chosen": [code], "because": f"Because of {code}"})
    first, second = kept(row)
    assert people["ana"].post(PAGE, {"take_back": mark(first), "because": ""}).status_code == 422
    assert people["ana"].post(PAGE, {"take_back": mark(first), "because": "It ended"}).status_code == 302
    assert kept(row) == (second,)
    line = Trail.objects.filter(programme="falls").latest("pk")
    assert (line.why, len(line.what["before"]["frameworks"])) == ("It ended", 2)
    again = people["ana"].post(PAGE, {"take_back": mark(first), "because": "It ended"})
    assert again.status_code == 422
    assert "This choice is no longer kept" in again.content.decode()


def test_two_leads_who_keep_a_choice_at_once_lose_neither(row: Programme):
    here, there = Programme.objects.get(pk=row.pk), Programme.objects.get(pk=row.pk)
    for programme, code in ((here, "gtfs"), (there, "mlp")):
        actions.keep_choice(programme, FrameworkChoice(chosen=(code,), why="For us", by="Ana"), by="ana")
    assert [choice.chosen for choice in kept(row)] == [("gtfs",), ("mlp",)]
    with pytest.raises(TakerootError, match="no longer kept"):
        actions.take_choice_back(row, "nonsense", by="ana", why="x")


def test_a_shortlist_leads_to_its_instruments_and_to_the_tabs_that_it_is_read_beside(people: dict[str, Client]):
    page = asked(people["nia"], PROMPT).partition('id="answer"')[2].partition("</section>")[0]
    for where in ("assess/full-scale", "scale-up", "assess/ihi-spread", "spread", "assess/who-expandnet"):
        assert f'<a href="/p/falls/{where}">' in page
        assert people["nia"].get(f"/p/falls/{where}").status_code == 200


def test_every_framework_leads_to_an_instrument_here_and_to_a_tab(people: dict[str, Client]):
    for code in FRAMEWORKS:
        *instruments, (says, tab) = choosing.onward("falls", [code])
        assert instruments, code
        assert all(people["nia"].get(where).status_code == 200 for _, where in instruments)
        assert says.startswith("Read beside it: ")
        assert people["nia"].get(tab).status_code == 200
