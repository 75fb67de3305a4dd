"""Result frames of what lasts, of fidelity and of adaptations, from a small programme told in lines."""

from __future__ import annotations

from functools import cache

import polars as pl

from takeroot.analysis import fidelity, sustainment
from takeroot.reporting import by_rule
from takeroot.reporting import fidelity as of_fidelity
from takeroot.reporting.results import Results
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.rule import Rule

RULE = Rule(
    name="A year on",
    what=("activities", "behaviour", "benefits"),
    valued_by="ward teams",
    months=12,
    why="the funder asked for a year",
    core_share=0.5,
    evidence={"behaviour": ["talk"], "benefits": {"measure": "falls", "at_most": 5}},
)
DAYS = ("2022-03-01", "2022-09-01", "2023-03-01", "2023-09-01")


@cache
def programme() -> Programme:
    """Eight sites: some stay, some stop in each way, one comes back, one is not known any more."""
    told = {
        "A": ("2022-01-05 using", "2022-10-01 embedded"),
        "B": ("2022-01-20 using", "2022-08-01 stopped lapsed", "2023-02-01 using"),
        "C": ("2022-02-01 using", "2022-12-01 stopped decided"),
        "D": ("2022-02-10 using", "2023-01-10 stopped replaced"),
        "E": ("2022-03-01 using", "2022-06-01 paused", "2022-08-01 using"),
        "F": ("2022-03-15 using", "2023-05-01 unknown"),
        "G": ("2022-04-01 using",),
        "H": ("2022-05-01 using", "2023-08-01 stopped"),
    }
    rows = [(site, *said.split(), None)[:4] for site, all_said in told.items() for said in all_said]
    stages = pl.DataFrame(rows, schema=["site", "on", "stage", "reason_kind"], orient="row")
    given = [
        (site, part, on, "coverage", 0.4 + 0.07 * nth + 0.05 * place)
        for nth, site in enumerate(told)
        for place, part in enumerate(("talk", "call"))
        for on in DAYS
    ]
    names = ["site", "component", "on", "dimension", "delivered"]
    values = [(site, f"2022-{month:02}-01", 3.0 + 0.3 * month) for site in told for month in range(1, 13)]
    return Programme(
        {"name": "Falls", "as_at": "2023-12-31", "rules": [RULE.model_dump(mode="json")]},
        sites={"site": list(told), "wave": ["one"] * 3 + ["two"] * 5, "name": [f"Ward {site}" for site in told]},
        stages=stages,
        components={"component": ["talk", "call"], "name": ["Talk", "Call"]},
        core_claims={"component": ["talk", "call", "call"], "core": [True, True, False]}
        | {"according_to": ["team", "team", "carers"]},
        deliveries=pl.DataFrame(given, schema=names, orient="row").with_columns(
            pl.col("delivered").round(2).cast(pl.String),
            function_kept=pl.when(pl.col("site") == "A").then(pl.lit("no")).otherwise(pl.lit("yes")),
        ),
        adaptations={"site": ["A", "B", "B", "C", None], "on": ["2022-06-01"] * 4 + ["2023-06-01"]}
        | {"what": ["Alone", "By phone", "Shorter", "By clerks", "Visits"], "component": ["talk"] * 4 + [None]}
        | {
            "function_kept": ["no", "yes", "yes", "unknown", None],
            "nature": ["removing"] + ["substituting"] * 3 + [None],
        },
        measures={"measure": ["falls"], "name": ["Falls"], "improves": ["down"], "unit": ["a month"]},
        values=pl.DataFrame(values, schema=["site", "on", "value"], orient="row").with_columns(measure=pl.lit("falls")),
    )


@cache
def results() -> Results:
    return Results(programme())


def months(show: str = "status") -> pl.DataFrame:
    found = by_rule.months(results(), RULE).with_columns(word=by_rule.word_of(show))
    return found.with_columns(called=pl.format("Ward {}", "site"))


def counts() -> pl.DataFrame:
    return by_rule.counts(by_rule.months(results(), RULE))


def occupancy() -> pl.DataFrame:
    return by_rule.occupancy(results(), RULE)


def lapses() -> pl.DataFrame:
    return by_rule.lapses(results(), RULE)


def returns() -> pl.DataFrame:
    return by_rule.returns(results(), RULE)


def varied() -> pl.DataFrame:
    return sustainment.varied(programme(), RULE)


def together() -> pl.DataFrame:
    return of_fidelity.together(results())


def variation() -> pl.DataFrame:
    return of_fidelity.variation(results())


def over_time() -> pl.DataFrame:
    return of_fidelity.over_time(results())


def adaptations() -> pl.DataFrame:
    return of_fidelity.drawn(results())


def beside() -> pl.DataFrame:
    return fidelity.benefit_beside(programme(), "falls")


def drop() -> pl.DataFrame:
    effects = {"site": list("ABCDEF"), "setting": ["source"] * 3 + ["scale"] * 3, "effect": [8, 10, 9, 4, 5, 6]}
    return fidelity.voltage_drop(effects | {"delivered": [0.9, 0.8, 0.9, 0.6, 0.5, 0.7]})
