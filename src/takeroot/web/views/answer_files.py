"""Instruments on paper and in spreadsheets: forms to print, workbooks to fill in, and workbooks that come back.

What comes back is read whole or not at all, onto the sheet of whoever sends it, to be looked over and sent like any
other. A workbook of an anonymous round comes by the link or slip of its respondent alone; of the file nothing is kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from takeroot.errors import FaultyInput, TakerootError
from takeroot.exchange import answer_sheets, answers_read, printed_form
from takeroot.exchange.answers_read import OneSheet
from takeroot.vocabulary.instrument import Instrument
from takeroot.web import actions, rounds, vault
from takeroot.web.addresses import of_programme
from takeroot.web.frames import Book
from takeroot.web.imports import uploads
from takeroot.web.models import Asking
from takeroot.web.panels.assess import kept
from takeroot.web.panels.promises import promises
from takeroot.web.read_as import how_in, how_of
from takeroot.web.roles import May, enter
from takeroot.web.rounds import Said
from takeroot.web.views.answering_rounds import Place, by_link, front_page, held_by, query_of, signed_in

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Sites that have rows of their own in a workbook; where there are more, they are written in by hand.
SITES = 300


# On their way out


def form_file(instrument: Instrument, name: str, **options: Any) -> HttpResponse:
    """A form to print."""
    answer = HttpResponse(printed_form.page(instrument, **options), content_type="text/html; charset=utf-8")
    return _sent_as(answer, name, "html")


def workbook_file(instrument: Instrument, name: str, **options: Any) -> HttpResponse:
    """A workbook to fill in."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "sheet.xlsx"
        answer_sheets.write(made, instrument, **options)
        return _sent_as(HttpResponse(made.read_bytes(), content_type=EXCEL), name, "xlsx")


def _sent_as(answer: HttpResponse, name: str, suffix: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{slugify(name) or "form"}.{suffix}"'
    return answer


def _of_round(request: HttpRequest, asking: Asking, write: Any) -> HttpResponse:
    """A file of a round, with what it promises, in the language and reading that the address asks for."""
    how = how_of(request.GET, asking.languages, asking.asks)
    name = f"{asking.instrument}-{asking.round}"
    told = write(how.instrument, name, round=asking.round, plain=how.plain, before=promises(asking))
    assert isinstance(told, HttpResponse)
    return told


@require_safe
def round_form(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The form of a round, to print."""
    return _of_round(request, rounds.one_of(enter(request.user, slug, May.READ), number), form_file)


@require_safe
def round_workbook(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The workbook of a round."""
    return _of_round(request, rounds.one_of(enter(request.user, slug, May.READ), number), workbook_file)


@by_link
@require_safe
def link_form(request: HttpRequest, place: Place) -> HttpResponse:
    """The same, for whoever has the link of the round."""
    return _of_round(request, place.asking, form_file)


@by_link
@require_safe
def link_workbook(request: HttpRequest, place: Place) -> HttpResponse:
    """The same, for whoever has the link of the round."""
    return _of_round(request, place.asking, workbook_file)


@require_safe
def instrument_form(request: HttpRequest, slug: str, instrument: str) -> HttpResponse:
    """The form of an instrument, to print."""
    return _of_instrument(request, slug, instrument, form_file)


@require_safe
def instrument_workbook(request: HttpRequest, slug: str, instrument: str) -> HttpResponse:
    """The workbook of an instrument."""
    return _of_instrument(request, slug, instrument, workbook_file)


def _of_instrument(request: HttpRequest, slug: str, instrument: str, write: Any) -> HttpResponse:
    visit = enter(request.user, slug, May.READ)
    known = visit.programme.library
    if (one := kept.in_use(known).get(instrument)) is None:
        raise Http404
    how = how_in(known, one, request.GET)
    sites: Sequence[str] = ()
    if one.kind != "questionnaire" and any(question.by_site for question in one.questions):
        called = list(kept.called(Book(visit.programme, visit.scope)))
        sites = called if len(called) <= SITES else ()
    told = write(how.instrument, one.id, sites=sites, plain=how.plain)
    assert isinstance(told, HttpResponse)
    return told


# On their way back


def sheet_sent(request: HttpRequest, asked: Mapping[str, Instrument], *, round: str = "") -> OneSheet:
    """What stands in the workbook of a form.

    Raises
    ------
    TakerootError
        If there is none, or it can not be read.
    """
    file = request.FILES.get("file")
    if file is None:
        raise TakerootError("Choose the file of your workbook first.")
    if (file.size or 0) > answers_read.LARGEST:
        raise TakerootError(f"A workbook of at most {answers_read.LARGEST // 2**20} MB is taken; this file is larger.")
    return answers_read.one_sheet(uploads.plain_name(file.name or ""), file.read(), asked, round=round)


def _filled(request: HttpRequest, place: Place) -> HttpResponse:
    """Read a workbook onto a sheet, and lead to where it is looked over and sent."""
    query = query_of(request, place)
    if place.asking.stands() != "open":
        return redirect(place.base + query)
    if not place.code and place.asking.way == "link":  # whoever sends a workbook begins by it, with a code of their own
        written = vault.new_code()
        place = replace(place, code=rounds.code_in(place.asking, written), written=written)
    if not place.code:
        return redirect(place.base + query)
    try:
        asked = {language: place.asking.asks(language) for language in place.asking.languages}
        read, instead = _onto(place, sheet_sent(request, asked, round=place.asking.round))
    except FaultyInput as faulty:
        return front_page(request, place, wrong=faulty.faults)
    except TakerootError as error:
        return front_page(request, place, str(error))
    said = urlencode({"read": read} | ({"instead": instead} if instead else {}))
    response = redirect(f"{place.base}send{query}{'&' if query else '?'}{said}")
    return held_by(response, place, place.written) if place.written else response


def _onto(place: Place, sheet: OneSheet) -> tuple[int, int]:
    """Put what a workbook says in the place of what stood there; how many answers it has, and how many were others.

    What the workbook leaves empty stays as it was.
    """
    said = Said({name: text for (name, _), text in sheet.answers.items()}, {n: t for (n, _), t in sheet.words.items()})
    names = sorted({*said.answers, *said.words})
    stood = rounds.part(rounds.sheet_of(place.asking, place.code).draft, names)
    actions.keep_page(place.asking, place.code, asked=names, said=said, seen=rounds.mark_of(stood))
    others = [name for name, text in stood.answers.items() if said.answers.get(name) != text]
    return len(names), len(others)


filled = by_link(require_POST(_filled))
open_filled = require_POST(signed_in(_filled))

_OPEN = "rounds/<int:number>/answer/<str:who>/"
PATHS = [
    path("r/<str:secret>/form", link_form, name="answer-form"),
    path("r/<str:secret>/workbook", link_workbook, name="answer-workbook"),
    path("r/<str:secret>/filled", filled, name="answer-filled"),
    of_programme("rounds/<int:number>/form", round_form, "round-form"),
    of_programme("rounds/<int:number>/workbook", round_workbook, "round-workbook"),
    of_programme(f"{_OPEN}filled", open_filled, "round-answer-filled"),
    of_programme("assess/<str:instrument>/form", instrument_form, "assess-form"),
    of_programme("assess/<str:instrument>/workbook", instrument_workbook, "assess-workbook"),
]
