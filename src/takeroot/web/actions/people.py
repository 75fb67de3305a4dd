"""Who may sign in, and what each may do where."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from takeroot.errors import NotFound, TakerootError, quoted
from takeroot.web.actions.line import held, leave
from takeroot.web.leads import led_until, refuse_unled
from takeroot.web.models import Membership, Person, Programme
from takeroot.web.roles import ROLES


@transaction.atomic
def add_person(
    *,
    sign_in: str,
    password: str | None,
    by: str,
    name: str = "",
    email: str = "",
    demo: bool = False,
    begins: bool = False,
    keeps_house: bool = False,
) -> Person:
    """Let somebody sign in; one of the demonstration only while it is on.

    Parameters
    ----------
    password
        None, where they are to choose it themselves by a link.
    begins, keeps_house
        Whether they may begin programmes of their own, and whether they look after the workbench itself.

    Raises
    ------
    TakerootError
        If that is no name to sign in by, or it is taken.
    """
    sign_in = unicodedata.normalize("NFKC", sign_in).strip()
    if not sign_in or len(sign_in) > 150 or not all(letter.isalnum() or letter in "@.+-_" for letter in sign_in):
        raise TakerootError(
            f"{quoted(sign_in)} can not be signed in by: use up to 150 letters, digits, and any of @ . + - _ "
            "(an e-mail address will do)."
        )
    if Person.objects.filter(sign_in__iexact=sign_in).exists():
        raise TakerootError(f"Somebody signs in as '{sign_in}' already; choose another name.")
    person = Person(sign_in=sign_in, name=name, email=email, demo=demo, begins=begins, keeps_house=keeps_house)
    person.set_password(password)
    person.save()
    leave(by, "let somebody sign in", sign_in=sign_in, demo=demo, begins=begins, keeps_house=keeps_house)
    return person


@transaction.atomic
def add_member(
    programme: Programme, *, person: Person, role: str, by: str, sites: Iterable[str] = (), expires: date | None = None
) -> Membership:
    """Give somebody a role in a programme, or change what that role covers.

    Raises
    ------
    TakerootError
        If there is no such role or site, the role is one for named sites and none is named, or the programme would be
        left without a lead.
    """
    held(programme)
    named, led_before = covered(programme, role, sites), led_until(programme)
    covers = {"sites": named, "expires": expires}
    membership, _ = Membership.objects.update_or_create(person=person, programme=programme, role=role, defaults=covers)
    refuse_unled(programme, led_before)
    until = expires.isoformat() if expires else None
    leave(by, "gave a role", programme, person=person.sign_in, role=role, sites=named, expires=until)
    return membership


def covered(programme: Programme, role: str, sites: Iterable[str]) -> list[str]:
    """The sites that a role is for, in their order in the programme; none, where it speaks of every site.

    Raises
    ------
    TakerootError
        If there is no such role or site, or the role is one for named sites and none is named.
    """
    if role not in ROLES:
        raise NotFound("role", role, ROLES)
    named = set(sites)
    if not ROLES[role].every_site and not named:
        raise TakerootError(f"A {role} speaks of named sites; name at least one.")
    known = list(programme.sites.filter(site__in=named).order_by("row").values_list("site", flat=True))
    for site in sorted(named - set(known)):
        raise NotFound("site", site, programme.sites.values_list("site", flat=True))
    return known
