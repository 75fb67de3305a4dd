"""What does the record say of each site? One reading of sources that conflict, days that are spans, sites that merge.

Every analysis of stages begins here, so that all of them read the record in the same way:

- Rows are in order of the earliest day on which they may have happened. On one day, the later word in the list of
  stages comes last, and what somebody knows stands before ``unknown``.
- Where ``about.readings`` chooses between sources, the others are left out. Where sources conflict about one day and
  nobody has chosen, the later word is taken. ``alternatives`` reads the record in every other way.
- A renamed site carries its history on under the name it has now. A site made by a merger or a split begins where its
  predecessors stood (in use, if any of them was), which is marked as derived; the predecessors close.
- Nothing is read that lies after the day up to which the record is complete, or after its site closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import polars as pl

from takeroot.errors import NotEnough
from takeroot.vocabulary.stages import CONTACTED, EVER_USED, IN_USE, Stage
from takeroot.vocabulary.tables import STAGES, SUCCESSIONS

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

Prefer = Literal["last", "in use", "not in use"]

UNKNOWN = Stage.UNKNOWN.value
#: On one day, the later in this list comes last: what somebody knows stands before ``unknown``.
ORDER = (UNKNOWN, *(stage.value for stage in Stage if stage is not Stage.UNKNOWN))
#: Where a site made from others begins, if none of them was in use: the first of these that one of them was.
CARRIED = ("paused", "preparing", "exploring", "stopped", "declined", UNKNOWN, "not_reached")

#: The columns of a row of the record.
ROW: dict[str, pl.DataType] = {
    "site": pl.String(),
    "on": pl.Date(),
    "on_before": pl.Date(),
    "stage": pl.String(),
    "extent": pl.Float64(),
    "extent_of": pl.String(),
    "how_known": pl.String(),
    "reason_kind": pl.String(),
    "source": pl.String(),
    "reference": pl.String(),
    "latest": pl.Date(),
    "contacted": pl.Boolean(),
    "ever_used": pl.Boolean(),
    "carried": pl.Boolean(),
}


@dataclass(frozen=True)
class Record:
    """One way of reading what a programme knows of where its sites stand.

    Parameters
    ----------
    rows
        In order of site and day, with ``latest`` (the last day on which it may have happened), whether the row shows
        that its site was ``contacted`` or ``ever_used``, and whether it was ``carried`` on from other sites.
    sites
        The sites as they are now called, with the first day on which each was open (``opened``) and the first on which
        it no longer was (``closed``).
    until
        The day up to which it is read; none, where nothing has a day.
    """

    rows: pl.DataFrame
    sites: pl.DataFrame
    until: date | None


@dataclass(frozen=True)
class Succession:
    """Sites that were carried on by another from a day on, and the references of all rows that say so."""

    on: date
    successor: str
    before: Sequence[str]
    references: Sequence[str]


@dataclass(frozen=True)
class Told:
    """Everything that is told, before a reading is chosen."""

    rows: pl.DataFrame
    sites: pl.DataFrame
    successions: tuple[Succession, ...]
    until: date | None

    def without(self, sources: Iterable[str]) -> pl.DataFrame:
        """The rows that do not come from these sources."""
        return self.rows.filter(~pl.col("source").is_in(list(sources)).fill_null(False))

    def read(self, left_out: Iterable[str] = (), prefer: Prefer = "last") -> Record:
        """The record without some sources, and with one side of each conflict that nobody has settled."""
        rows = in_order(_settled(self.without(left_out), prefer))
        if carried := _carried(rows, self.successions):
            rows = in_order(pl.concat([rows, pl.DataFrame(carried, schema=ROW, orient="row")]))
        rows = rows.join(self.sites.select("site", "closed"), on="site", how="left", maintain_order="left")
        rows = rows.filter((pl.col("on") < pl.col("closed")).fill_null(True)).drop("closed")
        return Record(rows, self.sites, self.until)


def record(programme: Programme, on: date | None = None) -> Record:
    """The reading that figures follow, up to a day (all of the record, if not given)."""
    return told(programme, on).read(not_chosen(programme))


def not_chosen(programme: Programme) -> set[str]:
    """The sources that figures do not follow."""
    return {source for each in programme.about.readings for source in each.between if source != each.chosen}


def now_called(programme: Programme) -> dict[str, str]:
    """The name that each renamed site has now."""
    called: dict[str, str] = {}
    renamed = programme.successions.filter((pl.col("kind") == "renamed") & (pl.col("site") != pl.col("successor")))
    for old, new in renamed.sort("on", "site", "successor").select("site", "successor").iter_rows():
        before = called.get(old, old)
        called |= {name: new for name, last in called.items() if last == before}
        called |= {old: new, before: new, new: new}
    return {old: new for old, new in called.items() if old != new}


def told(programme: Programme, on: date | None = None) -> Told:
    """Everything that is told up to a day (all of the record, if not given)."""
    until = programme.as_at
    if on is not None and until is not None:
        if on > until:
            raise NotEnough(
                f"The record is complete up to {until:%-d %b %Y}, so it can not say what holds on {on:%-d %b %Y}."
            )
        until = on
    called = now_called(programme)
    moves = _moves(programme, called)
    return Told(
        _rows(programme, called, until), _sites(programme, called, moves, until), _successions(moves, until), until
    )


def nth() -> pl.Expr:
    """Which of the rows of one day comes first: the place of its stage in :data:`ORDER`."""
    return pl.col("stage").replace_strict(ORDER, range(len(ORDER)), return_dtype=pl.Int8)


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order in which they are read."""
    return rows.sort("site", "on", nth(), "latest", "source", "reference")


def differing(rows: pl.DataFrame) -> pl.DataFrame:
    """The last word of each source where several give a site different stages from one day, or one span, on."""
    last_word = rows.filter(pl.col("stage") != UNKNOWN).with_columns(of=pl.col("source").fill_null("")).sort(nth())
    last_word = last_word.group_by("site", "on", "latest", "of").agg(pl.col("stage", "source").last())
    return last_word.filter(pl.col("stage").n_unique().over("site", "on", "latest") > 1)


# The rows


def _rows(programme: Programme, called: dict[str, str], until: date | None) -> pl.DataFrame:
    """Every row of the stages, with its site as now called and the span in which it may have happened."""
    on, before, precision = pl.col("on"), pl.col("on_before"), pl.col("precision")
    end = (
        pl.when(precision == "month")
        .then(on.dt.truncate("1mo").dt.offset_by("1mo"))
        .when(precision == "quarter")
        .then(on.dt.truncate("1q").dt.offset_by("1q"))
        .when(precision == "year")
        .then(on.dt.truncate("1y").dt.offset_by("1y"))
    )
    ends = pl.coalesce(before, end)
    rows = programme.stages.with_columns(
        pl.col("site").replace(called),
        reference=STAGES.references(programme.stages),
        on_before=pl.when((ends - on).dt.total_days() > 1).then(ends),
    )
    rows = rows.with_columns(
        latest=pl.coalesce(pl.col("on_before").dt.offset_by("-1d"), on),
        contacted=pl.col("stage").is_in(CONTACTED),
        ever_used=pl.col("stage").is_in(EVER_USED),
        carried=pl.lit(False),
    ).select(list(ROW))
    return rows if until is None else rows.filter(on <= until)


def _settled(rows: pl.DataFrame, prefer: Prefer) -> pl.DataFrame:
    """One side of each conflict about one day; and nobody's ``unknown`` where somebody knows."""
    known = pl.col("stage") != UNKNOWN
    rows = rows.filter(known | ~known.any().over("site", "on"))
    rest = [stage for stage in ORDER if stage not in IN_USE]
    liked = {"last": ORDER, "in use": (*rest, *IN_USE), "not in use": (*IN_USE, *rest)}[prefer]
    last_word = nth().max().over("site", "on", "latest", pl.col("source").fill_null(""))
    liking = last_word.replace_strict(range(len(ORDER)), [liked.index(stage) for stage in ORDER], return_dtype=pl.Int8)
    rows = rows.with_columns(liking=liking)
    return rows.filter(pl.col("liking") == pl.col("liking").max().over("site", "on", "latest")).drop("liking")


def _carried(rows: pl.DataFrame, successions: Sequence[Succession]) -> list[tuple[object, ...]]:
    """A row for each site that carries on from others, where that says something new of it."""
    concerned = {site for each in successions for site in (each.successor, *each.before)}
    mine = rows.filter(pl.col("site").is_in(list(concerned))).select("site", "on", "stage", "contacted", "ever_used")
    known: dict[str, list[tuple[date, str, bool, bool]]] = {site: [] for site in concerned}
    for site, on, stage, contacted, ever_used in mine.iter_rows():
        known[site].append((on, stage, contacted, ever_used))
    made: list[tuple[object, ...]] = []
    for each in successions:
        pasts = {site: [row for row in known[site] if row[0] < each.on] for site in (each.successor, *each.before)}
        stood = [past[-1][1] for past in pasts.values() if past]
        if not stood or any(row[0] == each.on for row in known[each.successor]):
            continue
        used = [stage for stage in stood if stage in IN_USE]
        stage = ("using" if "using" in used else used[0]) if used else min(stood, key=CARRIED.index)
        contacted, ever_used = (any(row[i] for past in pasts.values() for row in past) for i in (2, 3))
        own = pasts[each.successor]
        if own and (stage, contacted, ever_used) == (own[-1][1], any(r[2] for r in own), any(r[3] for r in own)):
            continue
        known[each.successor].append((each.on, stage, contacted, ever_used))
        known[each.successor].sort(key=lambda row: row[0])
        row = {
            "site": each.successor,
            "on": each.on,
            "stage": stage,
            "how_known": "derived",
            "reference": each.references[0],
        }
        row |= {"latest": each.on, "contacted": contacted, "ever_used": ever_used, "carried": True}
        made.append(tuple(row.get(column) for column in ROW))
    return made


# The sites


def _moves(programme: Programme, called: dict[str, str]) -> pl.DataFrame:
    """Successions other than a change of name; ``carries`` where the successor carries on from the site."""
    moves = programme.successions.with_columns(reference=SUCCESSIONS.references(programme.successions))
    moves = moves.filter(pl.col("kind").fill_null("") != "renamed").with_columns(
        pl.col("site", "successor").replace(called)
    )
    itself = pl.col("site") == pl.col("successor")
    kind = pl.col("kind").fill_null(pl.when(itself).then(pl.lit("closed")).otherwise(pl.lit("merged")))
    return moves.with_columns(itself=itself, carries=kind != "closed")


def _sites(programme: Programme, called: dict[str, str], moves: pl.DataFrame, until: date | None) -> pl.DataFrame:
    """The sites as now called, and the days between which each was open."""
    old = programme.sites.filter(pl.col("site").is_in(list(called)))
    old = old.group_by(pl.col("site").replace(called)).agg(was_opened=pl.col("opened").min(), was_renamed=pl.lit(True))
    goes_on = (pl.col("itself") & pl.col("carries")).any().over("site", "on")
    closing = moves.filter(~goes_on).group_by("site").agg(left=pl.col("on").min())
    sites = programme.sites.filter(~pl.col("site").is_in(list(called)))
    was_open = sites.select("site", "opened", "closed")
    for further in (old, closing, _begun(programme, called, moves)):
        was_open = was_open.join(further, on="site", how="left", maintain_order="left")
    opened = pl.when("was_renamed").then(pl.col("was_opened")).otherwise(pl.coalesce("opened", "begun"))
    closed = pl.min_horizontal("closed", "left")
    if until is not None:
        closed = pl.when(closed <= until).then(closed)
    was_open = was_open.select(opened=opened, closed=closed)
    return sites.with_columns(was_open["opened"], was_open["closed"]).sort("site")


def _begun(programme: Programme, called: dict[str, str], moves: pl.DataFrame) -> pl.DataFrame:
    """When sites that carry on from others began, if nothing shows that they were there before."""
    made = (
        moves.filter("carries").group_by(site="successor").agg(begun=pl.col("on").min(), itself=pl.col("itself").any())
    )
    if not made.height:
        return made.select("site", "begun")
    seen = [
        frame.select(pl.col("site").replace(called), "on").filter(pl.col("site").is_in(made["site"].implode()))
        for frame in (programme.stages, programme.values)
    ]
    made = made.join(pl.concat(seen).group_by("site").agg(first=pl.col("on").min()), on="site", how="left")
    return made.filter(~pl.col("itself") & (pl.col("first") >= pl.col("begun")).fill_null(True)).select("site", "begun")


def _successions(moves: pl.DataFrame, until: date | None) -> tuple[Succession, ...]:
    """Which sites were carried on by which, in order of date."""
    moves = moves.filter("carries").sort("itself", "on", "successor", "site", "reference")
    if until is not None:
        moves = moves.filter(pl.col("on") <= until)
    made = moves.group_by("on", "successor", maintain_order=True).agg(
        pl.col("site").filter(~pl.col("itself")), "reference"
    )
    made = made.filter(pl.col("site").list.len() > 0)
    return tuple(Succession(*row) for row in made.select("on", "successor", "site", "reference").iter_rows())
