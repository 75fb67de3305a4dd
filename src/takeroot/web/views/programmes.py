"""A programme begins, and says what it is and what it means by its words."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from takeroot.errors import Fault, FaultyInput, TakerootError
from takeroot.vocabulary.rule import Rule
from takeroot.web import actions, imports
from takeroot.web.addresses import of_programme
from takeroot.web.frames import Book
from takeroot.web.named import heed
from takeroot.web.panels import choosing, words
from takeroot.web.panels.head import Page, head
from takeroot.web.roles import May, Visit, enter
from takeroot.web.views.imports import keep

PAGE = Page("about", "The programme", "What it says of itself, and what it means by its words.")
CHANGED = (
    "Somebody changed this while you had it open. Below stands what you typed, and what is said now: "
    "send what is to stand."
)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """A name, or a file that has one."""
    if not request.user.begins:
        raise Http404
    says = ""
    name = request.POST.get("name", "").strip()
    if request.method == "POST":
        try:
            return _begun(request, name)
        except TakerootError as error:
            says = str(error)
    context = {"says": says, "name": name}
    return render(request, "begin.html", context, status=422 if says else 200)


def _begun(request: HttpRequest, name: str) -> HttpResponse:
    """The programme, and on to the file if there is one."""
    file = request.FILES.get("file")
    if file is not None and file.size > imports.largest():
        raise TakerootError(imports.too_large())
    called = name or (imports.called(file.name or "", file.read()) if file is not None else "")
    if not called:
        raise TakerootError("A name is needed to begin with, or a file that holds a programme.")
    with transaction.atomic():  # no programme without the file that came with it
        programme = actions.begin(name=called, person=request.user, by=request.user.sign_in)
        if file is None:
            return redirect("about", programme.slug)
        file.seek(0)
        return redirect("batch", programme.slug, keep(request, enter(request.user, programme.slug, May.IMPORT)).pk)


@require_safe
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """What the programme says of itself."""
    visit = enter(request.user, slug, May.READ)
    book = Book(visit.programme, visit.scope)
    said = book.programme.about
    context = {
        "told": words.told(said),
        "rules": [(number, rule, str(rule)) for number, rule in enumerate(said.rules, 1)],
        "chosen": choosing.kept(said, slug),
        "may_change": May.CHANGE in visit.may,
    }
    return _page(request, visit, "about.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what it says, with a reason."""
    visit = _visit(request, slug)
    now = visit.programme.words.model_dump(mode="json")
    sent, says = (request.POST if request.method == "POST" else None), ""
    faults: tuple[Fault, ...] = ()
    if sent is not None:
        heed(request)
        try:
            return _changed(visit, words.said_in(sent), sent, now)
        except FaultyInput as error:
            faults = error.faults
        except TakerootError as error:
            says = str(error)
    parts = words.form(now, sent, faults)
    context = {"parts_of_form": parts, **_around(parts, faults, says, sent, now)}
    return _page(request, visit, "about_edit.html", context, status=422 if faults or says else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, slug: str, number: int = 0) -> HttpResponse:
    """Add a rule for "sustained", change it, or take it away."""
    visit = _visit(request, slug)
    now = visit.programme.words.model_dump(mode="json")
    if number > len(now["rules"]):
        raise Http404
    stands = now["rules"][number - 1] if number else {**_EMPTY_RULE}
    sent, says = (request.POST if request.method == "POST" else None), ""
    faults: tuple[Fault, ...] = ()
    if sent is not None:
        try:
            return _changed(visit, {"rules": _rules(now["rules"], number, sent)}, sent, now)
        except FaultyInput as error:
            at = f"rules.{number or len(now['rules']) + 1}."
            faults = tuple(_moved(fault, at) for fault in error.faults)
        except TakerootError as error:
            says = str(error)
    entries = words.rule_form(stands, _choices(visit), sent, faults)
    parts = [("", entries)]
    context = {"parts_of_form": parts, "rule": number, **_around(parts, faults, says, sent, now)}
    return _page(request, visit, "about_edit.html", context, status=422 if faults or says else 200)


_EMPTY_RULE: dict[str, Any] = {
    "zero": "adoption",
    "months": 12,
    "grace": 0,
    "what": ["activities"],
    "evidence": {"activities": list(Rule.model_fields["evidence"].default.activities)},
}


def _rules(there: list[dict[str, Any]], number: int, sent: Any) -> list[dict[str, Any]]:
    """The rules there would be."""
    if sent.get("remove") == "yes" and number:
        return [one for at, one in enumerate(there, 1) if at != number]
    new = words.rule_in(sent)
    return [new if at == number else one for at, one in enumerate(there, 1)] + ([] if number else [new])


def _changed(visit: Visit, said: dict[str, Any], sent: Any, now: dict[str, Any]) -> HttpResponse:
    """Change the words, unless somebody else did meanwhile."""
    if sent.get("seen") != words.seen(now):
        raise TakerootError(CHANGED)
    why = sent.get("reason", "").strip()
    if not why:
        raise TakerootError("Say why it is changed: the reason is kept in the trail.")
    actions.change_words(visit.programme, said, by=visit.by, why=why)
    return redirect("about", visit.programme.slug)


def _around(parts: Any, faults: tuple[Fault, ...], says: str, sent: Any, now: dict[str, Any]) -> dict[str, Any]:
    """What stands around the fields: faults that belong to none of them, the reason, and what was seen."""
    beside = {said for _, entries in parts for entry in entries for said in entry.faults}
    rest = [str(fault) for fault in faults if not any(said in fault.says for said in beside)]
    return {
        "says": [*([says] if says else []), *rest],
        "at_fault": [entry for _, entries in parts for entry in entries if entry.faults],
        "reason": "" if sent is None else sent.get("reason", ""),
        "seen": words.seen(now),
    }


def _moved(fault: Fault, at: str) -> Fault:
    """A fault of a rule, by the name of its field in the rule's own form."""
    found = fault.found or ""
    return Fault(fault.says, "", None, None, found.removeprefix(at)) if found.startswith(at) else fault


def _choices(visit: Visit) -> words.Choices:
    components = visit.programme.components.order_by("row").values_list("component", flat=True).distinct()
    measures = visit.programme.measures.order_by("row").values_list("measure", flat=True).distinct()
    return words.Choices(tuple(dict.fromkeys(components)), tuple(dict.fromkeys(measures)))


def _visit(request: HttpRequest, slug: str) -> Visit:
    visit = enter(request.user, slug, May.CHANGE)
    if not visit.scope.whole:
        raise PermissionDenied
    return visit


def _page(
    request: HttpRequest, visit: Visit, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return render(request, template, {**head(visit, "about"), "page": PAGE, **context}, status=status)


PATHS = [
    path("begin", begin, name="begin"),
    of_programme("about", about, "about"),
    of_programme("about/edit", edit, "about-edit"),
    of_programme("about/rules/new", rule, "rule-new"),
    of_programme("about/rules/<int:number>", rule, "rule"),
]
