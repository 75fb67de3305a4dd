"""Values as NHS spreadsheets have them, on their way in: what has to be asked, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from takeroot.errors import FaultyInput
from takeroot.exchange import nhs_layout
from takeroot.vocabulary import files
from takeroot.vocabulary.files import Sheet
from takeroot.vocabulary.tables import TABLES
from takeroot.web.imports import uploads
from takeroot.web.imports.taken import Incoming, Taken
from takeroot.web.models import Batch

_BOTH_WAYS = "reads both ways"


def fits(name: str, data: bytes) -> bool:
    """Whether a file holds one sheet of values by day."""
    try:
        sheets = files.read_bytes(name, data)
    except FaultyInput:
        return False
    return len(sheets) == 1 and nhs_layout.fits(next(iter(sheets.values())))


def asked(batch: Batch) -> dict[str, Any]:
    """What the file does not say, and what there is to choose from."""
    found, record = nhs_layout.layout(_sheet(batch)), batch.programme
    answers: Mapping[str, str] = batch.answers
    measures = record.measures.order_by("row").values_list("measure", "name")
    sites = record.sites.order_by("row").values_list("site", "name")
    return {
        "unsaid": found.unsaid,
        "either": found.way != "long" and len(found.unsaid) == 2,
        "columns": found.columns[:12],
        "more": max(0, len(found.columns) - 12),
        "measure": answers.get("measure", ""),
        "site": answers.get("site", ""),
        "across": answers.get("across", "measures"),
        "measures": [(code, name or code) for code, name in measures],
        "sites": [(code, name or code) for code, name in sites],
    }


def taken_of(batch: Batch) -> Taken:
    """What the file of a batch holds, by what was answered so far."""
    sheet, said = _sheet(batch), batch.answers
    unsaid, across = nhs_layout.layout(sheet).unsaid, said.get("across", "measures")
    if nhs_layout.layout(sheet).way != "long" and len(unsaid) == 2:
        unsaid = ("site",) if across == "measures" else ("measure",)
    if any(not said.get(name) for name in unsaid) or ("series" not in said and unsaid):
        return Taken({}, asks=("series",))
    try:
        read = nhs_layout.of_sheet(
            sheet,
            measure=said.get("measure", ""),
            site=said.get("site", ""),
            across=across,
            dates=said.get("dates"),
        )
    except FaultyInput as error:
        if any(_BOTH_WAYS in fault.says for fault in error.faults):
            return Taken({}, asks=("dates",))
        raise
    known = set(batch.programme.measures.values_list("measure", flat=True))
    new = [name for name in read.values["measure"].unique(maintain_order=True) if name not in known]
    frames = {
        "measures": TABLES["measures"].read({"measure": new}).select("measure"),
        "values": read.values.select("measure", "site", "on", "value", "numerator", "denominator"),
        "phases": read.phases.select("measure", "site", "on", "kind", "value"),
    }
    incoming = {
        name: Incoming(TABLES[name], frame, pl.Series([None] * frame.height, dtype=pl.UInt32), sheet.where)
        for name, frame in frames.items()
        if frame.height
    }
    return Taken(incoming, remarks=read.says)


def answered(sent: Mapping[str, str]) -> dict[str, str]:
    """What the form says of the series."""
    said = {name: sent.get(name, "").strip()[:200] for name in ("measure", "site")}
    said["measure"] = sent.get("new_measure", "").strip()[:200] or said["measure"]
    across = sent.get("across", "measures")
    return said | {"across": across if across in ("measures", "sites") else "measures", "series": "yes"}


def _sheet(batch: Batch) -> Sheet:
    sheets = files.read_bytes(batch.file_name, uploads.sent(batch.kept_as))
    return next(iter(sheets.values()))
