"""Notes and what they are coded to: which are coded by whom, how far coders agree, and one note to be coded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from takeroot.analysis import explanation
from takeroot.analysis.explanation.coded import NOTHING, placed, sentences
from takeroot.charts.wording import agree, counted, day, number
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.vocabulary.instruments_in_files import Library
from takeroot.vocabulary.tables import NOTES
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels.assess.kept import in_use
from takeroot.web.panels.panel import Line, Panel

#: The frameworks whose constructs are offered, by the instrument that has them, and how each begins.
LISTS = {"nasss": "NASSS", "npt": "NPT", "dsf": "DSF"}
NO_AGREEMENT = (
    "No two people have coded the same note yet. When two have, how far they agree is shown here, construct by "
    "construct."
)
AGREEMENT = (
    "Sentence by sentence, over the notes that both coded: 1 is perfect agreement, 0 is what chance alone would give. "
    "Of few sentences, or of a construct that is hardly used, both figures say little. Where people differ is worth a "
    "talk; it is no fault of either."
)
NO_NOTES = "There is no note yet. A note is something that was said, seen or read, with its day and whose voice it is."
#: Notes on one page.
MOST = 50


@dataclass(frozen=True)
class Mark:
    """A coding as a coder sees it: its id, what it is coded to, the words, and whether they still stand."""

    id: str
    construct: str
    coder: str
    passage: str
    says: str


@dataclass(frozen=True)
class Sentence:
    """A sentence of a note: where it is, what it says, and what its reader coded it to."""

    start: int
    end: int
    says: str
    codes: tuple[str, ...]

    @property
    def value(self) -> str:
        """Where it is, as a form sends it."""
        return f"{self.start}-{self.end}"


def constructs(
    library: Library, own: list[tuple[str, str]], used: list[str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be coded to, under the name of its list: each as it is kept, and as it is shown.

    Parameters
    ----------
    library
        The instruments that the programme can use.
    own
        The programme's own constructs, each with what it says.
    used
        What was coded to before.
    """
    found: list[tuple[str, list[tuple[str, str]]]] = []
    if own:
        found.append(("Of this programme", [(name, name) for name, _ in own]))
    instruments = in_use(library)
    for name, short in LISTS.items():
        if name in instruments:
            listed = instruments[name].constructs
            offers = [(f"{short}: {one.name}", f"{'– ' if one.within else ''}{one.name}") for one in listed]
            found.append((short, offers))
    known = {value for _, offers in found for value, _ in offers} | {NOTHING}
    others = sorted(set(used) - known)
    return [*found, *([("Used before", [(one, one) for one in others])] if others else [])]


def marks(text: str, rows: list[Mapping[str, Any]], version: int) -> list[tuple[Mark, int | None, int | None]]:
    """Codings of a note, each with where it stands now."""
    found = []
    for row in rows:
        state, start, end = placed(text, row["passage"], row["start"], row["end"])
        found.append(
            (
                Mark(row["id"], row["construct"], row["coder"] or "", _passage(row, text), _state(row, state, version)),
                start,
                end,
            )
        )
    return sorted(found, key=lambda one: (one[1] is None, one[1] or 0, one[2] or 0, one[0].construct))


def _passage(row: Mapping[str, Any], text: str) -> str:
    if row["passage"]:
        return str(row["passage"])
    return text[row["start"] : row["end"]] if row["start"] is not None and row["end"] is not None else ""


def _state(row: Mapping[str, Any], state: str, version: int) -> str:
    """What is to be known of a coding: that it is of the note as a whole, or of an earlier version of it."""
    if state == "whole note":
        return "the note as a whole"
    earlier = f"coded in version {row['version']}" if row["version"] and row["version"] < version else ""
    if state == "no longer there":
        return f"{earlier or 'coded earlier'}; these words are no longer in the note"
    return f"{earlier}; these words stand elsewhere now" if state == "moved" and earlier else earlier


def in_sentences(text: str, own: list[tuple[Mark, int | None, int | None]]) -> list[Sentence]:
    """The sentences of a note, each with what its reader coded it to."""
    return [
        Sentence(
            start,
            end,
            text[start:end],
            tuple(dict.fromkeys(m.construct for m, at, to in own if at is not None and at < end and to > start)),
        )
        for start, end in sentences(text)
    ]


def notes(book: Book, person: str, only: str, page: int) -> dict[str, Any]:
    """Notes in the order of their days, the latest first, with who coded each and to what.

    Parameters
    ----------
    person
        Who reads.
    only
        ``mine`` for notes that they have not coded yet.
    page
        Which page, from 1 on.
    """
    frame = book.frame(coded_notes)
    mine = pl.col("coders").list.contains(person)
    those = frame.filter(~mine) if only == "mine" else frame
    pages = max(1, -(-those.height // MOST))
    page = min(page, pages)
    slug = book.row.slug
    lines = [
        Line(
            row["title"],
            day(row["on"]),
            row["called"] or "",
            row["voice"] or "",
            address("code-note", slug, row["id"]),
            "; ".join(row["constructs"]),
            "coded by you" if person in row["coders"] else "",
        )
        for row in those.slice((page - 1) * MOST, MOST).iter_rows(named=True)
    ]
    done = frame.filter(pl.col("coders").list.len() > 0).height
    by_you = frame.filter(mine).height
    return {
        "lines": lines,
        "says": f"{done:,} of {counted(frame.height, 'notes')} {agree(done, 'is', 'are')} coded, {by_you:,} by you.",
        "only": only,
        "page_nth": page,
        "newer": page - 1 if page > 1 else 0,
        "older": page + 1 if page < pages else 0,
        "empty": "" if frame.height else NO_NOTES,
    }


def coded_notes(results: Results) -> pl.DataFrame:
    """Every note with its text, who coded it, and to what."""
    programme = results.programme
    rows = programme.notes.select("id", "on", "title", "site", "voice", reference=NOTES.references(programme.notes))
    codings = explanation.coded(programme).group_by("note").agg(
        constructs=pl.col("construct").unique().sort(), coders=pl.col("coder").drop_nulls().unique().sort()
    )  # fmt: skip
    rows = rows.join(codings, left_on="reference", right_on="note", how="left", maintain_order="left")
    rows = rows.with_columns(
        pl.col("constructs", "coders").fill_null([]),
        called=pl.col("site").replace(results.site_names).fill_null("the whole programme"),
    )
    return rows.sort("on", "id", descending=[True, False])


def agreement(book: Book) -> Panel:
    """How far every two coders agree, construct by construct, with the number of sentences."""
    frame = book.frame(agreed)
    if not frame.height:
        return Panel("agreement", "How far coders agree", empty=NO_AGREEMENT)
    table = Grid.of(
        frame,
        "Agreement of every two coders, for each construct and for all together.",
        ("construct", "Construct"),
        ("pair", "Coders"),
        ("sentences", "Sentences (n)", "number"),
        ("both", "Both coded", "number"),
        ("differ", "One coded", "number"),
        ("same", "Agree", "percent"),
        ("kappa_says", "Cohen's kappa"),
        ("alpha_says", "Krippendorff's alpha"),
    )
    out = int(frame["left_out"].max() or 0)
    said = (
        f"{counted(out, 'notes')} {agree(out, 'is', 'are')} left out: amended since, and a passage is no longer there."
    )
    return Panel(
        "agreement",
        "How far coders agree",
        says=AGREEMENT,
        table=table,
        notes=(said,) if out else (),
        summary=f"Show {counted(frame.height, 'figures')}",
    )


def agreed(results: Results) -> pl.DataFrame:
    """Agreement of coders, all constructs together first."""
    frame = explanation.coders_agree(results.programme)
    frame = frame.sort("one", "other", pl.col("construct").is_not_null(), "construct")
    figure = {
        f"{name}_says": pl.Series([_figure(one) for one in frame[name]], dtype=pl.String) for name in ("kappa", "alpha")
    }
    return frame.with_columns(
        construct=pl.col("construct").fill_null("All together (each sentence with each construct)"),
        pair=pl.format("{} and {}; {} in common", "one", "other", _notes("notes")),
        differ=pl.col("one_alone") + pl.col("other_alone"),
        same="observed",
        **figure,
    )


def _figure(value: float | None) -> str:
    return "no figure: all alike" if value is None else f"{value:.2f}".replace("-", "−")


def _notes(column: str) -> pl.Expr:
    return pl.format("{} {}", column, pl.when(pl.col(column) == 1).then(pl.lit("note")).otherwise(pl.lit("notes")))


def by_construct(book: Book) -> Panel | None:
    """To what notes are coded, and how often; nothing, where none is."""
    frame = book.frame(counts)
    if not frame.height:
        return None
    table = Grid.of(
        frame,
        "Constructs that notes are coded to.",
        ("construct", "Construct"),
        ("notes", "Notes", "number"),
        ("passages", "Passages", "number"),
        ("coders", "Coders", "number"),
    )
    says = f"{counted(frame.height, 'constructs')}. The Story can be narrowed to the notes of one of them."
    return Panel("constructs", "What they are coded to", says=says, table=table)


def counts(results: Results) -> pl.DataFrame:
    """How many notes and passages are coded to each construct, and by how many coders."""
    rows = explanation.coded(results.programme).filter(pl.col("construct") != NOTHING)
    return rows.group_by("construct").agg(
        notes=pl.col("note").n_unique(), passages=pl.len(), coders=pl.col("coder").n_unique()
    ).sort("construct")  # fmt: skip


def said(n: int) -> str:
    """How many passages were coded, in words."""
    return f"{number(n)} {agree(n, 'passage is', 'passages are')} coded." if n else "You had coded that so already."
