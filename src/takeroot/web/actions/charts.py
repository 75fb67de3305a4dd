"""Suggested recalculations of limits: accepted, or declined; both with a reason, and both can be taken back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.http import Http404

from takeroot.errors import TakerootError
from takeroot.vocabulary.tables import PHASES
from takeroot.web.actions.line import held, leave, raise_revision
from takeroot.web.actions.rows import record
from takeroot.web.models import Programme, Trail
from takeroot.web.scope import Scope

ACCEPTED = "accepted a suggested recalculation"
DECLINED = "declined a suggested recalculation"
OFFERED = "offered a suggested recalculation again"


@transaction.atomic
def accept_suggestion(
    programme: Programme,
    *,
    measure: str,
    site: str | None,
    on: date,
    why: str,
    evidence: str,
    decided_by: str,
    by: str,
    scope: Scope,
) -> str:
    """Begin a phase with limits of its own, as was suggested; withdrawing its row takes it back.

    Parameters
    ----------
    site
        The site; none, for every site of the measure.
    on
        The first day of the new phase.
    why, evidence, decided_by
        The reason, what the suggestion rested on, and the name of who accepts it: they stand in the row.

    Returns
    -------
    str
        The reference of the row.

    Raises
    ------
    TakerootError
        If no reason is given.
    """
    if not why.strip():
        raise TakerootError("Say why the limits are worked out anew: the reason is kept with the new phase.")
    cells = {"measure": measure, "site": site, "on": on, "kind": "recalculate"}
    cells |= {"reason": why.strip(), "evidence": evidence, "by": decided_by}
    return record(programme, PHASES, cells, by=by, scope=scope, did=ACCEPTED, why=why)


@transaction.atomic
def decline_suggestion(
    programme: Programme, *, measure: str, site: str | None, on: date, why: str, by: str, scope: Scope
) -> None:
    """Say that limits are kept as they are where a recalculation was suggested; the record stays as it is.

    Raises
    ------
    TakerootError
        If no reason is given.
    Http404
        If the site is out of reach.
    """
    if not why.strip():
        raise TakerootError("Say why the limits are kept as they are: the reason is shown beside the suggestion.")
    _leave(programme, DECLINED, measure, site, on, why, by, scope)


@transaction.atomic
def offer_suggestion_again(
    programme: Programme, *, measure: str, site: str | None, on: date, by: str, scope: Scope
) -> None:
    """Take back that a suggestion was declined.

    Raises
    ------
    Http404
        If the site is out of reach.
    """
    _leave(programme, OFFERED, measure, site, on, "", by, scope)


def _leave(
    programme: Programme, did: str, measure: str, site: str | None, on: date, why: str, by: str, scope: Scope
) -> None:
    if not scope.holds(site):
        raise Http404
    held(programme)
    raise_revision(programme, ())
    leave(by, did, programme, why=why.strip(), measure=measure, site=site, on=on.isoformat())


def declined(programme: Programme, measure: str, site: str | None) -> dict[str, Trail]:
    """The line that declined each suggestion for a series that stands declined, by its day."""
    told = Trail.objects.filter(programme=programme.slug, did__in=(DECLINED, OFFERED), what__measure=measure)
    last = {line.what["on"]: line for line in told.order_by("pk") if line.what["site"] == site}
    return {on: line for on, line in last.items() if line.did == DECLINED}
