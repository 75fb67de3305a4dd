"""The record goes out as a file and comes in again the same; a programme begins, and says what it is."""

from __future__ import annotations

import io

import pytest
from tests.web.conftest import falls
from tests.web.test_imports import accept, now, send, sent

from takeroot import Programme
from takeroot.web import actions
from takeroot.web.models import Programme as Row
from takeroot.web.models import Trail
from takeroot.web.panels import words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.HOME = tmp_path


def out(client, kind, path, slug="falls") -> Programme:
    answer = client.post(f"/p/{slug}/export", {"kind": kind})
    assert answer.status_code == 200 and f'filename="{slug}-' in answer["Content-Disposition"]
    file = path / f"out.{kind}"
    file.write_bytes(answer.content)
    return Programme.read(file)


@pytest.mark.parametrize("kind", ["zip", "xlsx"])
def test_what_went_out_comes_in_again_as_the_same_programme(client, cast, kind, tmp_path):
    cast.ana.begins = True
    cast.ana.save()
    client.force_login(cast.ana)
    assert out(client, kind, tmp_path) == falls()
    answer = client.post("/begin", {"name": "", "file": sent(f"x.{kind}", (tmp_path / f"out.{kind}").read_bytes())})
    row = Row.objects.exclude(pk=cast.falls.pk).get(name="Falls")
    batch = row.batches.get()
    assert answer["Location"] == f"/p/{row.slug}/import/{batch.pk}" and row.slug != "falls"
    accept(client, batch)
    assert now(row) == falls()


def test_somebody_with_named_sites_takes_out_what_they_see_and_no_more(client, cast, tmp_path):
    client.force_login(cast.ben)
    seen = out(client, "zip", tmp_path)
    assert seen.sites["site"].to_list() == ["Ward 1", "Ward 2"] and set(seen.values["site"]) == {"Ward 1", "Ward 2"}
    assert seen.about.eligible.sites is None and seen.notes.height == 0 and seen.accounts.height == 0


def test_the_trail_says_who_took_what_out_and_the_record_stays_at_its_revision(client, cast, tmp_path):
    client.force_login(cast.ben)
    revision = cast.falls.revision
    out(client, "xlsx", tmp_path)
    line = Trail.objects.first()
    cast.falls.refresh_from_db()
    assert (line.by, line.did, line.programme) == ("ben", "took the record out as a file", "falls")
    assert line.what["sites"] == ["Ward 1", "Ward 2"] and line.what["rows"] > 60
    assert cast.falls.revision == revision


def test_text_that_looks_like_a_formula_stays_text(client, cast, tmp_path):
    client.force_login(cast.ana)
    accept(client, send(client, "sites.csv", "site,region\nWard 1,'=1+1\nWard 2,'@SUM(A1)\n"))
    answer = client.post("/p/falls/export", {"kind": "zip"})
    import zipfile

    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert "'=1+1" in packed.read("sites.csv").decode()
    assert out(client, "xlsx", tmp_path).sites["region"].to_list()[:2] == ["=1+1", "@SUM(A1)"]


def test_mappings_go_out_to_those_who_bring_files_in_alone(client, cast):
    Row.objects.filter(pk=cast.falls.pk).update(mappings="mappings:\n- name: x\n")
    client.force_login(cast.cleo)
    assert "mappings.yaml" not in client.get("/p/falls/export").content.decode()
    assert client.post("/p/falls/export", {"kind": "yaml"}).status_code == 403
    client.force_login(cast.ana)
    assert client.post("/p/falls/export", {"kind": "yaml"}).content == b"mappings:\n- name: x\n"
    client.force_login(cast.dan)
    assert client.post("/p/falls/export", {"kind": "zip"}).status_code == 404


# Beginning


def test_a_name_is_enough_to_begin_and_who_begins_leads(client, cast):
    cast.dan.begins = True
    cast.dan.save()
    client.force_login(cast.dan)
    answer = client.post("/begin", {"name": "Falls"})
    row = Row.objects.exclude(pk=cast.falls.pk).get(name="Falls")
    assert answer["Location"] == f"/p/{row.slug}/about" and row.slug != "falls"
    assert client.get(answer["Location"]).status_code == 200
    assert client.get("/p/falls/about").status_code == 404


def test_who_does_not_begin_programmes_finds_no_such_page(client, cast):
    client.force_login(cast.ana)
    assert client.get("/begin").status_code == 404 and client.post("/begin", {"name": "X"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "says"), [("", "A name is needed"), ("  ", "A name is needed"), ("a\x07b", "control")]
)
def test_a_name_that_is_none_begins_nothing(client, cast, name, says):
    cast.ana.begins = True
    cast.ana.save()
    client.force_login(cast.ana)
    answer = client.post("/begin", {"name": name})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert Row.objects.count() == 2


# What the programme says of itself


def form(row, **changed) -> dict:
    """What a browser would send of the form as it stands."""
    about = row.words.model_dump(mode="json")
    fields = {"seen": words.seen(about), "reason": "agreed with the board"}
    for _, entries in words.form(about):
        for one in entries:
            value = ("yes" if one.value else None) if one.kind == "tick" else one.value
            if value is not None:
                fields[one.path] = value
    return {**fields, **changed}


def rule(row, **changed) -> dict:
    about = row.words.model_dump(mode="json")
    fields = {
        "seen": words.seen(about),
        "reason": "agreed",
        "name": "Two winters",
        "what": ["activities"],
        "valued_by": "wards",
        "zero": "full use",
        "months": "18",
        "why": "two winters show it",
        "grace": "2",
        "evidence.activities": ["using", "embedded"],
    }
    return {**fields, **changed}


def test_everybody_reads_what_it_says_and_only_the_lead_changes_it(client, cast):
    for who, may in (("ana", True), ("ben", False), ("cleo", False)):
        client.force_login(getattr(cast, who))
        says = client.get("/p/falls/about").content.decode()
        assert "Fewer falls on wards" in says and ("about/edit" in says) is may
        assert client.get("/p/falls/about/edit").status_code == (200 if may else 403)
        assert client.get("/p/falls/about/rules/1").status_code == (200 if may else 403)


def test_words_are_changed_with_a_reason_that_the_trail_keeps(client, cast):
    client.force_login(cast.ana)
    fields = form(cast.falls, aim="No falls at all", **{"success.changed": "Wards talk", "eligible.sites": "40"})
    assert client.post("/p/falls/about/edit", fields).status_code == 302
    about = now(cast.falls).about
    assert (about.aim, about.success.changed, about.eligible.sites) == ("No falls at all", "Wards talk", 40)
    assert about.rules == falls().about.rules
    line = Trail.objects.first()
    assert (line.why, line.what["before"]["aim"]) == ("agreed with the board", "Fewer falls on wards")


def test_a_fault_stands_beside_its_field_and_what_was_typed_stays(client, cast):
    client.force_login(cast.ana)
    fields = form(cast.falls, name="", aim="Typed", start="2024-13-01", **{"eligible.sites": "many"})
    answer = client.post("/p/falls/about/edit", fields)
    says = answer.content.decode()
    assert answer.status_code == 422 and "Typed" in says and 'value="many"' in says
    for anchor in ("name", "start", "eligible-sites"):
        assert f'<a href="#{anchor}">' in says
    assert now(cast.falls).about == falls().about


def test_no_reason_and_a_change_in_between_are_said_and_nothing_is_lost(client, cast):
    client.force_login(cast.ana)
    answer = client.post("/p/falls/about/edit", form(cast.falls, aim="Typed", reason=" "))
    assert answer.status_code == 422 and "Say why it is changed" in answer.content.decode()
    stale = form(cast.falls, aim="Mine")
    actions.change_words(cast.falls, {"aim": "Theirs"}, by="ben")
    answer = client.post("/p/falls/about/edit", stale)
    says = answer.content.decode()
    assert answer.status_code == 422 and "Mine" in says and "Now: Theirs" in says
    assert now(cast.falls).about.aim == "Theirs"


def test_a_rule_is_added_changed_and_taken_away(client, cast):
    client.force_login(cast.ana)
    bad = client.post("/p/falls/about/rules/new", rule(cast.falls, months="0"))
    assert bad.status_code == 422 and '<a href="#months">' in bad.content.decode()
    assert client.post("/p/falls/about/rules/new", rule(cast.falls)).status_code == 302
    cast.falls.refresh_from_db()
    added = cast.falls.words.rules[-1]
    assert (added.name, added.months, added.grace, str(added.zero)) == ("Two winters", 18, 2, "full use")
    benefits = {"evidence.benefits.measure": "falls", "evidence.benefits.at_most": "3"}
    assert client.post("/p/falls/about/rules/3", rule(cast.falls, **benefits)).status_code == 302
    cast.falls.refresh_from_db()
    assert cast.falls.words.rules[2].evidence.benefits.at_most == 3
    unknown = client.post("/p/falls/about/rules/3", rule(cast.falls, **{"evidence.benefits.measure": "nothing"}))
    assert unknown.status_code == 422 and "not among the measures" in unknown.content.decode()
    assert client.post("/p/falls/about/rules/3", rule(cast.falls, remove="yes")).status_code == 302
    cast.falls.refresh_from_db()
    assert [one.name for one in cast.falls.words.rules] == ["A year on", "Two years"]
    assert client.get("/p/falls/about/rules/9").status_code == 404


def test_a_file_that_can_not_be_kept_begins_nothing(client, cast):
    cast.ana.begins = True
    cast.ana.save()
    client.force_login(cast.ana)
    answer = client.post("/begin", {"name": "Trees", "file": sent("trees.csv", b"")})
    assert answer.status_code == 422 and "The file is empty" in answer.content.decode()
    assert not Row.objects.filter(name="Trees").exists()
