"""Answering a round, a section a page: by a link or slip without an account, or signed in where the round is open.

Before the first question stands who will see what. Whoever comes by a link is nobody here, also where they are signed
in: no page of theirs looks at who asks, and what is noted of a visit is nothing. Their code lies in a cookie of this
round alone, and on the paper on which they wrote it down.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from takeroot.charts.wording import counted, day
from takeroot.errors import Fault, TakerootError
from takeroot.exchange.answers_read import LARGEST
from takeroot.vocabulary.answer import lacking, reading
from takeroot.vocabulary.instrument import Instrument, Section
from takeroot.vocabulary.own_instruments import whose_words
from takeroot.web import actions, rounds, throttle, vault
from takeroot.web.addresses import of_programme
from takeroot.web.forms import answering
from takeroot.web.forms.naming import mark_of, seem_to_name
from takeroot.web.models import Asking
from takeroot.web.panels.head import Page, head
from takeroot.web.panels.promises import promises
from takeroot.web.read_as import How, how_of
from takeroot.web.roles import May, digest, enter
from takeroot.web.rounds import NOT_SAID, TEAM, Said, Sheet
from takeroot.web.views.by_link import REFERRER, unknown

NO_CODE = "This is no code of ours. Look at it once more: four letters or digits, five times, as they were shown."
#: Faults of a workbook that are shown at once.
SHOWN = 20
_ONCE = re.compile(r"[\w-]{16,64}")


@dataclass(frozen=True)
class Place:
    """Where and by whom a round is answered.

    Parameters
    ----------
    asking
        The round.
    code
        Whose sheet it is; empty, as long as that is not known.
    base
        The address under which its pages stand, with a slash at its end.
    frame, around
        The template that the pages extend, and what that needs.
    by
        Who answers, in an open round.
    written
        The code as its owner writes it, where there is one to be written.
    """

    asking: Asking
    code: str
    base: str
    frame: str
    around: Callable[[], Mapping[str, Any]]
    by: str = ""
    written: str = ""

    @property
    def device(self) -> str:
        """Under which name a browser keeps what was typed and not sent."""
        return f"round-{self.asking.pk}/{digest(self.code)[:16]}"


# By a link


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that a link or slip opens; it needs no account and asks for none, and no robot lists it."""

    @login_not_required
    @wraps(view)
    def answered(request: HttpRequest, secret: str, **arguments: Any) -> HttpResponse:
        try:
            place = _place(request, secret)
        except Http404:
            return unknown(request)
        response = view(request, place, **arguments)
        response.headers["Referrer-Policy"] = REFERRER
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answered


def _place(request: HttpRequest, secret: str) -> Place:
    asking, code = rounds.by_secret(secret)
    base, written = reverse("answer", args=[secret]), ""
    if not code:
        written = vault.read_code(request.COOKIES.get(_cookie(asking), "")) or ""
        code = rounds.code_in(asking, written)
    around = {"name": asking.programme.name}
    return Place(asking, code, base, "answer_frame.html", lambda: around, written=written)


def _cookie(asking: Asking) -> str:
    return f"takeroot_answers_{asking.pk}"


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def front(request: HttpRequest, place: Place) -> HttpResponse:
    """What the round is, who will see what; and the way in, by a new code or by one's own."""
    do = request.POST.get("do", "")
    if request.method != "POST":
        return front_page(request, place)
    if place.asking.way == "link" and do in ("begin", "code", "forget"):
        return _with_code(request, place, do)
    return _done(request, place, do)


def _with_code(request: HttpRequest, place: Place, do: str) -> HttpResponse:
    """Take up a new code, or one that was written down; or let go of the one that this browser holds."""
    if do == "forget":
        response = redirect(place.base + _how(request, place).query)
        response.delete_cookie(_cookie(place.asking), path=place.base, samesite="Lax")
        return response
    written = vault.new_code()
    if do == "code":
        try:
            tried = throttle.knock("answer code", throttle.by_address(request))
        except throttle.TooOften as wait:
            response = front_page(request, place, str(wait), status=429)
            response.headers["Retry-After"] = str(wait.seconds)
            return response
        written = vault.read_code(request.POST.get("code", "")) or ""
        if not written:
            return front_page(request, place, NO_CODE)
        throttle.opened(tried)
    onward = f"{place.base}1" if do == "begin" else place.base
    return held_by(redirect(onward + _how(request, place).query), place, written)


def held_by(response: HttpResponse, place: Place, written: str) -> HttpResponse:
    """The same, with the code of a respondent kept in their browser until the round closes."""
    response.set_cookie(
        _cookie(place.asking),
        written,
        max_age=timedelta(days=max(1, (place.asking.closes - timezone.localdate()).days + 1)),
        path=place.base,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


# Signed in


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of an open round, for whoever may tell: on their own sheet, or on that of the team."""

    @wraps(view)
    def answered(request: HttpRequest, slug: str, number: int, who: str, **arguments: Any) -> HttpResponse:
        visit = enter(request.user, slug, May.TELL)
        asking = rounds.one_of(visit, number)
        if asking.anonymous or who not in ("me", TEAM) or visit.person is None:
            raise Http404
        code = TEAM if who == TEAM else f"person-{visit.person.pk}"
        base = reverse("round-answer", args=[slug, number, who])
        place = Place(asking, code, base, "programme.html", partial(head, visit, "rounds"), by=visit.by)
        return view(request, place, **arguments)

    return answered


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def open_front(request: HttpRequest, place: Place) -> HttpResponse:
    """What the round is, and who will see what."""
    if request.method != "POST":
        return front_page(request, place)
    return _done(request, place, request.POST.get("do", ""))


# Both


def _done(request: HttpRequest, place: Place, do: str) -> HttpResponse:
    """Begin, or withdraw."""
    how = _how(request, place)
    if do == "withdraw" and place.code:
        try:
            actions.withdraw_sheet(place.asking, place.code, by=place.by)
        except TakerootError as error:
            return front_page(request, place, str(error))
        return redirect(f"{place.base}{how.query}{'&' if how.query else '?'}withdrawn=1")
    return redirect(f"{place.base}1{how.query}" if place.code else f"{place.base}{how.query}")


def front_page(
    request: HttpRequest, place: Place, fault: str = "", status: int = 422, *, wrong: Sequence[Fault] = ()
) -> HttpResponse:
    """What the round is and who will see what, before anything is asked; and what was wrong with what was sent."""
    how, sheet = _how(request, place), _sheet(place)
    said = {
        "minutes": how.instrument.minutes,
        "purpose": (how.plain and how.instrument.plain) or how.instrument.purpose,
        "promises": promises(place.asking),
        "words": whose_words(how.instrument),
        "sheet": sheet,
        "fault": fault,
        "ways_at": place.base,
        "wrong": wrong[:SHOWN],
        "more": max(0, len(wrong) - SHOWN),
        "typed": request.POST,
        "withdrawn": "withdrawn" in request.GET,
        "largest": LARGEST // 2**20,
        "form_file": _file(place, "form") + how.query,
        "workbook_file": _file(place, "workbook") + how.query,
    }
    status = status if fault or wrong else 200
    return _shown(request, place, how, "answer_front.html", how.instrument.title, said, status)


def _file(place: Place, what: str) -> str:
    """Where the form to print and the workbook of a round are taken out."""
    slug = place.asking.programme.slug
    return reverse(f"round-{what}", args=[slug, place.asking.pk]) if place.by else f"{place.base}{what}"


def _part(request: HttpRequest, place: Place, page: int) -> HttpResponse:
    """One section: what it asks, and what stands there."""
    how = _how(request, place)
    sections = how.instrument.sections
    if not 1 <= page <= len(sections):
        raise Http404
    if not place.code or place.asking.stands() != "open":
        return redirect(place.base + how.query)
    section = sections[page - 1]
    sheet = rounds.sheet_of(place.asking, place.code)
    if request.method != "POST":
        return _questions(request, place, how, page, sheet.draft, sheet)
    said, faults = answering.sent(how.instrument, section, request.POST)
    seems = seem_to_name([*said.words.values(), *_texts(how.instrument, section, said)])
    if faults or (seems and request.POST.get("seen_names") != mark_of(seems)):
        return _questions(request, place, how, page, said, sheet, faults=faults, seems=[] if faults else seems)
    names = [one.id for one in section.questions]
    try:
        actions.keep_page(place.asking, place.code, asked=names, said=said, seen=request.POST.get("seen", ""))
    except actions.SheetMoved as moved:
        return _questions(request, place, how, page, said, sheet, theirs=moved.theirs, says=str(moved))
    except TakerootError as error:
        return _questions(request, place, how, page, said, sheet, says=str(error))
    onward = page - 1 if request.POST.get("go") == "back" else page + 1
    where = "" if onward < 1 else str(onward) if onward <= len(sections) else "send"
    once = request.POST.get("once", "")
    kept = f"{'&' if how.query else '?'}kept={once}" if _ONCE.fullmatch(once) else ""
    return redirect(f"{place.base}{where}{how.query}{kept}")


def _texts(instrument: Instrument, section: Section, said: Said) -> list[str]:
    """What was answered in words."""
    worded = [one.id for one in section.questions if instrument.scale(one).kind == "text"]
    return [said.answers[name] for name in worded if name in said.answers]


def _questions(
    request: HttpRequest,
    place: Place,
    how: How,
    page: int,
    said: Said,
    sheet: Sheet,
    *,
    faults: Mapping[str, list[str]] | None = None,
    seems: list[str] | None = None,
    theirs: Said | None = None,
    says: str = "",
) -> HttpResponse:
    section, faults, seems = how.instrument.sections[page - 1], faults or {}, seems or []
    names = [one.id for one in section.questions]
    asked = answering.asked(how.instrument, section, said, plain=how.plain, faults=faults, theirs=theirs)
    stood = theirs if theirs is not None else rounds.part(sheet.draft, names)
    typed = request.POST.get("once", "")
    shown = {
        "section": section,
        "says": section.says,
        "asked": asked,
        "number": page,
        "of": len(how.instrument.sections),
        "last": page == len(how.instrument.sections),
        "seen_mark": rounds.mark_of(stood) if theirs is not None else request.POST.get("seen") or rounds.mark_of(stood),
        "once": typed if _ONCE.fullmatch(typed) else secrets.token_urlsafe(16),
        "faults": [("", "", says)] * bool(says) + [(one.id, one.says, fault) for one in asked for fault in one.faults],
        "seems": seems,
        "seen": mark_of(seems),
        "fresh": page == 1 and place.written and not sheet.draft,
    }
    title = reading(section, plain=how.plain)
    status = 409 if theirs is not None else 422 if faults or seems or says else 200
    return _shown(request, place, how, "answer_part.html", title, shown, status)


def _send(request: HttpRequest, place: Place) -> HttpResponse:
    """The last page: what is still open, in which role, whether words may be read; and sending."""
    how, fault = _how(request, place), ""
    if not place.code or place.asking.stands() != "open":
        return redirect(place.base + how.query)
    if request.method == "POST":
        try:
            _sends(request.POST, place)
            return redirect(f"{place.base}sent{how.query}")
        except TakerootError as error:
            fault = str(error)
    sheet = rounds.sheet_of(place.asking, place.code)
    draft, asks = sheet.draft, how.instrument
    missing = {name: says for name, says in lacking(asks, draft.answers, draft.words)}
    read = request.GET.get("read", "")
    texts = [*draft.words.values(), *(text for one in asks.sections for text in _texts(asks, one, draft))]
    shown = {
        "read": counted(_count(read), "answers") if _count(read) else "",
        "instead": _count(request.GET.get("instead", "")),
        "seems": seem_to_name(texts) if read else [],
        "sections": [
            (nth, reading(section, plain=how.plain), _open_questions(section, draft, missing))
            for nth, section in enumerate(asks.sections, 1)
        ],
        "missing": bool(missing),
        "worded": _worded(request, how, draft),
        "roles": [*place.asking.roles, NOT_SAID] if place.asking.roles else [],
        "role": request.POST.get("role") or draft.role,
        "sheet": sheet,
        "fault": fault,
    }
    return _shown(request, place, how, "answer_send.html", "Look it over, and send it", shown, 422 if fault else 200)


def _worded(request: HttpRequest, how: How, draft: Said) -> list[tuple[str, str, str, bool]]:
    """What was written in words: the question, what it asks, the words, and whether others may read them."""
    asks = {one.id: reading(one, plain=how.plain) for one in how.instrument.questions}
    chosen = request.POST.getlist("release") if request.method == "POST" else draft.released
    return [
        (name, asks[name], text, name in chosen or "yes" in chosen)
        for name, text in rounds.in_words(how.instrument, draft).items()
    ]


def _count(text: str) -> int:
    """A small number of an address; 0, where it says none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _open_questions(section: Section, draft: Said, missing: Mapping[str, str]) -> str:
    """How many questions of a section are open, and how many of those have to be answered."""
    left = [one.id for one in section.questions if one.id not in draft.answers]
    needed = sum(one.id in missing for one in section.questions)
    if needed:
        return f"{counted(needed, 'questions')} still to be answered before you can send"
    return f"{counted(len(left), 'questions')} left open" if left else "all answered"


def _sends(form: QueryDict, place: Place) -> None:
    """Send the sheet, with the role and the release that were chosen."""
    if not place.asking.anonymous and form.get("agree") != "yes":
        raise TakerootError("Say that you agree: an open round is answered by consent alone.")
    released = form.getlist("release")
    if "yes" in released:
        released = [*rounds.in_words(place.asking.asks(), rounds.sheet_of(place.asking, place.code).draft)]
    actions.send_sheet(place.asking, place.code, role=form.get("role", ""), released=released, by=place.by)


def _sent(request: HttpRequest, place: Place) -> HttpResponse:
    """That it was sent, and how it is changed or withdrawn."""
    how, sheet = _how(request, place), _sheet(place)
    if sheet.sent is None:
        return redirect(place.base + how.query)
    return _shown(request, place, how, "answer_sent.html", "Thank you: your answers are in", {"sheet": sheet})


def _sheet(place: Place) -> Sheet:
    """What was written so far; nothing, where it is not known whose it would be, or nothing more can be written."""
    return rounds.sheet_of(place.asking, place.code) if place.code else Sheet()


def _how(request: HttpRequest, place: Place) -> How:
    """The language and the reading that the address asks for."""
    return how_of(request.GET, place.asking.languages, place.asking.asks)


def query_of(request: HttpRequest, place: Place) -> str:
    """What addresses end with that ask for the same language and reading."""
    return _how(request, place).query


def _shown(
    request: HttpRequest, place: Place, how: How, template: str, title: str, said: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    kept = request.GET.get("kept", "")
    around = {
        **place.around(),
        "page": Page("rounds", title, ""),
        "place": place,
        "asking": place.asking,
        "how": how,
        "stands": place.asking.stands(),
        "device": place.device,
        "kept": kept if _ONCE.fullmatch(kept) else "",
        "closes": day(place.asking.closes),
        "opens": day(place.asking.opens),
    }
    return render(request, template, {**around, **said}, status=status)


part = by_link(require_http_methods(["GET", "HEAD", "POST"])(_part))
send = by_link(require_http_methods(["GET", "HEAD", "POST"])(_send))
sent = by_link(require_safe(_sent))
open_part = signed_in(require_http_methods(["GET", "HEAD", "POST"])(_part))
open_send = signed_in(require_http_methods(["GET", "HEAD", "POST"])(_send))
open_sent = require_safe(signed_in(_sent))

_OPEN = "rounds/<int:number>/answer/<str:who>/"
PATHS = [
    path("r/<str:secret>/", front, name="answer"),
    path("r/<str:secret>/<int:page>", part, name="answer-part"),
    path("r/<str:secret>/send", send, name="answer-send"),
    path("r/<str:secret>/sent", sent, name="answer-sent"),
    of_programme(_OPEN, open_front, "round-answer"),
    of_programme(f"{_OPEN}<int:page>", open_part, "round-answer-part"),
    of_programme(f"{_OPEN}send", open_send, "round-answer-send"),
    of_programme(f"{_OPEN}sent", open_sent, "round-answer-sent"),
]
