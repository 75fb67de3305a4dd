"""The parts of the improvement: what each is for, whose core it is, how much of it is done, and in which form."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl

from takeroot.charts.wording import agree, counted, day, number, percent
from takeroot.reporting import fidelity as frames
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.reporting.saying import delivered
from takeroot.web.addresses import of_row
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Group, Item, Line, Panel, draw
from takeroot.web.panels.spread import names

NO_COMPONENTS = (
    "No component is described yet. List the parts of the improvement, and what is delivered of each at the sites."
)
NO_DELIVERIES = (
    "No delivery is recorded yet. Say how much of a component a site delivers: a share, or always, often, sometimes, "
    "never."
)
#: So many lines and rows stand under a heading.
MOST_LINES, MOST_ROWS = 12, 60


def function(book: Book) -> Panel:
    """Form against function, both ways: changed and kept, kept and lost."""
    frame = book.frame(frames.forms)
    title = "Form and function"
    if not frame.height:
        says = "Nothing is recorded yet of the form in which a component is done, or of what became of its function."
        return Panel("function", title, empty=says, begin=("record", "import"))
    lost, changed = book.frame(frames.function_lost), book.frame(frames.form_changed)
    groups = [
        _group(book, "Form kept or changed, function lost", lost, "says"),
        _group(book, "Form changed, function kept", changed, "what"),
    ]
    table = Grid.of(
        frame,
        "Components at sites, by the latest word: form down, function across.",
        ("form", "Form"),
        ("kept", "Function kept", "number"),
        ("lost", "Function lost", "number"),
        ("not known", "Function not known", "number"),
    )
    return Panel(
        "function",
        title,
        says="A form may change and still do what it is for; and a form may be kept that no longer does it.",
        groups=tuple(group for group in groups if group is not None),
        table=table,
    )


def _group(book: Book, title: str, rows: pl.DataFrame, says: str) -> Group | None:
    if not rows.height:
        return None
    lines = tuple(
        Line(
            row[says],
            day(row["on"]),
            row["called"] or "",
            row["place"] or "",
            of_row(book.row.slug, row["reference"]),
            tag="core" if row["core"] == "core" else "core is disputed" if row["core"] == "disputed" else "",
        )
        for row in rows.sort("on", descending=True, maintain_order=True).head(MOST_LINES).iter_rows(named=True)
    )
    rest = f"And {counted(rows.height - MOST_LINES, 'earlier ones')}." if rows.height > MOST_LINES else ""
    return Group(title, lines, rest)


def bundle(book: Book) -> Panel:
    """The whole bundle beside its elements; and what findings say, where nothing is counted site by site."""
    title, found = "The bundle, and its elements", book.frame(frames.shares_found)
    notes = tuple(
        f"{number(row['estimate'])}%: {row['title']}"
        + (f" ({row['population']})" if row["population"] else "")
        + (f". {row['source']}." if row["source"] else ".")
        for row in found.head(MOST_LINES).iter_rows(named=True)
    )
    if not book.programme.deliveries.height:
        if not notes:
            return Panel("bundle", title, empty=NO_DELIVERIES, begin=("record", "import"))
        says = "Nothing is recorded site by site. These findings are shares, as they were published:"
        return Panel("bundle", title, says=says, notes=notes)
    frame = book.frame(frames.together)
    table = Grid.of(
        frame,
        "Each element, and all of them together, at the latest word of each site in the last six months.",
        ("component", "Component"),
        ("core", "Core"),
        ("sites", "Sites that say", "number"),
        ("delivered", "Delivered", "number"),
        ("share", "Share", "percent"),
        ("lower", "At least", "percent"),
        ("upper", "At most", "percent"),
        ("if_apart", "If one had nothing to do with another", "percent"),
    )
    return Panel(
        "bundle",
        title,
        says="All at once are done less often than any one. What nothing is said of does not count as missing.",
        chart=book.drawing(draw, frames.together, chart="bundle_and_elements"),
        table=table,
    )


def variation(book: Book) -> Panel | None:
    """How far sites lie apart, and where nobody has said why."""
    frame = book.frame(frames.variation)
    if not frame.height:
        return None
    table = Grid.of(
        frame,
        "The latest share of each site, by component and dimension.",
        ("component", "Component"),
        ("core", "Core"),
        ("dimension", "Of its"),
        ("sites", "Sites", "number"),
        ("least", "Least", "percent"),
        ("quarter", "A quarter under", "percent"),
        ("middle", "Half under", "percent"),
        ("three_quarters", "Three quarters under", "percent"),
        ("most", "Most", "percent"),
        ("low", "Under a half", "number"),
        ("reason_said", "With a reason", "number"),
        ("no_reason_said", "Without", "number"),
        ("no_reason_said_at", "Nobody has said why at"),
    )
    silent = int(frame["no_reason_said"].sum())
    notes = (
        (
            f"{counted(silent, 'times')} a site delivers under a half of a component, in some dimension, and nobody "
            "has said why. Whether that is warranted, people say.",
        )
        if silent
        else ()
    )
    return Panel(
        "variation",
        "Variation between sites",
        says="Sites may differ for good reasons, and without any.",
        chart=book.drawing(draw, frames.variation, chart="delivered_among_sites"),
        table=table,
        notes=notes,
    )


def core_lost(book: Book) -> Panel | None:
    """Where something core is not delivered any more, or no longer does what it is for."""
    if not book.programme.core_claims.height or not book.programme.deliveries.height:
        return None
    frame = book.frame(frames.core_lost)
    if not frame.height:
        return Panel("core-lost", "Core that was lost", says="By the latest word of each site, no core part is lost.")
    shown = frame.with_columns(
        share=pl.col("share"),
        counts=pl.when("counts").then(pl.lit("yes")).when(~pl.col("counts")).then(pl.lit("no")),
    )
    table = Grid.of(
        shown,
        "Core, or disputed, and not delivered or without its function; in the order of the sites' names.",
        ("name", "Site"),
        ("component", "Component"),
        ("core", "Core"),
        ("on", "On", "day"),
        ("share", "Delivered", "percent"),
        ("reads", "Reads as"),
        ("form_here", "Form here"),
        most=MOST_ROWS,
    )
    says = f"{counted(frame.height, 'times')}, at {counted(frame['site'].n_unique(), 'sites')}, by their latest word."
    return Panel("core-lost", "Core that was lost", says=says, table=table, summary=f"Show {frame.height:,}")


def over_time(book: Book) -> Panel | None:
    """How much was delivered of each component, half year by half year."""
    frame = book.frame(frames.over_time)
    if frame["on"].n_unique() < 2:
        return None
    table = Grid.of(
        frame.sort("on", descending=True, maintain_order=True),
        "The share delivered of each component, by half years.",
        ("on", "From", "month"),
        ("component", "Component"),
        ("mean", "Mean of sites", "percent"),
        ("least", "Least", "percent"),
        ("most", "Most", "percent"),
        ("sites", "Sites", "number"),
    )
    chart = book.drawing(draw, frames.over_time, chart="delivered_over_time")
    return Panel("delivered", "Delivered over time", chart=chart, table=table)


def by_site(book: Book, sheet: int, many: int) -> Panel:
    """What each site of a sheet says it delivers, at its latest word."""
    if not book.programme.deliveries.height:
        return Panel("deliveries", "Delivered at each site", empty=NO_DELIVERIES, begin=("record", "import"))
    frame = book.frame(partial(latest_deliveries, sheet=sheet, many=many))
    table = Grid.of(
        frame,
        "The latest word on each side of each component at each site, in the programme's own order.",
        ("called", "Site"),
        ("component", "Component"),
        ("dimension", "Side"),
        ("delivered", "Delivered"),
        ("on", "On", "day"),
        ("function_kept", "Function kept"),
        ("form_here", "Form here"),
    )
    sides = book.frame(frames.by_dimension)
    notes = tuple(
        f"{row['component']}, {row['dimension'] or 'side not said'}: {counted(row['sites'], 'sites')}"
        + (f", mean {percent(row['mean'])}" if row["mean"] is not None else "")
        + _in_words(row)
        for row in sides.iter_rows(named=True)
    )
    return Panel(
        "deliveries",
        "Delivered at each site",
        says="By component and side: content, coverage, frequency, duration; in shares or in words.",
        table=table,
        notes=notes,
        summary=f"Show {counted(frame.height, 'deliveries')}",
    )


def _in_words(row: dict[str, Any]) -> str:
    said = [f"{row[word]:,} {word}" for word in ("always", "often", "sometimes", "never") if row[word]]
    lost = f"; function lost {row['function_lost']:,} {agree(row['function_lost'], 'time', 'times')}"
    return (f"; {', '.join(said)}" if said else "") + (lost if row["function_lost"] else "") + "."


def latest_deliveries(results: Results, sheet: int, many: int) -> pl.DataFrame:
    """The latest delivery of each side of each component at the sites of a sheet."""
    programme = results.programme
    sites = names(programme)[(sheet - 1) * many : sheet * many]
    mine = programme.deliveries.join(sites, on="site", how="semi").sort("on")
    latest = mine.group_by("site", "component", "dimension", maintain_order=True).last()
    frame = sites.join(latest, on="site", how="inner", maintain_order="left")
    much = pl.col("delivered").map_elements(delivered, return_dtype=pl.String)
    return frame.with_columns(pl.col("component").replace(results.components), delivered=much)


def components(book: Book) -> Panel:
    """The parts of the improvement, each version: what it is for, and who says that it is core."""
    parts = book.programme.components
    if not parts.height:
        return Panel("components", "Components", empty=NO_COMPONENTS, begin=("import", "record"))
    claims, called = frames.claims(book.results), book.results.site_names
    disputed = [code for code, said in claims.items() if len({claim["core"] for claim in said}) > 1]
    differ = (
        f" Claims differ on {counted(len(disputed), 'components')}, by who speaks, by site or by day."
        if disputed
        else ""
    )
    return Panel(
        "components",
        "Components, and whose core they are",
        says=f"What is core is a claim by somebody, with a date and a reason; claims may differ.{differ}",
        items=tuple(_component(row, claims, called) for row in parts.iter_rows(named=True)),
        summary=f"Show {counted(parts.height, 'components')}",
    )


def _component(row: dict[str, Any], claims: dict[str, list[dict[str, Any]]], called: dict[str, str]) -> Item:
    held = " to ".join(day(on) for on in (row["since"], row["until"]) if on is not None)
    lines = [
        ("For", row["function"]),
        ("Thought to work by", row["works_by"]),
        ("The same everywhere in", row["standardised_by"]),
        ("From" if row["until"] is None else "Held", held),
    ]
    mine = claims.get(row["component"], ())
    for claim in mine:
        where = f" at {called.get(claim['site'], claim['site'])}" if claim["site"] else ""
        on = f", {day(claim['on'])}" if claim["on"] else ""
        why = f": {claim['reason']}" if claim["reason"] else ""
        found = f" (evidence: {claim['evidence']})" if claim["evidence"] else ""
        lines.append(
            ("Core" if claim["core"] else "Not core", f"according to {claim['according_to']}{where}{on}{why}{found}")
        )
    if not mine:
        lines.append(("Core or not", "nobody has said"))
    version = f" ({row['version']})" if row["version"] else ""
    tag = "disputed" if len({claim["core"] for claim in mine}) > 1 else ""
    return Item(f"{row['name'] or row['component']}{version}", tuple((term, said) for term, said in lines if said), tag)
