"""Which frameworks a programme works with: chosen with a reason, and taken back with one."""

from __future__ import annotations

from hashlib import blake2b

from django.db import transaction

from takeroot.errors import TakerootError
from takeroot.vocabulary.frameworks import FrameworkChoice
from takeroot.web.actions.line import held
from takeroot.web.actions.programmes import change_words
from takeroot.web.models import Programme


@transaction.atomic
def keep_choice(programme: Programme, choice: FrameworkChoice, *, by: str) -> Programme:
    """Keep which frameworks were chosen and why, after the choices that are kept already."""
    there = held(programme).words.frameworks
    return _change(programme, (*there, choice), by, choice.why)


@transaction.atomic
def take_choice_back(programme: Programme, which: str, *, by: str, why: str) -> Programme:
    """Take a choice out of what the programme says of itself; the trail keeps what it said.

    Parameters
    ----------
    which
        The :func:`mark` of the choice.

    Raises
    ------
    TakerootError
        If it is not there any more, or no reason is given.
    """
    there = held(programme).words.frameworks
    if which not in map(mark, there):
        raise TakerootError("This choice is no longer kept: somebody took it back meanwhile.")
    if not why.strip():
        raise TakerootError("Say why the choice is taken back: the reason is kept in the trail.")
    return _change(programme, tuple(one for one in there if mark(one) != which), by, why.strip())


def mark(choice: FrameworkChoice) -> str:
    """What a choice is found by: it is another as soon as it says anything else."""
    return blake2b(choice.model_dump_json().encode(), digest_size=8).hexdigest()


def _change(programme: Programme, choices: tuple[FrameworkChoice, ...], by: str, why: str) -> Programme:
    kept = [choice.model_dump(mode="json") for choice in choices]
    return change_words(programme, {"frameworks": kept}, by=by, why=why)
