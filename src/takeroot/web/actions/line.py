"""What every action does besides: a new revision, and one line in the trail."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from takeroot.web import guards
from takeroot.web.models import Programme, Trail


def held(programme: Programme) -> Programme:
    """The programme as it is now, for nobody else to change until this transaction ends."""
    return Programme.objects.select_for_update().get(pk=programme.pk)


def leave(by: str, did: str, programme: Programme | None = None, *, why: str = "", **what: Any) -> Trail:
    """One line in the trail."""
    slug, revision = (programme.slug, programme.revision) if programme else ("", None)
    return Trail.objects.create(by=by, did=did, programme=slug, revision=revision, why=why, what=what)


def raise_revision(programme: Programme, changed: Iterable[str]) -> None:
    """Everything worked out before this belongs to the past, and so do the tables that were changed."""
    row = held(programme)
    row.revision, row.mark, row.changed = row.revision + 1, secrets.token_hex(16), timezone.now()
    row.marks |= dict.fromkeys(changed, row.mark)
    row.save(update_fields=["revision", "mark", "marks", "changed"])
    programme.refresh_from_db()


@transaction.atomic
def guard_trail(*, by: str) -> list[str]:
    """Put back what guards the trail, if any of it went missing; which guards those were."""
    gone = guards.guard()
    if gone:
        leave(by, "put the guards of the trail back", guards=gone, broken=guards.broken())
    return gone
