"""Everything that changes something.

Each action is one transaction, is told by whom, raises the revision of the programme it changed, and leaves one line in
the trail. Pages, commands and imports change things here and nowhere else.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from takeroot.errors import NotFound, TakerootError
from takeroot.vocabulary.programme import Programme as Read
from takeroot.vocabulary.tables import TABLES
from takeroot.web import archive
from takeroot.web.models import Membership, Person, Programme, Trail
from takeroot.web.roles import ROLES


@transaction.atomic
def load_programme(programme: Read, *, by: str, slug: str | None = None, replace: bool = False) -> Programme:
    """Keep a programme in the workbench.

    Parameters
    ----------
    programme
        As read from a folder, zip or workbook.
    slug
        What its addresses are called; made from its name, if not given.
    replace
        Whether it may take the place of what is kept under this slug.

    Raises
    ------
    TakerootError
        If there is one already, and it was not asked to be replaced.
    """
    slug = slug or slug_of(programme)
    row = Programme.objects.select_for_update().filter(slug=slug).first()
    if row and not replace:
        raise TakerootError(
            f"There is a programme '{slug}' already ({row.name}); it stays as it is unless you ask to replace it."
        )
    did = "replaced the programme" if row else "loaded the programme"
    row = row or Programme.objects.create(slug=slug, name=programme.name)
    rows = archive.store(row, programme)
    _raise_revision(row, TABLES)
    _leave(by, did, row, rows=rows)
    return row


def slug_of(programme: Read) -> str:
    """What the addresses of a programme are called, if nobody says otherwise.

    Its name in small letters of any script; where that leaves nothing, or what a programme of another name is called,
    a hash of the name is added.
    """
    slug = slugify(programme.name, allow_unicode=True)[:80].strip("-")
    if slug and not Programme.objects.filter(slug=slug).exclude(name=programme.name).exists():
        return slug
    return f"{slug[:67] or 'programme'}-{blake2b(programme.name.encode(), digest_size=6).hexdigest()}"


@transaction.atomic
def add_person(*, sign_in: str, password: str, by: str, name: str = "", demo: bool = False) -> Person:
    """Let somebody sign in; one of the demonstration only while it is on."""
    if Person.objects.filter(sign_in=sign_in).exists():
        raise TakerootError(f"Somebody signs in as '{sign_in}' already; choose another name.")
    person = Person(sign_in=sign_in, name=name, demo=demo)
    person.set_password(password)
    person.save()
    _leave(by, "let somebody sign in", sign_in=sign_in, demo=demo)
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
    _leave(by, "gave a role", programme, person=person.sign_in, role=role, sites=named, expires=until)
    return membership


def _raise_revision(programme: Programme, changed: Iterable[str]) -> None:
    """Everything worked out before this belongs to the past, and so do the tables that were changed."""
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    row.revision, row.mark, row.changed = row.revision + 1, secrets.token_hex(16), timezone.now()
    row.marks |= dict.fromkeys(changed, row.mark)
    row.save(update_fields=["revision", "mark", "marks", "changed"])
    programme.refresh_from_db()


def _leave(by: str, did: str, programme: Programme | None = None, **what: Any) -> None:
    """One line in the trail."""
    slug, revision = (programme.slug, programme.revision) if programme else ("", None)
    Trail.objects.create(by=by, did=did, programme=slug, revision=revision, what=what)
