"""A programme comes into the workbench, is replaced, and says of itself what it is."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.text import slugify

from takeroot.errors import Fault, FaultyInput, TakerootError, quoted
from takeroot.vocabulary import about_in_files, checking
from takeroot.vocabulary.about import About
from takeroot.vocabulary.own_instruments import FOLDER as INSTRUMENTS
from takeroot.vocabulary.programme import Programme as Read
from takeroot.vocabulary.tables import TABLES
from takeroot.web import archive, ledger
from takeroot.web.actions.line import held, leave, raise_revision
from takeroot.web.models import Programme, Trail


@transaction.atomic
def load_programme(programme: Read, *, by: str, slug: str | None = None, replace: bool = False) -> Programme:
    """Keep a programme in the workbench.

    Parameters
    ----------
    programme
        As read from a folder, zip or workbook.
    slug
        What its addresses are called; made from its name, if not given.
    replace
        Whether it may take the place of what is kept under this slug; what that said is kept in the trail.

    Raises
    ------
    TakerootError
        If there is one already, and it was not asked to be replaced.
    """
    slug = slug or slug_of(programme)
    row = Programme.objects.select_for_update().filter(slug=slug).first()
    if row and not replace:
        raise TakerootError(
            f"There is a programme '{slug}' already ({row.name}); it stays as it is unless you ask to replace it."
        )
    rows = {name: frame.height for name, frame in programme.tables.items()}
    if row is None:
        row = Programme.objects.create(slug=slug, name=programme.name)
        raise_revision(row, _changed(row, programme))
        line = leave(by, "loaded the programme", row, rows=rows)
        archive.store(row, programme, line.pk, by)
        return row
    raise_revision(row, _changed(row, programme))
    line = leave(by, "replaced the programme", row, rows=rows, about_before=row.about)
    _replace(row, programme, line)
    archive.put_instruments(row, programme.instruments, by)
    return row


def _changed(row: Programme, programme: Read) -> list[str]:
    """What is new with another programme: every table, and instruments of its own, if it has or had any."""
    return [*TABLES, *([INSTRUMENTS] if programme.instruments or INSTRUMENTS in row.marks else [])]


def _replace(row: Programme, programme: Read, line: Trail) -> None:
    """Put another programme in the place of what this row holds; a table that is the same in both stays as it is."""
    there = {name: archive.rows_where(row, table) for name, table in TABLES.items()}
    differ = {
        name: programme.tables.get(name, table.empty())
        for name, table in TABLES.items()
        if not _same(there[name].drop("row", "key", "line"), programme.tables.get(name, table.empty()))
    }
    for name in differ:
        ledger.withdraw(row, TABLES[name], there[name]["id"].to_list(), line, how="undone")
    row.name, row.about = programme.name, programme.about.model_dump(mode="json")
    row.covariates = archive.covariates_of(programme)
    row.save(update_fields=["name", "about", "covariates"])
    for name, frame in differ.items():
        archive.put(row, TABLES[name], frame, line.pk)


def _same(mine: pl.DataFrame, theirs: pl.DataFrame) -> bool:
    return mine.columns == theirs.columns and mine.equals(theirs, null_equal=True)


def slug_of(programme: Read) -> str:
    """What the addresses of a programme are called, if nobody says otherwise.

    Its name in small letters of any script; where that leaves nothing, or what a programme of another name is called,
    a hash of the name is added.
    """
    slug = slugify(programme.name, allow_unicode=True)[:80].strip("-")
    if slug and not Programme.objects.filter(slug=slug).exclude(name=programme.name).exists():
        return slug
    return f"{slug[:67] or 'programme'}-{blake2b(programme.name.encode(), digest_size=6).hexdigest()}"


@transaction.atomic
def change_words(programme: Programme, words: Mapping[str, Any], *, by: str, why: str = "") -> Programme:
    """Change what the programme says of itself: any of the parts of programme.yaml.

    Raises
    ------
    FaultyInput
        With every part that can not be so.
    """
    row = held(programme)
    before = row.about
    checked = _checked(row, {**before, **words})
    told = checked.model_dump(mode="json")
    differs = {name: before.get(name) for name in told if told[name] != before.get(name)}
    if not differs:
        return programme
    row.name, row.about = checked.name, told
    row.save(update_fields=["name", "about"])
    raise_revision(programme, ())
    leave(by, "changed what the programme says of itself", programme, why=why, before=differs)
    return programme


def _checked(row: Programme, words: Mapping[str, Any]) -> About:
    """What a programme says of itself, if it may be said beside what is recorded: a rule names measures that exist."""
    about = about_in_files.checked(words, "")
    if not isinstance(about, About):
        raise FaultyInput(about)
    named = {name: archive.rows_where(row, TABLES[name]) for name in checking.NAMED_BY_OTHERS}
    found = {
        name: checking.Found(name, frame, pl.int_range(frame.height, eager=True), name)
        for name, frame in named.items()
        if frame.height
    }
    if faults := [fault for fault in checking.disagreements(about, found) if fault.where not in found]:
        raise FaultyInput([Fault(fault.says, "", None, None, fault.found) for fault in faults])
    _keep_rule_sets(row, about)
    return about


def _keep_rule_sets(row: Programme, about: About) -> None:
    """A rule set of the programme's own stays, under its name, as long as a measure is judged by it."""
    gone = {one.get("name") for one in row.about.get("rule_sets", ())} - {one.name for one in about.rule_sets}
    judged = row.measures.filter(rules__in=gone).order_by("row").values_list("rules", "measure")
    faults = [
        Fault(f"the measure {quoted(measure)} is judged by the rule set {quoted(name)}; choose another for it first")
        for name, measure in judged
    ]
    if faults:
        raise FaultyInput(faults)
