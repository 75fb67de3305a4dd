"""What happened and what people make of it: conditions, changes, notes, the timeline, decisions and actions."""

from __future__ import annotations

import polars as pl

from takeroot import charts
from takeroot.charts.wording import agree, counted, listed, number
from takeroot.reporting.blocks import Block, Column, Figure, Grid, Missing, Part, Section, Words
from takeroot.reporting.results import Results
from takeroot.reporting.saying import answer_of
from takeroot.reporting.sections.scaling import CARRY


def _with(results: Results, table: str) -> pl.DataFrame:
    """A table with the names of its sites and the references of its rows."""
    frame = getattr(results.programme, table).with_columns(reference=pl.lit(f"{table}:") + pl.col("id"))
    if "site" in frame.columns:
        frame = frame.with_columns(place=pl.col("site").replace(results.site_names).fill_null("the whole programme"))
    return frame


def _none(column: str) -> pl.Expr:
    """A column in which nothing means that none was recorded."""
    return pl.col(column).fill_null("none recorded")


def around(results: Results) -> Section | None:
    """Conditions and support; anchors and other work have sections of their own."""
    programme = results.programme
    blocks: list[Block] = []
    if programme.conditions.height:
        blocks.append(
            Part(
                "Conditions",
                (
                    Words("The same condition may enable here and limit there, and people may see it differently."),
                    Grid.of(
                        _with(results, "conditions").sort("kind", "text"),
                        "What enables, limits, or does both.",
                        Column("text", "Condition"),
                        Column("kind", "Kind"),
                        Column("works", "Works", needed=True),
                        Column("according_to", "According to"),
                        Column("place", "Where"),
                        Column("since", "Since", "day"),
                        Column("until", "until", "day"),
                        Column("source", "Source"),
                        Column("reference", "Record", "reference"),
                        folded=programme.conditions.height > 16,
                    ),
                ),
            )
        )
    if programme.supports.height:
        blocks.append(_supports(results))
    if not any(getattr(programme, table).height for table in CARRY):
        blocks.append(
            Missing(
                "Nothing is recorded that would anchor the change: no policy, budget line, contract or job description."
            )
        )
    if not blocks:
        return None
    return Section("around", "Around it: conditions and support", tuple(blocks))


def _supports(results: Results) -> Part:
    supports = _with(results, "supports").with_columns(
        place=pl.col("site").replace(results.site_names).fill_null("all sites")
    )
    kinds = (
        supports.group_by("kind")
        .agg(
            sites=pl.col("site").drop_nulls().n_unique(),
            everywhere=pl.col("site").is_null().any(),
            since=pl.col("since").min(),
            until=pl.when(pl.col("until").is_null().any()).then(None).otherwise(pl.col("until").max()),
            by=pl.col("by").drop_nulls().unique().sort().str.join("; "),
        )
        .with_columns(
            where=pl.when("everywhere").then(pl.lit("all sites")).otherwise(pl.format("{} sites", "sites")),
            by=pl.col("by").replace("", None),
        )
        .sort("kind")
    )
    return Part(
        "Support given",
        (
            Grid.of(
                kinds,
                "What the programme gives sites.",
                Column("kind", "Support"),
                Column("where", "At"),
                Column("since", "From", "day"),
                Column("until", "to", "day"),
                Column("by", "Given by"),
            ),
        ),
    )


def changing(results: Results) -> Section:
    """Every change that matters, with the explanations offered; changes with none stand in the same list."""
    changes = results.changes.filter(pl.col("matters")).sort("on", "reference")
    if not changes.height:
        return Section(
            "changes", "What changed, and what speaks to it", (Missing("No change that matters is recorded yet."),)
        )
    counts = dict(changes.group_by("state").agg(pl.len()).iter_rows())
    states = {
        "has an account": "with an account",
        "accounts differ": "where accounts differ",
        "no account yet": "with no account yet",
    }
    told = ", ".join(f"{number(counts[state])} {text}" for state, text in states.items() if state in counts)
    rows = changes.with_columns(
        evidence=pl.format("{} for, {} against", "speaks_for", "speaks_against"),
    )
    blocks: list[Block] = [
        Words(f"{counted(changes.height, 'changes')} that {agree(changes.height, 'matters', 'matter')}: {told}."),
        Grid.of(
            rows,
            "Changes in order of date, each with what speaks to it.",
            Column("says", "Change"),
            Column("on", "On", "day"),
            Column("kind", "Kind"),
            Column("state", "Account"),
            Column("evidence", "Evidence"),
            folded=rows.height > 12,
            most=1500,
        ),
    ]
    explanations = results.programme.explanations
    if explanations.height:
        offered = explanations.with_columns(
            of=pl.struct("change").map_elements(lambda row: _change(results, row["change"]), return_dtype=pl.String),
        ).sort("on", "change", "by", nulls_last=True)
        blocks.append(
            Part(
                "Reasons offered",
                (
                    Words(
                        "By people, for changes and findings; dissent is kept with them. That one thing came "
                        "before another is no reason."
                    ),
                    Grid.of(
                        offered,
                        "Explanations, with the evidence given for and against.",
                        Column("of", "Of"),
                        Column("reason", "Reason"),
                        Column("speaks_for", "For", "reference"),
                        Column("speaks_against", "Against", "reference"),
                        Column("confidence", "Confidence"),
                        Column("dissent", "Dissent"),
                        Column("by", "By"),
                        Column("on", "On", "day"),
                        folded=offered.height > 16,
                    ),
                ),
            )
        )
    return Section("changes", "What changed, and what speaks to it", tuple(blocks))


def _change(results: Results, reference: str) -> str:
    from takeroot.reporting.saying import entry

    said = results.says(reference)
    found = None if said else entry(results, reference)
    return said or (found.says if found else f"{reference} (not in the record)")


def story(results: Results) -> Section | None:
    """Everything dated on one line, and notes for and against."""
    timeline = results.timeline
    if not timeline.height:
        return None
    rows = timeline.with_columns(place=pl.col("site").replace(results.site_names)).sort(
        "on", "kind", "reference", nulls_last=True
    )
    blocks: list[Block] = [
        Figure(
            charts.timeline,
            (timeline,),
            Grid.of(
                rows,
                "Everything that is dated, in order.",
                Column("on", "On", "day"),
                Column("until", "until", "day"),
                Column("kind", "Kind"),
                Column("says", "What happened"),
                folded=True,
                most=1500,
            ),
        )
    ]
    notes = results.programme.notes
    if notes.height:
        blocks.append(_notes(results))
    return Section("timeline", "The timeline, and the notes", tuple(blocks))


def _notes(results: Results) -> Part:
    notes = _with(results, "notes").sort("on", "title")
    counts = dict(notes.group_by(pl.col("stance").fill_null("not said")).agg(pl.len()).iter_rows())
    order = ("for", "against", "mixed", "neutral", "not said")
    told = listed([f"{number(counts[stance])} {stance}" for stance in order if stance in counts])
    return Part(
        "Notes, for and against",
        (
            Words(f"{counted(notes.height, 'notes')}: {told}. They stand in one list, by date."),
            Grid.of(
                notes,
                "Notes by date, with their stance and voice.",
                Column("title", "Note"),
                Column("text", "Text"),
                Column("stance", "Speaks", needed=True),
                Column("voice", "Voice"),
                Column("source_kind", "From"),
                Column("place", "Where"),
                Column("on", "On", "day"),
                Column("confidence", "Confidence"),
                Column("reference", "Record", "reference"),
                folded=notes.height > 12,
            ),
        ),
    )


def deciding(results: Results) -> Section | None:
    """Decisions with their dissent, actions, tests of change and what-ifs."""
    programme = results.programme
    blocks: list[Block] = []
    if programme.decisions.height:
        blocks.append(
            Part(
                "Decisions",
                (
                    Grid.of(
                        _with(results, "decisions").sort("on", "what").with_columns(_none("dissent")),
                        "Decisions by date, with who disagreed.",
                        Column("what", "Decided"),
                        Column("on", "On", "day"),
                        Column("why", "Because", needed=True),
                        Column("by", "By", needed=True),
                        Column("dissent", "Dissent"),
                        Column("reference", "Record", "reference"),
                    ),
                ),
            )
        )
    if programme.actions.height:
        blocks.append(
            Part(
                "Actions",
                (
                    Grid.of(
                        _with(results, "actions").sort("due", "title", nulls_last=True),
                        "Actions by the day they are due.",
                        Column("title", "Action"),
                        Column("strand", "Strand"),
                        Column("place", "Where"),
                        Column("owner", "Who", needed=True),
                        Column("due", "By", "day", needed=True),
                        Column("done", "Done", "day"),
                        Column("status", "Status"),
                        folded=programme.actions.height > 16,
                    ),
                ),
            )
        )
    if programme.experiments.height:
        blocks.append(
            Part(
                "Tests of change",
                (
                    Grid.of(
                        _with(results, "experiments").sort("since", "question", nulls_last=True),
                        "Small tests, what was expected and what happened.",
                        Column("question", "Question"),
                        Column("prediction", "Expected", needed=True),
                        Column("what_happened", "What happened", needed=True),
                        Column("decision", "Decided"),
                        Column("why", "Why"),
                        Column("place", "Where"),
                        Column("since", "From", "day"),
                        Column("until", "to", "day"),
                    ),
                ),
            )
        )
    if programme.what_ifs.height:
        blocks.append(_what_ifs(results))
    if not blocks:
        blocks.append(Missing("No decision or action is recorded."))
    return Section("decisions", "Decisions and actions", tuple(blocks))


def _what_ifs(results: Results) -> Part:
    asked = (
        _with(results, "what_ifs")
        .sort("on", "question")
        .with_columns(
            came=pl.col("result").map_elements(answer_of, return_dtype=pl.String),
            decided=pl.coalesce("decision", pl.lit("nothing yet")),
        )
    )
    grid = Grid.of(
        asked,
        "What-ifs by the day they were asked: what was expected, what came of it and what was decided.",
        Column("question", "Asked"),
        Column("on", "On", "day"),
        Column("by", "By"),
        Column("expects", "Expected", needed=True),
        Column("came", "What came of it", needed=True),
        Column("decided", "Decided"),
        Column("decided_on", "on", "day"),
        Column("decided_by", "by"),
        Column("why", "Because"),
        Column("reference", "Record", "reference"),
        folded=asked.height > 16,
    )
    return Part("What-ifs", (Words("What came of a what-if holds under its assumptions; it is no forecast."), grid))
