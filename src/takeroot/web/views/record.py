"""Logging what happened: choose what, say it, and see what was recorded.

The views of a signed-in member are at the end; what they call serves a visit by a site's link as well.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from takeroot.errors import Fault, FaultyInput, TakerootError
from takeroot.web import actions, archive, ledger
from takeroot.web.addresses import of_programme
from takeroot.web.forms.choosing import Places
from takeroot.web.forms.entries import ENTRIES
from takeroot.web.forms.entry import Entry
from takeroot.web.forms.fields import as_typed, fields
from takeroot.web.forms.measuring import asked
from takeroot.web.forms.naming import free_text, mark_of, seem_to_name
from takeroot.web.forms.telling import label_of, told
from takeroot.web.forms.typed import ahead, ask_of, typed
from takeroot.web.frames import Book
from takeroot.web.models import Draft, Trail
from takeroot.web.panels import accounting
from takeroot.web.roles import May, Visit, enter
from takeroot.web.views.home import Home, device, home_of, offered, scope_for
from takeroot.web.written import is_own, own_rows

_ONCE = re.compile(r"[\w-]{16,64}")

#: For so few sites it is said where each stands, beside the form.
FEW_SITES = 12

_SHOWN = 5

_NEEDED = "this is needed"


@dataclass(frozen=True)
class Sent:
    """What is wrong with a form that was sent, or what its writer is to look at once more.

    Parameters
    ----------
    faults
        Each with its column, if it is of one.
    seems
        What in its text seems to name somebody.
    there
        The row that says the same already.
    """

    faults: tuple[Fault, ...] = ()
    seems: tuple[str, ...] = ()
    there: str = ""


def choosing(request: HttpRequest, visit: Visit, home: Home) -> HttpResponse:
    """What may be logged, the most used first."""
    page = home.page("Log what happened", "Choose what it is. Each takes less than a minute.")
    drafts = Draft.objects.filter(programme=visit.programme, person=visit.person).count() if visit.person else 0
    site = request.GET.get("site", "")
    onward = f"?{urlencode({'site': site})}" if site else ""
    wrote = bool(visit.person and own_rows(visit, 1))
    bare = visit.scope.whole and not visit.programme.sites.exists()
    shown = {
        "groups": offered(visit),
        "onward": onward,
        "drafts": drafts,
        "wrote": wrote,
        "bare": bare and May.RECORD in visit.may,
        "imports": reverse("import", args=[visit.programme.slug]) if May.IMPORT in visit.may else "",
        "device": device(visit),
    }
    return render(request, "record.html", {**page, **shown})


def recording(request: HttpRequest, visit: Visit, table: str, home: Home) -> HttpResponse:
    """The form for a row of a table; what was sent with it; and what was recorded by it.

    Parameters
    ----------
    visit
        Who is here, and how far they may record. What they sign comes from here.
    home
        Where the pages stand.
    """
    entry = ENTRIES.get(table)
    if entry is None or not scope_for(visit, entry):
        raise Http404
    if request.method == "POST":
        if "take_back" in request.POST:
            return _take_back(request, visit, entry, home)
        cells = typed(entry, request.POST)
        if "keep" in request.POST and visit.person:
            return _keep(request, visit, entry, home, cells)
        return _send(request, visit, entry, home, cells)
    if row_id := request.GET.get("recorded"):
        return _recorded(request, visit, entry, home, row_id)
    return form(request, visit, entry, home, _given(request, visit, entry))


def form(
    request: HttpRequest, visit: Visit, entry: Entry, home: Home, cells: Mapping[str, str], sent: Sent | None = None
) -> HttpResponse:
    """The form, with what stands in it already, and with what is wrong with it."""
    sent, places = sent or Sent(), Places(visit.programme, visit.scope)
    faults = [Fault(_NEEDED, column=one.column) if _missing(entry, cells, one) else one for one in sent.faults]
    page = home.page(entry.title, entry.says)
    extra: dict[str, Any] = {}
    needed: tuple[str, ...] = ()
    names = entry.first
    if entry.table == "values":
        chosen = fields(entry, ("measure", "site"), places, cells)
        measure, site = (field.value for field in chosen)
        known = measure in dict(places.of("measures")) and site in dict(places.of("sites"))
        if not known and not sent.faults:
            return render(request, "record_measure.html", {**page, "entry": entry, "fields": chosen})
        how = asked(places, measure if known else "", site if known else "", timezone.localdate())
        names, needed = ("measure", "site", "on", *how.parts), how.parts
        cells = {"on": how.month if how.monthly else timezone.localdate().isoformat(), **cells}
        extra = {"how": how, "days": not how.monthly}
    if entry.table == "accounts" and visit.person and visit.scope.whole:
        extra = {"material": accounting.material(Book(visit.programme, visit.scope))}
    shown = {
        "entry": entry,
        "first": [
            replace(one, required=True) if one.name in needed else one
            for one in fields(entry, names, places, cells, faults)
        ],
        "more": fields(entry, entry.more, places, cells, faults),
        "unfolded": any(cells.get(name) and not ask_of(entry, name).preset for name in entry.more)
        or any(fault.column in entry.more for fault in faults),
        "faults": [(fault.column, label_of(entry.table, fault.column or ""), fault.says) for fault in faults],
        "there": home.row(sent.there) if sent.there else "",
        "seems": sent.seems,
        "seen": mark_of(sent.seems),
        "once": _once(request) or secrets.token_urlsafe(16),
        "draft": request.POST.get("draft") or request.GET.get("draft", ""),
        "stands": _stands(places, cells.get("site", "")) if entry.table == "stages" else [],
        "device": f"{device(visit)}/{entry.table}",
        "again": "taken_back" in request.GET,
    }
    return render(request, "record_form.html", {**page, **shown, **extra}, status=422 if faults or sent.seems else 200)


def _missing(entry: Entry, cells: Mapping[str, str], fault: Fault) -> bool:
    """Whether nothing was said where something is needed."""
    return fault.column in entry.columns and entry.column(fault.column).required and not cells.get(fault.column)


def _given(request: HttpRequest, visit: Visit, entry: Entry) -> dict[str, str]:
    """What stands in a form when it is opened: a draft, what was taken back, or what the address says."""
    if draft := request.GET.get("draft"):
        return dict(_draft(visit, entry, draft).cells)
    if row_id := request.GET.get("taken_back"):
        steps = ledger.history(visit.programme, entry.of, row_id)
        line = steps[0]["until"] if steps else None
        if line and line.by == visit.by and line.why == actions.TAKEN_BACK:
            return as_typed(entry, steps[0]["cells"])
    return typed(entry, request.GET)


def _draft(visit: Visit, entry: Entry, number: str) -> Draft:
    """A draft of somebody's own."""
    mine = Draft.objects.filter(programme=visit.programme, person=visit.person, table=entry.table)
    draft = mine.filter(pk=int(number)).first() if visit.person and re.fullmatch(r"\d{1,15}", number) else None
    if draft is None:
        raise Http404
    return draft


def _once(request: HttpRequest) -> str:
    once = request.POST.get("once", "")
    return once if _ONCE.fullmatch(once) else ""


def _marked(once: str, cells: Mapping[str, str]) -> str:
    """The mark of a form and of what was typed in it: a page gone back to and changed is not the same again."""
    return blake2b(json.dumps([once, dict(cells)]).encode(), digest_size=12).hexdigest() if once else ""


def _send(request: HttpRequest, visit: Visit, entry: Entry, home: Home, cells: dict[str, str]) -> HttpResponse:
    """Record what was sent, or show it again with what is wrong with it."""
    number = request.POST.get("draft", "")
    try:
        draft = _draft(visit, entry, number) if number else None
    except Http404:  # it was released already; the mark of the form says so below
        draft = None
    once, marked = _once(request), _marked(_once(request), cells)
    faults = ahead(entry, cells, timezone.localdate()) + _unsaid(visit, entry, cells)
    seems = seem_to_name(free_text(cells, (name for name in entry.columns if _is_told(entry, name))))
    warn = bool(seems) and request.POST.get("seen_names") != mark_of(seems)
    try:
        if faults:
            raise FaultyInput(faults)
        if warn and not (marked and actions.sent_before(visit.programme, marked, by=visit.by)):
            return form(request, visit, entry, home, cells, Sent(seems=tuple(seems)))
        reference = actions.record(
            visit.programme,
            entry.of,
            {name: cell for name, cell in completed(visit, entry, cells).items() if cell},
            by=visit.by,
            scope=visit.scope,
            once=marked,
            draft=draft,
        )
    except actions.SentAgain as again:
        return redirect(_done(entry, home, again.reference, once, again="1"))
    except actions.AlreadyThere as there:
        return form(request, visit, entry, home, cells, Sent((Fault(str(there)),), there=there.reference))
    except FaultyInput as faulty:
        return form(request, visit, entry, home, cells, Sent(faulty.faults))
    except TakerootError as wrong:
        return form(request, visit, entry, home, cells, Sent((Fault(str(wrong)),)))
    return redirect(_done(entry, home, reference, once))


def _unsaid(visit: Visit, entry: Entry, cells: Mapping[str, str]) -> list[Fault]:
    """A fault for what must be said here and was not: no account without words, no value without a number.

    Which parts a value needs, its measure says.
    """
    unsaid = [Fault(_NEEDED, column=name) for name in entry.first if ask_of(entry, name).needed and not cells.get(name)]
    if entry.table != "values" or cells.get("value"):
        return unsaid
    places = Places(visit.programme, visit.scope)
    measure, site = (
        said if (said := cells.get(name, "")) in dict(places.of(f"{name}s")) else "" for name in ("measure", "site")
    )
    parts = asked(places, measure, site, timezone.localdate()).parts
    if parts == ("value",) and cells.get("denominator"):
        parts = ("numerator", "denominator")
    return [Fault(_NEEDED, column=part) for part in parts if not cells.get(part)]


def _is_told(entry: Entry, name: str) -> bool:
    """Whether a column is told in somebody's own words, so that it may name somebody."""
    return ask_of(entry, name).long or name in ("title", "voice", "note")


def completed(visit: Visit, entry: Entry, cells: Mapping[str, str]) -> dict[str, str]:
    """The cells, signed by who is here, whatever a form says; an account is the next version of theirs."""
    signed = {**cells, **({entry.signed: visit.by} if entry.signed else {})}
    if entry.table == "accounts":
        mine = visit.programme.accounts.filter(by=visit.by).values_list("question", flat=True)
        signed["version"] = str(list(mine).count(cells.get("question", "")) + 1)
    return signed


def _done(entry: Entry, home: Home, reference: str, once: str, **more: str) -> str:
    asked_for = {"recorded": reference.partition(":")[2], **({"once": once} if once else {}), **more}
    return f"{home.record(entry.table)}?{urlencode(asked_for)}"


def _recorded(request: HttpRequest, visit: Visit, entry: Entry, home: Home, row_id: str) -> HttpResponse:
    """What was recorded in a sentence, what the record has beside it, and a way to take it back at once."""
    reference = f"{entry.table}:{row_id}"
    now = archive.rows_where(visit.programme, entry.of, id=row_id) if "\0" not in row_id else None
    line = Trail.objects.filter(pk=now["line"][0], by=visit.by).first() if now is not None and now.height else None
    if now is None or line is None or line.what.get("row") != reference:
        return redirect(home.record(entry.table))
    cells, places = now.row(0, named=True), Places(visit.programme, visit.scope)
    mine = is_own(visit, entry.of, cells, line) or places.rows(entry.table).filter(id=row_id).exists()
    site = cells.get("site")
    last = places.rows(entry.table).exclude(id=row_id).order_by("-row")
    last = last.filter(site=site) if site and entry.table != "sites" else last
    shown = {
        "entry": entry,
        "says": told(entry.table, cells, places),
        "confirms": _confirms(places, cells) if entry.table == "stages" else "",
        "again": "again" in request.GET,
        "row_id": row_id,
        "row": home.row(reference) if mine else "",
        "site": (places.called("sites", site), home.site(visit, site)) if site else ("", ""),
        "onward": f"?{urlencode({'site': site})}" if site else "",
        "last": [(told(entry.table, vars(row), places), home.row(row.reference)) for row in last[:_SHOWN]],
        "once": request.GET.get("once", ""),
        "device": f"{device(visit)}/{entry.table}",
    }
    return render(request, "record_done.html", {**home.page("It is in the record", ""), **shown})


def _confirms(places: Places, cells: Mapping[str, Any]) -> str:
    """Where the record said the same before, what it said."""
    before = places.rows("stages").filter(site=cells["site"], on__lt=cells["on"]).order_by("-on", "-row").first()
    return told("stages", vars(before), places) if before and before.stage == cells["stage"] else ""


def _stands(places: Places, site: str) -> list[str]:
    """Where the site stands now, or each of a few sites."""
    named = [name for name, _ in places.of("sites")]
    these = [site] if site in named else named if len(named) <= FEW_SITES else []
    return [told("stages", vars(row), places) for row in places.stand(these)]


def _take_back(request: HttpRequest, visit: Visit, entry: Entry, home: Home) -> HttpResponse:
    row_id = request.POST["take_back"]
    actions.take_back(visit.programme, f"{entry.table}:{row_id}", by=visit.by, scope=visit.scope)
    return redirect(f"{home.record(entry.table)}?{urlencode({'taken_back': row_id})}")


def _keep(request: HttpRequest, visit: Visit, entry: Entry, home: Home, cells: dict[str, str]) -> HttpResponse:
    number = request.POST.get("draft", "")
    draft = int(number) if re.fullmatch(r"\d{1,15}", number) else None
    assert visit.person is not None
    try:
        kept = actions.keep_draft(visit.programme, entry.of, cells, person=visit.person, draft=draft)
    except TakerootError as wrong:
        return form(request, visit, entry, home, cells, Sent((Fault(str(wrong)),)))
    address = reverse("drafts", args=[visit.programme.slug])
    return redirect(f"{address}?{urlencode({'kept': kept.pk, 'once': _once(request)})}")


# For members


@require_safe
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose what to log."""
    visit = enter(request.user, slug, May.READ)
    return choosing(request, visit, home_of(visit))


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, slug: str, table: str) -> HttpResponse:
    """Log one thing."""
    entry = ENTRIES.get(table)
    visit = enter(request.user, slug, entry.leave if entry else May.READ)
    if entry and not scope_for(visit, entry):
        raise PermissionDenied
    return recording(request, visit, table, home_of(visit))


PATHS = [
    of_programme("record/", choose, "record"),
    of_programme("record/<str:table>", record, "record-row"),
]
