"""What was worked out is kept for one revision and scope; a new revision never serves the old."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.db import transaction
from tests.web.conftest import falls

from takeroot import Programme
from takeroot.analysis import adoption
from takeroot.reporting.results import Results
from takeroot.vocabulary.tables import STAGES
from takeroot.web import actions, archive, frames
from takeroot.web.actions.line import raise_revision
from takeroot.web.frames import Book
from takeroot.web.panels.spread import by_group
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db
EVERYTHING = Scope.everything()


def kept(settings) -> list[Path]:
    return sorted(path for path in Path(settings.CACHE).rglob("*") if path.is_file())


def test_what_is_kept_is_what_was_worked_out():
    row = actions.load_programme(falls(), by="tests")
    first, again = (Book(row, EVERYTHING).frame(Results.reach) for _ in range(2))
    assert first.equals(again) and first.equals(adoption.reach(falls()))
    assert Book(row, EVERYTHING).programme == falls()


def test_an_analysis_is_asked_once():
    row, asked = actions.load_programme(falls(), by="tests"), []

    def slow(results: Results) -> pl.DataFrame:
        asked.append(results.programme.name)
        return results.programme.sites

    for _ in range(3):
        Book(row, EVERYTHING).frame(slow)
    assert asked == ["Falls"]


def test_the_database_is_not_asked_for_rows_it_gave_before(django_assert_num_queries):
    row = actions.load_programme(falls(), by="tests")
    row.read(EVERYTHING)
    with django_assert_num_queries(0):
        assert row.read(EVERYTHING) == falls()


def test_a_new_revision_never_serves_the_old():
    old = actions.load_programme(falls(), by="tests")
    assert Book(old, EVERYTHING).frame(Results.reach)["in_use"][-1] == 4
    new = actions.load_programme(
        Programme("Falls", stages={"site": ["A"], "stage": ["using"], "on": ["2024-03-01"]}), by="tests", replace=True
    )
    assert Book(new, EVERYTHING).frame(Results.reach)["in_use"][-1] == 1


def test_a_page_that_began_before_a_change_reads_what_is_there_now_and_keeps_it_as_such():
    old = actions.load_programme(falls(), by="tests")
    new = actions.load_programme(Programme("Falls"), by="tests", replace=True)
    assert old.mark != new.mark
    assert old.read(EVERYTHING) == Programme("Falls")
    assert old.mark == new.mark


def test_a_change_in_the_middle_of_reading_is_noticed(monkeypatch):
    row = actions.load_programme(falls(), by="tests")
    fetch, changed = archive.table_of, Programme("Changed meanwhile")

    def interrupted(of, scope, table):
        if table is STAGES and of.revision == 1:
            actions.load_programme(changed, slug="falls", by="somebody else", replace=True)
        return fetch(of, scope, table)

    monkeypatch.setattr(archive, "table_of", interrupted)
    assert row.read(EVERYTHING) == changed
    assert row.read(EVERYTHING) == changed


def test_a_table_that_was_not_changed_is_not_fetched_again(django_assert_num_queries):
    row = actions.load_programme(falls(), by="tests")
    row.read(EVERYTHING)
    with transaction.atomic():
        row.stages.create(site="Ward 3", stage="embedded", on=date(2024, 6, 1))
        raise_revision(row, ["stages"])
    with django_assert_num_queries(2):  # the stages, and whether anything changed meanwhile
        assert row.read(EVERYTHING).stages.height == falls().stages.height + 1
    with django_assert_num_queries(0):
        assert row.read(EVERYTHING).stages.height == falls().stages.height + 1


def test_what_was_kept_for_an_older_revision_is_thrown_away(settings):
    row = actions.load_programme(falls(), by="tests")
    Book(row, EVERYTHING).frame(Results.reach)
    before = kept(settings)
    row = actions.load_programme(falls(), by="tests", replace=True)
    Book(row, EVERYTHING).frame(Results.reach)
    assert before and not set(before) & set(kept(settings))


def test_scopes_do_not_share_what_is_kept():
    row = actions.load_programme(falls(), by="tests")
    some = Scope.of_sites({"Ward 1"})
    assert Book(row, EVERYTHING).frame(Results.history)["site"].n_unique() == 6
    assert Book(row, some).frame(Results.history)["site"].unique().to_list() == ["Ward 1"]


def test_who_sees_some_sites_sees_them_up_to_the_same_day():
    stages = {"site": ["A", "B"], "stage": ["using"] * 2, "on": ["2023-01-01", "2024-05-01"]}
    row = actions.load_programme(Programme("Falls", stages=stages), by="tests")
    assert (
        row.read(Scope.of_sites({"A"})).as_at == row.read(EVERYTHING).as_at == Programme("Falls", stages=stages).as_at
    )


def test_options_are_part_of_what_was_asked():
    row = actions.load_programme(falls(), by="tests")
    book = Book(row, EVERYTHING)
    assert not book.frame(by_group, by="region").equals(book.frame(by_group, by="deprivation"))


def test_many_threads_get_the_same_and_one_of_them_makes_it():
    row = actions.load_programme(falls(), by="tests")
    book, asked, got = Book(row, EVERYTHING), [], []
    programme = book.programme

    def slow(_: Results) -> pl.DataFrame:
        asked.append(1)
        return adoption.reach(programme)

    threads = [threading.Thread(target=lambda: got.append(book.frame(slow))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1 and len(got) == 8 and all(frame.equals(got[0]) for frame in got)


def test_the_folder_keeps_within_its_bound(settings, monkeypatch):
    settings.CACHE_BYTES = 60_000
    monkeypatch.setattr(frames, "_held", None)
    row = actions.load_programme(falls(), by="tests")
    book = Book(row, EVERYTHING)

    def wide(_: Results, n: int) -> pl.DataFrame:
        return pl.DataFrame({"n": range(n, n + 1000)})

    for n in range(30):
        assert book.frame(wide, n=n)["n"][0] == n
    assert 0 < sum(path.stat().st_size for path in kept(settings)) <= 60_000


def test_a_folder_that_can_not_be_written_costs_time_but_no_page(settings, tmp_path):
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    settings.CACHE = blocked
    row = actions.load_programme(falls(), by="tests")
    assert Book(row, EVERYTHING).frame(Results.reach).equals(adoption.reach(falls()))


def test_half_a_file_is_never_found(settings, monkeypatch):
    row = actions.load_programme(falls(), by="tests")

    def full_disk(frame: pl.DataFrame, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(frames, "_write_frame", full_disk)
    assert Book(row, EVERYTHING).programme == falls()
    monkeypatch.undo()
    assert Book(row, EVERYTHING).programme == falls()
