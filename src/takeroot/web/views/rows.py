"""One row of the record: what it says, what it said before, who changed it and why; and how it is put right."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from takeroot.charts.wording import day
from takeroot.errors import Fault, FaultyInput, TakerootError
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TABLES
from takeroot.web import actions, ledger
from takeroot.web.actions.rows import found
from takeroot.web.addresses import address, of_programme
from takeroot.web.forms.choosing import Places
from takeroot.web.forms.entries import ENTRIES
from takeroot.web.forms.entry import Entry
from takeroot.web.forms.fields import as_typed, fields
from takeroot.web.forms.telling import Line, label_of, line, lines, title_of, told
from takeroot.web.forms.typed import typed
from takeroot.web.forms.words import ASKS
from takeroot.web.models import Asking, Batch, RoundRow, Trail
from takeroot.web.named import heed
from takeroot.web.roles import May, Visit, enter
from takeroot.web.scope import NARRATIVE, SHARED
from takeroot.web.stored import STORED
from takeroot.web.views.home import Home, device, home_of, scope_for
from takeroot.web.views.record import Sent, form
from takeroot.web.views.sites import may_there
from takeroot.web.written import is_own

#: Why a row is amended by somebody who says what was left to be said.
COMPLETED = "Completed later"
#: Tables whose rows hold until a day, which may be said in one step.
_ENDING = (
    *("conditions", "supports", "needs", "capacities", "responsibilities"),
    *("other_work", "anchors", "adaptations", "constructs"),
)


@dataclass(frozen=True)
class Step:
    """What one line of the trail did to a row: by whom, why, and cell by cell what it said before and after."""

    did: str
    line: Trail | None
    file: str
    changes: tuple[tuple[Line, Line], ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, slug: str, table: str, row_id: str) -> HttpResponse:
    """A row of any table, as far as its reader may see it; and what is done to it."""
    visit = enter(request.user, slug, May.READ)
    versions = _read(visit, table, row_id)
    entry, home = ENTRIES.get(table), home_of(visit)
    changer = _changer(request, visit, entry, versions[0]["cells"])
    if request.method == "POST":
        if entry is None or changer is None:
            raise PermissionDenied
        heed(request)
        try:
            return _change(request, changer, entry, home, versions)
        except TakerootError as wrong:
            may = _within(changer, table, row_id)
            return _page(request, visit, home, table, row_id, versions, may, fault=str(wrong))
    if request.GET.get("do") == "amend" and changer and entry and _within(changer, table, row_id):
        now, at = found(changer.programme, f"{table}:{row_id}", changer.scope)[1], versions[0]["line"]
        return _amend_form(request, changer, entry, home, row_id, as_typed(entry, now), at.pk if at else now["line"])
    return _page(request, visit, home, table, row_id, versions, bool(changer) and _within(changer, table, row_id))


def _read(visit: Visit, table: str, row_id: str) -> list[dict[str, Any]]:
    """Every version of a row that may be read, latest first; nothing is said of what may not."""
    if table not in TABLES or "\0" in row_id:
        raise Http404
    versions = ledger.history(visit.programme, TABLES[table], row_id)
    mine = bool(versions) and is_own(visit, TABLES[table], versions[0]["cells"], versions[0]["line"])
    read = [
        one
        for one in versions
        if _reads(visit, TABLES[table], one["cells"])
        or (mine and is_own(visit, TABLES[table], one["cells"], one["line"]))
    ]
    if not read or read[0] is not versions[0]:
        raise Http404
    return read


def _reads(visit: Visit, table: Table, cells: Mapping[str, Any]) -> bool:
    """Whether this may be read; an answer alone only where its round was open."""
    if table.name == "answers":
        of = {"programme": visit.programme, "round": cells["round"]}
        if not RoundRow.objects.filter(**of, kind="open") or Asking.objects.filter(**of, kind="anonymous"):
            return False
    return visit.scope.reads(table, cells)


def _changer(request: HttpRequest, visit: Visit, entry: Entry | None, cells: Mapping[str, Any]) -> Visit | None:
    """The visit of somebody who may change a row that says this; nothing, if they may not.

    Who may only tell, and not record, changes what they told themselves, and no word of anybody else.
    """
    if entry is None or not scope_for(visit, entry):
        return None
    if entry.leave is May.TELL and May.RECORD not in may_there(visit, cells.get("site")):
        first = ledger.history(visit.programme, entry.of, cells["id"])[-1]["line"]
        if first is None or first.by != visit.by:
            return None
    return enter(request.user, visit.programme.slug, entry.leave)


def _within(visit: Visit | None, table: str, row_id: str) -> bool:
    """Whether the row stands, and within what they may change."""
    try:
        return visit is not None and bool(found(visit.programme, f"{table}:{row_id}", visit.scope))
    except Http404:
        return False


def _page(
    request: HttpRequest,
    visit: Visit,
    home: Home,
    table: str,
    row_id: str,
    versions: list[dict[str, Any]],
    changes: bool,
    fault: str = "",
) -> HttpResponse:
    """The row, its history, and what may be done to it; with what is at fault, and what was typed still there."""
    now, places = versions[0], Places(visit.programme, visit.scope)
    cells, stands = now["cells"], not now["how"]
    shown = {
        "title": title_of(table),
        "reference": f"{table}:{row_id}",
        "says": told(table, cells, places),
        "lines": [
            (one, _linked(one, visit, home))
            for one in lines(table, _veiled(table, cells, visit), places)
            if one.name != "visibility"  # it is said last, in a sentence
        ],
        "who": _who_sees(table, cells, places),
        "steps": _steps(table, versions, places, visit),
        "gone": None if stands else now["until"],
        "changes": changes and stands,
        "done": table == "actions" and cells["done"] is None,
        "ends": table in _ENDING and cells["until"] is None,
        "again": home.record(table) if table == "plans" and changes else "",
        "account": home.record(table) if table == "accounts" and scope_for(visit, ENTRIES[table]) else "",
        "mine": is_own(visit, TABLES[table], cells, now["line"]),
        "coding": _coding(visit, table, row_id) if stands else "",
        "explain": home.record("explanations") if scope_for(visit, ENTRIES["explanations"]) and stands else "",
        "today": timezone.localdate().isoformat(),
        "amended": "amended" in request.GET,
        "cells": cells,
        "device": f"{device(visit)}/{table}/{row_id}",
        "once": request.GET.get("once", ""),
        "fault": fault,
        "typed": request.POST,
    }
    return render(request, "row.html", {**home.page(title_of(table), ""), **shown}, status=422 if fault else 200)


def _coding(visit: Visit, table: str, row_id: str) -> str:
    """Where a note is coded, for whoever may."""
    return address("code-note", visit.programme.slug, row_id) if table == "notes" and May.CODE in visit.may else ""


def _veiled(table: str, cells: Mapping[str, Any], visit: Visit) -> dict[str, Any]:
    """The cells, without the site of which this one is a part, where that is out of sight."""
    hidden = table == "sites" and not visit.scope.holds(cells.get("part_of"))
    return {name: cell for name, cell in cells.items() if not (hidden and name == "part_of")}


def _linked(one: Line, visit: Visit, home: Home) -> list[tuple[str, str]]:
    """The pages of the rows that a cell refers to, each with what it is called; without a page, where there is none."""
    linked = []
    for reference in one.references:
        table, by_name, name = reference.partition("=")
        if not by_name:
            table, _, row_id = reference.partition(":")
        rows = Places(visit.programme, visit.scope).rows(table) if table in STORED else None
        key = TABLES[table].key[0] if by_name else "id"
        there = rows.filter(**{key: name if by_name else row_id}).first() if rows is not None else None
        linked.append((one.says if by_name else reference, home.row(f"{table}:{there.id}") if there else ""))
    return linked


def _who_sees(table: str, cells: Mapping[str, Any], places: Places) -> str:
    """Who may see a row, in a sentence."""
    if cells.get("visibility"):
        return f"{ASKS['visibility'].words[cells['visibility']]}."
    if table in NARRATIVE:
        return "Those who read notes, records and answers."
    site = cells.get("site")
    if site and table not in SHARED:
        return f"Those who see the whole programme, and those of {places.called('sites', site)}."
    return "Everybody in the programme." if table in SHARED else "Those who see the whole programme."


def _steps(table: str, versions: list[dict[str, Any]], places: Places, visit: Visit) -> list[Step]:
    """What was done to a row, latest first."""
    numbers = [one[at].pk for one in versions for at in ("line", "until") if one[at]]
    brought = Batch.objects.filter(programme=visit.programme, line__in=numbers) if visit.scope.whole else []
    files = {batch.line: batch.file_name for batch in brought}
    steps = []
    for newer, older in zip(versions, [*versions[1:], None], strict=True):
        if newer["how"] in ("withdrawn", "undone") and newer["until"]:
            steps.append(Step("Taken out of the record", newer["until"], ""))
        file = files.get(newer["line"].pk, "") if newer["line"] else ""
        gone = older is None or older["until"] is None or older["how"] == "withdrawn"
        if older is None or gone:
            steps.append(Step("Brought in with a file" if file else _came(newer["line"]), newer["line"], file))
            continue
        names = [name for name in newer["cells"] if newer["cells"][name] != older["cells"].get(name)]
        pairs = tuple(
            (line(table, name, older["cells"].get(name), places), line(table, name, newer["cells"][name], places))
            for name in names
        )
        steps.append(Step("Put back" if older["how"] == "undone" else "Amended", newer["line"], file, pairs))
    return steps


def _came(line_in: Trail | None) -> str:
    """How a row came into the record, as its line has it."""
    did = line_in.did if line_in else ""
    return "Recorded" if not did or did.startswith("recorded in ") else f"{did[0].upper()}{did[1:]}"


# Changing


def _change(
    request: HttpRequest, visit: Visit, entry: Entry, home: Home, versions: list[dict[str, Any]]
) -> HttpResponse:
    """Amend, withdraw, mark as done, or say until when it held."""
    reference = f"{entry.table}:{versions[0]['cells']['id']}"
    why, today = request.POST.get("because", ""), timezone.localdate()
    match request.POST.get("do"):
        case "amend":
            return _amend(request, visit, entry, home, versions)
        case "withdraw":
            actions.withdraw(visit.programme, reference, by=visit.by, scope=visit.scope, why=why)
        case "done" if entry.table == "actions":
            cells = {"done": today.isoformat(), "status": "done"}
            _at_once(visit, reference, cells, f"done on {day(today)}")
        case "ends" if entry.table in _ENDING:
            cells = typed(entry, {"until": request.POST.get("until", "")})
            _at_once(visit, reference, cells, why or "it no longer holds")
        case _:
            raise TakerootError("The page did not say what is to be done with this row. Go back and load it again.")
    return redirect(f"{home.row(reference)}?amended=1")


def _at_once(visit: Visit, reference: str, cells: Mapping[str, str], why: str) -> None:
    """Amend one or two cells of a row, as it stands now."""
    now = found(visit.programme, reference, visit.scope)[1]
    actions.amend(visit.programme, reference, cells, by=visit.by, scope=visit.scope, seen=now["line"], why=why)


def _amend(
    request: HttpRequest, visit: Visit, entry: Entry, home: Home, versions: list[dict[str, Any]]
) -> HttpResponse:
    """Change what was changed in the form, unless somebody else changed the row since."""
    row_id = versions[0]["cells"]["id"]
    wrote, because = typed(entry, request.POST), request.POST.get("because", "")
    if versions[0]["how"]:
        ended = versions[0]["until"]
        who = f" by {ended.by}" if ended else ""
        says = f"This was withdrawn{who} while you had it open. What you wrote is below; send it to record it anew."
        return form(request, visit, entry, home, wrote, Sent((Fault(says),)))
    seen = int(request.POST.get("seen", "")[:15]) if request.POST.get("seen", "")[:15].isdecimal() else 0
    opened = next((one["cells"] for one in versions if one["line"] and one["line"].pk == seen), versions[0]["cells"])
    before = as_typed(entry, opened)
    changed = {name: cell for name, cell in wrote.items() if cell != before[name]}
    reference = f"{entry.table}:{row_id}"
    try:
        actions.amend(visit.programme, reference, changed, by=visit.by, scope=visit.scope, seen=seen, why=because)
    except actions.Collision as collision:
        return _collided(request, visit, entry, home, row_id, collision, opened, changed)
    except FaultyInput as faulty:
        return _amend_form(request, visit, entry, home, row_id, {**before, **wrote}, seen, faulty.faults)
    except TakerootError as wrong:
        faults = (Fault(str(wrong), column=None if because.strip() else "because"),)
        return _amend_form(request, visit, entry, home, row_id, {**before, **wrote}, seen, faults)
    return redirect(f"{home.row(reference)}?amended=1&once={request.POST.get('once', '')[:64]}")


def _amend_form(
    request: HttpRequest,
    visit: Visit,
    entry: Entry,
    home: Home,
    row_id: str,
    cells: Mapping[str, str],
    seen: int,
    faults: tuple[Fault, ...] = (),
    **collided: Any,
) -> HttpResponse:
    places = Places(visit.programme, visit.scope)
    status = 409 if collided else 422 if faults else 200
    shown = {
        "entry": entry,
        "first": fields(entry, entry.first, places, cells, faults, fresh=False),
        "more": fields(entry, entry.more, places, cells, faults, fresh=False),
        "unfolded": True,
        "faults": [(one.column, _label(entry, one.column), one.says) for one in faults],
        "seen_line": seen,
        "because": request.POST.get("because", COMPLETED if request.GET.get("for") == "completing" else ""),
        "row": home.row(f"{entry.table}:{row_id}"),
        "once": request.POST.get("once", "")[:64] or secrets.token_urlsafe(16),
        "device": f"{device(visit)}/{entry.table}/{row_id}",
    }
    says = "Change what is not right. What it said before stays in its history, beside your reason."
    page = home.page(f"Amend: {entry.title[0].lower()}{entry.title[1:]}", says)
    return render(request, "row_amend.html", {**page, **shown, **collided}, status=status)


def _label(entry: Entry, column: str | None) -> str:
    return "Why it is amended" if column == "because" else label_of(entry.table, column or "")


def _collided(
    request: HttpRequest,
    visit: Visit,
    entry: Entry,
    home: Home,
    row_id: str,
    collision: actions.Collision,
    opened: Mapping[str, Any],
    changed: Mapping[str, str],
) -> HttpResponse:
    """Both versions side by side, and a form with theirs and what was changed here, to be sent or changed once more."""
    theirs, places = as_typed(entry, collision.theirs), Places(visit.programme, visit.scope)
    names = [name for name in entry.columns if name in changed or collision.theirs[name] != opened.get(name)]
    table = [
        (
            label_of(entry.table, name),
            line(entry.table, name, opened.get(name), places).says,
            line(entry.table, name, collision.theirs[name], places).says,
            changed.get(name, theirs[name]) or "–",
        )
        for name in names
    ]
    return _amend_form(
        request,
        visit,
        entry,
        home,
        row_id,
        {**theirs, **changed},
        collision.theirs["line"],
        (Fault(str(collision)),),
        collided=table,
        other=collision.line,
    )


PATHS = [of_programme("rows/<str:table>/<str:row_id>", row, "row")]
