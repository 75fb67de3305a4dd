"""Other work at the sites: load, where it competes or reinforces, what might be stopped, and plans to do so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from takeroot.analysis import embedding
from takeroot.charts.wording import agree, counted, day, sentence
from takeroot.reporting import held, loads
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.web.addresses import of_row
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Group, Item, Line, Panel

NO_WORK = (
    "No other work is recorded. Write down what else goes on at a site (another improvement, a reorganisation, a new "
    "system), whether it competes with this one or reinforces it, and according to whom."
)
NO_QUESTION = (
    "Nothing that is recorded raises a question of this kind: no other work is said to compete, no part of the "
    "improvement is delivered only sometimes or never at half of the sites, and no measure outlived its day."
)
NO_ENDING = (
    "No plan to stop something is recorded. Stopping can be right: write down what is to be stopped and why, who "
    "decides, what remains, and by what it is watched."
)
NO_LOCAL = (
    "No decision to keep something local, or to spread no further, is recorded. Both are decisions like any other, of "
    "the programme or of one site."
)
WHOLE_ALONE = "What is of the whole programme is shown to those who see the whole."
QUESTIONS = "Questions for people, from what the record holds. None of them says that something should stop."
STATES = {"stopped": "stopped", "its day has passed": "its day has passed", "planned": "planned"}


@dataclass(frozen=True)
class Said:
    """A sentence."""

    text: str


def panels(book: Book) -> dict[str, Any]:
    """Every part of the page."""
    shown = [load(book), works(book), questions(book), endings(book), local(book)]
    return {"panels": shown, "parts": shown}


def load(book: Book) -> Panel:
    """What other work asks of each site, in the sites' own order."""
    if not book.programme.other_work.height:
        return Panel("load", "Load at each site", empty=NO_WORK, begin=("record", "import"))
    frame = book.frame(at_sites)
    table = Grid.of(
        frame,
        "Other work that goes on at each site, in the programme's own order of sites.",
        ("called", "Site"),
        ("works", "Other work", "number"),
        ("competes", "Said to compete", "number"),
        ("reinforces", "To reinforce", "number"),
        ("others", "Neither, or not said", "number"),
        ("hours", "Hours a month, as far as said", "number"),
        ("minutes", "Minutes a month to measure this", "number"),
    )
    says = book.words(load_says, Said)[0].text
    return Panel("load", "Load at each site", says=says, table=table, summary=f"Show {counted(frame.height, 'sites')}")


def at_sites(results: Results) -> pl.DataFrame:
    """The load of every site, in the order in which sites are given."""
    named = results.programme.sites.select("site", called=pl.col("site").replace(results.site_names))
    return named.join(embedding.load(results.programme), on="site", how="left", maintain_order="left")


def load_says(results: Results) -> list[Said]:
    """How much other work there is, in a sentence."""
    return [Said(loads.load_says(results))]


def works(book: Book) -> Panel:
    """Each piece of other work, and where it is said to compete or to reinforce."""
    frame = book.frame(by_work)
    if not frame.height:
        return Panel("works", "Where it competes, and where it reinforces", empty="No other work goes on now.")
    table = Grid.of(
        frame,
        "Other work that goes on, by name, and what it is said to do to this improvement at which sites.",
        ("name", "Other work"),
        ("competes", "Competes at"),
        ("reinforces", "Reinforces at"),
        ("others", "Neither, or not said, at"),
        ("how", "How, in people's words"),
    )
    both = frame.filter(pl.col("competes").is_not_null(), pl.col("reinforces").is_not_null()).height
    said = "The same work may compete in one place and reinforce in another"
    says = sentence(said + (f"; {counted(both, 'pieces of it')} {agree(both, 'does', 'do')}" if both else ""))
    return Panel("works", "Where it competes, and where it reinforces", says=says, table=table)


def by_work(results: Results) -> pl.DataFrame:
    """Other work by name, with the names of its sites."""
    frame = embedding.together_and_apart(results.programme)
    named = [
        pl.Series(one, [held.names(results, sites) or None for sites in frame[one]], dtype=pl.String)
        for one in ("competes", "reinforces", "others")
    ]
    how = pl.Series("how", ["; ".join(said) or None for said in frame["how"]], dtype=pl.String)
    return frame.with_columns(*named, how).drop("reference")


def questions(book: Book) -> Panel:
    """What people may wish to ask of what goes on."""
    asked = book.words(loads.questions, loads.Question)
    if not asked:
        return Panel("questions", "What might be stopped", empty=NO_QUESTION)
    groups = []
    for of, title in (
        ("other work", "Other work"),
        ("component", "Parts of this improvement"),
        ("measure", "Measures of it"),
    ):
        mine = [one for one in asked if one.of == of]
        lines = tuple(Line(one.asks, kind="question", where=_row(book, one)) for one in mine)
        groups += [Group(title, lines)] if lines else []
    return Panel("questions", "What might be stopped", says=QUESTIONS, groups=tuple(groups))


def _row(book: Book, one: loads.Question) -> str:
    return of_row(book.row.slug, one.evidence[0]) if len(one.evidence) == 1 else ""


def endings(book: Book) -> Panel:
    """Plans to stop something, each with what it does not say yet."""
    told = book.words(loads.endings, loads.Told)
    whole = "" if book.scope.whole else f" {WHOLE_ALONE}"
    if not told:
        return Panel("endings", "Plans to stop something", empty=NO_ENDING + whole, begin=("record", "import"))
    items = tuple(Item(one.title, tuple((name, text) for name, text in one.lines), one.state) for one in told)
    says = "Why, on what evidence, who decides, what remains, and by what it is watched."
    return Panel("endings", "Plans to stop something", says=says, items=items, summary=f"Show all {len(items):,}")


def local(book: Book) -> Panel:
    """What was decided to stay local, or to spread no further."""
    frame = book.frame(kept)
    whole = "" if book.scope.whole else f" {WHOLE_ALONE}"
    if not frame.height:
        return Panel("local", "Kept local, spread no further", empty=NO_LOCAL + whole, begin=("record",))
    lines = tuple(
        Line(
            sentence(f"{row['what'].capitalize()}, {row['called']}" + (f": {row['why']}" if row["why"] else "")),
            day(row["on"]),
            "decision",
            row["by"] or "",
            of_row(book.row.slug, row["reference"]),
            f"Dissent: {row['dissent']}" if row["dissent"] else "",
        )
        for row in frame.iter_rows(named=True)
    )
    says = "Decisions like any other. They say nothing of how well it goes there."
    return Panel("local", "Kept local, spread no further", says=says, groups=(Group("Decided", lines),))


def kept(results: Results) -> pl.DataFrame:
    """Decisions to keep something local, with what their site is called."""
    frame = embedding.kept_local(results.programme)
    return frame.with_columns(called=pl.col("site").replace(results.site_names).fill_null("the whole programme"))
