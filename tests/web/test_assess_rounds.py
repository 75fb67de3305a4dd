"""What is shown of rounds that were begun here: to whom, from when on, what is kept back, what goes out as a file."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from html import unescape

import polars as pl
import pytest
import python_calamine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.asked import EVERYTHING, answer, asked, begun, closed
from tests.web.test_assess import asked_round
from tests.web.test_rounds import link, mark_in

from takeroot.web import actions, answered
from takeroot.web.models import AnswerRow, Asking, Reply, Trail
from takeroot.web.panels.assess import kept

pytestmark = pytest.mark.django_db

PAGE = "/p/falls/views/Spring"


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(client: Client, where: str) -> str:
    """A page that answers, as people read it."""
    page = client.get(where)
    assert page.status_code == 200, (where, page.status_code)
    return unescape(page.content.decode())


def sheets(levels: str, roles: str = "", question: str = "co1") -> dict[str, tuple[str, dict[str, str]]]:
    """One person for each level, with a role; the same numbers are the same people in every round."""
    words = {option.value: option.value for option in kept.in_use()["npt"].scale(_question(question)).options}
    known = list(words)
    called = {"n": "nurse", "d": "doctor", "c": "carer"}
    return {
        f"person {n}": (called.get(roles[n] if n < len(roles) else "", ""), {question: known[int(level)]})
        for n, level in enumerate(levels)
        if level != "-"
    }


def _question(name: str):
    return next(one for one in kept.in_use()["npt"].questions if one.id == name)


def evaluator(cast) -> Client:
    """Dan, as one who evaluates falls."""
    actions.add_member(cast.falls, person=cast.dan, role="evaluator", by="tests")
    return signed_in(cast.dan)


# From when on, and to whom


def test_a_round_that_was_begun_here_is_shown_once_it_is_closed_and_not_before(cast):
    asking = begun(cast.falls)
    for who, (role, answers) in sheets("00001111").items():
        answer(asking, who, answers, role=role)
    ana = signed_in(cast.ana)
    for where in (PAGE, f"{PAGE}/sheet", f"{PAGE}/export"):
        assert "answered, 2 different answers" not in read(ana, where), where
    assert ana.post(f"{PAGE}/export", {"kind": "csv"}).headers["Content-Type"].startswith("text/html")

    closed(asking)

    page = read(ana, PAGE)
    assert "8 people answered" in page
    assert "8 answered, 2 different answers, 12 of 28 pairs alike" in page
    assert PAGE in read(ana, "/p/falls/assess")


def test_a_round_whose_last_day_is_over_is_closed_by_the_first_look(cast):
    asking = begun(cast.falls)
    for who, (role, answers) in sheets("000001").items():
        answer(asking, who, answers, role=role)
    Asking.objects.filter(pk=asking.pk).update(closes=timezone.localdate() - timedelta(days=1))

    assert "6 people answered" in read(signed_in(cast.ana), PAGE)
    assert not Reply.objects.exists()


def test_fewer_than_the_floor_that_was_promised_are_not_shown(cast):
    asked(cast.falls, sheets("0000111"), floor=8)
    page = read(signed_in(cast.ana), PAGE)
    assert "Fewer than 8 answered" in page and "No group under 8 is ever shown" in page
    assert "7 people" not in page and "different answers" not in page


def test_who_reads_no_narrative_and_who_is_a_stranger_sees_no_answer(cast):
    asked(cast.falls, sheets("0000111"))
    for who in (cast.cleo, cast.ben, cast.dan, cast.eve):
        for where in (PAGE, f"{PAGE}/sheet", f"{PAGE}/export"):
            assert signed_in(who).get(where).status_code == 404, (who, where)
            assert signed_in(who).post(f"{PAGE}/export", {"kind": "csv"}).status_code == 404
    assert "7 people" not in read(signed_in(cast.cleo), "/p/falls/assess")
    assert "7 people answered" in read(evaluator(cast), PAGE)


def test_who_leads_a_site_sees_the_rounds_about_that_site_and_no_others(cast):
    for name, site in (("Ward one", "Ward 1"), ("Ward three", "Ward 3"), ("All", "")):
        asked(cast.falls, sheets("0000111"), name, site=site)
    actions.add_member(cast.falls, person=cast.dan, role="site lead", sites=["Ward 1"], by="tests")
    dan, ana = signed_in(cast.dan), signed_in(cast.ana)

    assert "7 people answered" in read(dan, "/p/falls/views/Ward one")
    for name in ("Ward three", "All"):
        assert "7 people answered" in read(ana, f"/p/falls/views/{name}")
        assert dan.get(f"/p/falls/views/{name}").status_code == 404
        assert dan.post(f"/p/falls/views/{name}/export", {"kind": "csv"}).status_code == 404
    listed = read(dan, "/p/falls/assess")
    assert "/views/Ward%20one" in listed and "Ward%20three" not in listed and "/views/All" not in listed


def test_an_open_round_is_shown_as_it_stands(cast):
    asking = begun(cast.falls, kind="open", way="team")
    answer(asking, "ana", {"co1": "agree"})
    assert "1 person answered" in read(signed_in(cast.ana), PAGE) or "1 people answered" in read(
        signed_in(cast.ana), PAGE
    )


@pytest.mark.parametrize("name", ["Spring/Summer 2026", "100 % of us?", "Frühling #1", "a & b"])
def test_a_round_of_any_name_has_its_page(cast, name):
    asked(cast.falls, sheets("0000111"), name)
    ana = signed_in(cast.ana)
    (where,) = set(re.findall(r'href="(/p/falls/views/[^"]+)"', ana.get("/p/falls/assess").content.decode()))
    page = read(ana, unescape(where))
    assert "7 people answered" in page
    for end in ("sheet", "export"):
        assert f'href="{where}/{end}"' in ana.get(unescape(where)).content.decode()
        assert ana.get(f"{unescape(where)}/{end}").status_code == 200


def test_answers_that_were_promised_to_be_thrown_away_are_not_shown_any_more(cast):
    asking = asked(cast.falls, sheets("0000111"))
    Asking.objects.filter(pk=asking.pk).update(keep_until=timezone.localdate())
    page = read(signed_in(cast.ana), PAGE)
    assert "thrown away, as it was promised" in page and "7 people" not in page
    assert not AnswerRow.objects.filter(programme=cast.falls).exists()


def test_what_a_file_says_of_a_round_that_was_begun_here_counts_for_nothing(cast):
    asked(cast.falls, sheets("00"))
    cast.falls.rounds.filter(round="Spring").update(kind="open", subject="Ward 1", closes=None)
    assert "Fewer than 5 answered" in read(signed_in(cast.ana), PAGE)


# What is kept back


def test_roles_are_merged_and_what_is_promised_is_said(cast):
    asked(cast.falls, sheets("0000011111222", "nnnnndddddccc"))
    page = read(signed_in(cast.ana), f"{PAGE}?by=role")
    told = set(re.findall(r"<td[^>]*>([a-z ]*(?:nurse|doctor|carer)[a-z ]*)</td>", page))
    assert told == {"carer or doctor", "nurse"}
    assert "none under 5 is seen" in page


def test_whoever_wrote_in_words_alone_is_counted_nowhere(cast):
    asking = begun(cast.falls, of="nasss-short")
    of = asking.asks()
    worded = next(one for one in of.questions if of.scale(one).kind == "text")
    other = next(one for one in of.questions if of.scale(one).kind == "one of")
    value = of.scale(other).options[0].value
    needed = {one.id: of.scale(one).options[0].value for one in of.questions if one.needed and of.scale(one).options}
    must = {one.id: "so" for one in of.questions if one.with_text == "must"}
    for n in range(6):
        answer(asking, f"p{n}", needed | {other.id: value}, words=must)
    if not needed:
        answer(asking, "words", {worded.id: "only words"}, released=(worded.id,))
    closed(asking)
    assert Asking.objects.get().answered == 6
    assert "6 people answered" in read(signed_in(cast.ana), PAGE)


def test_a_later_round_that_promises_more_changes_nothing_that_was_shown(cast):
    """Else what was merged by a larger floor could be set against what stood there before."""
    ana = signed_in(cast.ana)
    asked(cast.falls, sheets("00000111112222", "nnnnnndddddddd"))
    before = ana.get(f"{PAGE}?by=role").content.decode()
    asked(cast.falls, sheets("11111222220000", "nnnnnndddddddd"), "Autumn", floor=12)
    after = ana.get(f"{PAGE}?by=role").content.decode()
    strip = re.compile(r"[\w-]{43,64}|csrf[^>]*")
    assert strip.sub("", before) == strip.sub("", after)
    assert "No group" not in read(ana, "/p/falls/views/Autumn?by=role") or "nurse" not in read(
        ana, "/p/falls/views/Autumn?by=role"
    )


def test_answers_of_an_anonymous_round_that_came_in_a_file_go_out_to_whoever_brings_files_in_alone(cast):
    long_ago = timezone.localdate() - timedelta(days=40)
    asked_round(cast.falls, "filed", [{"co1": "agree"}] * 6, kind="anonymous", closes=long_ago, of="npt")
    asked_round(cast.falls, "open", [{"co1": "agree"}] * 2, kind="open", closes=long_ago, of="npt")

    def rows(client: Client) -> list[str]:
        data = client.post("/p/falls/export", {"kind": "zip"}).content
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            name = next(one for one in packed.namelist() if one.endswith("answers.csv"))
            return pl.read_csv(packed.read(name))["round"].to_list()

    assert rows(signed_in(cast.ana)).count("filed") == 6
    dan = evaluator(cast)
    assert set(rows(dan)) == {"open"}
    assert "6 people answered" in read(dan, "/p/falls/views/filed")


def test_a_round_of_a_file_is_never_matched_with_one_that_was_begun_here(cast):
    people = [{"co1": "agree"}] * 12
    long_ago = timezone.localdate() - timedelta(days=40)
    asked_round(cast.falls, "filed", people, kind="anonymous", closes=long_ago, of="npt")
    asking = begun(cast.falls)
    for n in range(12):
        answer(asking, f"p{n}", {"co1": "disagree"})
    closed(asking)
    today = timezone.localdate()
    rounds = answered.rounds_of(cast.falls, EVERYTHING, today)
    assert rounds["series"].n_unique() == 2
    page = read(signed_in(cast.ana), PAGE)
    assert "What moved since the round before" in page
    assert "can not be told apart here" in page and ">both times<" not in page


def test_the_same_slips_tell_what_moved_of_those_who_answered_both_times(cast):
    first = asked(cast.falls, sheets("0000011111"), "First")
    second = asked(cast.falls, sheets("1111111111"), "Second")
    page = read(signed_in(cast.ana), "/p/falls/views/Second")
    assert first.series == second.series
    assert ">both times<" in page and "Moved up" in page


# Words


def test_words_are_released_one_by_one_and_stand_under_their_construct_without_a_role(cast):
    asking = begun(cast.falls)
    of = asking.asks()
    first, second = [one for one in of.questions if one.id in ("co1", "cp1")]
    for n in range(6):
        said = {first.id: of.scale(first).options[0].value, second.id: of.scale(second).options[0].value}
        words = {first.id: f"zqfree {n}", second.id: f"zqkept {n}"}
        answer(asking, f"p{n}", said, role="carer", words=words, released=(first.id,))
    closed(asking)
    page = read(signed_in(cast.ana), PAGE)
    comments = page[page.index('id="comments"') :]
    assert all(f"zqfree {n}" in comments for n in range(6))
    assert "zqkept" not in page and "carer" not in comments[: comments.index("</section>")]
    assert not AnswerRow.objects.filter(comment__startswith="zqkept").exists()
    title = next(one.name for one in of.constructs if one.id == first.of)
    assert comments.index(f"<h3>{title}</h3>") < comments.index("zqfree 0")


def test_each_thing_that_was_written_is_released_by_its_own_box(cast):
    asking = begun(cast.falls, way="link", of="nhs-sustainability")
    client, base = Client(), link(asking)
    client.post(base, {"do": "begin"})
    section = asking.asks().sections[0]
    said = {f"q-{one.id}": asking.asks().scale(one).options[0].value for one in section.questions}
    worded = [one.id for one in section.questions][:2]
    client.post(f"{base}1", mark_in(client.get(f"{base}1")) | said | {f"w-{one}": f"zq {one}" for one in worded})
    page = client.get(f"{base}send").content.decode()
    offered = re.findall(r'name="release" value="([^"]+)"( checked)?', page)
    assert [name for name, _ in offered] == worded and not any(checked for _, checked in offered)

    assert client.post(f"{base}send", {"role": "nurse", "release": worded[1:]}).status_code == 302

    again = client.get(f"{base}send").content.decode()
    assert re.findall(r'name="release" value="([^"]+)" checked', again) == worded[1:]
    closed(asking)
    assert [*AnswerRow.objects.exclude(comment=None).values_list("comment", flat=True)] == [f"zq {worded[1]}"]


# From a construct to what is done about it


def test_a_question_an_action_a_note_and_an_account_begin_with_the_construct_and_the_round(cast):
    asked(cast.falls, sheets("0000111"), site="Ward 1")
    ana = signed_in(cast.ana)
    name = next(one.name for one in kept.in_use()["npt"].constructs if one.id == _question("co1").of)
    for where in (PAGE, f"{PAGE}/sheet"):
        page = read(ana, where)
        begins = dict.fromkeys(re.findall(r'<a href="(/p/falls/record/[^"]+)">([^<]+)</a>', page))
        said = {says for _, says in begins}
        assert said == {"Ask a question", "Note an action", "Write a note", "Write an account"}
        for href, says in begins:
            form = read(ana, href)
            assert "Spring" in form, (says, href)
            if name.replace(" ", "+") in href:
                assert name in form
        assert any(name.split()[0] in href for href, _ in begins)
    action = next(href for href, says in begins if says == "Note an action")
    assert re.search(r'<option value="Ward 1" selected', read(ana, action))


def test_whoever_may_not_hold_reviews_is_offered_no_action(cast):
    asked(cast.falls, sheets("0000111"))
    page = read(evaluator(cast), PAGE)
    assert "Write a note" in page and "Note an action" not in page


# Out as a file


def taken(client: Client, kind: str, where: str = PAGE) -> bytes:
    answer = client.post(f"{where}/export", {"kind": kind})
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    return answer.content


def test_an_evaluator_takes_the_figures_of_a_round_and_the_trail_says_so(cast):
    asking = asked(cast.falls, sheets("0000011111222", "nnnnndddddccc"))
    dan = evaluator(cast)
    lines = Trail.objects.count()
    page = read(dan, f"{PAGE}/export")
    assert "no group under 5" in page and "codebook" in page
    assert Trail.objects.count() == lines

    counts = pl.read_csv(taken(dan, "csv"))
    with zipfile.ZipFile(io.BytesIO(taken(dan, "zip"))) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    book = python_calamine.load_workbook(io.BytesIO(taken(dan, "xlsx")))
    workbook = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}

    everyone = counts.filter(breakdown="everyone", question="co1", state="answer")
    assert dict(everyone.select("value", "n").iter_rows()) != {} and everyone["n"].sum() == 13
    assert set(counts["group"].unique()) == {"everyone", "carer or doctor", "nurse"}
    assert {"counts.csv", "codebook.csv", "columns.csv", "read_me.csv", "views.csv"} <= set(parts)
    assert not {"answers.csv", "answers_wide.csv"} & set(parts)
    assert set(workbook) == {name.removesuffix(".csv") for name in parts}
    codes = set(AnswerRow.objects.filter(programme=cast.falls).values_list("respondent", flat=True))
    whole = "\n".join(parts.values()) + str(workbook)
    assert len(codes) == 13 and not any(code in whole for code in codes)
    line = Trail.objects.filter(did="took the figures of a round out as a file").latest("id")
    assert (line.by, line.what["round"], line.what["kind"]) == ("dan", asking.round, "xlsx")
    assert Trail.objects.count() == lines + 3


def test_every_column_that_goes_out_is_explained(cast):
    asked(cast.falls, sheets("0000011111222", "nnnnndddddccc"))
    asked(cast.falls, sheets("1111111111222", "nnnnndddddccc"), "Second")
    with zipfile.ZipFile(io.BytesIO(taken(signed_in(cast.ana), "zip", "/p/falls/views/Second"))) as packed:
        tables = {name.removesuffix(".csv"): pl.read_csv(packed.read(name)) for name in packed.namelist()}
    told = {(table, column) for table, column, means in tables["columns"].iter_rows() if means}
    assert told >= {
        (table, column) for table, frame in tables.items() if table != "read_me" for column in frame.columns
    }
    assert set(tables["changes"]["who"]) == {"everyone", "both times"}
    assert set(tables["counts"]["round"]) == {"Second"}


def test_an_open_round_goes_out_with_a_row_for_each_answer(cast):
    asking = begun(cast.falls, kind="open", way="team")
    answer(asking, "ana", {"co1": "agree"})
    rows = pl.read_csv(taken(signed_in(cast.ana), "csv"))
    assert rows.filter(question="co1").select("value", "points").row(0)[0] == "agree"


def test_a_round_that_may_not_be_shown_does_not_go_out(cast):
    asked(cast.falls, sheets("00"))
    lines = Trail.objects.count()
    answer_ = signed_in(cast.ana).post(f"{PAGE}/export", {"kind": "csv"})
    assert "attachment" not in answer_.headers.get("Content-Disposition", "")
    assert "Fewer than 5 answered" in unescape(answer_.content.decode())
    assert Trail.objects.count() == lines


# How much is asked of the database


def test_queries_do_not_grow_with_those_who_answered(cast):
    ana, counted = signed_in(cast.ana), []
    for nth, people in enumerate((8, 60)):
        asked(cast.falls, sheets("01" * (people // 2), "nd" * people), f"Round {nth}")
        for where in (f"/p/falls/views/Round {nth}", f"/p/falls/views/Round {nth}/sheet", "/p/falls/assess"):
            ana.get("/p/falls/")
            with CaptureQueriesContext(
                connection,
            ) as asked_for:
                assert ana.get(where).status_code == 200
            counted.append((where.replace(str(nth), ""), len(asked_for)))
    small, large = counted[:3], counted[3:]
    assert [n for _, n in large] <= [n + 2 for _, n in small], counted
