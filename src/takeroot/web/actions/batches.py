"""A file comes into the record as one batch, is taken back as one, and the record goes out as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from takeroot.errors import TakerootError
from takeroot.vocabulary.own_instruments import FOLDER as INSTRUMENTS
from takeroot.vocabulary.tables import SITES, STAGES, TABLES
from takeroot.web import archive, imports, ledger
from takeroot.web.actions.line import held, leave, raise_revision
from takeroot.web.actions.rows import undo
from takeroot.web.imports.uploads import Kept
from takeroot.web.models import Batch, Person, Programme, Trail
from takeroot.web.sheets import SHEET

#: A file that nobody decides about is thrown away after so long.
DECIDE_WITHIN = timedelta(days=14)
#: So many files of a programme may wait at once.
UNDECIDED = 20


class Moved(TakerootError):
    """What a file would do is not what was seen any more."""

    def __init__(self) -> None:
        super().__init__(
            "The record changed since you looked, and so did what this file would do. Nothing was written: "
            "look at it as it is now, and accept that."
        )


@transaction.atomic
def keep_batch(programme: Programme, kept: Kept, *, person: Person | None, by: str, kind: str) -> Batch:
    """A file that was sent, to be decided about. It leaves no line: nothing of it is in the record.

    Sheets of sites are counted apart: of each sender one waits, and what sites have not decided keeps nobody else out.

    Raises
    ------
    TakerootError
        If too many of the programme wait already.
    """
    waiting = Batch.objects.filter(state__in=("asking", "ready"))
    for old in waiting.filter(changed__lt=timezone.now() - DECIDE_WITHIN):
        drop_batch(old)
    files = waiting.filter(programme=programme).exclude(kind=SHEET)
    if kind != SHEET and files.count() >= UNDECIDED:
        imports.forget(kept.kept_as)
        raise TakerootError(
            f"{UNDECIDED} files of this programme wait for somebody to decide: accept or drop those first."
        )
    imports.sweep([kept.kept_as, *waiting.values_list("kept_as", flat=True)])
    return Batch.objects.create(
        programme=programme,
        person=person,
        by=by,
        file_name=kept.name,
        digest=kept.digest,
        size=kept.size,
        kept_as=kept.kept_as,
        kind=kind,
        state="ready",
    )


@transaction.atomic
def answer_batch(batch: Batch, answers: Mapping[str, Any], *, kind: str | None = None) -> Batch:
    """Keep what somebody said of a file that is not in the record yet."""
    row = _undecided(batch)
    row.kind = kind or row.kind
    row.answers, row.changed = {**row.answers, **answers}, timezone.now()
    row.save(update_fields=["kind", "answers", "changed"])
    return row


@transaction.atomic
def drop_batch(batch: Batch) -> Batch:
    """Throw a file away that is not in the record."""
    row = _undecided(batch)
    row.state, row.changed = "dropped", timezone.now()
    row.save(update_fields=["state", "changed"])
    transaction.on_commit(lambda: imports.forget(row.kept_as))
    return row


@transaction.atomic
def accept_batch(programme: Programme, batch: Batch, *, seen: str, by: str) -> Batch:
    """Bring the rows of a file into the record, all of those that were seen or none.

    Parameters
    ----------
    seen
        The plan as it was seen: :attr:`takeroot.web.imports.Plan.seen`.

    Returns
    -------
    Batch
        With the line by which it came in; a second click finds it in already.

    Raises
    ------
    Moved
        If the file would do something else by now.
    TakerootError
        If it was dropped, or can not come in.
    """
    row = held(programme)
    now = Batch.objects.select_for_update().get(pk=batch.pk, programme=row)
    now.programme = row
    if now.state == "accepted":
        return now
    _undecided(now)
    plan = imports.plan_of(now, row)
    if plan.seen != seen:
        raise Moved
    counts = {name: one.counts for name, one in plan.differences.items() if any(one.counts.values())}
    mappings = imports.remembered(now) if now.kind == imports.TRACKER else row.mappings
    line = bring_in(row, plan, by=by, did="brought in a file", batch=now.pk, file=now.file_name)
    now.state, now.line, now.changed = "accepted", line.pk, timezone.now()
    now.counts = {"tables": counts, "refused": dict(plan.refused)}
    now.save(update_fields=["state", "line", "changed", "counts"])
    row.mappings = mappings
    row.save(update_fields=["mappings"])
    transaction.on_commit(lambda: imports.forget(now.kept_as))
    return now


@transaction.atomic
def bring_in(programme: Programme, plan: imports.Plan, *, by: str, did: str, why: str = "", **what: Any) -> Trail:
    """Write what a plan says into the record, for whoever holds the programme's lock and has just made the plan.

    Raises
    ------
    TakerootError
        If it can not come in, or would change nothing.
    """
    if plan.why_not:
        raise TakerootError(plan.why_not)
    if not plan.changes:
        raise TakerootError("Everything in this file is in the record already; there is nothing to bring in.")
    differences = {name: one for name, one in plan.differences.items() if one.changes}
    rows = {name: {"new": one.new.height, "changed": one.changed.height} for name, one in differences.items()}
    row = held(programme)
    if plan.words:
        what["about_before"] = {name: row.about.get(name) for name in plan.words}
        row.about = {**row.words.model_dump(mode="json"), **plan.words}
        row.name = row.about["name"]
    if more := [name for name, _ in plan.covariates[len(row.covariates) :]]:
        what["covariates"] = more
    row.covariates = [list(one) for one in plan.covariates]
    row.save(update_fields=["about", "name", "covariates"])
    if plan.replaced:
        rows.setdefault(STAGES.name, {})["replaced"] = len(plan.replaced)
    if plan.instruments:
        what["instruments"] = sorted(plan.instruments)
        archive.put_instruments(programme, plan.instruments, by)
    raise_revision(programme, [*rows, *([INSTRUMENTS] if plan.instruments else [])])
    line = leave(by, did, programme, why=why, rows=rows, refused=dict(plan.refused), **what)
    ledger.withdraw(programme, STAGES, plan.replaced, line, how="undone")
    for one in differences.values():
        ledger.put(programme, one, line)
    return line


@transaction.atomic
def undo_batch(programme: Programme, batch: Batch, *, by: str, why: str = "") -> ledger.Undone:
    """Take a file back: what it added goes out, what it changed is as before, but for rows that were changed since.

    Raises
    ------
    TakerootError
        If it is not in the record.
    """
    row = held(programme)
    now = Batch.objects.select_for_update().get(pk=batch.pk, programme=row)
    if now.state != "accepted" or now.line is None:
        raise TakerootError("This file is not in the record, so there is nothing to take back.")
    line = Trail.objects.get(pk=now.line)
    undone = undo(programme, line, by=by, why=why)
    _take_words_back(programme, line)
    left = Trail.objects.filter(programme=programme.slug).order_by("-id").values_list("pk", flat=True).first()
    now.state, now.undone, now.changed = "undone", left, timezone.now()
    now.counts = {**now.counts, "undone": {"back": undone.back, "out": undone.out, "left": list(undone.left)}}
    now.save(update_fields=["state", "undone", "changed", "counts"])
    return undone


@transaction.atomic
def leave_export(programme: Programme, *, by: str, kind: str, sites: Iterable[str] | None, rows: int) -> Trail:
    """Say in the trail that the record went out as a file, as far as somebody sees it; the record stays as it is.

    Parameters
    ----------
    sites
        Those whose rows went out; None for all.
    rows
        How many rows there were.
    """
    seen = None if sites is None else sorted(sites)
    return leave(by, "took the record out as a file", programme, kind=kind, sites=seen, rows=rows)


def leave_round_export(programme: Programme, *, by: str, kind: str, round: str, rows: int) -> Trail:
    """Say in the trail that what may be shown of a round went out as a file, and how many rows its tidy table had."""
    return leave(by, "took the figures of a round out as a file", programme, kind=kind, round=round, rows=rows)


def _undecided(batch: Batch) -> Batch:
    """The batch as it is now, while nobody has decided about it."""
    now = Batch.objects.select_for_update().get(pk=batch.pk)
    if now.state not in ("asking", "ready"):
        said = {"accepted": "is in the record already", "undone": "was taken back", "dropped": "was dropped"}
        raise TakerootError(f"This file {said[now.state]}; to bring it in again, send it again.")
    return now


def _take_words_back(programme: Programme, line: Trail) -> None:
    """What the programme said of itself, where nobody changed it since; and no further column that nothing fills."""
    row = held(programme)
    before = line.what.get("about_before") or {}
    since = Trail.objects.filter(programme=row.slug, pk__gt=line.pk, did="changed what the programme says of itself")
    changed = {name for one in since for name in one.what.get("before", {})}
    row.about = {**row.about, **{name: said for name, said in before.items() if name not in changed}}
    row.name = row.about.get("name", row.name)
    frame = ledger.archive.rows_where(row, TABLES[SITES.name])
    empty = {
        name
        for name in line.what.get("covariates", [])
        if name in frame.columns and frame[name].null_count() == frame.height
    }
    row.covariates = [one for one in row.covariates if one[0] not in empty]
    row.save(update_fields=["about", "name", "covariates"])
    programme.refresh_from_db()
