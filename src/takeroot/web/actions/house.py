"""Who may sign in at all, and who looks after that; no programme is opened by it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from takeroot.errors import TakerootError
from takeroot.web import sessions
from takeroot.web.actions.line import held, leave
from takeroot.web.actions.people import add_person
from takeroot.web.leads import leads, led_alone
from takeroot.web.models import Invitation, Person
from takeroot.web.roles import digest

#: For how long a link serves by which a password is set.
RESET_WITHIN = timedelta(days=1)


@transaction.atomic
def let_in(*, secret: str, by: str, sign_in: str, name: str, begins: bool = False, keeps_house: bool = False) -> Person:
    """Make a sign-in whose owner chooses a password by a link that serves once."""
    person = add_person(sign_in=sign_in, password=None, name=name, begins=begins, keeps_house=keeps_house, by=by)
    offer_reset(person, secret=secret, by=by)
    return person


@transaction.atomic
def change_person(
    person: Person, *, by: Person | str, is_active: bool, begins: bool, keeps_house: bool, why: str = ""
) -> None:
    """Change whether somebody may sign in, begin programmes, or look after the workbench.

    Raises
    ------
    TakerootError
        If somebody would shut themselves out, or nobody would be left to look after the workbench or to lead a
        programme.
    """
    keepers = list(Person.objects.select_for_update().filter(keeps_house=True, is_active=True).order_by("pk"))
    now = Person.objects.select_for_update().get(pk=person.pk)
    wanted = {"is_active": is_active, "begins": begins, "keeps_house": keeps_house}
    before = {name: getattr(now, name) for name in wanted if getattr(now, name) != wanted[name]}
    if not before:
        return
    if by == now and not (is_active and keeps_house):
        raise TakerootError("You can not shut yourself out; ask somebody else who looks after the workbench.")
    if now in keepers and len(keepers) == 1 and not (is_active and keeps_house):
        raise TakerootError("Nobody would be left to look after the workbench; let somebody else do so first.")
    if now.is_active and not is_active:
        _refuse_if_last_lead(now)
    for name, value in wanted.items():
        setattr(now, name, value)
    now.save(update_fields=list(wanted))
    if not is_active:
        sessions.end(now)
        Invitation.objects.filter(person=now, used__isnull=True, revoked__isnull=True).update(revoked=timezone.now())
    who = by if isinstance(by, str) else by.sign_in
    after = {name: wanted[name] for name in before}
    leave(who, "changed what somebody may do here", why=why, person=now.sign_in, before=before, after=after)


def _refuse_if_last_lead(person: Person) -> None:
    """Nobody is switched off who alone leads a programme; which one it is, is not for the house to know."""
    for one in leads().filter(person=person).order_by("programme_id"):
        held(one.programme)
    if alone := led_alone(person):
        them = "a programme" if len(alone) == 1 else f"{len(alone)} programmes"
        raise TakerootError(
            f"{person} leads {them} for which nobody else is set to go on leading. Give another person the lead there "
            f"first, without an end: {person} does so on its People page, and `takeroot person role` does so from the "
            "command line. Then switch this sign-in off."
        )


@transaction.atomic
def offer_reset(person: Person, *, secret: str, by: str) -> Invitation:
    """Make a link by which somebody sets a password of their own, once; earlier ones open nothing any more.

    Raises
    ------
    TakerootError
        If they may not sign in, or this very link was made already.
    """
    if not person.is_active:
        raise TakerootError("This sign-in is switched off; switch it on first.")
    if Invitation.objects.filter(digest=digest(secret)).exists():
        raise TakerootError("This link was made already, and is not shown twice. Make another.")
    Invitation.objects.filter(person=person, used__isnull=True, revoked__isnull=True).update(revoked=timezone.now())
    ends = timezone.now() + RESET_WITHIN
    link = Invitation.objects.create(person=person, digest=digest(secret), by=by, expires=ends)
    leave(by, "made a link to set a password", person=person.sign_in, link=link.pk)
    return link
