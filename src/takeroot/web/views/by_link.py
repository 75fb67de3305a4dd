"""What a site's link opens: the home of that one site, and what may be written there; without an account.

Whoever has the link stands for the team of one site, as a contributor does, and for nothing else: no person is signed
in by it, and a person who is signed in is nobody here. A link that is unknown, closed or ended, and one whose site is
gone, all open the same page as an address that leads nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takeroot.errors import TakerootError
from takeroot.web import actions, throttle
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.models.rows import SiteRow
from takeroot.web.named import heed
from takeroot.web.panels.head import Page
from takeroot.web.roles import May, Visit, enter_by_link
from takeroot.web.views import record, site_sheets
from takeroot.web.views.home import Home
from takeroot.web.views.sites import answers, asks, buttons, home

#: No other site learns the address of these pages; ours learns only that it was one of its own. (With ``no-referrer``
#: browsers would call the origin of a form ``null``, and a form from nowhere is refused.)
REFERRER = "strict-origin"
YOURS = (
    "Your own site: what its record shows, what others learned, and where you write what happened. "
    "Write nothing about single patients."
)


def by_link(leave: May) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view that a link opens, given who came and their site; it needs no account, and no robot lists it."""

    def opened(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @wraps(view)
        def answered(request: HttpRequest, secret: str, **arguments: Any) -> HttpResponse:
            try:
                visit, row = find(secret, leave)
            except Http404:
                return unknown(request)
            response = view(request, secret, visit, row, **arguments)
            response.headers["Referrer-Policy"] = REFERRER
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return answered

    return opened


def unknown(request: HttpRequest) -> HttpResponse:
    """The page of what does not exist; whoever tries too many waits. A link that opens is never kept waiting.

    Raises
    ------
    Http404
        As long as not too many were tried.
    """
    who = throttle.by_address(request)
    try:
        throttle.check("site link", who)
    except throttle.TooOften as wait:
        response = render(request, "422.html", {"says": str(wait)}, status=429)
        response.headers["Retry-After"] = str(wait.seconds)
        return response
    throttle.failed("site link", who)
    raise Http404


def find(secret: str, leave: May) -> tuple[Visit, SiteRow]:
    """Who came by a link, and the site that it opens; that it was used is kept with it."""
    visit, link = enter_by_link(secret, leave)
    row = visit.programme.sites.filter(site=link.site).first()
    if row is None:
        raise Http404
    actions.note_use(link)
    return visit, row


@by_link(May.READ)
@require_safe
def site(request: HttpRequest, secret: str, visit: Visit, row: SiteRow) -> HttpResponse:
    """The home of the site."""
    return show(request, secret, visit, row)


@by_link(May.TELL)
@require_POST
def ask(request: HttpRequest, secret: str, visit: Visit, row: SiteRow) -> HttpResponse:
    """A question of the site."""
    heed(request)
    return _told(request, secret, visit, row, partial(asks, visit, row, request.POST))


@by_link(May.TELL)
@require_POST
def answer(request: HttpRequest, secret: str, visit: Visit, row: SiteRow) -> HttpResponse:
    """An answer to a question of the site."""
    heed(request)
    return _told(request, secret, visit, row, partial(answers, visit, row, request.POST))


@by_link(May.RECORD)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, secret: str, visit: Visit, row: SiteRow) -> HttpResponse:
    """The site's Excel sheet: taken out, and sent back."""
    return site_sheets.sheet(request, visit, row, _place(secret))


@by_link(May.RECORD)
@require_safe
def sheet_file(request: HttpRequest, secret: str, visit: Visit, row: SiteRow) -> HttpResponse:
    """The workbook itself."""
    return site_sheets.workbook(visit, row)


@by_link(May.RECORD)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_sent(request: HttpRequest, secret: str, visit: Visit, row: SiteRow, number: int) -> HttpResponse:
    """What a sheet that was sent back would do."""
    return site_sheets.sent(request, visit, row, number, _place(secret))


@by_link(May.READ)
@require_safe
def choose(request: HttpRequest, secret: str, visit: Visit, row: SiteRow) -> HttpResponse:
    """Choose what to log."""
    return record.choosing(request, visit, _home(secret, visit, row))


@by_link(May.READ)
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, secret: str, visit: Visit, row: SiteRow, table: str) -> HttpResponse:
    """Log one thing of the site."""
    return record.recording(request, visit, table, _home(secret, visit, row))


def _home(secret: str, visit: Visit, row: SiteRow) -> Home:
    """Where a link's pages for logging are."""
    base = reverse("by-link", args=[secret])
    around = {"name": visit.programme.name, "called": row.name or row.site, "way_back": base}
    return Home(base, "by_link_frame.html", lambda: around, account=False)


def _place(secret: str) -> site_sheets.Place:
    """Where a link's pages on the sheet are."""
    return site_sheets.Place("by_link_frame.html", "by-link", "by-link-sheet", (secret,))


def show(request: HttpRequest, secret: str, visit: Visit, row: SiteRow, *, fault: str = "") -> HttpResponse:
    """The home of the site, without a way into the other pages of the programme."""
    book = Book(visit.programme, visit.scope)
    said = {
        **home(book, visit, row, request.POST if fault else {}, fault),
        "link": True,
        "name": visit.programme.name,
        "may_tell": True,
        "may_record": True,
        "page": Page("site", row.name or row.site, YOURS),
        "buttons": buttons(visit, row.site, _home(secret, visit, row)),
        "ask": reverse("by-link-ask", args=[secret]),
        "answer": reverse("by-link-answer", args=[secret]),
        "sheet": address("by-link-sheet", secret),
    }
    return render(request, "by_link.html", said, status=422 if fault else 200)


def _told(request: HttpRequest, secret: str, visit: Visit, row: SiteRow, tell: Callable[[], object]) -> HttpResponse:
    try:
        tell()
    except TakerootError as error:
        return show(request, secret, visit, row, fault=str(error))
    return redirect(f"{reverse('by-link', args=[secret])}#questions")


PATHS = [
    path("s/<str:secret>/", site, name="by-link"),
    path("s/<str:secret>/ask", ask, name="by-link-ask"),
    path("s/<str:secret>/answer", answer, name="by-link-answer"),
    path("s/<str:secret>/record/", choose, name="by-link-record"),
    path("s/<str:secret>/record/<str:table>", log, name="by-link-record-row"),
    path("s/<str:secret>/sheet", sheet, name="by-link-sheet"),
    path("s/<str:secret>/sheet/file", sheet_file, name="by-link-sheet-file"),
    path("s/<str:secret>/sheet/<int:number>", sheet_sent, name="by-link-sheet-sent"),
]
