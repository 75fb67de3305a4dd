"""What held at each site, month by month: status, and each of the five things that "sustained" is made of."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

import polars as pl

from takeroot.charts.wording import counted
from takeroot.reporting import by_rule
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.vocabulary.rule import Rule
from takeroot.web.frames import Book
from takeroot.web.panels.measures.page import nth_of
from takeroot.web.panels.panel import Panel, draw
from takeroot.web.panels.spread import names, no_stages
from takeroot.web.panels.sustain import NO_RULES, pages

#: How many sites stand on a sheet.
SITES = 40


def asked(book: Book, rule: str = "", show: str = "", sheet: str = "") -> tuple[str, str, int]:
    """By which rule, what is to be shown, and which sheet of sites; else the first of each."""
    known = {one.name for one in book.row.words.rules}
    chosen = rule if rule in known else ""
    return chosen, show if show in by_rule.ASPECTS else "status", nth_of(sheet, _sites(book, chosen), SITES)


def _sites(book: Book, chosen: str) -> int:
    rule = _rule(book, chosen)
    return 0 if rule is None else book.frame(partial(there, rule=rule)).height


def _rule(book: Book, chosen: str) -> Rule | None:
    declared = {one.name: one for one in book.programme.rules}
    return declared.get(chosen) or next(iter(declared.values()), None)


def there(results: Results, rule: Rule) -> pl.DataFrame:
    """The sites at which the rule's clock has started, in the programme's own order."""
    if not results.history.height:
        return pl.DataFrame(schema={"site": pl.String, "called": pl.String})
    started = results.sustained.filter(pl.col("rule") == rule.name, pl.col("zero").is_not_null())
    return names(results.programme).join(started.select("site"), on="site", how="semi", maintain_order="left")


def panels(book: Book, chosen: str = "", show: str = "status", sheet: int = 1) -> dict[str, Any]:
    """Every part of the page."""
    rule = _rule(book, chosen)
    page: dict[str, Any] = {"pages": pages(book, "sustain-months"), "choices": ()}
    if rule is None:
        shown = [Panel("months", "Month by month", empty=NO_RULES, begin=("about",))]
        return page | {"panels": shown, "parts": shown}
    sites = _sites(book, rule.name)
    if not sites:
        shown = [Panel("months", "Month by month", empty=no_stages(book), begin=("record", "import"))]
        return page | {"panels": shown, "parts": shown}
    book.results.months(rule, book.frame(partial(by_rule.months, rule=rule)))
    sheets = -(-sites // SITES)
    shown = [everywhere(book, rule, show), here(book, rule, show, sheet), latest(book, rule, sheet)]
    query = {"rule": rule.name, "show": show}
    return page | {
        "panels": shown,
        "parts": shown,
        "choices": tuple(one.name for one in book.programme.rules),
        "rule": rule.name,
        "aspects": tuple(by_rule.ASPECTS.items()),
        "show": show,
        "sheets": [(nth, urlencode({**query, "sheet": nth}), nth == sheet) for nth in range(1, sheets + 1)]
        if sheets > 1
        else (),
    }


def everywhere(book: Book, rule: Rule, show: str) -> Panel:
    """How many sites had which status at the end of each month."""
    question = partial(of_all, rule=rule, show=show)
    frame = book.frame(question)
    words = frame["word"].unique(maintain_order=True).to_list()
    months = frame.pivot(on="word", index="on", values="sites").sort("on", descending=True)
    table = Grid.of(
        months,
        "Sites at the end of each month since the rule's clock started there.",
        ("on", "Month", "month"),
        *((word, word, "number") for word in words),
    )
    title = by_rule.ASPECTS[show]
    chart = book.drawing(draw, question, chart="statuses_over_time", rule=_printed(rule), title=f"{title}: all sites")
    return Panel("everywhere", "All sites", says=UNDERSTOOD[show], chart=chart, table=table)


#: How what is shown is to be read.
UNDERSTOOD = {
    "status": "In use, fully or partly; adapted with the same function; replaced, discontinued by decision, or lapsed. "
    "Nothing is taken from silence: “not known since” is its own state.",
    "activities": "Whether the site was in the stages that the rule takes to show the activities.",
    "behaviour": "Whether every component that the rule names was delivered, by the words of the last six months.",
    "adapted": "Whether a change is recorded here that still holds, and what became of what it is for.",
    "benefits": "Whether the measure that the rule names met its threshold over the last six months.",
    "time": "Whether the time that the rule asks for was up.",
}


def _printed(rule: Rule) -> str:
    return f"Rule: {rule}"


def of_all(results: Results, rule: Rule, show: str) -> pl.DataFrame:
    """How many sites had each word, month by month."""
    return by_rule.counts(by_rule.months(results, rule), show)


def of_sheet(results: Results, rule: Rule, show: str, sheet: int) -> pl.DataFrame:
    """What held at the sites of one sheet, month by month, in the programme's own order."""
    sites = there(results, rule)[(sheet - 1) * SITES : sheet * SITES]
    mine = sites.join(by_rule.months(results, rule), on="site", how="inner", maintain_order="left_right")
    return mine.with_columns(word=by_rule.word_of(show))


def here(book: Book, rule: Rule, show: str, sheet: int) -> Panel:
    """What held at each site of one sheet."""
    question = partial(of_sheet, rule=rule, show=show, sheet=sheet)
    frame = book.frame(question)
    run = (pl.col("word") != pl.col("word").shift(1)).fill_null(True).cum_sum().over("site").alias("run")
    runs = frame.with_columns(run).group_by("site", "called", "run", "word", maintain_order=True)
    table = Grid.of(
        runs.agg(since=pl.col("on").first(), until=pl.col("on").last(), months=pl.len()),
        f"{by_rule.ASPECTS[show]}: every unbroken time at each site, in the programme's own order.",
        ("called", "Site"),
        ("word", by_rule.ASPECTS[show]),
        ("since", "From", "month"),
        ("until", "to the end of", "month"),
        ("months", "Months", "number"),
    )
    chart = book.drawing(draw, question, chart="held_by_month", rule=_printed(rule), title=by_rule.ASPECTS[show])
    return Panel("months", "Each site", chart=chart, table=table)


def latest(book: Book, rule: Rule, sheet: int) -> Panel:
    """The five constructs at each site of a sheet, at the last month."""
    frame = book.frame(partial(of_sheet, rule=rule, show="status", sheet=sheet))
    last = frame.filter(pl.col("on") == pl.col("on").max().over("site")).with_columns(
        core=pl.when(pl.col("core_said") > 0).then(pl.format("{} of {}", "core_delivered", "core_said")),
        adapted=pl.col("adapted").fill_null("nothing recorded"),
    )
    table = Grid.of(
        last,
        "The five things that “sustained” is made of, at each site, at the end of the record.",
        ("called", "Site"),
        ("on", "Month", "month"),
        ("time_up", "Time is up", "yes_no"),
        ("activities", "Activities"),
        ("behaviour", "Behaviour"),
        ("adapted", "Adapted"),
        ("benefits", "Benefits"),
        ("core", "Core delivered, of that said"),
        ("status", "Status"),
    )
    return Panel(
        "latest",
        "The five constructs, now",
        says="After Moore and others: after a defined time; the programme goes on; behaviour goes on; it may be "
        "adapted; benefits go on.",
        table=table,
        summary=f"Show {counted(last.height, 'sites')}",
    )
