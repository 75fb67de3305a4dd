"""Roles are data; a membership becomes a scope in one place; what nothing lets through is not seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from takeroot.vocabulary.tables import TABLES
from takeroot.web import actions
from takeroot.web.models import Membership
from takeroot.web.roles import ROLES, May, enter, programmes_of, scope_of
from takeroot.web.scope import NARRATIVE, SHARED, Scope


def held(role: str, *sites: str) -> Membership:
    return Membership(role=role, sites=list(sites))


def test_every_role_has_a_sentence_and_reads():
    for name, role in ROLES.items():
        assert name == role.name and role.says
        assert May.READ in role.may
    assert ROLES["lead"].may == frozenset(May)


def test_tables_that_rules_speak_of_exist():
    assert set(TABLES) >= SHARED | NARRATIVE


@pytest.mark.parametrize(
    ("memberships", "leave", "scope"),
    [
        ([], May.READ, None),
        ([held("no such role")], May.READ, None),
        ([held("lead")], May.READ, Scope.everything()),
        ([held("viewer")], May.READ, Scope(None, narrative=False)),
        ([held("viewer")], May.RECORD, None),
        ([held("contributor", "A")], May.RECORD, Scope.of_sites({"A"})),
        ([held("contributor", "A"), held("site lead", "B")], May.READ, Scope.of_sites({"A", "B"})),
        ([held("contributor", "A"), held("site lead", "B")], May.NARRATIVE, Scope.of_sites({"B"}, narrative=True)),
        ([held("contributor", "A"), held("viewer")], May.RECORD, Scope.of_sites({"A"})),
        ([held("contributor", "A"), held("lead")], May.READ, Scope.everything()),
        ([held("contributor")], May.READ, Scope()),
    ],
)
def test_memberships_become_a_scope_for_each_leave(memberships, leave, scope):
    assert scope_of(memberships, leave) == scope


def test_two_scopes_together_see_no_narrative_that_one_of_them_may_not():
    assert Scope.of_sites({"A"}, narrative=True) | Scope(None) == Scope(None, narrative=False)
    assert Scope.of_sites({"A"}) | Scope.of_sites({"A"}, narrative=True) == Scope.of_sites({"A"}, narrative=True)


def test_scopes_that_see_differently_are_kept_apart():
    scopes = [
        Scope(),
        Scope(None),
        Scope.everything(),
        Scope.of_sites({"A"}),
        Scope.of_sites({"A", "B"}),
        Scope.of_sites({"A\x1eB"}),
    ]
    assert len({scope.key for scope in scopes}) == len(scopes)
    assert Scope.of_sites(["B", "A"]).key == Scope.of_sites(["A", "B"]).key


def test_a_table_that_no_rule_speaks_of_is_not_seen_by_somebody_with_some_sites():
    some = Scope.of_sites({"A"}, narrative=True)
    hidden = {name for name, table in TABLES.items() if some.rows(table) is None}
    assert hidden == {"answers", "links", "codings", "constructs", "accounts", "capacities", "what_ifs"}


@pytest.mark.django_db
def test_a_membership_ends_on_the_day_it_expires(cast):
    row = cast.falls
    actions.add_member(
        row, person=cast.dan, role="viewer", expires=timezone.localdate() + timedelta(days=1), by="tests"
    )
    assert enter(cast.dan, "falls", May.READ).scope == Scope(None)
    actions.add_member(row, person=cast.dan, role="viewer", expires=timezone.localdate(), by="tests")
    with pytest.raises(Http404):
        enter(cast.dan, "falls", May.READ)
    assert [programme.slug for programme, _ in programmes_of(cast.dan)] == ["sepsis"]


@pytest.mark.django_db
def test_a_leave_that_no_role_of_somebody_gives_is_refused(cast):
    with pytest.raises(PermissionDenied):
        enter(cast.cleo, "falls", May.INVITE)


@pytest.mark.django_db
def test_somebody_switched_off_is_out_at_once(cast, client):
    client.force_login(cast.ana)
    assert client.get("/").status_code == 200
    cast.ana.is_active = False
    cast.ana.save()
    assert client.get("/").status_code == 302
