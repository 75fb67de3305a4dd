"""What was intended, and what was given: plans in three versions, and the support that sites had."""

from __future__ import annotations

from datetime import date
from typing import Any

from synthetic.chance import Chance
from synthetic.places import SUCCESSIONS
from synthetic.spread import FUND_ENDS, Site, later

Row = dict[str, Any]

#: Each version of the plan: when it was set, by when each wave was to use it, and why.
VERSIONS = (
    (
        date(2020, 4, 1),
        {"wave 1": date(2020, 10, 31), "wave 2": date(2021, 12, 31), "wave 3": date(2022, 12, 31)},
        "First plan, agreed with the regions",
    ),
    (
        date(2021, 5, 10),
        {"wave 2": date(2022, 4, 30), "wave 3": date(2023, 6, 30)},
        "The winter emergency took four months, and facilitators were moved to the wards",
    ),
    (
        date(2023, 2, 20),
        {"wave 3": FUND_ENDS, "joined": FUND_ENDS},
        "Too few staff in Ostlemark and Dapplewold; four further sites asked to join before the fund ends",
    ),
)
_JOINED = ("vel-11", "qui-11", "ost-11", "ost-12")
#: what, name, value, due, set on, why, id
_FURTHER = (
    ("measure", "bundle_complete", 80.0, date(2023, 3, 31), date(2020, 4, 1), "First plan", "bundle-plan-1"),
    (
        "measure",
        "bundle_complete",
        75.0,
        date(2024, 3, 31),
        date(2023, 2, 20),
        "Eighty was rarely reached even at the first sites",
        "bundle-plan-2",
    ),
    ("component", "call_at_home", 0.9, date(2022, 3, 31), date(2020, 4, 1), "First plan", "call-plan"),
    (
        "support",
        "facilitation",
        5.0,
        date(2021, 4, 1),
        date(2020, 4, 1),
        "One facilitator a region, each with two to four sites at a time",
        "facilitators-plan",
    ),
)


def plans(places: list[Row]) -> list[Row]:
    """Who was to use it by when: as first planned, and as revised twice, each time with the reason."""
    rows: list[Row] = []
    carried_on = {new for old, new, *_ in SUCCESSIONS if new != old}
    for number, (set_on, due, why) in enumerate(VERSIONS, 1):
        for site in (row for row in places if row["site"] not in carried_on):
            wave = site["wave"] or ("joined" if site["site"] in _JOINED else None)
            if wave in due:
                row = {"what": "stage", "site": site["site"], "name": "using", "due": due[wave], "set_on": set_on}
                rows.append(row | {"set_by": "programme board", "why": why, "id": f"{site['site']}-plan-{number}"})
    columns = ("what", "name", "value", "due", "set_on", "why", "id")
    further = [dict(zip(columns, row, strict=True)) for row in _FURTHER]
    return rows + [row | {"set_by": "programme board"} for row in further]


def supports(sites: dict[str, Site]) -> list[Row]:
    """Data for all; facilitation, training and funding by site."""
    everywhere = {"kind": "data", "since": date(2021, 4, 1), "until": date(2022, 4, 1), "unit": "own charts each month"}
    rows: list[Row] = [everywhere | {"amount": 1.0, "cost": 18000.0, "by": "measurement team"}]
    for site in sites.values():
        chance = Chance("supports", site.name)
        if site.facilitated:
            since, until = site.facilitated
            row = {"site": site.name, "kind": "facilitation", "since": since, "until": until, "unit": "days a month"}
            row |= {"amount": round(chance.between(1, 4), 1), "by": f"{site.row['region']} facilitators"}
            rows.append(row | {"id": f"{site.name}-facilitation"})
        begun = next((row["on"] for row in site.history if row["stage"] == "using"), None)
        if begun and chance.happens(0.8):
            row = {"site": site.name, "kind": "training", "since": later(begun, -1), "until": begun}
            rows.append(row | {"amount": float(chance.whole(2, 12)), "unit": "staff trained", "by": "training team"})
        if begun and begun < later(FUND_ENDS, -3) and chance.happens(0.3):
            row = {"site": site.name, "kind": "funding", "since": begun, "until": min(later(begun, 12), FUND_ENDS)}
            rows.append(row | {"cost": float(chance.whole(4, 12) * 1000), "by": "regional fund"})
    return rows
