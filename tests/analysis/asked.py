"""Instruments, rounds and answers that tests of assessments share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from takeroot.vocabulary.instrument import Instrument

#: Points by level of the ten factors, A to D, in order (instruments-a, 1.4).
LEVELS = {
    "benefits": ("process", 8.5, 4.7, 4.0, 0.0),
    "credibility": ("process", 9.1, 6.3, 3.1, 0.0),
    "adaptability": ("process", 7.0, 3.4, 2.4, 0.0),
    "monitoring": ("process", 6.5, 3.3, 2.4, 0.0),
    "training": ("staff", 11.4, 6.3, 4.9, 0.0),
    "behaviours": ("staff", 11.0, 5.1, 5.1, 0.0),
    "senior": ("staff", 15.0, 6.2, 5.7, 0.0),
    "clinical": ("staff", 15.0, 6.7, 5.5, 0.0),
    "fit": ("organisation", 7.0, 3.5, 3.3, 0.0),
    "infrastructure": ("organisation", 9.5, 4.4, 3.3, 0.0),
}
ITEMS = [f"co{n}" for n in range(1, 5)] + [f"cp{n}" for n in range(1, 5)]
ITEMS += [f"ca{n}" for n in range(1, 8)] + [f"rm{n}" for n in range(1, 6)]
AGREE = [{"value": str(n), "says": f"Level {n}", "points": n} for n in range(1, 6)]
NOT_RELEVANT = {
    "value": "not_relevant",
    "says": "Not relevant",
    "reasons": [{"value": one, "says": f"to my {one}"} for one in ("role", "stage", "intervention")],
}


def instrument(**more: Any) -> Instrument:
    """An instrument of which only what a test is about is said."""
    about = {"id": "ours", "edition": "1", "title": "Ours", "kind": "questionnaire", "purpose": "To see"}
    return Instrument.model_validate({**about, "who": "Staff", "source": ["Us"], "licence": "MIT", **more})


def ten_factors() -> Instrument:
    """Ten factors with levels that count."""
    asked = [
        {
            "id": name,
            "asks": f"{name}?",
            "scale": "levels",
            "of": of,
            "options": [
                {"value": level, "says": level, "points": count} for level, count in zip("abcd", points, strict=True)
            ],
        }
        for name, (of, *points) in LEVELS.items()
    ]
    return instrument(
        scales=[{"id": "levels", "thirds": [{"value": "not_known", "says": "I can not say"}]}],
        constructs=[{"id": one, "name": one} for one in ("process", "staff", "organisation")],
        sections=[{"id": "all", "title": "All", "questions": asked}],
        scoring={"rule": "weighted levels", "total": True},
    )


def twenty_items() -> Instrument:
    """Four constructs, one reversed item, a third state with reasons, three general items."""
    asked: list[Mapping[str, Any]] = [
        {"id": one, "asks": f"{one}?", "scale": "agree", "of": one[:2], "reversed": one == "ca2"} for one in ITEMS
    ]
    general = [{"id": f"g{n}", "asks": f"g{n}?", "scale": "ten"} for n in (1, 2, 3)]
    return instrument(
        scales=[
            {"id": "agree", "options": AGREE, "thirds": [NOT_RELEVANT]},
            {"id": "ten", "kind": "number", "least": 0, "most": 10, "step": 1},
        ],
        constructs=[{"id": one, "name": one.upper()} for one in ("co", "cp", "ca", "rm")],
        sections=[{"id": "all", "title": "All", "questions": [*asked, *general]}],
        scoring={"rule": "mean of a construct"},
    )


def elements() -> Instrument:
    """Three elements, each 0 to 5."""
    asked = [{"id": f"s{n}", "asks": f"s{n}?", "scale": "present", "of": "structure"} for n in (1, 2, 3)]
    return instrument(
        scales=[
            {
                "id": "present",
                "kind": "number",
                "least": 0,
                "most": 5,
                "step": 1,
                "thirds": [{"value": "not_known", "says": "?"}],
            }
        ],
        constructs=[{"id": "structure", "name": "Structure"}],
        sections=[{"id": "all", "title": "All", "questions": asked}],
        scoring={"rule": "profile"},
    )


def domains() -> Instrument:
    """Two domains of two questions, simple to complex."""
    asked = [
        {"id": f"{of}{n}", "asks": f"{of}{n}?", "scale": "complexity", "of": of}
        for of in ("condition", "value")
        for n in (1, 2)
    ]
    options = [{"value": one, "says": one.title()} for one in ("simple", "complicated", "complex")]
    return instrument(
        scales=[{"id": "complexity", "options": options, "thirds": [{"value": "not_known", "says": "?"}]}],
        constructs=[{"id": one, "name": one} for one in ("condition", "value")],
        sections=[{"id": "all", "title": "All", "questions": asked}],
        scoring={"rule": "complexity profile"},
    )


def rounds(names: Iterable[str] = ("r1",), *, kind: str = "anonymous", invited: int | None = None) -> pl.DataFrame:
    """Rounds of our instrument, a month apart, each closed before the next."""
    names = list(names)
    opens = [date(2025, 1, 1) + timedelta(days=31 * n) for n in range(len(names))]
    return pl.DataFrame(
        {
            "round": names,
            "instrument": ["ours"] * len(names),
            "edition": ["1"] * len(names),
            "subject": ["programme"] * len(names),
            "kind": [kind] * len(names),
            "opens": opens,
            "closes": [day + timedelta(days=14) for day in opens],
            "invited": [invited] * len(names),
        },
        schema_overrides={"invited": pl.Int64},
    )


def answers(
    said: Mapping[str, Mapping[str, Any]], *, round_: str = "r1", roles: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Answers of respondents, by question."""
    rows = [
        (round_, who, (roles or {}).get(who), question, None if answer is None else str(answer))
        for who, mine in said.items()
        for question, answer in mine.items()
    ]
    return pl.DataFrame(
        rows, schema=dict.fromkeys(("round", "respondent", "role", "question", "answer"), pl.String), orient="row"
    )


LATER = date(2026, 11, 1)
