"""How much: six measures by month, drawn as ordinary variation, with signals planted where they are listed.

Ordinary variation gives signals too, by chance: those are not planted, and nobody could say what caused them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from synthetic import told
from synthetic.chance import Chance
from synthetic.spread import IN_USE, MONTHS, Site, later, month

Row = dict[str, Any]


@dataclass(frozen=True)
class Planted:
    """A signal put where ordinary variation was.

    Parameters
    ----------
    first, months
        When it begins, and how many months it lasts.
    up
        Whether the values rise.
    cause
        The row of the record that is its cause; none, where nothing is logged.
    """

    measure: str
    site: str
    first: date
    months: int
    kind: str
    up: bool
    cause: str | None

    @property
    def last(self) -> date:
        """The last planted month."""
        return later(self.first, self.months - 1)

    @property
    def shows(self) -> str:
        """Improvement or concern, by which direction of the measure is better."""
        better = next(row["improves"] for row in told.rows("measures") if row["measure"] == self.measure)
        return "improvement" if (better == "up") == self.up else "concern"


PLANTED = (
    Planted("readmissions", "vel-01", date(2021, 4, 1), 12, "shift", False, "adaptations:calls-by-any"),
    Planted("bundle_complete", "vel-08", date(2023, 12, 1), 13, "shift", True, "adaptations:volunteers-call"),
    Planted("bundle_complete", "qui-08", date(2024, 1, 1), 12, "shift", False, "other_work:qui-08-sepsis-bundle"),
    Planted(
        "confidence_at_home", "ost-06", date(2023, 8, 1), 12, "shift", False, "other_work:ost-06-waiting-list-recovery"
    ),
    Planted("length_of_stay", "qui-06", date(2022, 10, 1), 9, "trend", True, None),
    Planted("readmissions", "dap-05", date(2022, 7, 1), 1, "astronomical", True, None),
    Planted("late_discharges", "mar-06", date(2023, 1, 1), 1, "astronomical", True, "events:burst-pipe"),
    Planted("confidence_at_home", "mar-09", date(2024, 2, 1), 1, "astronomical", False, "events:ambulance-strike"),
    Planted("length_of_stay", "dap-02", date(2021, 1, 1), 1, "astronomical", True, "events:winter-emergency"),
    Planted("readmissions", "mar-05", date(2023, 5, 1), 10, "shift", False, None),
)

_COUNTED = ("readmissions", "late_discharges", "bundle_complete")
#: Decimal places a value is reported with.
_PLACES = {"length_of_stay": 2, "confidence_at_home": 2, "minutes_on_discharge": 1}


def values(sites: dict[str, Site]) -> list[Row]:
    """Every measure at every site where it was collected, month by month."""
    measures = [row["measure"] for row in told.rows("measures")]
    eligible = [site for site in sites.values() if site.row["eligible"]]
    return [row for site in eligible for measure in measures for row in _series(site, measure)]


def _months(site: Site, measure: str) -> list[date]:
    """The months in which a site collected a measure."""
    chance = Chance("gaps", measure, site.name)
    everywhere = [on for on in map(month, range(MONTHS)) if site.open(on)]
    if measure == "readmissions":
        return [on for on in everywhere if not chance.happens(0.01)]
    if measure in ("length_of_stay", "late_discharges"):
        return everywhere if site.row["kind"] != "home team" else []
    begun = next((row["on"] for row in site.history if row["stage"] in IN_USE), None)
    if begun is None:
        return []
    if measure == "minutes_on_discharge":
        timed = site.row["wave"] == "wave 1" or site.name in ("vel-03", "qui-03")
        return [on for on in everywhere if timed and later(begun, -3) <= on < date(2023, 4, 1)]
    first = {"bundle_complete": 3, "confidence_at_home": 2}[measure]
    used = [on for on in everywhere if on >= later(begun, first) and site.stands(later(on, 1)) in IN_USE]
    planted = {on for one in PLANTED if (one.site, one.measure) == (site.name, measure) for on in _span(one)}
    return [on for on in used if on in planted or not chance.happens(0.06)]


def _span(planted: Planted) -> list[date]:
    return [later(planted.first, number) for number in range(planted.months)]


def _series(site: Site, measure: str) -> list[Row]:
    months = _months(site, measure)
    if not months:
        return []
    chance = Chance("values", measure, site.name)
    level, spread, trials = _ordinary(site, measure, chance)
    wanted = {
        on: shift
        for one in PLANTED
        if (one.site, one.measure) == (site.name, measure)
        for on, shift in _shape(one, chance).items()
    }
    rows = []
    for on in months:
        used = site.stands(on) in IN_USE
        now = level + (_EFFECT.get(measure, 0.0) if used else 0.0)
        row: Row = {"measure": measure, "site": site.name, "on": on}
        if measure in _COUNTED:
            seen = max(8, round(chance.normal(trials, trials * 0.12)))
            share = now + wanted[on] * spread if on in wanted else None
            got = round(min(max(share, 0.0), 1.0) * seen) if share is not None else chance.count(seen, now)
            row |= {"numerator": float(got), "denominator": float(seen)}
        else:
            value = now + (wanted[on] if on in wanted else chance.normal()) * spread
            row["value"] = round(value, _PLACES[measure])
        rows.append(row)
    return rows


#: What being in use changes on average, in the unit of the measure: little, beside ordinary variation.
_EFFECT = {"readmissions": -0.008, "late_discharges": -0.015, "length_of_stay": -0.1}


def _ordinary(site: Site, measure: str, chance: Chance) -> tuple[float, float, int]:
    """The level of a series, its standard deviation, and how many are counted a month."""
    people = max(24, round(site.row["eligible_people"] / 7))
    poor = (3 - site.row["deprivation"]) * 0.004
    level, trials = {
        "readmissions": (0.142 + poor + chance.normal(0, 0.012), people),
        "late_discharges": (0.13 + chance.normal(0, 0.03), people),
        "bundle_complete": (0.66 + chance.normal(0, 0.08), 24),
        "length_of_stay": (8.4 + chance.normal(0, 1.2), 0),
        "confidence_at_home": (7.5 + chance.normal(0, 0.35), 0),
        "minutes_on_discharge": (34 + chance.normal(0, 4), 0),
    }[measure]
    level = max(level, 0.04)
    if trials:
        level = min(level, 0.9)
        return level, (level * (1 - level) / trials) ** 0.5, trials
    return level, {"length_of_stay": 0.55, "confidence_at_home": 0.3, "minutes_on_discharge": 2.5}[measure], 0


def _shape(planted: Planted, chance: Chance) -> dict[date, float]:
    """How far from the level each planted month lies, in standard deviations."""
    sign = 1 if planted.up else -1
    span = _span(planted)
    if planted.kind == "astronomical":
        return {on: sign * 5.0 for on in span}
    if planted.kind == "trend":
        step = 3.6 / (len(span) - 1)
        return {on: sign * (-1.2 + step * number) for number, on in enumerate(span)}
    return {on: sign * (1.55 + chance.between(-0.55, 0.55)) for on in span}
