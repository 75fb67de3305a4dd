"""Long work: asked for, done by one worker, stopped, lost, found again, and for its owner alone."""

from __future__ import annotations

import os
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from takeroot.errors import NotEnough, NotFound, TakerootError
from takeroot.web import kinds, tasks
from takeroot.web.models import Membership, Person, Task, Trail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def work(monkeypatch):
    """Add a kind of work that does what a test says."""
    monkeypatch.setattr(kinds, "KINDS", dict(kinds.KINDS))
    monkeypatch.setattr(tasks, "KINDS", kinds.KINDS)
    monkeypatch.setattr("takeroot.web.actions.work.KINDS", kinds.KINDS)

    def add(name: str, does) -> None:
        kinds.KINDS[name] = kinds.Kind(name.title(), does)

    return add


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def without_token(response) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


def do_one(name: str = "a worker", stop: threading.Event | None = None) -> Task | None:
    """What a worker does with the task that has waited longest."""
    task = tasks._taken(name)
    if task:
        tasks._do(task, stop or threading.Event())
        task.refresh_from_db()
    return task


# Asking


def test_a_report_is_made_for_whoever_asked(cast):
    asked = tasks.ask("report", programme=cast.falls, by=cast.ana)
    assert asked.state == "waiting"
    done = do_one()
    assert (done.state, done.says) == ("done", "")
    file = tasks.result(done)
    assert file.name == "falls.html"
    assert "Falls" in file.read_text()
    response = signed_in(cast.ana).get(f"/tasks/{done.pk}/result")
    assert response.headers["Content-Disposition"] == 'attachment; filename="falls.html"'
    assert b"".join(response.streaming_content) == file.read_bytes()
    response.close()


def test_a_report_shows_what_its_owner_may_see_and_no_more(cast):
    tasks.ask("report", programme=cast.falls, by=cast.ben)
    text = tasks.result(do_one()).read_text()
    assert "Ward 1" in text
    assert "Ward 3" not in text


def test_who_has_lost_their_role_gets_no_report(cast):
    tasks.ask("report", programme=cast.falls, by=cast.cleo)
    Membership.objects.filter(person=cast.cleo).delete()
    done = do_one()
    assert (done.state, done.says) == ("failed", "What this was about is no longer open to you.")
    assert not list(tasks.results().glob("*"))


def test_asking_leaves_a_line_and_the_same_again_is_the_same_task(cast):
    first = tasks.ask("report", programme=cast.falls, by=cast.ana)
    assert tasks.ask("report", programme=cast.falls, by=cast.ana) == first
    assert tasks.ask("report", programme=cast.falls, by=cast.cleo) != first
    assert tasks.ask("report", programme=cast.sepsis, by=cast.ana) != first
    lines = Trail.objects.filter(did="asked for a report").order_by("id")
    assert list(lines.values_list("by", "programme")) == [("ana", "falls"), ("cleo", "falls"), ("ana", "sepsis")]


def test_work_that_is_unknown_or_too_much_is_one_sentence(cast):
    with pytest.raises(NotFound, match=r"There is no kind of work 'raport'\. Did you mean 'report'\?"):
        tasks.ask("raport", programme=cast.falls, by=cast.ana)
    for number in range(10):
        tasks.ask("report", programme=cast.falls, by=cast.ana, copy=number)
    with pytest.raises(TakerootError, match="10 things that you asked for are not done yet"):
        tasks.ask("report", programme=cast.falls, by=cast.ana, copy=10)


# Doing


def test_a_task_is_taken_by_one_worker_and_the_oldest_first(cast):
    first, second = (tasks.ask("report", programme=cast.falls, by=cast.ana, copy=n) for n in range(2))
    assert tasks._taken("one") == first
    assert tasks._taken("two") == second
    assert tasks._taken("three") is None


def test_progress_is_told_at_most_twice_a_second(cast, work):
    def counts(task, progress):
        for step in range(1000):
            progress(step, 1000, f"Step {step}.")
        held = Task.objects.get(pk=task.pk)
        assert held.of == 1000
        return f"/told/{held.done}"

    work("counting", counts)
    tasks.ask("counting", programme=None, by=cast.ana)
    done = do_one()
    assert done.state == "done", done.says
    assert int(done.result.rpartition("/")[2]) < 999


def test_what_was_cancelled_before_it_began_is_not_begun(cast):
    task = tasks.ask("report", programme=cast.falls, by=cast.ana)
    assert tasks.cancel(task, by=cast.ana).state == "cancelled"
    assert do_one() is None
    assert Trail.objects.filter(did="cancelled what was asked for", by="ana").count() == 1
    tasks.cancel(task, by=cast.ana)
    assert Trail.objects.filter(did="cancelled what was asked for").count() == 1


def test_what_is_cancelled_while_it_goes_on_stops_at_its_next_step(cast, work, monkeypatch):
    monkeypatch.setattr(tasks, "TELL", 0.0)
    steps = []

    def long(task, progress):
        for step in range(10):
            progress(step, 10)
            steps.append(step)
            if step == 3:
                tasks.cancel(task, by=cast.ana)
        return ""

    work("long", long)
    tasks.ask("long", programme=None, by=cast.ana)
    done = do_one()
    assert (done.state, done.says, steps) == ("cancelled", "Cancelled.", [0, 1, 2, 3])
    assert done.ended is not None


def test_when_the_workbench_stops_a_task_waits_for_the_next_start(cast, work):
    stop = threading.Event()

    def long(task, progress):
        stop.set()
        progress(1, 2)
        raise AssertionError("it went on")

    work("long", long)
    tasks.ask("long", programme=None, by=cast.ana)
    done = do_one(stop=stop)
    assert (done.state, done.worker) == ("waiting", "")


def test_what_somebody_can_put_right_is_said_as_it_is(cast, work):
    def fails(task, progress):
        raise NotEnough("Ten points are needed; there are four.")

    work("fails", fails)
    tasks.ask("fails", programme=None, by=cast.ana)
    done = do_one()
    assert (done.state, done.says) == ("failed", "Ten points are needed; there are four.")


def test_a_mistake_of_ours_is_noted_without_what_was_in_the_data(cast, work, caplog):
    def fails(task, progress):
        raise ValueError("could not convert 'Mrs Jones' to a number")

    work("fails", fails)
    tasks.ask("fails", programme=None, by=cast.ana)
    done = do_one()
    assert (done.state, done.says) == ("failed", "Something went wrong here; it was noted.")
    assert [record.getMessage() for record in caplog.records] == ["A task of the kind fails went wrong."]
    from takeroot.web.logs import Plain

    line = Plain().format(caplog.records[0])
    assert "builtins.ValueError" in line and "in fails" in line
    assert "Jones" not in line


def test_a_kind_that_this_version_does_not_know_is_one_sentence(cast):
    Task.objects.create(kind="later", by=cast.ana)
    done = do_one()
    assert (done.state, done.says) == ("failed", "This version of Takeroot does not know how to do 'later'.")


# Workers that are gone


def test_what_a_silent_worker_held_is_tried_once_more_and_then_given_up(cast):
    task = tasks.ask("report", programme=cast.falls, by=cast.ana)
    for expected in ("waiting", "failed"):
        assert tasks._taken("one") == task
        tasks.tidy()
        task.refresh_from_db()
        assert task.state == "running"
        Task.objects.filter(pk=task.pk).update(beat=timezone.now() - timedelta(minutes=2))
        tasks.tidy()
        task.refresh_from_db()
        assert task.state == expected
    assert task.says == tasks.LOST


def test_a_worker_that_was_given_up_changes_nothing_any_more(cast, work, monkeypatch):
    monkeypatch.setattr(tasks, "TELL", 0.0)

    def slow(task, progress):
        Task.objects.filter(pk=task.pk).update(beat=timezone.now() - timedelta(minutes=2))
        tasks.tidy()
        return "/late"

    work("slow", slow)
    tasks.ask("slow", programme=None, by=cast.ana)
    done = do_one()
    assert (done.state, done.result) == ("waiting", "")


def test_results_go_after_a_week(cast):
    tasks.ask("report", programme=cast.falls, by=cast.ana)
    done = do_one()
    folder = tasks.result(done).parent
    tasks.tidy()
    assert folder.exists()
    long_ago = timezone.now() - timedelta(days=8)
    Task.objects.filter(pk=done.pk).update(ended=long_ago)
    os.utime(folder, (long_ago.timestamp(), long_ago.timestamp()))
    tasks.tidy()
    assert not folder.exists()
    assert not Task.objects.filter(pk=done.pk).exists()


def test_a_worker_is_heard_while_it_works_and_missed_when_something_waits_in_vain(cast):
    assert tasks.worker_is_heard()
    task = tasks.ask("report", programme=cast.falls, by=cast.ana)
    assert tasks.worker_is_heard()
    Task.objects.filter(pk=task.pk).update(made=timezone.now() - timedelta(minutes=2))
    assert not tasks.worker_is_heard()
    with tasks._heard(threading.Event()):
        for _ in range(100):
            if tasks._sign_of_life().exists():
                break
            threading.Event().wait(0.02)
        assert tasks.worker_is_heard()


def test_a_worker_does_what_waits_until_it_is_stopped(cast, work):
    stop = threading.Event()

    def greet(task, progress):
        if task.arguments["to"] == 2:
            stop.set()
        return f"/hello/{task.arguments['to']}"

    work("greeting", greet)
    asked = [tasks.ask("greeting", programme=None, by=cast.ana, to=n) for n in range(4)]
    tasks.work(stop)
    assert [Task.objects.get(pk=one.pk).result for one in asked] == ["/hello/0", "/hello/1", "/hello/2", ""]
    assert not tasks._sign_of_life().exists()


# Pages


@pytest.mark.parametrize(("method", "address"), [("get", ""), ("post", "/cancel"), ("get", "/result")])
def test_a_task_is_for_its_owner_alone(cast, client, method, address):
    tasks.ask("report", programme=cast.falls, by=cast.ana)
    done = do_one()
    asked = f"/tasks/{done.pk}{address}"
    assert getattr(client, method)(asked).headers["Location"].startswith("/sign-in")
    for other in (cast.ben, cast.cleo, cast.dan):
        stranger = getattr(signed_in(other), method)(asked)
        nothing = getattr(signed_in(other), method)(f"/tasks/{done.pk + 1000}{address}")
        assert (stranger.status_code, nothing.status_code) == (404, 404)
        assert without_token(stranger) == without_token(nothing)


def test_a_page_says_how_far_it_is_and_comes_again_until_it_is_done(cast):
    browser = signed_in(cast.ana)
    task = tasks.ask("report", programme=cast.falls, by=cast.ana)
    page = browser.get(f"/tasks/{task.pk}").content.decode()
    assert '<meta http-equiv="refresh" content="2">' in page
    assert "It waits for its turn." in page
    Task.objects.filter(pk=task.pk).update(state="running", done=1, of=2, says="Writing the report.")
    page = browser.get(f"/tasks/{task.pk}").content.decode()
    assert '<progress id="how-far" max="2" value="1"></progress>' in page
    assert "Writing the report." in page
    Task.objects.filter(pk=task.pk).update(state="waiting")
    do_one()
    page = browser.get(f"/tasks/{task.pk}").content.decode()
    assert "Download falls.html" in page
    assert "refresh" not in page and "Cancel" not in page


def test_cancelling_is_a_button_never_a_link(cast):
    task = tasks.ask("report", programme=cast.falls, by=cast.ana)
    browser = signed_in(cast.ana)
    assert browser.get(f"/tasks/{task.pk}/cancel").status_code == 405
    assert browser.post(f"/tasks/{task.pk}/cancel").headers["Location"] == f"/tasks/{task.pk}"
    assert "It was cancelled" in browser.get(f"/tasks/{task.pk}").content.decode()
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(cast.ana)
    assert careful.post(f"/tasks/{task.pk}/cancel").status_code == 403


def test_a_result_outside_its_folder_is_no_result(cast, tmp_path):
    (tmp_path / "secret").write_text("not for anybody")
    task = Task.objects.create(kind="report", by=cast.ana, state="done", result="../secret")
    assert tasks.result(task) is None
    assert signed_in(cast.ana).get(f"/tasks/{task.pk}/result").status_code == 404
    assert Path(tmp_path / "secret").exists()
