"""What if, in the workbench: asked with what is expected, worked out, read, decided upon, and kept."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from polars.testing import assert_frame_equal
from tests.web.browsing import words

from takeroot import examples
from takeroot.simulation import fitting
from takeroot.vocabulary.programme import Programme as Read
from takeroot.vocabulary.tables import STAGES, WHAT_IFS
from takeroot.web import actions, tasks, what_ifs
from takeroot.web.frames import Book
from takeroot.web.models import Membership, Person, Programme, Task, Trail, WhatIfFigures, WhatIfRow
from takeroot.web.panels import review
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

ASKED = {
    "question": "Shall we ask for it, or give room?",
    "expects": "Asking is quicker.",
    "months": "6",
    "as_it_is_now": "yes",
    "c1.name": "Ask <b>for</b> it",
    "c1.1.lever": "mandate",
    "c1.1.size": "4",
    "c2.1.lever": "room_to_adapt",
    "c2.1.cost_a_month": "10",
}


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def programme() -> Programme:
    return actions.load_programme(examples.load("frailsafe"), slug="safe", by="test")


def person(name: str, role: str, programme: Programme, sites: tuple[str, ...] = ()) -> Client:
    who = Person.objects.create(sign_in=name)
    Membership.objects.create(person=who, programme=programme, role=role, sites=list(sites))
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture
def ana(programme) -> Client:
    return person("ana", "lead", programme)


def do_one() -> Task:
    task = tasks._taken("a worker")
    assert task is not None
    tasks._do(task, threading.Event())
    task.refresh_from_db()
    return task


@pytest.fixture
def asked(ana, monkeypatch) -> str:
    """A what-if that was worked out: its id."""
    quickly(monkeypatch)
    ana.post(reverse("what-if-ask", args=["safe"]), ASKED)
    task = do_one()
    assert task.state == "done", task.says
    return WhatIfRow.objects.get().id


def quickly(monkeypatch) -> None:
    """Few histories, and no assumptions moved: how many there are changes nothing of what is tested here."""
    from takeroot.simulation import comparing
    from takeroot.simulation.comparing import asking

    def ask(programme, question, **how):
        return asking.ask(programme, question.model_copy(update={"replicates": 64}), sweep=None, **how)

    monkeypatch.setattr(comparing, "ask", ask, raising=False)


def test_what_is_expected_is_written_down_before_anything_is_run(ana, programme):
    sent = ana.post(reverse("what-if-ask", args=["safe"]), ASKED)

    row, task = WhatIfRow.objects.get(), Task.objects.get()
    assert sent.url == reverse("task", args=[task.pk])
    assert (row.question, row.expects, row.by, row.result) == (ASKED["question"], ASKED["expects"], "ana", None)
    assert task.arguments == {"what_if": row.id} and task.state == "waiting"
    assert Trail.objects.filter(did="asked what if", programme="safe", by="ana").count() == 1


def test_what_came_of_it_is_read_words_first(ana, asked):
    page = ana.get(reverse("what-if-one", args=["safe", asked])).content.decode()

    assert page.index("The answer") < page.index("Nothing is fitted") < page.index("<figure")
    assert "Asking is quicker." in page and "What is taken for granted" in page and "The break-even" in page
    assert "Ask &lt;b&gt;for&lt;/b&gt; it" in page and "<b>for</b>" not in page
    assert (
        "style=" not in page.partition("<main")[2].partition("<svg")[0] and "<script" not in page.partition("<main")[2]
    )
    assert WhatIfRow.objects.get().result.startswith("Nothing is fitted")
    listed = ana.get(reverse("what-if", args=["safe"])).content.decode()
    assert ASKED["question"] in listed and reverse("what-if-one", args=["safe", asked]) in listed


def test_the_task_leads_to_what_came_of_it(ana, asked):
    task = Task.objects.get()

    assert (task.done, task.of) != (0, 0)
    assert reverse("what-if-one", args=["safe", asked]) in ana.get(reverse("task", args=[task.pk])).content.decode()


def test_a_decision_is_kept_with_its_reason_and_a_line_in_the_trail(ana, asked):
    where = reverse("what-if-one", args=["safe", asked])

    refused = ana.post(where, {"decision": "Ask for it.", "why": " "})
    assert refused.status_code == 422 and "Say what was decided, and why" in refused.content.decode()
    kept = ana.post(where, {"decision": "Ask for it.", "why": "As we expected.", "decided_by": "The board"})

    row = WhatIfRow.objects.get()
    assert kept.status_code == 302
    assert (row.decision, row.why, row.decided_by) == ("Ask for it.", "As we expected.", "The board")
    assert row.decided_on is not None and row.result and row.expects == ASKED["expects"]
    assert Trail.objects.filter(did="amended what_ifs", why="decided upon", by="ana").count() == 1
    assert "Ask for it." in ana.get(where).content.decode()


def test_one_more_choice_is_room_on_the_form_and_loses_nothing_that_was_typed(ana):
    more = ana.post(reverse("what-if-ask", args=["safe"]), {**ASKED, "more": "yes", "rooms": "2"}).content.decode()

    assert more.count('<fieldset class="room">') == 3
    assert 'value="Ask &lt;b&gt;for&lt;/b&gt; it"' in more and 'value="room_to_adapt" selected' in more
    assert not WhatIfRow.objects.exists()
    most = ana.post(reverse("what-if-ask", args=["safe"]), {**ASKED, "more": "yes", "rooms": "9999999999"})
    assert most.content.decode().count('<fieldset class="room">') <= 5


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"c1.1.size": "much"}, "Choice 1, lever 1, how much: a number is needed, found &#x27;much&#x27;"),
        ({"c1.1.size": "-1"}, "Choice 1, lever 1: the odds are multiplied by a size above nothing"),
        ({"c1.1.lever": ""}, "Choice 1, lever 1, which lever: something is needed here"),
        ({"c2.1.lever": "nope"}, "Choice 2, lever 1: There is no lever"),
        ({"c2.2.lever": "mandate", "c2.2.since": "2026-15"}, "Choice 2, lever 2, from: a month such as 2026-04"),
        ({"months": "0"}, "How many months: a number of at least 1"),
        ({"expects": " "}, "what you expect: both are kept"),
        ({"question": ""}, "Say what is to be decided"),
        ({"c1.1.lever": "", "c1.1.size": "", "c1.name": "", "c2.1.lever": "", "c2.1.cost_a_month": ""}, "two to five"),
        ({"file": "choices: ["}, "the file"),
        ({"file": "choices:\n  - name: A\n    levers: [{lever: mandat}]"}, "row 3"),
    ],
)
def test_a_fault_is_said_where_it_is_on_the_form_and_nothing_is_kept(ana, typed, says):
    sent = ana.post(reverse("what-if-ask", args=["safe"]), {**ASKED, **typed})

    assert sent.status_code == 422
    assert says in sent.content.decode()
    assert not WhatIfRow.objects.exists() and not Task.objects.exists()


def test_a_file_of_choices_is_asked_too(ana):
    text = "months: 3\nchoices:\n  - name: Visits\n    levers: [{lever: own_terms, adds: {'using -> embedded': 0.5}}]"

    ana.post(reverse("what-if-ask", args=["safe"]), {"question": "Visits?", "expects": "More.", "file": text})

    row = WhatIfRow.objects.get()
    assert (
        row.question == "Visits?"
        and "using → embedded" in row.choices.replace("->", "→")
        and "months: 3" in row.choices
    )


def test_who_may_not_see_the_whole_learns_nothing(ana, asked, programme):
    site = programme.read(Scope.everything()).sites["site"][0]
    told = reverse("what-if-one", args=["safe", asked])
    addresses = [reverse("what-if", args=["safe"]), reverse("what-if-ask", args=["safe"]), told]
    for name, role in (("coach", "coach"), ("site", "site lead"), ("partner", "partner")):
        client = person(name, role, programme, (site,))
        assert [client.get(one).status_code for one in addresses] == [404] * 3
        assert client.post(told, {"decision": "x", "why": "x"}).status_code == 404
        assert client.post(reverse("what-if-download", args=["safe", asked])).status_code == 404
        assert "What if" not in client.get(reverse("overview", args=["safe"])).content.decode()
    assert programme.read(Scope.of_sites([site], narrative=True)).what_ifs.height == 0


def test_a_viewer_reads_and_changes_nothing(ana, asked, programme):
    client = person("vera", "viewer", programme)

    page = client.get(reverse("what-if-one", args=["safe", asked]))
    assert page.status_code == 200 and "The answer" in page.content.decode()
    assert "Keep it" not in page.content.decode() and "Work it out" not in page.content.decode()
    assert client.get(reverse("what-if-ask", args=["safe"])).status_code == 403
    assert client.post(reverse("what-if-again", args=["safe", asked])).status_code == 403
    assert client.post(reverse("what-if-one", args=["safe", asked]), {"decision": "x", "why": "x"}).status_code == 403
    assert WhatIfRow.objects.get().decision is None


def test_of_another_programme_there_is_no_what_if(ana, asked, programme):
    other = actions.load_programme(Read.kept(examples.load("frailsafe").about, {}, {}), slug="other", by="test")
    Membership.objects.create(person=Person.objects.get(sign_in="ana"), programme=other, role="lead", sites=[])

    assert ana.get(reverse("what-if-one", args=["other", asked])).status_code == 404
    assert ana.get(reverse("what-if-one", args=["safe", "none"])).status_code == 404
    assert ana.get(reverse("what-if-one", args=["safe", "a/b"])).status_code == 404


def test_what_was_cancelled_keeps_the_question_and_can_be_worked_out_later(ana, monkeypatch):
    quickly(monkeypatch)
    ana.post(reverse("what-if-ask", args=["safe"]), ASKED)
    ana.post(reverse("cancel-task", args=[Task.objects.get().pk]))
    one = WhatIfRow.objects.get().id
    where = reverse("what-if-one", args=["safe", one])

    assert Task.objects.get().state == "cancelled"
    assert "not worked out yet, or that was cancelled" in ana.get(where).content.decode()
    ana.post(reverse("what-if-again", args=["safe", one]))
    assert do_one().state == "done"
    assert "The answer" in ana.get(where).content.decode()


def test_it_stops_where_that_is_asked_while_it_runs(ana, programme):
    ana.post(reverse("what-if-ask", args=["safe"]), ASKED)
    task = tasks._taken("a worker")
    assert task is not None
    Task.objects.filter(pk=task.pk).update(cancel=True)

    tasks._do(task, threading.Event())

    task.refresh_from_db()
    assert task.state == "cancelled"
    assert WhatIfRow.objects.get().result is None and not WhatIfFigures.objects.exists()


def test_who_has_lost_their_role_gets_no_answer(ana, programme):
    ana.post(reverse("what-if-ask", args=["safe"]), ASKED)
    Membership.objects.all().delete()

    assert do_one().state == "failed"
    assert WhatIfRow.objects.get().result is None


def test_the_same_is_asked_once_and_worked_out_once(ana):
    first = ana.post(reverse("what-if-ask", args=["safe"]), ASKED)
    again = ana.post(reverse("what-if-ask", args=["safe"]), ASKED)

    assert first.url == again.url
    assert WhatIfRow.objects.count() == Task.objects.count() == 1


def test_it_goes_out_as_a_file_and_the_trail_says_so(ana, asked):
    file = ana.post(reverse("what-if-download", args=["safe", asked]), {"format": "html"})

    assert file.status_code == 200 and "attachment" in file.headers["Content-Disposition"]
    assert ASKED["question"] in file.content.decode()
    assert Trail.objects.filter(did="took the record out as a file", by="ana").count() == 1
    assert ana.post(reverse("what-if-download", args=["safe", asked]), {"format": "exe"}).status_code == 404


def test_what_ifs_travel_with_the_programme_and_are_read_without_their_figures(ana, asked, programme, tmp_path):
    ana.post(reverse("what-if-one", args=["safe", asked]), {"decision": "=Wait", "why": "Because."})
    read = programme.read(Scope.everything())
    read.write(tmp_path / "out")

    again = Read.read(tmp_path / "out")
    assert_frame_equal(again.what_ifs, read.what_ifs)
    other = actions.load_programme(again, slug="again", by="test")
    Membership.objects.create(person=Person.objects.get(sign_in="ana"), programme=other, role="lead", sites=[])
    page = ana.get(reverse("what-if-one", args=["again", asked])).content.decode()
    assert "These are the words that were kept" in page and "=Wait" in page


def test_a_choice_that_can_not_be_read_any_more_is_shown_as_it_stands(ana, programme):
    row = {"on": [date(2026, 1, 2)], "question": ["Old?"], "choices": ["not: [yaml"], "id": ["old1"]}
    read = Read.kept(examples.load("frailsafe").about, {"what_ifs": WHAT_IFS.identified(WHAT_IFS.read(row))}, {})
    other = actions.load_programme(read, slug="old", by="test")
    Membership.objects.create(person=Person.objects.get(sign_in="ana"), programme=other, role="lead", sites=[])

    page = ana.get(reverse("what-if-one", args=["old", "old1"]))

    assert page.status_code == 200 and "not: [yaml" in page.content.decode()


def test_a_what_if_is_on_the_line_of_time_and_found_by_whoever_reads_the_whole(programme, ana):
    actions.record(
        programme,
        WHAT_IFS,
        {"on": "2024-01-01", "question": "Ask, or give larches room?", "choices": "choices: []"},
        by="ana",
        scope=Scope.everything(),
    )
    leads = reverse("what-if-one", args=["safe", WhatIfRow.objects.get().id])
    reader = person("cleo", "viewer", programme)
    for client in (ana, reader):
        for page in ("/p/safe/story?kind=what-if", "/p/safe/search?q=larches"):
            assert f'href="{leads}"' in client.get(page).content.decode()
    assert reader.get(leads).status_code == 200

    site = programme.sites.first().site
    own = person("dan", "contributor", programme, (site,))
    assert leads not in own.get("/p/safe/story").content.decode()
    assert leads not in own.get("/p/safe/search?q=larches").content.decode()
    assert own.get(leads).status_code == 404


class Told:
    """Hears how far a task is, and stops it where its words say so."""

    def __init__(self, ends_at: str = "nowhere") -> None:
        self.ends_at, self.heard = ends_at, []

    def __call__(self, done: int, of: int = 0, says: str = "") -> None:
        self.heard.append((done, says))
        if says.startswith(self.ends_at):
            raise tasks.Stopped

    def ends(self) -> bool:
        if self.heard:
            done, says = self.heard[-1]
            self(done, says=says)
        return False


def fits(monkeypatch) -> list[str]:
    """One more for every record that a model is fitted to from now on."""
    found, fit = [], fitting.fit

    def counted(programme, *given, **how):
        found.append(programme.about.name)
        return fit(programme, *given, **how)

    monkeypatch.setattr(fitting, "fit", counted)
    return found


def test_the_same_record_is_fitted_once_and_another_record_anew(ana, programme, monkeypatch):
    quickly(monkeypatch)
    found = fits(monkeypatch)
    for question in ("First?", "Second?"):
        ana.post(reverse("what-if-ask", args=["safe"]), {**ASKED, "question": question})
        assert do_one().state == "done"
    assert len(found) == 1

    first, *_ = programme.read(Scope.everything()).sites["site"]
    stage = {"site": first, "stage": "paused", "on": date(2030, 1, 1)}
    actions.record(programme, STAGES, stage, by="ana", scope=Scope.everything())
    ana.post(reverse("what-if-ask", args=["safe"]), {**ASKED, "question": "Third?"})
    assert do_one().state == "done"

    assert len(found) == 2


def test_it_says_how_far_the_fit_is_and_stops_within_it(programme, ana):
    book = Book(programme, Scope.everything())
    told = Told(ends_at="Fitting the model to the record, round 3.")

    with pytest.raises(tasks.Stopped):
        what_ifs.basis(book, 77, told)

    assert [says for _, says in told.heard[1:]] == [
        f"Fitting the model to the record, round {nth}." for nth in (1, 2, 3)
    ]
    assert [done for done, _ in told.heard] == sorted(done for done, _ in told.heard)
    found = what_ifs.basis(book, 77, Told())
    assert found.setting is what_ifs.basis(book, 77, Told(ends_at="")).setting  # it is not fitted, nor told of, again


def test_choices_break_even_and_assumptions_stop_where_that_is_asked(programme, ana):
    for stops in ("Running the choices", "Looking for the break-even", "Moving every assumption"):
        ana.post(reverse("what-if-ask", args=["safe"]), {**ASKED, "question": stops})
        task = tasks._taken("a worker")
        told = Told(ends_at=stops)

        with pytest.raises(tasks.Stopped):
            what_ifs.work_out(task, told)

        assert told.heard[-1][1] == f"{stops}." and not WhatIfFigures.objects.exists()


def test_a_review_lists_what_was_asked_and_that_nothing_is_decided_of_it_yet(ana, asked, programme):
    asks, undecided = f"What if: {ASKED['question']}", "What-ifs of which nothing is decided"

    where = ana.post(reverse("review", args=["safe"]), {"title": "June", "on": "2030-06-20", "there": "a lead"}).url

    page = words(ana.get(where))
    assert page.count(asks) == 2  # it came since the last review, and is open
    assert asks in page.partition(undecided)[2]
    ana.post(reverse("what-if-one", args=["safe", asked]), {"decision": "Give room.", "why": "Because."})
    still = review.staying_open(Book(programme, Scope.everything()))
    assert undecided not in [group.title for group in still]
