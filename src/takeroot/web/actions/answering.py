"""Sheets of a round: kept page by page, sent, sent again and withdrawn, until the round closes.

Of an anonymous round the trail says on which days it was answered, and no more; it says so when the day is over, for a
line at the moment of answering would tell when that was. Neither does answering raise the revision of the programme.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from django.db import connection, transaction
from django.utils import timezone

from takeroot.charts.wording import counted, day
from takeroot.errors import TakerootError
from takeroot.vocabulary.answer import lacking
from takeroot.vocabulary.tables import ANSWERS
from takeroot.web import archive, rounds, vault
from takeroot.web.actions.line import held, leave, raise_revision
from takeroot.web.models import AnswerRow, Asking, Reply
from takeroot.web.rounds import NOT_SAID, Said, Sheet

#: The most sheets of one round: somebody who sends without end does not fill the disk.
MOST_SHEETS = 20_000

CLOSED = "This round has closed: what was sent stays as it is, and nothing more can be sent, changed or withdrawn."


class SheetMoved(TakerootError):
    """Somebody else wrote on the same page of a sheet: ``theirs`` is what stands there now."""

    def __init__(self, theirs: Said) -> None:
        self.theirs = theirs
        super().__init__(
            "This page was changed elsewhere while you had it open. What you wrote is still here, and beside it what "
            "was written there: send what is to stand."
        )


@transaction.atomic
def keep_page(asking: Asking, code: str, *, asked: Sequence[str], said: Said, seen: str) -> Sheet:
    """Keep what was written on one page of a sheet. It leaves no line: nothing of it was sent.

    Parameters
    ----------
    code
        Whose sheet it is.
    asked
        The questions of the page.
    said, seen
        What was written on it, and :func:`~takeroot.web.rounds.mark_of` what stood there when it was opened.

    Raises
    ------
    SheetMoved
        If something else stands there by now.
    """
    now = open_now(asking)
    row, sheet = _sheet(now, code)
    mine, theirs = rounds.part(said, asked), rounds.part(sheet.draft, asked)
    if theirs != mine and rounds.mark_of(theirs) != seen:
        raise SheetMoved(theirs)
    draft = replace(
        sheet.draft,
        answers={name: one for name, one in sheet.draft.answers.items() if name not in asked} | dict(mine.answers),
        words={name: one for name, one in sheet.draft.words.items() if name not in asked} | dict(mine.words),
    )
    return _keep(now, code, row, replace(sheet, draft=draft))


@transaction.atomic
def send_sheet(asking: Asking, code: str, *, role: str = "", released: Collection[str] = (), by: str = "") -> Sheet:
    """Send a sheet, or send it again as it was changed; it counts as it was sent last.

    Parameters
    ----------
    released
        The questions of which others may read what was written in words.
    by
        Who sends it, in an open round.

    Raises
    ------
    TakerootError
        If something that is needed is not there.
    """
    now = open_now(asking)
    row, sheet = _sheet(now, code)
    if not sheet.draft:
        raise TakerootError("Nothing is answered yet: answer at least one question, then send.")
    if role and role not in (*now.roles, NOT_SAID):
        raise TakerootError("Choose one of the roles, or that you rather do not say.")
    if missing := [*lacking(now.asks(), sheet.draft.answers, sheet.draft.words)]:
        raise TakerootError(f"{counted(len(missing), 'questions')} still to be answered before this can be sent.")
    worded = {*rounds.in_words(now.asks(), sheet.draft)}
    draft = replace(sheet.draft, role=role, released=tuple(sorted(worded & {*released} if now.anonymous else worded)))
    sent = _keep(now, code, row, Sheet(draft, draft), sent=True)
    tell_of_days(now)
    if not now.anonymous:
        _put_answers(now, {code: draft}, by=by, did="answered an open round")
    return sent


@transaction.atomic
def withdraw_sheet(asking: Asking, code: str, *, by: str = "") -> None:
    """Take a sheet out, sent or not: nothing of it is left in the database."""
    now = open_now(asking)
    wipe()
    gone, _ = Reply.objects.filter(asking=now, code=code).delete()
    if gone and not now.anonymous:
        _put_answers(now, {code: Said()}, by=by, did="withdrew answers from an open round")
    transaction.on_commit(forget_old_pages)


def open_now(asking: Asking, *, before: bool = False) -> Asking:
    """The round as it is now, for nobody else to close until this transaction ends.

    Raises
    ------
    TakerootError
        If it is not open; where ``before`` is said, one that has not opened yet will do.
    """
    held(asking.programme)
    now = Asking.objects.select_for_update().get(pk=asking.pk)
    now.programme = asking.programme
    stands = now.stands()
    if stands == "closed":
        raise TakerootError(CLOSED)
    if stands == "to come" and not before:
        raise TakerootError(f"This round opens on {day(now.opens)}.")
    if now.mark != vault.mark():
        raise TakerootError(vault.LOST)
    return now


def _sheet(asking: Asking, code: str) -> tuple[Reply | None, Sheet]:
    row = Reply.objects.filter(asking=asking, code=code).first()
    return row, rounds.opened(asking, row) if row else Sheet()


def _keep(asking: Asking, code: str, row: Reply | None, sheet: Sheet, *, sent: bool = False) -> Sheet:
    if row is None and asking.replies.count() >= MOST_SHEETS:
        raise TakerootError("This round has as many answers as it can hold. Tell whoever invited you.")
    wipe()
    today = timezone.localdate()
    row = row or Reply(asking=asking, code=code, on=today)
    row.on = today if sent or not row.sent else row.on
    row.sent = row.sent or sent
    row.sealed = rounds.sealed(asking, code, sheet)
    row.save()
    return sheet


def tell_of_days(asking: Asking, *, over: bool = False) -> None:
    """A line for each day on which an anonymous round was answered, once the day is over or the round is."""
    if not asking.anonymous:
        return
    before = {} if over else {"on__lt": timezone.localdate()}
    days = asking.replies.filter(sent=True, **before).values_list("on", flat=True)
    new = sorted({one.isoformat() for one in days} - set(asking.told))
    for one in new:
        leave("respondents", "answered an anonymous round", asking.programme, round=asking.round, day=one)
    if new:
        asking.told = [*asking.told, *new]
        asking.save(update_fields=["told"])


def _put_answers(asking: Asking, said: Mapping[str, Said], *, by: str, did: str) -> None:
    """Put what was sent to an open round in the place of what stood there; of what is gone nothing is kept."""
    wipe()
    AnswerRow.objects.filter(programme=asking.programme, round=asking.round, respondent__in=list(said)).delete()
    raise_revision(asking.programme, ["answers"])
    line = leave(by, did, asking.programme, round=asking.round, sheet=", ".join(said))
    insert(asking, said, line.pk)


def insert(asking: Asking, said: Mapping[str, Said], line: int) -> None:
    """Rows of answers; of an anonymous round without words that were not released."""
    instrument = asking.asks()
    texts = {one.id for one in instrument.questions if instrument.scale(one).kind == "text"}
    rows: list[tuple[str, str, str | None, str, str | None, str | None]] = []
    for code, one in said.items():
        for question in instrument.questions:
            name = question.id
            free = name in one.released or not asking.anonymous
            answer = one.answers.get(name) if free or name not in texts else None
            words = one.words.get(name) if free else None
            if answer or words:
                rows.append((asking.round, code, one.role or None, name, answer, words))
    names = ("round", "respondent", "role", "question", "answer", "comment")
    if rows:
        frame = ANSWERS.read(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
        archive.put(asking.programme, ANSWERS, ANSWERS.identified(frame), line)


def wipe() -> None:
    """Let SQLite write zeros over what is taken out, rather than leave it in free pages."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def forget_old_pages() -> None:
    """Let SQLite's write-ahead log, which holds pages as they were, begin anew; where others read, a little later."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
