"""Rounds: which there are; how one begins, is given out by a link or slips, stays open for longer, and closes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takeroot.charts.wording import day
from takeroot.errors import TakerootError
from takeroot.web import actions, rounds, vault
from takeroot.web.actions.rounds import AT_ONCE, YEARS
from takeroot.web.addresses import of_programme
from takeroot.web.frames import Book
from takeroot.web.models import Asking
from takeroot.web.models.rounds import AS_WRITTEN
from takeroot.web.named import heed
from takeroot.web.panels.assess import group
from takeroot.web.panels.head import Page, head
from takeroot.web.qr import square
from takeroot.web.read_as import how_of
from takeroot.web.roles import May, Visit, enter, memberships, scope_of
from takeroot.web.views.sites import day_of

#: How a round is answered: the kind and the way, what it is called, and what that means.
WAYS = (
    (
        "anonymous:link",
        "Anonymous, by one link for everybody",
        "A link or a square to photograph. Easy to give out; somebody could answer twice by it.",
    ),
    (
        "anonymous:slips",
        "Anonymous, by slips",
        "A link of its own for each person, drawn like lots. Each answers once, and whoever keeps their slip "
        "can be set beside their own answers in a later round.",
    ),
    (
        "open:team",
        "Open",
        "A team answers together, or each alone and signed in. Who answered is known, by consent.",
    ),
)
_WORDS = {"open": "open now", "to come": "still to come", "closed": "closed"}


@require_safe
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """Every round that the visitor may know of."""
    visit = enter(request.user, slug, May.READ)
    actions.close_due(visit.programme)
    said = {
        "rounds": [_line(visit, one) for one in rounds.seen_by(visit)],
        "may_begin": May.ASK in visit.may,
    }
    return render(request, "rounds.html", {**head(visit, "rounds"), **said})


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a round: of the programme or any site, or of the sites that somebody answers for."""
    visit = enter(request.user, slug, May.ASK)
    fault = ""
    if request.method == "POST":
        try:
            typed = _typed(visit, request.POST)
            heed(request)
            asking = actions.begin_round(visit.programme, by=visit.by, scope=visit.scope, **typed)
            return redirect("round", slug, asking.pk)
        except TakerootError as error:
            fault = str(error)
    today = timezone.localdate()
    usual = {
        "instrument": request.GET.get("instrument", ""),
        "opens": today.isoformat(),
        "closes": (today + timedelta(days=14)).isoformat(),
        "floor": str(rounds.FLOOR),
        "years": str(YEARS[1]),
        "roles": "\n".join(rounds.ROLES),
        "site": request.GET.get("site", ""),
    }
    said = {
        "instruments": [(one.id, one.title, one.minutes) for one in rounds.questionnaires(visit.programme).values()],
        "whole": visit.scope.whole,
        "sites": [
            (one.site, one.name or one.site)
            for one in visit.programme.sites.order_by("row")
            if visit.scope.holds(one.site)
        ],
        "ways": WAYS,
        "years": YEARS,
        "typed": request.POST if fault else usual,
        "fault": fault,
        "today": today,
        "page": Page("rounds", "Begin a round", "What it promises is kept: it can not be changed once it has begun."),
    }
    return render(request, "round_new.html", {**head(visit, "rounds"), **said}, status=422 if fault else 200)


def _typed(visit: Visit, form: Mapping[str, str]) -> dict[str, Any]:
    """What the form says, as the action takes it."""
    kind, _, way = form.get("way", "").partition(":")
    known = rounds.questionnaires(visit.programme)
    if form.get("instrument", "") not in known:
        raise TakerootError("Choose what is asked.")
    return {
        "name": form.get("name", "").replace("\0", ""),
        "instrument": known[form["instrument"]],
        "kind": kind,
        "way": way,
        "site": form.get("site", "").replace("\0", ""),
        "opens": day_of(form.get("opens", "")),
        "closes": day_of(form.get("closes", "")),
        "floor": _number(form.get("floor", "")) or rounds.FLOOR,
        "invited": _number(form.get("invited", "")),
        "years": _number(form.get("years", "")),
        "roles": form.get("roles", "").replace("\0", "").splitlines(),
    }


def _number(text: str) -> int | None:
    """A whole number; none, where nothing was written.

    Raises
    ------
    TakerootError
        If it is none.
    """
    if not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdecimal()) or len(text) > 9:
        raise TakerootError(f"A whole number is needed; found '{text[:20]}'.")
    return int(text)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A round: how it is answered, and what its keeper may do with it."""
    visit = enter(request.user, slug, May.ASK if request.method == "POST" else May.READ)
    asking = rounds.one_of(visit, number)
    if request.method != "POST":
        actions.close_due(visit.programme)
        return _page(request, visit, rounds.one_of(visit, number))
    if not visit.scope.holds(asking.site or None):
        raise PermissionDenied
    try:
        _change(request.POST, visit, asking)
    except TakerootError as error:
        return _page(request, visit, rounds.one_of(visit, number), fault=str(error))
    return redirect("round", slug, number)


def _change(form: Mapping[str, str], visit: Visit, asking: Asking) -> None:
    """Close it, or let it be open for longer, with a higher floor."""
    if form.get("do") == "close":
        actions.close_round(asking, by=visit.by)
        visit.programme.refresh_from_db()
        if visit.scope.narrative and visit.scope.holds(asking.site or None):  # so that the first look does not wait
            group.panels(Book(visit.programme, visit.scope), asking.round, timezone.localdate(), "", ())
        return
    if form.get("do") != "change":
        raise TakerootError("The page did not say what is to be done with this round. Go back and load it again.")
    actions.change_round(
        asking,
        by=visit.by,
        closes=day_of(form["closes"]) if form.get("closes") else None,
        floor=_number(form.get("floor", "")),
        invited=_number(form.get("invited", "")),
    )


def _page(request: HttpRequest, visit: Visit, asking: Asking, fault: str = "") -> HttpResponse:
    reach = scope_of(memberships(request.user).filter(programme=visit.programme), May.ASK)
    keeps, key_is_there = reach is not None and reach.holds(asking.site or None), asking.mark == vault.mark()
    fault = fault or ("" if key_is_there or asking.closed else vault.LOST)
    linked = asking.way == "link" and asking.stands() != "closed" and key_is_there
    address = _address(request, asking) if linked else ""
    told = asking.asks()
    line = _line(visit, asking)
    said = {
        "asking": asking,
        "line": line,
        "asked": told,
        "how": how_of(request.GET, asking.languages, asking.asks),
        "stands": asking.stands(),
        "keeps": keeps,
        "address": address,
        "square": square(address, f"The link of {asking.round}") if address else "",
        "slips": asking.way == "slips" and keeps and asking.stands() != "closed",
        "at_once": AT_ONCE,
        "reminder": _reminder(visit, asking, address),
        "may_answer": May.TELL in visit.may,
        "answers": _answers(visit, asking),
        "typed": request.POST,
        "fault": fault,
        "page": Page("rounds", asking.round, told.title),
    }
    return render(request, "round.html", {**head(visit, "rounds"), **said}, status=422 if fault else 200)


def _answers(visit: Visit, asking: Asking) -> str:
    """Where it is shown what people answered, once that may be shown, and to whoever reads it."""
    shown = asking.closed is not None or not asking.anonymous
    reads = visit.scope.narrative and visit.scope.holds(asking.site or None)
    return reverse("assess-round", args=[visit.programme.slug, asking.round]) if shown and reads else ""


def _reminder(visit: Visit, asking: Asking, address: str) -> str:
    """Words for everybody who was asked: it is not known who has answered, so nobody is reminded alone."""
    if asking.stands() != "open":
        return ""
    how = f"\n{address}\n" if address else "\nUse the slip that you drew.\n" if asking.anonymous else ""
    known = "Nobody can see who has answered, so this goes to everybody. " if asking.anonymous else ""
    return (
        f"{visit.programme.name}: {asking.asks().title}\n{how}\n{known}If you have answered already, thank you. "
        f"It can be answered, changed or withdrawn until the end of {day(asking.closes)}. Answering is your own choice."
    )


@require_POST
def slips(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Make slips, shown once, to be printed and cut apart."""
    visit = enter(request.user, slug, May.ASK)
    asking = rounds.one_of(visit, number)
    if not visit.scope.holds(asking.site or None):
        raise PermissionDenied
    try:
        secrets = actions.make_slips(asking, _number(request.POST.get("count", "")) or 0, by=visit.by)
    except TakerootError as error:
        return _page(request, visit, asking, fault=str(error))
    addresses = [request.build_absolute_uri(reverse("answer", args=[secret])) for secret in secrets]
    said = {
        "asking": asking,
        "asked": asking.asks(),
        "slips": [(nth, one, square(one, f"Slip {nth}")) for nth, one in enumerate(addresses, 1)],
        "page": Page(
            "rounds", f"Slips for {asking.round}", "Shown now and never again: print this page and cut it apart."
        ),
    }
    return render(request, "round_slips.html", {**head(visit, "rounds"), **said})


def _line(visit: Visit, asking: Asking) -> dict[str, Any]:
    """What a list says of a round."""
    called = dict(visit.programme.sites.values_list("site", "name")) if asking.site else {}
    return {
        "asking": asking,
        "title": asking.texts[AS_WRITTEN]["title"],
        "about": (called.get(asking.site) or asking.site) if asking.site else "The programme",
        "stands": _WORDS[asking.stands()],
        "kind": "Anonymous" if asking.anonymous else "Open",
        "answered": rounds.answered_about(asking),
    }


def _address(request: HttpRequest, asking: Asking) -> str:
    """The link for everybody, made again from the key."""
    return request.build_absolute_uri(reverse("answer", args=[vault.link_secret(asking.nonce)]))


PATHS = [
    of_programme("rounds", listed, "rounds"),
    of_programme("rounds/new", begin, "round-new"),
    of_programme("rounds/<int:number>", one, "round"),
    of_programme("rounds/<int:number>/slips", slips, "round-slips"),
]
