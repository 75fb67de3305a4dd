"""What is measured: the Measures page, its icons, and one series after another, to read and to take away."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from takeroot import charts
from takeroot.errors import TakerootError
from takeroot.reporting import takeaway
from takeroot.vocabulary.files.delimited import csv_bytes
from takeroot.web import actions
from takeroot.web.addresses import of_programme
from takeroot.web.frames import Book
from takeroot.web.panels import measures as of_measures
from takeroot.web.panels.content import content
from takeroot.web.panels.head import PAGES, Page, doors, head
from takeroot.web.panels.measures import icons as of_icons
from takeroot.web.panels.measures import rule_sets as of_rule_sets
from takeroot.web.panels.measures import series as of_series
from takeroot.web.panels.measures.frames import named, now_of
from takeroot.web.panels.measures.log import logged
from takeroot.web.panels.measures.series import Series, series_of
from takeroot.web.roles import May, Visit, enter

_OFFICE = "application/vnd.openxmlformats-officedocument"
#: What may be taken away of a series: what it is called, and what kind of file it is.
TAKEN = {
    "csv": ("Points (CSV)", "text/csv; charset=utf-8"),
    "svg": ("Picture (SVG)", "image/svg+xml"),
    "png": ("Picture (PNG)", "image/png"),
    "xlsx": ("Workbook (Excel)", f"{_OFFICE}.spreadsheetml.sheet"),
    "pptx": ("Slides (PowerPoint)", f"{_OFFICE}.presentationml.presentation"),
}


@require_safe
def measures(request: HttpRequest, slug: str) -> HttpResponse:
    """What is measured, and one measure over the sites; only the part of one measure, when htmx asks."""
    visit, book = visited(request, slug)
    asked = of_measures.asked(book, request.GET.get("measure", ""), request.GET.get("sheet", ""))
    return _shown(request, visit, book, "measures", PAGES["measures"], *asked, part="chosen")


@require_safe
def icons(request: HttpRequest, slug: str) -> HttpResponse:
    """Measure by site, as icons."""
    visit, book = visited(request, slug)
    asked = of_icons.asked(book, request.GET.get("sheet", ""), request.GET.get("of", ""))
    return _shown(request, visit, book, "measure-icons", PAGES["measure-icons"], *asked)


@require_safe
def series(request: HttpRequest, slug: str, measure: str, site: str = "") -> HttpResponse:
    """One measure at one site, or at all sites together."""
    visit, book = visited(request, slug)
    one = series_of(book, measure, site)
    where, kinds = one.address(slug, "series-take"), [(kind, said) for kind, (said, _) in TAKEN.items()]
    page = of_series.page_of(one)
    return _shown(
        request, visit, book, "series", page, measure, site, around="series_page.html", take=where, kinds=kinds
    )


@require_POST
def take(request: HttpRequest, slug: str, measure: str, site: str = "") -> HttpResponse:
    """The points of a series, or its picture, as a file; the trail tells of it."""
    visit, book = visited(request, slug)
    one, kind = series_of(book, measure, site), request.POST.get("kind", "")
    if kind not in TAKEN:
        raise TakerootError("The page did not say what is to be taken away. Go back and choose one.")
    points = book.frame(named, **one.asked)
    data = _FILES[kind](book, one)
    actions.leave_export(
        visit.programme, by=visit.by, kind=f"chart as {kind}", sites=visit.scope.sites, rows=points.height
    )
    answer = HttpResponse(data, content_type=TAKEN[kind][1])
    name = re.sub(r"-+", "-", slugify(one.title)) or "chart"
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or "attachment"
    return answer


def _csv(book: Book, one: Series) -> bytes:
    return csv_bytes(book.frame(named, **one.asked).drop("id", strict=False))


def _svg(book: Book, one: Series) -> bytes:
    return charts.svg(_drawn(book, one), theme="paper").encode()


def _png(book: Book, one: Series) -> bytes:
    return charts.png(_drawn(book, one))


def _drawn(book: Book, one: Series) -> Any:
    """The control chart itself."""
    now = now_of(book.frame(of_series.said_of, **one.asked))
    says = now["says"][0] if now.height else ""
    options = {name: said for name, said in of_series.drawn(book, one, says).items() if name != "chart"}
    return charts.control_chart(book.frame(named, **one.asked), events=book.frame(logged, site=one.site), **options)


def _away(suffix: str, book: Book, one: Series) -> bytes:
    """A file as measures are taken away in."""
    sites = [one.site] if one.site else []
    return takeaway.content(book.results, f"chart.{suffix}", measures=[one.measure], sites=sites)


_FILES: dict[str, Callable[[Book, Series], bytes]] = {
    "csv": _csv,
    "svg": _svg,
    "png": _png,
    "xlsx": partial(_away, "xlsx"),
    "pptx": partial(_away, "pptx"),
}


@require_safe
def rule_sets(request: HttpRequest, slug: str) -> HttpResponse:
    """Each rule set in words, with its source and version."""
    visit, book = visited(request, slug)
    shown = {"sets": of_rule_sets.told(book), "may_change": May.CHANGE in visit.may}
    return render(request, "rule_sets.html", {**head(book, "measures", visit), "page": PAGES["rule-sets"], **shown})


def visited(request: HttpRequest, slug: str) -> tuple[Visit, Book]:
    """Who reads, and what they may know of the programme."""
    visit = enter(request.user, slug, May.READ)
    return visit, Book(visit.programme, visit.scope)


def _shown(
    request: HttpRequest,
    visit: Visit,
    book: Book,
    name: str,
    page: Page,
    *asked: Any,
    part: str = "",
    around: str = "page.html",
    **more: Any,
) -> HttpResponse:
    """A page in its frame, or a part of it when htmx asks; what it says is kept for the next who sees as much."""
    part = part if request.htmx else ""
    says = mark_safe(book.page(content, page=name, part=part, doors=doors(visit), asked=tuple(asked)))
    if part:
        return HttpResponse(says)
    return render(request, around, {**head(book, "measures", visit), "page": page, "content": says, **more})


PATHS = [
    of_programme("measures", measures, "measures"),
    of_programme("measures/icons", icons, "measure-icons"),
    of_programme("measures/rules", rule_sets, "rule-sets"),
    of_programme("measures/<str:measure>/sites/<str:site>", series, "series"),
    of_programme("measures/<str:measure>/together", series, "series-together"),
    of_programme("measures/<str:measure>/sites/<str:site>/take", take, "series-take"),
    of_programme("measures/<str:measure>/together/take", take, "series-take-together"),
]
