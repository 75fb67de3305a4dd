"""How it spread: each month every site may move, by chances that facilitation, peers and other work alter.

The chances below are the truth of this made-up programme, in logits a month; what an analysis finds can be held against
them.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

from synthetic import told
from synthetic.chance import Chance
from synthetic.places import NEVER_APPROACHED

Row = dict[str, Any]
START, MONTHS, AS_AT = date(2020, 4, 1), 60, date(2025, 3, 31)
FUND_ENDS = date(2024, 3, 31)
TRACKER = "programme tracker"
EMERGENCY = (date(2020, 12, 20), date(2021, 3, 8))
IN_USE = ("using", "embedded")

#: For each move: its base, and what is added by a facilitator, by the share of the region in use, and so on.
CHANCES: dict[str, dict[str, float]] = {
    "exploring to preparing": {"base": -1.9, "peers": 1.6, "competes": -0.7, "reinforces": 0.5, "emergency": -1.5},
    "exploring to declined": {"base": -4.6, "competes": 0.9, "peers": -0.5},
    "preparing to using": {
        "base": -1.8,
        "facilitation": 1.1,
        "peers": 0.8,
        "competes": -0.8,
        "reinforces": 0.4,
        "emergency": -2.0,
    },
    "using to embedded": {"base": -3.1, "facilitation": 0.6, "peers": 0.8, "reinforces": 0.5, "competes": -0.6},
    "in use to paused": {"base": -5.3, "emergency": 2.4, "competes": 0.7, "embedded": -0.7},
    "in use to stopped": {"base": -5.2, "support ended": 0.9, "competes": 1.1, "peers": -0.8, "embedded": -1.0},
    "in use to unknown": {"base": -6.2},
    "paused to using": {"base": -1.7, "facilitation": 0.5},
    "paused to stopped": {"base": -3.4},
    "stopped to using": {"base": -4.4, "peers": 1.0, "facilitation": 0.5},
    "unknown to using": {"base": -2.6},
}
_ENDED_AS = (("lapsed", 0.5), ("decided", 0.3), ("replaced", 0.2))
_WHY = {
    "lapsed": ("Fell away when staff changed", "Not done since the winter", "Nobody could say when it was last done"),
    "decided": ("Team judged it not worth the time here", "Stopped after a review with patients"),
    "replaced": ("A regional service took its place", "The electronic record now prompts for it"),
}
_CAPACITY = {"Vellumshire": 4, "Quillfen": 3, "Marrowmere": 3, "Dapplewold": 3, "Ostlemark": 2}
_WAVE_OPENS = {"wave 1": 0, "wave 2": 12, "wave 3": 24}


def month(number: int) -> date:
    """The first day of a month of the programme, counted from 0."""
    return date(START.year + (START.month - 1 + number) // 12, (START.month - 1 + number) % 12 + 1, 1)


def later(day: date, months: int) -> date:
    """So many months after a day, at the first of the month."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


class Site:
    """A site as its history is drawn."""

    def __init__(self, row: Row, work: list[Row], history: list[Row]) -> None:
        self.row, self.work = row, work
        self.name: str = row["site"]
        self.chance = Chance("spread", self.name)
        self.history = history
        self.told = bool(history)
        self.facilitated: tuple[date, date] | None = None

    @property
    def stage(self) -> str:
        """Where it stands last."""
        return self.history[-1]["stage"] if self.history else "not_reached"

    def open(self, on: date) -> bool:
        """Whether it is there on a day."""
        return (not self.row["opened"] or self.row["opened"] <= on) and (
            not self.row["closed"] or self.row["closed"] > on
        )

    def stands(self, on: date) -> str:
        """Where it stands on a day."""
        past = [row["stage"] for row in self.history if row["on"] <= on]
        return past[-1] if past else "not_reached"

    def move(self, on: date, stage: str, **details: Any) -> None:
        """It moves in a month; now and then only the month is known."""
        days = [1, 2, 3, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 20, 21, 22]
        day = on + timedelta(days=self.chance.one_of(days) - 1)
        if self.history and day <= self.history[-1]["on"]:
            day = self.history[-1]["on"] + timedelta(days=1)
        row = {"on": day, "stage": stage, **details}
        if self.chance.happens(0.12):
            row |= (
                {"on": on, "on_before": later(on, 1), "precision": "month"}
                if on > (self.history or [{"on": START}])[-1]["on"]
                else {}
            )
        self.history.append(row)


def histories(places: list[Row]) -> dict[str, Site]:
    """Every site with its history: told, where the story speaks of it by name, or drawn."""
    work, past = told.rows("other_work"), told.rows("stages")

    def of(rows: list[Row], site: str) -> list[Row]:
        return [row for row in rows if row["site"] == site]

    sites = {row["site"]: Site(row, of(work, row["site"]), of(past, row["site"])) for row in places}
    for number in range(MONTHS):
        on = month(number)
        for site in sites.values():
            _facilitate(site, sites, on)
            if not site.told and site.open(on) and site.row["eligible"] and site.name not in NEVER_APPROACHED:
                _may_move(site, sites, on, number)
    return sites


def _facilitate(site: Site, sites: dict[str, Site], on: date) -> None:
    """A facilitator comes when one is free, and leaves after about a year, or when the fund ends."""
    if site.facilitated or site.stands(on) not in ("preparing", "using") or on >= later(FUND_ENDS, -3):
        return
    region = site.row["region"]
    busy = [
        one for one in sites.values() if one.row["region"] == region and one.facilitated and one.facilitated[1] > on
    ]
    if len(busy) < _CAPACITY[region] and (site.stands(on) == "preparing" or site.chance.happens(0.15)):
        site.facilitated = (on, min(later(on, site.chance.whole(9, 14)), FUND_ENDS))


def _logit(move: str, says: dict[str, float]) -> float:
    weights = CHANCES[move]
    total = weights["base"] + sum(weight * says.get(name, 0.0) for name, weight in weights.items() if name != "base")
    return 1 / (1 + math.exp(-total))


def _may_move(site: Site, sites: dict[str, Site], on: date, number: int) -> None:
    region = [
        one for one in sites.values() if one.row["region"] == site.row["region"] and one.open(on) and one is not site
    ]
    peers = sum(one.stands(on) in IN_USE for one in region) / len(region)
    now = [one for one in site.work if one["since"] <= on and not (one["until"] and one["until"] <= on)]
    supported = bool(site.facilitated and site.facilitated[0] <= on < site.facilitated[1])
    says = {
        "peers": peers,
        "competes": float(any(one["relation"] == "competes" for one in now)),
        "reinforces": float(any(one["relation"] == "reinforces" for one in now)),
        "facilitation": float(supported),
        "support ended": float(bool(site.facilitated) and not supported),
        "emergency": float(EMERGENCY[0] <= on <= EMERGENCY[1]),
        "embedded": float(site.stage == "embedded"),
    }
    stage, happens = site.stage, site.chance.happens
    if stage == "not_reached":
        opens = _WAVE_OPENS.get(site.row["wave"] or "")
        if happens(0.3 if opens is not None and number >= opens else 0.008 + 0.04 * peers if opens is None else 0.0):
            site.move(on, "exploring")
    elif stage == "exploring":
        if happens(_logit("exploring to preparing", says)):
            site.move(on, "preparing")
        elif happens(_logit("exploring to declined", says)):
            site.move(on, "declined", decided_by="manager", reason="Not now")
    elif stage == "preparing" and happens(_logit("preparing to using", says)):
        site.move(on, "using")
    elif stage in IN_USE:
        _in_use(site, says, on)
    elif stage == "paused":
        if happens(_logit("paused to using", says)):
            site.move(on, "using", reason="Resumed")
        elif happens(_logit("paused to stopped", says)):
            site.move(on, "stopped", reason_kind="lapsed", reason="Never resumed after the pause")
    elif stage == "stopped" and happens(_logit("stopped to using", says)):
        site.move(on, "using", reason="Taken up again")
    elif stage == "unknown" and happens(_logit("unknown to using", says)):
        site.move(on, "using", reason="Heard again")


def _in_use(site: Site, says: dict[str, float], on: date) -> None:
    happens = site.chance.happens
    if happens(_logit("in use to stopped", says)):
        kind = _drawn(site.chance.share())
        how = {
            "lapsed": {"how_known": "observed"},
            "decided": {"decided_by": "ward team"},
            "replaced": {"decided_by": "manager"},
        }[kind]
        site.move(on, "stopped", reason_kind=kind, reason=site.chance.one_of(list(_WHY[kind])), **how)
    elif happens(_logit("in use to paused", says)):
        why = "Winter emergency" if says["emergency"] else "Too few staff for now"
        site.move(on, "paused", decided_by="ward manager", reason=why)
    elif happens(_logit("in use to unknown", says)):
        site.move(on, "unknown", reason="No word from the team")
    elif (
        site.stage == "using" and site.history[-1]["on"] < later(on, -8) and happens(_logit("using to embedded", says))
    ):
        site.move(on, "embedded", decided_by="ward manager", reason="Part of normal work")


def _drawn(share: float) -> str:
    """How it stopped."""
    below = 0.0
    for kind, probability in _ENDED_AS:
        below += probability
        if share < below:
            return kind
    return _ENDED_AS[0][0]


def stages(sites: dict[str, Site]) -> list[Row]:
    """The histories as rows, with how far each site had gone confirmed about every ten months of use."""
    rows = []
    for site in sites.values():
        usual = {"site": site.name, "source": TRACKER, "how_known": "reported", "recorded_by": "regional coordinator"}
        chance = Chance("extent", site.name)
        reach, extent_of = chance.between(0.25, 0.6), chance.one_of(["teams", "staff", "eligible people"])
        ends = [*(row["on"] for row in site.history[1:]), site.row["closed"] or AS_AT]
        for row, end in zip(site.history, ends, strict=False):
            said = {column: cell for column, cell in row.items() if cell is not None}
            in_use = row["stage"] in IN_USE and "source" not in said
            rows.append(usual | said | ({"extent": round(reach, 2), "extent_of": extent_of} if in_use else {}))
            on = later(row["on"], 10)
            while in_use and on < end and on <= AS_AT:
                reach = min(1.0, max(0.1, reach + chance.normal(0.08, 0.08)))
                day = on + timedelta(days=chance.whole(0, 24))
                if row["on"] < day < end:
                    how_far = {"extent": round(reach, 2), "extent_of": extent_of}
                    rows.append(usual | {"on": day, "stage": row["stage"]} | how_far)
                on = later(on, 10)
    return rows
