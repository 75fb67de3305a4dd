"""A batch on its way: the file is read once, what it would do is worked out once for each revision of the programme."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import Any, cast

from django.urls import reverse

from takeroot.errors import FaultyInput, TakerootError
from takeroot.vocabulary import files, folder
from takeroot.vocabulary.about import About
from takeroot.vocabulary.column import Dates
from takeroot.web import frames
from takeroot.web.imports import plan, preview, reading, series, taken, trackers, uploads
from takeroot.web.imports.plan import Plan
from takeroot.web.imports.preview import Preview
from takeroot.web.imports.taken import Taken
from takeroot.web.kinds import Progress
from takeroot.web.models import Batch, Programme, Task
from takeroot.web.roles import May, enter

OURS, TRACKER, SERIES = "ours", "tracker", "series"
#: From so many bytes on, what a file would do is worked out beside the page.
LONG = 3 * 2**20


def kind_of(kept: uploads.Kept) -> str:
    """Whether a file is one of ours, values by day, or a team's tracker, as far as it can be told."""
    data = uploads.sent(kept.kept_as)
    return OURS if reading.is_ours(kept.name, data) else SERIES if series.fits(kept.name, data) else TRACKER


def called(name: str, data: bytes) -> str:
    """What a file calls its programme; empty, if it does not say.

    Raises
    ------
    FaultyInput
        If nothing of it can be read.
    """
    if PurePath(name).suffix.lower() not in (".zip", ".xlsx"):
        return ""
    said = folder.read_bytes(uploads.plain_name(name), data).about
    return said.name if isinstance(said, About) else ""


def taken_of(batch: Batch) -> Taken:
    """What the file of a batch holds, by what was answered so far.

    Raises
    ------
    FaultyInput
        If nothing of it can be read.
    """
    place = uploads.where(batch.kept_as) / f"taken-{_answered(batch)}"
    if (kept := taken.load(place)) is not None:
        return kept
    found = _read(batch)
    draft = place.with_name(f".{secrets.token_hex(6)}")
    taken.save(found, draft)
    try:
        draft.rename(place)
    except OSError:  # somebody else was first
        shutil.rmtree(draft, ignore_errors=True)
    return found


def plan_of(batch: Batch, row: Programme) -> Plan:
    """What the file of a batch would do to the programme as it is."""
    return _plan(batch, row, taken_of(batch))


def _plan(batch: Batch, row: Programme, found: Taken) -> Plan:
    return plan.of(row, found, words=batch.answers.get("words") == "yes")


def preview_of(batch: Batch) -> Preview:
    """What a page shows of a batch; worked out once for each revision and answer."""
    row = batch.programme
    place, kept = uploads.where(batch.kept_as), _preview(batch)
    try:
        return Preview(**json.loads(kept.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        pass
    found = taken_of(batch)
    made, listed = preview.of(_plan(batch, row, found), found, row.words.model_dump(mode="json"), row.mark)
    for name, data in listed.items():
        _keep(place / f"{name}.csv", data)
    _keep(kept, made.as_json().encode())
    return made


def is_long(batch: Batch) -> bool:
    """Whether it would take longer than a page may to say what a file would do."""
    kept = (_preview(batch), _unread(batch))
    return batch.size > LONG and not any(path.exists() for path in kept)


def work_out(task: Task, progress: Progress) -> str:
    """Say what a large file would do, for a page to show; the address of that page."""
    if task.by is None or task.programme is None:
        raise TakerootError("A file is of a programme; send it on the programme's page.")
    visit = enter(task.by, task.programme.slug, May.IMPORT)
    batch = Batch.objects.get(pk=task.arguments["batch"], programme=visit.programme)
    try:
        progress(0, 2, "Reading the file.")
        taken_of(batch)
        progress(1, 2, "Comparing it with the record.")
        preview_of(batch)
    except FaultyInput:
        _keep(_unread(batch), b"")
    return reverse("batch", args=[visit.programme.slug, batch.pk])


def listed(batch: Batch, name: str) -> bytes:
    """All faults, all changes or all rows held back of a batch, as CSV."""
    preview_of(batch)
    return (uploads.where(batch.kept_as) / f"{name}.csv").read_bytes()


def tables_of(batch: Batch) -> list[str]:
    """The tables that the file may be, by its columns."""
    sheets = files.read_bytes(batch.file_name, uploads.sent(batch.kept_as))
    return reading.fitting(next(iter(sheets.values()))) if sheets else []


def remembered(batch: Batch) -> str:
    """mappings.yaml of the programme, with what this tracker was taken to mean."""
    return trackers.remembered(batch, taken_of(batch))


def _read(batch: Batch) -> Taken:
    if batch.kind == TRACKER:
        return trackers.taken_of(batch)
    if batch.kind == SERIES:
        return series.taken_of(batch)
    said: dict[str, Any] = batch.answers
    return reading.read(
        batch.file_name,
        uploads.sent(batch.kept_as),
        table=said.get("table", ""),
        dates=cast("Dates | None", said.get("dates")),
        covariates=reading.kinds(batch.programme.covariates),
    )


def _preview(batch: Batch) -> Path:
    """Where what a page shows of a batch is kept, for this revision and these answers."""
    return uploads.where(batch.kept_as) / f"preview-{batch.programme.mark}-{_answered(batch)}.json"


def _unread(batch: Batch) -> Path:
    """Stands where it was found that nothing of a file can be read."""
    return uploads.where(batch.kept_as) / f"unread-{_answered(batch)}"


def _answered(batch: Batch) -> str:
    """The same for the same answers about the same file; of a tracker, for the same record too."""
    row = batch.programme
    record = [row.mark, row.mappings] if batch.kind in (TRACKER, SERIES) else []
    said = json.dumps([batch.kind, batch.answers, row.covariates, record, frames.code()], sort_keys=True)
    return blake2b(said.encode(), digest_size=10).hexdigest()


def _keep(path: Path, data: bytes) -> None:
    """Written aside, then renamed: nobody reads half of it."""
    draft = path.with_name(f".{secrets.token_hex(6)}{PurePath(path).suffix}")
    draft.write_bytes(data)
    os.replace(draft, path)
