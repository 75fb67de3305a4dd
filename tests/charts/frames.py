"""Result frames written by hand, with the columns that analyses give."""

from __future__ import annotations

from datetime import date

import polars as pl

from takeroot.vocabulary.stages import Stage


def month(n: int, since: int = 2021) -> date:
    return date(since + n // 12, n % 12 + 1, 1)


def _stages_at(n: int) -> dict[str, int]:
    using = max(0, min(20, n // 2 - 2))
    embedded = max(0, (n - 20) // 3)
    paused, stopped = max(0, (n - 15) // 9), max(0, (n - 18) // 8)
    preparing = max(1, min(8, n // 3) - n // 12)
    exploring = min(7, 2 + n // 4)
    declined = min(3, n // 14)
    unknown = n // 30
    rest = 60 - using - embedded - paused - stopped - preparing - exploring - unknown - declined
    return {
        "not_reached": rest, "exploring": exploring, "declined": declined, "preparing": preparing, "using": using,
        "embedded": embedded, "paused": paused, "stopped": stopped, "unknown": unknown,
    }  # fmt: skip


def by_stage(months: int = 48) -> pl.DataFrame:
    return pl.DataFrame(
        [(month(n), stage.value, _stages_at(n)[stage.value]) for n in range(months) for stage in Stage],
        schema={"on": pl.Date, "stage": pl.String, "sites": pl.Int64},
        orient="row",
    )


def reach(months: int = 48, eligible: int | None = 60) -> pl.DataFrame:
    rows = []
    for n in range(months):
        at = _stages_at(n)
        in_use = at["using"] + at["embedded"]
        ever = in_use + at["paused"] + at["stopped"]
        contacted = 60 - at["not_reached"] - at["unknown"]
        low, high = in_use - (2 if 20 < n < 34 else 0), in_use + (1 if 20 < n < 40 else 0)
        people = in_use * 310
        rows.append(
            {
                "on": month(n),
                "contacted": contacted,
                "ever_used": ever,
                "in_use": in_use,
                "in_use_low": low,
                "in_use_high": high,
                "not_known": at["unknown"],
                "eligible": eligible,
                "contacted_share": contacted / eligible if eligible else None,
                "ever_used_share": ever / eligible if eligible else None,
                "in_use_share": in_use / eligible if eligible else None,
                "eligible_people": 20000,
                "people_at_sites_in_use": people,
                "people_share": people / 20000,
                "counted_from": "the 60 sites listed and open, all of them eligible" if eligible else "not recorded",
            }
        )
    return pl.DataFrame(rows, schema_overrides={"eligible": pl.Int64, "in_use_share": pl.Float64})


def plan_lines() -> pl.DataFrame:
    rows = []
    for version, (set_on, start, each, count) in enumerate(
        [(date(2020, 12, 1), 5, 3, 8), (date(2022, 2, 10), 16, 6, 6), (date(2023, 5, 4), 30, 6, 6)], start=1
    ):
        for i in range(count):
            on = month(start + i * each)
            total = min(60, {1: 6, 2: 6, 3: 7}[version] * (i + 1) + {1: 0, 2: 3, 3: 6}[version])
            rows.append((version, set_on, on, float(total), version == 3, "programme"))
    kinds = {"version": pl.Int64, "set_on": pl.Date, "on": pl.Date, "planned": pl.Float64, "current": pl.Boolean}
    return pl.DataFrame(rows, schema=kinds | {"of": pl.String}, orient="row")


def reach_by() -> pl.DataFrame:
    return pl.DataFrame(
        [
            ("1", 14, 9, 6, 6 / 14, 5200, 1900, 1900 / 5200), ("2", 12, 9, 7, 7 / 12, 4100, 2300, 2300 / 4100),
            ("3", 13, 10, 8, 8 / 13, 4000, 2650, 2650 / 4000), ("4", 11, 9, 7, 7 / 11, 3600, 2500, 2500 / 3600),
            ("5", 8, 7, 6, 6 / 8, 2600, 2100, 2100 / 2600), (None, 2, 1, 0, 0.0, None, None, None),
        ],
        schema={
            "group": pl.String, "sites": pl.Int64, "ever_used": pl.Int64, "in_use": pl.Int64,
            "in_use_share": pl.Float64, "eligible_people": pl.Int64, "people_at_sites_in_use": pl.Int64,
            "people_share": pl.Float64,
        },
        orient="row",
    )  # fmt: skip


def depth() -> pl.DataFrame:
    sites = [f"Site {n:02d}" for n in range(34)]
    extents = [None if n % 4 == 3 else round(0.2 + (n * 37 % 80) / 100, 2) for n in range(34)]
    return pl.DataFrame(
        {
            "site": sites, "on": [date(2024, 11, 1)] * 34, "stage": ["using"] * 34, "extent": extents,
            "extent_of": ["teams" if n % 3 else "staff" for n in range(34)],
        }
    )  # fmt: skip


def km() -> pl.DataFrame:
    steps = [(0.0, 35, 0, 0), (3.0, 35, 1, 0), (5.5, 34, 2, 1), (9.0, 31, 1, 2), (14.0, 28, 3, 2), (20.0, 23, 1, 4),
             (26.0, 18, 2, 3), (31.0, 13, 0, 5), (38.0, 8, 1, 4), (44.0, 3, 0, 3)]  # fmt: skip
    rows, share = [], 1.0
    for months, risk, events, censored in steps:
        share *= 1 - events / risk
        rows.append(
            (
                months,
                risk,
                events,
                censored,
                share,
                max(0.0, share - 0.02 * months**0.5),
                min(1.0, share + 0.015 * months**0.5),
            )
        )
    return pl.DataFrame(
        rows, schema=["months", "at_risk", "events", "censored", "share", "lower", "upper"], orient="row"
    )


def leaving() -> pl.DataFrame:
    rows = []
    for way, steps in {
        "paused": [(3.0, 35, 1, 0.03), (14.0, 28, 3, 0.09)],
        "stopped: decided": [(5.5, 34, 2, 0.06), (26.0, 18, 3, 0.1)],
        "stopped: lapsed": [(9.0, 31, 1, 0.04), (20.0, 23, 2, 0.08), (38.0, 8, 3, 0.16)],
        "stopped: replaced": [(14.0, 28, 1, 0.03)],
    }.items():
        rows += [(way, months, risk, left, share, share * 0.5, share * 1.8) for months, risk, left, share in steps]
    names = ["left_as", "months", "at_risk", "left", "share", "lower", "upper"]
    return pl.DataFrame(rows, schema=names, orient="row")


A_YEAR = "activities, valued by ward teams, for 12 months from adoption (the funder asked for a year)."
TWO_YEARS = (
    "activities, behaviour, valued by site leads and patients, for 24 months from end of support, with at least 75% of "
    "the core delivered (two budget rounds show whether it is somebody's job)."
)
BENEFIT = "benefits, valued by the board, for 36 months from full use (long enough for staff to turn over)."


def by_rule() -> pl.DataFrame:
    names = [
        "rule",
        "says",
        "sites",
        "started",
        "too_early",
        "judged",
        "sustained",
        "not_sustained",
        "not_known",
        "share",
        "lower",
        "upper",
    ]
    return pl.DataFrame(
        [
            ("A year on", f"A year on: {A_YEAR}", 60, 35, 4, 31, 24, 5, 2, 24 / 31, 0.6, 0.89),
            ("Two years on", f"Two years on: {TWO_YEARS}", 60, 35, 22, 13, 6, 4, 3, 6 / 13, 0.23, 0.71),
            ("Benefit holds", f"Benefit holds: {BENEFIT}", 60, 35, 35, 0, 0, 0, 0, None, None, None),
        ],
        schema=names, orient="row",
    )  # fmt: skip


def _noise(n: int, seed: int) -> float:
    return ((n * 7919 + seed * 104729) % 1000) / 1000 - 0.5


def points(sites: int = 1, months: int = 36) -> pl.DataFrame:
    """Points as ``spc.chart`` gives them: a shift up, a missing month, a phase and an excluded point."""
    rows = []
    for s in range(sites):
        for n in range(months):
            second = n >= 20
            centre = 78.0 if second else 62.0
            value: float | None = centre + 14 * _noise(n, s + 1)
            signals, shows = "", "common"
            if 12 <= n < 20:
                value, signals, shows = 70 + 6 * _noise(n, s), "shift", "improvement"
            if n == 30:
                value, signals, shows = 58.0, "astronomical", "concern"
            if n == 25:
                value = None
            rows.append(
                {
                    "measure": "Huddles held",
                    "site": f"Ward {s + 1}",
                    "on": month(n),
                    "value": value,
                    "phase": 2 if second else 1,
                    "included": value is not None and n != 5,
                    "centre": centre,
                    "lower": centre - 15,
                    "upper": centre + 15,
                    "near_lower": centre - 10,
                    "near_upper": centre + 10,
                    "target": 80.0 if n > 8 else 75.0,
                    "signals": signals,
                    "shows": shows,
                    "judged": months >= 13,
                    "rules": "mdc",
                    "improves": "up",
                }
            )
    return pl.DataFrame(rows)


def timeline() -> pl.DataFrame:
    rows = []
    for n in range(90):
        rows.append(
            (month(n % 48), None, "stage", f"Site {n % 30:02d}", f"Site {n % 30:02d} moved to using", f"stages:s{n}")
        )
    for n, kind in enumerate(
        ["event", "decision", "adaptation", "note", "signal", "account", "anchor", "plan", "action", "support"] * 4
    ):
        until = month(n + 9) if kind in ("support", "event") and n % 3 else None
        rows.append((month(n), until, kind, None, f"{kind} number {n}", f"{kind}s:{n}"))
    return pl.DataFrame(
        rows,
        schema={
            "on": pl.Date,
            "until": pl.Date,
            "kind": pl.String,
            "site": pl.String,
            "says": pl.String,
            "reference": pl.String,
        },
        orient="row",
    )


def support(kinds: int = 3, months: int = 40) -> pl.DataFrame:
    rows = [
        (f"kind {kind}", month(n + 1), 0 if kind == 2 else (n * (kind + 1)) % 17, kind == 2 or n % 11 == kind)
        for kind in range(kinds)
        for n in range(kind * 4, months)
    ]
    schema = {"kind": pl.String, "on": pl.Date, "sites": pl.Int64, "everywhere": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def answers() -> pl.DataFrame:
    """How many gave each answer to two questions."""
    return pl.DataFrame(
        {
            "question": ["a"] * 3 + ["b"] * 2,
            "name": ["Is it clear what it is for?"] * 3 + ["Is there time for it?"] * 2,
            "beside": ["9 answered, 2 different answers, agreement 47%"] * 3 + ["7 answered, 1 different answer"] * 2,
            "state": ["answer", "answer", "third", "answer", "blank"],
            "says": ["Yes", "No", "Not relevant to my role", "Yes", "No answer"],
            "n": [6, 3, 1, 7, 300],
        }
    )


def scores() -> pl.DataFrame:
    """What a team and its faculty set at two sites."""
    return pl.DataFrame(
        {
            "site": ["Ward 1"] * 4 + ["Ward 2"],
            "who": ["the team", "the team", "the faculty", "the faculty", "the team"],
            "on": [date(2024, 1, 5), date(2024, 3, 5), date(2024, 1, 8), date(2024, 3, 9), date(2024, 2, 1)],
            "score": [2.0, 1.5, 1.5, 2.5, 4.0],
        }
    )


def forecast(months: int = 30, ahead: int = 12) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """What is foreseen, what was counted, and what had been foreseen six months before each of some months."""
    grown = [min(40, 1 + n + n // 3) for n in range(months)]
    counts = pl.DataFrame({"on": [month(n) for n in range(months)], "in_use": grown, "eligible": [60] * months})
    fan = [
        {"on": month(months + n), "ahead": n + 1, **_ends(min(48, grown[-1] + n), n)} for n in range(ahead)
    ]  # fmt: skip
    tried = [
        {
            "forecaster": "combination", "origin": month(n - 6), "known": grown[n - 6], "on": month(n), "ahead": 6,
            **_ends(grown[n] - 5 + n % 7, 3), "happened": grown[n],
        }
        for n in range(12, months)
    ]  # fmt: skip
    return pl.DataFrame(fan), counts, pl.DataFrame(tried)


def _ends(middle: int, wide: int) -> dict[str, int]:
    return {
        "lower_95": max(0, middle - 3 - wide), "lower_80": max(0, middle - 2 - wide // 2), "lower_50": middle - 1,
        "median": middle, "upper_50": middle + 1, "upper_80": middle + 2 + wide // 2, "upper_95": middle + 3 + wide,
    }  # fmt: skip


def differences() -> pl.DataFrame:
    """Two choices against the first, by two figures; the second hardly differs."""
    rows = []
    for title, mean, wide in (("Sites in use at the end", 3.2, 5.0), ("Cost", 216_000.0, 0.0)):
        for choice, times in (("Ask for it, with a letter from the board to every site", 1.0), ("Room", 0.0)):
            ends = {
                f"{end}_{level}": times * mean + way * wide * level / 95
                for level in (50, 80, 95)
                for end, way in (("lower", -1), ("upper", 1))
            }
            told = {"title": title, "group": title, "choice": choice, "against": "As it is now", "mean": times * mean}
            rows.append({**told, **ends})
    return pl.DataFrame(rows)


def choices(months: int = 25) -> pl.DataFrame:
    """Sites by stage and month, of three choices; nobody ever declines."""
    rows = []
    for nth, choice in enumerate(("As it is now", "Ask for it", "Room")):
        for n in range(months):
            using = 10 + n * (1 + nth) / 4
            for stage, mean in (("not_reached", 40 - using), ("declined", 0.0), ("using", using), ("in use", using)):
                told = {"choice": choice, "month": month(n, 2026), "stage": stage, "mean": mean}
                rows.append({**told, "lower_80": mean * 0.8, "upper_80": mean * 1.2})
    return pl.DataFrame(rows)


def ladder() -> pl.DataFrame:
    """Twelve assumptions, of which the second overturns the order."""
    return pl.DataFrame(
        [
            {
                "says": f"how readily sites take the step {n}",
                "low_said": "2 in 100 a month",
                "high_said": "8 in 100 a month",
                "ahead_at_low": -4.0 if n == 1 else 2.0,
                "ahead_at_high": 40.0 - 3 * n,
                "turns_at_said": "3 in 100 a month" if n == 1 else None,
            }
            for n in range(12)
        ],
        schema_overrides={"turns_at_said": pl.String},
    )


def growth(months: int = 30, ahead: int = 12) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sites that had begun, two curves that were fitted to that, and one that was not."""
    seen = [min(40, n + n // 3) for n in range(months)]
    every = range(months + ahead)
    grown = {
        "on": [month(n) for n in every],
        "began": [*seen, *[None] * ahead],
        "began_least": [*(max(0, n - 3) for n in seen), *[None] * ahead],
        "bass": [45 * (1 - 0.94**n) for n in every],
        "logistic": [43 / (1 + 2.718 ** (-0.2 * (n - 15))) for n in every],
        "gompertz": [None] * len(every),
    }
    why = "The data can not say where it ends."
    curves = {
        "curve": ["bass", "logistic", "gompertz"],
        "ceiling": [45.0, 43.0, None],
        "says": ["It ends at 45 sites.", "It ends at 43 sites.", why],
    }
    return pl.DataFrame(grown, schema_overrides={"gompertz": pl.Float64}), pl.DataFrame(curves)


def ahead_by_stage() -> pl.DataFrame:
    """Sites at each stage some months after the thirtieth."""
    now = {"not_reached": 9, "exploring": 4, "preparing": 6, "using": 25, "embedded": 13, "stopped": 3, "in use": 38}
    return pl.DataFrame(
        [
            {"on": month(29 + n), "ahead": n, "stage": stage, "now": count, **_ends(count + n // 6, n)}
            for stage, count in now.items()
            for n in (3, 6, 12, 24)
        ]
    )
