"""What are notes coded to, and do two coders agree? Passages that still stand, and agreement beside chance.

A coding is of the note as it was read. Where the note has been amended since, the passage is looked for in its words of
now: it *stands* where it stood, has *moved* where the same words stand once elsewhere, or is *no longer there*; the
coding itself is never changed.

Two coders are compared sentence by sentence, over the notes that both of them coded: whether each coded a sentence to a
construct. A sentence counts as coded where a passage covers any letter of it. Who read a note and found nothing says so
by coding it to ``nothing to code``.

References
----------
Cohen J. A coefficient of agreement for nominal scales. Educ Psychol Meas 1960;20:37-46.
Krippendorff K. Computing Krippendorff's alpha-reliability. University of Pennsylvania, 2011.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import polars as pl

from takeroot.vocabulary.tables import CODINGS, NOTES

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: What somebody codes a note to who read it and found nothing to code.
NOTHING = "nothing to code"

_SENTENCE = re.compile(r"[^\s].*?(?:[.!?…]+[\"'’”)\]]*(?=\s|$)|(?=\n)|$)", re.S)
_CODED = {
    "note": pl.String(),
    "title": pl.String(),
    "construct": pl.String(),
    "coder": pl.String(),
    "start": pl.Int64(),
    "end": pl.Int64(),
    "passage": pl.String(),
    "version": pl.Int64(),
    "on": pl.Date(),
    "state": pl.String(),
    "now_start": pl.Int64(),
    "now_end": pl.Int64(),
    "reference": pl.String(),
}
_AGREED = {
    "one": pl.String(),
    "other": pl.String(),
    "construct": pl.String(),
    "notes": pl.Int64(),
    "left_out": pl.Int64(),
    "sentences": pl.Int64(),
    "both": pl.Int64(),
    "one_alone": pl.Int64(),
    "other_alone": pl.Int64(),
    "neither": pl.Int64(),
    "observed": pl.Float64(),
    "kappa": pl.Float64(),
    "alpha": pl.Float64(),
}


def sentences(text: str) -> list[tuple[int, int]]:
    r"""Where each sentence of a text begins and ends; a line of its own is a sentence too.

    Examples
    --------
    >>> text = "The board met. Nobody came!\nWhy not?"
    >>> [text[start:end] for start, end in sentences(text)]
    ['The board met.', 'Nobody came!', 'Why not?']
    """
    found = []
    for line in re.finditer(r"[^\n]+", text):
        for one in _SENTENCE.finditer(line[0]):
            end = one.end() - (len(one[0]) - len(one[0].rstrip()))
            if end > one.start():
                found.append((line.start() + one.start(), line.start() + end))
    return found


def placed(text: str, passage: str | None, start: int | None, end: int | None) -> tuple[str, int | None, int | None]:
    """Whether a passage stands in a text: ``stands``, ``moved``, ``no longer there`` or ``whole note``; and where.

    Examples
    --------
    >>> placed("We met twice. Nobody came.", "Nobody came.", 0, 12)
    ('moved', 14, 26)
    """
    if start is None or end is None:
        if passage and text.count(passage) == 1:
            return "stands", text.index(passage), text.index(passage) + len(passage)
        return "whole note", None, None
    here = text[start:end]
    if here and (passage is None or here == passage):
        return "stands", start, end
    if passage and text.count(passage) == 1:
        return "moved", text.index(passage), text.index(passage) + len(passage)
    return "no longer there", None, None


def coded(programme: Programme) -> pl.DataFrame:
    """Every coding, with the note that it is of and whether its passage still stands there.

    Parameters
    ----------
    programme
        Its notes and codings.

    Returns
    -------
    DataFrame
        By note, place, construct and coder: ``note`` (its reference), its ``title``, ``construct``, ``coder``,
        ``start``, ``end``, ``passage``, ``version`` and ``on`` as they were coded; ``state`` (stands, moved, no longer
        there, whole note; ``note gone`` where there is no such note any more), where it stands now (``now_start``,
        ``now_end``), and ``reference``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> notes = {"on": ["2024-05-01"], "title": ["A visit"], "text": ["Now they meet. Nobody came."], "id": ["a"]}
    >>> codings = {"note": ["notes:a"], "construct": ["Fit"], "start": [0], "end": [12], "passage": ["Nobody came."]}
    >>> programme = Programme("Falls", notes=notes, codings=codings)
    >>> coded(programme).select("state", "now_start", "now_end").row(0)
    ('moved', 15, 27)
    """
    rows = programme.codings
    rows = rows.with_columns(reference=CODINGS.references(rows))
    notes = programme.notes.select(note=NOTES.references(programme.notes), title="title", text=pl.col("text"))
    rows = rows.join(notes, on="note", how="left", maintain_order="left")
    there = [
        placed(text or "", passage, start, end) if title is not None else ("note gone", None, None)
        for title, text, passage, start, end in rows.select("title", "text", "passage", "start", "end").iter_rows()
    ]
    where = pl.DataFrame(
        there, schema={"state": pl.String, "now_start": pl.Int64, "now_end": pl.Int64}, orient="row"
    )  # fmt: skip
    found = pl.concat([rows, where], how="horizontal")
    texts = [text[start:end] if text and start is not None else None for text, start, end in _cut(found)]
    found = found.with_columns(passage=pl.coalesce("passage", pl.Series(texts, dtype=pl.String)))
    found = found.sort("note", "start", "end", "construct", "coder", "reference", nulls_last=False)
    return found.select(pl.col(name).cast(kind) for name, kind in _CODED.items())


def _cut(found: pl.DataFrame) -> Iterator[tuple[str | None, int | None, int | None]]:
    yield from found.select("text", "now_start", "now_end").iter_rows()


def coders_agree(programme: Programme) -> pl.DataFrame:
    """How far every two coders agree, for each construct and for all of them together.

    Parameters
    ----------
    programme
        Its notes and codings.

    Returns
    -------
    DataFrame
        For every two coders who coded a note in common, and every construct that either used in those notes (then for
        all together, ``construct`` empty, over every sentence and construct): ``one`` and ``other``; the ``notes`` in
        common, and how many are ``left_out`` because a passage is no longer there; ``sentences`` (for all together:
        sentences times constructs); how many of them ``both`` coded so, ``one_alone``, ``other_alone`` and ``neither``;
        ``observed`` agreement, Cohen's ``kappa`` and Krippendorff's ``alpha``, both empty where the two coded
        everything alike in one way, so that chance alone would agree.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> notes = {"on": ["2024-05-01"], "title": ["A visit"], "text": ["One. Two. Three. Four."], "id": ["a"]}
    >>> codings = {"note": ["notes:a"] * 4, "construct": ["Fit"] * 4, "coder": ["A", "A", "B", "B"]}
    >>> codings |= {"start": [0, 5, 0, 10], "end": [4, 9, 4, 16]}
    >>> agreed = coders_agree(Programme("Falls", notes=notes, codings=codings))
    >>> agreed.select("construct", "sentences", "both", "kappa").row(0)
    ('Fit', 4, 1, 0.0)
    """
    every = coded(programme).filter(pl.col("coder").is_not_null(), pl.col("state") != "note gone")
    texts = dict(zip(NOTES.references(programme.notes), programme.notes["text"], strict=True))
    of: dict[str, set[str]] = {}
    for coder, note in every.select("coder", "note").unique().iter_rows():
        of.setdefault(coder, set()).add(note)
    rows: list[dict[str, Any]] = []
    for one, other in combinations(sorted(of), 2):
        common = sorted(of[one] & of[other])
        mine = every.filter(pl.col("note").is_in(common), pl.col("coder").is_in([one, other]))
        lost = set(mine.filter(state="no longer there")["note"])
        kept = [note for note in common if note not in lost and texts.get(note)]
        if kept:
            counts = {"notes": len(kept), "left_out": len(common) - len(kept)}
            rows += _compared(mine.filter(pl.col("note").is_in(kept)), texts, one, other, counts)
    return pl.DataFrame(rows, schema=_AGREED, orient="row")


def _compared(
    mine: pl.DataFrame, texts: dict[str, Any], one: str, other: str, counts: dict[str, int]
) -> Iterator[dict[str, Any]]:
    """Two coders over the notes that both coded, construct by construct, and all together."""
    units = [(note, *span) for note in sorted(set(mine["note"])) for span in sentences(texts[note])]
    constructs = sorted(set(mine["construct"]) - {NOTHING})
    marks: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for note, construct, coder, start, end in mine.select(
        "note", "construct", "coder", "now_start", "now_end"
    ).iter_rows():
        span = (0, len(texts[note])) if start is None else (start, end)
        marks.setdefault((note, construct, coder), []).append(span)
    pairs: list[tuple[bool, bool]] = []
    for construct in constructs:
        each = [
            tuple(
                any(start < last and end > first for start, end in marks.get((note, construct, coder), ()))
                for coder in (one, other)
            )
            for note, first, last in units
        ]
        pairs += each  # type: ignore[arg-type]
        yield {"one": one, "other": other, "construct": construct, **counts, **figures(each)}  # type: ignore[arg-type]
    if constructs:
        yield {"one": one, "other": other, "construct": None, **counts, **figures(pairs)}


def figures(pairs: list[tuple[bool, bool]]) -> dict[str, Any]:
    """How often two agree, and how often beside what chance would give.

    Examples
    --------
    >>> pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    >>> round(figures(pairs)["kappa"], 2)
    0.4
    """
    n = len(pairs)
    both, neither = sum(a and b for a, b in pairs), sum(not a and not b for a, b in pairs)
    first, second = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    said = {"sentences": n, "both": both, "one_alone": first - both, "other_alone": second - both, "neither": neither}
    if not n:
        return {**said, "observed": None, "kappa": None, "alpha": None}
    observed = (both + neither) / n
    chance = (first * second + (n - first) * (n - second)) / n**2
    kappa = (observed - chance) / (1 - chance) if chance < 1 else None
    # Krippendorff's alpha of two coders and two values, who both judged everything: coincidences have a short form.
    ones, zeros = first + second, 2 * n - first - second
    alpha = 1 - (2 * n - 1) * (n - both - neither) / (ones * zeros) if ones and zeros else None
    return {**said, "observed": observed, "kappa": kappa, "alpha": alpha}
