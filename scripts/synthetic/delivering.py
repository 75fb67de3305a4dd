"""How much of each part was done: a look every six months, a little less once the facilitator has left."""

from __future__ import annotations

from datetime import date
from typing import Any

from synthetic.chance import Chance
from synthetic.spread import AS_AT, IN_USE, Site, later

Row = dict[str, Any]
PARTS = ("named_person", "agreed_day", "medicines_talk", "call_at_home", "carer_plan", "morning_board")
#: What is done otherwise at a site from a day on, as its story says.
_HERE: dict[tuple[str, str], tuple[date, Row]] = {
    ("dap-01", "morning_board"): (
        date(2022, 3, 7),
        {"delivered": "0.97", "form_here": "Paper, filled in by the ward clerk", "function_kept": "no"},
    ),
    ("dap-08", "medicines_talk"): (
        date(2023, 6, 5),
        {"delivered": "0.56", "form_here": "Weekdays only", "function_kept": "no"},
    ),
    ("mar-09", "call_at_home"): (date(2022, 11, 7), {"form_here": "A visit in place of the call"}),
    ("vel-08", "call_at_home"): (
        date(2023, 11, 13),
        {"delivered": "0.97", "form_here": "Volunteers make the first call"},
    ),
    ("ost-06", "call_at_home"): (date(2023, 8, 1), {"form_here": "Read from a card", "function_kept": "unknown"}),
}


def deliveries(sites: dict[str, Site]) -> list[Row]:
    """The share of discharges with each part, three months into use and every six months from there."""
    rows = []
    for site in sites.values():
        chance = Chance("deliveries", site.name)
        usual = {part: min(0.98, max(0.35, chance.normal(0.82, 0.12))) for part in PARTS}
        begun = next((row["on"] for row in site.history if row["stage"] in IN_USE), None)
        on = later(begun, 3) if begun else AS_AT
        while on < AS_AT:
            if site.stands(on) in IN_USE and site.open(on):
                rows += [_delivery(site, part, on, share, chance) for part, share in usual.items()]
            on = later(on, 6)
    return rows


def _delivery(site: Site, part: str, on: date, usual: float, chance: Chance) -> Row:
    alone = bool(site.facilitated) and on >= site.facilitated[1]
    share = min(1.0, max(0.0, usual - (0.08 if alone else 0.0) + chance.normal(0, 0.06)))
    row: Row = {
        "site": site.name,
        "component": part,
        "on": on,
        "dimension": "coverage",
        "delivered": f"{share:.2f}",
        "form_here": None,
        "function_kept": "yes",
        "source": "half-yearly look at ten discharges",
    }
    since, here = _HERE.get((site.name, part), (AS_AT, {}))
    return row | here if on >= since else row
