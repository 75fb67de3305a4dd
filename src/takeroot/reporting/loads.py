"""What else goes on at the sites, and what might be stopped? Questions in words, for the page and the report.

A question says what the record holds and asks; nothing here says that something should stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from takeroot.analysis import embedding
from takeroot.charts.wording import agree, counted, day, listed
from takeroot.reporting.held import names
from takeroot.reporting.results import Results

#: What a plan to stop something leaves open, as it is asked.
ASKS = {
    "evidence": "what supports it",
    "decided_by": "who decides",
    "remains": "what remains",
    "measure": "by what it is watched",
}


@dataclass(frozen=True)
class Question:
    """A question about what might be stopped, what it rests on, and what it is of."""

    asks: str
    of: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """A plan to stop something: its name, what it says line by line, and where it stands."""

    title: str
    lines: tuple[tuple[str, str], ...]
    state: str


def questions(results: Results) -> list[Question]:
    """What people may wish to ask of what goes on: each as a question."""
    rows = embedding.might_stop(results.programme).iter_rows(named=True)
    return [Question(_asked(results, row), row["of"], tuple(row["reference"])) for row in rows]


def _asked(results: Results, row: dict[str, Any]) -> str:
    here, known = names(results, row["sites"]), row["known_at"]
    some = len(row["sites"])
    if row["of"] == "other work":
        apart = f", of {counted(known, 'sites')} where it goes on" if known > some else ""
        return (
            f"“{row['what']}” is said to compete with this at {here}{apart}. Do both have to go on there, and who "
            "would miss which?"
        )
    if row["of"] == "component":
        return (
            f"“{row['what']}” is delivered sometimes or never at {some:,} of {counted(known, 'sites')} where that is "
            "known. Is it still needed there, does it need more help, or is something else done in its place?"
        )
    return (
        f"“{row['what']}” was to be collected until {day(row['on'])} and still is, at {counted(some, 'sites')}. Who "
        "uses it?"
    )


def endings(results: Results) -> list[Told]:
    """Every plan to stop something, with what it does not say yet."""
    return [_told(results, row) for row in embedding.endings(results.programme).iter_rows(named=True)]


def _told(results: Results, row: dict[str, Any]) -> Told:
    where = results.site(row["site"]) if row["site"] else "everywhere"
    watched = [results.measure(row["measure"])] if row["measure"] else []
    said = {
        "Why": row["reason"],
        "What supports that": row["evidence"],
        "Who decides": row["decided_by"],
        "Planned on": day(row["on"]),
        "By when": day(row["due"]) if row["due"] else "",
        "Stopped on": day(row["done"]) if row["done"] else "",
        "What remains": row["remains"],
        "In its place": row["replaced_by"],
        "Watched by": "; ".join([*watched, *([row["watch"]] if row["watch"] else [])]),
        "Who disagrees": row["dissent"],
        "Not said yet": listed([ASKS[name] for name in row["unsaid"]]),
    }
    return Told(f"{row['what']}, {where}", tuple((name, text) for name, text in said.items() if text), row["state"])


def load_says(results: Results) -> str:
    """How many sites have other work, and at how many it is said to compete or to reinforce."""
    load = embedding.load(results.programme)
    some = load.filter(load["works"] > 0)
    if not some.height:
        return "No other work is recorded at any site."
    compete, reinforce = int((some["competes"] > 0).sum()), int((some["reinforces"] > 0).sum())
    return (
        f"Other work goes on at {some.height:,} of {counted(load.height, 'sites')}: at {compete:,} some of it is said "
        f"to compete with this, at {reinforce:,} to reinforce it. Whether it does is somebody's view, and "
        f"{agree(some.height, 'it may change', 'may change')}."
    )


__all__ = ["ASKS", "Question", "Told", "endings", "load_says", "questions"]
