"""Who answered an anonymous round, and what, before it closes and after: every road to it that somebody may try."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.test_pages import signed_in, words
from tests.web.test_rounds import (
    ALL,
    SECRET_WORDS,
    TODAY,
    answered,
    begun,
    closed,
    everything_kept,
    link,
    mark_in,
    small,
    write,
)

from takeroot.errors import TakerootError
from takeroot.vocabulary.tables import ANSWERS
from takeroot.web import actions, archive, rounds, vault
from takeroot.web import answered as answered_in
from takeroot.web.frames import Book
from takeroot.web.models import AnswerRow, Asking, Change, Knock, Reply, Session, Slip, Trail

pytestmark = pytest.mark.django_db

assert small  # a fixture, used by name
PAGES = (
    "overview",
    "spread",
    "scale-up",
    "sustain",
    "measures",
    "story",
    "report",
    "review",
    "trail",
    "rounds",
    "other-work",
)


def read_by_lead(cast) -> str:
    """All that the pages of a programme, its search and its exports tell a lead."""
    ana = signed_in(cast.ana)
    told = [words(ana.get(reverse(name, args=["falls"]))) for name in PAGES]
    for word in ("zqwords", "zqreleased"):  # what was looked for is said again, and nothing else of it
        told.append(
            words(ana.get("/p/falls/search", {"q": word})).replace(f"{word} · Search", "").replace(f"“{word}”", "")
        )
    for kind in ("zip", "xlsx"):
        data = ana.post("/p/falls/export", {"kind": kind}).content
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            told += [packed.read(name).decode(errors="replace") for name in packed.namelist()]
    told += [path.read_bytes().decode(errors="replace") for path in Path(configured.CACHE).rglob("*") if path.is_file()]
    return "\n".join(told)


def codes(asking: Asking) -> set[str]:
    """The codes of those who answered."""
    return {*Reply.objects.values_list("code", flat=True), *AnswerRow.objects.values_list("respondent", flat=True)}


# Before it closes


def test_before_it_closes_no_road_leads_to_an_answer(cast, small):
    asking = begun(cast, small)
    for _ in range(7):
        answered(asking, release="yes", **{"w-clear": "zqreleased"})
    told = read_by_lead(cast)
    assert "Spring" in told and "zqwords" not in told and "zqreleased" not in told
    assert not any(code in told for code in codes(asking))
    assert "zqwords" not in everything_kept() and "zqreleased" not in everything_kept()
    assert not AnswerRow.objects.filter(programme=cast.falls).exists()
    asked = answered_in.rounds_of(cast.falls, ALL, TODAY)
    assert asked["round"].to_list() == ["Spring"] and not answered_in.answers_of(cast.falls, asked).height


def test_a_backup_of_an_open_round_tells_nothing_without_the_key(cast, small):
    asking = begun(cast, small)
    answered(asking)
    row = Reply.objects.get()
    assert {field.name for field in Reply._meta.fields} == {"id", "asking", "code", "sealed", "sent", "on"}
    assert configured.ANSWERS_KEY not in everything_kept()
    with pytest.raises(TakerootError):
        vault.opened(row.sealed, f"{asking.pk}\0somebody else")
    changed = row.sealed[:80] + ("A" if row.sealed[80] != "A" else "B") + row.sealed[81:]
    with pytest.raises(TakerootError):
        vault.opened(changed, f"{asking.pk}\0{row.code}")


def test_two_sheets_that_say_the_same_look_unlike_and_are_as_long_as_others(cast, small):
    asking = begun(cast, small)
    answered(asking)
    answered(asking)
    answered(asking, **{"w-clear": SECRET_WORDS * 5})
    sealed = [*Reply.objects.values_list("sealed", flat=True)]
    assert len(set(sealed)) == 3 and len({len(one) for one in sealed}) == 1


# Who answered


def test_what_was_given_out_and_what_came_back_have_nothing_in_common(cast, small):
    asking = begun(cast, small, way="slips")
    secrets = actions.make_slips(asking, 9, by="ana")
    slips = str([*Slip.objects.values()])
    for secret in secrets[:6]:
        answered(asking, base=reverse("answer", args=[secret]))
    assert str([*Slip.objects.values()]) == slips
    kept = everything_kept()
    assert not any(secret in kept for secret in secrets)
    assert not {one.digest for one in Slip.objects.all()} & codes(asking)


def test_a_code_is_another_one_with_another_key_programme_or_instrument(settings):
    code = vault.code_of(1, "npt|", "secret")
    assert code == vault.code_of(1, "npt|", "secret")
    assert len({code, vault.code_of(2, "npt|", "secret"), vault.code_of(1, "npt|Ward 1", "secret")}) == 3
    settings.ANSWERS_KEY = "another"
    assert vault.code_of(1, "npt|", "secret") != code


def test_the_trail_tells_of_a_day_when_it_is_over_and_of_nobody(cast, small):
    asking = begun(cast, small)
    cast.falls.refresh_from_db()
    before, revision = Trail.objects.count(), cast.falls.revision
    for _ in range(3):
        answered(asking)
    cast.falls.refresh_from_db()
    assert Trail.objects.count() == before and cast.falls.revision == revision
    Reply.objects.update(on=TODAY - timedelta(days=1))
    answered(asking)
    (line,) = Trail.objects.filter(did="answered an anonymous round")
    assert (line.by, line.what) == ("respondents", {"round": "Spring", "day": (TODAY - timedelta(days=1)).isoformat()})
    closed(asking)
    assert Trail.objects.filter(did="answered an anonymous round").count() == 2
    told = str([*Trail.objects.values()])
    assert not any(code in told for code in codes(asking))


def test_a_person_who_is_signed_in_leaves_no_trace_of_having_answered(cast, small):
    asking = begun(cast, small)
    ana = signed_in(cast.ana)
    Session.objects.update(seen=timezone.now() - timedelta(minutes=30))
    session = str([*Session.objects.values()])
    page = ana.get(link(asking))
    assert "ana" not in words(page).split() and "Ana" not in words(page)
    answered(asking, ana)
    assert str([*Session.objects.values()]) == session and not Knock.objects.exists()


def test_not_even_where_a_second_step_is_asked_of_all(cast, small, settings):
    settings.REQUIRE_TOTP = "all"
    asking = begun(cast, small)
    ana = signed_in(cast.ana)
    assert ana.get(link(asking)).status_code == 200


def test_rows_are_numbered_at_random_and_come_in_by_lot(cast, small):
    asking = begun(cast, small)
    ids = []
    for _ in range(12):
        answered(asking)
        ids += [one for one in Reply.objects.values_list("pk", flat=True) if one not in ids]
    assert ids != sorted(ids) and max(ids) > 2**50
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM web_reply WHERE rowid = id")
            assert cursor.fetchone()[0] == 12
    order = [*Reply.objects.filter(pk__in=ids).values_list("code", flat=True)]
    in_time = sorted(order, key=lambda code: ids.index(Reply.objects.get(code=code).pk))
    closed(asking)
    came = [*AnswerRow.objects.filter(question="clear").order_by("row").values_list("respondent", flat=True)]
    assert sorted(came) == sorted(in_time) and came != in_time  # one in 479 million by chance


def test_how_many_answered_is_said_in_steps_and_a_day_late(cast, small):
    asking = begun(cast, small)
    for _ in range(7):
        answered(asking)
    assert rounds.answered_about(asking) == "not yet known to be 5 or more"
    Reply.objects.update(on=TODAY - timedelta(days=1))
    assert rounds.answered_about(asking) == "at least 5 up to yesterday"


# After it has closed


def test_after_it_has_closed_no_row_is_read_but_by_views_of_groups(cast, small):
    asking = begun(cast, small)
    for _ in range(6):
        answered(asking, release="yes", **{"w-clear": "zqreleased"})
    closed(asking)
    mine = codes(asking)
    told = read_by_lead(cast)
    assert len(mine) == 6 and not any(code in told for code in mine) and "zqwords" not in told
    assert archive.table_of(cast.falls, ALL, ANSWERS).height == 0
    assert "answers" not in {name for name, one in Book(cast.falls, ALL).programme.tables.items() if one.height}
    for row in AnswerRow.objects.filter(programme=cast.falls)[:4]:
        for who in (cast.ana, cast.ben, cast.cleo):
            client, where = signed_in(who), f"/p/falls/rows/answers/{row.id}"
            assert client.get(where).status_code == 404
            assert client.post(where, {"do": "withdraw", "because": "x"}).status_code == 404


def test_fewer_than_the_floor_are_not_counted_out(cast, small):
    asking = begun(cast, small)
    answered(asking)
    closed(asking)
    assert "fewer than 5" in words(signed_in(cast.ana).get(f"/p/falls/rounds/{asking.pk}"))
    assert Trail.objects.filter(did="closed a round").get().what["answered"] == "fewer than 5"


def _brought_in(cast, name: str, text: str) -> str:
    """What becomes of a file that Ana brings in and accepts."""
    ana = signed_in(cast.ana)
    sent = ana.post("/p/falls/import", {"file": SimpleUploadedFile(name, text.encode())}, follow=True)
    seen = re.search(r'name="seen" value="([^"]+)"', sent.content.decode())
    where = sent.redirect_chain[-1][0]
    if seen:
        ana.post(f"{where}/accept", {"seen": seen[1]})
    return words(sent)


def test_no_file_adds_respondents_to_a_round_or_calls_it_open(cast, small):
    asking = begun(cast, small)
    answered(asking)
    closed(asking)
    before = [*AnswerRow.objects.values()]
    fakes = "".join(f"Spring,fake{n},clear,1\n" for n in range(4))
    _brought_in(cast, "answers.csv", f"round,respondent,question,answer\n{fakes}")
    _brought_in(cast, "rounds.csv", "round,instrument,edition,subject,kind\nSpring,small,1,programme,open\n")
    assert [*AnswerRow.objects.values()] == before
    assert cast.falls.rounds.get(round="Spring").kind == "anonymous"
    cast.falls.rounds.update(kind="open")  # even behind the workbench's back
    assert signed_in(cast.ana).get(f"/p/falls/rows/answers/{before[0]['id']}").status_code == 404
    assert archive.table_of(cast.falls, ALL, ANSWERS).height == 0


def test_no_file_takes_an_answer_over_into_another_round(cast, small):
    asking = begun(cast, small)
    answered(asking)
    closed(asking)
    mine = AnswerRow.objects.first()
    text = f"id,round,respondent,question,answer\n{mine.id},Mine,me,clear,1\n"
    _brought_in(cast, "answers.csv", text)
    mine.refresh_from_db()
    assert mine.round == "Spring"


# Withdrawn


def test_withdrawn_answers_are_gone_from_every_table(cast, small):
    asking = begun(cast, small)
    client = answered(asking)
    sealed = Reply.objects.get().sealed
    gone = client.post(link(asking), {"do": "withdraw"}, follow=True)
    assert "nothing of them is kept" in words(gone)
    assert not Reply.objects.exists() and not Change.objects.filter(table="answers").exists()
    assert sealed[:60] not in everything_kept()
    closed(asking)
    assert not AnswerRow.objects.filter(programme=cast.falls).exists()


def test_after_it_has_closed_nothing_is_withdrawn_changed_or_sent(cast, small):
    asking = begun(cast, small)
    client = answered(asking)
    opened = mark_in(client.get(f"{link(asking)}1"))
    closed(asking)
    before = [*AnswerRow.objects.values()]
    assert client.post(link(asking), {"do": "withdraw"}).status_code in (302, 422)
    assert client.post(f"{link(asking)}1", opened | {"q-clear": "1"}).status_code in (302, 422)
    assert client.post(f"{link(asking)}send", {"role": ""}).status_code in (302, 422)
    assert [*AnswerRow.objects.values()] == before and not Reply.objects.exists()


@pytest.mark.parametrize("when", ["to come", "closed"])
def test_a_round_that_is_not_open_takes_nothing(cast, small, when):
    asking = begun(cast, small)
    other = {"opens": TODAY + timedelta(days=2)} if when == "to come" else {"closes": TODAY - timedelta(days=1)}
    if when == "closed":
        Asking.objects.filter(pk=asking.pk).update(**other)
    else:
        asking = begun(cast, small, name="Later", **other)
    client = Client()
    client.post(link(asking), {"do": "begin"})
    assert client.post(f"{link(asking)}1", {"q-clear": "1"}).status_code == 302
    with pytest.raises(TakerootError):
        actions.keep_page(asking, "x", asked=["clear"], said=rounds.Said({"clear": "1"}), seen="")
    assert not Reply.objects.exists()


# Forged, replayed, guessed


def test_forged_links_open_nothing_and_whoever_tries_on_waits(cast, small):
    asking = begun(cast, small)
    secret, client = vault.link_secret(asking.nonce), Client()
    tries = [f"/r/{one}/" for one in (secret[:-1], secret + "A", secret.swapcase(), asking.nonce, asking.digest)]
    assert {client.get(one).status_code for one in tries} == {404}
    assert [client.get(f"/r/guess-{n}/").status_code for n in range(40)][-1] == 429
    assert client.get(link(asking)).status_code == 200  # whoever has the link is not kept waiting


def test_codes_that_were_made_up_are_refused_and_guessing_grows_slow(cast, small):
    asking, client = begun(cast, small), Client()
    answered(asking)
    for code in ("", "AAAA-AAAA-AAAA-AAAA-AAAA", Reply.objects.get().code, "\0", "é" * 24):
        assert client.post(link(asking), {"do": "code", "code": code}).status_code == 422
    assert "takeroot_answers" not in str(client.cookies)
    tries = [client.post(link(asking), {"do": "code", "code": f"guess {n}"}).status_code for n in range(40)]
    assert tries[-1] == 429
    client.cookies[f"takeroot_answers_{asking.pk}"] = "AAAA-AAAA-AAAA-AAAA-AAAA"
    assert client.get(f"{link(asking)}1").status_code == 302


def test_one_in_a_million_codes_that_are_made_up_fits_its_check():
    made = vault.new_code()
    assert vault.read_code(made) == made == vault.read_code(made.lower().replace("-", " "))
    swapped = made[:-1] + ("A" if made[-1] != "A" else "B")
    assert vault.read_code(swapped) is None
    assert len({vault.new_code() for _ in range(200)}) == 200


def test_whether_somebody_answered_is_not_told_by_a_code(cast, small):
    asking = begun(cast, small)
    unused, client = vault.new_code(), Client()
    assert client.post(link(asking), {"do": "code", "code": unused}).status_code == 302
    assert not Reply.objects.exists()


def test_a_form_that_is_sent_again_and_again_is_one_answer(cast, small):
    asking = begun(cast, small)
    client, base = answered(asking), link(asking)
    for _ in range(5):
        assert client.post(f"{base}send", {"role": rounds.ROLES[0], "release": "no"}).status_code == 302
    closed(asking)
    assert AnswerRow.objects.filter(question="clear").count() == 1


def test_a_slip_of_another_programme_or_instrument_opens_no_round_of_this_one(cast, small):
    asking = begun(cast, small, way="slips")
    (secret,) = actions.make_slips(asking, 1, by="ana")
    other = small.model_copy(update={"id": "other"})
    begun(cast, other, name="Other", way="slips")
    assert "How is it going?" in words(Client().get(reverse("answer", args=[secret])))
    assert rounds.by_secret(secret)[0] == asking
    Slip.objects.update(series="nothing|")
    assert Client().get(reverse("answer", args=[secret])).status_code == 404


def test_an_anonymous_round_is_not_answered_by_somebody_signed_in(cast, small):
    asking = begun(cast, small)
    ana = signed_in(cast.ana)
    for name, rest in (("round-answer", ()), ("round-answer-part", (1,)), ("round-answer-send", ())):
        for who in ("me", "team", f"person-{cast.ana.pk}"):
            assert ana.get(reverse(name, args=["falls", asking.pk, who, *rest])).status_code == 404


def test_nobody_writes_on_the_sheet_of_another_in_an_open_round(cast, small):
    asking = begun(cast, small, kind="open", way="team")
    answered(asking, signed_in(cast.ana), reverse("round-answer", args=["falls", asking.pk, "me"]))
    ben = signed_in(cast.ben)
    mine = reverse("round-answer", args=["falls", asking.pk, "me"])
    assert "Is it clear?" in words(ben.get(f"{mine}1")) and SECRET_WORDS not in ben.get(f"{mine}1").content.decode()
    assert ben.get(mine.replace("/me/", f"/person-{cast.ana.pk}/")).status_code == 404
    assert signed_in(cast.cleo).get(mine).status_code == 403
    assert signed_in(cast.dan).get(mine).status_code == 404


def test_hostile_words_are_words(cast, small):
    asking = begun(cast, small, name="<b>Spring</b>", roles=["<i>Nurse</i>"])
    client, base = Client(), link(asking)
    client.post(base, {"do": "begin"})
    write(client, base, 1, **{"q-clear": "2", "w-clear": "<script>alert(1)</script>"})
    page = client.get(f"{base}1").content.decode() + client.get(f"{base}send").content.decode()
    assert "<script>alert" not in page and "<i>Nurse" not in page and "<b>Spring" not in page
    refused = write(client, base, 1, **{"q-clear": "2", "w-clear": "bell \x07"})
    assert refused.status_code == 422


def test_pages_by_a_link_are_listed_by_no_robot_and_kept_by_nobody(cast, small):
    headers = Client().get(link(begun(cast, small))).headers
    assert headers["X-Robots-Tag"] == "noindex, nofollow" and headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "strict-origin"


def test_a_form_of_it_is_taken_from_its_own_pages_alone(cast, small):
    client = Client(enforce_csrf_checks=True)
    assert client.post(link(begun(cast, small)), {"do": "begin"}).status_code == 403


# Several at once


@pytest.mark.django_db(transaction=True)
def test_a_round_that_closes_while_others_send_has_each_whole_or_not_at_all(at_once, cast, small):
    asking = begun(cast, small)
    clients = []
    for _ in range(6):
        client, base = Client(), link(asking)
        client.post(base, {"do": "begin"})
        write(client, base, 1, **{"q-clear": "2"})
        clients.append(client)
    barrier, told = threading.Barrier(7), []

    def send(client: Client) -> None:
        barrier.wait()
        told.append(client.post(f"{link(asking)}send", {"role": "", "release": "no"}).headers.get("Location", ""))
        connections.close_all()

    threads = [threading.Thread(target=send, args=(one,)) for one in clients]
    for one in threads:
        one.start()
    barrier.wait()
    closed(asking)
    for one in threads:
        one.join()
    sent = sum("/sent" in one for one in told)
    assert AnswerRow.objects.filter(question="clear").count() == sent == Asking.objects.get(pk=asking.pk).answered
    assert not Reply.objects.exists()
