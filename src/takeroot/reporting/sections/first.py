"""The first page: the two answers side by side; what the programme means by its words; and where to begin."""

from __future__ import annotations

import polars as pl

from takeroot.charts.wording import agree, counted
from takeroot.reporting.answers import Statement, as_planned, without_account
from takeroot.reporting.blocks import (
    Account,
    Accounts,
    Beside,
    Block,
    Facts,
    Missing,
    Part,
    Points,
    Section,
    Statements,
    Words,
    several,
)
from takeroot.reporting.mattering import gathered
from takeroot.reporting.results import Results

PLANNED = "Was it spread and sustained as planned?"
CHANGED = "What changed, and why?"


def start(results: Results) -> Section | None:
    """Where to begin, for a programme of which nothing is recorded."""
    if results.programme.tables:
        return None
    return Section(
        "begin",
        "Where to begin",
        (
            Points(
                (
                    "Write an empty workbook with `takeroot template programme.xlsx`, or keep the tracker you "
                    "have: one row a "
                    "site, and where it stands since when, is enough for the first figures.",
                    "Say which sites could take the improvement up, so that every share has a denominator.",
                    "Write down what “sustained” means here: what, valued by whom, since when, for how long. "
                    "Several rules may "
                    "stand side by side.",
                    "Write down the plan: how many sites, by when. Later versions do not erase earlier ones.",
                    "Note what happens around it, what is adapted and why, as it happens. An account can be "
                    "written later; what "
                    "nobody noted can not be cited.",
                ),
                ordered=True,
            ),
        ),
        lead="Nothing but a name is recorded yet. That is enough to begin; the five steps below fill this report.",
    )


def two_answers(results: Results) -> Section:
    """What can be computed, beside what people wrote."""
    computed: list[Block] = [
        Words("Computed from the record. Each figure stands with its evidence and what makes it doubtful.", quiet=True),
        Statements(tuple(as_planned(results))),
    ]
    written: list[Block] = [
        Words("Written by people, in their words, signed and dated. Nothing here is composed by software.", quiet=True)
    ]
    accounts = accounts_of(results, "what changed and why")
    written.append(accounts if accounts.groups else Missing("No account is written yet of what changed and why."))
    besides = gathered(results)
    if besides:
        lead = Words("Gathered from what people recorded; nothing of it is inferred to be a reason.", quiet=True)
        written.append(Part("What the record holds besides", (lead, Statements(tuple(besides)))))
    written += _without(results)
    blocks: list[Block] = [Beside((Part(PLANNED, tuple(computed)), Part(CHANGED, tuple(written))))]
    theirs = accounts_of(results, "as planned")
    if theirs.groups:
        blocks.append(Part("Whether it went as planned, according to people", (theirs,)))
    return Section("answers", "The two answers", tuple(blocks))


def accounts_of(results: Results, question: str) -> Accounts:
    """The latest versions of the accounts that answer a question; those that differ stand in one group."""
    from takeroot.analysis import explanation

    latest = results.accounts.filter(pl.col("latest"), pl.col("question") == question).sort("on", "by")
    known = {row["reference"]: row for row in latest.iter_rows(named=True)}
    groups: list[list[str]] = []
    for reference, row in known.items():
        beside = {reference, *(other for other in several(row["stands_beside"]) if other in known)}
        touched = [group for group in groups if beside & set(group)]
        groups = [group for group in groups if group not in touched]
        groups.append(sorted({*beside, *(r for group in touched for r in group)}, key=list(known).index))
    groups.sort(key=lambda group: list(known).index(group[0]))

    def account(row: dict) -> Account:
        text = row["text"] or ""
        broken = frozenset(cited for cited in explanation.citations(text) if not _there(results, cited))
        return Account(text, row["by"], row["on"], row["version"], row["reference"], broken)

    return Accounts(tuple(tuple(account(known[reference]) for reference in group) for group in groups))


def _there(results: Results, reference: str) -> bool:
    from takeroot.reporting.saying import entry

    return entry(results, reference) is not None


def _without(results: Results) -> list[Block]:
    """Changes that matter and of which nobody has given an account."""
    changes = results.changes.filter(pl.col("matters"), pl.col("state") == "no account yet").sort("on")
    if not changes.height:
        return []
    kinds = {"stage": "changes of stage", "plan": "changes of plan", "adaptation": "adaptations", "signal": "signals"}
    said = []
    for kind, called in kinds.items():
        mine = changes.filter(kind=kind)
        if not mine.height:
            continue
        latest = _short(mine["says"][-1])
        sites = mine["site"].drop_nulls().n_unique()
        text = f"{counted(mine.height, called)}" + (f" at {counted(sites, 'sites')}" if sites > 1 else "")
        text = latest if mine.height == 1 else f"{text}. The latest: {latest}"
        said.append(Statement(text, tuple(mine["reference"].drop_nulls().tail(1)), about=called.capitalize()))
    of = results.changes.filter(pl.col("matters")).height
    return [
        Part(
            "No account yet",
            (
                Words(
                    f"{without_account(changes.height, of)} none. "
                    f"{agree(changes.height, 'It', 'Each')} stands in the section on what changed.",
                    quiet=True,
                ),
                Statements(tuple(said)),
            ),
        )
    ]


def _short(text: str, most: int = 180) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def meaning(results: Results) -> Section:
    """What the programme means by its words, and what success is, stated three ways."""
    about = results.programme.about
    return Section(
        "meaning",
        "What is meant",
        (
            Facts(
                (
                    ("The improvement", about.improvement),
                    ("How it is thought to work", about.theory),
                    ("Aim", about.aim),
                )
            ),
            Part(
                "Success, stated three ways",
                (
                    Words(
                        "Each of the three is a question of its own; any may be empty, and is shown as such.",
                        quiet=True,
                    ),
                    Facts(
                        (
                            ("Replicated: the same is done, and measured", about.success.replicated),
                            ("What changed, and why: adapted and made sense of", about.success.changed),
                            ("Explained: why it worked, for whom, in theory", about.success.explained),
                        )
                    ),
                ),
            ),
            Part(
                "What the three words mean here",
                (
                    Facts(
                        (
                            ("Spread", about.meant_by.spread),
                            ("Scale-up", about.meant_by.scale_up),
                            ("Sustained", about.meant_by.sustained),
                        )
                    ),
                ),
            ),
            Part(
                "The approach to spread",
                (
                    Words("Described, in any mix; not scored.", quiet=True),
                    Facts(
                        (
                            ("Hierarchical control", about.approach.hierarchical_control),
                            ("Participatory adaptation", about.approach.participatory_adaptation),
                            ("Facilitated evolution", about.approach.facilitated_evolution),
                        )
                    ),
                ),
            ),
        ),
    )
