"""Memberships change and end; links let people in; sites agree what they share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from takeroot.errors import TakerootError
from takeroot.web.actions.line import held, leave, raise_revision
from takeroot.web.actions.people import add_member, add_person, covered
from takeroot.web.leads import led_until, refuse_unled
from takeroot.web.models import Invitation, Membership, Person, Programme, Sharing
from takeroot.web.roles import ROLES, May, digest, memberships

#: What a site may share, in words.
SHARES = {
    "own only": "nothing: what it adapted, tried and learned stays with the site and the programme",
    "named peers": "with the sites it names",
    "all": "with every site of the programme",
}

CHANGED_MEANWHILE = "Somebody changed this while you had it open. Look at how it is now, and change it from there."


@transaction.atomic
def give_role(
    programme: Programme, *, person: Person, role: str, by: str, sites: Iterable[str] = (), expires: date | None = None
) -> Membership:
    """Give somebody a role that they do not hold.

    Raises
    ------
    TakerootError
        If they hold it already, there is no such role or site, or it would have ended already.
    """
    row = held(programme)
    if memberships(person).filter(programme=row, role=role).exists():
        raise TakerootError(f"{person} is {role} already; change that role instead.")
    if expires is not None and expires <= timezone.localdate():
        raise TakerootError("The role would have ended already; choose a later day, or leave it empty.")
    return add_member(programme, person=person, role=role, by=by, sites=sites, expires=expires)


@transaction.atomic
def change_membership(
    membership: Membership, *, sites: Iterable[str], expires: date | None, by: str, seen: str
) -> Membership:
    """Change for which sites somebody holds a role, and until when.

    Parameters
    ----------
    seen
        What :func:`said_of` gave when it was opened.

    Raises
    ------
    TakerootError
        If it was changed meanwhile, a site is not there, or the programme would be left without a lead.
    """
    programme = held(membership.programme)
    now = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    if now is None or said_of(now) != seen:
        raise TakerootError(CHANGED_MEANWHILE)
    named = covered(programme, now.role, sites)
    if (now.sites, now.expires) == (named, expires):
        return now
    before = {"sites": now.sites, "expires": _iso(now.expires)}
    led_before = led_until(programme)
    now.sites, now.expires = named, expires
    now.save(update_fields=["sites", "expires"])
    refuse_unled(programme, led_before)
    who, until = now.person.sign_in, _iso(expires)
    leave(by, "changed a role", programme, person=who, role=now.role, before=before, sites=named, expires=until)
    return now


@transaction.atomic
def end_membership(membership: Membership, *, by: str, why: str = "") -> None:
    """Take a role from somebody, at once; what they wrote stays.

    Raises
    ------
    TakerootError
        If it has ended already, or the programme would be left without a lead.
    """
    programme = held(membership.programme)
    now = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    if now is None:
        raise TakerootError("This role has ended already.")
    led_before = led_until(programme)
    now.delete()
    refuse_unled(programme, led_before)
    leave(by, "took a role", programme, why=why, person=now.person.sign_in, role=now.role, sites=now.sites)


def said_of(membership: Membership) -> str:
    """A membership in a few letters, by which a form knows whether it was changed since."""
    return digest(f"{membership.pk} {membership.role} {membership.sites} {membership.expires}")[:16]


# Links that let people in


@transaction.atomic
def invite(
    programme: Programme,
    *,
    secret: str,
    role: str,
    by: str,
    expires: datetime,
    sites: Iterable[str] = (),
    member_until: date | None = None,
    for_whom: str = "",
) -> Invitation:
    """Make a link by which one person may take a role; only a digest of its secret is kept.

    Raises
    ------
    TakerootError
        If there is no such role or site, a day has passed, or this very link was made already.
    """
    named = covered(programme, role, sites)
    if expires <= timezone.now():
        raise TakerootError("The link would have ended already; choose a later day.")
    if member_until is not None and member_until <= timezone.localdate():
        raise TakerootError("The role would have ended already; choose a later day, or leave it empty.")
    if Invitation.objects.filter(digest=digest(secret)).exists():
        raise TakerootError(
            "This link was made already, and is not shown twice. If nobody wrote it down, take it back and make "
            "another."
        )
    invitation = Invitation.objects.create(
        programme=programme,
        digest=digest(secret),
        role=role,
        sites=named,
        member_until=member_until,
        for_whom=for_whom,
        by=by,
        expires=expires,
    )
    leave(
        by, "made an invitation", programme, invitation=invitation.pk, role=role, sites=named, until=_iso(member_until)
    )
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: str) -> None:
    """Take an invitation back: its link opens nothing any more."""
    now = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if now.revoked or now.used:
        return
    now.revoked = timezone.now()
    now.save(update_fields=["revoked"])
    leave(by, "took an invitation back", now.programme, invitation=now.pk)


def open_invitation(secret: str) -> Invitation | None:
    """The invitation of this secret, if it still opens something: not used, not taken back, not expired.

    An invitation counts no longer than its inviter may invite.
    """
    found = (
        Invitation.objects.select_related("programme")
        .filter(digest=digest(secret), programme__isnull=False)
        .filter(used__isnull=True, revoked__isnull=True, expires__gt=timezone.now())
        .first()
    )
    if found is None or (found.member_until is not None and found.member_until <= timezone.localdate()):
        return None
    inviter = Person.objects.filter(sign_in=found.by).first()
    return found if inviter is None or _may_invite(inviter, found.programme) else None


def _may_invite(person: Person, programme: Programme | None) -> bool:
    roles = memberships(person).filter(programme=programme).values_list("role", flat=True)
    return person.is_active and any(May.INVITE in ROLES[role].may for role in roles if role in ROLES)


@transaction.atomic
def accept_invitation(secret: str, *, person: Person | None = None, **new: str) -> Membership | None:
    """Take the role that a link gives, once; None where the link opens nothing.

    Parameters
    ----------
    person
        Who takes it; if nobody, a new sign-in is made of ``sign_in``, ``password``, ``name`` and ``email``.

    Raises
    ------
    TakerootError
        If the new sign-in name is taken, or is none.
    """
    Invitation.objects.select_for_update().filter(digest=digest(secret)).first()
    invitation = open_invitation(secret)
    if invitation is None or invitation.programme is None:
        return None
    if person is None:
        by = f"invitation {invitation.pk}"
        person = add_person(
            sign_in=new["sign_in"], password=new["password"], name=new["name"], email=new["email"], by=by
        )
    programme = held(invitation.programme)
    sites, until = {site for site in invitation.sites if programme.sites.filter(site=site).exists()}, None
    there = memberships(person).filter(programme=programme, role=invitation.role).first()
    if there:  # an invitation adds; it takes nothing away
        sites |= set(there.sites)
    if invitation.member_until and not (there and there.expires is None):
        until = max(filter(None, (invitation.member_until, there.expires if there else None)))
    named = covered(programme, invitation.role, sites)
    invitation.used = timezone.now()
    invitation.save(update_fields=["used"])
    held_now, _ = Membership.objects.update_or_create(
        person=person, programme=programme, role=invitation.role, defaults={"sites": named, "expires": until}
    )
    said = {"invitation": invitation.pk, "invited_by": invitation.by, "role": invitation.role}
    leave(person.sign_in, "took up an invitation", programme, **said, sites=named, expires=_iso(until))
    return held_now


# What sites share


@transaction.atomic
def agree_sharing(
    programme: Programme, site: str, *, shares: str, peers: Iterable[str], by: str, agreed_by: str, seen: str
) -> None:
    """Agree with whom a site shares what it adapted, tried and learned.

    Parameters
    ----------
    peers
        The sites it shares with, where it names them.
    by, agreed_by
        Who agrees, as the trail writes it, and as the other sites read it.
    seen
        What :func:`said_of_sharing` gave when it was opened.

    Raises
    ------
    TakerootError
        If it was changed meanwhile, or it names no peer.
    """
    row = held(programme)
    if shares not in SHARES:
        raise TakerootError("Say with whom it shares: nobody, the sites it names, or all.")
    named = list(dict.fromkeys(peer for peer in peers if peer and peer != site)) if shares == "named peers" else []
    if shares == "named peers" and not named:
        raise TakerootError("Name at least one other site to share with, or choose to share with nobody.")
    now = Sharing.objects.filter(programme=row, site=site).first()
    if said_of_sharing(now) != seen:
        raise TakerootError(CHANGED_MEANWHILE)
    before = {"shares": now.shares, "peers": now.peers} if now else None
    if before == {"shares": shares, "peers": named}:
        return
    agreed = {"shares": shares, "peers": named, "agreed_by": agreed_by, "on": timezone.localdate()}
    Sharing.objects.update_or_create(programme=row, site=site, defaults=agreed)
    raise_revision(programme, ())
    leave(by, "agreed what a site shares", programme, site=site, before=before, shares=shares, peers=named)


def said_of_sharing(sharing: Sharing | None) -> str:
    """What was agreed, in a few letters, by which a form knows whether it was changed since."""
    said = [sharing.shares, sharing.peers, sharing.agreed_by, str(sharing.on)] if sharing else []
    return digest(f"{said}")[:16]


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None
