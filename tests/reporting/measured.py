"""A programme of measures of every kind, and what it takes to look at slides."""

from __future__ import annotations

from datetime import date
from typing import Any

from takeroot.vocabulary.calendar import months_from
from takeroot.vocabulary.programme import Programme

MONTHS = months_from(date(2022, 1, 1), date(2023, 12, 1)).to_list()
LONG = "How many of those who were discharged on a weekday had every part of the bundle delivered before noon " * 3


def board(names: dict[str, str] | None = None, **changes: Any) -> Programme:
    """Falls at two wards as counts over counts, waits at three as single values, and infections between days."""
    names = names or {}
    rows: list[dict[str, Any]] = []
    for place, on in enumerate(MONTHS):
        for site, wave in (("A", 0), ("B", 3)):
            fallen = 12 + (place * 7 + wave) % 5 - (6 if place >= 14 else 0)
            rows.append({"measure": "falls", "site": site, "on": on, "numerator": fallen, "denominator": 900 + place})
        for site, wave in (("A", 0), ("B", 2), ("C", 5)):
            rows.append({"measure": "waits", "site": site, "on": on, "value": 40.0 + (place * 5 + wave) % 7})
    rows += [{"measure": "gaps", "site": "C", "on": on, "value": 3.0 + n % 4} for n, on in enumerate(MONTHS[:20])]
    columns = ("measure", "site", "on", "value", "numerator", "denominator")
    tables: dict[str, Any] = {
        "sites": {"site": ["A", "B", "C"], "name": [names.get(site, f"Ward {site}") for site in "ABC"]},
        "measures": {
            "measure": ["waits", "falls", "gaps"],
            "name": [names.get("waits", "Waits"), names.get("falls", "Falls"), names.get("gaps", "Days between")],
            "unit": ["minutes", "per 1,000 bed days", "days"],
            "improves": ["down", "down", "up"],
            "chart": ["xmr", "u", "t"],
            "rules": ["mdc", "our-board", "mdc-2021"],
            "multiply": [None, 1000, None],
            "least_denominator": [None, 905, None],
        },
        "values": {name: [row.get(name) for row in rows] for name in columns},
        "phases": {
            "measure": ["waits", "waits", "falls"],
            "site": ["A", None, None],
            "on": ["2022-03-01", "2022-01-01", "2022-01-01"],
            "kind": ["exclude", "target", "target"],
            "value": [None, 45, 9],
            "reason": ["A flood closed the ward", "Agreed with patients", "The board asked for it"],
            "by": ["ward sister", "the panel", "the board"],
        },
        "events": {
            "on": ["2023-03-05", "2023-11-20"],
            "kind": ["policy", "funding"],
            "title": ["Night lights were put in", "The grant ended"],
        },
        "actions": {
            "title": ["Mend the lights"],
            "site": [None],
            "owner": ["the porter"],
            "due": ["2024-02-01"],
            "status": ["open"],
        },
    }
    about = {
        "name": names.get("programme", "Safer wards"),
        "as_at": "2023-12-31",
        "rule_sets": [{"name": "our-board", "version": "2026", "source": "Our board", "shift": 8, "trend": 6}],
    }
    return Programme({**about, **changes.pop("about", {})}, **(tables | changes))


def many(measures: int, name: str = LONG) -> Programme:
    """So many measures with long names, each at one site."""
    codes = [f"m{n}" for n in range(measures)]
    return Programme(
        "A programme of many measures",
        measures={"measure": codes, "name": [f"{n} {name}" for n in range(measures)], "improves": ["up"] * measures},
        values={
            "measure": [code for code in codes for _ in MONTHS],
            "site": ["A"] * (measures * len(MONTHS)),
            "on": MONTHS * measures,
            "value": [float((n * 7 + place * 3) % 11) for n in range(measures) for place in range(len(MONTHS))],
        },
    )
