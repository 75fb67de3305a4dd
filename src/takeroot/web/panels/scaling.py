"""What carries the improvement beyond single sites: support, anchors, actions, and the conditions around it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from takeroot.analysis import adoption, embedding
from takeroot.charts.wording import agree, counted, day
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.vocabulary.tables import ACTIONS, ANCHORS
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels import holding
from takeroot.web.panels.panel import Group, Line, Panel, draw, in_sheets

NO_SUPPORT = (
    "No support is recorded yet. Write down what the programme gives sites (facilitation, training, funding, data), "
    "from when until when, and what it cost if that is known."
)
NO_ANCHORS = (
    "No anchor is recorded yet: a policy, a budget line, a contract, a guideline, a curriculum, a job description or a "
    "system through which the change becomes part of how things are done, with the day from which it holds."
)
NO_ACTIONS = (
    "No action is recorded yet. Write down what is to be done, who will do it and by when, and to which strand it "
    "belongs: structure, strategy, support or context."
)
NO_CONDITIONS = (
    "No condition is recorded yet. Write down what enables or limits the improvement, since when, and according to "
    "whom; people may see it differently."
)
WHOLE_ALONE = "Actions and anchors of the whole programme are shown to those who see the whole."


def panels(book: Book, anchor: str = "", nth: int = 1) -> dict[str, Any]:
    """Every part of the page, with another sheet than the first of the table that is asked for."""
    every = [
        *(holding.held_back(book), holding.accountable(book), actions(book)),
        *(holding.needs(book), holding.demand(book), supports(book), given(book), plans(book)),
        *(anchors(book), *conditions(book), holding.both_ways(book), alongside(book)),
    ]
    shown = [in_sheets(panel, anchor, nth) for panel in every if panel is not None]
    return {"panels": shown, "parts": shown}


def supports(book: Book) -> Panel:
    """How many sites had which support, month by month."""
    frame = book.frame(over_time)
    if not frame.height:
        return Panel("support", "Support over time", empty=NO_SUPPORT, begin=("record", "import"))
    table = Grid.of(
        frame.sort("on", descending=True, maintain_order=True),
        "Sites with each kind of support at the end of each month.",
        ("kind", "Support"),
        ("on", "Month", "month"),
        ("sites", "Sites", "number"),
        ("everywhere", "To all sites", "yes_no"),
    )
    return Panel(
        "support",
        "Support over time",
        says="What the programme gives sites. Support that ends is worth a look at Sustain, by the same months.",
        chart=book.drawing(draw, over_time, chart="support_over_time"),
        table=table,
    )


def over_time(results: Results) -> pl.DataFrame:
    """How many sites each kind of support reached, by month."""
    return adoption.support_over_time(results.programme)


def given(book: Book) -> Panel | None:
    """Amounts and costs by kind and the year in which the support began, and who gave it."""
    frame = book.frame(by_year)
    if not frame.height:
        return None
    times, costed = int(frame["times"].sum()), int(frame["costed"].sum())
    said = f"Of {counted(times, 'times')} that support was given, the cost is recorded of {costed:,}; "
    said += "costs are sums of those."
    notes = (said,) if 0 < costed < times else ()
    table = Grid.of(
        frame,
        "Support by the year in which it began, and by kind.",
        ("began", "Year"),
        ("kind", "Support"),
        ("times", "Times given", "number"),
        ("where", "At"),
        ("amount", "Amount, added up", "number"),
        ("unit", "Of"),
        ("cost", "Cost", "number"),
        ("by", "Given by"),
    )
    says = "Amounts and costs stand in the year in which the support began, in the programme's own currency."
    return Panel("given", "Amount and cost", says=says, table=table, notes=notes, summary="Show every year and kind")


def by_year(results: Results) -> pl.DataFrame:
    """What was given in each year, in words for a table."""
    frame = adoption.support_given(results.programme)
    named = pl.format("{} {}", "sites", pl.when(sites=1).then(pl.lit("site")).otherwise(pl.lit("sites")))
    some = pl.when(pl.col("sites") > 0).then(named)
    where = pl.when("everywhere").then(pl.concat_str(pl.lit("all sites"), some, separator=", ", ignore_nulls=True))
    return frame.with_columns(began=pl.col("year").cast(pl.String), where=where.otherwise(some))


def plans(book: Book) -> Panel | None:
    """Support that was planned, in every version."""
    frame = book.frame(planned_support)
    if not frame.height:
        return None
    table = Grid.of(
        frame,
        "Plans of support, in every version.",
        ("name", "Support"),
        ("called", "At"),
        ("value", "Planned", "number"),
        ("due", "By", "day"),
        ("set_on", "Set on", "day"),
        ("set_by", "Set by"),
        ("why", "Why"),
    )
    says = "A later version does not erase an earlier one."
    return Panel("plans", "Support planned", says=says, table=table, summary=f"Show {counted(frame.height, 'plans')}")


def planned_support(results: Results) -> pl.DataFrame:
    """Every plan of support, by the day it is due and the day it was set."""
    rows = results.programme.plans.filter(what="support").sort("due", "set_on", maintain_order=True)
    return placed(results, rows).with_columns(pl.col("name").fill_null("support"))


def anchors(book: Book) -> Panel:
    """How the change becomes institutional, by kind and level."""
    frame = book.frame(anchored)
    if not frame.height:
        return Panel("anchors", "Anchors", empty=NO_ANCHORS, begin=("record", "import"))
    table = Grid.of(
        frame,
        "Anchors by kind, and by the day from which they hold.",
        ("title", "Anchor"),
        ("what", "Kind"),
        ("level", "Level"),
        ("where", "Where"),
        ("on", "Since", "day"),
        ("until", "Until", "day"),
        ("source", "Source"),
    )
    now = book.programme.as_at
    holding = frame.filter(pl.col("until").is_null() | (pl.col("until") > now)).height if now else frame.height
    says = f"Through what the change becomes part of how things are done. {counted(holding, 'anchors')} "
    says += f"{agree(holding, 'holds', 'hold')} on {day(now)}." if now else f"{agree(holding, 'is', 'are')} recorded."
    chart = book.drawing(draw, Results.reach, by_level, chart="wider_and_deeper")
    summary = f"Show {counted(frame.height, 'anchors')}"
    return Panel("anchors", "Anchors", says=says, chart=chart, table=table, summary=summary)


def by_level(results: Results) -> pl.DataFrame:
    """Anchors by level, and whether each holds."""
    return embedding.anchored(results.programme)


def anchored(results: Results) -> pl.DataFrame:
    """Anchors in the order of their kinds, and then of time."""
    kinds = ANCHORS.columns["what"].words
    place = pl.col("what").replace_strict(list(kinds), range(len(kinds)), default=None, return_dtype=pl.Int64)
    where = pl.coalesce(pl.col("site").replace(results.site_names), "region")
    return results.programme.anchors.with_columns(where=where).sort(place, "on", nulls_last=True, maintain_order=True)


def actions(book: Book) -> Panel:
    """What somebody will do, by strand: what is open first, by its day."""
    frame = book.frame(to_do)
    if not frame.height:
        whole = "" if book.scope.whole else f" {WHOLE_ALONE}"
        return Panel("actions", "Actions", empty=NO_ACTIONS + whole, begin=("record", "import"))
    table = Grid.of(
        frame,
        "Actions by strand; in each, what is open comes first, by its day.",
        ("title", "Action"),
        ("milestone_of", "A milestone of"),
        ("strand", "Strand"),
        ("level", "Level"),
        ("stands", "Stands"),
        ("owner", "Who"),
        ("due", "By", "day"),
        ("done", "Done", "day"),
        ("called", "At"),
    )
    undone = frame.filter(stands="open").height
    says = f"{undone:,} of {counted(frame.height, 'actions')} {agree(undone, 'is', 'are')} open."
    summary = f"Show {counted(frame.height, 'actions')}"
    return Panel("actions", "Actions", says=says, table=table, notes=milestones(frame), summary=summary)


def milestones(frame: pl.DataFrame) -> tuple[str, ...]:
    """Of each larger action, how many of its milestones are done, and which comes next."""
    parts = frame.filter(pl.col("milestone_of").is_not_null(), pl.col("stands") != "dropped")
    said = []
    for (larger,), mine in parts.group_by("milestone_of", maintain_order=True):
        undone = mine.filter(stands="open").sort("due", nulls_last=True)
        done = mine.height - undone.height
        text = f"“{larger}”: {done:,} of {counted(mine.height, 'milestones')} {agree(mine.height, 'is', 'are')} done"
        if undone.height:
            after, due = undone.row(0, named=True)["title"], undone.row(0, named=True)["due"]
            text += f"; next is “{after}”" + (f", by {day(due)}" if due else "")
        said.append(f"{text}.")
    return tuple(said)


def to_do(results: Results) -> pl.DataFrame:
    """Actions by strand, the open ones first and by the day they are due; the others by the day they were done."""
    strands = ACTIONS.columns["strand"].words
    rows = results.programme.actions.with_columns(
        stands=pl.when(status="dropped").then(pl.lit("dropped"))
        .when(pl.col("done").is_not_null() | (pl.col("status") == "done")).then(pl.lit("done"))
        .otherwise(pl.lit("open")),
        place=pl.col("strand").replace_strict(
            list(strands), range(len(strands)), default=len(strands), return_dtype=pl.Int64
        ),
    )  # fmt: skip
    rows = rows.sort("place", pl.col("stands") != "open", "due", "done", nulls_last=True, maintain_order=True)
    return placed(results, rows).with_columns(pl.col("strand").fill_null("not said"))


def conditions(book: Book) -> list[Panel]:
    """What enables, what limits, and what does both or is disputed: dated, with who says so."""
    frame = book.frame(around)
    if not frame.height:
        return [Panel("conditions", "Conditions", empty=NO_CONDITIONS, begin=("record", "import"))]
    table = Grid.of(
        frame,
        "Conditions: those that enable, limit, do both or are disputed, in the order of time.",
        ("text", "Condition"),
        ("works", "Works"),
        ("kind", "Kind"),
        ("according_to", "According to"),
        ("called", "At"),
        ("since", "Since", "day"),
        ("until", "Until", "day"),
        ("source", "Source"),
    )
    counts = dict(frame.group_by("works", maintain_order=True).len().iter_rows())
    named = {"enables": "said to enable", "limits": "said to limit", "both": "said to do both", "disputed": "disputed"}
    told = ", ".join(f"{counts[works]:,} {said}" for works, said in named.items() if works in counts)
    says = "The same condition may enable here and limit there." + (f" {told[0].upper()}{told[1:]}." if told else "")
    summary = f"Show {counted(frame.height, 'conditions')}"
    return [Panel("conditions", "Conditions", says=says, table=table, summary=summary)]


def around(results: Results) -> pl.DataFrame:
    """Conditions by which way they work, and then by time."""
    ways = ["enables", "limits", "both", "disputed"]
    place = pl.col("works").replace_strict(ways, range(4), default=4, return_dtype=pl.Int64)
    rows = results.programme.conditions.sort(place, "since", nulls_last=True, maintain_order=True)
    return placed(results, rows).with_columns(pl.col("works").fill_null("not said"))


def alongside(book: Book) -> Panel:
    """Where one reads of other work at the sites, and of what might be stopped."""
    line = Line("Other work at each site, where it competes or reinforces, and plans to stop something", "", "page")
    line = replace(line, where=address("other-work", book.row.slug))
    says = "What else goes on at the sites takes the same people and the same hours."
    return Panel("alongside", "Other work", says=says, groups=(Group("Read on", (line,)),))


def placed(results: Results, rows: pl.DataFrame) -> pl.DataFrame:
    """With what their site is called, or that they are of the whole programme."""
    called = pl.col("site").replace(results.site_names).fill_null("the whole programme")
    return rows.with_columns(called=called)
