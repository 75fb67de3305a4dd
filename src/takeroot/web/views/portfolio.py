"""Every programme that somebody may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from takeroot.web.frames import Book
from takeroot.web.panels.head import card
from takeroot.web.roles import programmes_of


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """The programmes that this person may read, by name."""
    cards = [card(Book(programme, scope)) for programme, scope in programmes_of(request.user)]
    return render(request, "portfolio.html", {"cards": cards})


PATHS = [
    path("", portfolio, name="portfolio"),
]
