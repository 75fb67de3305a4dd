"""Other improvement work at the sites, over all programmes that somebody may see: what competes, what reinforces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from takeroot.charts.wording import day, listed
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Panel
from takeroot.web.panels.spread import names

#: What other work does to a programme, as it is said.
SAID = {"competes": "compete with it", "reinforces": "reinforce it"}


@dataclass(frozen=True)
class Work:
    """Other work at a site, as somebody sees it."""

    site: str
    name: str
    relation: str
    according_to: str
    when: str


def elsewhere(books: list[Book]) -> Panel | None:
    """Work that competes with a programme or reinforces it, by programme and site; nothing, where none is recorded."""
    rows = [{"programme": book.row.name, **vars(work)} for book in books for work in book.words(_work, Work)]
    if not rows:
        return None
    sites = len({(row["programme"], row["site"]) for row in rows})
    table = Grid.of(
        pl.DataFrame(rows),
        "Other work at the sites, by programme and in the order of its sites.",
        ("site", "Site"),
        ("programme", "Programme"),
        ("name", "Other work"),
        ("relation", "What it does to the programme"),
        ("according_to", "According to"),
        ("when", "When"),
    )
    counts = [(sum(row["relation"] == word for row in rows), said) for word, said in SAID.items()]
    told = listed([f"{some:,} said to {said}" for some, said in counts if some])
    says = (
        f"At {sites:,} {'site' if sites == 1 else 'sites'}: {told}. Whether it does is somebody's view, and may change."
    )
    return Panel("elsewhere", "Other work at the sites", says=says, table=table, summary=f"Show {len(rows):,} of them")


def _work(results: Results) -> list[Work]:
    rows = results.programme.other_work.filter(pl.col("relation").is_in(["competes", "reinforces"]))
    rows = names(results.programme).join(rows, on="site", how="inner", maintain_order="left")
    return [
        Work(row["called"], row["name"], row["relation"], row["according_to"] or "", _when(row["since"], row["until"]))
        for row in rows.iter_rows(named=True)
    ]


def _when(since: date | None, until: date | None) -> str:
    said = f"since {day(since)}" if since else ""
    return f"{said} until {day(until)}".strip() if until else said
