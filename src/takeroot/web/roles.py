"""Who may see and do what: roles as data, and the one place where a membership becomes a scope.

A :class:`~takeroot.web.scope.Scope` says which rows of a programme may be seen; ``programme.read(scope)`` is the only
way to them. What no rule here lets through is not seen. Somebody who is no member learns nothing, not even that a
programme exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from takeroot.web.models import Membership, Person, Programme
from takeroot.web.scope import Scope


class May(StrEnum):
    """What somebody may do in a programme."""

    READ = "read its pages"
    NARRATIVE = "read notes, records and answers that are not released to all"
    RECORD = "record what happens at sites"
    CHANGE = "change what the programme says of itself, its plans and its rules"
    INVITE = "let people in and out"


@dataclass(frozen=True)
class Role:
    """A name, a sentence for people, what it may do, and whether it speaks of every site or of named ones."""

    name: str
    says: str
    may: frozenset[May]
    every_site: bool = True


ROLES = {
    role.name: role
    for role in (
        Role("lead", "runs the programme and sees all of it", frozenset(May)),
        Role(
            "analyst",
            "examines all of it, and changes nothing but the record",
            frozenset({May.READ, May.NARRATIVE, May.RECORD}),
        ),
        Role("evaluator", "reads all of it, with its narrative", frozenset({May.READ, May.NARRATIVE})),
        Role("viewer", "reads the whole, without narrative that is not released", frozenset({May.READ})),
        Role("coach", "supports named sites", frozenset({May.READ, May.NARRATIVE, May.RECORD}), every_site=False),
        Role(
            "site lead", "answers for named sites", frozenset({May.READ, May.NARRATIVE, May.RECORD}), every_site=False
        ),
        Role("contributor", "records what happens at named sites", frozenset({May.READ, May.RECORD}), every_site=False),
        Role(
            "partner", "a patient, carer or community partner, for named sites", frozenset({May.READ}), every_site=False
        ),
    )
}


def enter(person: Person, slug: str, leave: May) -> tuple[Programme, Scope]:
    """The programme, and what this person may see of it.

    Raises
    ------
    Http404
        To a stranger, and where there is no such programme: the two can not be told apart.
    PermissionDenied
        To a member whose roles do not give this leave.
    """
    programme = Programme.objects.filter(slug=slug).first()
    held = list(memberships(person).filter(programme=programme)) if programme else []
    if not held:
        raise Http404
    scope = scope_of(held, leave)
    if scope is None:
        raise PermissionDenied
    return programme, scope


def memberships(person: Person) -> QuerySet[Membership]:
    """The memberships that a person holds today."""
    today = timezone.localdate()
    return Membership.objects.filter(Q(expires__isnull=True) | Q(expires__gt=today), person=person)


def scope_of(held: Iterable[Membership], leave: May) -> Scope | None:
    """What memberships let somebody see with this leave; None if none of them gives it."""
    seen: Scope | None = None
    for membership in held:
        role = ROLES.get(membership.role)
        if role and leave in role.may:
            scope = Scope(None if role.every_site else frozenset(membership.sites), May.NARRATIVE in role.may)
            seen = scope if seen is None else seen | scope
    return seen


def programmes_of(person: Person) -> list[tuple[Programme, Scope]]:
    """Every programme a person may read, with what they may see of it, by name."""
    held: dict[Programme, list[Membership]] = {}
    for membership in memberships(person).select_related("programme").order_by("programme__name", "programme__slug"):
        held.setdefault(membership.programme, []).append(membership)
    scopes = ((programme, scope_of(roles, May.READ)) for programme, roles in held.items())
    return [(programme, scope) for programme, scope in scopes if scope is not None]


class SignIns(ModelBackend):
    """Who may sign in: people who are active; those of the demonstration only while it is on."""

    def user_can_authenticate(self, user: Person | None) -> bool:
        """Asked at sign-in and at every page."""
        return super().user_can_authenticate(user) and user is not None and (settings.DEMO or not user.demo)
