"""What if: asked with what is expected, worked out while one waits, read, and decided upon."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takeroot.errors import TakerootError
from takeroot.reporting import scaling as of_scaling
from takeroot.reporting import what_if as on_paper
from takeroot.reporting.report import FORMATS
from takeroot.simulation.comparing.choices import MOST
from takeroot.simulation.comparing.offered import OFFERED
from takeroot.simulation.standard import SPREAD
from takeroot.web import actions
from takeroot.web.actions.what_ifs import KIND, row
from takeroot.web.addresses import of_programme
from takeroot.web.forms import what_if as form
from takeroot.web.frames import Book
from takeroot.web.models import Task
from takeroot.web.panels import cost
from takeroot.web.panels import what_if as panels
from takeroot.web.panels.head import Page, head
from takeroot.web.roles import May, Visit, enter

ASKING = Page(
    "what-if", "Ask what if", "Say what is to be decided and what you expect, then two to five things you could do."
)


@require_safe
def what_ifs(request: HttpRequest, slug: str) -> HttpResponse:
    """Every what-if that was asked, the latest first."""
    visit, book = _visit(request, slug)
    ids = book.programme.what_ifs["id"].to_list()
    addresses = {one: reverse("what-if-one", args=[slug, one]) for one in ids}
    shown = {"lines": panels.listed(book, addresses), "asks": May.REVIEW in visit.may}
    return render(request, "what_if.html", {**head(book, "what-if", visit), **shown, "none": panels.ASK})


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; with one more choice, where that was asked for; or on to the task that works it out."""
    visit, book = _visit(request, slug, May.REVIEW)
    typed = request.POST.dict() if request.method == "POST" else {"as_it_is_now": "yes", "months": "36"}
    if request.method != "POST" or "more" in typed:
        return _form(request, visit, book, typed, [], more=int("more" in typed))
    try:
        asked = form.question(typed)
        person = {"person": request.user, "by": visit.by, "scope": visit.scope}
        _, task = actions.ask_what_if(visit.programme, asked, **person)
    except TakerootError as error:
        return _form(request, visit, book, typed, form.told(error))
    return redirect("task", task.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, slug: str, what_if: str) -> HttpResponse:
    """What came of a what-if; and, where that was sent, what was decided."""
    visit, book = _visit(request, slug, May.REVIEW if request.method == "POST" else May.READ)
    now, fault = row(visit.programme, what_if, visit.scope), ""
    typed = {name: request.POST.get(name, "") for name in ("decision", "why", "decided_by")}
    if request.method == "POST":
        try:
            actions.decide_what_if(visit.programme, what_if, **typed, by=visit.by, scope=visit.scope)
            return redirect(f"{reverse('what-if-one', args=[slug, what_if])}#decision")
        except TakerootError as error:
            fault = str(error)
    told = mark_safe(book.page(panels.page, one=what_if))  # its text was escaped when it was written
    shown = {
        "row": now,
        "what_if": what_if,
        "told": told,
        "choices": panels.choices_of(now),
        "asks": May.REVIEW in visit.may,
        "task": _task(request, visit, what_if),
        "fault": fault,
        "typed": typed if fault else {name: now[name] or "" for name in typed},
        "formats": [(suffix[1:], kind.title) for suffix, kind in FORMATS.items()],
    }
    context = {**head(book, "what-if", visit), **shown, "page": Page("what-if", now["question"], "")}
    return render(request, "what_if_one.html", context, status=422 if fault else 200)


@require_POST
def again(request: HttpRequest, slug: str, what_if: str) -> HttpResponse:
    """Have it worked out once more, by the record as it is now."""
    visit, _ = _visit(request, slug, May.REVIEW)
    task = actions.work_what_if_out(visit.programme, what_if, person=request.user, scope=visit.scope)
    return redirect("task", task.pk)


@require_POST
def download(request: HttpRequest, slug: str, what_if: str) -> HttpResponse:
    """What came of it, as a file, which the trail tells of."""
    visit, book = _visit(request, slug)
    now, told = row(visit.programme, what_if, visit.scope), panels.kept(book, what_if)
    suffix = f".{request.POST.get('format', 'html')}"
    if told is None or suffix not in FORMATS:
        raise Http404
    actions.leave_export(visit.programme, by=visit.by, kind=f"what-if as {suffix[1:]}", sites=None, rows=1)
    made = on_paper.file(book.programme, now["question"], now["expects"] or "", told, suffix)
    response = HttpResponse(made, content_type=FORMATS[suffix].media)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{slug}-what-if{suffix}") or ""
    return response


def _visit(request: HttpRequest, slug: str, leave: May = May.READ) -> tuple[Visit, Book]:
    """Who reads, and what they may know; a what-if speaks of the whole programme, and is there for no one else."""
    visit = enter(request.user, slug, May.READ)
    if not visit.scope.whole:
        raise Http404
    if leave not in visit.may:
        raise PermissionDenied
    return visit, Book(visit.programme, visit.scope)


def _form(
    request: HttpRequest, visit: Visit, book: Book, typed: dict[str, str], faults: list[str], more: int = 0
) -> HttpResponse:
    rooms = form.rooms(typed, more)
    shown = {
        "typed": typed,
        "faults": faults,
        "rooms": rooms,
        "another": len(rooms) < MOST,
        "levers": [one for one in OFFERED.values() if one.word != "own_terms"],
        "moves": [(move.name, _move(move.name)) for move in SPREAD.moves],
        "regions": sorted(book.programme.sites["region"].drop_nulls().unique()),
        "works": sorted(book.programme.other_work["name"].drop_nulls().unique()),
    }
    context: dict[str, Any] = {**head(book, "what-if", visit), **shown, "page": ASKING, "folded": True}
    return render(request, "what_if_ask.html", context, status=422 if faults else 200)


def _move(name: str) -> str:
    return " to ".join(part.strip().replace("_", " ") for part in name.split("→"))


def _task(request: HttpRequest, visit: Visit, what_if: str) -> Task | None:
    """The task of this person that works it out, while it goes on."""
    mine = Task.objects.filter(kind=KIND, programme=visit.programme, by=visit.person)
    return mine.filter(arguments__what_if=what_if, state__in=("waiting", "running")).first()


@require_safe
def scaling(request: HttpRequest) -> HttpResponse:
    """What a simulation costs, and how that grows: the same for every programme."""
    return render(request, "scaling.html", {"lead": " ".join(of_scaling.LEAD), "panels": cost.panels()})


PATHS = [
    path("scaling", scaling, name="scaling"),
    of_programme("what-if", what_ifs, "what-if"),
    of_programme("what-if/ask", ask, "what-if-ask"),
    of_programme("what-if/again/<path:what_if>", again, "what-if-again"),
    of_programme("what-if/file/<path:what_if>", download, "what-if-download"),
    of_programme("what-if/of/<path:what_if>", one, "what-if-one"),
]
