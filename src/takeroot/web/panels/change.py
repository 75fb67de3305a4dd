"""One change: what speaks for a reason and against it, who sees it otherwise, the accounts, and what to ask.

What happened near it in time is offered as a question. That it was near is no reason, and none is inferred.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import Http404

from takeroot.analysis import explanation
from takeroot.analysis.explanation.evidence import meaning
from takeroot.analysis.explanation.listing import explanations_of
from takeroot.analysis.explanation.near import AFTER, BEFORE
from takeroot.analysis.explanation.voices import GROUPS, groups_of
from takeroot.charts.wording import counted, day, listed
from takeroot.reporting.blocks import several
from takeroot.reporting.results import Results
from takeroot.reporting.saying import entry
from takeroot.web.addresses import address, of_row
from takeroot.web.frames import Book
from takeroot.web.panels.overview import Part
from takeroot.web.panels.panel import Group, Line, Panel
from takeroot.web.panels.story import STATES

#: What may have played a part, as many as can be asked about at once.
MOST = 20
NO_REASON = "Nobody has offered a reason yet."
NO_ACCOUNT = "No account cites it yet."
NOTHING_NEAR = "Nothing else is recorded near it in time."


def panels(book: Book, reference: str) -> dict[str, Any]:
    """What is known of the change, and what is not.

    Raises
    ------
    Http404
        If there is no such change, or it is out of sight.
    """
    found = book.frame(Results.changes).filter(reference=reference)
    if not found.height:
        raise Http404
    row = found.row(0, named=True)
    facts = book.frame(brought, reference=reference)
    return {
        "change": row,
        "says": row["says"],
        "when": day(row["on"]),
        "state": STATES.get(row["state"], ""),
        "row": of_row(book.row.slug, reference) or _chart(book, row),
        "ask": f"?{urlencode({'change': reference})}",
        "note": f"?{urlencode({'about': reference} | ({'site': row['site']} if row['site'] else {}))}",
        "tell": f"?{urlencode({'question': 'what changed and why', 'text': f'[{reference}]'})}",
        "panels": [_reasons(book, facts), _accounts(book, facts), _near(book, row, facts), _voices(facts)],
        "parts": [
            Part("reasons", "Reasons"),
            Part("accounts", "Accounts"),
            Part("near", "What to ask"),
            Part("voices", "Whose voices"),
        ],
    }


def brought(results: Results, reference: str) -> pl.DataFrame:
    """What people brought to the change: each reason, and what it rests on; and what cites the change or is about it.

    Columns: ``reason`` (the reference of the reason, where it belongs to one), ``direction``, ``reference``, ``on``,
    ``says`` and ``by``.
    """
    programme = results.programme
    said = explanation.evidence(programme, reference, points=results.points)
    reasons = explanations_of(programme, meaning(programme, reference, results.points))
    rows: list[dict[str, Any]] = []
    for one in reasons.iter_rows(named=True):
        told = {"confidence": one["confidence"], "dissent": one["dissent"], "reason": one["reference"]}
        rows.append({**told, "direction": "reason", "says": one["reason"], "by": one["by"], "on": one["on"]})
        rows[-1]["reference"] = one["reference"]
        for direction in ("for", "against"):
            for cited in several(one[f"speaks_{direction}"]):
                row = entry(results, cited)
                text = row.says if row else explanation.GONE
                more = {"on": row.on if row else None, "by": row.whose if row else ""}
                rows.append(
                    {"reason": one["reference"], "direction": direction, "says": text, "reference": cited, **more}
                )
    there = {row["reference"] for row in rows}
    around = said.filter(pl.col("direction") == "context", ~pl.col("reference").is_in(list(there)))
    rows += [{**row, "reason": None} for row in around.iter_rows(named=True)]
    kinds = dict.fromkeys(("reason", "direction", "reference", "says", "by", "confidence", "dissent"), pl.String())
    return pl.DataFrame(rows, schema={**kinds, "on": pl.Date()})


def _chart(book: Book, row: dict[str, Any]) -> str:
    """Where the control chart of a signal is."""
    signals = book.results.signals.filter(reference=row["reference"])
    where = address("measures", book.row.slug)
    return f"{where}?{urlencode({'measure': signals['measure'][0]})}" if signals.height and where else ""


def _reasons(book: Book, facts: pl.DataFrame) -> Panel:
    slug, groups = book.row.slug, []
    for one in facts.filter(direction="reason").iter_rows(named=True):
        mine = facts.filter(reason=one["reference"])
        lines = [_line(slug, one, "the reason", f"confidence: {one['confidence']}" if one["confidence"] else "")]
        for direction in ("for", "against"):
            told = mine.filter(direction=direction)
            lines += [_line(slug, row, f"speaks {direction} it") for row in told.iter_rows(named=True)]
            if not told.height:
                lines.append(Line(f"Nothing is named that speaks {direction} it.", kind=f"speaks {direction} it"))
        if one["dissent"]:
            lines.append(Line(one["dissent"], kind="sees it otherwise", by=""))
        groups.append(Group(f"A reason, according to {one['by'] or 'somebody who is not named'}", tuple(lines)))
    says = "Offered by people. Evidence for a reason and against it stands in one list."
    return Panel("reasons", "Reasons offered", says, groups=tuple(groups), empty="" if groups else NO_REASON)


def _line(slug: str, row: dict[str, Any], kind: str, tag: str = "") -> Line:
    when = day(row["on"]) if row["on"] else ""
    by = "" if kind == "the reason" else row["by"] or ""
    return Line(row["says"], when, kind, by, of_row(slug, row["reference"]), tag=tag)


def _accounts(book: Book, facts: pl.DataFrame) -> Panel:
    slug = book.row.slug
    around = facts.filter(direction="context")
    accounts = around.filter(pl.col("reference").str.starts_with("accounts:"))["reference"].to_list()
    written = book.frame(Results.accounts).filter(pl.col("reference").is_in(accounts))
    lines = [
        Line(f"By {row['by']}", day(row["on"]), "account", where=of_row(slug, row["reference"]), more=row["text"] or "")
        for row in written.iter_rows(named=True)
    ]
    groups = [Group("Accounts that cite it", tuple(lines))] if lines else []
    others = around.filter(~pl.col("reference").str.starts_with("accounts:"))
    notes = tuple(_line(slug, row, "about it") for row in others.iter_rows(named=True))
    groups += [Group("What else was said about it", notes)] if notes else []
    says = "In the words of those who signed them. Where several cite it, they stand side by side."
    return Panel("accounts", "Accounts", says, groups=tuple(groups), empty="" if groups else NO_ACCOUNT)


def nearby(results: Results, reference: str) -> pl.DataFrame:
    """What happened near a change, and was not brought to it."""
    row = results.changes.filter(reference=reference).row(0, named=True)
    means = meaning(results.programme, reference, results.points)["means"].to_list()
    known = {reference, *means, *brought(results, reference)["reference"]}
    return explanation.near(results.programme, results.timeline, row["on"], row["site"], known)


def _near(book: Book, row: dict[str, Any], facts: pl.DataFrame) -> Panel:
    found = book.frame(nearby, reference=row["reference"])
    lines = tuple(
        Line(one["says"], _apart(one["days"]), one["kind"], where=of_row(book.row.slug, one["reference"]))
        for one in found.head(MOST).iter_rows(named=True)
    )
    title = "Did any of these play a part?"
    says = (
        f"What the record has from {BEFORE} days before it to {AFTER} days after it, here or programme-wide, and "
        "nobody has brought to it. That it was near says nothing of why: it is a question to those who were there."
    )
    rest = f"and {found.height - MOST:,} more" if found.height > MOST else ""
    groups = (
        (Group(f"Near it in time ({found.height:,})", lines, rest, address("story", book.row.slug)),) if lines else ()
    )
    return Panel("near", title, says, groups=groups, empty="" if lines else NOTHING_NEAR)


def _apart(days: int) -> str:
    if not days:
        return "on the same day"
    return f"{counted(abs(days), 'days')} {'before' if days < 0 else 'after'}"


def _voices(facts: pl.DataFrame) -> Panel:
    """Which groups of people said something of it, and which did not."""
    said = facts.filter(pl.col("by").is_not_null(), ~pl.col("direction").is_in(["for", "against"]))["by"]
    voiced = facts.filter(pl.col("reference").str.starts_with("notes:"))["by"].drop_nulls()
    heard = {group for voice in [*said, *voiced] for group in groups_of(voice)}
    missing = [group for group in GROUPS if group not in heard]
    here = [group for group in GROUPS if group in heard]
    told = [f"On this change the record has the voice of {listed(here)}." if here else "It has nobody's voice yet."]
    told += [f"Not of {listed(missing, 'or')}. What would they say?"] if missing else []
    return Panel("voices", "Whose voices", notes=tuple(told))
