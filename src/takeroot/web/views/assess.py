"""The pages of instruments: which there are, one of them, and what people answered in a round."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from takeroot.web import actions
from takeroot.web.addresses import address, of_programme
from takeroot.web.frames import Book
from takeroot.web.panels.assess import group, kept, round_of, taken, worked
from takeroot.web.panels.assess import one as of_one
from takeroot.web.panels.content import content
from takeroot.web.panels.head import doors, head
from takeroot.web.read_as import how_in
from takeroot.web.roles import May, Visit, enter
from takeroot.web.views.records import frame


@require_safe
def assess(request: HttpRequest, slug: str) -> HttpResponse:
    """What was asked and written, and every instrument by kind."""
    visit, book = _entered(request, slug)
    may = (May.RECORD in visit.may, May.ASK in visit.may, May.CHANGE in visit.may)
    asked = (timezone.localdate(), *may)
    says = mark_safe(book.page(content, page="assess", part="", doors=doors(visit), asked=asked))
    return render(request, "page.html", {**head(book, "assess", visit), "content": says})


@require_safe
def instrument(request: HttpRequest, slug: str, instrument: str) -> HttpResponse:
    """One instrument: what it is for, what is known of it, and what was asked and written with it."""
    visit, book = _entered(request, slug)
    if (one := kept.in_use(visit.programme.library).get(instrument)) is None:
        raise Http404
    how = how_in(visit.programme.library, one, request.GET)
    one = how.instrument
    shown = of_one.panels(book, how, timezone.localdate())
    writes = May.RECORD in visit.may and one.kind != "questionnaire"
    context = {
        **frame(visit, one.title, (how.plain and one.plain) or one.purpose),
        **shown,
        "how": how,
        "write": address("assess-write", slug, one.id) if writes else "",
        "begin": _begin(visit, one.id) if one.kind == "questionnaire" and not one.shell else "",
        "notes_links": visit.scope.whole and May.RECORD in visit.may and of_one.has_links(one),
        "steps": worked.steps(book, one, request.GET),
        "kept": request.GET.get("kept", ""),
        "written": "written" in request.GET,
    }
    return render(request, "assess_instrument.html", context)


def _begin(visit: Visit, name: str) -> str:
    return round_of(visit.programme.slug, name) if May.ASK in visit.may else ""


@require_safe
def round_(request: HttpRequest, slug: str, which: str) -> HttpResponse:
    """What people answered in a round: every answer as a dot, before anything is made of it."""
    visit, context = _round(request, slug, which)
    return render(request, "assess_round.html", {**frame(visit, context["title"], context["says"]), **context})


@require_safe
def sheet(request: HttpRequest, slug: str, which: str) -> HttpResponse:
    """A sheet to print: where views differ most, and what to ask."""
    visit, context = _round(request, slug, which)
    page = frame(visit, "Facilitation sheet", context["says"])
    return render(request, "assess_sheet.html", {**page, **context, "parts": []})


def _round(request: HttpRequest, slug: str, name: str) -> tuple[Visit, dict[str, Any]]:
    visit, book = _entered(request, slug)
    by, words = (request.GET.get(one, "") for one in ("by", "words"))
    return visit, group.panels(book, name, timezone.localdate(), by, visit.may, words)


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, slug: str, which: str) -> HttpResponse:
    """What of a round goes out as a file, small groups kept back; and the file itself."""
    visit, book = _entered(request, slug)
    context = taken.panels(book, which, timezone.localdate())
    kind = request.POST.get("kind", "")
    if request.method == "POST" and kind in taken.KINDS and context["sheets"]:
        return _sent(visit, book, which, kind)
    return render(request, "assess_export.html", {**frame(visit, "Take the figures out", context["says"]), **context})


def _sent(visit: Visit, book: Book, which: str, kind: str) -> HttpResponse:
    """The file, and a line about it in the trail."""
    file = taken.made(book, which, timezone.localdate(), kind)
    actions.leave_round_export(visit.programme, by=visit.by, kind=kind, round=which, rows=file.rows)
    answer = HttpResponse(file.data, content_type=file.type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def _entered(request: HttpRequest, slug: str) -> tuple[Visit, Book]:
    """Who is here, and what they may know; rounds that have ended are closed first."""
    visit = enter(request.user, slug, May.READ)
    if actions.close_due(visit.programme):
        visit.programme.refresh_from_db()
    return visit, Book(visit.programme, visit.scope)


PATHS = [
    of_programme("assess", assess, "assess"),
    of_programme("assess/<str:instrument>", instrument, "assess-instrument"),
    of_programme("views/<path:which>/sheet", sheet, "assess-sheet"),
    of_programme("views/<path:which>/export", export, "assess-export"),
    of_programme("views/<path:which>", round_, "assess-round"),
]
