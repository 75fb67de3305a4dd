"""What somebody has written and not released: their own, and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from takeroot.errors import HALVES, TakerootError
from takeroot.vocabulary.cells import UNSAYABLE
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TABLES
from takeroot.web.models import Draft, Person, Programme

#: So many drafts may somebody keep in a programme.
MOST = 100


@transaction.atomic
def keep_draft(
    programme: Programme, table: Table, cells: Mapping[str, Any], *, person: Person, draft: int | None = None
) -> Draft:
    """Keep what somebody has written and not released; nobody else sees it, and it leaves no line.

    Parameters
    ----------
    draft
        The number of the draft that it takes the place of, if it is one of theirs.

    Raises
    ------
    TakerootError
        If there is no such table, or they keep too many already.
    """
    if table.name not in TABLES:
        raise TakerootError("There is no such table.")
    plain = {
        name: sayable(str(cell)) for name, cell in cells.items() if name in table.columns and cell not in (None, "")
    }
    own = Draft.objects.select_for_update().filter(programme=programme, person=person)
    kept = own.filter(pk=draft).first() if draft is not None else None
    kept = kept or own.filter(table=table.name, cells=plain).first()
    if kept is None and own.count() >= MOST:
        raise TakerootError(f"You keep {MOST} drafts here already; release or discard one of them first.")
    kept = kept or Draft(programme=programme, person=person)
    kept.table, kept.cells, kept.changed = table.name, plain, timezone.now()
    kept.save()
    return kept


@transaction.atomic
def discard_draft(programme: Programme, *, person: Person, draft: int) -> None:
    """Throw away a draft of somebody's own; it leaves no line.

    Raises
    ------
    Http404
        If they have no such draft.
    """
    gone, _ = Draft.objects.filter(programme=programme, person=person, pk=draft).delete()
    if not gone:
        raise Http404


def sayable(text: str) -> str:
    """Text without what neither a file nor a database can hold; each such character becomes a mark."""
    return HALVES.sub("\N{REPLACEMENT CHARACTER}", UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", text))
