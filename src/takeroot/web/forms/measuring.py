"""Which parts of a value a measure needs, for which period, and what the last values were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from takeroot.charts.wording import day, month
from takeroot.web.forms.choosing import Places
from takeroot.web.forms.telling import said

#: Charts of what is counted out of something.
_OF_SOMETHING = ("p", "u", "p_prime", "u_prime")
_SHOWN = 6


@dataclass(frozen=True)
class Asked:
    """How a value of one measure at one site is asked for.

    Parameters
    ----------
    parts
        The columns: ``value``, or ``numerator`` and ``denominator``.
    monthly
        Whether its values are of months; else of days.
    month
        The month after the last value, if it is over; the last month that is over, otherwise.
    last
        The latest values, each with its period, latest first.
    unit, definition
        What the measure says of itself.
    """

    parts: tuple[str, ...]
    monthly: bool
    month: str
    last: tuple[tuple[str, str], ...]
    unit: str
    definition: str


def asked(places: Places, measure: str, site: str, today: date) -> Asked:
    """How the next value of a measure at a site is asked for, by how it was given before."""
    declared = places.rows("measures").filter(measure=measure).first()
    values = places.rows("values").filter(measure=measure)
    here = list(values.filter(site=site).order_by("-on")[:_SHOWN])
    like = here or list(values.order_by("-on")[:_SHOWN])
    parted = any(row.denominator is not None for row in like)
    plain = any(row.value is not None and row.denominator is None for row in like)
    parted = parted or (not plain and declared is not None and declared.chart in _OF_SOMETHING)
    monthly = all(row.on.day == 1 for row in like)
    last = tuple((month(row.on) if monthly else day(row.on), _said(row)) for row in here)
    return Asked(
        ("numerator", "denominator") if parted else ("value",),
        monthly,
        _next_month(here[0].on if here else None, today),
        last,
        (declared.unit or "") if declared else "",
        (declared.definition or "") if declared else "",
    )


def _said(row: Any) -> str:
    return said(row.value) if row.denominator is None else f"{said(row.numerator)} of {said(row.denominator)}"


def _next_month(last: date | None, today: date) -> str:
    over = _months(today) - 1
    after = _months(last) + 1 if last else over
    at = min(after, over)
    return f"{at // 12:04}-{at % 12 + 1:02}"


def _months(on: date) -> int:
    return on.year * 12 + on.month - 1
