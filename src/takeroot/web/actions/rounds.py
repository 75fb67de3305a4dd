"""Rounds: begun, given out by slips, open for longer, and closed."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from random import SystemRandom
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from takeroot.analysis.assessment.coding import COUNTED
from takeroot.charts.wording import day
from takeroot.errors import TakerootError, quoted
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.tables import ROUNDS
from takeroot.web import rounds, vault
from takeroot.web.actions.answering import forget_old_pages, insert, open_now, tell_of_days, wipe
from takeroot.web.actions.line import held, leave, raise_revision
from takeroot.web.actions.rows import record
from takeroot.web.editions import edition_now
from takeroot.web.models import AnswerRow, Asking, Programme, RoundRow, Slip
from takeroot.web.roles import digest
from takeroot.web.rounds import FLOOR, MOST_ROLES, Said
from takeroot.web.scope import Scope

log = logging.getLogger(__name__)

#: How long a round may be open, and its answers be kept.
LONGEST = timedelta(days=366)
YEARS = (1, 2, 3, 5, 10)
#: The most slips that are made at once, and in a programme.
AT_ONCE, MOST_SLIPS = 200, 20_000


@transaction.atomic
def begin_round(
    programme: Programme,
    *,
    name: str,
    instrument: Instrument,
    kind: str,
    way: str,
    opens: date,
    closes: date,
    by: str,
    scope: Scope,
    site: str = "",
    roles: Sequence[str] = (),
    floor: int = FLOOR,
    invited: int | None = None,
    years: int | None = None,
) -> Asking:
    """Begin a round, with the instrument as it stands now.

    Parameters
    ----------
    name
        What it is called in the programme.
    kind, way
        ``anonymous``, by one ``link`` for everybody or by ``slips``; or ``open``, by the ``team`` signed in.
    site
        The site that it is about; empty for the programme.
    roles
        From which a respondent chooses.
    floor
        The smallest group that is shown of an anonymous round: five, or more.
    years
        For how long after it closes the answers of an anonymous round are kept.

    Raises
    ------
    TakerootError
        With what can not be so.
    """
    row = held(programme)
    instrument = edition_now(row, instrument)
    name = " ".join(name.split())
    roles = tuple(dict.fromkeys(" ".join(one.split()) for one in roles if one.strip()))
    _check(row, name, kind, way, opens, closes, site, roles, floor, invited, years, scope, instrument)
    anonymous = kind == "anonymous"
    nonce = secrets.token_hex(32) if way == "link" else ""
    asking = Asking.objects.create(
        programme=row,
        round=name,
        kind=kind,
        way=way,
        instrument=instrument.id,
        edition=instrument.edition,
        texts=rounds.texts_of(row, instrument),
        site=site,
        roles=list(roles),
        floor=floor if anonymous else 1,
        opens=opens,
        closes=closes,
        invited=invited,
        keep_until=_years_after(closes, years or YEARS[1]) if anonymous else None,
        digest=digest(vault.link_secret(nonce)) if nonce else None,
        nonce=nonce,
        mark=vault.mark(),
        by=by,
    )
    cells = {
        "round": name, "instrument": instrument.id, "edition": instrument.edition, "subject": site or "programme",
        "kind": kind, "opens": opens, "closes": closes, "invited": invited,
    }  # fmt: skip
    record(programme, ROUNDS, cells, by=by, scope=Scope.everything(), did=f"began an {kind} round")
    asking.programme = programme
    return asking


def _check(
    programme: Programme,
    name: str,
    kind: str,
    way: str,
    opens: date,
    closes: date,
    site: str,
    roles: Sequence[str],
    floor: int,
    invited: int | None,
    years: int | None,
    scope: Scope,
    instrument: Instrument,
) -> None:
    today = timezone.localdate()
    if not name or len(name) > 80:
        raise TakerootError("Give the round a short name, such as 'Spring 2026' (80 letters at most).")
    known = (RoundRow, Asking)
    if any(model.objects.filter(programme=programme, round=name).exists() for model in known):
        raise TakerootError(f"There is a round {quoted(name)} already; give this one another name.")
    if (kind, way) not in {("anonymous", "link"), ("anonymous", "slips"), ("open", "team")}:
        raise TakerootError("Say how it is answered: anonymously, by a link or by slips; or openly, by the team.")
    if instrument.kind != "questionnaire" or instrument.shell:
        raise TakerootError(f"{quoted(instrument.title)} is not a questionnaire that can be answered in a round.")
    if not today <= opens <= closes <= opens + LONGEST or opens > today + LONGEST:
        raise TakerootError(
            "A round opens today or later, and closes on that day or within a year of it; "
            f"found {day(opens)} to {day(closes)}."
        )
    if site and (not scope.holds(site) or not programme.sites.filter(site=site).exists()):
        raise TakerootError(f"There is no site {quoted(site)} here; choose one of the list, or the programme.")
    if not site and not scope.whole:
        raise TakerootError("You speak for named sites; choose one of them.")
    if kind == "anonymous" and not FLOOR <= floor <= 1000:
        raise TakerootError(f"The smallest group that is shown has {FLOOR} people or more; found {floor}.")
    if len(roles) > MOST_ROLES or any(len(one) > 80 for one in roles):
        raise TakerootError(f"Give {MOST_ROLES} roles at most, each in 80 letters at most: few roles hide nobody less.")
    if invited is not None and not 0 < invited <= 1_000_000:
        raise TakerootError("Say how many are asked, as a number of people; or leave it empty.")
    if years is not None and years not in YEARS:
        raise TakerootError(f"Answers are kept for {', '.join(map(str, YEARS))} years after the round; found {years}.")


def _years_after(when: date, years: int) -> date:
    """The same day, some years later."""
    try:
        return when.replace(year=when.year + years)
    except ValueError:  # 29 February
        return when.replace(year=when.year + years, day=28)


@transaction.atomic
def make_slips(asking: Asking, count: int, *, by: str) -> list[str]:
    """Make links for one respondent each; their secrets are said this once.

    They open every round of the same instrument about the same subject that goes by slips, so that whoever keeps theirs
    is known again by their code, and by nothing else.
    """
    now = open_now(asking, before=True)
    if now.way != "slips":
        raise TakerootError("This round goes by one link for everybody; there are no slips of it.")
    if not 1 <= count <= AT_ONCE:
        raise TakerootError(f"Make 1 to {AT_ONCE} slips at a time; found {count}.")
    if Slip.objects.filter(programme=now.programme_id).count() + count > MOST_SLIPS:
        raise TakerootError(f"This programme has {MOST_SLIPS:,} slips already; no more are made.")
    made = [secrets.token_urlsafe(32) for _ in range(count)]
    Slip.objects.bulk_create(Slip(programme=now.programme, series=now.series, digest=digest(secret)) for secret in made)
    leave(by, "made slips for a round", now.programme, round=now.round, slips=count)
    return made


@transaction.atomic
def change_round(
    asking: Asking, *, by: str, closes: date | None = None, floor: int | None = None, invited: int | None = None
) -> Asking:
    """Let a round be open for longer, raise its floor, or say how many were asked; while nobody has seen an answer."""
    now = open_now(asking, before=True)
    told: dict[str, Any] = {}
    if closes is not None and closes != now.closes:
        if not now.anonymous and now.replies.filter(sent=True).exists():
            raise TakerootError("Answers of this open round have been seen, so its last day stays as it is.")
        if not max(now.closes, timezone.localdate()) <= closes <= now.opens + LONGEST:
            raise TakerootError(
                f"A round can be open for longer, up to {day(now.opens + LONGEST)}; to end it earlier, close it."
            )
        told["closes"], now.closes = [now.closes.isoformat(), closes.isoformat()], closes
    if floor is not None and floor != now.floor:
        if not now.anonymous or not now.floor < floor <= 1000:
            raise TakerootError(f"The smallest group that is shown is {now.floor}; it may be raised, never lowered.")
        told["floor"], now.floor = [now.floor, floor], floor
    if invited is not None and invited != now.invited:
        if not 0 < invited <= 1_000_000:
            raise TakerootError("Say how many were asked, as a number of people.")
        told["invited"], now.invited = "said anew" if now.anonymous else [now.invited, invited], invited
    if not told:
        return now
    now.save(update_fields=["closes", "floor", "invited"])
    _as_now(now)
    raise_revision(now.programme, ["rounds"])
    leave(by, "changed a round", now.programme, round=now.round, **told)
    return now


def _as_now(asking: Asking) -> None:
    """The row of the round, as the round is now."""
    mine = RoundRow.objects.filter(programme=asking.programme_id, round=asking.round)
    mine.update(closes=asking.closes, invited=asking.invited)


@transaction.atomic
def close_round(asking: Asking, *, by: str) -> Asking:
    """Close a round: from now on nothing of it can be changed, and its groups can be shown.

    What was sent to an anonymous round goes to the table of answers in an order drawn by lot, without the words that
    their authors did not release; the sheets themselves are gone. How many were asked is forgotten where it would tell
    how few did not answer.

    Raises
    ------
    TakerootError
        If it has not opened yet, or the key of the answers is another one; nothing is changed by then.
    """
    programme = held(asking.programme)
    now = Asking.objects.select_for_update().get(pk=asking.pk)
    now.programme = programme
    if now.closed is not None:
        return now
    today = timezone.localdate()
    if today < now.opens:
        raise TakerootError(f"This round opens on {day(now.opens)}; there is nothing to close yet.")
    wipe()
    if now.mark != vault.mark():
        raise TakerootError(vault.LOST)
    sent = [(row.code, rounds.opened(now, row).sent) for row in now.replies.filter(sent=True)]
    SystemRandom().shuffle(sent)
    tell_of_days(now, over=True)
    now.answered, now.closed, now.closes = _counted(now, sent), timezone.now(), min(now.closes, today)
    if now.anonymous and now.invited is not None and 0 < now.invited - now.answered < now.floor:
        now.invited = None  # it would tell how few did not answer
    now.save(update_fields=["answered", "closed", "closes", "invited"])
    _as_now(now)
    now.replies.all().delete()
    raise_revision(programme, ["rounds", "answers"])
    line = leave(by, "closed a round", programme, round=now.round, answered=rounds.answered_about(now))
    if now.anonymous:
        insert(now, {code: said for code, said in sent if said is not None}, line.pk)
    transaction.on_commit(forget_old_pages)
    return now


def _counted(asking: Asking, sent: Sequence[tuple[str, Said | None]]) -> int:
    """How many answered a question that is counted: who wrote in words alone is in no group that is shown."""
    of = asking.asks()
    asked = {one.id for one in of.questions if of.scale(one).kind in COUNTED}
    return sum(said is not None and any(said.answers.get(name) for name in asked) for _, said in sent)


def close_due(programme: Programme) -> bool:
    """Close what has ended, and throw away answers that were promised to be kept no longer; whether there was any."""
    return _close(Asking.objects.filter(programme=programme))


def close_all_due() -> None:
    """The same, of every programme: so that a round is closed whether or not anybody looks."""
    _close(Asking.objects.all())


def _close(askings: QuerySet[Asking]) -> bool:
    """What can not be done for one of them is noted, and keeps no other waiting; whether anything was done."""
    done = False
    today, due = timezone.localdate(), askings.select_related("programme")
    answers = AnswerRow.objects.filter(programme=OuterRef("programme"), round=OuterRef("round"))
    ended = due.filter(closed__isnull=True, closes__lt=today, mark=vault.mark())
    kept_long = due.filter(Exists(answers), closed__isnull=False, keep_until__lte=today)
    for do, those in ((close_round, ended), (throw_away, kept_long)):
        for asking in those:
            try:
                do(asking, by="the workbench")
                done = True
            except (TakerootError, DatabaseError):
                log.exception("The round %s of %s could not be closed.", asking.pk, asking.programme.slug)
    return done


@transaction.atomic
def throw_away(asking: Asking, *, by: str) -> None:
    """Throw the answers of an anonymous round away, once they were kept for as long as it was said."""
    programme = held(asking.programme)
    rows = AnswerRow.objects.filter(programme=programme, round=asking.round)
    if asking.keep_until is None or asking.keep_until > timezone.localdate() or not rows.exists():
        return
    wipe()
    rows.delete()
    raise_revision(programme, ["answers"])
    leave(by, "threw away the answers of a round, as it was promised", programme, round=asking.round)
    transaction.on_commit(forget_old_pages)
