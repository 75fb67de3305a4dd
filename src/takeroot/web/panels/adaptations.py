"""What was adapted, when, by whom, planned or not, of core or periphery, alone or at several sites."""

from __future__ import annotations

import polars as pl

from takeroot.charts.wording import count_of, counted, day
from takeroot.reporting import fidelity as frames
from takeroot.reporting.blocks import Grid
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Group, Line, Panel, draw

NO_ADAPTATIONS = (
    "No adaptation is recorded yet. Four fields are enough to begin: what was changed, where, since when, and why in a "
    "sentence. The rest can be said later. A change of the way of supporting it counts as well."
)
#: So many of the latest stand in the table, and so many that have something left to say.
LATEST, WAITING = 60, 6


def adaptations(book: Book) -> Panel:
    """Every adaptation, over time; and those of which something can still be said."""
    frame = book.frame(frames.adaptations)
    if not frame.height:
        return Panel("adaptations", "Adaptations", empty=NO_ADAPTATIONS, begin=("record", "import"))
    slug = book.row.slug
    waiting = frame.filter(pl.col("not_said").is_not_null()).sort("on", descending=True, maintain_order=True)
    lines = tuple(
        Line(
            row["what"],
            day(row["on"]),
            row["place"],
            where=f"{address('row', slug, 'adaptations', row['id'])}?do=amend&for=completing",
            more=f"Not said yet: {row['not_said'].replace('; ', ', ')}.",
        )
        for row in waiting.head(WAITING).iter_rows(named=True)
    )
    rest = f"And {counted(waiting.height - WAITING, 'adaptations')} more." if waiting.height > WAITING else ""
    shown = frame.sort("on", descending=True, maintain_order=True)
    table = Grid.of(
        shown,
        "Adaptations, the latest first.",
        ("what", "What was changed"),
        ("place", "Where"),
        ("on", "From", "day"),
        ("until", "to", "day"),
        ("concerns", "Concerns"),
        ("called", "Component"),
        ("core", "Core"),
        ("planned", "Planned"),
        ("decided_by", "Decided by"),
        ("nature", "Kind of change"),
        ("shared", "Alone or shared"),
        ("alike_at", "Sites with one like it", "number"),
        ("function_kept", "Function kept"),
        ("reasons", "Why"),
        ("effects_intended", "Meant to"),
        ("effects_unintended", "Also did"),
        most=LATEST,
    )
    return Panel(
        "adaptations",
        "Adaptations",
        says="No adaptation is good or bad by itself. Shown are what it is for, what became of that, and who decided.",
        chart=book.drawing(draw, frames.drawn, chart="adaptations_over_time"),
        groups=(Group("To be completed", lines, rest),) if lines else (),
        table=table,
        summary=f"Show {counted(min(shown.height, LATEST), 'adaptations')}",
    )


def patterns(book: Book) -> Panel | None:
    """How many adaptations there were of each kind."""
    frame = book.frame(frames.patterns)
    if not frame.height:
        return None
    every = book.frame(frames.adaptations)
    said = [
        ("planned beforehand", every.filter(pl.col("planned").is_in(["planned", "planned reactive"])).height),
        ("not planned", every.filter(planned="unplanned").height),
        ("of something core", every.filter(core="core").height),
        ("like one at other sites", every.filter(shared="several sites").height),
        ("at one site alone", every.filter(shared="one site").height),
        ("of the way of supporting it", every.filter(concerns="way of supporting it").height),
    ]
    told = [f"{count_of(many, every.height, 'adaptations')} {what}" for what, many in said[:1]]
    told += [f"{many:,} {what}" for what, many in said[1:] if many]
    table = Grid.of(
        frame,
        "Adaptations by what they were of, when, by whom and how.",
        ("aspect", "By"),
        ("answer", "Answer"),
        ("adaptations", "Adaptations", "number"),
        ("sites", "Sites", "number"),
        ("function_kept", "Function kept", "number"),
        ("function_lost", "lost", "number"),
        ("function_not_known", "not known", "number"),
        ("of_core", "Of core", "number"),
        ("unplanned", "Not planned", "number"),
    )
    return Panel(
        "patterns",
        "Patterns of adaptation",
        says=f"{'; '.join(told)}.",
        table=table,
        summary="Show every pattern",
    )
