"""How the answer changes with the rule: every rule beside its answer, one thing otherwise, and site by site."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl

from takeroot.charts.courses import CHANGED
from takeroot.charts.wording import ENOUGH_FOR_A_PERCENTAGE, listed, number, percent
from takeroot.reporting import by_rule
from takeroot.reporting.blocks import Grid, enough
from takeroot.reporting.results import Results
from takeroot.vocabulary.rule import Rule
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Panel, draw
from takeroot.web.panels.spread import no_stages
from takeroot.web.panels.sustain import NO_RULES, asked, pages


def panels(book: Book, chosen: str = "") -> dict[str, Any]:
    """Every part of the page."""
    declared = {rule.name: rule for rule in book.programme.rules}
    page: dict[str, Any] = {"choices": (), "rule": "", "pages": pages(book, "sustain-rules")}
    if not declared:
        shown = [Panel("answers", "Rules by answers", empty=NO_RULES, begin=("about",))]
        return page | {"panels": shown, "parts": shown}
    if not book.frame(Results.history).height:
        shown = [Panel("answers", "Rules by answers", empty=no_stages(book), begin=("record", "import"))]
        return page | {"panels": shown, "parts": shown}
    rule = declared.get(chosen) or next(iter(declared.values()))
    shown = [answers(book), otherwise(book, rule), *between(book)]
    return page | {"panels": shown, "parts": shown, "choices": tuple(declared), "rule": rule.name}


def answers(book: Book) -> Panel:
    """Every rule beside its answer, with its interval."""
    frame = book.frame(Results.by_rule)
    asks = pl.Series("asks", [by_rule.asks(rule) for rule in book.programme.rules], dtype=pl.String)
    found = [by_rule.found(row) for row in frame.iter_rows(named=True)]
    told = frame.with_columns(asks, found=pl.Series(found, dtype=pl.String))
    known = frame.filter(pl.col("judged") >= ENOUGH_FOR_A_PERCENTAGE)
    says = "No rule is the default. Read across: what it asks, and what it then finds."
    if known.height > 1:
        says += f" The share sustained goes from {percent(known['share'].min())} to {percent(known['share'].max())}."
    table = Grid.of(
        told,
        "Each rule, what it asks, and its answer.",
        ("rule", "Rule"),
        ("asks", "Asks"),
        ("found", "Its answer"),
        ("too_early", "Too early", "number"),
        ("not_known", "Not known", "number"),
    )
    return Panel("answers", "Rules by answers", says=says, table=table, opened=True)


def otherwise(book: Book, rule: Rule) -> Panel:
    """What a rule would answer if one thing about it were otherwise."""
    question = partial(by_rule.varied, rule=rule)
    frame = book.frame(question).with_columns(pl.col("changed").replace(CHANGED), enough("share", "judged"))
    table = Grid.of(
        frame,
        f"{rule.name}, with one thing otherwise in each row.",
        ("changed", "What"),
        ("to", "Is"),
        ("declared", "As declared", "yes_no"),
        ("started", "Started", "number"),
        ("too_early", "Too early", "number"),
        ("judged", "Judged", "number"),
        ("sustained", "Sustained", "number"),
        ("not_known", "Not known", "number"),
        ("share", "Share", "percent"),
        ("lower", "At least", "percent"),
        ("upper", "At most", "percent"),
    )
    return Panel(
        "otherwise",
        "One thing otherwise",
        says="A rule is chosen for what it means to people, and not for its answer. Here is what hangs on each part.",
        chart=book.drawing(draw, question, chart="rules_varied", rule=str(rule)),
        table=table,
    )


def between(book: Book) -> list[Panel]:
    """Which answers two rules give the same sites."""
    frame = book.frame(by_rule.by_answers)
    if not frame.height:
        return []
    apart = frame.filter(
        ((pl.col("status") == "sustained") & (pl.col("other_status") == "not sustained"))
        | ((pl.col("status") == "not sustained") & (pl.col("other_status") == "sustained"))
    )
    pairs = apart.group_by("rule", "other", maintain_order=True).agg(pl.col("sites").sum())
    said = [f"{rule} and {other}: {number(sites)}" for rule, other, sites in pairs.iter_rows()]
    says = f"Sites that one finds sustained and the other not: {listed(said)}." if said else ""
    table = Grid.of(
        frame,
        "Of the sites that one rule gives an answer, how many another gives which.",
        ("rule", "Rule"),
        ("status", "Its answer"),
        ("other", "Other rule"),
        ("other_status", "Its answer"),
        ("sites", "Sites", "number"),
    )
    return [Panel("between", "Between rules", says=says, table=table, summary="Show the answers, two rules at a time")]


__all__ = ["asked", "panels"]
