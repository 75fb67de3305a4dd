"""The pages of a programme that are read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from takeroot.reporting.report import FORMATS
from takeroot.web import actions
from takeroot.web.addresses import of_programme
from takeroot.web.frames import Book
from takeroot.web.panels import fidelity as of_fidelity
from takeroot.web.panels import months as of_months
from takeroot.web.panels import report as of_report
from takeroot.web.panels import rules as of_rules
from takeroot.web.panels import search as of_search
from takeroot.web.panels import spread as of_spread
from takeroot.web.panels import story as of_story
from takeroot.web.panels import sustain as of_sustain
from takeroot.web.panels.content import content
from takeroot.web.panels.head import doors, head
from takeroot.web.panels.panel import which_sheet
from takeroot.web.roles import May, Visit, enter

#: A report is a document of its own: nothing runs in it, nothing is loaded, and it can reach nothing here.
SEALED = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox"
)


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The two answers side by side, their doubts, what needs attention, and the questions that are open."""
    visit, book = _visit(request, slug)
    return _shown(request, visit, book, "overview", timezone.localdate())


@require_safe
def spread(request: HttpRequest, slug: str) -> HttpResponse:
    """How far it reached, how deep, and against which plan; only the part by group, when htmx asks."""
    visit, book = _visit(request, slug)
    asked = (*of_spread.asked(book, request.GET.get("by", "")), *which_sheet(request.GET.get("sheet", "")))
    return _shown(request, visit, book, "spread", *asked, part="groups")


@require_safe
def scale_up(request: HttpRequest, slug: str) -> HttpResponse:
    """What carries it beyond single sites."""
    visit, book = _visit(request, slug)
    return _shown(request, visit, book, "scale-up", *which_sheet(request.GET.get("sheet", "")))


@require_safe
def other_work(request: HttpRequest, slug: str) -> HttpResponse:
    """What else goes on at the sites, and what might be stopped."""
    visit, book = _visit(request, slug)
    return _shown(request, visit, book, "other-work")


@require_safe
def sustain(request: HttpRequest, slug: str) -> HttpResponse:
    """What stays in use, by which rule, and how it ends; only the part of one rule, when htmx asks."""
    visit, book = _visit(request, slug)
    return _shown(request, visit, book, "sustain", *of_sustain.asked(book, request.GET.get("rule", "")), part="staying")


@require_safe
def sustain_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """How the answer changes with the rule."""
    visit, book = _visit(request, slug)
    return _shown(request, visit, book, "sustain-rules", *of_rules.asked(book, request.GET.get("rule", "")))


@require_safe
def sustain_months(request: HttpRequest, slug: str) -> HttpResponse:
    """What held at each site, month by month."""
    visit, book = _visit(request, slug)
    given = (request.GET.get(name, "") for name in ("rule", "show", "sheet"))
    return _shown(request, visit, book, "sustain-months", *of_months.asked(book, *given))


@require_safe
def fidelity(request: HttpRequest, slug: str) -> HttpResponse:
    """What is done, in which form, what was adapted, and what came of it."""
    visit, book = _visit(request, slug)
    given = (request.GET.get(name, "") for name in ("measure", "source", "sheet"))
    return _shown(request, visit, book, "fidelity", *of_fidelity.asked(book, *given))


@require_safe
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that has a day, the latest first."""
    visit, book = _visit(request, slug)
    given = {name: request.GET.get(name, "") for name in of_story.Asked._fields}
    asked = of_story.asked(book, **given)
    return _shown(request, visit, book, "story", *asked, keep=not asked.text)


@require_safe
def accounts(request: HttpRequest, slug: str) -> HttpResponse:
    """Which changes have an account, whose accounts differ, and whose voices are missing; of the whole programme."""
    visit, book = _whole(request, slug)
    return _shown(request, visit, book, "accounts")


@require_safe
def change(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One change, what speaks to it, and what to ask."""
    visit, book = _whole(request, slug)
    return _shown(request, visit, book, "change", reference)


@require_safe
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the record speaks of something."""
    visit, book = _visit(request, slug)
    found = of_search.panels(book, request.GET.get("q", ""))
    return render(request, "search.html", {**head(book, "search", visit), **found})


@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Which kind of report to read or to download, and as which file."""
    visit, book = _visit(request, slug)
    return render(request, "report.html", {**head(book, "report", visit), **of_report.choices(book)})


@require_safe
def report_read(request: HttpRequest, slug: str) -> HttpResponse:
    """The report of what this person may see, as a document of its own."""
    _, book = _visit(request, slug)
    wanted = replace(of_report.Wanted.of(request.GET, book), suffix=".html")
    return _document(book, wanted, download=False)


@require_POST
def report_download(request: HttpRequest, slug: str) -> HttpResponse:
    """The same, as a file, which the trail tells of; what takes long is written while one waits."""
    visit, book = _visit(request, slug)
    wanted = of_report.Wanted.of(request.POST, book)
    rows = sum(frame.height for frame in book.programme.tables.values())
    sites = {wanted.site} if wanted.site else visit.scope.sites
    actions.leave_export(visit.programme, by=visit.by, kind=wanted.says, sites=sites, rows=rows)
    if wanted.is_long(rows):
        task = actions.ask_for_work("report", programme=visit.programme, by=request.user, **wanted.arguments)
        return redirect("task", task.pk)
    return _document(book, wanted, download=True)


def _document(book: Book, wanted: of_report.Wanted, *, download: bool) -> HttpResponse:
    today = timezone.localdate()
    if wanted.suffix == ".html":
        response = HttpResponse(book.page(of_report.document, wanted=wanted, today=today))
        response.headers["Content-Security-Policy"] = SEALED
    else:
        made = of_report.file(book, wanted, today)
        response = HttpResponse(made, content_type=FORMATS[wanted.suffix].media)
    name = wanted.name(book.row.slug)
    response.headers["Content-Disposition"] = content_disposition_header(download, name) or "inline"
    return response


def _visit(request: HttpRequest, slug: str) -> tuple[Visit, Book]:
    """Who reads, and what they may know of the programme."""
    visit = enter(request.user, slug, May.READ)
    return visit, Book(visit.programme, visit.scope)


def _whole(request: HttpRequest, slug: str) -> tuple[Visit, Book]:
    """The same, of somebody who sees the whole: accounts speak of it, and are there for nobody else."""
    visit, book = _visit(request, slug)
    if not visit.scope.whole:
        raise Http404
    return visit, book


def _shown(
    request: HttpRequest, visit: Visit, book: Book, page: str, *asked: Any, part: str = "", keep: bool = True
) -> HttpResponse:
    """A page in its frame, or a part of it when htmx asks; what it says is kept for the next who sees as much."""
    wanted: dict[str, Any] = {
        "page": page,
        "part": part if request.htmx else "",
        "doors": doors(visit),
        "asked": tuple(asked),
    }
    says = mark_safe(book.page(content, **wanted) if keep else content(book, **wanted))
    if wanted["part"]:
        return HttpResponse(says)
    return render(request, "page.html", {**head(book, page, visit), "content": says})


PATHS = [
    of_programme("", overview, "overview"),
    of_programme("spread", spread, "spread"),
    of_programme("scale-up", scale_up, "scale-up"),
    of_programme("other-work", other_work, "other-work"),
    of_programme("sustain", sustain, "sustain"),
    of_programme("sustain/rules", sustain_rules, "sustain-rules"),
    of_programme("sustain/months", sustain_months, "sustain-months"),
    of_programme("sustain/fidelity", fidelity, "fidelity"),
    of_programme("story", story, "story"),
    of_programme("story/accounts", accounts, "accounts"),
    of_programme("story/changes/<path:reference>", change, "change"),
    of_programme("search", search, "search"),
    of_programme("report", report, "report"),
    of_programme("report/read", report_read, "report-read"),
    of_programme("report/download", report_download, "report-download"),
]
