"""Who may sign in, from the command line: for whoever looks after the machine, and for when nobody can sign in."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from takeroot.errors import NotFound
from takeroot.web import serving

if TYPE_CHECKING:
    from takeroot.web.models import Person

BY = serving.BY


def add(sign_in: str, *, name: str = "", begins: bool = False, keeps_house: bool = False, at: str = "") -> str:
    """Make a sign-in; the address by which its owner chooses a password, once, within a day.

    Parameters
    ----------
    begins, keeps_house
        Whether they may begin programmes, and whether they look after the workbench itself.
    at
        Where the workbench is reached, if the settings do not say.

    Raises
    ------
    TakerootError
        If that is no name to sign in by, or it is taken.
    """
    serving.prepare()
    from takeroot.web import actions

    secret = secrets.token_urlsafe(32)
    actions.let_in(secret=secret, by=BY, sign_in=sign_in, name=name, begins=begins, keeps_house=keeps_house)
    return _address(secret, at)


def reset(sign_in: str, *, second_step: bool = False, at: str = "") -> str:
    """The address by which somebody sets a new password, once, within a day.

    Parameters
    ----------
    second_step
        Whether their second step is taken off as well.

    Raises
    ------
    TakerootError
        If nobody signs in by that name, or they are switched off.
    """
    serving.prepare()
    from takeroot.web import actions

    person, secret = _person(sign_in), secrets.token_urlsafe(32)
    actions.offer_reset(person, secret=secret, by=BY)
    if second_step:
        actions.take_off_second_step(person, by=BY, why="asked for from the command line")
    return _address(secret, at)


def give_role(sign_in: str, programme: str, role: str, sites: Iterable[str] = ()) -> None:
    """Give somebody a role in a programme, such as that of a lead where nobody leads any more.

    Raises
    ------
    TakerootError
        If there is no such person, programme, role or site.
    """
    serving.prepare()
    from takeroot.web import actions
    from takeroot.web.models import Programme

    row = Programme.objects.filter(slug=programme).first()
    if row is None:
        raise NotFound("programme", programme, Programme.objects.values_list("slug", flat=True))
    actions.give_role(row, person=_person(sign_in), role=role, sites=sites, by=BY)


def everybody() -> list[tuple[str, str, str]]:
    """Who may sign in: the sign-in name, the name, and what they may do here."""
    serving.prepare()
    from takeroot.web.models import Person

    told = []
    for one in Person.objects.order_by("sign_in"):
        may = [("begins programmes", one.begins), ("keeps the house", one.keeps_house), ("demonstration", one.demo)]
        words = [word for word, so in may if so] if one.is_active else ["switched off"]
        told.append((one.sign_in, one.name, ", ".join(words)))
    return told


def _person(sign_in: str) -> Person:
    from takeroot.web.models import Person

    found = Person.objects.filter(sign_in=sign_in).first()
    if found is None:
        raise NotFound("sign-in", sign_in, Person.objects.values_list("sign_in", flat=True))
    return found


def _address(secret: str, at: str) -> str:
    from django.conf import settings

    known = f"https://{settings.ALLOWED_HOSTS[0]}" if settings.HTTPS else "http://127.0.0.1:8000"
    return f"{(at or known).rstrip('/')}/reset/{secret}"
