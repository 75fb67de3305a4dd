"""Every file of the library can be read, says whose words it uses and how surely what it says is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.instrument import Instrument

PATHS = sorted(path for path in instruments_in_files.SHIPPED.glob("*") if path.is_file())
EVERY = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)


def held(path: Path) -> Instrument:
    found = instruments_in_files.look(path)
    assert [str(fault) for fault in found.faults] == []
    assert isinstance(found.holds, Instrument)
    return found.holds


@EVERY
def test_a_file_of_the_library_has_no_faults_and_is_called_as_it_is_found(path):
    found = held(path)
    assert path.suffix == ".yaml"
    assert path.stem in (found.id, f"{found.id}-{found.edition}", f"{found.id}.{found.edition}")


@EVERY
def test_a_file_of_the_library_says_whose_words_it_uses(path):
    found = held(path)
    assert found.wording == "paraphrase"
    assert found.language == "en"
    assert all(found.source)
    assert found.licence
    assert found.title and found.purpose and found.who


@EVERY
def test_what_is_said_of_a_result_is_marked_as_confirmed_or_not_with_its_source(path):
    found = held(path)
    assert all(
        one.status in ("confirmed", "unconfirmed") for one in (*found.facts, *found.interpretation, found.scoring)
    )
    assert all(fact.source for fact in found.facts if fact.status == "confirmed")
    assert found.cautions
    assert found.discussion


@EVERY
def test_no_total_is_made_where_its_authors_defined_none(path):
    assert not held(path).scoring.total or path.stem == "nhs-sustainability"


def test_every_edition_can_be_found():
    shelf = instruments_in_files.whole()
    assert len(shelf.editions) == len(PATHS)
    for name, edition in shelf.editions:
        assert instruments_in_files.find(name, edition).edition == edition
    assert list(instruments_in_files.library()) == list(shelf.in_use)
