"""A programme's own rule sets for charts: added, changed and taken away, with a reason."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from takeroot.errors import Fault, FaultyInput, TakerootError
from takeroot.vocabulary.rulesets import MDC
from takeroot.web import actions
from takeroot.web.addresses import of_programme
from takeroot.web.panels import words
from takeroot.web.panels.head import PAGES, head
from takeroot.web.panels.measures import rule_sets as form_of
from takeroot.web.roles import May, Visit, enter
from takeroot.web.views.programmes import CHANGED


@require_http_methods(["GET", "HEAD", "POST"])
def rule_set(request: HttpRequest, slug: str, number: int = 0) -> HttpResponse:
    """Add a rule set, change it, or take it away."""
    visit = enter(request.user, slug, May.CHANGE)
    if not visit.scope.whole:
        raise PermissionDenied
    now = visit.programme.words.model_dump(mode="json")
    if number > len(now["rule_sets"]):
        raise Http404
    stands = now["rule_sets"][number - 1] if number else {**MDC.model_dump(mode="json"), **_EMPTY}
    sent, says = (request.POST if request.method == "POST" else None), ""
    faults: tuple[Fault, ...] = ()
    if sent is not None:
        try:
            return _kept(visit, now, number, sent)
        except FaultyInput as error:
            faults = tuple(_moved(fault, number or len(now["rule_sets"]) + 1) for fault in error.faults)
        except TakerootError as error:
            says = str(error)
    return _page(request, visit, number, form_of.form(stands, sent, faults), faults, says, now)


_EMPTY = {"name": "", "version": "", "source": ""}


def _kept(visit: Visit, now: dict[str, Any], number: int, sent: Any) -> HttpResponse:
    """Keep the rule sets as they would be, unless somebody changed them meanwhile."""
    if sent.get("seen") != words.seen(now):
        raise TakerootError(CHANGED)
    why = sent.get("reason", "").strip()
    if not why:
        raise TakerootError("Say why it is changed: the reason is kept in the trail.")
    there = list(enumerate(now["rule_sets"], 1))
    if sent.get("remove") == "yes" and number:
        sets = [one for at, one in there if at != number]
    else:
        new = form_of.sent_in(sent)
        sets = [new if at == number else one for at, one in there] + ([] if number else [new])
    actions.change_words(visit.programme, {"rule_sets": sets}, by=visit.by, why=why)
    return redirect("rule-sets", visit.programme.slug)


def _moved(fault: Fault, number: int) -> Fault:
    """A fault of a rule set, by the name of its field in its own form."""
    found = fault.found or ""
    at = f"rule_sets.{number}."
    if found.startswith(at):
        return Fault(fault.says, "", None, None, found.removeprefix(at))
    return fault


def _page(
    request: HttpRequest,
    visit: Visit,
    number: int,
    entries: list[words.Entry],
    faults: tuple[Fault, ...],
    says: str,
    now: dict[str, Any],
) -> HttpResponse:
    """The form, with what is wrong with it."""
    beside = {said for entry in entries for said in entry.faults}
    rest = [str(fault) for fault in faults if not any(said in fault.says for said in beside)]
    shown = {
        "page": PAGES["rule-set"],
        "entries": entries,
        "at_fault": [entry for entry in entries if entry.faults],
        "says": [*([says] if says else []), *rest],
        "number": number,
        "reason": request.POST.get("reason", ""),
        "seen": words.seen(now),
    }
    return render(request, "rule_set.html", {**head(visit, "measures"), **shown}, status=422 if faults or says else 200)


PATHS = [
    of_programme("measures/rules/new", rule_set, "rule-set-new"),
    of_programme("measures/rules/<int:number>", rule_set, "rule-set"),
]
