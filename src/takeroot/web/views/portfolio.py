"""Every programme that somebody may see, and whether the house stands."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import connection
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


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """One word for a watchman: the server answers, and so does its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("well\n", content_type="text/plain")


PATHS = [
    path("", portfolio, name="portfolio"),
    path("health", health, name="health"),
]
