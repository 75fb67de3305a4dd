"""Records and plans: written once, dated, and never reworded; taken out only whole, with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from takeroot.charts.wording import counted, day
from takeroot.errors import Fault, FaultyInput, TakerootError
from takeroot.vocabulary.answer import checked_answer, checked_words, lacking, the_question, with_words
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.tables import ENTRIES
from takeroot.web import ledger
from takeroot.web.actions.drafts import MOST, sayable
from takeroot.web.actions.line import held, leave, raise_revision
from takeroot.web.actions.rows import SentAgain, sent_before
from takeroot.web.editions import edition_now
from takeroot.web.models import Draft, Person, Programme
from takeroot.web.scope import Scope
from takeroot.web.stored import STORED

#: A question, and the site that it is answered for, where it is answered for each.
Place = tuple[str, str | None]


@transaction.atomic
def write_record(
    programme: Programme,
    instrument: Instrument,
    answers: Mapping[Place, str],
    words: Mapping[Place, str],
    *,
    site: str | None,
    on: date,
    by: str,
    scope: Scope,
    once: str = "",
    draft: Draft | None = None,
) -> int:
    """Make what was written to an instrument a part of the record: all of it, or nothing.

    Parameters
    ----------
    answers, words
        What was answered, and said beside it, by question and, where each site is asked, by site.
    site
        The site that it is about; None for the programme.
    on
        The day it is of.
    scope
        What the writer may change: who writes for named sites writes about those alone.
    once, draft
        As for :func:`~takeroot.web.actions.rows.record`.

    Returns
    -------
    int
        How many answers it holds.

    Raises
    ------
    FaultyInput
        With a fault for each answer that is none, each that is needed and missing, and each site out of reach.
    TakerootError
        If there is a writing of that day already: it stays as it was written.
    """
    row = held(programme)
    instrument = edition_now(row, instrument)
    if once and sent_before(programme, once, by=by):
        raise SentAgain("")
    subject = "site" if site is not None else "programme"
    if subject not in instrument.about:
        raise TakerootError(
            f"'{instrument.title}' is not written about {'a site' if site else 'the programme as a whole'}."
        )
    given = _checked(instrument, answers, words, whole=scope.whole or site is not None)
    _within_reach(row, given, site, scope)
    if on > timezone.localdate():
        raise FaultyInput([Fault("a record is of a day that has come; this one lies ahead", column="on")])
    _refuse_if_written(row, instrument, given, subject, site, on)
    frame = ENTRIES.read(
        {
            "instrument": [instrument.id] * len(given),
            "edition": [instrument.edition] * len(given),
            "subject": [subject] * len(given),
            "site": pl.Series([at or site for _, at in given], dtype=pl.String),
            "question": [question for question, _ in given],
            "on": [on] * len(given),
            "text": list(given.values()),
            "by": [by] * len(given),
        }
    )
    difference = ledger.compare(row, ENTRIES, ENTRIES.identified(frame), again=True)
    if difference.held.height or difference.changed.height or difference.unchanged:
        raise TakerootError(_THERE.format(day(on)))
    raise_revision(programme, [ENTRIES.name])
    said: dict[str, Any] = {"instrument": instrument.id, "edition": instrument.edition, "on": on.isoformat()}
    said |= {"site": site, "rows": {ENTRIES.name: {"new": len(given)}}, "row": f"entries:{difference.new['id'][0]}"}
    line = leave(by, "wrote a record", programme, **said, **({"once": once} if once else {}))
    ledger.put(programme, difference, line)
    if draft is not None:
        draft.delete()
    return len(given)


_THERE = (
    "There is a record of {} already, and it stays as it was written. Date this one another day, or withdraw the "
    "other, with a reason, and send this again."
)


def _checked(
    instrument: Instrument, answers: Mapping[Place, str], words: Mapping[Place, str], *, whole: bool
) -> dict[Place, str]:
    """Every answer as it is stored, words beside it, in the order of the questions."""
    faults: list[Fault] = []
    given: dict[Place, str] = {}
    told: dict[Place, str] = {}
    beside: dict[Place, str] = {}
    order = {one.id: nth for nth, one in enumerate(instrument.questions)}
    for place in sorted(answers, key=lambda one: (order.get(one[0], len(order)), one[1] or "")):
        name, at = place
        try:
            question = the_question(instrument, name)
            answer = checked_answer(instrument, question, answers[place])
            own = checked_words(words.get(place, "")) if question.with_text != "no" else ""
        except ValueError as wrong:
            faults.append(Fault(str(wrong), column=_column(name, at)))
            continue
        if question.by_site != (at is not None):
            says = "this is asked of each site" if question.by_site else "this is asked once, and not of each site"
            faults.append(Fault(says, column=_column(name, at)))
        told[question.id, at], beside[question.id, at] = answer, own
        text = answer if instrument.scale(question).kind == "text" else with_words(answer, own)
        given[place] = text
    faults += [
        Fault("words stand here without an answer", column=_column(*place))
        for place, said in words.items()
        if said.strip() and place not in answers
    ]
    known = {fault.column for fault in faults}
    faults += [fault for fault in _lacking(instrument, told, beside, whole=whole) if fault.column not in known]
    if not given and not faults:
        faults.append(Fault("nothing is written yet; answer at least one question"))
    if faults:
        raise FaultyInput(faults)
    return given


def _lacking(
    instrument: Instrument, told: Mapping[Place, str], beside: Mapping[Place, str], *, whole: bool
) -> Iterator[Fault]:
    """What still has to be said: once of the whole, if its writer speaks of that, and of each site in it."""
    each = {question.id for question in instrument.questions if question.by_site}
    for place in ([None] if whole else []) + sorted({at for _, at in told if at is not None}):
        answers = {name: answer for (name, at), answer in told.items() if at in (None, place)}
        words = {name: said for (name, at), said in beside.items() if at in (None, place)}
        for name, says in lacking(instrument, answers, words):
            if (name in each) == (place is not None):
                yield Fault(says, column=_column(name, place))


def _column(name: str, at: str | None) -> str:
    return name if at is None else f"{name}~{at}"


def _within_reach(row: Programme, given: Mapping[Place, str], site: str | None, scope: Scope) -> None:
    """Refuse sites that are not there, or out of reach, in the same words."""
    named = {at for _, at in given if at is not None} | ({site} if site is not None else set())
    there = set(row.sites.filter(site__in=named).values_list("site", flat=True))
    faults = [
        Fault(f"'{name}' is not among the sites that you write for", column="site")
        for name in sorted(named)
        if name not in there or not scope.holds(name)
    ]
    if site is None and not scope.whole and any(at is None for _, at in given):
        faults.append(
            Fault("you write for named sites; what is said of the whole programme is for others", column="site")
        )
    if faults:
        raise FaultyInput(faults)


def _refuse_if_written(
    row: Programme, instrument: Instrument, given: Mapping[Place, str], subject: str, site: str | None, on: date
) -> None:
    """A record of a day stays as it was written; sites may each write theirs into one tracker of a day."""
    each = [one.id for one in instrument.questions if one.by_site]
    there = row.entries.filter(instrument=instrument.id, subject=subject, on=on)
    own = there.filter(site=site) if site is not None else there.exclude(question__in=each)
    if any(at is None for _, at in given) and own.exists():
        raise TakerootError(_THERE.format(day(on)))
    sites = {at for _, at in given if at is not None}
    written = set(there.filter(question__in=each, site__in=sites).values_list("question", "site"))
    again = sorted({at for question, at in given if at is not None and (question, at) in written})
    if again:
        raise TakerootError(f"Of {', '.join(again)}: {_THERE.format(day(on))[0].lower()}{_THERE.format(day(on))[1:]}")


@transaction.atomic
def withdraw_record(
    programme: Programme,
    instrument: str,
    *,
    subject: str,
    site: str | None,
    on: date,
    by: str,
    scope: Scope,
    why: str,
) -> int:
    """Take a whole record out; what it said stays in its history, with the reason. How many answers it held.

    Raises
    ------
    TakerootError
        If no reason is given, or it holds answers of sites out of reach.
    Http404
        If there is no such record within reach.
    """
    if not why.strip():
        raise TakerootError("Say why it is withdrawn: the reason is kept with what it said.")
    row, seen = held(programme), scope.rows(ENTRIES)
    if seen is None or (site is not None and not scope.holds(site)):
        raise Http404
    mine = STORED[ENTRIES.name].objects.filter(programme=row, instrument=instrument, subject=subject, on=on)
    mine = mine.filter(site=site) if site is not None else mine
    found = [(one.id, one.site) for one in mine.filter(seen)]
    if not found:
        raise Http404
    if not scope.whole and (mine.count() > len(found) or not all(scope.holds(at) for _, at in found)):
        raise TakerootError("Others wrote in this record too; who leads the programme can withdraw it.")
    raise_revision(programme, [ENTRIES.name])
    line = leave(
        by, "withdrew a record", programme, why=why, instrument=instrument, on=on.isoformat(), site=site,
        rows={ENTRIES.name: {"withdrawn": len(found)}},
    )  # fmt: skip
    return ledger.withdraw(programme, ENTRIES, [one for one, _ in found], line)


@transaction.atomic
def keep_record_draft(
    programme: Programme,
    instrument: Instrument,
    answers: Mapping[str, str],
    *,
    site: str | None,
    on: str,
    person: Person,
    draft: Draft | None = None,
) -> Draft:
    """Keep what somebody has written so far to an instrument; nobody else sees it, and it leaves no line.

    Parameters
    ----------
    answers
        What was typed, by the name of its field.
    on
        The day it is to be of, as it was typed.

    Raises
    ------
    TakerootError
        If they keep too many drafts already.
    """
    own = Draft.objects.select_for_update().filter(programme=programme, person=person)
    if draft is None and own.count() >= MOST:
        raise TakerootError(f"You keep {counted(MOST, 'drafts')} here already; release or discard one of them first.")
    kept = own.get(pk=draft.pk) if draft is not None else Draft(programme=programme, person=person)
    kept.table, kept.changed = ENTRIES.name, timezone.now()
    kept.cells = {
        "instrument": instrument.id,
        "edition": instrument.edition,
        "site": site or "",
        "on": on,
        "text": json.dumps({name: sayable(text) for name, text in answers.items() if text}, ensure_ascii=False),
    }
    kept.save()
    return kept
