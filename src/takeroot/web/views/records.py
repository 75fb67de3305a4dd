"""Records and plans: written page by page, kept as drafts until they are released, read, and compared."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takeroot.errors import Fault, FaultyInput, TakerootError
from takeroot.exchange.answers_read import LARGEST
from takeroot.vocabulary.days import the_day
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.own_instruments import whose_words
from takeroot.vocabulary.tables import LINKS
from takeroot.web import actions
from takeroot.web.addresses import of_programme
from takeroot.web.forms import assessing
from takeroot.web.forms.naming import mark_of, seem_to_name
from takeroot.web.frames import Book
from takeroot.web.models import Draft
from takeroot.web.named import heed
from takeroot.web.panels.assess import kept, record_at, records
from takeroot.web.panels.head import Page, head
from takeroot.web.read_as import How, how_in, spoken
from takeroot.web.roles import May, Visit, enter
from takeroot.web.views.answer_files import sheet_sent
from takeroot.web.views.answering_rounds import SHOWN

_NOT_SAID = "Say which day it is of."


def writable(visit: Visit, name: str) -> Instrument:
    """The record or plan of this name, in the edition in use."""
    one = kept.in_use(visit.programme.library).get(name)
    if one is None or one.kind == "questionnaire":
        raise Http404
    return one


def frame(visit: Visit, title: str, says: str) -> dict[str, Any]:
    """What the frame of a page needs, under the tab of instruments."""
    return {**head(visit, "assess", visit), "page": Page("assess", title, says), "parts": []}


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str, instrument: str) -> HttpResponse:
    """Begin a record or plan; or a page of one that was begun; or all of it, before it is released."""
    visit = enter(request.user, slug, May.RECORD)
    one = writable(visit, instrument)
    number = request.POST.get("draft") or request.GET.get("draft", "")
    if not number:
        return _begin(request, visit, one)
    draft = _draft(visit, one, number)
    page = request.GET.get("page") or request.POST.get("page", "1")
    besides = {"draft": number, "page": page}
    library = visit.programme.library
    how = how_in(library, library.editions[one.id, draft.cells["edition"]], request.GET, besides)
    if request.method == "POST":
        return _kept(request, visit, how, draft)
    if page == "all":
        return _whole(request, visit, how, draft)
    return _page(request, visit, how, draft)


def _begin(
    request: HttpRequest, visit: Visit, one: Instrument, fault: str = "", wrong: Sequence[Fault] = ()
) -> HttpResponse:
    """What it is about, of which day, and whether it begins with what was written last time."""
    how = how_in(visit.programme.library, one, request.GET)
    one, book = how.instrument, Book(visit.programme, visit.scope)
    subjects = records.subjects(book, one)
    given = request.POST if request.method == "POST" else request.GET
    about, on = given.get("about", ""), given.get("on", timezone.localdate().isoformat())
    if request.method == "POST" and not fault and not wrong:
        if about not in dict(subjects):
            return _begin(request, visit, one, "Choose what it is about.")
        try:
            day = the_day(on)
        except ValueError:
            return _begin(request, visit, one, _NOT_SAID)
        if day > timezone.localdate():
            return _begin(request, visit, one, "A record is of a day that has come; this one lies ahead.")
        site = about.partition(":")[2] or None
        last = records.last_typed(book, one, site) if "again" in given else {}
        draft = actions.keep_record_draft(
            visit.programme, one, last, site=site, on=day.isoformat(), person=request.user
        )
        return redirect(_at(visit, how, draft, 1))
    shown = {
        "one": one,
        "how": how,
        "ways_at": reverse("assess-write", args=[visit.programme.slug, one.id]),
        "wrong": wrong[:SHOWN],
        "more": max(0, len(wrong) - SHOWN),
        "largest": LARGEST // 2**20,
        "subjects": subjects,
        "about": about if about in dict(subjects) else (subjects[0][0] if len(subjects) == 1 else ""),
        "on": on,
        "fault": fault,
        "words": whose_words(one),
        "before": visit.scope.narrative and bool(kept.answers_of(book, one.id).height),
        "drafts": [
            (draft, reverse("assess-write", args=[visit.programme.slug, one.id]) + f"?draft={draft.pk}&page=1")
            for draft in records.drafts(visit, one.id)
        ],
    }
    return render(
        request,
        "assess_begin.html",
        {**frame(visit, one.title, one.purpose), **shown},
        status=422 if fault or wrong else 200,
    )


@require_POST
def filled(request: HttpRequest, slug: str, instrument: str) -> HttpResponse:
    """A workbook that comes back: it becomes a draft, to be looked over and released."""
    visit = enter(request.user, slug, May.RECORD)
    one, library = writable(visit, instrument), visit.programme.library
    how = how_in(library, one, request.GET)
    asked = {each: library.find(one.id, one.edition, each) for each in (one.language, *spoken(library, one))}
    try:
        sheet = sheet_sent(request, asked)
        told = records.of_workbook(Book(visit.programme, visit.scope), one, sheet)
        draft = actions.keep_record_draft(
            visit.programme, one, told.typed, site=told.site, on=told.on.isoformat(), person=request.user
        )
    except FaultyInput as faulty:
        return _begin(request, visit, one, wrong=faulty.faults)
    except TakerootError as error:
        return _begin(request, visit, one, str(error))
    return redirect(_at(visit, how, draft, "all"))


def _draft(visit: Visit, one: Instrument, number: str) -> Draft:
    """A draft of somebody's own."""
    mine = records.drafts(visit, one.id)
    draft = (
        mine.filter(pk=int(number)).first() if number.isascii() and number.isdecimal() and len(number) < 16 else None
    )
    if draft is None or (one.id, draft.cells["edition"]) not in visit.programme.library.editions:
        raise Http404
    return draft


def _at(visit: Visit, how: How, draft: Draft, page: int | str) -> str:
    where = reverse("assess-write", args=[visit.programme.slug, how.instrument.id])
    return f"{where}?{urlencode({'draft': draft.pk, 'page': page} | how.asked)}"


def _pages(visit: Visit, how: How, draft: Draft) -> tuple[Book, list[assessing.Page]]:
    book, site = Book(visit.programme, visit.scope), draft.cells["site"]
    whole = visit.scope.holds(site) if site else visit.scope.whole
    return book, assessing.pages(how.instrument, kept.called(book), whole=whole, each=not site, plain=how.plain)


def _page(request: HttpRequest, visit: Visit, how: How, draft: Draft, fault: str = "") -> HttpResponse:
    """One page of a form, with what was written already."""
    one = how.instrument
    book, pages = _pages(visit, how, draft)
    asked = request.GET.get("page") or request.POST.get("page", "1")
    at = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    page = next((one for one in pages if one.number == at), None)
    if page is None:
        raise Http404
    typed = json.loads(draft.cells["text"])
    shown = records.form(book, one, page, typed, draft.cells["site"] or None, plain=how.plain)
    about = records.about(book, one, draft)
    context = {
        "one": one,
        "how": how,
        "draft": draft,
        "form_page": page,
        "form_pages": [(each.number, each.title, _at(visit, how, draft, each.number)) for each in pages],
        "last": page.number == len(pages),
        "back": _at(visit, how, draft, page.number - 1) if page.number > 1 else "",
        "all": _at(visit, how, draft, "all"),
        "words": whose_words(one),
        "about": about,
        "fault": fault,
        **shown,
    }
    return render(request, "assess_write.html", {**frame(visit, one.short or one.title, about), **context})


def _kept(request: HttpRequest, visit: Visit, how: How, draft: Draft) -> HttpResponse:
    """Keep what was typed on a page and go on; or release the whole."""
    one = how.instrument
    if "release" in request.POST:
        return _release(request, visit, how, draft)
    if "discard" in request.POST:
        actions.discard_draft(visit.programme, person=request.user, draft=draft.pk)
        return redirect("assess-instrument", visit.programme.slug, one.id)
    _, pages = _pages(visit, how, draft)
    page = next((each for each in pages if str(each.number) == request.POST.get("page")), None)
    if page is None:
        raise Http404
    typed = json.loads(draft.cells["text"]) | assessing.typed_on(page, one, dict(request.POST.lists()))
    site = draft.cells["site"] or None
    actions.keep_record_draft(
        visit.programme, one, typed, site=site, on=draft.cells["on"], person=request.user, draft=draft
    )
    if "stop" in request.POST:
        return redirect(f"{reverse('assess-instrument', args=[visit.programme.slug, one.id])}?kept={draft.pk}")
    return redirect(_at(visit, how, draft, "all" if page.number == len(pages) else page.number + 1))


def _whole(
    request: HttpRequest,
    visit: Visit,
    how: How,
    draft: Draft,
    faults: tuple[Fault, ...] = (),
    seems: tuple[str, ...] = (),
) -> HttpResponse:
    """All that was written, and what is still lacking, before it is released."""
    book, pages = _pages(visit, how, draft)
    one, typed = how.instrument, json.loads(draft.cells["text"])
    context: dict[str, Any] = {
        "one": one,
        "how": how,
        "draft": draft,
        "about": records.about(book, one, draft),
        "sections": records.looked_over(book, one, typed, plain=how.plain),
        "form_pages": [(each.number, each.title, _at(visit, how, draft, each.number)) for each in pages],
        "faults": records.told_faults(one, pages, faults, lambda number: _at(visit, how, draft, number)),
        "seems": seems,
        "seen": mark_of(seems),
        "once": secrets.token_urlsafe(16),
        "words": whose_words(one),
    }
    page = frame(visit, "Look it over", context["about"])
    return render(request, "assess_whole.html", {**page, **context}, status=422 if faults or seems else 200)


def _release(request: HttpRequest, visit: Visit, how: How, draft: Draft) -> HttpResponse:
    """Make it a part of the record, whole, or say what is wrong with it."""
    one = how.instrument
    typed = json.loads(draft.cells["text"])
    answers, words = assessing.answered(typed)
    seems = tuple(seem_to_name([*words.values(), *_in_words(one, answers)]))
    if seems and request.POST.get("seen_names") != mark_of(seems):
        return _whole(request, visit, how, draft, seems=seems)
    site, on = draft.cells["site"] or None, date.fromisoformat(draft.cells["on"])
    try:
        actions.write_record(
            visit.programme, one, answers, words, site=site, on=on, by=visit.by, scope=visit.scope,
            once=f"{draft.pk}-{one.id}", draft=draft,
        )  # fmt: skip
    except FaultyInput as faulty:
        return _whole(request, visit, how, draft, faulty.faults)
    except TakerootError as wrong:
        return _whole(request, visit, how, draft, (Fault(str(wrong)),))
    if not visit.scope.narrative:
        return redirect(f"{reverse('assess-instrument', args=[visit.programme.slug, one.id])}?written=1")
    return redirect(record_at(visit.programme.slug, one.id, {"on": on, "site": site}))


def _in_words(one: Instrument, answers: Mapping[tuple[str, str | None], str]) -> list[str]:
    """What was told in somebody's own words."""
    told = {question.id for question in one.questions if one.scale(question).kind == "text"}
    return [text for (question, _), text in answers.items() if question in told]


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, slug: str, instrument: str, on: str) -> HttpResponse:
    """One record or plan as it was written; and how it is withdrawn, whole."""
    posted = request.method == "POST"
    visit = enter(request.user, slug, May.RECORD if posted else May.READ)
    one, book = writable(visit, instrument), Book(visit.programme, visit.scope)
    site = request.GET.get("site") or None
    shown = records.written_on(book, one, on, site, request.GET)
    fault = ""
    if posted:
        try:
            actions.withdraw_record(
                visit.programme, one.id, subject=shown["subject"], site=site, on=shown["day"], by=visit.by,
                scope=visit.scope, why=request.POST.get("why", ""),
            )  # fmt: skip
            return redirect("assess-instrument", slug, instrument)
        except TakerootError as wrong:
            fault = str(wrong)
    context = {
        **shown,
        "one": one,
        "words": whose_words(one),
        "fault": fault,
        "withdraws": May.RECORD in visit.may,
        "write": reverse("assess-write", args=[slug, one.id]) if May.RECORD in visit.may else "",
        "compare": reverse("assess-compare", args=[slug, one.id]),
    }
    page = frame(visit, one.title, shown["says"])
    return render(request, "assess_record.html", {**page, **context}, status=422 if fault else 200)


@require_safe
def compare(request: HttpRequest, slug: str, instrument: str) -> HttpResponse:
    """What changed between two writings, side by side, changed answers first."""
    visit = enter(request.user, slug, May.READ)
    one, book = writable(visit, instrument), Book(visit.programme, visit.scope)
    shown = records.compared(book, one, *(request.GET.get(name, "") for name in ("first", "second", "site")))
    context = {**shown, "one": one, "words": whose_words(one)}
    return render(request, "assess_compare.html", {**frame(visit, "What changed", shown["says"]), **context})


@require_POST
def link(request: HttpRequest, slug: str, instrument: str) -> HttpResponse:
    """Note that one question of an instrument depends on another."""
    visit = enter(request.user, slug, May.RECORD)
    one = kept.in_use(visit.programme.library).get(instrument)
    if one is None or not visit.scope.whole:
        raise Http404
    heed(request)
    names = {"from_question": "from", "to_question": "to", "text": "text"}
    cells = {column: request.POST.get(name, "").strip() for column, name in names.items()}
    asked = {question.id for question in one.questions}
    if not {cells["from_question"], cells["to_question"]} <= asked or cells["from_question"] == cells["to_question"]:
        raise TakerootError("Choose two different questions: the one that acts, and the one that it acts upon.")
    cells |= {"instrument": one.id, "on": timezone.localdate().isoformat(), "by": visit.by}
    actions.record(visit.programme, LINKS, cells, by=visit.by, scope=visit.scope, did="noted what depends on what")
    return redirect(f"{reverse('assess-instrument', args=[slug, one.id])}#links")


PATHS = [
    of_programme("assess/<str:instrument>/write", write, "assess-write"),
    of_programme("assess/<str:instrument>/filled", filled, "assess-filled"),
    of_programme("assess/<str:instrument>/on/<str:on>", record, "assess-record"),
    of_programme("assess/<str:instrument>/compare", compare, "assess-compare"),
    of_programme("assess/<str:instrument>/links", link, "assess-link"),
]
