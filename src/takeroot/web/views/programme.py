"""The pages of a programme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from takeroot.web.addresses import of_programme
from takeroot.web.frames import Book
from takeroot.web.panels import overview as of_overview
from takeroot.web.panels import spread as of_spread
from takeroot.web.panels import sustain as of_sustain
from takeroot.web.panels.head import head
from takeroot.web.roles import May, enter


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The two answers side by side, their doubts, and what needs attention."""
    book = _book(request, slug)
    return render(request, "overview.html", {**head(book, "overview"), **of_overview.panels(book)})


@require_safe
def spread(request: HttpRequest, slug: str) -> HttpResponse:
    """How far it reached, how deep, and against which plan; only the part by group, when htmx asks."""
    book = _book(request, slug)
    by = request.GET.get("by", "")
    if request.htmx:
        return render(request, "spread.html#groups", {"groups": of_spread.groups(book, by)})
    return render(request, "spread.html", {**head(book, "spread"), **of_spread.panels(book, by)})


@require_safe
def sustain(request: HttpRequest, slug: str) -> HttpResponse:
    """What stays in use, by which rule, and how it ends; only the part of one rule, when htmx asks."""
    book = _book(request, slug)
    rule = request.GET.get("rule", "")
    if request.htmx:
        return render(request, "sustain.html#staying", {"staying": of_sustain.staying(book, rule)})
    return render(request, "sustain.html", {**head(book, "sustain"), **of_sustain.panels(book, rule)})


def _book(request: HttpRequest, slug: str) -> Book:
    """What this person may know of the programme."""
    visit = enter(request.user, slug, May.READ)
    return Book(visit.programme, visit.scope)


PATHS = [
    of_programme("", overview, "overview"),
    of_programme("spread", spread, "spread"),
    of_programme("sustain", sustain, "sustain"),
]
