"""Files come in: sent, looked at, accepted or dropped, and taken back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takeroot.errors import FaultyInput, TakerootError
from takeroot.vocabulary.tables import TABLES
from takeroot.web import actions, imports, tasks
from takeroot.web.addresses import of_programme
from takeroot.web.imports import series, trackers
from takeroot.web.models import Batch
from takeroot.web.panels import imports as panels
from takeroot.web.panels.head import Page, head
from takeroot.web.roles import May, Visit, enter
from takeroot.web.sheets import SHEET

PAGE = Page("import", "Bring files in", "Nothing is written until you have seen what it would do and accepted it.")
#: So many files of before are listed.
LISTED = 20


@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file; and the files that came before."""
    visit = _visit(request, slug)
    says = ""
    if request.method == "POST":
        try:
            return redirect("batch", slug, keep(request, visit).pk)
        except TakerootError as error:
            says = str(error)
    batches = _files(visit)[:LISTED]
    context = {"batches": [panels.told(batch) for batch in batches], "says": says, "form": panels.SENT}
    return _page(request, visit, "import.html", context, status=422 if says else 200)


def keep(request: HttpRequest, visit: Visit) -> Batch:
    """The file of a form, kept; where nothing is recorded yet, what it says of the programme is taken too.

    Raises
    ------
    TakerootError
        If there is none, or it is too large or empty.
    """
    file = request.FILES.get("file")
    if file is None:
        raise TakerootError("Choose a file first.")
    kept = imports.keep(file.name or "", file.chunks())
    asked = request.POST.get("kind")
    kind = asked if asked in panels.KINDS else imports.kind_of(kept)
    batch = actions.keep_batch(visit.programme, kept, person=visit.person, by=visit.by, kind=kind)
    begins = May.CHANGE in visit.may and not visit.programme.read(visit.scope).tables
    return actions.answer_batch(batch, {"words": "yes"}) if begins else batch


@require_safe
def batch(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A file: what is asked of it, what it would do, or what it did."""
    visit = _visit(request, slug)
    found = _found(visit, number)
    if found.state in ("asking", "ready") and imports.is_long(found) and tasks.worker_is_heard():
        return redirect("task", tasks.ask("preview", programme=visit.programme, by=request.user, batch=found.pk).pk)
    return _batch(request, visit, found)


@require_POST
def answer(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What somebody says of a file: what it is, which table, how its days are written, what its words mean."""
    visit = _visit(request, slug)
    found = _found(visit, number)
    try:
        kind, answers = panels.answers(found, request.POST, may_change=May.CHANGE in visit.may)
        actions.answer_batch(found, answers, kind=kind)
    except TakerootError as error:
        return _batch(request, visit, _found(visit, number), says=str(error), typed=request.POST)
    return redirect("batch", slug, number)


@require_POST
def accept(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Bring a file in, as it was seen."""
    visit = _visit(request, slug)
    found = _found(visit, number)
    if found.answers.get("words") == "yes" and May.CHANGE not in visit.may:
        raise PermissionDenied
    try:
        actions.accept_batch(visit.programme, found, seen=request.POST.get("seen", ""), by=visit.by)
    except TakerootError as error:
        return _batch(request, visit, _found(visit, number), says=str(error))
    return redirect("batch", slug, number)


@require_POST
def take_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take a file back out of the record."""
    visit = _visit(request, slug)
    found = _found(visit, number)
    try:
        actions.undo_batch(visit.programme, found, by=visit.by, why=request.POST.get("why", "").strip())
    except TakerootError as error:
        return _batch(request, visit, _found(visit, number), says=str(error))
    return redirect("batch", slug, number)


@require_POST
def drop(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Throw a file away that is not in the record."""
    visit = _visit(request, slug)
    try:
        actions.drop_batch(_found(visit, number))
    except TakerootError as error:
        return _batch(request, visit, _found(visit, number), says=str(error))
    return redirect("import", slug)


@require_safe
def rest(request: HttpRequest, slug: str, number: int, what: str) -> HttpResponse:
    """All faults, changes or rows held back of a file that nobody has decided about, as CSV."""
    visit = _visit(request, slug)
    found = _found(visit, number)
    if what not in ("faults", "changed", "held") or found.state not in ("asking", "ready"):
        raise Http404
    answer = HttpResponse(imports.listed(found, what), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{what}-{found.pk}.csv"'
    return answer


def _visit(request: HttpRequest, slug: str) -> Visit:
    """Who brings files in sees the whole programme."""
    visit = enter(request.user, slug, May.IMPORT)
    if not visit.scope.whole:
        raise PermissionDenied
    return visit


def _files(visit: Visit) -> QuerySet[Batch]:
    """The files of the programme; the sheet of a site is its sender's alone until it is in the record."""
    undecided = Q(kind=SHEET, state__in=("asking", "ready", "dropped"))
    return Batch.objects.filter(programme=visit.programme).exclude(undecided)


def _found(visit: Visit, number: int) -> Batch:
    """A file of this programme."""
    found = get_object_or_404(_files(visit), pk=number)
    found.programme = visit.programme
    return found


def _batch(request: HttpRequest, visit: Visit, found: Batch, says: str = "", typed: Any = None) -> HttpResponse:
    """The page of a file, by what became of it so far."""
    context: dict[str, Any] = {"batch": panels.told(found), "says": says, "tables": list(TABLES)}
    if found.state in ("asking", "ready"):
        try:
            meaning = found.kind == imports.TRACKER and (typed is not None or "meaning" in request.GET)
            context |= _undecided(found, visit, typed, meaning)
        except FaultyInput as error:
            context |= {"unread": error.faults[: panels.SHOWN], "more": len(error.faults) - panels.SHOWN}
    return _page(request, visit, "batch.html", context, status=422 if says else 200)


def _undecided(found: Batch, visit: Visit, typed: Any, meaning: bool) -> dict[str, Any]:
    """What is asked of a file, or what it would do."""
    preview = imports.preview_of(found)
    if "meaning" in preview.asks or meaning:
        return {"tracker": trackers.asked(found, typed)}
    if "series" in preview.asks:
        return {"series": series.asked(found)}
    if "table" in preview.asks:
        return {"fits": imports.tables_of(found)}
    return panels.of_preview(preview, visit)


def _page(
    request: HttpRequest, visit: Visit, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return render(request, template, {**head(visit, "import"), "page": PAGE, **context}, status=status)


PATHS = [
    of_programme("import", bring_in, "import"),
    of_programme("import/<int:number>", batch, "batch"),
    of_programme("import/<int:number>/answer", answer, "batch-answer"),
    of_programme("import/<int:number>/accept", accept, "batch-accept"),
    of_programme("import/<int:number>/take-back", take_back, "batch-take-back"),
    of_programme("import/<int:number>/drop", drop, "batch-drop"),
    of_programme("import/<int:number>/<slug:what>.csv", rest, "batch-rest"),
]
