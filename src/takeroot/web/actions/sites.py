"""What passes between a programme and its sites: questions and answers, visits and calls, links and sheets."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from takeroot.charts.wording import day
from takeroot.errors import TakerootError
from takeroot.vocabulary.tables import NOTES
from takeroot.web import sheets
from takeroot.web.actions.batches import Moved, answer_batch, bring_in, drop_batch, keep_batch
from takeroot.web.actions.line import held, leave
from takeroot.web.actions.rows import found, record
from takeroot.web.imports import uploads
from takeroot.web.imports.uploads import Kept
from takeroot.web.models import Batch, Person, Programme, SiteLink
from takeroot.web.roles import digest
from takeroot.web.scope import ANSWER, QUESTION, Scope

#: How somebody may have heard from a site: what a note says of its source, and what it is called if nothing is written.
HEARD = {
    "visit": ("visit", "Visited"),
    "phone": ("meeting", "Heard by phone"),
    "meeting": ("meeting", "Met"),
    "message": ("document", "Heard by message"),
}
#: Until when a link may work, at most, from the day on which it is made.
LONGEST = timedelta(days=2 * 366)
#: How many random bytes are in the secret of a link: 256 bits.
SECRET = 32
#: A link that is in use is not noted more often than this.
_NOTED_EVERY = timedelta(minutes=10)


def ask(programme: Programme, site: str, question: str, *, voice: str, by: str, scope: Scope, text: str = "") -> str:
    """Ask a question on behalf of a site; the programme and the site itself can read it.

    Parameters
    ----------
    question, text
        The question in a sentence, and more about it.
    voice
        The role of whoever asks.

    Returns
    -------
    str
        The reference of the note.
    """
    if not question.strip():
        raise TakerootError("Write the question: one sentence is enough.")
    asks = question.strip()
    asks += "" if asks.endswith("?") else "?"  # by which the record knows a question
    cells = {"title": asks, "text": text.strip(), "site": site, "voice": voice}
    return _note(programme, QUESTION, cells, by=by, scope=scope, did="asked a question")


def answer(programme: Programme, question: str, text: str, *, voice: str, by: str, scope: Scope) -> str:
    """Answer a question that was asked at a site; whoever can read the question can read the answer.

    Raises
    ------
    Http404
        If there is no such question within the scope.
    """
    table, asked = found(programme, question, scope)
    if table is not NOTES or not asked["id"].startswith(QUESTION):
        raise Http404
    if not text.strip():
        raise TakerootError("Write the answer: one sentence is enough.")
    title = f"Answer to: {asked['title']}"
    cells = {"title": title, "text": text.strip(), "site": asked["site"], "voice": voice, "about": question}
    return _note(programme, ANSWER, cells, by=by, scope=scope, did="answered a question")


def heard_from(
    programme: Programme, site: str, *, how: str, on: date, text: str, voice: str, by: str, scope: Scope
) -> str:
    """Write down that somebody visited a site, or heard from it in another way, as a note."""
    if how not in HEARD:
        raise TakerootError(f"Say how you heard from the site: {', '.join(HEARD)}.")
    if on > timezone.localdate():
        raise TakerootError(f"{day(on)} has not come yet; give the day on which you heard from the site.")
    source_kind, title = HEARD[how]
    first = next(iter(text.strip().splitlines()), "")
    cells = {
        "on": on,
        "title": f"{title}: {first}" if first else title,
        "text": text.strip() if text.strip() != first else "",
        "site": site,
        "source_kind": source_kind,
        "voice": voice,
        "visibility": "programme",
    }
    return record(programme, NOTES, cells, by=by, scope=scope, did=f"wrote down a {how}")


def _note(programme: Programme, begins: str, cells: Mapping[str, str], *, by: str, scope: Scope, did: str) -> str:
    row_id = f"{begins}{secrets.token_hex(8)}"
    told = {**cells, "id": row_id, "on": timezone.localdate(), "visibility": "programme"}
    return record(programme, NOTES, told, by=by, scope=scope, did=did)


@transaction.atomic
def make_site_link(
    programme: Programme, site: str, *, label: str, until: date, by: str, scope: Scope
) -> tuple[SiteLink, str]:
    """Make an address by which a team records for its own site without an account.

    Parameters
    ----------
    label
        Whom it is given to, by role or team.
    until
        The last day on which it works.

    Returns
    -------
    tuple
        The link, and its secret: said this once, as only its digest is kept.

    Raises
    ------
    Http404
        If there is no such site within the scope.
    TakerootError
        If nothing says whom it is for, or the day will not do.
    """
    held(programme)
    if not scope.holds(site) or not programme.sites.filter(site=site).exists():
        raise Http404
    label, today = " ".join(label.split()), timezone.localdate()
    if not label or len(label) > 150:
        raise TakerootError("Say in a few words whom the link is for, such as 'Night team'.")
    if not today <= until <= today + LONGEST:
        raise TakerootError(
            f"A link works until a day from {day(today)} to {day(today + LONGEST)}; {day(until)} is not one of them."
        )
    secret = secrets.token_urlsafe(SECRET)
    link = SiteLink.objects.create(
        programme=programme, site=site, label=label, digest=digest(secret), by=by, expires=until + timedelta(days=1)
    )
    leave(by, "made a link for a site", programme, of_site=site, label=label, until=until.isoformat())
    return link, secret


@transaction.atomic
def revoke_site_link(programme: Programme, link: int, *, by: str, scope: Scope) -> SiteLink:
    """Close a site's link at once; one that is closed stays so.

    Raises
    ------
    Http404
        If there is no such link of a site within the scope.
    """
    row = SiteLink.objects.select_for_update().filter(programme=programme, pk=link).first()
    if row is None or not scope.holds(row.site):
        raise Http404
    if row.revoked is None:
        row.revoked = timezone.now()
        row.save(update_fields=["revoked"])
        leave(by, "revoked a link of a site", programme, of_site=row.site, label=row.label)
    return row


def note_use(link: SiteLink) -> None:
    """Keep when a link was last used; it leaves no line, as reading changes nothing."""
    now = timezone.now()
    if link.used is None or now - link.used > _NOTED_EVERY:
        SiteLink.objects.filter(pk=link.pk).update(used=now)


@transaction.atomic
def bring_in_sheet(batch: Batch, *, called: str, seen: str, by: str, scope: Scope) -> Batch:
    """Bring in what a site's sheet says, as it was seen: under one line that can be undone.

    Parameters
    ----------
    batch
        The sheet, as :func:`keep_sheet` kept it.
    called
        What the site is called.
    seen
        The plan as it was seen.

    Returns
    -------
    Batch
        With the line by which it came in; a second click finds it in already.

    Raises
    ------
    Moved
        If it would do something else by now.
    """
    row = held(batch.programme)
    now = Batch.objects.select_for_update().get(pk=batch.pk, programme=row, kind=sheets.SHEET)
    if now.state == "accepted":
        return now
    if now.state != "ready":
        raise TakerootError("This sheet was dropped; to bring it in, send it again.")
    site = now.answers["site"]
    sent = sheets.compared(row, site, called, now.file_name, uploads.sent(now.kept_as), scope)
    if sent.plan.seen != seen:
        raise Moved
    line = bring_in(row, sent.plan, by=by, did="brought in a site's sheet", site=site, batch=now.pk, file=now.file_name)
    now.state, now.line, now.changed = "accepted", line.pk, timezone.now()
    tables = {name: one.counts for name, one in sent.plan.differences.items() if any(one.counts.values())}
    now.counts = {"tables": tables, "refused": dict(sent.plan.refused)}
    now.save(update_fields=["state", "line", "changed", "counts"])
    transaction.on_commit(lambda: uploads.forget(now.kept_as))
    return now


@transaction.atomic
def keep_sheet(programme: Programme, site: str, kept: Kept, *, person: Person | None, by: str) -> Batch:
    """A site's sheet that was sent back, to be decided about; one of the same sender before it is dropped."""
    for old in Batch.objects.filter(programme=programme, kind=sheets.SHEET, state="ready", by=by, answers__site=site):
        drop_batch(old)
    batch = keep_batch(programme, kept, person=person, by=by, kind=sheets.SHEET)
    return answer_batch(batch, {"site": site})
