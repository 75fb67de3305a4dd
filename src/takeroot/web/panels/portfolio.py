"""Places that are sites of several programmes: what each stands at there, and what else goes on; as far as one sees.

Two sites are one place where they have the same code in the NHS Organisation Data Service, or else the same name in the
same organisation. Where they are the same and called otherwise, nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from takeroot.analysis import embedding
from takeroot.charts.wording import agree, counted
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.vocabulary.stages import Stage
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Panel

LABELS = {stage.value: stage.label for stage in Stage}


@dataclass(frozen=True)
class Place:
    """A site of one programme: by what it is known to be the same place, what it is called, and how it stands."""

    code: str
    named: str
    called: str
    stands: str
    works: int


def together(books: list[Book]) -> Panel | None:
    """Places at which several programmes are, in the order of their names; nothing, where there is none."""
    every = [(book.row.name, place) for book in books for place in book.words(_places, Place)]
    found: dict[str, list[tuple[str, Place]]] = {}
    for programme, place in every:
        key = place.code or place.named
        if key:
            found.setdefault(key, []).append((programme, place))
    shared = [those for those in found.values() if len({programme for programme, _ in those}) > 1]
    if not shared:
        return None
    rows = [
        {
            "place": those[0][1].called,
            "programmes": "; ".join(f"{programme}: {place.stands}" for programme, place in those),
            "works": sum(place.works for _, place in those),
        }
        for those in sorted(shared, key=lambda those: those[0][1].called)
    ]
    table = Grid.of(
        pl.DataFrame(rows),
        "Places at which several programmes are, in the order of their names.",
        ("place", "Place"),
        ("programmes", "Programmes, and where each stands there"),
        ("works", "Other work that goes on there", "number"),
    )
    places = counted(len(rows), "places")
    says = (
        f"{places} {agree(len(rows), 'is a site', 'are sites')} of several programmes that you see. They take the same "
    )
    says += "people and the same hours; whether they compete or reinforce each other is for those there to say."
    return Panel("together", "Several programmes at one place", says=says, table=table, summary=f"Show {places}")


def _places(results: Results) -> list[Place]:
    """The open sites of a programme, with what goes on there beside it."""
    sites = results.programme.sites.with_columns(
        code=pl.col("ods_code").str.to_uppercase().str.strip_chars(),
        named=pl.format("{}|{}", _like("name"), _like("organisation")),
    )
    stands = results.standing.filter("open").select("site", "stage")
    works = embedding.load(results.programme).select("site", "works")
    rows = sites.join(stands, on="site", how="inner", maintain_order="left").join(works, on="site", how="left")
    return [
        Place(
            row["code"] or "",
            row["named"] or "",
            results.site(row["site"]),
            LABELS.get(row["stage"], "no record yet"),
            row["works"] or 0,
        )
        for row in rows.sort("site").iter_rows(named=True)
    ]


def _like(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().str.strip_chars()
