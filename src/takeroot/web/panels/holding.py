"""Where scale-up is held back, in words first; who is accountable; support needed and given; the same thing both ways.

Sentences are those of the report, from :mod:`takeroot.reporting.held`. Nothing is counted into a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from takeroot.analysis import embedding
from takeroot.charts.wording import agree, counted, day, number
from takeroot.reporting import held
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.web.addresses import of_row
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Group, Line, Panel, draw

#: So many sentences of a strand stand open; the table beneath has all of them.
SHOWN = 8
NO_ACCOUNTABLE = (
    "Nobody is recorded as accountable. Write down, for each level (a site, an organisation, a region, the system), "
    "for what somebody is accountable and who it is; or that nobody is yet."
)
NO_NEEDS = (
    "What support sites need is not recorded. Write it down beside what they are given: which kind, how much of it, "
    "from when until when, and according to whom."
)
NOTHING = "Nothing that is recorded holds scale-up back on this day. What is not recorded can not be seen here."
IN_WORDS = (
    "What the record says, or leaves open, by strand and level. Whether it holds anything back is for people to say; "
    "it is no score, and nothing is put in an order of worth."
)
BOTH_WAYS = (
    "Kinds of condition that are said to enable in one place and to limit in another, or about which people differ. "
    "What was there before the programme began is marked: the path a place has come shapes what it can take up."
)
WORKS = {"enables": "Said to enable", "both": "Said to do both", "disputed": "Disputed", "limits": "Said to limit"}


@dataclass(frozen=True)
class Unsaid:
    """Something that would have to be recorded."""

    text: str


def held_back(book: Book) -> Panel:
    """Where it is held back: a sentence for each thing, by strand, with its level and the row that says so."""
    told = book.words(held.held_back, held.Held)
    unsaid = tuple(one.text for one in book.words(not_said, Unsaid, whole=book.scope.whole))
    if not told:
        begin = ("record", "import") if unsaid else ()
        return Panel("held", "Where it is held back", empty=" ".join((NOTHING, *unsaid)), begin=begin)
    groups = []
    for strand, title in held.STRANDS.items():
        mine = [one for one in told if one.strand == strand]
        if mine:
            lines = tuple(_line(book.row.slug, one) for one in mine[:SHOWN])
            more = len(mine) - SHOWN
            rest = f"And {counted(more, 'more sentences')}, in the table beneath." if more > 0 else ""
            groups.append(Group(title, lines, rest))
    longer = any(sum(one.strand == strand for one in told) > SHOWN for strand in held.STRANDS)
    rows = [{"strand": one.strand, "level": one.level or None, "says": one.says} for one in told]
    table = Grid.of(
        pl.DataFrame(rows, schema={"strand": pl.String, "level": pl.String, "says": pl.String}),
        "Everything that may hold scale-up back, by strand and level.",
        ("says", "What the record says"),
        ("strand", "Strand"),
        ("level", "Level"),
    )
    return Panel(
        "held",
        "Where it is held back",
        says=f"{IN_WORDS} On {day(book.programme.as_at)}.",
        groups=tuple(groups),
        notes=unsaid,
        table=table if longer else None,
        summary=f"Show {counted(len(told), 'sentences')}",
    )


def _line(slug: str, one: held.Held) -> Line:
    where = of_row(slug, one.evidence[0]) if len(one.evidence) == 1 else ""
    return Line(one.says, kind=one.level, where=where)


def not_said(results: Results, whole: bool) -> list[Unsaid]:
    """What is not recorded, each as a sentence."""
    return [Unsaid(text) for text in held.not_said(results, whole=whole)]


def accountable(book: Book) -> Panel:
    """Who is accountable for what, from the site to the system."""
    frame = book.frame(who)
    if not frame.height:
        return Panel("accountable", "Who is accountable", empty=NO_ACCOUNTABLE, begin=("record", "import"))
    table = Grid.of(
        frame,
        "Who is accountable for what, by level.",
        ("what", "For what"),
        ("level", "Level"),
        ("where", "Where"),
        ("held_by", "Who"),
        ("since", "Since", "day"),
        ("until", "Until", "day"),
    )
    now = frame.filter(pl.col("state").is_in(["holds", "ends soon"]))
    nobody = int(now["unnamed"].sum())
    says = f"{counted(now.height, 'responsibilities')} {agree(now.height, 'holds', 'hold')} on "
    says = says.replace("1 responsibilitie ", "1 responsibility ") + day(book.programme.as_at) + "."
    says += f" For {nobody:,} of them nobody is named." if nobody else " Somebody is named for each of them."
    return Panel("accountable", "Who is accountable", says=says, table=table, summary=f"Show all {frame.height:,}")


def who(results: Results) -> pl.DataFrame:
    """Responsibilities, with where they are, and who holds each or that nobody does."""
    frame = embedding.accountable(results.programme)
    where = pl.coalesce(pl.col("site").replace(results.site_names), "region")
    unnamed = pl.col("held_by").is_null()
    return frame.with_columns(where=where, unnamed=unnamed, held_by=pl.col("held_by").fill_null("nobody named"))


def needs(book: Book) -> Panel:
    """Support that is needed, beside what is given."""
    frame = book.frame(needed)
    if not frame.height:
        return Panel("needs", "Support needed and given", empty=NO_NEEDS, begin=("record", "import"))
    table = Grid.of(
        frame,
        "Support that is needed, and at how many of those sites it is given.",
        ("kind", "Support"),
        ("needed_at", "Sites that need it", "number"),
        ("met_at", "Of them, have it", "number"),
        ("without", "Without it"),
        ("ending", "Ends within half a year, and is still needed"),
    )
    says = "What people say that sites need, held against what is given to them on the same day, by kind."
    return Panel("needs", "Support needed and given", says=says, table=table)


def needed(results: Results) -> pl.DataFrame:
    """Support needed and given, with the names of the sites that are without it."""
    frame = embedding.needed_and_given(results.programme)
    listed = {
        to: pl.Series(to, [held.names(results, sites) or None for sites in frame[name]], dtype=pl.String)
        for name, to in (("without", "without"), ("ends_at", "ending"))
    }
    return frame.with_columns(**listed).drop("ends_at", "needs")


def demand(book: Book) -> Panel | None:
    """How much is needed and can be given, month by month; nothing, where no amount is recorded."""
    frame = book.frame(months)
    if not frame.height:
        return None
    table = Grid.of(
        frame.sort("on", descending=True, maintain_order=True),
        "Support needed, given and to be given in each month.",
        ("kind", "Support"),
        ("on", "Month", "month"),
        ("needed", "Needed", "number"),
        ("given", "Given", "number"),
        ("could", "Can be given", "number"),
        ("unit", "Of"),
        ("unsaid", "Needs without an amount", "number"),
    )
    unsaid = int(
        frame.filter(pl.col("on") <= book.programme.as_at).group_by("on").agg(pl.col("unsaid").sum())["unsaid"][-1]
    )
    notes = (f"{counted(unsaid, 'needs')} {agree(unsaid, 'has', 'have')} no amount, and are not in these sums.",)
    return Panel(
        "demand",
        "Capacity against demand",
        says="Amounts of one unit, added up for each month; what begins in a month counts for it.",
        chart=book.drawing(draw, months, chart="demand_and_capacity"),
        table=table,
        notes=notes if unsaid else (),
    )


def months(results: Results) -> pl.DataFrame:
    """How much is needed and can be given, by month."""
    return embedding.demand(results.programme)


def both_ways(book: Book) -> Panel | None:
    """What enables here and limits there; nothing, where no kind of condition does both."""
    frame = book.frame(around)
    if not frame.height:
        return None
    groups = []
    for (kind,), mine in frame.group_by("kind", maintain_order=True):
        lines = tuple(_condition(book.row.slug, row) for row in mine.head(SHOWN).iter_rows(named=True))
        more = mine.height - SHOWN
        groups.append(
            Group(str(kind).capitalize(), lines, f"And {number(more)} more, under Conditions." if more > 0 else "")
        )
    return Panel("both", "Enabling here, limiting there", says=BOTH_WAYS, groups=tuple(groups))


def around(results: Results) -> pl.DataFrame:
    """Conditions that work both ways, with what their site is called."""
    frame = embedding.both_ways(results.programme)
    return frame.with_columns(called=pl.col("site").replace(results.site_names).fill_null("the whole programme"))


def _condition(slug: str, row: dict[str, Any]) -> Line:
    when = f"since {day(row['since'])}" if row["since"] else ""
    when += f" until {day(row['until'])}" if row["until"] else ""
    before = "from before it began" if row["before"] else ""
    said = f"{row['called'][0].upper()}{row['called'][1:]}: {row['text']}"
    return Line(said, when, WORKS[row["works"]], row["according_to"] or "", of_row(slug, row["reference"]), tag=before)
