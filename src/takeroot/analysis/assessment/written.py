"""What do records and plans say, when was it written, and what changed? Each answer in words, by writing and subject.

A *writing* is what was written to one instrument about one subject on one day. It stays as it was written; another
view, or a correction, is a writing of another day. Answers keep their words: nothing is added up, no scale is made of
words that have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import polars as pl

from takeroot.vocabulary import days
from takeroot.vocabulary.answer import checked_entry, offered
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.instrument import Instrument, Question
from takeroot.vocabulary.tables import ENTRIES

#: What becomes of an answer from one writing to the next, in the order in which it is shown.
CHANGED, ADDED, GONE, SAME = "changed", "new", "no longer answered", "the same"

_SAID = {
    "id": pl.String(),
    "edition": pl.String(),
    "subject": pl.String(),
    "site": pl.String(),
    "at": pl.String(),
    "on": pl.Date(),
    "question": pl.String(),
    "nth": pl.Int64(),
    "of": pl.String(),
    "name": pl.String(),
    "kind": pl.String(),
    "by_site": pl.Boolean(),
    "answer": pl.String(),
    "says": pl.String(),
    "level": pl.Float64(),
    "words": pl.String(),
    "by": pl.String(),
}
_WRITING = ["edition", "subject", "site", "on"]


def said(editions: Sequence[Instrument], entries: IntoFrame) -> pl.DataFrame:
    """Every answer of the writings of one instrument, in the words that people read.

    Parameters
    ----------
    editions
        The instrument, in each edition that is known; what was written to another is kept as it stands.
    entries
        See :data:`~takeroot.vocabulary.tables.ENTRIES`; entries of other instruments are left out.

    Returns
    -------
    DataFrame
        One row for each answer, in the order of time and of the questions: the ``subject`` and ``site`` that the
        writing is about, and, for what is asked of each site, the site that it is ``at``; the ``question``, its
        ``name`` and the construct it is ``of``; the ``answer`` as it is stored, what it ``says``, the ``level`` if it
        is a number, and the ``words`` beside it.

    Examples
    --------
    >>> from datetime import date
    >>> from takeroot.vocabulary.instrument import Instrument
    >>> fit = Instrument(
    ...     id="fit", edition="1", title="Fit", kind="record", purpose="To see", who="A team", source=["Us"],
    ...     licence="MIT",
    ...     scales=[{"id": "fit", "options": [{"value": "good", "says": "Good"}, {"value": "poor", "says": "Poor"}]}],
    ...     sections=[{"id": "one", "title": "One",
    ...                "questions": [{"id": "fit", "asks": "Does it fit?", "scale": "fit"}]}])
    >>> kept = {"instrument": ["fit"], "edition": ["1"], "subject": ["programme"], "question": ["fit"],
    ...         "on": [date(2024, 3, 1)], "text": ["poor: staff have changed"]}
    >>> said([fit], kept).select("answer", "says", "words").row(0)
    ('poor', 'Poor', 'staff have changed')
    """
    known = {one.edition: one for one in editions}
    read = ENTRIES.identified(ENTRIES.read(entries))
    mine = read.filter(pl.col("instrument").is_in([one.id for one in editions]))
    asked = {edition: {one.id: (nth, one) for nth, one in enumerate(of.questions)} for edition, of in known.items()}
    choices = {
        (edition, one.id): {offer.value: offer.says for offer in offered(of.scale(one))}
        for edition, of in known.items()
        for one in of.questions
    }
    rows = []
    for row in mine.select("id", "edition", "subject", "site", "question", "on", "text", "by").iter_rows(named=True):
        nth, question = asked.get(row["edition"], {}).get(row["question"], (10_000, None))
        of_each = question is not None and question.by_site
        elsewhere = of_each or row["subject"] == "programme"
        own, at = (None, row["site"]) if elsewhere else (row["site"], None)
        about = (row["id"], row["edition"], row["subject"], own, at, row["on"], row["question"], nth)
        if question is None:
            said_so = (None, row["question"], "text", at is not None, row["text"], row["text"], None, None)
        else:
            offers = choices[row["edition"], question.id]
            said_so = _told(known[row["edition"]], question, offers, row["text"])
        rows.append((*about, *said_so, row["by"]))
    frame = pl.DataFrame(rows, schema=_SAID, orient="row")
    return frame.sort("on", "subject", "site", "nth", "question", maintain_order=True)


def _told(of: Instrument, question: Question, offers: dict[str, str], text: str) -> tuple[Any, ...]:
    """What one entry says: of what, under which name and kind, the answer, its level, and the words beside it."""
    kind = of.scale(question).kind
    first, _, after = text.partition(": ")
    if kind == "one of" and first in offers:
        answer, words = first, after
    else:
        answer, words = text, ""
        with suppress(ValueError):
            answer, words = checked_entry(of, question, text)
    says = (
        "; ".join(offers.get(one, one) for one in answer.split(";")) if kind == "any of" else offers.get(answer, answer)
    )
    if kind == "day" and answer not in offers:
        with suppress(ValueError):
            says = days.said(days.the_day(answer))
    name = question.short or question.asks
    return question.of, name, kind, question.by_site, answer, says, _level(kind, answer), words or None


def _level(kind: str, answer: str) -> float | None:
    if kind in ("one of", "number"):
        with suppress(ValueError):
            return float(answer)
    return None


def writings(answers: pl.DataFrame) -> pl.DataFrame:
    """Each writing there is, the latest first.

    Parameters
    ----------
    answers
        What :func:`said` gives.

    Returns
    -------
    DataFrame
        ``edition``, ``subject``, ``site``, ``on``, who wrote it (``by``), and how many answers (``answers``) of how
        many sites (``sites``, where each was asked) it holds.
    """
    found = answers.group_by(_WRITING, maintain_order=True).agg(
        by=pl.col("by").drop_nulls().unique(maintain_order=True).str.join(", "),
        answers=pl.len().cast(pl.Int64),
        sites=pl.col("at").drop_nulls().n_unique().cast(pl.Int64),
    )
    return found.sort("on", descending=True, maintain_order=True)


def of_writing(
    answers: pl.DataFrame, *, on: Any, subject: str, site: str | None, edition: str | None = None
) -> pl.DataFrame:
    """The answers of one writing.

    Parameters
    ----------
    answers
        What :func:`said` gives.
    on, subject, site, edition
        Which writing; that of any edition, if none is named.
    """
    which = (pl.col("on") == on) & (pl.col("subject") == subject) & pl.col("site").eq_missing(pl.lit(site, pl.String))
    return answers.filter(which if edition is None else which & (pl.col("edition") == edition))


def latest(answers: pl.DataFrame) -> pl.DataFrame:
    """The last answer to each question about each subject and at each site, with the day it is of.

    Parameters
    ----------
    answers
        What :func:`said` gives.
    """
    key = ["subject", "site", "at", "question"]
    return (
        answers.sort("on", maintain_order=True)
        .unique(key, keep="last", maintain_order=True)
        .sort("nth", maintain_order=True)
    )


def between(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What changed from one writing to another, changed answers first.

    Parameters
    ----------
    before, after
        What :func:`said` gives, of one writing each.

    Returns
    -------
    DataFrame
        One row for each question (and site, where each is asked): its ``name``, ``became`` (changed, new, no longer
        answered, the same), and of either what it says (``says_before``, ``says_after``) and the words beside it.
    """
    key = ["question", "at"]
    columns = ["answer", "says", "words", "name", "nth", "of"]
    one = before.select(*key, *(pl.col(name).alias(f"{name}_before") for name in columns))
    two = after.select(*key, *(pl.col(name).alias(f"{name}_after") for name in columns))
    both = one.join(two, on=key, how="full", coalesce=True, nulls_equal=True)
    unlike = pl.col("answer_before").ne_missing(pl.col("answer_after")) | pl.col("words_before").ne_missing(
        pl.col("words_after")
    )
    became = (
        pl.when(pl.col("answer_before").is_null())
        .then(pl.lit(ADDED))
        .when(pl.col("answer_after").is_null())
        .then(pl.lit(GONE))
        .when(unlike)
        .then(pl.lit(CHANGED))
        .otherwise(pl.lit(SAME))
    )
    order = pl.col("became").replace_strict({CHANGED: 0, ADDED: 1, GONE: 2, SAME: 3}, return_dtype=pl.Int64)
    return (
        both.with_columns(
            became=became,
            name=pl.coalesce("name_after", "name_before"),
            nth=pl.coalesce("nth_after", "nth_before"),
            of=pl.coalesce("of_after", "of_before"),
        )
        .sort(order, "nth", "at", maintain_order=True)
        .select("question", "at", "name", "of", "became", "says_before", "words_before", "says_after", "words_after")
    )


def judged_on(instrument: Instrument) -> list[str]:
    """The questions of an instrument that judge each site on a scale of numbers, such as a collaborative's progress."""
    return [one.id for one in instrument.questions if one.by_site and _numbered(instrument, one)]


def _numbered(instrument: Instrument, question: Question) -> bool:
    scale = instrument.scale(question)
    if scale.kind == "number":
        return True
    return scale.kind == "one of" and all(_level(scale.kind, one.value) is not None for one in scale.options)


def columns(instrument: Instrument, listed: Mapping[str, str]) -> dict[str, str]:
    """What the columns of a tracker are called, by their question.

    Where the instrument asks for their names, in the lines of a question ``elements`` for ``element-1``, ``element-2``
    and on, they are called by those, and a column without a name is left out.

    Parameters
    ----------
    instrument
        The instrument.
    listed
        What was answered about the whole, by question.
    """
    plain = {one.id for one in instrument.questions if not one.by_site}
    named: dict[str, str] = {}
    for one in (each for each in instrument.questions if each.by_site):
        stem, _, number = one.id.rpartition("-")
        if not (number.isdecimal() and f"{stem}s" in plain):
            named[one.id] = one.short or one.asks
            continue
        lines = [line.strip() for line in listed.get(f"{stem}s", "").splitlines() if line.strip()]
        if int(number) <= len(lines):
            named[one.id] = lines[int(number) - 1]
        elif not lines:
            named[one.id] = f"{stem.capitalize()} {number}"
    return named


def lines_of(answers: pl.DataFrame, questions: Iterable[str], *, called: dict[str, str]) -> pl.DataFrame:
    """Judgements over time, a line for each site and each who judges; nothing stands between two that were made.

    Parameters
    ----------
    answers
        What :func:`said` gives.
    questions
        The questions that judge, as :func:`judged_on` gives them.
    called
        Whose judgement each of them is, in words.

    Returns
    -------
    DataFrame
        ``site``, ``who``, ``on``, ``score`` and ``why``, in the order of first mention.
    """
    asked = list(questions)
    mine = answers.filter(pl.col("question").is_in(asked) & pl.col("level").is_not_null() & pl.col("at").is_not_null())
    who = pl.col("question").replace_strict(called, default=pl.col("question"), return_dtype=pl.String)
    order = pl.col("question").replace_strict({name: n for n, name in enumerate(asked)}, return_dtype=pl.Int64)
    return mine.sort(order, "on", maintain_order=True).select("on", site="at", who=who, score="level", why="words")
