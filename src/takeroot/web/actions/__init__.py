"""Everything that changes something.

Each action is one transaction, is told by whom, raises the revision of the programme it changed, and leaves one line in
the trail. Pages, commands and imports change things here and nowhere else.
"""

from __future__ import annotations

from takeroot.web.actions.line import guard_trail
from takeroot.web.actions.people import add_member, add_person
from takeroot.web.actions.programmes import change_words, load_programme, slug_of
from takeroot.web.actions.rows import Collision, amend, keep_draft, record, undo, withdraw
from takeroot.web.actions.work import ask_for_work, stop_work

__all__ = [
    "Collision",
    "add_member",
    "add_person",
    "amend",
    "ask_for_work",
    "change_words",
    "guard_trail",
    "keep_draft",
    "load_programme",
    "record",
    "slug_of",
    "stop_work",
    "undo",
    "withdraw",
]
