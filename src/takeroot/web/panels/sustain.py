"""What stays in use, by which rule, and how it ends where it ends."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl

from takeroot.analysis import sustainment
from takeroot.charts.wording import counted, day
from takeroot.reporting.blocks import Grid
from takeroot.reporting.lasted import left_early, of_use_only
from takeroot.reporting.results import Results
from takeroot.reporting.saying import delivered
from takeroot.vocabulary.rule import Rule
from takeroot.web.frames import Book, Question
from takeroot.web.panels.panel import Item, Panel, draw
from takeroot.web.panels.spread import names, no_stages

NO_RULES = (
    "It is not written down yet what “sustained” means here. Write a rule down: what is to last, "
    "valued by whom, from when, for how many months, and why that long. Several rules may stand side by side."
)
WITHOUT_RULE = "none is written down yet; here the clock starts at first use and stops at the first leaving recorded"
NO_COMPONENTS = (
    "No component is described yet. List the parts of the improvement, and what is delivered of each at the sites."
)
NO_DELIVERIES = (
    "No delivery is recorded yet. Say how much of a component a site delivers: a share, or always, often, sometimes, "
    "never."
)


def asked(book: Book, chosen: str = "") -> tuple[str]:
    """By which rule, of those that are declared; else the first of them."""
    return (chosen if chosen in {rule.name for rule in book.row.words.rules} else "",)


def panels(book: Book, chosen: str = "") -> dict[str, Any]:
    """Every part of the page."""
    first, of_rule, more = rules(book), staying(book, chosen), [components(book), deliveries(book)]
    if book.programme.rules and book.programme.stages.height:
        more.append(status(book))
    return {"rules": first, "staying": of_rule, "more": more, "parts": [first, *of_rule["panels"], *more]}


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


def staying(book: Book, chosen: str = "") -> dict[str, Any]:
    """How long sites stay in use by one rule, and how those that left it did so."""
    declared = {rule.name: rule for rule in book.programme.rules}
    if not book.frame(Results.history).height:
        return {
            "panels": [Panel("staying", "Staying in use", empty=no_stages(book), begin=("record", "import"))],
            "choices": (),
            "rule": "",
        }
    if not declared:
        return {"panels": [_staying(book, first_leaving, WITHOUT_RULE)], "choices": (), "rule": ""}
    rule = declared.get(chosen) or next(iter(declared.values()))
    panels = [_staying(book, partial(curve, rule=rule), str(rule), of_use_only([rule])), _leaving(book, rule)]
    return {"panels": panels, "choices": tuple(declared), "rule": rule.name}


def _staying(book: Book, asked: Question, rule: str, says: str = "") -> Panel:
    table = Grid.of(
        book.frame(asked),
        "Staying in use, by months since the clock started.",
        ("months", "Months", "months"),
        ("at_risk", "Sites still followed", "number"),
        ("events", "Left", "number"),
        ("censored", "No longer followed", "number"),
        ("share", "Still in use", "percent"),
        ("lower", "At least", "percent"),
        ("upper", "At most", "percent"),
    )
    chart = book.drawing(draw, asked, chart="staying_in_use", rule=rule)
    return Panel("staying", "Staying in use", says=says, chart=chart, table=table)


def _leaving(book: Book, rule: Rule) -> Panel:
    asked = partial(leaving, rule=rule)
    frame = book.frame(asked)
    if not frame.height:
        return Panel("leaving", "Leaving, by reason", empty="By this rule no site has left.")
    table = Grid.of(
        frame,
        "Sites that have left, by how they left and months since the clock started.",
        ("left_as", "How"),
        ("months", "Months", "months"),
        ("share", "Left by then", "percent"),
        ("lower", "At least", "percent"),
        ("upper", "At most", "percent"),
    )
    chart = book.drawing(draw, asked, chart="leaving_by_reason", rule=str(rule))
    return Panel("leaving", "Leaving, by reason", chart=chart, table=table)


def first_leaving(results: Results) -> pl.DataFrame:
    """The same where no rule is written down: from first use to the first leaving recorded."""
    return results.stays[0].curve


def curve(results: Results, rule: Rule) -> pl.DataFrame:
    """Kaplan and Meier's estimate of staying in use."""
    return sustainment.kaplan_meier(sustainment.staying(results.programme, rule))


def leaving(results: Results, rule: Rule) -> pl.DataFrame:
    """How those that left did so."""
    return sustainment.leaving(sustainment.staying(results.programme, rule))


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


def components(book: Book) -> Panel:
    """The parts of the improvement: what each is for, and who says that it is core."""
    parts, claims = book.programme.components, book.programme.core_claims
    if not parts.height:
        return Panel("components", "Components", empty=NO_COMPONENTS, begin=("import", "record"))
    called = book.results.site_names
    return Panel(
        "components",
        "Components",
        says="What is core is a claim by somebody, with a date and a reason; claims may differ.",
        items=tuple(_component(row, claims, called) for row in parts.iter_rows(named=True)),
        summary=f"Show {counted(parts.height, 'components')}",
    )


def _component(row: dict[str, Any], claims: pl.DataFrame, called: dict[str, str]) -> Item:
    lines = [("For", row["function"]), ("Thought to work by", row["works_by"])]
    for claim in claims.filter(component=row["component"]).iter_rows(named=True):
        where = f" at {called.get(claim['site'], claim['site'])}" if claim["site"] else ""
        why = f": {claim['reason']}" if claim["reason"] else ""
        lines.append(("Core" if claim["core"] else "Not core", f"according to {claim['according_to']}{where}{why}"))
    version = f" ({row['version']})" if row["version"] else ""
    return Item(f"{row['name'] or row['component']}{version}", tuple((term, said) for term, said in lines if said))


def deliveries(book: Book) -> Panel:
    """What was delivered of each component, the latest word for each site."""
    if not book.programme.deliveries.height:
        return Panel("deliveries", "Components delivered", empty=NO_DELIVERIES, begin=("record", "import"))
    frame = book.frame(latest_deliveries)
    table = Grid.of(
        frame,
        "The latest word on each component at each site.",
        ("called", "Site"),
        ("component", "Component"),
        ("dimension", "Side"),
        ("delivered", "Delivered"),
        ("on", "On", "day"),
        ("function_kept", "Function kept"),
        ("form_here", "Form here"),
    )
    return Panel(
        "deliveries", "Components delivered", table=table, summary=f"Show {counted(frame.height, 'deliveries')}"
    )


def latest_deliveries(results: Results) -> pl.DataFrame:
    """The latest delivery of each side of each component at each site."""
    programme = results.programme
    parts = programme.components.unique("component", keep="last").select(
        "component", part=pl.coalesce("name", "component")
    )
    latest = programme.deliveries.sort("on").group_by("site", "component", "dimension", maintain_order=True).last()
    frame = (
        names(programme)
        .join(latest, on="site", how="inner", maintain_order="left")
        .join(parts, on="component", how="left", maintain_order="left")
    )
    much = pl.col("delivered").map_elements(delivered, return_dtype=pl.String)
    return frame.with_columns(component=pl.coalesce("part", "component"), delivered=much)
