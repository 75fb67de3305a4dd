"""What the pages of files that come in show, and what their forms send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takeroot.errors import TakerootError
from takeroot.vocabulary.tables import TABLES
from takeroot.web import imports
from takeroot.web.imports import series, trackers
from takeroot.web.imports.preview import SHOWN
from takeroot.web.models import Batch
from takeroot.web.roles import May, Visit

#: What a file may be, as the form says it.
SENT = (
    ("", "let Takeroot see what it is"),
    (imports.OURS, "one of our files: a programme, or one table"),
    (imports.TRACKER, "the tracker that our team keeps"),
    (imports.SERIES, "values by day: a date and a value in each row, or a column for each measure"),
)
KINDS = {
    imports.OURS: "one of our files",
    imports.TRACKER: "a team's tracker",
    imports.SERIES: "values by day",
}
STATES = {
    "asking": "not decided yet",
    "ready": "not decided yet",
    "accepted": "in the record",
    "undone": "taken back",
    "dropped": "dropped",
}
COUNTED = ("new", "changed", "unchanged", "held", "refused")


def told(batch: Batch) -> dict[str, Any]:
    """A file as it is listed, and what became of it."""
    tables = batch.counts.get("tables", {})
    written = {
        name: ", ".join(f"{counts[how]:,} {how}" for how in ("new", "changed") if counts.get(how))
        for name, counts in tables.items()
        if counts.get("new") or counts.get("changed")
    }
    undone = batch.counts.get("undone", {})
    return {
        "number": batch.pk,
        "name": batch.file_name,
        "kind": batch.kind,
        "is": KINDS.get(batch.kind, ""),
        "by": batch.by,
        "made": batch.made,
        "size": batch.size,
        "state": batch.state,
        "says": STATES[batch.state],
        "open": batch.state in ("asking", "ready"),
        "written": [f"{name}: {said}" for name, said in written.items()],
        "undone": undone,
        "left": undone.get("left", [])[:SHOWN],
        "dates": batch.answers.get("dates", ""),
        "table": batch.answers.get("table", ""),
        "words": batch.answers.get("words") == "yes",
    }


def of_preview(preview: imports.Preview, visit: Visit) -> dict[str, Any]:
    """What a file would do, and whether its words may be taken too."""
    totals = {how: sum(one[how] for one in preview.tables) for how in COUNTED}
    return {
        "preview": preview,
        "asks": preview.asks,
        "totals": totals,
        "coming": totals["new"] + totals["changed"],
        "speaks": preview.speaks and May.CHANGE in visit.may,
        "shown": SHOWN,
    }


def answers(batch: Batch, sent: Mapping[str, str], *, may_change: bool) -> tuple[str | None, dict[str, Any]]:
    """What somebody said of a file: what kind it is, and the rest.

    Raises
    ------
    TakerootError
        If an answer can not be taken.
    """
    said: dict[str, Any] = {}
    kind = sent.get("kind")
    if kind is not None and kind not in KINDS:
        raise TakerootError("Say whether it is one of our files, a team's tracker or values by day.")
    if table := sent.get("table"):
        if table not in TABLES:
            raise TakerootError("There is no such table; choose one of those listed.")
        said["table"] = table
    if dates := sent.get("dates"):
        if dates not in ("day-first", "month-first"):
            raise TakerootError("Say whether the day or the month comes first.")
        said["dates"] = dates
    if "about" in sent:
        said["words"] = "yes" if sent.get("words") == "yes" and may_change else "no"
    if "across" in sent or "series" in sent:
        said |= series.answered(sent)
    if "key0" in sent:
        said["meaning"] = trackers.answered(batch, sent)
    return kind, said
