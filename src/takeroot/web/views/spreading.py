"""Where it spreads, from whom, and what next: the pages under Spread, and the long work that they ask for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from takeroot.web import actions
from takeroot.web.addresses import of_programme
from takeroot.web.frames import Book
from takeroot.web.panels import forecast as of_forecast
from takeroot.web.panels import network as of_network
from takeroot.web.panels.content import content
from takeroot.web.panels.head import doors, head
from takeroot.web.roles import May, Visit, enter

SAYS = "It is done by itself while you do something else, and shows how far it is."


@require_safe
def network(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is tied to whom, and where the sites are; only the part of one month, when htmx asks."""
    visit, book = _visit(request, slug)
    asked = of_network.asked(book, request.GET.get("at", ""), request.GET.get("ties", ""))
    at, kind, ready = asked
    part = "tied" if request.htmx else ""
    make = {} if part or ready or not of_network.is_long(book) else {"ties": kind, "at": at}
    says = "Whether it matters who is tied to whom is worked out against ties dealt anew. " + SAYS
    return _shown(request, visit, book, "network", asked, part, make, says)


@require_safe
def forecast(request: HttpRequest, slug: str) -> HttpResponse:
    """How many sites will be in use, and whether that can be trusted; only the stages of one region, when htmx asks."""
    visit, book = _visit(request, slug)
    asked = of_forecast.asked(book, request.GET.get("region", ""))
    offered = not all(asked[1:]) and of_forecast.may_be_made(book)
    part = "stages" if request.htmx else ""
    return _shown(request, visit, book, "forecast", asked, part, {"of": "all"} if offered else {}, SAYS)


@require_POST
def work_out(request: HttpRequest, slug: str, page: str) -> HttpResponse:
    """Ask for what takes long; it is done for whoever sees as much."""
    visit, _ = _visit(request, slug)
    kind = request.POST.get("ties", "")[:200] if page == "network" else ""
    at = request.POST.get("at", "")[:7]
    back = reverse(page, args=[slug]) + (f"?{urlencode({'at': at, 'ties': kind})}" if at or kind else "")
    task = actions.ask_for_work(page, programme=visit.programme, by=request.user, ties=kind, back=back)
    return redirect("task", task.pk)


def _visit(request: HttpRequest, slug: str) -> tuple[Visit, Book]:
    visit = enter(request.user, slug, May.READ)
    return visit, Book(visit.programme, visit.scope)


def _shown(
    request: HttpRequest,
    visit: Visit,
    book: Book,
    page: str,
    asked: tuple[Any, ...],
    part: str,
    make: dict[str, str],
    make_says: str,
) -> HttpResponse:
    """A page in its frame, with the form that asks for what takes long, where there is any to ask for."""
    says = mark_safe(book.page(content, page=page, part=part, doors=doors(visit), asked=asked))
    if part:
        return HttpResponse(says)
    where = reverse(f"{page}-make", args=[visit.programme.slug]) if make else ""
    shown = {"content": says, "make": where, "make_of": make, "make_says": make_says}
    return render(request, "worked_out.html", {**head(book, page, visit), **shown})


PATHS = [
    of_programme("spread/network", network, "network"),
    of_programme("spread/network/make", work_out, "network-make", {"page": "network"}),
    of_programme("spread/forecast", forecast, "forecast"),
    of_programme("spread/forecast/make", work_out, "forecast-make", {"page": "forecast"}),
]
