"""Where limits might be worked out anew: what is suggested, what was decided, and what each changes."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from takeroot.errors import TakerootError
from takeroot.web import actions
from takeroot.web.actions.charts import declined
from takeroot.web.addresses import of_programme
from takeroot.web.forms.entries import ENTRIES
from takeroot.web.frames import Book
from takeroot.web.named import heed
from takeroot.web.panels.head import Page, head
from takeroot.web.panels.measures import anew
from takeroot.web.panels.measures.series import Series, series_of
from takeroot.web.roles import May, Visit, enter
from takeroot.web.views.home import scope_for
from takeroot.web.views.measures import visited

SAYS = (
    "Limits are worked out anew only where somebody decides it, for a cause that is known and expected to last. "
    "What is suggested here is never applied by itself."
)
_GONE = "This is no longer suggested: the record, or what was decided, has changed meanwhile. Look at the page again."


@require_http_methods(["GET", "HEAD", "POST"])
def phases(request: HttpRequest, slug: str, measure: str, site: str = "") -> HttpResponse:
    """Suggestions, decisions, and the chart beside what it would be; accept, decline or undo."""
    visit, book = visited(request, slug)
    one = series_of(book, measure, site)
    if request.method != "POST":
        return _page(request, visit, book, one)
    changer = enter(request.user, slug, May.CHANGE)
    if not changer.scope.holds(one.site or None):
        raise PermissionDenied
    heed(request)
    try:
        return redirect(_done(request, changer, book, one))
    except TakerootError as wrong:
        return _page(request, visit, book, one, str(wrong))


def _done(request: HttpRequest, visit: Visit, book: Book, one: Series) -> str:
    """Do what the form asks, and say where it is to be seen."""
    here = one.address(visit.programme.slug, "series-phases")
    why, programme = request.POST.get("because", ""), visit.programme
    whose: dict[str, Any] = {"by": visit.by, "scope": visit.scope}
    if request.POST.get("do") == "undo":
        row_id = request.POST.get("row", "")
        if row_id not in {row.id for row in anew.decisions(book, one)}:
            raise TakerootError("This decision is no longer in the record. Look at the page again.")
        actions.withdraw(programme, f"phases:{row_id}", why=why, **whose)
        return f"{here}?undone=1"
    found = _candidate(book, one, request.POST.get("on", ""))
    what: dict[str, Any] = {"measure": one.measure, "site": one.site or None, "on": found.on, **whose}
    match request.POST.get("do"):
        case "accept":
            evidence, name = found.evidence, str(visit.person)
            row = actions.accept_suggestion(programme, why=why, evidence=evidence, decided_by=name, **what)
            return f"{here}?without={row.partition(':')[2]}#beside"
        case "decline":
            actions.decline_suggestion(programme, why=why, **what)
        case "offer":
            actions.offer_suggestion_again(programme, **what)
        case _:
            raise TakerootError("The page did not say what is to be done. Go back and load it again.")
    return here


def _candidate(book: Book, one: Series, on: str) -> anew.Candidate:
    """The suggestion of a day, while it stands."""
    found = next((each for each in anew.suggested(book, one) if each.on.isoformat() == on), None)
    if found is None:
        raise TakerootError(_GONE)
    return found


def _page(request: HttpRequest, visit: Visit, book: Book, one: Series, fault: str = "") -> HttpResponse:
    slug = visit.programme.slug
    suggested = anew.suggested(book, one)
    refused = declined(visit.programme, one.measure, one.site or None)
    day: date | None = None
    with suppress(ValueError):
        day = date.fromisoformat(request.GET.get("anew", ""))
    day = day if day in {each.on for each in suggested} else None
    scope = scope_for(visit, ENTRIES["phases"])
    may = scope is not None and scope.holds(one.site or None)
    shown = {
        "page": Page("measures", f"Limits of {one.title}", SAYS),
        "series": one,
        "chart": one.address(slug),
        "here": one.address(slug, "series-phases"),
        "suggested": [(each, refused.get(each.on.isoformat())) for each in suggested],
        "decisions": anew.decisions(book, one),
        "beside": anew.beside(book, one, anew=day, without=request.GET.get("without", "")),
        "anew": day,
        "without": request.GET.get("without", ""),
        "may": may,
        "add": anew.record_links(book, one, reverse("record-row", args=[slug, "phases"])) if may else [],
        "undone": "undone" in request.GET,
        "fault": fault,
        "typed": request.POST.get("because", ""),
        "typed_on": request.POST.get("on", "") or request.POST.get("row", ""),
        "typed_do": request.POST.get("do", ""),
    }
    status = 422 if fault else 200
    return render(request, "series_phases.html", {**head(book, "measures", visit), **shown}, status=status)


PATHS = [
    of_programme("measures/<str:measure>/sites/<str:site>/phases", phases, "series-phases"),
    of_programme("measures/<str:measure>/together/phases", phases, "series-phases-together"),
]
