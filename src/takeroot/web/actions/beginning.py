"""A programme begins, with whoever began it in the lead."""

from __future__ import annotations

import secrets

from django.db import transaction

from takeroot.errors import TakerootError
from takeroot.vocabulary.programme import Programme as Read
from takeroot.web.actions.people import add_member
from takeroot.web.actions.programmes import load_programme, slug_of
from takeroot.web.models import Person, Programme


@transaction.atomic
def begin(*, name: str, person: Person, by: str) -> Programme:
    """Begin a programme of this name; whoever begins it leads it.

    Raises
    ------
    FaultyInput
        If that can not be a name.
    TakerootError
        If they may not begin programmes.
    """
    if not person.begins:
        raise TakerootError("You do not begin programmes here; ask who looks after the workbench.")
    read = Read(name)
    slug = slug_of(read)
    if Programme.objects.filter(slug=slug).exists():  # of which this person may know nothing
        slug = f"{slug[:72]}-{secrets.token_hex(3)}"
    programme = load_programme(read, by=by, slug=slug)
    add_member(programme, person=person, role="lead", by=by)
    return programme
