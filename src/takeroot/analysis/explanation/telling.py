"""What does each row of the record say, as a sentence? For the timeline, and for evidence wherever it is cited.

Every table tells its rows in its own way: a day (if they have one), who it is about, a sentence, and according to whom.
A row of a table without a sentence of its own is told by the words it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import not_chosen, now_called
from takeroot.analysis.explanation.stories import STANDING, aim, of_signals, of_stages
from takeroot.analysis.explanation.wording import also, day, named, plain, upper, when, words
from takeroot.vocabulary.tables import TABLES

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: What every row comes to.
TOLD = {
    "on": pl.Date(),
    "until": pl.Date(),
    "site": pl.String(),
    "says": pl.String(),
    "by": pl.String(),
    "reference": pl.String(),
}


@dataclass(frozen=True)
class Telling:
    """How a table tells its rows: the sentence (without its full stop), the columns of its days, and of who says so.

    Of several columns for a day, the first that is known.
    """

    says: Callable[[], pl.Expr]
    on: tuple[str, ...] = ()
    until: str | None = None
    by: str | None = None


def tell(
    programme: Programme, table: str, only: pl.Series | None = None, points: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Every row of a table (or every signal), told; or only those with some references."""
    if table == "signals":
        frame = of_signals(programme, points).with_columns(by=pl.lit(None))
    elif table == "stages":
        frame = _stages(programme)
    else:
        frame = _rows(programme, table, only)
    frame = frame.select(pl.col(name).cast(kind) for name, kind in TOLD.items())
    return frame if only is None else frame.filter(pl.col("reference").is_in(only.implode()))


def _rows(programme: Programme, table: str, only: pl.Series | None) -> pl.DataFrame:
    rows: pl.DataFrame = getattr(programme, table).select(*TABLES[table].columns)
    rows = rows.with_columns(reference=TABLES[table].references(rows))
    if only is not None:
        rows = rows.filter(pl.col("reference").is_in(only.implode()))
    telling = TELLINGS.get(table) or Telling(lambda: _in_its_own_words(table))
    site = pl.col("site") if "site" in rows.columns else pl.lit(None, dtype=pl.String)
    if table == "successions":
        successors = programme.sites.select(successor="site", successor_who=pl.coalesce("name", "site"))
        rows = rows.join(successors, on="successor", how="left", maintain_order="left")
    else:
        site = site.replace(now_called(programme))
    rows = rows.with_columns(
        site=site,
        told_on=pl.coalesce([*telling.on, pl.lit(None, dtype=pl.Date)]),
        told_until=pl.col(telling.until) if telling.until else pl.lit(None, dtype=pl.Date),
        told_by=pl.col(telling.by) if telling.by else pl.lit(None, dtype=pl.String),
    )
    rows = named(rows, programme).with_columns(says=upper(_whole(telling.says())))
    return rows.select("site", "says", "reference", on="told_on", until="told_until", by="told_by")


def _stages(programme: Programme) -> pl.DataFrame:
    """Changes as they are read; what confirms them; and what a source says that the figures do not follow."""
    changed = of_stages(programme).with_columns(by=pl.lit(None, dtype=pl.String))
    changed = changed.filter(pl.col("reference").str.starts_with("stages:"))
    rows = programme.stages.with_columns(
        pl.col("site").replace(now_called(programme)), reference=TABLES["stages"].references(programme.stages)
    )
    said_by = rows.select("reference", said_by=pl.coalesce("recorded_by", "source"))
    changed = changed.join(said_by, on="reference", how="left").with_columns(by="said_by")
    others = named(rows.join(changed, on="reference", how="anti"), programme)
    not_followed = pl.col("source").is_in(list(not_chosen(programme))).fill_null(False)
    standing = words("stage", STANDING)
    says = (
        pl.when(not_followed)
        .then(
            pl.format(
                "{} was {} {}, according to {}, which the figures do not follow.", "who", standing, when(), "source"
            )
        )
        .otherwise(pl.format("{} was {} {}.", "who", standing, when()))
    )
    others = others.with_columns(says=upper(says), by=pl.coalesce("recorded_by", "source"), until=pl.lit(None))
    columns = ["on", "until", "site", "says", "by", "reference"]
    return pl.concat([frame.select(pl.col(c).cast(TOLD[c]) for c in columns) for frame in (changed, others)])


def _in_its_own_words(table: str) -> pl.Expr:
    """The words of a row, one after another."""
    said = [name for name, column in TABLES[table].columns.items() if column.kind in ("text", "word") and name != "id"]
    return pl.concat_str([pl.col(name) for name in said], separator=", ", ignore_nulls=True)


def _whole(text: pl.Expr) -> pl.Expr:
    """A sentence with its full stop, or with the sign it ends with."""
    text = text.str.strip_chars_end(". ")
    return pl.when(text.str.contains(r"[?!]$")).then(text).otherwise(text + ".")


def _bare(text: str) -> pl.Expr:
    """A text without a full stop at its end."""
    return pl.col(text).str.strip_chars_end(". ")


def _if(known: pl.Expr, text: pl.Expr) -> pl.Expr:
    return pl.when(known).then(text).otherwise(pl.lit(""))


def _kept() -> pl.Expr:
    return words("function_kept", {"yes": "; its function was kept", "no": "; its function was not kept"}, "")


def _succession() -> pl.Expr:
    said = {
        "merged": "{} became part of {}",
        "split": "{} was split, and {} carries on from it",
        "renamed": "{} was renamed {}",
        "closed": "{} closed, and {} took over from it",
    }
    after = pl.format("{} was carried on by {}", "who", "successor_who")
    for kind, pattern in said.items():
        after = pl.when(kind=kind).then(pl.format(pattern, "who", "successor_who")).otherwise(after)
    stayed = pl.col("kind").is_in(["merged", "split"])
    itself = (
        pl.when(stayed)
        .then(pl.format("{} carried on under its own name", "who"))
        .otherwise(pl.format("{} closed", "who"))
    )
    return pl.when(pl.col("site") == pl.col("successor")).then(itself).otherwise(after)


def _plan() -> pl.Expr:
    return pl.format("Plan for {}: {}", "who", aim()) + also("why", " ({})")


def _support() -> pl.Expr:
    to = pl.when(pl.col("site").is_not_null()).then("who").otherwise(pl.lit("all sites"))
    much = _if(pl.col("amount").is_not_null(), pl.format(", {}", plain("amount")) + also("unit", " {}"))
    return pl.format("Support for {}: {}", to, "kind") + much + also("by", ", by {}")


def _need() -> pl.Expr:
    of = pl.when(pl.col("site").is_not_null()).then("who").otherwise(pl.lit("all sites"))
    much = _if(pl.col("amount").is_not_null(), pl.format(", {}", plain("amount")) + also("unit", " {}"))
    return pl.format("Support needed by {}: {}", of, "kind") + much


def _capacity() -> pl.Expr:
    much = pl.format(", {}", plain("amount")) + also("unit", " {}")
    return pl.format("Support that can be given: {}", "kind") + much + also("region", ", in {}") + also("by", ", by {}")


def _responsibility() -> pl.Expr:
    at = pl.when(pl.col("site").is_not_null()).then(pl.format("at {}", "who")).otherwise(also("region", "in {}"))
    at = pl.when(at == "").then(pl.format("at the level of the {}", "level")).otherwise(at)
    return pl.format("Accountable for {}, {}: {}", _bare("what"), at, pl.col("held_by").fill_null("nobody named"))


def _ending() -> pl.Expr:
    at = _if(pl.col("site").is_not_null(), pl.format(" at {}", "who"))
    due = _if(pl.col("due").is_not_null(), pl.format(", by {}", day("due")))
    by = pl.when(pl.col("done").is_not_null()).then(pl.format(", stopped on {}", day("done"))).otherwise(due)
    return pl.format("Plan to stop {}{}: {}", _bare("what"), at, _bare("reason")) + by


def _event() -> pl.Expr:
    at = pl.when(pl.col("site").is_not_null()).then(pl.format(", at {}", "who")).otherwise(also("region", ", in {}"))
    return _bare("title") + at + pl.format(" ({})", "kind")


def _condition() -> pl.Expr:
    return _bare("text") + also("works", " ({})")


def _other_work() -> pl.Expr:
    return pl.format("Other work at {}: {}", "who", "name") + also("relation", " ({})")


def _anchor() -> pl.Expr:
    return pl.format("{}: {}", "what", _bare("title")) + also("level", " ({})")


def _core_claim() -> pl.Expr:
    core = pl.when("core").then(pl.lit("is core")).otherwise(pl.lit("is not core"))
    return pl.format("{} {}, according to {}", "component", core, "according_to") + also("reason", ": {}")


def _delivery() -> pl.Expr:
    much = also("delivered", ", {}") + also("dimension", " ({})") + also("form_here", ": {}")
    return pl.format("{} at {}", "component", "who") + much + _kept()


def _adaptation() -> pl.Expr:
    adapted = words("concerns", {"way of supporting it": "changed the way of supporting it"}, "adapted it")
    return pl.format("{} {}: {}", "who", adapted, _bare("what")) + _kept()


def _value() -> pl.Expr:
    fraction = pl.format("{} of {}", plain("numerator"), plain("denominator"))
    return pl.format("{} at {}: {}", "measure", "who", pl.coalesce(plain("value"), fraction, pl.lit("not known")))


def _finding() -> pl.Expr:
    number = pl.format(": {}", plain("estimate")) + also("unit", " {}")
    interval = pl.format(" ({} to {})", plain("lower"), plain("upper"))
    known = pl.col("estimate").is_not_null()
    both = pl.col("lower").is_not_null() & pl.col("upper").is_not_null()
    return (
        _bare("title")
        + _if(known, number)
        + _if(both, interval)
        + also("analysed", ", analysed {}")
        + also("source", " ({})")
    )


def _note() -> pl.Expr:
    return _bare("title") + also("voice", " ({})")


def _reason() -> pl.Expr:
    return pl.format("Reason given: {}", _bare("reason")) + also("by", " ({})")


def _account() -> pl.Expr:
    answers = {"as planned": "on whether it went as planned", "what changed and why": "of what changed and why"}
    about = words("question", answers, "in answer to another question")
    return pl.format("An account {}, by {}", about, "by") + also("version", " (version {})")


def _action() -> pl.Expr:
    state = (
        pl.when(status="dropped").then(pl.lit("dropped"))
        .when(pl.col("done").is_not_null()).then(pl.format("done on {}", day("done")))
        .when(status="done").then(pl.lit("done"))
        .when(pl.col("due").is_not_null()).then(pl.format("due by {}", day("due")))
        .otherwise(pl.lit("open"))
    )  # fmt: skip
    return pl.format("Action: {}", _bare("title")) + also("owner", " ({})") + pl.format(", {}", state)


def _experiment() -> pl.Expr:
    at = _if(pl.col("site").is_not_null(), pl.format(" at {}", "who"))
    asked = pl.format("A test of change{}: {}", at, "question")
    return (
        asked
        + _if(pl.col("what_happened").is_not_null(), pl.format(" {}.", _bare("what_happened")))
        + also("decision", " Decision: {}")
    )


def _what_if() -> pl.Expr:
    on = _if(pl.col("decided_on").is_not_null(), pl.format(" on {}", day("decided_on")))
    decided = pl.format(" Decided{}{}: {}", on, also("decided_by", ", {}"), _bare("decision"))
    return pl.format("What if: {}", _whole(pl.col("question"))) + _if(pl.col("decision").is_not_null(), decided)


def _decision() -> pl.Expr:
    why = _if(pl.col("why").is_not_null(), pl.format(": {}", _bare("why")))
    at = _if(pl.col("site").is_not_null(), pl.format(", at {}", "who"))
    return pl.format("Decision: {}", "what") + at + why + also("by", " ({})") + also("dissent", ". Dissent: {}")


TELLINGS = {
    "sites": Telling(lambda: pl.col("who")),
    "successions": Telling(_succession, ("on",)),
    "plans": Telling(_plan, ("set_on",), None, "set_by"),
    "supports": Telling(_support, ("since",), "until", "by"),
    "needs": Telling(_need, ("since",), "until", "according_to"),
    "capacities": Telling(_capacity, ("since",), "until", "by"),
    "responsibilities": Telling(_responsibility, ("since",), "until", "held_by"),
    "events": Telling(_event, ("on",), "until", "source"),
    "conditions": Telling(_condition, ("since",), "until", "according_to"),
    "other_work": Telling(_other_work, ("since",), "until", "according_to"),
    "endings": Telling(_ending, ("done", "on"), None, "decided_by"),
    "anchors": Telling(_anchor, ("on",), "until", "source"),
    "core_claims": Telling(_core_claim, ("on",), None, "according_to"),
    "deliveries": Telling(_delivery, ("on",), None, "source"),
    "adaptations": Telling(_adaptation, ("on",), "until", "decided_by"),
    "values": Telling(_value, ("on",)),
    "findings": Telling(_finding, ("on",), None, "source"),
    "rounds": Telling(lambda: pl.format("A round of {}: {}", "instrument", "round"), ("opens",), "closes"),
    "entries": Telling(lambda: pl.col("text"), ("on",), None, "by"),
    "links": Telling(lambda: pl.col("text"), ("on",), None, "by"),
    "notes": Telling(_note, ("on",), None, "voice"),
    "explanations": Telling(_reason, ("on",), None, "by"),
    "accounts": Telling(_account, ("on",), None, "by"),
    "actions": Telling(_action, ("done", "due"), None, "owner"),
    "experiments": Telling(_experiment, ("since",), "until"),
    "what_ifs": Telling(_what_if, ("on",), None, "by"),
    "decisions": Telling(_decision, ("on",), None, "by"),
}
