"""Who is tied to whom, what goes with it, and where the sites are: pictures in time, and words that claim no cause."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import polars as pl

from takeroot.charts.network import SITES, TIES
from takeroot.charts.wording import counted, month
from takeroot.reporting import tied
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.vocabulary.stages import IN_USE, Stage
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Panel, draw
from takeroot.web.panels.spread import NO_SITES, no_stages

#: What is worked out elsewhere, and the tables that it is of.
STRUCTURE, OF = "network.structure", ("sites", "stages", "successions", "ties")
NO_PLACES = (
    "No site has a latitude and a longitude. Give the sites both, in degrees, and they are drawn where they are; "
    "nothing is fetched from elsewhere."
)
LATER = (
    "With so many ties this takes a while. Ask for it at the foot of this page; it is kept until the record changes."
)
RULE = (
    f"Up to {SITES:,} sites and {TIES:,} ties are drawn as dots and lines. Beyond that lines would cover each other "
    "and say nothing, so each tie is a mark in a matrix, and each site a tile beside those of its region."
)
#: The places of so many sites stand in a table; the list of sites on Spread has them all.
PLACED = 300
_LABELS = {stage.value: stage.label for stage in Stage}


def asked(book: Book, at: str = "", kind: str = "") -> tuple[str, str, bool]:
    """In which month and by which kind of tie, of those there are; and whether what takes long was worked out."""
    months = [on.isoformat()[:7] for on in _months(book)]
    known = at[:7] if at[:7] in months[:-1] else ""
    return known, kind if kind in _kinds(book) else "", book.held(_named(book, kind), OF) is not None


def _named(book: Book, kind: str) -> str:
    return f"{STRUCTURE}.{kind if kind in _kinds(book) else ''}"


def is_long(book: Book) -> bool:
    """Whether what takes long has to be asked for."""
    return book.programme.ties.height > tied.AT_ONCE


def panels(book: Book, at: str = "", kind: str = "", ready: bool = False) -> dict[str, Any]:
    """Every part of the page."""
    if not book.programme.sites.height or not book.frame(Results.history).height:
        empty = no_stages(book) if book.programme.sites.height else NO_SITES
        first = [Panel("tied", "Who is tied to whom", empty=empty, begin=("record", "import"))]
        return {"tied": first, "more": [], "parts": first, "choices": {}}
    months = _months(book)
    on = next((one for one in months if one.isoformat()[:7] == at), months[-1])
    first = [_ties(book, on, kind), _where(book, on, kind)]
    more = [_over_time(book, kind)]
    if book.programme.ties.height:
        more += [
            _exposure(book, on, kind),
            _timing(book, kind),
            _alike(book, kind),
            _matters(book, kind),
            _each(book, kind),
        ]
    else:
        more.append(_timing(book, kind))
    return {"tied": first, "more": more, "parts": [*first, *more], "choices": _choices(book, months, on, kind)}


def _months(book: Book) -> list[date]:
    return book.frame(_months_there)["on"].to_list()


def _months_there(results: Results) -> pl.DataFrame:
    return pl.DataFrame({"on": tied.months_of(results)}, schema={"on": pl.Date})


def _kinds(book: Book) -> list[str]:
    return book.frame(_kinds_there)["kind"].to_list()


def _kinds_there(results: Results) -> pl.DataFrame:
    return pl.DataFrame({"kind": tied.kinds(results.programme)}, schema={"kind": pl.String})


def _choices(book: Book, months: list[date], on: date, kind: str) -> dict[str, Any]:
    """Which months and kinds of ties may be looked at, and what lies before and after."""
    place, kinds = months.index(on), _kinds(book)
    quoted = [(one.isoformat()[:7], month(one), one == on) for one in reversed(months)]
    return {
        "months": quoted,
        "kinds": [("", "all kinds", not kind), *((one, one, one == kind) for one in kinds)] if len(kinds) > 1 else [],
        "kind": kind,
        "before": (months[place - 1].isoformat()[:7], month(months[place - 1])) if place else None,
        "after": (months[place + 1].isoformat()[:7], month(months[place + 1])) if place + 1 < len(months) else None,
        "pictures": [(one.isoformat()[:7], month(one), one == on) for one in tied.pictured(months)],
    }


def few(book: Book, ties: pl.DataFrame) -> bool:
    """Whether lines can be told apart."""
    return book.programme.sites.height <= SITES and ties.height <= TIES


def _called(book: Book) -> dict[str, str]:
    return book.results.site_names


def _ties(book: Book, on: date, kind: str) -> Panel:
    title = "Who is tied to whom"
    if not book.programme.ties.height:
        return Panel("tied", title, empty=tied.NO_TIES, begin=("import",))
    then, now = partial(tied.held, on=on, kind=kind), partial(tied.stood, on=on)
    ties = book.frame(then)
    if few(book, ties):
        places = partial(tied.places, kind=kind)
        chart = book.drawing(draw, now, places, then, chart="network_of_sites", names=_called(book))
        pairs = book.frame(partial(tied.tied_pairs, on=on, kind=kind))
        table = Grid.of(
            pairs,
            f"Every tie that held at the end of {month(on)}: from which influence may come, and to which.",
            ("source_name", "From"),
            ("source_stage", "Stands"),
            ("target_name", "To"),
            ("target_stage", "Stands"),
        )
    else:
        chart = book.drawing(draw_matrix, partial(tied.order, kind=kind), then, now, on=on)
        between = book.frame(partial(tied.between, on=on, kind=kind))
        table = Grid.of(
            between,
            f"Ties between regions at the end of {month(on)}.",
            ("source_group", "From sites of"),
            ("target_group", "To sites of"),
            ("ties", "Ties", "number"),
            ("in_use", "From sites in use", "number"),
        )
    return Panel(
        "tied",
        title,
        says=tied.ends(book.results, on, kind),
        chart=chart,
        table=table if table.rows else None,
        notes=(tied.CAUTION, RULE),
        summary="The ties behind this picture",
    )


def draw_matrix(order: pl.DataFrame, ties: pl.DataFrame, stood: pl.DataFrame, on: date) -> str:
    """The matrix, wide and narrow, by which sites were in use."""
    using = sorted(stood.filter(pl.col("stage").is_in(IN_USE))["site"])
    return draw(order, ties, chart="ties_as_matrix", in_use=using, on=on)


def _where(book: Book, on: date, kind: str) -> Panel:
    title = "Where the sites are"
    sites = book.programme.sites
    if not sites.drop_nulls(["latitude", "longitude"]).height:
        return Panel("where", title, empty=NO_PLACES, begin=("import",))
    now = partial(tied.stood, on=on)
    frames = [now, positions, partial(tied.held, on=on, kind=kind)][: 3 if book.programme.ties.height else 2]
    stands = book.frame(now).with_columns(pl.col("stage").replace(_LABELS)).select("site", "stage")
    listed = book.frame(positions).join(stands, on="site", how="inner", maintain_order="left")
    table = Grid.of(
        listed.with_columns(pl.col("site").replace(_called(book))),
        "Where each site is, in the programme's own order.",
        ("site", "Site"),
        ("stage", f"Stands, {month(on)}"),
        ("latitude", "Latitude", "number"),
        ("longitude", "Longitude", "number"),
        most=PLACED,
    )
    return Panel(
        "where",
        title,
        chart=book.drawing(draw, *frames, chart="map_of_sites", names=_called(book)),
        table=table,
        summary="The sites and their places",
    )


def positions(results: Results) -> pl.DataFrame:
    """Where each site is, in degrees."""
    return results.programme.sites.select("site", "latitude", "longitude")


def _over_time(book: Book, kind: str) -> Panel:
    frame = book.frame(tied.over_time)
    counts = (
        frame.with_columns(pl.col("stage").replace(_LABELS))
        .pivot(on="stage", index="on", values="site", aggregate_function="len")
        .with_columns(pl.exclude("on").fill_null(0))
        .sort("on")
    )
    columns = [(stage.label, stage.label.capitalize(), "number") for stage in Stage if stage.label in counts.columns]
    if book.programme.ties.height and few(book, book.programme.ties):
        every = [tied.over_time, partial(tied.places, kind=kind), partial(tied.held_over_time, kind=kind)]
        chart = book.drawing(draw, *every, chart="network_over_time")
    else:
        chart = book.drawing(draw, tied.over_time, by_region, chart="sites_as_tiles")
    return Panel(
        "over-time",
        "The same sites over time",
        says="The start of the record, quarter points, and now.",
        chart=chart,
        table=Grid.of(counts, "Sites at each stage in these months.", ("on", "Month", "month"), *columns),
    )


def by_region(results: Results) -> pl.DataFrame:
    """Each site in its given order, and its region."""
    return results.programme.sites.select("site", group="region")


def _exposure(book: Book, on: date, kind: str) -> Panel:
    frame = book.frame(partial(tied.took_up, kind=kind))
    table = Grid.of(
        frame,
        "How often it was taken up in a month, by how much of what a site is tied to used it the month before.",
        ("exposure", "Of the sites that it is tied to"),
        ("sites", "Sites", "number"),
        ("waited", "Months in which they waited, in all", "number"),
        ("took_up", "Took it up", "number"),
        ("hundred", "In a hundred months", "number"),
    )
    return Panel(
        "exposure",
        "Exposure, and taking it up",
        says=tied.rates(frame),
        table=table,
        notes=(tied.CAUTION, "Sites that have not taken it up still wait; they are never counted as having done so."),
    )


def _timing(book: Book, kind: str) -> Panel:
    frame = book.frame(tied.quarters)
    table = Grid.of(
        frame,
        "When each quarter of the sites first used it.",
        ("part", "Quarter of the sites"),
        ("sites", "Sites", "number"),
        ("first", "From", "month"),
        ("last", "Until", "month"),
    )
    more = tied.first_by_ties(book.results, kind) if book.programme.ties.height else ""
    return Panel(
        "timing",
        "When they first used it",
        says="Quarters are of all sites that could, in order of time; the number says nothing else of a site.",
        table=table if table.rows else None,
        empty="" if table.rows else "No site was seen to begin.",
        notes=(more,) if more else (),
    )


def _alike(book: Book, kind: str) -> Panel:
    frame = book.frame(partial(tied.alike, kind=kind))
    table = Grid.of(
        frame,
        "Whether tied sites were alike in using it (Moran's I), against the same values shuffled among the sites.",
        ("on", "Month", "month"),
        ("sites", "Sites", "number"),
        ("ties", "Ties", "number"),
        ("observed", "Moran's I", "number"),
        ("expected", "By chance", "number"),
        ("p", "p, by shuffling", "number"),
    )
    notes = ("Alike is not influenced: alike sites come to be tied, and tied sites share what surrounds them.",)
    return Panel("alike", "Whether tied sites are alike", says=tied.said_of_months(frame), table=table, notes=notes)


def _matters(book: Book, kind: str) -> Panel:
    title = "Whether it matters who is tied to whom"
    frame = book.held(_named(book, kind), OF)
    if frame is None and not is_long(book):
        frame = book.frame(partial(_dependence, kind=kind))
    if frame is None:
        return Panel("matters", title, empty=LATER)
    notes = (
        "Tied sites may go together because they are alike, were tied because of it, share what surrounds them, or "
        "lead one another; this does not say which.",
    )
    return Panel("matters", title, says=frame["says"][0], notes=notes)


def _dependence(results: Results, kind: str) -> pl.DataFrame:
    return tied.dependence(results.programme, kind)


def work_out(book: Book, kind: str) -> None:
    """Work out what takes long, and keep it."""
    kind = kind if kind in _kinds(book) else ""
    book.hold(_named(book, kind), OF, tied.dependence(book.programme, kind))


def _each(book: Book, kind: str) -> Panel:
    frame = book.frame(partial(tied.exposed, kind=kind))
    table = Grid.of(
        frame,
        "Each site in the programme's own order: its ties, and how much of them leads to sites in use.",
        ("name", "Site"),
        ("stage", "Stands"),
        ("ties", "Sites it is tied to", "number"),
        ("in_use", "Of these, in use", "number"),
        ("took_up", "First used it", "month"),
        ("before", "In use of these, the month before"),
    )
    return Panel(
        "each",
        "Each site and what it is tied to",
        says="Ties are those along which influence may come to the site. No site is set beside another.",
        table=table,
        summary=f"Show {counted(frame.height, 'sites')}",
    )
