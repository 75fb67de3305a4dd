"""Who leads: every programme is to have somebody who can let people in and out, and for as long as it lasts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from takeroot.charts.wording import day, listed
from takeroot.errors import TakerootError
from takeroot.web.models import Membership, Person, Programme


@dataclass(frozen=True)
class Unled:
    """A programme that nobody leads, or that nobody leads from a day on; said by its leads alone, not by its name.

    Parameters
    ----------
    leads
        Who leads it until then, or led it last.
    until
        The first day without a lead; today, or a day before, where nobody leads it now.
    """

    leads: tuple[str, ...]
    until: date

    @property
    def over(self) -> bool:
        """Whether nobody leads it now."""
        return self.until <= timezone.localdate()

    def __str__(self) -> str:
        names = listed(list(self.leads))
        if self.over:
            return (
                f"Nobody leads the programme that {names} led." if names else "Nobody ever led one of the programmes."
            )
        return f"Nobody leads the programme of {names} from {day(self.until)} on."


def leads(*, but: Person | None = None) -> QuerySet[Membership]:
    """The memberships of those who lead a programme today and can sign in; of everybody, or of all but one."""
    lasts = Q(expires__isnull=True) | Q(expires__gt=timezone.localdate())
    found = Membership.objects.filter(lasts, role="lead", person__is_active=True)
    found = found if settings.DEMO else found.filter(person__demo=False)
    return found.exclude(person=but) if but else found


def led_until(programme: Programme, *, but: Person | None = None) -> date | None:
    """The first day without a lead, as things stand; today, if there is none now, and None where no day is set."""
    return _last(leads(but=but).filter(programme=programme).values_list("expires", flat=True))


def refuse_unled(programme: Programme, before: date | None) -> None:
    """Refuse what leaves the programme without a lead, now or earlier than ``before``, which was :func:`led_until`.

    Raises
    ------
    TakerootError
        With what to do first.
    """
    now = led_until(programme)
    if _sooner(now, before):
        when = "now" if now <= timezone.localdate() else f"from {day(now)} on"
        raise TakerootError(
            f"The programme would be without a lead {when}. Make somebody else lead first, without an end; "
            "then change this."
        )


def led_alone(person: Person) -> list[Programme]:
    """The programmes that would be without a lead, or sooner, if this person could not sign in any more."""
    mine = leads().filter(person=person).select_related("programme").order_by("programme__pk")
    programmes = [one.programme for one in mine]
    return [one for one in programmes if _sooner(led_until(one, but=person), led_until(one))]


def unled() -> list[Unled]:
    """Every programme that nobody leads, or that nobody leads from a day on; the first of those days first."""
    now: dict[int, list[Membership]] = {pk: [] for pk in Programme.objects.values_list("pk", flat=True)}
    before: dict[int, list[str]] = {}
    for one in leads().select_related("person").order_by("pk"):
        now[one.programme_id].append(one)
    for one in Membership.objects.filter(role="lead").select_related("person").order_by("pk"):
        before.setdefault(one.programme_id, []).append(str(one.person))
    found = []
    for pk, held in now.items():
        until = _last(one.expires for one in held)
        if until is not None:
            found.append(Unled(tuple(str(one.person) for one in held) or tuple(before.get(pk, ())), until))
    return sorted(found, key=lambda one: one.until)


def _last(ends: Iterable[date | None]) -> date | None:
    """The day on which the last of these has ended; None where one has no end, today where there are none."""
    known = list(ends)
    return None if None in known else max(filter(None, known), default=timezone.localdate())


def _sooner(now: date | None, before: date | None) -> bool:
    """Whether a programme would be without a lead that was not, or earlier."""
    return now is not None and (before is None or now < before)
