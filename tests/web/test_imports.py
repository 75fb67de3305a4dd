"""Files come in through the browser: looked at first, all or nothing, and taken back."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web.conftest import falls

from takeroot import Programme
from takeroot.errors import TakerootError
from takeroot.vocabulary import files
from takeroot.web import actions, archive, imports
from takeroot.web.imports import plan, reading
from takeroot.web.models import Batch, Trail
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

ALL = Scope.everything()
NEW = "measure,site,on,value\nfalls,Ward 1,2024-07-01,3\nfalls,Ward 2,2024-07-01,4\n"


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def lead(client, cast):
    client.force_login(cast.ana)
    return client


def sent(name: str, data: bytes | str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)


def send(client, name, data, slug="falls", **more) -> Batch:
    answer = client.post(f"/p/{slug}/import", {"file": sent(name, data), **more})
    assert answer.status_code == 302, answer.content.decode()
    return Batch.objects.get(pk=answer["Location"].rsplit("/", 1)[1])


def page(client, batch) -> str:
    return client.get(address(batch)).content.decode()


def address(batch, what="") -> str:
    return f"/p/{batch.programme.slug}/import/{batch.pk}" + (f"/{what}" if what else "")


def seen(client, batch) -> str:
    return re.search(r'name="seen" value="(\w+)"', page(client, batch))[1]


def accept(client, batch, plan=None):
    return client.post(address(batch, "accept"), {"seen": plan or seen(client, batch)})


def now(row) -> Programme:
    row.refresh_from_db()
    return archive.programme_of(row, ALL)


def plan_of(row, name, data, **answers) -> imports.Plan:
    kept = imports.keep(name, [data.encode() if isinstance(data, str) else data])
    batch = actions.keep_batch(row, kept, person=None, by="tests", kind=imports.OURS)
    return imports.plan_of(actions.answer_batch(batch, answers), row)


# What is seen before anything is written


def test_nothing_is_written_until_it_is_accepted(lead, cast):
    lines = Trail.objects.count()
    batch = send(lead, "values.csv", NEW)
    says = page(lead, batch)
    assert "2 new, 0 changed and 0 unchanged rows" in says and "Bring 2 rows in" in says
    assert now(cast.falls) == falls() and Trail.objects.count() == lines
    accept(lead, batch)
    assert now(cast.falls).values.height == 182
    line = Trail.objects.first()
    assert (line.by, line.did, line.what["rows"]) == ("ana", "brought in a file", {"values": {"new": 2, "changed": 0}})
    assert "These rows came in: values: 2 new" in page(lead, batch)


def test_the_same_file_twice_changes_nothing(lead, cast):
    accept(lead, send(lead, "values.csv", NEW))
    before, lines = now(cast.falls), Trail.objects.count()
    again = send(lead, "values.csv", NEW)
    says = page(lead, again)
    assert "Everything in this file is in the record already" in says and 'name="seen"' not in says
    answer = accept(lead, again, imports.plan_of(again, cast.falls).seen)
    assert answer.status_code == 422 and "nothing to bring in" in answer.content.decode()
    assert now(cast.falls) == before and Trail.objects.count() == lines


def test_changed_rows_are_shown_with_what_they_say_now_and_would_say(lead, cast):
    says = page(lead, send(lead, "sites.csv", "site,region,beds\nWard 1,West,\nWard 2,South,21.5\n"))
    assert "0 new, 1 changed and 1 unchanged rows" in says
    rows = re.findall(r'data-head="Column">(\w+)</td>.*?Says now">([^<]*)<.*?Would say">([^<]*)<', says)
    assert rows == [("region", "North", "West"), ("beds", "20.5", "nothing")]
    assert "Ward 1, the long one" not in re.sub(r"<[^>]+>", "", says).split("What changes")[1]


def test_columns_that_a_file_does_not_have_stay_as_they_are(lead, cast):
    accept(lead, send(lead, "sites.csv", "site,region\nWard 1,West\n"))
    first = now(cast.falls).sites.row(0, named=True)
    assert (first["region"], first["name"], first["beds"]) == ("West", "Ward 1, the long one", 20.5)


def test_rows_at_fault_are_refused_one_by_one_and_the_others_come_in(lead, cast):
    data = (
        "measure,site,on,value\nfalls,Ward 1,2024-07-01,3\nfalls,Ward 1,2024-13-01,4\nfalls,Ward 22,2024-07-01,5\n"
        "falls,Ward 2,2024-07-01,many\nfalls,Ward 3,2024-07-01,6\nfalls,Ward 3,2024-07-01,7\n"
    )
    batch = send(lead, "values.csv", data)
    says = page(lead, batch)
    assert "1 new, 0 changed and 0 unchanged rows; 5 are refused" in says
    found = re.findall(r'data-head="Row">(\d+|–)<.*?data-head="Column">([^<]*)<', says)
    assert sorted(found) == [("3", "on"), ("4", "site"), ("5", "value"), ("6", "measure"), ("7", "measure")]
    assert "&#x27;Ward 22&#x27; is not among the sites; did you mean &#x27;Ward 2&#x27;?" in says
    accept(lead, batch)
    new = now(cast.falls).values.filter(pl.col("on") >= date(2024, 7, 1))
    assert new.select("site", "value").rows() == [("Ward 1", 3.0)]


def test_what_depends_on_a_refused_row_is_refused_too(cast):
    data = {"sites.csv": b"site,opened\nWard 8,2024-13-01\nWard 9,2024-01-01\n"}
    data["stages.csv"] = b"site,stage,on\nWard 8,using,2024-02-01\nWard 9,using,2024-02-01\n"
    data["notes.csv"] = b"on,title,site,about,id\n2024-03-01,Why,,notes:two,one\n2024-03-01,More,Ward 8,,two\n"
    plan = plan_of(cast.falls, "more.zip", files.zip_bytes(data))
    assert {name: one.counts["new"] for name, one in plan.differences.items()} == {"sites": 1, "stages": 1, "notes": 0}
    assert dict(plan.refused) == {"sites": 1, "stages": 1, "notes": 2}
    assert {(fault.where, fault.row) for fault in plan.faults} == {
        ("sites.csv", 2),
        ("stages.csv", 2),
        ("notes.csv", 2),
        ("notes.csv", 3),
    }


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("measure,site,value\nfalls,Ward 1,3\n", "need the column &#x27;on&#x27;"),
        ("measure,site,on,on\nfalls,Ward 1,2024-07-01,2024-07-02\n", "on"),
    ],
)
def test_a_fault_of_a_whole_table_refuses_the_table(lead, cast, data, says):
    batch = send(lead, "values.csv", data, kind="ours")
    lead.post(address(batch, "answer"), {"table": "values"})
    told = page(lead, batch)
    assert says in told and 'name="seen"' not in told


def test_more_faults_than_a_page_shows_are_in_a_file(lead, cast):
    rows = "".join(f"falls,Ward 1,2024-07-01,x{n}\n" for n in range(300))
    batch = send(lead, "values.csv", "measure,site,on,value\n" + rows)
    assert "The first 50 are shown" in page(lead, batch)
    listed = lead.get(address(batch, "faults.csv")).content.decode().splitlines()
    assert listed[0] == "where,row,column,says" and len({line.split(",")[1] for line in listed[1:]}) == 300


def test_a_table_is_known_by_its_columns_and_else_is_asked(lead, cast):
    assert page(lead, send(lead, "export 7.csv", NEW)).count("2 new") == 1
    batch = send(lead, "export.csv", "site,on\nWard 1,2024-07-01\n", kind="ours")
    says = page(lead, batch)
    assert "Which table is it?" in says and 'name="seen"' not in says
    lead.post(address(batch, "answer"), {"table": "stages"})
    assert "need the column" in page(lead, batch)


def test_days_that_read_both_ways_are_asked_about(lead, cast):
    batch = send(lead, "values.csv", "measure,site,on,value\nfalls,Ward 1,03/07/2024,3\nfalls,Ward 1,04/07/2024,3\n")
    says = page(lead, batch)
    assert "reads both ways" in says and "which comes first?" in says and "--dates" not in says
    lead.post(address(batch, "answer"), {"dates": "day-first"})
    accept(lead, batch)
    assert now(cast.falls).values["on"].max() == date(2024, 7, 4)


def test_rows_that_people_amended_here_stay_as_they_made_them(lead, cast):
    accept(lead, send(lead, "values.csv", NEW))
    row = cast.falls.values.get(site="Ward 1", on="2024-07-01")
    actions.withdraw(cast.falls, f"values:{row.id}", by="ana", scope=ALL, why="counted twice")
    says = page(lead, send(lead, "values.csv", NEW))
    assert "1 stays as people made them here" in says and "withdrawn here" in says


def test_a_name_that_others_speak_of_is_not_taken_away_by_an_id(cast):
    site = cast.falls.sites.get(site="Ward 1")
    plan = plan_of(cast.falls, "sites.csv", f"id,site\n{site.id},Ward One\n")
    assert not plan.changes and "other rows speak of it" in plan.faults[0].says
    plan = plan_of(cast.falls, "measures.csv", "measure,id,name,improves\nfalls,mine,Falls,down\n")
    assert plan.changes


def test_new_further_columns_come_in_with_their_kind_and_go_out_again(lead, cast):
    batch = send(lead, "sites.csv", "site,teams\nWard 1,4\nWard 2,5\n", kind="ours")
    accept(lead, batch)
    assert now(cast.falls).sites["teams"].to_list() == [4, 5, None, None, None, None]
    lead.post(address(batch, "take-back"), {"why": "a slip"})
    assert now(cast.falls) == falls()


def test_a_column_of_days_that_read_both_ways_is_not_emptied(cast):
    plan = plan_of(cast.falls, "sites.csv", "site,opened\nWard 1,03/04/2024\nWard 2,04/05/2024\n")
    assert not plan.changes and plan.refused == {"sites": 2}


def test_files_that_nobody_decides_about_do_not_pile_up(lead, cast, settings, monkeypatch):
    import os
    import time

    monkeypatch.setattr("takeroot.web.actions.batches.UNDECIDED", 2)
    stray = imports.keep("cut off.csv", [b"x"])
    old = time.time() - 2 * 24 * 60 * 60
    os.utime(Path(settings.HOME, "uploads", stray.kept_as), (old, old))
    for _ in range(2):
        send(lead, "values.csv", NEW)
    answer = lead.post("/p/falls/import", {"file": sent("values.csv", NEW)})
    assert answer.status_code == 422 and "accept or drop those first" in answer.content.decode()
    assert len(list(Path(settings.HOME, "uploads").iterdir())) == 2


# Accepting


def test_clicking_twice_brings_a_file_in_once(lead, cast):
    batch = send(lead, "values.csv", NEW)
    plan = seen(lead, batch)
    assert [accept(lead, batch, plan).status_code for _ in range(3)] == [302] * 3
    assert Trail.objects.filter(did="brought in a file").count() == 1


def test_what_moved_since_it_was_seen_is_shown_anew(lead, cast):
    batch = send(lead, "values.csv", NEW)
    plan = seen(lead, batch)
    cells = {"measure": "falls", "site": "Ward 1", "on": "2024-07-01", "value": "9"}
    actions.record(cast.falls, archive.TABLES["values"], cells, by="ben", scope=ALL)
    answer = accept(lead, batch, plan)
    says = answer.content.decode()
    assert answer.status_code == 422 and "The record changed since you looked" in says
    assert "1 new, 1 changed" in says and now(cast.falls).values.height == 181
    accept(lead, batch)
    assert now(cast.falls).values.height == 182


def test_what_moved_elsewhere_does_not_matter(lead, cast):
    batch = send(lead, "values.csv", NEW)
    plan = seen(lead, batch)
    actions.record(cast.falls, archive.TABLES["notes"], {"on": "2024-07-01", "title": "x"}, by="ben", scope=ALL)
    assert accept(lead, batch, plan).status_code == 302
    assert now(cast.falls).values.height == 182


def test_a_file_that_was_dropped_can_not_be_accepted_and_is_gone(
    lead, cast, settings, django_capture_on_commit_callbacks
):
    batch = send(lead, "values.csv", NEW)
    plan = seen(lead, batch)
    with django_capture_on_commit_callbacks(execute=True):
        lead.post(address(batch, "drop"))
    answer = accept(lead, batch, plan)
    assert answer.status_code == 422 and "was dropped" in answer.content.decode()
    assert now(cast.falls) == falls() and not any(Path(settings.HOME, "uploads").iterdir())


def test_a_batch_is_taken_back_and_what_was_changed_since_stays_and_is_named(lead, cast):
    batch = send(lead, "values.csv", NEW + "falls,Ward 1,2022-01-01,99\n")
    accept(lead, batch)
    row = cast.falls.values.get(site="Ward 2", on="2024-07-01")
    actions.amend(cast.falls, f"values:{row.id}", {"value": 8}, by="ben", scope=ALL, seen=row.line, why="recount")
    lead.post(address(batch, "take-back"), {"why": "the wrong month"})
    after = now(cast.falls)
    assert after.values.filter(pl.col("on") >= date(2024, 7, 1)).select("site", "value").rows() == [("Ward 2", 8.0)]
    assert after.values.sort("site", "on")["value"][0] == falls().values.sort("site", "on")["value"][0]
    assert Trail.objects.first().why == "the wrong month"
    again = lead.post(address(batch, "take-back"))
    assert again.status_code == 422 and "nothing to take back" in again.content.decode()


# What the file says of the programme itself


def test_words_come_in_where_somebody_who_may_change_them_says_so_and_go_out_again(lead, cast, tmp_path):
    other = Programme({**falls().about.model_dump(), "aim": "No falls at all", "theory": "People fall less if seen."})
    batch = send(lead, "words.zip", other.write(tmp_path / "w.zip").read_bytes())
    assert "is left out" in page(lead, batch)
    lead.post(address(batch, "answer"), {"about": "1", "words": "yes"})
    assert "No falls at all" in page(lead, batch)
    accept(lead, batch)
    assert now(cast.falls).about.aim == "No falls at all"
    lead.post(address(batch, "take-back"))
    assert now(cast.falls) == falls()


def test_an_analyst_brings_rows_in_and_no_words(client, cast, tmp_path):
    actions.add_member(cast.falls, person=cast.dan, role="analyst", by="tests")
    client.force_login(cast.dan)
    batch = send(client, "words.zip", Programme("Another name").write(tmp_path / "w.zip").read_bytes())
    client.post(address(batch, "answer"), {"about": "1", "words": "yes"})
    assert imports.plan_of(Batch.objects.get(pk=batch.pk), cast.falls).words == {}


# For named sites


def test_a_sites_own_sheet_reaches_its_own_rows_alone(cast, tmp_path, rf):
    from takeroot.web.roles import May, enter

    path = tmp_path / "stages.csv"
    path.write_text("site,stage,on\nWard 1,embedded,2024-01-01\nWard 2,using,2024-05-01\nWard 3,using,2024-05-01\n")
    visit = enter(cast.ben, "falls", May.RECORD)

    def plan_for(site: str) -> imports.Plan:
        taken = reading.read(path.name, path.read_bytes(), covariates=reading.kinds(cast.falls.covariates))
        return plan.of(cast.falls, taken, scope=visit.scope.within([site]))

    found = plan_for("Ward 1")
    assert found.differences["stages"].new["site"].to_list() == ["Ward 1"]
    assert {fault.row for fault in found.faults} == {3, 4}
    assert not any("Ward 4" in str(fault) for fault in found.faults)
    theirs = cast.falls.stages.filter(site="Ward 3").first()
    path.write_text(f"id,site,stage,on\n{theirs.id},Ward 1,embedded,2024-01-01\n")
    found = plan_for("Ward 1")
    assert not found.changes and found.faults
    assert plan_for("Ward 3").changes is False


# Attacks


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("picture.csv", b"%PDF-1.4 nothing", "a PDF"),
        ("values.xlsx", b"not a workbook at all", "no Excel workbook"),
        ("values.zip", b"PK\x03\x04 and then nothing", "damaged"),
        ("values.exe", b"MZ\x90", "not read"),
        ("climbs.zip", None, "could lead out of the zip"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_in_a_sentence(lead, cast, name, data, says):
    if data is None:
        import io
        import zipfile

        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as made:
            made.writestr("../../stages.csv", "site,stage,on\n")
        data = packed.getvalue()
    batch = send(lead, name, data, kind="ours")
    told = page(lead, batch)
    assert "Nothing of this file can be read" in told and says in told
    assert accept(lead, batch, "x").status_code == 422


def test_names_that_climb_or_hide_are_text(lead, cast, settings):
    batch = send(lead, "..\\..\\..\\<script>alert(1)</script>\u202e.csv", NEW)
    assert batch.file_name == "script>.csv" and re.fullmatch(r"\w{32}", batch.kept_as)
    kept = Path(settings.HOME, "uploads", batch.kept_as, "sent")
    assert kept.read_text() == NEW and kept.stat().st_mode & 0o777 == 0o600
    assert "<script>" not in page(lead, batch)


def test_markup_in_cells_is_shown_as_text(lead, cast):
    says = page(lead, send(lead, "sites.csv", "site,region\nWard 1,<img src=x onerror=alert(1)>\n"))
    assert "<img" not in says and "&lt;img src=x onerror=alert(1)&gt;" in says


def test_a_file_larger_than_may_be_sent_is_refused_and_not_kept(lead, cast, settings):
    settings.UPLOAD_BYTES = 1000
    answer = lead.post("/p/falls/import", {"file": sent("values.csv", "x" * 2000)})
    assert answer.status_code == 413 and not Batch.objects.exists()
    with pytest.raises(TakerootError, match="The file is larger than"):
        imports.keep("values.csv", [b"x" * 600, b"x" * 600])
    assert not any(Path(settings.HOME, "uploads").iterdir())
    assert "Choose a file" in lead.post("/p/falls/import", {}).content.decode()
    assert "The file is empty" in lead.post("/p/falls/import", {"file": sent("values.csv", "")}).content.decode()


def test_files_of_other_programmes_are_not_there(lead, cast):
    actions.add_member(cast.sepsis, person=cast.ana, role="viewer", by="tests")
    batch = send(lead, "values.csv", NEW)
    for what in ("", "accept", "answer", "drop", "take-back", "faults.csv"):
        for slug, status in (("sepsis", 403), ("nowhere", 404)):
            ask = lead.post if what and "." not in what else lead.get
            assert ask(f"/p/{slug}/import/{batch.pk}/{what}".rstrip("/")).status_code == status
    actions.add_member(cast.sepsis, person=cast.ana, role="lead", by="tests")
    for what in ("", "accept", "answer", "drop", "take-back", "faults.csv"):
        ask = lead.post if what and "." not in what else lead.get
        assert ask(f"/p/sepsis/import/{batch.pk}/{what}".rstrip("/")).status_code == 404
    assert now(cast.falls) == falls()


@pytest.mark.parametrize(("who", "status"), [("ben", 403), ("cleo", 403), ("dan", 404), ("eve", 404)])
def test_only_those_who_may_bring_files_in_see_them(client, cast, who, status):
    kept = imports.keep("values.csv", [NEW.encode()])
    batch = actions.keep_batch(cast.falls, kept, person=cast.ana, by="ana", kind=imports.OURS)
    client.force_login(getattr(cast, who))
    assert client.get("/p/falls/import").status_code == status
    assert client.get(address(batch)).status_code == status
    assert (
        client.post(address(batch, "accept"), {"seen": imports.plan_of(batch, cast.falls).seen}).status_code == status
    )
    assert now(cast.falls) == falls()


def test_without_its_token_a_form_does_nothing(cast):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)
    kept = imports.keep("values.csv", [NEW.encode()])
    batch = actions.keep_batch(cast.falls, kept, person=cast.ana, by="ana", kind=imports.OURS)
    for what in ("accept", "answer", "drop", "take-back"):
        assert client.post(address(batch, what)).status_code == 403
    assert client.post("/p/falls/import", {"file": sent("values.csv", NEW)}).status_code == 403
    assert Batch.objects.get().state == "ready"


def test_queries_do_not_grow_with_rows(lead, cast, django_assert_max_num_queries):
    batch = send(
        lead, "values.csv", "measure,site,on,value\n" + "".join(f"falls,Ward 1,{2030 + n}-01-01,1\n" for n in range(9))
    )
    more = send(
        lead, "values.csv", "measure,site,on,value\n" + "".join(f"falls,Ward 1,{2030 + n}-01-01,1\n" for n in range(50))
    )
    page(lead, send(lead, "values.csv", NEW))
    for one in (batch, more):
        with django_assert_max_num_queries(16):
            page(lead, one)


def test_a_large_file_is_looked_at_beside_the_page(lead, cast, monkeypatch):
    from takeroot.web import tasks
    from takeroot.web.imports import steps
    from takeroot.web.models import Task

    monkeypatch.setattr(steps, "LONG", 10)
    for name, data, says in (("values.csv", NEW, "Bring 2 rows in"), ("values.xlsx", "no workbook", "can be read")):
        batch = send(lead, name, data, kind="ours")
        answer = lead.get(address(batch))
        task = Task.objects.first()
        assert answer["Location"] == f"/tasks/{task.pk}" and Task.objects.filter(state="waiting").count() == 1
        tasks._do(tasks._taken("tests"), __import__("threading").Event())
        task.refresh_from_db()
        assert (task.state, task.result) == ("done", address(batch))
        assert says in page(lead, batch)
