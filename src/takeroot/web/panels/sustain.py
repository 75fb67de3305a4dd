"""What stays in use, by which rule, and how it ends where it ends."""

from __future__ import annotations

from typing import Any

import polars as pl

from takeroot.charts.wording import counted, day
from takeroot.reporting import by_rule
from takeroot.reporting.blocks import Grid
from takeroot.reporting.lasted import left_early
from takeroot.reporting.results import Results
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels.of_rule import curve, of_rule
from takeroot.web.panels.panel import Group, Item, Line, Panel, draw
from takeroot.web.panels.spread import names, no_stages

NO_RULES = (
    "It is not written down yet what “sustained” means here. Write a rule down: what is to last, "
    "valued by whom, from when, for how many months, and why that long. Several rules may stand side by side."
)
WITHOUT_RULE = "none is written down yet; here the clock starts at first use and stops at the first leaving recorded"
#: So many questions about who will measure stand on the page; the measures have the rest.
MOST_ASKED = 12


def asked(book: Book, chosen: str = "") -> tuple[str]:
    """By which rule, of those that are declared; else the first of them."""
    return (chosen if chosen in {rule.name for rule in book.row.words.rules} else "",)


def panels(book: Book, chosen: str = "") -> dict[str, Any]:
    """Every part of the page."""
    first = [rules(book), *([in_full(book)] if book.programme.rules else [])]
    of_one, more = staying(book, chosen), [after_support(book)]
    if book.programme.rules and book.programme.stages.height:
        more.append(status(book))
    shown = [*first, *of_one["panels"], *more]
    return {"first": first, "staying": of_one, "more": more, "parts": shown, "pages": pages(book)}


def pages(book: Book, here: str = "sustain") -> tuple[tuple[str, str], ...]:
    """The other pages of what lasts."""
    there = (
        ("sustain", "By each rule, and staying in use"),
        ("sustain-rules", "How the answer changes with the rule"),
        ("sustain-months", "Month by month, at each site"),
        ("fidelity", "Fidelity and adaptation"),
    )
    return tuple((address(name, book.row.slug), says) for name, says in there if name != here)


def rules(book: Book) -> Panel:
    """Every rule side by side, each printed whole, and how many sites it finds to be sustained."""
    if not book.programme.rules:
        return Panel("rules", "By each rule", empty=NO_RULES, begin=("about",))
    frame, early = book.frame(Results.by_rule), book.frame(left_early)
    too_early = dict(frame.select("rule", "too_early").iter_rows())
    table = Grid.of(
        frame,
        "Sites by each rule for “sustained”.",
        ("rule", "Rule"),
        ("sites", "Sites", "number"),
        ("started", "Started", "number"),
        ("too_early", "Too early", "number"),
        ("judged", "Judged", "number"),
        ("sustained", "Sustained", "number"),
        ("not_sustained", "Not sustained", "number"),
        ("not_known", "Not known", "number"),
        ("share", "Sustained, of judged", "percent"),
        ("lower", "At least", "percent"),
        ("upper", "At most", "percent"),
        ("says", "The rule in full"),
    )
    return Panel(
        "rules",
        "By each rule",
        says="No rule is the default: each says what is to last, valued by whom, from when and for how long.",
        chart=book.drawing(draw, Results.by_rule, chart="sustained_by_rule"),
        notes=tuple(f"{rule}: {too_early[rule]:,} too early to judge. {says}" for rule, says in early.iter_rows()),
        table=table,
    )


def in_full(book: Book) -> Panel:
    """Every rule, part by part."""
    declared = book.programme.rules
    return Panel(
        "in-full",
        "Each rule in full",
        says="What has no evidence named is not known, and is never taken to hold.",
        items=tuple(Item(rule.name, by_rule.whole(rule, book.results)) for rule in declared),
        summary=f"Show {counted(len(declared), 'rules')}",
    )


def staying(book: Book, chosen: str = "") -> dict[str, Any]:
    """What one rule shows over time; without any, from first use to the first leaving recorded."""
    declared = {rule.name: rule for rule in book.programme.rules}
    if not book.frame(Results.history).height:
        nothing = Panel("staying", "Staying in use", empty=no_stages(book), begin=("record", "import"))
        return {"panels": [nothing], "choices": (), "rule": ""}
    if not declared:
        return {"panels": [curve(book, first_leaving, WITHOUT_RULE)], "choices": (), "rule": ""}
    rule = declared.get(chosen) or next(iter(declared.values()))
    return {"panels": of_rule(book, rule), "choices": tuple(declared), "rule": rule.name}


def first_leaving(results: Results) -> pl.DataFrame:
    """The same where no rule is written down: from first use to the first leaving recorded."""
    return results.stays[0].curve


def after_support(book: Book) -> Panel:
    """Who will measure after support ends, as far as it is said; and where it is not, the question."""
    title, slug = "Who will measure after support ends", book.row.slug
    if not book.programme.measures.height:
        says = "No measure is described, so nobody could tell whether the benefits last. Say what is measured, by whom "
        return Panel("after-support", title, empty=f"{says}and until when.", begin=("record",))
    frame, ends = book.frame(by_rule.measured_after), by_rule.support_ended(book.results)
    asking = frame.filter(pl.col("asks").is_not_null())
    lines = tuple(
        Line(
            f"{row['called']}: {row['asks']}",
            where=f"{address('row', slug, 'measures', row['id'])}?do=amend&for=completing",
        )
        for row in asking.head(MOST_ASKED).iter_rows(named=True)
    )
    rest = f"And {counted(asking.height - MOST_ASKED, 'measures')} more." if asking.height > MOST_ASKED else ""
    table = Grid.of(
        frame,
        "Who looks after each measure, and until when.",
        ("called", "Measure"),
        ("owner", "Looked after by"),
        ("collected_until", "Measured until", "day"),
    )
    return Panel(
        "after-support",
        title,
        says=f"Support {'ends' if _later(book, ends) else 'ended'} on {day(ends)}, as far as the record says."
        if ends
        else "The record does not say when support ends.",
        groups=(Group("Not said yet", lines, rest, address("measures", slug)),) if lines else (),
        notes=tuple(by_rule.not_measured_in_time(book.results)),
        table=table,
        summary=f"Show {counted(frame.height, 'measures')}",
    )


def _later(book: Book, ends: Any) -> bool:
    as_at = book.programme.as_at
    return as_at is not None and ends > as_at


def status(book: Book) -> Panel:
    """Each site by each rule, in the programme's own order."""
    judged = book.frame(Results.sustained)
    frame, each = names(book.programme), []
    since = pl.format(" ({})", pl.col("zero").dt.to_string("%-d %b %Y")).fill_null("")
    for place, rule in enumerate(book.programme.rules):
        mine = judged.filter(rule=rule.name).select("site", (pl.col("status") + since).alias(f"status_{place}"))
        frame = frame.join(mine, on="site", how="left", maintain_order="left")
        each.append((f"status_{place}", rule.name))
    frame = frame.filter(pl.any_horizontal(pl.col("^status_.*$").is_not_null()))
    caption = f"Each site by each rule, {day(book.programme.as_at, 'nothing dated yet')}, in the programme's own order."
    table = Grid.of(frame, caption, ("called", "Site"), *each)
    return Panel(
        "status",
        "Each site by each rule",
        says="With the day on which the rule's clock started. “Too early” is not a failing; “not known” is not “no”.",
        table=table,
        summary=f"Show {counted(frame.height, 'sites')}",
    )


__all__ = ["asked", "pages", "panels"]
