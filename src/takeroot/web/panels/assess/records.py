"""Records and plans: the pages on which they are written, how they read, and what changed between two."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from takeroot.analysis.assessment import written
from takeroot.charts.wording import counted, day
from takeroot.errors import Fault, TakerootError, quoted
from takeroot.exchange.answers_read import OneSheet
from takeroot.reporting.blocks import Column, Grid
from takeroot.vocabulary.answer import offered, reading
from takeroot.vocabulary.days import the_day
from takeroot.vocabulary.instrument import Instrument, Question
from takeroot.web.addresses import address
from takeroot.web.forms import assessing
from takeroot.web.frames import Book
from takeroot.web.models import Draft
from takeroot.web.panels.assess import kept, record_at
from takeroot.web.panels.panel import Panel
from takeroot.web.read_as import How, how_in
from takeroot.web.roles import Visit

#: What became of answers, and the sentence above each group.
BECAME = {
    written.CHANGED: "Changed",
    written.ADDED: "New",
    written.GONE: "No longer answered",
    written.SAME: "The same",
}


def subjects(book: Book, one: Instrument) -> list[tuple[str, str]]:
    """What a record can be about, within reach: the programme (or its sites in a tracker), or each site."""
    found = []
    if "programme" in one.about:
        if book.scope.whole:
            found.append(("programme", "The whole programme"))
        elif any(question.by_site for question in one.questions):
            found.append(("programme", "Your sites, in the programme's tracker"))
    if "site" in one.about:
        found += [(f"site:{site}", name) for site, name in kept.called(book).items()]
    return found


def drafts(visit: Visit, instrument: str) -> QuerySet[Draft]:
    """What somebody began to write to an instrument, and has not released."""
    mine = Draft.objects.filter(programme=visit.programme, person=visit.person, table="entries")
    return mine.filter(cells__instrument=instrument).order_by("-changed")


def told_of(visit: Visit, draft: Draft) -> tuple[Draft, str, list[tuple[str, str]], str]:
    """A draft among the others that somebody keeps: its title, what it says of itself, and where it is gone on with."""
    one = kept.in_use(visit.programme.library).get(draft.cells.get("instrument", ""))
    site = draft.cells.get("site") or "the whole programme"
    says = [("About", site), ("Day", draft.cells.get("on", "")), ("Answers", str(len(_typed(draft))))]
    if one is None:
        return draft, draft.cells.get("instrument", ""), says, ""
    return draft, one.title, says, f"{address('assess-write', visit.programme.slug, one.id)}?draft={draft.pk}&page=1"


def _typed(draft: Draft) -> dict[str, str]:
    return json.loads(draft.cells.get("text", "{}"))


def about(book: Book, one: Instrument, draft: Draft) -> str:
    """What a draft is about, and of which day."""
    site = draft.cells["site"] or None
    what = kept.about_what(book, "site" if site else "programme", site)
    return f"{one.title}, about {what}, {day(date.fromisoformat(draft.cells['on']))}"


def _last(book: Book, one: Instrument, site: str | None) -> pl.DataFrame:
    """The last answers about a subject, at every site of its tracker."""
    if not book.scope.narrative:
        return kept.answers_of(book, one.id).clear()
    subject = "site" if site else "programme"
    answers = kept.answers_of(book, one.id)
    return written.latest(
        answers.filter(pl.col("site").eq_missing(pl.lit(site, pl.String)) & (pl.col("subject") == subject))
    )


def last_typed(book: Book, one: Instrument, site: str | None) -> dict[str, str]:
    """What was written last time, as it stands in the fields of a form."""
    typed: dict[str, str] = {}
    asked = {question.id for question in one.questions}
    for question, at, answer, words in _last(book, one, site).select("question", "at", "answer", "words").iter_rows():
        if question in asked:
            name = assessing.name_of(question, at)
            typed |= {name: answer, f"w{name[1:]}": words or ""}
    return typed


def form(
    book: Book,
    one: Instrument,
    page: assessing.Page,
    typed: Mapping[str, str],
    site: str | None,
    *,
    plain: bool = False,
) -> dict[str, Any]:
    """The fields of a page: questions one below the other, or sites down and what each is asked across."""
    last = _last(book, one, site)
    before = {
        (question, at): f"{day(on)}: {_and(says, words)}"
        for question, at, on, says, words in last.select("question", "at", "on", "says", "words").iter_rows()
        if question not in written.judged_on(one)  # each judges without seeing what others judged
    }
    asked = [question for question in page.section.questions if question.by_site == bool(page.sites)]
    if not page.sites:
        return {
            "fields": [
                assessing.field_of(one, question, typed, before=before.get((question.id, None), ""), plain=plain)
                for question in asked
            ]
        }
    stands = {
        question: answer for question, at, answer in last.select("question", "at", "answer").iter_rows() if at is None
    }
    names = assessing.column_names(one, typed, stands)
    called = kept.called(book)
    rows = [
        assessing.Row(
            at,
            called.get(at, at),
            tuple(
                assessing.field_of(
                    one,
                    question,
                    typed,
                    site=at,
                    asks=names[question.id],
                    before=before.get((question.id, at), ""),
                    plain=plain,
                )
                for question in asked
                if question.id in names
            ),
        )
        for at in page.sites
    ]
    there = [question for question in asked if question.id in names]
    return {
        "rows": rows,
        "heads": [names[question.id] for question in there],
        "helps": [(names[question.id], reading(question, plain=plain), question.help) for question in there],
    }


@dataclass(frozen=True)
class OfWorkbook:
    """What a workbook of a record or plan says, as it stands in the fields of a form."""

    typed: dict[str, str]
    site: str | None
    on: date


def of_workbook(book: Book, one: Instrument, sheet: OneSheet) -> OfWorkbook:
    """What a workbook says of something within reach.

    Raises
    ------
    TakerootError
        If it is about something out of reach, or of no day that has come.
    """
    site = sheet.about.get("site") or None
    if (f"site:{site}" if site else "programme") not in dict(subjects(book, one)):
        what = f"the site {quoted(site)}" if site else "the programme as a whole"
        raise TakerootError(
            f"On the sheet 'about' the workbook says that it is about {what}: you can not write of that."
        )
    try:
        on = the_day(sheet.about.get("on", ""))
    except ValueError:
        raise TakerootError("Write on the sheet 'about' beside 'on' the day it is of, such as 2024-03-31.") from None
    if on > timezone.localdate():
        raise TakerootError("A record is of a day that has come; this one lies ahead.")
    called, each = kept.called(book), {question.id for question in one.questions if question.by_site}
    typed: dict[str, str] = {}
    for (question, at), told, sort in (
        *((place, text, "q") for place, text in sheet.answers.items()),
        *((place, text, "w") for place, text in sheet.words.items()),
    ):
        if question in each and at not in called:
            raise TakerootError(f"'{question}' is answered for each site: {quoted(at)} is none that you write for.")
        name = assessing.name_of(question, at if question in each else None)
        typed[f"{sort}{name[1:]}"] = told
    return OfWorkbook(typed, site, on)


def _and(says: str, words: str | None) -> str:
    """An answer and the words beside it, in one line."""
    return f"{says.rstrip('.')}. {words}" if words else says


def looked_over(
    book: Book, one: Instrument, typed: Mapping[str, str], *, plain: bool = False
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What was typed so far, in words, section by section."""
    answers, words = assessing.answered(typed)
    called = kept.called(book)
    names = assessing.column_names(one, typed, {})
    found = []
    for section in one.sections:
        lines = []
        for question in section.questions:
            offers = {offer.value: offer.says for offer in offered(one.scale(question), plain=plain)}
            for (name, at), answer in answers.items():
                if name == question.id:
                    says = "; ".join(offers.get(part, part) for part in answer.split(";")) if offers else answer
                    title = question.short or question.asks
                    who = f"{called.get(at, at)}: {names.get(name, title)}" if at is not None else title
                    lines.append((who, says, words.get((name, at), "")))
        if lines:
            found.append((reading(section, plain=plain), lines))
    return found


def told_faults(
    one: Instrument, pages: Iterable[assessing.Page], faults: Iterable[Fault], where: Callable[[int], str]
) -> list[tuple[str, str, str]]:
    """Each fault with the question it is of, and the page on which that is asked."""
    names = {question.id: question.short or question.asks for question in one.questions}
    told = []
    every = list(pages)
    for fault in faults:
        question, _, at = (fault.column or "").partition(assessing.APART)
        page = next(
            (
                page.number
                for page in every
                if any(each.id == question for each in page.section.questions) and (not at or at in page.sites)
            ),
            None,
        )
        name = f"{names.get(question, '')}{f', {at}' if at else ''}"
        told.append((name, fault.says, where(page) if page else ""))
    return told


def _answers_on(book: Book, one: Instrument, on: str, site: str | None) -> pl.DataFrame:
    """The answers of one writing, if there are any that may be read."""
    try:
        when = the_day(on)
    except ValueError:
        raise Http404 from None
    answers = kept.answers_of(book, one.id)
    mine = answers.filter((pl.col("on") == when) & pl.col("site").eq_missing(pl.lit(site, pl.String)))
    if not mine.height:
        raise Http404
    return mine


def written_on(
    book: Book, one: Instrument, on: str, site: str | None, asked: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """One writing, as it was written.

    Parameters
    ----------
    asked
        The language and reading that the address asks for.
    """
    mine = _answers_on(book, one, on, site)
    first = mine.row(0, named=True)
    known = kept.shelf(book)
    of = known.editions.get((one.id, first["edition"]), one)
    how = how_in(known, of, asked or {}, {"site": site} if site else {})
    of = how.instrument
    about = kept.about_what(book, first["subject"], site)
    others = [
        {"says": f"{day(row['on'])}", "value": row["on"].isoformat()}
        for row in written.writings(kept.answers_of(book, one.id)).iter_rows(named=True)
        if row["site"] == site and row["on"] != first["on"]
    ]
    authors = ", ".join(mine["by"].drop_nulls().unique(maintain_order=True))
    return {
        "how": how,
        "sections": _sections(how, mine.filter(pl.col("at").is_null())),
        "trackers": _trackers(book, of, mine.filter(pl.col("at").is_not_null())),
        "subject": first["subject"],
        "site": site,
        "day": first["on"],
        "on": first["on"].isoformat(),
        "edition": first["edition"],
        "authors": authors,
        "others": others,
        "says": f"About {about}, {day(first['on'])}" + (f", written by {authors}" if authors else ""),
        "cautions": of.cautions,
        "discussion": of.discussion,
    }


def _sections(how: How, mine: pl.DataFrame) -> list[tuple[str, list[dict[str, Any]]]]:
    """What was answered, section by section; what belongs to no section that is known comes last."""
    rows = {row["question"]: row for row in mine.iter_rows(named=True)}
    found = []
    for section in how.instrument.sections:
        lines = [_line(how, question, rows.pop(question.id)) for question in section.questions if question.id in rows]
        if lines:
            found.append((reading(section, plain=how.plain), lines))
    return [*found, ("Of another edition", list(rows.values()))] if rows else found


def _line(how: How, question: Question, row: dict[str, Any]) -> dict[str, Any]:
    """A question and what was answered, in the language and reading that are asked for."""
    scale = how.instrument.scale(question)
    offers = {one.value: one.says for one in offered(scale, plain=how.plain)} if how.asked else {}
    parts = row["answer"].split(";") if scale.kind == "any of" else [row["answer"]]
    says = "; ".join(offers[part] for part in parts) if offers and set(parts) <= set(offers) else row["says"]
    return {**row, "asks": reading(question, plain=how.plain), "says": says}


def _trackers(book: Book, of: Instrument, mine: pl.DataFrame) -> list[Panel]:
    """What each site answered: sites down, in their given order, and what each was asked across."""
    found = []
    typed = {assessing.name_of(q): text for q, text in mine.select("question", "answer").iter_rows()}
    plain = {
        q: a
        for q, a in written.latest(kept.answers_of(book, of.id).filter(pl.col("at").is_null()))
        .select("question", "answer")
        .iter_rows()
    }
    names = assessing.column_names(of, typed, plain)
    told = {
        (q, at): _and(says, words) for q, at, says, words in mine.select("question", "at", "says", "words").iter_rows()
    }
    for section in of.sections:
        asked = [question.id for question in section.questions if question.by_site and question.id in names]
        asked = [question for question in asked if any((question, at) in told for at in kept.called(book))]
        rows = tuple(
            (name, *(told.get((question, at)) for question in asked))
            for at, name in kept.called(book).items()
            if any((question, at) in told for question in asked)
        )
        if rows:
            columns = (Column("", "Site"), *(Column("", names[question]) for question in asked))
            table = Grid(f"{section.title}: what each site said that day.", columns, rows)
            found.append(Panel(f"each-{section.id}", section.title, table=table, summary="Site by site"))
    return found


def compared(book: Book, one: Instrument, first: str, second: str, site: str) -> dict[str, Any]:
    """Two writings side by side: changed answers first, the earlier on the left."""
    where = site or None
    pair = sorted((_answers_on(book, one, on, where) for on in (first, second)), key=lambda mine: mine["on"][0])
    before, after = pair
    frame = written.between(before, after)
    called = kept.called(book)
    groups = []
    for became, title in BECAME.items():
        rows = [
            {**row, "name": f"{called.get(row['at'], row['at'])}: {row['name']}" if row["at"] else row["name"]}
            for row in frame.filter(became=became).iter_rows(named=True)
        ]
        if rows:
            groups.append({"became": became, "title": title, "rows": rows, "open": became != written.SAME})
    days = [mine["on"][0] for mine in pair]
    changed = frame.filter(pl.col("became") == written.CHANGED).height
    about = kept.about_what(book, before["subject"][0], where)
    says = f"{one.title}, about {about}: {day(days[0])} and {day(days[1])}"
    return {
        "groups": groups,
        "before": (day(days[0]), record_at(book.row.slug, one.id, {"on": days[0], "site": where})),
        "after": (day(days[1]), record_at(book.row.slug, one.id, {"on": days[1], "site": where})),
        "says": says,
        "found": f"{counted(changed, 'answers')} changed." if changed else "No answer changed.",
        "editions": before["edition"][0] != after["edition"][0],
    }
