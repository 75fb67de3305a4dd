"""What is said to those who look after the machine, and what never is."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.test import Client, RequestFactory

from takeroot.errors import TakerootError
from takeroot.web import environment, logs
from takeroot.web.requests import client_address

SECRETS = ("hunter2-password", "tok3n-of-a-link", "mrs.jones@example.org", "Mrs Jones fell", "q-of-a-search")


@pytest.fixture
def heard(request):
    """What a form of log says, line by line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    loggers = [logging.getLogger(name) for name in ("takeroot", "takeroot.requests", "django", "waitress")]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.INFO)
        if one.name != "takeroot.requests":  # it goes up to takeroot
            one.addHandler(handler)
    handler.setFormatter(getattr(request, "param", logs.Json)())
    yield lambda: stream.getvalue().splitlines()
    for one, level in zip(loggers, levels, strict=True):
        one.removeHandler(handler)
        one.setLevel(level)


both = pytest.mark.parametrize("heard", [logs.Plain, logs.Json], indirect=True)


def signed_in(person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


@pytest.mark.django_db
def test_a_request_is_said_with_what_it_took_and_whose_it_was(cast, heard):
    response = signed_in(cast.ana).get("/p/falls/spread?by=q-of-a-search")
    (line,) = [json.loads(one) for one in heard()]
    assert line.pop("milliseconds") >= 0
    assert line.pop("time").endswith("+00:00")
    assert line.pop("message").startswith("GET /p/falls/spread 200 in ")
    assert line == {
        "level": "info",
        "where": "takeroot.requests",
        "request": response.headers["X-Request-ID"],
        "method": "GET",
        "path": "/p/falls/spread",
        "status": 200,
        "person": cast.ana.pk,
    }


@pytest.mark.django_db
def test_a_stranger_is_nobody_and_costs_no_query(cast, heard, django_assert_num_queries, client):
    with django_assert_num_queries(0):
        client.get("/privacy")
    assert json.loads(heard()[0])["person"] is None


@both
@pytest.mark.django_db
def test_no_secret_comes_into_a_log(cast, heard, monkeypatch, settings):
    from takeroot.web.panels import spread

    browser = signed_in(cast.ana)
    browser.post("/sign-in", {"username": "mrs.jones@example.org", "password": "hunter2-password"})
    Client().post("/sign-in?next=/s/tok3n-of-a-link", {"username": "ana", "password": "hunter2-password"})
    for address in ("/s/tok3n-of-a-link/stages", "/i/tok3n-of-a-link", "/r/tok3n-of-a-link/", "/mrs.jones@example.org"):
        assert browser.get(address).status_code == 404

    def fails(*_: object) -> None:
        try:
            raise KeyError("Mrs Jones fell")
        except KeyError as error:
            raise ValueError("mrs.jones@example.org: Mrs Jones fell, hunter2-password") from error

    monkeypatch.setattr(spread, "panels", fails)
    assert browser.get("/p/falls/spread?by=q-of-a-search").status_code == 500
    logging.getLogger("waitress").error("Exception while serving %s", "/s/tok3n-of-a-link?a=q-of-a-search")
    logging.getLogger("takeroot.mail").error("smtp://me:hunter2-password@mail.example.org said no to %s", SECRETS[2])
    said = "\n".join(heard())
    assert [secret for secret in SECRETS if secret in said] == []
    assert "ValueError" in said and "KeyError" in said and "in fails" in said
    assert "/s/…/stages" in said


@both
def test_nobody_writes_lines_of_their_own_into_a_log(heard):
    logging.getLogger("takeroot").error("Not Found: %s", "/a\n2026-01-01 ERROR takeroot: all is lost\r\x1b[2J\u2028x")
    assert len(heard()) == 1
    assert "\x1b" not in heard()[0]


@pytest.mark.django_db
def test_a_path_with_a_line_break_stays_one_line(heard, client):
    client.get("/a%0a%0dGET /admin 200")
    assert [json.loads(one)["path"] for one in heard() if "requests" in one] == ["/a��GET /admin 200"]


def test_where_an_exception_happened_is_said_and_where_it_came_from():
    def inner() -> None:
        raise KeyError("a cell")

    try:
        try:
            inner()
        except KeyError as error:
            raise TakerootError("a sentence") from error
    except TakerootError as error:
        lines = logs.kinds_and_places(error)
    assert lines[1] == "takeroot.errors.TakerootError"
    assert lines[-1] == "builtins.KeyError"
    assert lines[-2].endswith("in inner")
    assert "a cell" not in "".join(lines)


# The number of a request


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "given", "kept"),
    [
        (0, "from-outside-1", False),
        (1, "of-our-proxy-1", True),
        (1, "short", False),
        (1, "line\nbreak-in-it", False),
        (1, "x" * 65, False),
    ],
)
def test_the_number_of_a_request_is_taken_from_a_proxy_of_ours_alone(client, settings, proxies, given, kept):
    settings.PROXIES = proxies
    numbers = {client.get("/privacy", HTTP_X_REQUEST_ID=given).headers["X-Request-ID"] for _ in range(2)}
    assert (numbers == {given}) is kept
    assert len(numbers) == (1 if kept else 2)


# Where a request came from


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "9.9.9.9", "9.9.9.9"),
        (1, "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        (2, "6.6.6.6, 9.9.9.9, 10.0.0.1", "9.9.9.9"),
        (2, "9.9.9.9", "127.0.0.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "9.9.9.9:1234", "9.9.9.9"),
        (1, "nonsense", "127.0.0.1"),
    ],
)
def test_an_address_is_what_the_outermost_proxy_of_ours_saw(settings, proxies, forwarded, address):
    settings.PROXIES = proxies
    assert client_address(RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded)) == address


# The health of the house


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["database", "migrations", "guards", "worker", "disk"])
def test_what_is_amiss_is_one_word_for_a_watchman(client, monkeypatch, word):
    from django.db import OperationalError

    from takeroot.web.views import house

    assert (client.get("/health").status_code, client.get("/health").content) == (200, b"well\n")
    monkeypatch.setitem(house.checks, word, lambda: False)
    answer = client.get("/health?full")
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (
        503,
        f"{word}\n".encode(),
        "text/plain",
    )

    def fails() -> bool:
        raise OperationalError("password authentication failed for user takeroot")

    monkeypatch.setitem(house.checks, word, fails)
    assert client.get("/health").content == f"{word}\n".encode()


@pytest.mark.django_db
def test_every_check_of_the_house_can_fail(monkeypatch, settings, tmp_path):
    import shutil
    from collections import namedtuple

    from django.db.migrations.recorder import MigrationRecorder

    from takeroot.web import guards
    from takeroot.web.views import house

    assert all(check() for check in house.checks.values())
    MigrationRecorder.Migration.objects.filter(app="web").order_by("-id").first().delete()
    assert not house.checks["migrations"]()
    guards.lift()
    assert not house.checks["guards"]()
    nearly = namedtuple("nearly", "total used free")(10**12, 10**12 - 10**6, 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: nearly)
    assert not house.checks["disk"]()


# Settings


def test_plain_is_the_rule_and_json_says_every_request():
    assert logs.settings("plain", requests=False, debug=False)["loggers"]["takeroot.requests"]["level"] == "WARNING"
    assert logs.settings("plain", requests=True, debug=False)["loggers"]["takeroot.requests"]["level"] == "INFO"
    assert logs.settings("json", requests=False, debug=False)["loggers"]["takeroot.requests"]["level"] == "INFO"


def test_settings_that_can_not_be_understood_are_one_sentence(monkeypatch):
    monkeypatch.setenv("TAKEROOT_LOG", "xml")
    with pytest.raises(TakerootError, match=r"TAKEROOT_LOG is 'xml'; it is one of: plain, json\."):
        environment.one_of("TAKEROOT_LOG", "plain", "json")
    monkeypatch.setenv("TAKEROOT_PROCESSES", "0")
    with pytest.raises(TakerootError, match=r"TAKEROOT_PROCESSES is '0'; a whole number of 1 or more is needed\."):
        environment.processes(2)
    for wrong in ("mail.example.org", "http://mail", "smtp://", "smtp://mail:port"):
        monkeypatch.setenv("TAKEROOT_SMTP", wrong)
        with pytest.raises(TakerootError, match="TAKEROOT_SMTP can not be read; smtp://"):
            environment.mail([])


def test_e_mail_goes_out_by_the_server_that_is_named_and_else_not_at_all(monkeypatch):
    monkeypatch.delenv("TAKEROOT_SMTP", raising=False)
    assert environment.mail(["takeroot.example.org"]) == {
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "DEFAULT_FROM_EMAIL": "takeroot@takeroot.example.org",
        "EMAIL_TIMEOUT": 20,
    }
    monkeypatch.setenv("TAKEROOT_SMTP", "smtp://me%40here:p%2Fss@mail.example.org?tls=1")
    monkeypatch.setenv("TAKEROOT_MAIL_FROM", "Falls <falls@example.org>")
    said = environment.mail(["localhost"])
    assert said["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    assert (said["EMAIL_HOST"], said["EMAIL_PORT"], said["EMAIL_USE_TLS"]) == ("mail.example.org", 587, True)
    assert (said["EMAIL_HOST_USER"], said["EMAIL_HOST_PASSWORD"]) == ("me@here", "p/ss")
    assert said["DEFAULT_FROM_EMAIL"] == "Falls <falls@example.org>"


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_refused_before_it_is_read(client, settings):
    settings.UPLOAD_BYTES = 2**20
    answer = client.post("/sign-in", {"username": "x" * 2**20})
    assert answer.status_code == 413
    assert "What you sent is larger than this workbench takes (1 MB)" in answer.content.decode()
    assert client.post("/sign-in", {"username": "x"}).status_code == 422


@pytest.mark.django_db
def test_what_is_kept_of_people_is_open_to_everybody(client):
    page = client.get("/privacy").content.decode()
    assert "at most 12 hours" in page
    assert 'href="/privacy"' in client.get("/sign-in").content.decode()
