"""What a review looks at: what came into the record since the last one, where views differ, and what is open.

Everything is told in the words of the record, table by table, and within each in the order in which the programme gives
its sites. Nothing is weighed, and nothing here says what it means: that is for the people who meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Count, Max, Min, Q

from takeroot.analysis import assessment
from takeroot.charts.wording import counted, day, number
from takeroot.errors import quoted
from takeroot.reporting.results import Results
from takeroot.reporting.saying import entry, says
from takeroot.vocabulary.tables import TABLES
from takeroot.web import archive
from takeroot.web.addresses import address, of_row
from takeroot.web.frames import Book
from takeroot.web.models import Change, Meeting, Trail
from takeroot.web.panels.assess import kept, talk
from takeroot.web.panels.overview import in_one_line
from takeroot.web.panels.site_home import NOT_DONE
from takeroot.web.stored import STORED

#: Rows of a list that are written out; of more, the number is said.
MOST = 40

#: Lines of a list that stand open; the others are folded.
OPEN_LINES = 8

#: Questions of one round that are named where views differ.
MOST_OF_A_ROUND = 3

#: What is looked at together, and what it is called.
GROUPS = (
    ("Where sites stand", ("stages", "successions", "sites")),
    ("Plans and their revisions", ("plans",)),
    ("Adaptations", ("adaptations", "deliveries")),
    ("Notes", ("notes",)),
    ("Explanations and accounts", ("explanations", "accounts", "core_claims")),
    ("Decisions and actions", ("decisions", "actions")),
    ("What-ifs", ("what_ifs",)),
)
COUNTED = ("values", "answers", "codings")
OTHERS = (
    "The rest of the record",
    tuple(n for n in TABLES if n not in COUNTED and all(n not in of for _, of in GROUPS)),
)

#: Lines of the trail that tell of rows, which are listed themselves, or of nothing that a review looks at.
_NOT_TOLD = (
    Q(what__has_key="row") | Q(what__has_key="review") | Q(did__startswith="exported") | Q(did__startswith="signed")
)


@dataclass(frozen=True)
class Said:
    """One line of a list: what is said, the row that says it, where that is shown, and what became of it."""

    text: str
    reference: str = ""
    address: str = ""
    how: str = ""
    was: str = ""


@dataclass(frozen=True)
class Group:
    """Lines about one sort of thing; how many there are besides."""

    title: str
    lines: tuple[Said, ...]
    more: int = 0

    @property
    def first(self) -> tuple[Said, ...]:
        """The lines that stand open."""
        return self.lines[:OPEN_LINES]

    @property
    def rest(self) -> tuple[Said, ...]:
        """The lines that are folded."""
        return self.lines[OPEN_LINES:]


def changed(book: Book, meeting: Meeting) -> list[Group]:
    """What came into the record since the last review, as far as this book sees; what has nothing new is left out."""
    last = _last(meeting)
    came = _came(meeting, last)
    found = [_rows(book, title, tables, meeting, came) for title, tables in GROUPS]
    found += [_values(book, came), _signals(book, last), _rows(book, *OTHERS, meeting, came), _besides(book, meeting)]
    return [group for group in found if group.lines]


def differing(book: Book, today: date) -> list[Group]:
    """Where views differ: in rounds, and disputed conditions, claims, sources and explanations."""
    results, programme = book.results, book.programme
    disputed = programme.conditions.filter(works="disputed")
    claims = programme.core_claims.sort("on", nulls_last=False).unique(
        ["component", "site", "according_to"], keep="last", maintain_order=True
    )
    both = pl.col("core").n_unique().over("component", "site") > 1
    claims = claims.filter(both).sort("component", "site", "according_to", nulls_last=False)
    dissent = programme.explanations.filter(pl.col("dissent").is_not_null())
    rival = book.frame(Results.changes).filter(state="accounts differ")
    return [
        group
        for group in (
            _listed("Answers to rounds that differ most", _rounds(book, today)),
            _listed("Conditions that are disputed", [_entry(book, f"conditions:{one}") for one in disputed["id"]]),
            _listed("What is core, and according to whom", [_claim(book, one) for one in claims.iter_rows(named=True)]),
            _listed(
                "Sources that conflict", [_conflict(results, one) for one in results.conflicts.iter_rows(named=True)]
            ),
            _listed(
                "Explanations with dissent",
                [
                    Said(f"{one['reason']} Dissent: {one['dissent']}", *_at(book, f"explanations:{one['id']}"))
                    for one in dissent.iter_rows(named=True)
                ],
            ),
            _listed(
                "Changes of which accounts differ",
                [
                    Said(one["says"], *_at(book, one["reference"]))
                    for one in _in_order(book, rival).iter_rows(named=True)
                ],
            ),
        )
        if group.lines
    ]


def _rounds(book: Book, today: date) -> list[Said]:
    """The questions on which the latest round of each instrument about each subject differs most."""
    said, seen = [], set()
    for row in kept.every_round(book, today).filter("shown").iter_rows(named=True):
        of = kept.instrument_of(book, row["instrument"], row["edition"])
        if of is None or (one := (row["instrument"], row["subject"])) in seen:
            continue
        seen.add(one)
        counts = kept.told(book, of.id, of.edition, today)["counts"].filter(round=row["round"])
        names = {question.id: question.short or question.asks for question in of.questions}
        about = f"{row['round']}, about {kept.about_what(book, row['subject'], None)}"
        where = address("assess-round", book.row.slug, row["round"])
        said += [
            Said(f"{about}: {names[each['question']]}: {talk.said_of(each)}", address=where)
            for each in assessment.differing(of, counts).head(MOST_OF_A_ROUND).iter_rows(named=True)
        ]
    return said


def staying_open(book: Book) -> list[Group]:
    """What is open: changes without an account, tests without a result, what-ifs undecided, actions not done."""
    programme = book.programme
    without = book.frame(Results.changes).filter("matters", state="no account yet")
    tests = programme.experiments.filter(pl.col("what_happened").is_null())
    undecided = programme.what_ifs.filter(pl.col("decision").is_null()).sort("on", "question")
    to_do = programme.actions.filter(NOT_DONE).sort("due", "title", nulls_last=True)
    return [
        group
        for group in (
            _listed(
                "Changes of which nobody has said why",
                [
                    Said(one["says"], *_at(book, one["reference"]))
                    for one in _in_order(book, without).iter_rows(named=True)
                ],
            ),
            _listed("Questions under test", [_entry(book, f"experiments:{one}") for one in tests["id"]]),
            _listed(
                "What-ifs of which nothing is decided", [_entry(book, f"what_ifs:{one}") for one in undecided["id"]]
            ),
            _listed("Actions that are not done", [_action(book, one) for one in to_do.iter_rows(named=True)]),
        )
        if group.lines
    ]


def recorded(book: Book, meeting: Meeting) -> dict[str, list[str]]:
    """What came into the record, as lines for minutes, each with the row it stands in."""
    return {
        group.title: [
            *(_cited(one) for one in group.lines),
            *([f"and {group.more:,} more"] if group.more else []),
        ]
        for group in changed(book, meeting)
    }


def signals_now(book: Book) -> list[str]:
    """The signals that the charts show now."""
    return book.frame(Results.changes).filter(kind="signal")["reference"].to_list()


def _cited(one: Said) -> str:
    how = f" ({one.how})" if one.how else ""
    return f"{one.text}{how}" + (f" [{one.reference}]" if one.reference else "")


def _listed(title: str, lines: Sequence[Said]) -> Group:
    return Group(title, tuple(lines[:MOST]), max(0, len(lines) - MOST))


def _came(meeting: Meeting, last: Meeting | None) -> Q:
    """The rows that a line wrote since the last review, but for those that the last review itself wrote."""
    own = last.words.get("line", 0) if last else 0
    return Q(line__gt=meeting.since, line__lte=meeting.upto or 0) & ~Q(line=own)


def _rows(book: Book, title: str, tables: Iterable[str], meeting: Meeting, came: Q) -> Group:
    """Rows that are new or were amended, and rows that were withdrawn."""
    shown: list[Said] = []
    more = 0
    for name in tables:
        lines, left = _of_table(book, name, meeting, came)
        shown, more = shown + lines, more + left
    return Group(title, tuple(shown[:MOST]), more + max(0, len(shown) - MOST))


def _of_table(book: Book, name: str, meeting: Meeting, came: Q) -> tuple[list[Said], int]:
    """The rows of one table that came, in the order of the sites and of days, and how many are not written out."""
    table = TABLES[name]
    seen = book.scope.rows(table)
    if seen is None:
        return [], 0
    ids = set(STORED[name].objects.filter(seen, came, programme=book.row.pk).values_list("id", flat=True))
    frame = book.programme.tables.get(name, table.empty())
    here = _in_order(book, frame.filter(pl.col("id").is_in(list(ids))))
    before = _before(book, name, meeting)
    said = []
    for row in here.head(MOST).iter_rows(named=True):
        was = before.get(row["id"])
        how = "amended" if was else ""
        said.append(_entry(book, f"{name}:{row['id']}", how, _unlike(row, was) if was else ""))
    gone = [cells for one, cells in before.items() if one not in ids and cells.get("how") != "changed"]
    gone = [cells for cells in gone if cells["id"] not in set(frame["id"])] if book.scope.narrative else []
    said += [Said(says(book.results, name, cells), how="withdrawn") for cells in gone[:MOST]]
    return said, max(0, here.height - MOST) + max(0, len(gone) - MOST)


def _before(book: Book, name: str, meeting: Meeting) -> dict[str, dict[str, Any]]:
    """What rows had said at the last review that were changed or taken out since, by their ids."""
    changes = Change.objects.filter(
        programme=book.row.pk,
        table=name,
        line__gt=meeting.since,
        line__lte=meeting.upto or 0,
        was_line__lte=meeting.since,
    ).order_by("id")
    found = list(changes.values_list("before", "how"))
    rows = archive.as_rows(book.row, TABLES[name], [cells for cells, _ in found])
    return {row["id"]: {**row, "how": how} for row, (_, how) in zip(rows.iter_rows(named=True), found, strict=True)}


def _unlike(now: dict[str, Any], was: dict[str, Any]) -> str:
    """Which cells say something else, and what they said."""
    unlike = [name for name in now if name in was and now[name] != was[name] and name != "id"]
    return "; ".join(f"{name.replace('_', ' ')} was {_short(was[name])}" for name in unlike)


def _short(cell: Any) -> str:
    if cell is None:
        return "empty"
    return day(cell) if hasattr(cell, "isoformat") else number(cell) if isinstance(cell, float) else quoted(cell)


def _values(book: Book, came: Q) -> Group:
    """How many values came in, of which measures."""
    seen = book.scope.rows(TABLES["values"])
    counts = (
        STORED["values"]
        .objects.filter(seen or Q(), came, programme=book.row.pk)
        .values_list("measure")
        .annotate(Count("row"), Count("site", distinct=True), Min("on"), Max("on"))
    )
    told = {
        measure: f"{book.results.measure(measure)}: {counted(n, 'values')} at {counted(sites, 'sites')}, "
        f"{day(first)} to {day(last)}"
        for measure, n, sites, first, last in counts
    }
    order = [*book.results.measures, *sorted(told)]
    return _listed("Values that came in", [Said(told[one]) for one in dict.fromkeys(order) if one in told])


def _signals(book: Book, last: Meeting | None) -> Group:
    """Signals that the charts show now and did not when the last review closed."""
    known = set(last.words.get("signals", [])) if last else set()
    found = book.frame(Results.changes).filter(pl.col("kind") == "signal", ~pl.col("reference").is_in(list(known)))
    lines = [Said(one["says"], one["reference"]) for one in _in_order(book, found).iter_rows(named=True)]
    return _listed("Signals newly found", lines)


def _last(meeting: Meeting) -> Meeting | None:
    """The review that was closed before this one."""
    before = Meeting.objects.filter(programme=meeting.programme_id, pk__lt=meeting.pk, closed__isnull=False)
    return before.exclude(note="").first()


def left_open(meeting: Meeting) -> str:
    """What the last review wrote down as open."""
    last = _last(meeting)
    return last.words.get("open", "") if last else ""


def come_since(meeting: Meeting) -> int:
    """How many lines of the trail came since this review began, but for its own."""
    lines = Trail.objects.filter(programme=meeting.programme.slug, id__gt=meeting.upto or 0)
    return lines.exclude(what__has_key="review").exclude(did__startswith="exported").count()


def _besides(book: Book, meeting: Meeting) -> Group:
    """What else was done to the programme, in the words of its trail."""
    lines = Trail.objects.filter(programme=book.row.slug, id__gt=meeting.since, id__lte=meeting.upto or 0)
    lines = lines.exclude(_NOT_TOLD).order_by("id")
    return _listed(
        "What else was done",
        [
            Said(f"{line.by} {line.did}, {day(line.at.date())}" + (f": {line.why}" if line.why else ""))
            for line in lines
        ],
    )


def _in_order(book: Book, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order in which the programme gives its sites; those of the whole programme first, then by day."""
    columns = [name for name in ("on", "since", "due", "opens") if name in frame.columns][:1]
    if "site" not in frame.columns:
        return frame.sort(*columns, nulls_last=True, maintain_order=True) if columns else frame
    places = {site: place for place, site in enumerate(book.programme.sites["site"])}
    place = pl.col("site").replace_strict(places, default=-1, return_dtype=pl.Int64)
    return frame.sort(place, *columns, nulls_last=True, maintain_order=True)


def _entry(book: Book, reference: str, how: str = "", was: str = "") -> Said:
    row = entry(book.results, reference)
    if row is None:
        return Said("A row that is not open to you.", how=how)
    return Said(in_one_line(row), *_at(book, reference), how, was)


def _at(book: Book, reference: str) -> tuple[str, str]:
    """A reference, and the address of the page that shows the row, where there is one."""
    return reference, of_row(book.row.slug, reference)


def _claim(book: Book, row: dict[str, Any]) -> Said:
    core = "is core" if row["core"] else "is not core"
    where = f" at {book.results.site(row['site'])}" if row["site"] else ""
    why = f": {row['reason']}" if row["reason"] else ""
    text = f"{book.results.component(row['component'])} {core}{where}, according to {row['according_to']}{why}"
    return Said(text, *_at(book, f"core_claims:{row['id']}"))


def _conflict(results: Results, row: dict[str, Any]) -> Said:
    def told(stage: str | None, on: Any, source: str | None) -> str:
        return f"{source or 'a source without a name'} has {(stage or 'nothing').replace('_', ' ')}" + (
            f" from {day(on)}" if on else ""
        )

    follows = f"figures follow {row['chosen']}" if row["chosen"] else "nobody has chosen which of them figures follow"
    first, second = (told(row[f"{o}stage"], row[f"{o}on"], row[f"{o}source"]) for o in ("", "other_"))
    return Said(f"{results.site(row['site'])}: {first}; {second}; {follows}.")


def _action(book: Book, row: dict[str, Any]) -> Said:
    owner = f", {row['owner']}" if row["owner"] else ""
    where = f"{book.results.site(row['site'])}: " if row["site"] else ""
    due = f", due {day(row['due'])}" if row["due"] else ", no day given"
    return Said(f"{where}{row['title']}{owner}{due}", *_at(book, f"actions:{row['id']}"))
