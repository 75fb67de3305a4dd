"""Which changes have an account, whose accounts differ, and which have none yet; what accounts cite; whose voices.

People write accounts. This page gathers what they may cite, lists what nobody has accounted for, and says of every
account how much of the record it cites and whether that is there.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import polars as pl

from takeroot.analysis.explanation.voices import GROUPS
from takeroot.charts.wording import agree, counted, day, listed, number
from takeroot.reporting.blocks import Column, Grid, several
from takeroot.reporting.results import Results
from takeroot.web.addresses import address, of_row
from takeroot.web.frames import Book
from takeroot.web.panels.overview import Part
from takeroot.web.panels.panel import Group, Line, Panel

#: Lines of each sort that stand open, and that are listed at all; of more, the number is said, and where they stand.
OPEN, MOST = 12, 400
GROUPED = {
    "accounts differ": "Accounts differ",
    "no account yet": "No account yet",
    "has an account": "With an account",
}
NONE = "Nobody has written an account yet. An account is a few sentences, signed and dated, that cite the record."
#: Changes of each state that are offered to whoever writes an account, and what they are asked.
TO_CITE = 8
ASKS = (
    "What changed, for whom, and since when? Which rows of the record show it?",
    "What do you think brought it about, and what speaks against that?",
    "What else happened that you leave out, and who would tell it differently?",
    "How sure are you, and what would change your mind?",
)
NO_CHANGE = "Nothing has changed that asks for an account yet."


def panels(book: Book) -> dict[str, Any]:
    """The changes by what is said of them, the accounts, and the voices."""
    return {
        "panels": [_changes(book), _accounts(book), _voices(book)],
        "parts": [Part("changes", "Changes"), Part("accounts", "Accounts"), Part("voices", "Whose voices")],
    }


def latest(results: Results) -> pl.DataFrame:
    """The latest changes that matter in each state, and how many there are of it."""
    found = results.changes.filter("matters").sort("on", descending=True, maintain_order=True)
    many = pl.len().over("state").alias("of")
    return found.with_columns(many).filter(pl.int_range(pl.len()).over("state") < MOST)


def written(results: Results) -> pl.DataFrame:
    """The latest version of every account, in the order of questions and days."""
    return results.accounts.filter("latest").sort("question", "on", "by")


def told_voices(results: Results) -> pl.DataFrame:
    """Whose voices are in the record."""
    return results.voices


def unheard(results: Results) -> pl.DataFrame:
    """How many open sites there are, and of how many there is no note."""
    open_ = results.standing.filter("open")
    noted = open_.join(results.programme.notes.select("site").drop_nulls().unique(), on="site", how="semi")
    return pl.DataFrame({"open": [open_.height], "silent": [open_.height - noted.height]})


def _changes(book: Book) -> Panel:
    frame, slug = book.frame(latest), book.row.slug
    groups = []
    for state, title in GROUPED.items():
        mine = frame.filter(state=state)
        if not mine.height:
            continue
        many = mine["of"][0]
        rest = f"and {number(many - mine.height)} more, on the line of time" if many > mine.height else ""
        onward = f"{address('story', slug)}?{urlencode({'account': state})}#line"
        lines = tuple(_change(slug, row) for row in mine.iter_rows(named=True))
        title = f"{title} ({number(many)}, latest first)"
        groups.append(Group(title, lines[:OPEN], rest, onward, lines[OPEN:]))
    says = "A change without an account is a question that is still open, not a fault. Nothing here infers a cause."
    return Panel("changes", "Changes that matter", says, groups=tuple(groups), empty="" if groups else NO_CHANGE)


def _change(slug: str, row: dict[str, Any]) -> Line:
    said = [counted(row["explanations"], "explanations") if row["explanations"] else ""]
    said.append(counted(row["accounts"], "accounts") if row["accounts"] else "")
    if row["speaks_for"] or row["speaks_against"]:
        said.append(f"{number(row['speaks_for'])} speak for a reason, {number(row['speaks_against'])} against")
    where = address("change", slug, row["reference"])
    return Line(row["says"], day(row["on"]), row["kind"], "; ".join(part for part in said if part), where)


def _accounts(book: Book) -> Panel:
    frame, slug = book.frame(written), book.row.slug
    signed = dict(book.frame(Results.accounts).select("reference", "by").iter_rows())
    ways = (
        ("Accounts that cite nothing of the record", pl.col("cites") == 0),
        ("Accounts with citations that lead nowhere", pl.col("broken") > 0),
        ("Accounts that cite the record", (pl.col("cites") > 0) & (pl.col("broken") == 0)),
    )
    groups = []
    for title, which in ways:
        mine = frame.filter(which)
        lines = tuple(_account(slug, row, signed) for row in mine.iter_rows(named=True))
        if lines:
            groups.append(Group(f"{title} ({number(mine.height)})", lines))
    says = "In their latest versions, signed. Whether what they cite is there is checked; what they say is theirs."
    return Panel("accounts", "Accounts", says, groups=tuple(groups), empty="" if groups else NONE, begin=("record",))


def _account(slug: str, row: dict[str, Any], signed: dict[str, str]) -> Line:
    beside = [signed[other] for other in several(row["stands_beside"]) if other in signed]
    said = [f"version {row['version']}" if (row["version"] or 1) > 1 else ""]
    said.append(f"cites {counted(row['cites'], 'rows')}" if row["cites"] else "cites nothing")
    if row["broken"]:
        said.append(f"{number(row['broken'])} of them {agree(row['broken'], 'leads', 'lead')} nowhere")
    said.append(f"stands beside {listed(beside)}" if beside else "")
    return Line(
        f"{row['question'].capitalize()}, by {row['by']}",
        day(row["on"]),
        "; ".join(part for part in said if part),
        where=of_row(slug, row["reference"]),
        more=row["text"] or "",
    )


def material(book: Book) -> dict[str, Any]:
    """What whoever writes an account can cite, what it may stand beside, and what to ask; no word of it is written."""
    changes = book.frame(latest).filter(pl.col("state") != "has an account")
    changes = changes.filter(pl.int_range(pl.len()).over("state") < TO_CITE)
    accounts = book.frame(written)
    missing = book.frame(told_voices).filter(pl.sum_horizontal("notes", "explanations", "accounts") == 0)["group"]
    unheard = [group for group in missing if group in GROUPS]
    lacking = f"What would {listed(unheard, 'or')} say? The record does not have their voice."
    return {
        "asks": [*ASKS, *([lacking] if unheard else [])],
        "changes": changes.select("says", "reference").rows(),
        "accounts": [
            (f"{row['question'].capitalize()}, by {row['by']}, {day(row['on'])}", row["reference"])
            for row in accounts.iter_rows(named=True)
        ],
    }


def _voices(book: Book) -> Panel:
    frame = book.frame(told_voices)
    missing = frame.filter(pl.sum_horizontal("notes", "explanations", "accounts") == 0)["group"].to_list()
    missing = [group for group in missing if group in GROUPS]
    some, silent = book.frame(unheard).row(0)
    notes = []
    if missing:
        notes.append(f"Nothing in the record is in the voice of {listed(missing, 'or')}. Who could ask them?")
    if silent:
        notes.append(f"Of {number(silent)} of {counted(some, 'open sites')} there is no note by anybody.")
    table = Grid.of(
        frame,
        "Whose voices are in the record.",
        Column("group", "Whose"),
        Column("notes", "Notes", "number"),
        Column("explanations", "Explanations", "number"),
        Column("accounts", "Accounts", "number"),
        Column("sites", "Sites with a note", "number"),
        Column("latest", "Latest", "day"),
    )
    says = "Sorted by the words in which voices were written down; whoever speaks for several counts in each."
    return Panel("voices", "Whose voices, and whose are missing", says, table=table, notes=tuple(notes), opened=True)
