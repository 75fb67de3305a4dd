"""Who may see and do what: roles as data, and the one place where a membership becomes a scope.

A :class:`~takeroot.web.scope.Scope` says which rows of a programme may be seen; ``programme.read(scope)`` is the only
way to them. What no rule here lets through is not seen. Somebody who is no member learns nothing, not even that a
programme exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from takeroot.web.models import Membership, Person, Programme, Sharing, SiteLink
from takeroot.web.scope import Scope


class May(StrEnum):
    """What somebody may do in a programme."""

    READ = "read its pages"
    NARRATIVE = "read notes, records and answers that are not released to all"
    TELL = "add notes, questions and accounts"
    RECORD = "record what happens at sites"
    SHARE = "agree what a site shares, and give out its link"
    ASK = "begin rounds, and give out their links and slips"
    CODE = "code notes to constructs"
    REVIEW = "hold reviews, and keep their decisions and actions"
    IMPORT = "bring files in, and take them back"
    CHANGE = "change what the programme says of itself, its plans and its rules"
    INVITE = "let people in and out"
    TRAIL = "read the trail of the whole programme"


@dataclass(frozen=True)
class Role:
    """A name, a sentence for people, what it may do, and whether it speaks of every site or of named ones."""

    name: str
    says: str
    may: frozenset[May]
    every_site: bool = True


_READS = frozenset({May.READ, May.NARRATIVE})
_RECORDS = _READS | {May.TELL, May.RECORD}

ROLES = {
    role.name: role
    for role in (
        Role("lead", "runs the programme and sees all of it", frozenset(May)),
        Role(
            "analyst",
            "examines all of it, brings data in, and changes nothing but the record",
            _RECORDS | {May.ASK, May.CODE, May.REVIEW, May.IMPORT, May.TRAIL},
        ),
        Role(
            "evaluator",
            "reads all of it, with its narrative, writes notes and codes them",
            _READS | {May.TELL, May.CODE, May.TRAIL},
        ),
        Role("viewer", "reads the whole, without narrative that is not released", frozenset({May.READ})),
        Role("coach", "supports named sites and records for them", _RECORDS, every_site=False),
        Role("site lead", "answers for named sites", _RECORDS | {May.SHARE, May.ASK}, every_site=False),
        Role(
            "contributor",
            "records what happens at named sites",
            frozenset({May.READ, May.TELL, May.RECORD}),
            every_site=False,
        ),
        Role(
            "partner",
            "a patient, carer or community partner, for named sites: reads, and is heard",
            frozenset({May.READ, May.TELL}),
            every_site=False,
        ),
    )
}


@dataclass(frozen=True)
class Visit:
    """Somebody in a programme: what they may see of it for what they came to do, and what else they may do.

    Parameters
    ----------
    programme, scope
        Where they are, and which rows the leave they asked for reaches.
    may
        Everything that their roles allow, each for its own sites.
    by
        Who they are, as the trail writes it.
    person
        The person; None where a site's link stands for them.
    """

    programme: Programme
    scope: Scope
    may: frozenset[May]
    by: str
    person: Person | None = None


def enter(person: Person, slug: str, leave: May) -> Visit:
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
    if programme is None or not held:
        raise Http404
    scope = scope_of(held, leave)
    if scope is None:
        raise PermissionDenied
    may = frozenset(leave for one in held if one.role in ROLES for leave in ROLES[one.role].may)
    return Visit(programme, with_peers(programme, scope), may, person.sign_in, person)


def enter_by_link(secret: str, leave: May) -> tuple[Visit, SiteLink]:
    """The programme of a site's link, as far as that site; nothing where the link is unknown, revoked or has expired.

    Raises
    ------
    Http404
        Where it opens nothing, or not this.
    """
    today = timezone.localdate()
    link = (
        SiteLink.objects.select_related("programme")
        .filter(Q(expires__isnull=True) | Q(expires__gt=today), digest=digest(secret), revoked__isnull=True)
        .first()
    )
    may = ROLES["contributor"].may
    if link is None or leave not in may or not link.programme.sites.filter(site=link.site).exists():
        raise Http404
    scope = with_peers(link.programme, Scope.of_sites([link.site]))
    return Visit(link.programme, scope, may, f"the link of {link.site} ({link.label})"), link


def digest(secret: str) -> str:
    """What is kept of a secret that was given out once: secrets are long and random, so a plain hash will do."""
    return blake2b(secret.encode(), digest_size=32).hexdigest()


def with_peers(programme: Programme, scope: Scope) -> Scope:
    """The scope, with the sites that share with any of its sites."""
    if scope.sites is None:
        return scope
    agreed = {one.site: one for one in Sharing.objects.filter(programme=programme)}
    default = programme.about.get("sharing", "own only")
    open_to_all = {site for site, one in agreed.items() if one.shares == "all"}
    named = {site for site, one in agreed.items() if one.shares == "named peers" and scope.sites & set(one.peers)}
    if default == "all":
        others = programme.sites.exclude(site__in=list(agreed)).values_list("site", flat=True)
        open_to_all |= set(others)
    return Scope.of_sites(scope.sites, narrative=scope.narrative, peers=open_to_all | named)


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
            sites = None if role.every_site else frozenset(membership.sites)
            scope = Scope(sites, May.NARRATIVE in role.may, sheets=May.IMPORT in role.may)
            seen = scope if seen is None else seen | scope
    return seen


def programmes_of(person: Person) -> list[tuple[Programme, Scope]]:
    """Every programme a person may read, with what they may see of it, by name."""
    held: dict[Programme, list[Membership]] = {}
    for membership in memberships(person).select_related("programme").order_by("programme__name", "programme__slug"):
        held.setdefault(membership.programme, []).append(membership)
    scopes = ((programme, scope_of(roles, May.READ)) for programme, roles in held.items())
    return [(programme, with_peers(programme, scope)) for programme, scope in scopes if scope is not None]


class SignIns(ModelBackend):
    """Who may sign in: people who are active; those of the demonstration only while it is on."""

    def user_can_authenticate(self, user: Person | None) -> bool:
        """Asked at sign-in and at every page."""
        return super().user_can_authenticate(user) and user is not None and (settings.DEMO or not user.demo)
