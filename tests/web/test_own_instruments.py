"""A lead's own instruments on the web: brought in, used in rounds and records, never reworded, hostile ones refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from html import unescape

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.vocabulary.own_instruments import OVERLAY, OWN, TRANSLATION, record
from tests.web.test_imports import accept
from tests.web.test_pages import signed_in
from tests.web.test_pages import words as escaped

from takeroot import Programme
from takeroot.cli import main
from takeroot.errors import FaultyInput, TakerootError
from takeroot.vocabulary.own_instruments import PARAPHRASE, YOURS
from takeroot.web import actions, rounds
from takeroot.web.models import InstrumentFile, Trail
from takeroot.web.models import Programme as Row
from takeroot.web.panels.assess import kept
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

ALL, TODAY = Scope.everything(), timezone.localdate()
PAGE = "/p/falls/instruments"


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.HOME = tmp_path


def sent(client: Client, **files: str | bytes):
    """Files of a form, by their names without the suffix."""
    made = [
        SimpleUploadedFile(f"{name.replace('_', '.')}.yaml", text.encode() if isinstance(text, str) else text)
        for name, text in files.items()
    ]
    return client.post(PAGE, {"files": made})


def begun(row: Row, name: str = "Spring", of: str = "our-survey"):
    instrument = rounds.questionnaires(row)[of]
    return actions.begin_round(
        row, name=name, instrument=instrument, kind="open", way="team", opens=TODAY, closes=TODAY + timedelta(days=3),
        by="ana", scope=ALL,
    )  # fmt: skip


def words(page) -> str:
    return unescape(escaped(page))


def fresh(row: Row) -> Row:
    return Row.objects.get(pk=row.pk)


# Bringing in


def test_a_lead_brings_an_instrument_in_and_a_round_begins_with_it(cast):
    client = signed_in(cast.ana)
    page = sent(client, ours=OWN)
    assert page.status_code == 200 and "'our-survey', edition '1'" in words(page)
    row = InstrumentFile.objects.get()
    assert (row.name, row.by, row.on, row.text) == ("our-survey.yaml", "ana", TODAY, OWN)
    assert "How is it going?" in words(client.get("/p/falls/assess"))
    shown = words(client.get("/p/falls/assess/our-survey"))
    assert "Is it clear?" in shown and YOURS in shown and PARAPHRASE not in shown
    form = {"name": "Spring", "instrument": "our-survey", "way": "open:team", "opens": TODAY, "closes": TODAY}
    assert client.post("/p/falls/rounds/new", form).status_code == 302
    asking = fresh(cast.falls).askings.get()
    assert asking.asks() == fresh(cast.falls).library.find("our-survey")
    line = Trail.objects.filter(did="brought in instruments").get()
    assert (line.by, line.what["new"]) == ("ana", ["'our-survey', edition '1'"])


def test_only_a_lead_sees_the_page_and_other_programmes_have_nothing_of_it(cast):
    sent(signed_in(cast.ana), ours=OWN)
    for person, status in ((cast.ben, 403), (cast.cleo, 403), (cast.dan, 404), (cast.eve, 404)):
        client = signed_in(person)
        assert client.get(PAGE).status_code == status
        assert sent(client, theirs=OWN.replace("our-survey", "theirs")).status_code == status
        assert client.get(f"{PAGE}/file/our-survey.yaml").status_code == status
        assert client.post(f"{PAGE}/use", {"instrument": "npt", "edition": "1"}).status_code == status
    assert InstrumentFile.objects.count() == 1
    assert "our-survey" not in cast.sepsis.library.in_use
    assert signed_in(cast.dan).get("/p/sepsis/assess/our-survey").status_code == 404
    assert "Instruments of your own" in words(signed_in(cast.ana).get("/p/falls/assess"))
    assert "Instruments of your own" not in words(signed_in(cast.cleo).get("/p/falls/assess"))


def test_a_record_of_ones_own_is_written_like_those_of_takeroot(cast):
    sent(signed_in(cast.ana), ours=record())
    one = kept.in_use(fresh(cast.falls).library)["our-record"]
    answers = {("clear", None): "agree", ("used", "Ward 1"): "4"}
    written = actions.write_record(
        fresh(cast.falls), one, answers, {}, site=None, on=date(2024, 3, 1), by="ana", scope=ALL
    )
    assert written == 2
    page = words(signed_in(cast.ana).get("/p/falls/assess/our-record/on/2024-03-01"))
    assert "Is it clear?" in page and "I agree" in page


def test_overlays_and_translations_come_in_with_what_they_are_of(cast):
    page = sent(signed_in(cast.ana), our_survey=OWN.replace("our-survey", "our.survey"), over=OVERLAY)
    assert page.status_code == 422 and not InstrumentFile.objects.exists()
    page = sent(signed_in(cast.ana), ours=OWN, over=OVERLAY, cymraeg=TRANSLATION)
    assert page.status_code == 200
    library = fresh(cast.falls).library
    assert library.in_use["our-survey"] == "ward-7"
    assert library.find("our-survey").questions[0].asks == "Is it clear on ward 7?"
    client = signed_in(cast.ana)
    assert client.post(f"{PAGE}/use", {"instrument": "our-survey", "edition": "1"}).status_code == 302
    asking = begun(fresh(cast.falls))
    assert asking.languages == ("en", "cy") and asking.edition == "1"
    said = client.get(f"/p/falls/rounds/{asking.pk}/answer/me/?in=cy").content.decode()
    assert "Sut mae" in said


def test_other_words_for_what_takeroot_brings_are_used_and_set_aside_again(cast):
    client = signed_in(cast.ana)
    sent(client, npt="overlay_of: npt\nedition: ward\nquestions: {g1: Do you know it well?}\n")
    assert "Do you know it well?" in words(client.get("/p/falls/assess/npt"))
    page = client.get(PAGE)
    assert "Set aside for one of your own" in words(page)
    client.post(f"{PAGE}/use", {"instrument": "npt", "edition": "1"})
    assert "Do you know it well?" not in words(client.get("/p/falls/assess/npt"))
    assert "Do you know it well?" not in words(signed_in(cast.dan).get("/p/sepsis/assess/npt"))


def test_a_zip_of_files_comes_in_as_they_would(cast):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("instruments/our-survey.yaml", OWN)
        zipped.writestr("instruments/our-survey.ward-7.yaml", OVERLAY)
        zipped.writestr("programme.yaml", "name: Another\n")
        zipped.writestr("sites.csv", "site\nA\n")
    client = signed_in(cast.ana)
    assert client.post(PAGE, {"files": [SimpleUploadedFile("ours.zip", made.getvalue())]}).status_code == 200
    assert sorted(fresh(cast.falls).library.editions.keys() & {("our-survey", "1"), ("our-survey", "ward-7")})
    assert InstrumentFile.objects.count() == 2 and fresh(cast.falls).name == "Falls"


# What must stay


def test_the_same_file_again_changes_nothing(cast):
    client = signed_in(cast.ana)
    sent(client, ours=OWN)
    revision, lines = fresh(cast.falls).revision, Trail.objects.count()
    page = sent(client, again=OWN.replace("\n", "\r\n"))
    assert "Here already" in words(page)
    assert (fresh(cast.falls).revision, Trail.objects.count()) == (revision, lines)


def test_an_edition_that_nobody_answered_is_changed_and_the_trail_says_so(cast):
    client = signed_in(cast.ana)
    sent(client, ours=OWN)
    page = sent(client, ours=OWN.replace("Is it clear?", "Is it plain?"))
    assert "Changed" in words(page)
    assert fresh(cast.falls).library.find("our-survey").questions[0].asks == "Is it plain?"
    assert Trail.objects.filter(did="brought in instruments").first().what["changed"] == ["'our-survey', edition '1'"]


@pytest.mark.parametrize("how", ["asked", "written", "linked", "brought in"])
def test_an_edition_that_was_asked_or_answered_stays_as_it_is(cast, how):
    client, text = signed_in(cast.ana), record() if how == "written" else OWN
    sent(
        client, ours=text, cymraeg=TRANSLATION.replace("our-survey", "our-record" if how == "written" else "our-survey")
    )
    row = fresh(cast.falls)
    if how == "asked":
        begun(row)
    elif how == "written":
        one = kept.in_use(row.library)["our-record"]
        actions.write_record(row, one, {("clear", None): "no"}, {}, site=None, on=TODAY, by="ana", scope=ALL)
    elif how == "linked":
        form = {"from": "clear", "to": "used", "text": "It does."}
        assert client.post("/p/falls/assess/our-survey/links", form).status_code == 302
    else:
        from takeroot.vocabulary.tables import ROUNDS

        cells = {"round": "r", "instrument": "our-survey", "edition": "1", "subject": "programme"}
        actions.record(row, ROUNDS, cells, by="ana", scope=ALL)
    before = dict(InstrumentFile.objects.values_list("name", "text"))
    for changed in (
        text.replace("Is it clear?", "Is it plain?"),
        text.replace("value: agree,", "value: yes,"),
        text.replace("points: 2", "points: 3"),
    ):
        page = sent(client, ours=changed)
        assert page.status_code == 422
        assert "was asked or answered here, so it stays as it is. Give what you changed an edition" in words(page)
    words_of = TRANSLATION.replace("our-survey", "our-record" if how == "written" else "our-survey")
    assert "The translation of" in words(sent(client, cymraeg=words_of.replace("Clir?", "Glir?")))
    for name in before:
        page = client.post(f"{PAGE}/file/{name}", {"why": "We do not like it."})
        assert page.status_code == 422, name
    assert dict(InstrumentFile.objects.values_list("name", "text")) == before


def test_another_edition_comes_in_beside_one_that_was_answered(cast):
    client = signed_in(cast.ana)
    sent(client, ours=OWN)
    asking = begun(fresh(cast.falls))
    newer = OWN.replace('edition: "1"', 'edition: "2"').replace("Is it clear?", "Is it plain?")
    assert sent(client, ours=newer).status_code == 200
    library = fresh(cast.falls).library
    assert (library.in_use["our-survey"], library.find("our-survey", "1")) == ("2", asking.asks())
    assert begun(fresh(cast.falls), "Autumn").edition == "2"
    assert sorted(InstrumentFile.objects.values_list("name", flat=True)) == ["our-survey.1.yaml", "our-survey.yaml"]
    assert client.post(f"{PAGE}/use", {"instrument": "our-survey", "edition": "1"}).status_code == 302


def test_what_lies_under_an_edition_that_was_answered_stays_too(cast):
    client = signed_in(cast.ana)
    sent(client, ours=OWN, over=OVERLAY)
    begun(fresh(cast.falls))
    page = sent(client, ours=OWN.replace("How used are you to it?", "How used to it?").replace("Why?", "Why so?"))
    assert page.status_code == 422 and "'ward-7'" in words(page)


def test_what_nobody_used_is_removed_with_a_reason(cast):
    client = signed_in(cast.ana)
    sent(client, ours=OWN, over=OVERLAY)
    assert "Say why" in words(client.post(f"{PAGE}/file/our-survey.1.yaml", {"why": " "}))
    page = client.post(f"{PAGE}/file/our-survey.1.yaml", {"why": "Old"})
    assert page.status_code == 422 and "there is no" in words(page)
    assert client.post(f"{PAGE}/file/our-survey.yaml", {"why": "Not needed"}).status_code == 302
    assert "our-survey" in fresh(cast.falls).library.in_use
    line = Trail.objects.first()
    assert (line.did, line.why) == ("took an instrument out", "Not needed")


def test_a_round_begins_with_the_words_of_now_and_not_with_those_that_a_page_had(cast):
    client = signed_in(cast.ana)
    sent(client, ours=OWN)
    old = rounds.questionnaires(fresh(cast.falls))["our-survey"]
    sent(client, ours=OWN.replace("Is it clear?", "Is it plain?"))
    asking = actions.begin_round(
        fresh(cast.falls), name="Spring", instrument=old, kind="open", way="team", opens=TODAY, closes=TODAY, by="ana",
        scope=ALL,
    )  # fmt: skip
    assert asking.asks().questions[0].asks == "Is it plain?"
    assert asking.asks() == fresh(cast.falls).library.find("our-survey")


# Round and round


@pytest.mark.parametrize("kind", ["zip", "xlsx"])
def test_they_go_out_with_the_programme_and_come_in_with_it(cast, tmp_path, kind):
    client = signed_in(cast.ana)
    sent(client, ours=OWN, over=OVERLAY, cymraeg=TRANSLATION)
    begun(fresh(cast.falls))
    data = client.post("/p/falls/export", {"kind": kind}).content
    (tmp_path / f"out.{kind}").write_bytes(data)
    read = Programme.read(tmp_path / f"out.{kind}")
    assert read == fresh(cast.falls).read(ALL) and len(read.instruments) == 3
    loaded = actions.load_programme(read, by="tests", slug=f"again-{kind}")
    assert loaded.read(ALL) == read and loaded.library.in_use == read.library.in_use
    cast.ana.begins = True
    cast.ana.save()
    client.post("/begin", {"name": "", "file": SimpleUploadedFile(f"x.{kind}", data)})
    row = Row.objects.get(name="Falls", slug__startswith="falls-")
    assert "Instruments of your own come in too" in words(client.get(f"/p/{row.slug}/import/{row.batches.get().pk}"))
    accept(client, row.batches.get())
    assert fresh(row).read(ALL) == read


def test_a_file_that_would_reword_what_was_answered_brings_no_instrument_in(cast):
    client = signed_in(cast.ana)
    sent(client, ours=OWN)
    begun(fresh(cast.falls))
    programme = fresh(cast.falls).read(ALL)
    other = Programme(
        programme.about,
        instruments={"our-survey.yaml": OWN.replace("Is it clear?", "Is it plain?")},
        notes={"on": ["2024-03-01"], "title": ["A note"]},
    )
    made = io.BytesIO()
    from takeroot.vocabulary import about_in_files, files

    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("programme.yaml", about_in_files.yaml(other.about))
        zipped.writestr("notes.csv", files.csv_bytes(other.notes.select("on", "title")))
        zipped.writestr("instruments/our-survey.yaml", other.instruments["our-survey.yaml"])
    client.post("/p/falls/import", {"file": SimpleUploadedFile("x.zip", made.getvalue())})
    batch = fresh(cast.falls).batches.get()
    client.post(f"/p/falls/import/{batch.pk}/answer", {"about": "1", "words": "yes"})
    page = words(client.get(f"/p/falls/import/{batch.pk}"))
    assert "was asked or answered here" in page, page
    accept(client, batch)
    assert fresh(cast.falls).library.find("our-survey").questions[0].asks == "Is it clear?"
    assert fresh(cast.falls).notes.filter(title="A note").exists()


def test_a_file_of_somebody_who_leads_nothing_brings_no_instrument_in(cast):
    actions.add_member(cast.falls, person=cast.cleo, role="analyst", by="tests")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("programme.yaml", "name: Falls\n")
        zipped.writestr("notes.csv", "on,title\n2024-03-01,A note\n")
        zipped.writestr("instruments/our-survey.yaml", OWN)
    client = signed_in(cast.cleo)
    client.post("/p/falls/import", {"file": SimpleUploadedFile("x.zip", made.getvalue())})
    batch = fresh(cast.falls).batches.get()
    client.post(f"/p/falls/import/{batch.pk}/answer", {"about": "1", "words": "yes"})
    assert "(our-survey.yaml) are left out" in words(client.get(f"/p/falls/import/{batch.pk}"))
    accept(client, batch)
    assert not InstrumentFile.objects.exists() and fresh(cast.falls).notes.filter(title="A note").exists()


# Hostile files


ALIASES = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)
HOSTILE = {
    "huge": ("x" * (2**19 + 1), "over 512 KiB"),
    "aliases": (ALIASES, "row 1: write it out in full; references to another place (* and &) are not read"),
    "deep": ("a: " + "[" * 5000, "row 1: over 20 lists or fields stand within one another"),
    "unknown key": (
        OWN.replace("needed: yes", "neded: yes"),
        "row 40: 'sections.1.questions.1.neded' is not known here",
    ),
    "doubled id": (OWN.replace("id: used", "id: clear"), "row 41: under 'sections.1.questions.2.id' a short name"),
    "doubled field": (OWN.replace("who: The team", "who: Us\nwho: We"), "row 8: 'who' stands twice in one place"),
    "a boolean of YAML 1.1": (
        OWN.replace("needed: yes", "needed: Ja"),
        "row 40: under 'sections.1.questions.1.needed'",
    ),
    "a missing scale": (
        OWN.replace("scale: much}", "scale: mch}"),
        "row 41: under 'sections.1.questions.2.scale' there",
    ),
    "no scales": (OWN[: OWN.index("scales:")] + OWN[OWN.index("constructs:") :], "'scales' is needed"),
    "a tag": (OWN.replace("who: The", "who: !!python/object/apply:os.system The"), "row 7: take '!!python/object"),
    "not YAML": ("id: [unclosed\n", "not readable as YAML"),
    "not text": (b"\x00\xff\xfe\x80", "the file is not UTF-8"),
    "an overlay of nothing": ("overlay_of: nowhere\nedition: x\n", "row 1: there is no instrument 'nowhere'"),
    "an overlay of itself": ("overlay_of: d\nid: d\nedition: 1\n", "in a circle: d 1 → d 1"),
    "the edition of another": (OWN.replace("our-survey", "npt"), "there is an edition '1' of 'npt' already"),
    "control characters": (OWN.replace("Is it clear?", "Is it \x07 clear?"), "not readable as YAML"),
    "empty": ("", "the file is empty"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence_and_nothing_of_it_is_kept(cast, name):
    text, says = HOSTILE[name]
    before = fresh(cast.falls).revision
    page = sent(signed_in(cast.ana), bad=text)
    said = unescape(page.content.decode())
    assert page.status_code == 422 and says in said
    assert not InstrumentFile.objects.exists() and fresh(cast.falls).revision == before


def test_a_circle_of_overlays_is_said_with_its_line(cast):
    three = {name: f"id: {name}\noverlay_of: {other}\nedition: 1\n" for name, other in ("ab", "bc", "ca")}
    page = sent(signed_in(cast.ana), **three)
    said = words(page)
    assert page.status_code == 422 and "row 2: overlays are laid over one another in a circle" in said
    assert not InstrumentFile.objects.exists()


def test_one_bad_file_keeps_the_others_out(cast):
    page = sent(signed_in(cast.ana), good=OWN, bad=OVERLAY.replace("clear:", "cleer:"))
    assert page.status_code == 422 and "bad.yaml, row 4: there is no question" in words(page)
    assert not InstrumentFile.objects.exists()


def test_faults_are_said_as_the_command_says_them(cast, tmp_path):
    bad = OWN.replace("scale: much", "scale: mch").replace("who: The team", "whom: Us")
    (tmp_path / "bad.yaml").write_text(bad)
    said = CliRunner().invoke(main, ["instruments", "check", str(tmp_path / "bad.yaml")]).stderr.splitlines()
    page = sent(signed_in(cast.ana), bad=bad)
    assert len(said) == 3 and all(line in words(page) for line in said)


@pytest.mark.parametrize("name", ["../../x.yaml", "x.txt", ".yaml", "x/y.yaml", "\u202ex.yaml", "a" * 300 + ".yaml"])
def test_odd_names_lead_nowhere(cast, name):
    client = signed_in(cast.ana)
    client.post(PAGE, {"files": [SimpleUploadedFile(name, OWN.encode())]})
    assert set(InstrumentFile.objects.values_list("name", flat=True)) <= {"our-survey.yaml"}


def test_too_many_or_too_much_is_refused(cast):
    client = signed_in(cast.ana)
    many = [SimpleUploadedFile(f"a{n}.yaml", OWN.replace("our-survey", f"a{n}").encode()) for n in range(51)]
    assert "at most 50" in words(client.post(PAGE, {"files": many}))
    heavy = OWN.replace("cautions: [", "cautions: [" + ", ".join(["x" * 4900] * 90) + ", ")
    for nth in range(6):
        try:
            actions.bring_in_instruments(
                cast.falls, {"a.yaml": heavy.replace("our-survey", f"h{nth}").encode()}, by="ana"
            )
        except FaultyInput as refused:
            assert "at most 2 MiB together" in str(refused)
            break
    else:
        pytest.fail("it took more than it may")


def test_a_zip_bomb_is_refused(cast):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("a.yaml", b" " * (200 * 2**20))
    page = signed_in(cast.ana).post(PAGE, {"files": [SimpleUploadedFile("a.zip", made.getvalue())]})
    assert page.status_code == 422 and "far more than instruments" in words(page)


def test_what_breaks_later_is_said_and_breaks_no_page(cast):
    sent(signed_in(cast.ana), ours=OWN)
    InstrumentFile.objects.update(text="id: our-survey\n")
    actions.change_words(cast.falls, {"aim": "Another"}, by="ana")
    row = fresh(cast.falls)
    Row.objects.filter(pk=row.pk).update(marks=row.marks | {"instruments": "another"})
    client = signed_in(cast.ana)
    assert "are not read any more" in words(client.get(PAGE))
    for page in ("/", "/assess", "/rounds", "/rounds/new"):
        assert client.get(f"/p/falls{page}").status_code == 200


def test_nobody_brings_in_nothing(cast):
    with pytest.raises(TakerootError, match="Choose a file first"):
        actions.bring_in_instruments(cast.falls, {}, by="ana")
    assert signed_in(cast.ana).post(PAGE).status_code == 422
