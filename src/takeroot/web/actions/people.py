"""Who may sign in, and what each may do where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from takeroot.errors import NotFound, TakerootError
from takeroot.web.actions.line import leave
from takeroot.web.models import Membership, Person, Programme
from takeroot.web.roles import ROLES


@transaction.atomic
def add_person(
    *,
    sign_in: str,
    password: str,
    by: str,
    name: str = "",
    demo: bool = False,
    begins: bool = False,
    keeps_house: bool = False,
) -> Person:
    """Let somebody sign in; one of the demonstration only while it is on.

    Parameters
    ----------
    begins, keeps_house
        Whether they may begin programmes of their own, and whether they look after the workbench itself.
    """
    if Person.objects.filter(sign_in=sign_in).exists():
        raise TakerootError(f"Somebody signs in as '{sign_in}' already; choose another name.")
    person = Person(sign_in=sign_in, name=name, demo=demo, begins=begins, keeps_house=keeps_house)
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
        If there is no such role or site, or the role is one for named sites and none is named.
    """
    if role not in ROLES:
        raise NotFound("role", role, ROLES)
    named = sorted(set(sites))
    if not ROLES[role].every_site and not named:
        raise TakerootError(f"A {role} speaks of named sites; name at least one.")
    known = set(programme.sites.filter(site__in=named).values_list("site", flat=True))
    for site in named:
        if site not in known:
            raise NotFound("site", site, programme.sites.values_list("site", flat=True))
    covers = {"sites": named, "expires": expires}
    membership, _ = Membership.objects.update_or_create(person=person, programme=programme, role=role, defaults=covers)
    until = expires.isoformat() if expires else None
    leave(by, "gave a role", programme, person=person.sign_in, role=role, sites=named, expires=until)
    return membership
