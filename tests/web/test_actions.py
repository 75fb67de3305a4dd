"""Everything that changes something: in one transaction, with a new revision, and one line in the trail."""

from __future__ import annotations

import re

import pytest
from tests.web.conftest import falls

from takeroot import Programme
from takeroot.errors import NotFound, TakerootError
from takeroot.web import actions, archive
from takeroot.web.models import Membership, Trail
from takeroot.web.models import Programme as Row
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db


def test_loading_leaves_one_line_and_a_first_revision():
    row = actions.load_programme(falls(), by="Ana")
    line = Trail.objects.get()
    assert (row.slug, row.revision, line.by, line.did, line.programme, line.revision) == (
        "falls",
        1,
        "Ana",
        "loaded the programme",
        "falls",
        1,
    )
    assert line.what["rows"]["stages"] == falls().stages.height


def test_a_programme_is_not_replaced_unless_asked():
    first = actions.load_programme(Programme("Falls"), by="Ana")
    with pytest.raises(TakerootError, match=r"There is a programme 'falls' already \(Falls\)"):
        actions.load_programme(falls(), by="Ben")
    assert archive.programme_of(first, Scope.everything()) == Programme("Falls")
    second = actions.load_programme(falls(), by="Ben", replace=True)
    assert (second.pk, second.revision) == (first.pk, 2)
    assert archive.programme_of(second, Scope.everything()) == falls()
    assert [line.did for line in Trail.objects.order_by("id")] == ["loaded the programme", "replaced the programme"]


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        (("北京计划", "上海计划"), ["北京计划", "上海计划"]),
        (("!!!", "???"), [r"programme-\w{12}", r"programme-\w{12}"]),
        (("Falls", "Falls!"), ["falls", r"falls-\w{12}"]),
        (("x" * 90, "x" * 91), ["x" * 80, "x" * 67 + r"-\w{12}"]),
    ],
)
def test_programmes_of_different_names_have_different_addresses(names, slugs):
    made = [actions.load_programme(Programme(name), by="Ana").slug for name in names]
    assert made[0] != made[1]
    assert all(re.fullmatch(expected, slug) for expected, slug in zip(slugs, made, strict=True)), made
    for name, slug in zip(names, made, strict=True):
        assert actions.slug_of(Programme(name)) == slug
        with pytest.raises(TakerootError, match="already"):
            actions.load_programme(Programme(name), by="Ana")


def test_every_revision_has_a_mark_of_its_own():
    marks = {actions.load_programme(falls(), by="Ana", replace=True).mark for _ in range(3)}
    assert len(marks) == 3


def test_what_fails_half_way_leaves_nothing(monkeypatch):
    monkeypatch.setattr("takeroot.web.actions.programmes.raise_revision", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.load_programme(falls(), by="Ana")
    assert not Row.objects.exists() and not Trail.objects.exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"role": "leed"}, "There is no role 'leed'. Did you mean 'lead'?"),
        ({"role": "contributor"}, "A contributor speaks of named sites; name at least one."),
        ({"role": "contributor", "sites": ["Ward 99"]}, "There is no site 'Ward 99'."),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(cast, given, says):
    with pytest.raises((NotFound, TakerootError)) as raised:
        actions.add_member(cast.falls, person=cast.dan, by="Ana", **given)
    assert str(raised.value).startswith(says)
    assert not Membership.objects.filter(person=cast.dan, programme=cast.falls).exists()


def test_giving_a_role_again_changes_what_it_covers(cast):
    actions.add_member(cast.falls, person=cast.ben, role="contributor", sites=["Ward 3"], by="Ana")
    assert Membership.objects.get(person=cast.ben, programme=cast.falls).sites == ["Ward 3"]
    line = Trail.objects.first()
    assert (line.by, line.did) == ("Ana", "gave a role")
    assert line.what == {"person": "ben", "role": "contributor", "sites": ["Ward 3"], "expires": None}


def test_two_people_do_not_sign_in_by_one_name(cast):
    with pytest.raises(TakerootError, match="Somebody signs in as 'ana' already"):
        actions.add_person(sign_in="ana", password="another password", by="tests")


def test_no_password_is_in_the_trail(cast):
    assert "a long password" not in str(list(Trail.objects.values()))


def test_the_trail_is_added_to_and_never_rewritten(cast):
    line = Trail.objects.first()
    for change in (
        lambda: line.save(),
        lambda: line.delete(),
        lambda: Trail.objects.update(by="somebody else"),
        lambda: Trail.objects.all().delete(),
        lambda: Trail.objects.bulk_update([line], ["by"]),
    ):
        with pytest.raises(TypeError, match="never rewritten"):
            change()
    cast.falls.delete()
    assert Trail.objects.filter(programme="falls").exists()
