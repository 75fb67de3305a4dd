"""Every programme that somebody may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels.elsewhere import elsewhere
from takeroot.web.panels.head import card
from takeroot.web.panels.portfolio import together
from takeroot.web.roles import programmes_of


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """The programmes that this person may read, by name, and other work at their sites."""
    books = [Book(programme, scope) for programme, scope in programmes_of(request.user)]
    begin = address("begin") if request.user.begins else ""
    shown = {
        "cards": [card(book) for book in books],
        "together": together(books),
        "elsewhere": elsewhere(books),
        "begin": begin,
    }
    return render(request, "portfolio.html", shown)


PATHS = [
    path("", portfolio, name="portfolio"),
]
