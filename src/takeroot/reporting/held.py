"""Where is scale-up held back? In words: which level, which support, which anchor; and what is nowhere said.

The same sentences stand on the page and in the report. They say what the record holds, or that it holds nothing; they
are no score, and they stand in the order of strands and levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from takeroot.analysis import embedding
from takeroot.charts.wording import agree, counted, day, listed, month, number, sentence
from takeroot.reporting.results import Results

#: What each strand is called, in their order.
STRANDS = {
    "structure": "Structure: who is accountable",
    "strategy": "Strategy: actions and milestones",
    "support": "Support: given and needed",
    "context": "Context: anchors and conditions",
}
#: A level in words.
LEVELS = {
    "site": "the site",
    "organisation": "the organisation",
    "region": "the region",
    "system": "the system as a whole",
}
#: So many names are written out; of more, the number is said.
NAMED = 8


@dataclass(frozen=True)
class Held:
    """One thing that may hold scale-up back, in a sentence, with the rows that say so."""

    strand: str
    level: str
    says: str
    evidence: tuple[str, ...] = ()


def held_back(results: Results) -> list[Held]:
    """Everything that may hold scale-up back, by strand and level, each in a sentence."""
    frame = embedding.held_back(results.programme)
    return [
        Held(row["strand"], row["level"] or "", says(results, row), tuple(row["reference"]))
        for row in frame.iter_rows(named=True)
    ]


def not_said(results: Results, *, whole: bool = True) -> list[str]:
    """What would have to be recorded so that this could be seen, and is not.

    Of what those who do not see the ``whole`` can not see, nothing is said.
    """
    programme = results.programme
    unsaid = {
        "responsibilities": "Who is accountable, and at which level, is not recorded.",
        "needs": "What support sites need is not recorded, so that what is given can not be held against it.",
        "capacities": "How much support can be given is not recorded, so that demand can not be held against it.",
        "anchors": "No anchor is recorded: no policy, budget line, contract, guideline, curriculum or job description.",
        "actions": "No action is recorded.",
    }
    hidden = () if whole else ("capacities", "actions")
    return [text for table, text in unsaid.items() if not getattr(programme, table).height and table not in hidden]


def says(results: Results, row: dict[str, Any]) -> str:
    """One row of what may hold scale-up back, as a sentence."""
    told = {
        "none named": lambda: f"Nobody is named as accountable at the level of {LEVELS[row['level']]}",
        "nobody": lambda: f"Nobody is accountable for {_of(row)}, {_where(results, row)}",
        "some": lambda: _some(results, row),
        "left": lambda: (
            f"Since {day(row['on'])} nobody is named as accountable for {_of(row)}, {_where(results, row)}"
            + (f" (until then: {row['who']})" if row["who"] else "")
        ),
        "leaves": lambda: (
            f"Accountable for {_of(row)}, {_where(results, row)}, is {row['who']} until {day(row['on'])}; nobody is "
            "named for after that"
        ),
        "overdue": lambda: (
            f"“{_of(row)}” was due on {day(row['on'])} and is not done"
            f"{_at(results, row)} ({row['who'] or 'nobody has taken it on'})"
        ),
        "no owner": lambda: f"Nobody has taken on “{_of(row)}”{_at(results, row)}",
        "not given": lambda: (
            f"{row['what']} is needed at {counted(int(row['of']), 'sites')} and given at {_some_of(row)}: "
            f"{names(results, row['among'])}"
        ),
        "given until": lambda: (
            f"{row['what']} ends within half a year, the first on {day(row['on'])}, where it is still needed: "
            f"{names(results, row['among'])}"
        ),
        "short": lambda: _short(row),
        "no anchor": lambda: f"No anchor holds at the level of {LEVELS[row['level']]}",
        "no such anchor": lambda: (
            f"Of the kinds of anchor, none holds of these: {listed(row['among'])}. Whether one is needed is for you to "
            "say"
        ),
        "anchor ended": lambda: (
            f"The {row['who']} “{_of(row)}” ended on {day(row['on'])}{_at(results, row)}, and no {row['who']} has "
            "followed at its level"
        ),
        "anchor ends": lambda: f"The {row['who']} “{_of(row)}” ends on {day(row['on'])}{_at(results, row)}",
        "limits": lambda: (
            f"{'Everywhere' if row['site'] is None else results.site(row['site'])}: {_of(row)}"
            + (f", since {day(row['on'])}" if row["on"] else "")
            + (f" ({row['who']})" if row["who"] else "")
        ),
    }
    return sentence(told[row["because"]]())


def _some_of(row: dict[str, Any]) -> str:
    """At how many it is given, and that the names after it are those at which it is not."""
    some = int(row["number"])
    return "none of them" if not some else f"{some:,} of them. It is not given at"


def _of(row: dict[str, Any]) -> str:
    return str(row["what"]).rstrip(". ")


def _where(results: Results, row: dict[str, Any]) -> str:
    """At which site, in which region, or at which level."""
    if row["site"]:
        return f"at {results.site(row['site'])}"
    return f"in {row['region']}" if row["region"] else f"at the level of {LEVELS.get(row['level'], row['level'])}"


def _at(results: Results, row: dict[str, Any]) -> str:
    """At which site or in which region, where one is named."""
    return f", {_where(results, row)}" if row["site"] or row["region"] else ""


def _some(results: Results, row: dict[str, Any]) -> str:
    some, of = int(row["number"]), int(row["of"])
    if row["level"] == "region":
        return f"Somebody is named in {some:,} of {counted(of, 'regions')}; nobody in {_listed(row['among'])}"
    many = counted(of, "sites")
    return f"Somebody is named at {some:,} of {many} in use; nobody at {names(results, row['among'])}"


def _short(row: dict[str, Any]) -> str:
    unit = f" {row['who']}" if row["who"] else ""
    could = row["of"] - row["number"]
    return (
        f"Of {row['what']}, {number(row['of'])}{unit} {agree(2, 'is', 'are')} needed in {month(row['on'])} and "
        f"{number(could)} can be given: {number(row['number'])} short, the most in any month ahead"
    )


def names(results: Results, sites: Sequence[str]) -> str:
    """The names of some sites, in the order of their names; of many, the first few and how many more."""
    order = {site: place for place, site in enumerate(results.site_names_in_order)}
    return _listed([results.site(site) for site in sorted(sites, key=lambda one: order.get(one, len(order)))])


def _listed(words: Sequence[str]) -> str:
    if len(words) <= NAMED:
        return listed(words)
    return f"{', '.join(words[: NAMED - 1])} and {len(words) - NAMED + 1:,} more"


__all__ = ["LEVELS", "STRANDS", "Held", "held_back", "names", "not_said", "says"]
