"""The cast: Ana leads, Ben contributes for two sites, Cleo views, Dan leads something else, Eve's role has expired."""

from __future__ import annotations

from datetime import date

import pytest

from takeroot import Programme

FALLS = {
    "name": "Falls",
    "aim": "Fewer falls on wards",
    "synthetic": True,
    "as_at": date(2024, 6, 30),
    "rules": [
        {"name": "A year on", "valued_by": "ward teams", "months": 12, "why": "the funder asked for a year"},
        {"name": "Two years", "valued_by": "the trust", "months": 24, "why": "long enough for staff to change"},
    ],
}


def falls(sites: int = 6) -> Programme:
    """A small programme: sites that begin in turn, one that stops, one that pauses, a plan and a measure."""
    names = [f"Ward {n}" for n in range(1, sites + 1)]
    began = [date(2022, 1 + n % 12, 1) for n in range(sites)]
    stages = {
        "site": [*names, "Ward 1", "Ward 2"],
        "stage": ["using"] * sites + ["stopped", "paused"],
        "on": [*began, date(2023, 3, 1), date(2024, 2, 1)],
        "reason_kind": [None] * sites + ["lapsed", None],
    }
    months = [date(2022 + m // 12, m % 12 + 1, 1) for m in range(30)]
    return Programme(
        FALLS,
        sites={
            "site": names,
            "name": [f"{name}, the long one" for name in names],
            "region": ["North", "South"] * (sites // 2) + ["North"] * (sites % 2),
            "eligible_people": list(range(10, 10 + sites)),
            "deprivation": [1 + n % 5 for n in range(sites)],
            "beds": [20.5 + n for n in range(sites)],
        },
        stages=stages,
        plans={
            "what": ["stage"] * 2,
            "name": ["using"] * 2,
            "value": [2, 5],
            "due": [date(2022, 6, 30), date(2023, 12, 31)],
            "set_on": [date(2021, 12, 1)] * 2,
        },
        measures={"measure": ["falls"], "name": ["Falls with harm"], "improves": ["down"], "unit": ["falls"]},
        values={
            "measure": ["falls"] * 30 * sites,
            "site": [name for name in names for _ in months],
            "on": months * sites,
            "value": [float(5 + (n * 7 + m * 3) % 4) for n in range(sites) for m in range(30)],
        },
        notes={
            "on": [date(2024, 1, 5)],
            "title": ["Night staff were not told"],
            "site": ["Ward 2"],
            "visibility": ["site"],
        },
        components={"component": ["rounding"], "name": ["Hourly rounding"]},
        deliveries={"site": ["Ward 3"], "component": ["rounding"], "on": [date(2024, 3, 1)], "delivered": ["0.75"]},
        accounts={
            "question": ["what changed and why"],
            "on": [date(2024, 6, 1)],
            "by": ["Ana"],
            "text": ["A ward lost its lead."],
        },
    )


@pytest.fixture(autouse=True)
def own_frames(settings, tmp_path_factory):
    """Kept frames of one test are not those of another."""
    settings.CACHE = tmp_path_factory.mktemp("frames")


@pytest.fixture
def at_once(transactional_db):
    """Several at a time, on a database that several can open; the guards would refuse that it is emptied afterwards."""
    from django.db import connection

    from takeroot.web import guards

    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("the database of this run is held by one connection; PostgreSQL's run has it")
    guards.guard()
    yield
    guards.lift()


@pytest.fixture
def cast(db):
    """Ana, Ben, Cleo and Dan, with their programmes: ``falls`` and ``sepsis``."""
    from types import SimpleNamespace

    from takeroot.web import actions

    loaded = {
        "falls": actions.load_programme(falls(), by="tests"),
        "sepsis": actions.load_programme(
            Programme("Sepsis", stages={"site": ["X"], "stage": ["using"], "on": ["2024-03-01"]}), by="tests"
        ),
    }
    people = {
        name: actions.add_person(sign_in=name, name=name.title(), password="a long password", by="tests")
        for name in ("ana", "ben", "cleo", "dan", "eve")
    }
    actions.add_member(loaded["falls"], person=people["ana"], role="lead", by="tests")
    actions.add_member(
        loaded["falls"], person=people["ben"], role="contributor", sites=["Ward 1", "Ward 2"], by="tests"
    )
    actions.add_member(loaded["falls"], person=people["cleo"], role="viewer", by="tests")
    actions.add_member(loaded["sepsis"], person=people["dan"], role="lead", by="tests")
    actions.add_member(loaded["falls"], person=people["eve"], role="lead", expires=date(2020, 1, 1), by="tests")
    return SimpleNamespace(**loaded, **people)
