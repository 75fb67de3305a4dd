"""The chooser: eight questions, a shortlist with reasons, and the choice kept with the programme."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from pydantic import ValidationError

from takeroot.analysis import chooser
from takeroot.analysis.chooser import wording
from takeroot.errors import FaultyInput, TakerootError
from takeroot.vocabulary.about_in_files import faults
from takeroot.vocabulary.frameworks import FRAMEWORKS, FrameworkChoice
from takeroot.web import actions
from takeroot.web.addresses import of_programme
from takeroot.web.frames import Book
from takeroot.web.named import heed
from takeroot.web.panels import choosing
from takeroot.web.panels.head import Page, head
from takeroot.web.roles import May, Visit, enter

PAGE = Page("choose", "Choose a framework", wording.NO_RULE)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask, answer with reasons, and keep what was chosen."""
    visit = enter(request.user, slug, May.READ)
    if request.method != "POST":
        return _page(request, visit, request.GET)
    changer = enter(request.user, slug, May.CHANGE)
    if not changer.scope.whole:
        raise PermissionDenied
    heed(request)
    try:
        _done(changer, request.POST)
    except TakerootError as wrong:
        return _page(request, visit, request.POST, str(wrong))
    return redirect(f"{request.path}#kept")


def _done(visit: Visit, sent: QueryDict) -> None:
    """Keep a choice, or take one back."""
    why = sent.get("because", "").strip()
    if which := sent.get("take_back", ""):
        actions.take_choice_back(visit.programme, which, by=visit.by, why=why)
        return
    chosen = [code for code in FRAMEWORKS if code in sent.getlist("chosen")]
    if not chosen:
        raise TakerootError("Tick at least one framework to keep.")
    if not why:
        raise TakerootError("Say why: the reason is kept with the choice.")
    found = chooser.choose(choosing.said_in(sent), back=sent.getlist("back"))
    said = {"chosen": chosen, "why": why, "by": str(visit.person), "on": timezone.localdate()}
    said |= {"situation": found.situation, "back": found.frameworks.filter("back")["framework"].to_list()}
    try:
        choice = FrameworkChoice.model_validate(said)
    except ValidationError as error:
        raise FaultyInput(faults(error, FrameworkChoice, "", lambda _: None, "")) from error
    actions.keep_choice(visit.programme, choice, by=visit.by)


def _page(request: HttpRequest, visit: Visit, sent: QueryDict, fault: str = "") -> HttpResponse:
    """The questions, and what their answers speak for."""
    said, back = choosing.said_in(sent), sent.getlist("back")
    try:
        choice = chooser.choose(said, back=back)
    except TakerootError as wrong:
        said, back, choice, fault = {}, [], chooser.choose({}), fault or str(wrong)
    shown: dict[str, Any] = {
        "page": PAGE,
        "fault": fault,
        "fields": choosing.fields(said),
        "answered": wording.situation(choice.situation),
        "may_change": May.CHANGE in visit.may and visit.scope.whole,
        "kept": choosing.kept(Book(visit.programme, visit.scope).programme.about, visit.programme.slug),
        "typed": {
            "because": sent.get("because", ""),
            "chosen": sent.getlist("chosen"),
            "at": sent.get("take_back", ""),
        },
        **(_answer(visit, choice, back) if said else {}),
    }
    status = 422 if fault else 200
    return render(request, "choose.html", {**head(visit, "about"), **shown}, status=status)


def _answer(visit: Visit, choice: chooser.Choice, back: list[str]) -> dict[str, Any]:
    """What the answers speak for."""
    near, far = choosing.offered(choice)
    return {
        "choice": choice,
        "says": wording.shortlisted(choice),
        "shortlist": choosing.shortlist(choice, visit.programme.slug),
        "asides": choosing.asides(choice, back) if choice.enough else [],
        "back": choosing.brought_back(choice, back),
        "brought": back,
        "companions": wording.companions(choice),
        "changing": wording.changing(choice),
        "changes": wording.changes(choice) if choice.changes.height > 1 else [],
        "points": choosing.points(choice),
        "lean": wording.lean(),
        "caution": wording.CAUTION,
        "sent": [(name, word) for name, word in choice.situation.model_dump(mode="json", exclude_none=True).items()],
        "near": near,
        "far": far,
    }


PATHS = [of_programme("choose", choose, "choose")]
