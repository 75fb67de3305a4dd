"""Reviews: begun, held on one page while people meet, closed with minutes, or cancelled."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST

from takeroot.errors import Fault, FaultyInput, TakerootError
from takeroot.reporting.report import FORMATS
from takeroot.vocabulary.tables import ACTIONS, DECISIONS
from takeroot.web import actions
from takeroot.web.actions import meetings
from takeroot.web.addresses import of_programme
from takeroot.web.forms_of_review import NewMeeting
from takeroot.web.frames import Book
from takeroot.web.models import Meeting
from takeroot.web.named import heed
from takeroot.web.panels import review as of_review
from takeroot.web.panels.head import Page, head
from takeroot.web.panels.minutes import minutes_as_paper, minutes_of, readable
from takeroot.web.panels.overview import Part
from takeroot.web.roles import May, Visit, enter
from takeroot.web.scope import Scope

#: Rows for further decisions and actions that stand empty on the page.
EMPTY_ROWS = 2
PARTS = (
    Part("changed", "What changed"),
    Part("differ-part", "Where views differ"),
    Part("reading-part", "How we read it"),
    Part("open-part", "What stays open"),
    Part("decisions", "Decisions and dissent"),
    Part("actions", "Actions"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """The reviews that were held, and a form to begin one."""
    begins = request.method == "POST"
    visit = enter(request.user, slug, May.REVIEW if begins else May.READ)
    form = NewMeeting(request.POST if begins else None, initial={"on": timezone.localdate()})
    if begins and form.is_valid():
        heed(request)
        meeting = actions.begin_meeting(visit.programme, **form.cleaned_data, by=visit.by)
        return redirect("meeting", slug, meeting.pk)
    mine = Meeting.objects.filter(programme=visit.programme)
    holds = May.REVIEW in visit.may
    shown = {
        **head(visit, "review"),
        "form": form,
        "holds": holds,
        "whole": visit.scope.whole,
        "under_way": list(mine.filter(closed__isnull=True)) if holds else [],
        "closed": readable(visit, mine.exclude(note="")),
        "cancelled": list(mine.filter(closed__isnull=False, note="")) if holds else [],
    }
    return render(request, "review.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A review while it is held, or its minutes."""
    if request.method == "POST":
        return _written(request, enter(request.user, slug, May.REVIEW), number)
    visit = enter(request.user, slug, May.READ)
    held = _meeting(visit, number)
    if held.closed and held.note:
        return _minutes(request, visit, held)
    if May.REVIEW not in visit.may:
        raise Http404
    return _page(request, enter(request.user, slug, May.REVIEW), held)


def _written(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """What somebody sent from the page: kept first, and then done with as they asked."""
    held, do = _meeting(visit, number), request.POST.get("do", "save")
    given, seen = _given(request.POST), _seen(request.POST)
    clashes: dict[str, meetings.Part] = {}
    faults: tuple[Fault, ...] = ()
    try:
        clashes = actions.keep_words(visit.programme, held, given, seen, by=visit.by)
        if request.htmx:
            return render(request, "review_held.html#kept", _kept(held, given, seen, clashes))
        if do == "catch-up":
            actions.catch_up(visit.programme, held, by=visit.by)
        elif do == "cancel":
            heed(request)
            actions.cancel_meeting(visit.programme, held, by=visit.by, why=request.POST.get("why", "").strip())
            return redirect("review", slug=visit.programme.slug)
        elif do == "close" and not clashes:
            heed(request)
            _close(visit, held, request.POST.get("visibility", "programme"))
    except FaultyInput as wrong:
        faults = wrong.faults
    except TakerootError as wrong:
        return _late(request, held, given, str(wrong))
    if clashes or faults:
        return _page(request, visit, held, given, clashes, faults)
    return redirect("meeting", slug=visit.programme.slug, number=held.pk)


def _late(request: HttpRequest, held: Meeting, given: Mapping[str, meetings.Part], says: str) -> HttpResponse:
    """What somebody wrote that came too late to be kept, for them to take with them."""
    parts = [" · ".join(filter(None, part.values())) if isinstance(part, dict) else part for part in given.values()]
    back = reverse("meeting", args=[held.programme.slug, held.pk])
    return render(
        request, "review_late.html", {"says": says, "written": [*filter(None, parts)], "back": back}, status=422
    )


def _close(visit: Visit, held: Meeting, visibility: str) -> None:
    """Close it; what minutes list of the record is what their readers may see of it."""
    readers = Scope(None, narrative=visibility != "all")
    book = Book(visit.programme, readers)
    actions.close_meeting(
        visit.programme,
        held,
        recorded=of_review.recorded(book, held),
        signals=of_review.signals_now(book),
        visibility=visibility,
        by=visit.by,
        scope=visit.scope,
    )


def _page(
    request: HttpRequest,
    visit: Visit,
    held: Meeting,
    given: Mapping[str, meetings.Part] | None = None,
    clashes: Mapping[str, meetings.Part] | None = None,
    faults: tuple[Fault, ...] = (),
) -> HttpResponse:
    """The page of a review that is held, with what was typed still there."""
    book = Book(visit.programme, visit.scope)
    clashes = clashes or {}
    parts = meetings.parts_of(held.words)
    shown = {**parts, **{name: (given or {})[name] for name in clashes}}
    writers = held.words.get("by", {})
    page = Page("review", held.title, "")
    context = {
        **head(visit, "review"),
        "page": page,
        "parts": PARTS,
        "meeting": held,
        "changed": of_review.changed(book, held),
        "differing": of_review.differing(book, timezone.localdate()),
        "staying_open": of_review.staying_open(book),
        "left_open": of_review.left_open(held),
        "come_since": 0 if held.closed else of_review.come_since(held),
        "texts": {
            name: {"label": label, "mine": shown[name], "theirs": clashes.get(name), "by": writers.get(name)}
            for name, label in meetings.TEXTS.items()
        },
        **{name: list(_rows(name, shown, clashes, writers, not held.closed)) for name in meetings.LISTS},
        "what": DECISIONS.columns["what"].words,
        "strands": ACTIONS.columns["strand"].words,
        "sites": list(book.programme.sites.select("site").to_series()),
        "clashes": clashes,
        "faults": faults,
        **_kept(held, shown, {}, {}),
    }
    return render(request, "review_held.html", context, status=422 if clashes or faults else 200)


def _rows(
    name: str,
    shown: Mapping[str, meetings.Part],
    clashes: Mapping[str, meetings.Part],
    writers: Mapping[str, str],
    further: bool,
) -> Iterator[dict[str, Any]]:
    """The decisions or actions on the page, and empty rows for more."""
    for part, cells in shown.items():
        if part.startswith(f"{name}.") and isinstance(cells, dict):
            yield {"part": part, "cells": cells, "theirs": clashes.get(part), "by": writers.get(part)}
    for _ in range(EMPTY_ROWS if further else 0):
        yield {"part": f"{name}.{secrets.token_hex(4)}", "cells": dict.fromkeys(meetings.LISTS[name], "")}


def _kept(
    held: Meeting, given: Mapping[str, meetings.Part], seen: Mapping[str, str], clashes: Mapping[str, meetings.Part]
) -> dict[str, Any]:
    """What a page has to send back to say what it had before it; and whether something was kept."""
    now = meetings.parts_of(held.words)
    stamps = {
        name: seen.get(name, "") if seen and name in clashes else meetings.stamp(given[name] if seen else now[name])
        for name in (given if seen else now)
    }
    return {"stamps": stamps, "clashing": sorted(clashes), "at": timezone.localtime() if seen else None}


def _given(sent: Mapping[str, str]) -> dict[str, meetings.Part]:
    """What was written, part by part."""
    texts: dict[str, meetings.Part] = {name: _plain(sent[name]) for name in meetings.TEXTS if name in sent}
    rows: dict[str, dict[str, str]] = {}
    for name, cell in sent.items():
        of, _, rest = name.partition(".")
        key, _, column = rest.partition(".")
        if column in meetings.LISTS.get(of, ()) and key.isalnum() and len(key) <= 16:
            rows.setdefault(f"{of}.{key}", dict.fromkeys(meetings.LISTS[of], ""))[column] = _plain(cell)
    return texts | rows


def _seen(sent: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix("seen."): cell for name, cell in sent.items() if name.startswith("seen.")}


def _plain(text: str) -> str:
    """Text as it is kept: lines end in one way, and there is nothing that a database can not hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def _meeting(visit: Visit, number: int) -> Meeting:
    held = Meeting.objects.filter(programme=visit.programme, pk=number).first()
    if held is None:
        raise Http404
    return held


def _minutes(request: HttpRequest, visit: Visit, held: Meeting) -> HttpResponse:
    """The minutes, as the record has them, to whom it shows them."""
    if not readable(visit, [held]):
        raise Http404
    book = Book(visit.programme, visit.scope)
    page = Page("review", held.title, "")
    return render(
        request,
        "review_minutes.html",
        {**head(visit, "review"), "page": page, "meeting": held, **minutes_of(book, held)},
    )


@require_POST
def minutes_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The minutes as a file, which the trail tells of."""
    visit = enter(request.user, slug, May.READ)
    held, suffix = _meeting(visit, number), f".{request.POST.get('format', '')}"
    if not held.note or not readable(visit, [held]) or suffix not in FORMATS:
        raise Http404
    paper = minutes_as_paper(Book(visit.programme, visit.scope), held)
    actions.leave_export(
        visit.programme, by=visit.by, kind=f"minutes as {suffix[1:]}", sites=visit.scope.sites, rows=len(paper.evidence)
    )
    answer = HttpResponse(FORMATS[suffix].made(paper, None), content_type=FORMATS[suffix].media)
    name = f"{slug}-minutes-{held.on.isoformat()}{suffix}"
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


PATHS = [
    of_programme("review", review, "review"),
    of_programme("review/<int:number>", meeting, "meeting"),
    of_programme("review/<int:number>/file", minutes_file, "minutes-file"),
]
