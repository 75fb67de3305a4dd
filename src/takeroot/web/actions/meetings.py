"""A review: begun, written down as it goes, and closed with minutes, decisions and actions; or cancelled.

Several people may take notes at once. What somebody sends is held against what they had before them: a part that they
did not touch stays as others left it, and a part that two people changed is kept as the first of them wrote it, and
shown to the second beside what they wrote.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from hashlib import blake2b
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from takeroot.charts.wording import day
from takeroot.errors import Fault, FaultyInput, TakerootError
from takeroot.vocabulary.tables import ACTIONS, DECISIONS, NOTES
from takeroot.web import ledger
from takeroot.web.actions.line import held, leave, raise_revision
from takeroot.web.actions.rows import checked
from takeroot.web.models import Meeting, Programme, Trail
from takeroot.web.scope import Scope

#: What is written down in sentences, by what the minutes call it.
TEXTS = {
    "there": "Who was there",
    "differ": "Where views differ",
    "reading": "How we read it",
    "open": "What stays open",
}
#: What is written down in rows, with the cells of each.
LISTS = {
    "decisions": ("what", "why", "by", "dissent", "agreed"),
    "actions": ("title", "owner", "due", "site", "strand"),
}
#: Who may read the minutes: those who read narrative, or everybody who reads the whole programme.
VISIBILITIES = ("programme", "all")
CLOSED = "This review is closed; what was written is in the record, and is amended there."

Part = str | dict[str, str]


@transaction.atomic
def begin_meeting(programme: Programme, *, title: str, on: date, there: str = "", by: str) -> Meeting:
    """Begin a review of everything that came into the record since the last one."""
    if not title.strip():
        raise TakerootError("Say what this review is called, such as 'Steering group, June'.")
    row = held(programme)
    last = Meeting.objects.filter(programme=row, closed__isnull=False).exclude(note="").order_by("-upto").first()
    meeting = Meeting.objects.create(
        programme=row,
        title=title.strip(),
        on=on,
        by=by,
        since=(last.upto or 0) if last else 0,
        upto=_latest_line(row),
        words={"there": there.strip()},
    )
    leave(by, "began a review", programme, review=meeting.pk, title=meeting.title, on=on.isoformat())
    return meeting


@transaction.atomic
def keep_words(
    programme: Programme, meeting: Meeting, given: Mapping[str, Part], seen: Mapping[str, str], *, by: str
) -> dict[str, Part]:
    """Keep what somebody wrote in a review.

    Parameters
    ----------
    given
        What they sent: text by its name in ``TEXTS``, rows as ``decisions.<key>`` and ``actions.<key>``.
    seen
        The :func:`stamp` of each part as they had it before them.

    Returns
    -------
    dict
        What others had written meanwhile where both wrote: those parts were left as they are.
    """
    held(programme)
    row = _open(meeting)
    parts, writers = parts_of(row.words), dict(row.words.get("by", {}))
    clashes: dict[str, Part] = {}
    changed = []
    for name, mine in given.items():
        theirs = parts.get(name, "")
        if mine == theirs or seen.get(name) == stamp(mine) or not (theirs or _says(mine)):
            continue
        if theirs and seen.get(name) != stamp(theirs):
            clashes[name] = theirs
            continue
        parts[name], writers[name] = mine, by
        changed.append(name)
    if changed:
        row.words = {**row.words, **_words(parts), "by": writers}
        row.save(update_fields=["words"])
        leave(
            by, "took notes in a review", programme, review=row.pk, parts=sorted({n.partition(".")[0] for n in changed})
        )
    meeting.refresh_from_db()
    return clashes


@transaction.atomic
def catch_up(programme: Programme, meeting: Meeting, *, by: str) -> Meeting:
    """Take into a review what came into the record since it began."""
    row = held(programme)
    now = _open(meeting)
    now.upto = _latest_line(row)
    now.save(update_fields=["upto"])
    leave(by, "took what came meanwhile into a review", programme, review=now.pk)
    meeting.refresh_from_db()
    return meeting


@transaction.atomic
def cancel_meeting(programme: Programme, meeting: Meeting, *, by: str, why: str = "") -> None:
    """End a review without minutes. What was written stays with it, and nothing of it comes into the record."""
    held(programme)
    row = _open(meeting)
    row.closed = timezone.now()
    row.save(update_fields=["closed"])
    leave(by, "cancelled a review", programme, why=why, review=row.pk, title=row.title)
    meeting.refresh_from_db()


@transaction.atomic
def close_meeting(
    programme: Programme,
    meeting: Meeting,
    *,
    recorded: Mapping[str, Iterable[str]],
    signals: Iterable[str] = (),
    visibility: str = "programme",
    by: str,
    scope: Scope,
) -> str:
    """Close a review: its minutes become a note, its decisions and actions rows of the record.

    Parameters
    ----------
    recorded
        What had been recorded since the last review, as lists of lines by what each list is called.
    signals
        The signals that charts show by now, so that the next review can say which are new.
    visibility
        Who may read the minutes: ``programme`` for those who read narrative, or ``all``.

    Returns
    -------
    str
        The reference of the note.

    Raises
    ------
    FaultyInput
        With every decision and action that can not be kept as it stands.
    """
    row = held(programme)
    now = _open(meeting)
    if visibility not in VISIBILITIES:
        raise TakerootError(f"Minutes are for '{VISIBILITIES[0]}' or '{VISIBILITIES[1]}'.")
    faults: list[Fault] = []
    decided, to_do = (_rows(row, now, name, scope, faults) for name in LISTS)
    if faults:
        raise FaultyInput(faults)
    raise_revision(programme, ["notes", "decisions", "actions"])
    counts = {"notes": 1, "decisions": decided.new.height, "actions": to_do.new.height}
    rows = {name: {"new": n} for name, n in counts.items() if n}
    line = leave(by, "closed a review", programme, review=now.pk, title=now.title, rows=rows, visibility=visibility)
    for difference in (decided, to_do):
        ledger.put(programme, difference, line)
    cells = {
        "on": now.on,
        "title": f"Minutes: {now.title}",
        "text": minutes(now, recorded),
        "source_kind": "meeting",
        "about": ";".join(f"{d.table.name}:{one}" for d in (decided, to_do) for one in d.new["id"]),
        "visibility": visibility,
    }
    note = ledger.compare(row, NOTES, checked(row, NOTES, cells, scope), again=True)
    if not note.new.height:
        raise TakerootError("Minutes that say this are in the record already.")
    ledger.put(programme, note, line)
    now.note, now.closed = f"notes:{note.new['id'][0]}", timezone.now()
    now.words |= {"visibility": visibility, "signals": sorted(signals), "line": line.pk}
    now.save(update_fields=["note", "closed", "words"])
    meeting.refresh_from_db()
    return now.note


def minutes(meeting: Meeting, recorded: Mapping[str, Iterable[str]]) -> str:
    """The minutes: what people wrote, and lists of what was recorded; nothing else is said."""
    words = meeting.words
    told = {TEXTS["there"]: [words.get("there", "")]}
    listed = [f"{heading}:\n" + "\n".join(f"- {line}" for line in lines) for heading, lines in recorded.items()]
    told["What was recorded since the last review"] = listed
    told |= {TEXTS[name]: [words.get(name, "")] for name in ("differ", "reading", "open")}
    told["Decisions"] = [_decision(one) for one in words.get("decisions", [])]
    told["Actions"] = [_action(one) for one in words.get("actions", [])]
    parts = [(heading, [one for one in said if one.strip()]) for heading, said in told.items()]
    return "\n\n".join("\n\n".join([heading, *said]) for heading, said in parts if said) or "Nothing was written down."


def parts_of(words: Mapping[str, Any]) -> dict[str, Part]:
    """What is written in a review, part by part: text by its name, and each row by the name of its list and its key."""
    texts: dict[str, Part] = {name: words.get(name, "") for name in TEXTS}
    rows = {f"{name}.{one['key']}": _cells(name, one) for name in LISTS for one in words.get(name, [])}
    return texts | rows


def stamp(part: Part) -> str:
    """What a page keeps of a part, to tell later whether it was changed."""
    return blake2b(json.dumps(part, sort_keys=True).encode(), digest_size=8).hexdigest()


def _words(parts: Mapping[str, Part]) -> dict[str, Any]:
    """Parts as they are kept; a row of which nothing is left is taken out."""
    rows: dict[str, list[dict[str, str]]] = {name: [] for name in LISTS}
    for name, part in parts.items():
        of, _, key = name.partition(".")
        if isinstance(part, dict) and _says(part):
            rows[of].append({"key": key, **part})
    return {**{name: parts.get(name, "") for name in TEXTS}, **rows}


def _cells(name: str, row: Mapping[str, str]) -> dict[str, str]:
    return {cell: row.get(cell, "") for cell in LISTS[name]}


def _says(part: Part) -> bool:
    return any(part.values()) if isinstance(part, dict) else bool(part)


def _open(meeting: Meeting) -> Meeting:
    """The meeting as it is now, for nobody else to change until this transaction ends."""
    row = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if row.closed:
        raise TakerootError(CLOSED if row.note else "This review was cancelled; begin another.")
    return row


def _latest_line(programme: Programme) -> int:
    return Trail.objects.filter(programme=programme.slug).order_by("-id").values_list("id", flat=True).first() or 0


def _rows(programme: Programme, meeting: Meeting, name: str, scope: Scope, faults: list[Fault]) -> ledger.Difference:
    """The decisions or actions of a review as rows of the record; everything that is wrong with them is noted."""
    table = DECISIONS if name == "decisions" else ACTIONS
    frames = [table.empty()]
    for nth, one in enumerate(meeting.words.get(name, []), 1):
        where = f"{name.title()[:-1]} {nth}"
        cells = {column: one.get(column) for column in table.columns if column != "id"}
        if table is DECISIONS:
            cells |= {"on": meeting.on}
            faults += [Fault(says, where, None, column) for column, says in _unasked(one)]
        else:
            cells |= {"status": "open"}
        try:
            frame = checked(programme, table, cells, scope)
        except FaultyInput as wrong:
            faults += [Fault(fault.says, where, None, fault.column) for fault in wrong.faults]
            continue
        if not ledger.compare(programme, table, frame, again=True).new.height:
            faults.append(Fault("this is in the record already; change what it says, or take it out here", where))
        frames.append(table.identified(frame).select(*table.columns))
    rows = pl.concat(frames)
    if rows["id"].is_duplicated().any():
        faults.append(Fault(f"two of them say the same; take one of the {name} out"))
    return ledger.compare(programme, table, rows, again=True)


def _unasked(one: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Whether anybody was asked who sees it otherwise."""
    if not one.get("dissent") and not one.get("agreed"):
        yield "dissent", "ask who sees it otherwise and write that down, or tick that nobody does"
    if one.get("dissent") and one.get("agreed"):
        yield "dissent", "it says that nobody sees it otherwise, and that somebody does; one of the two is to go"


def _decision(one: Mapping[str, str]) -> str:
    said = [f"{one.get('what', '')}: {one.get('why', '')}".strip(": ")]
    said += [f"Decided by {one['by']}."] if one.get("by") else []
    said.append(f"Dissent: {one['dissent']}" if one.get("dissent") else "Nobody saw it otherwise.")
    return "- " + "\n  ".join(said)


def _action(one: Mapping[str, str]) -> str:
    due = one.get("due", "")
    with suppress(ValueError):
        due = day(date.fromisoformat(due))
    return "- " + "; ".join(
        part for part in (one.get("title"), one.get("site"), one.get("owner"), due and f"by {due}") if part
    )
