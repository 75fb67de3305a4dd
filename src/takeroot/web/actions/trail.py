"""The trail, handed out."""

from __future__ import annotations

from django.db import transaction

from takeroot.web.actions.line import leave
from takeroot.web.models import Programme, Trail


@transaction.atomic
def export_trail(programme: Programme, *, lines: int, asked: str = "", by: str) -> Trail:
    """Say in the trail that somebody took a copy of it, of how many lines, and what they had asked for."""
    return leave(by, "exported the trail", programme, lines=lines, asked=asked)
