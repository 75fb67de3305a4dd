"""A round of a questionnaire, to be taken along by whoever evaluates: tidy tables, and what every column of them means.

Nothing is in them that may not be shown: of an anonymous round they are counts and what can be worked out of counts,
and figures of the whole; small groups are merged or left out. Of an open round there is also a row for each respondent
and question, since its people agreed to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from takeroot.analysis import assessment
from takeroot.analysis.assessment.exporting import wide
from takeroot.analysis.assessment.grouping import FLOOR
from takeroot.errors import NotEnough, NotFound
from takeroot.vocabulary import files
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.files.zipped import zip_bytes
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.own_instruments import whose_words

#: What each table holds, in the order in which they stand.
TABLES = {
    "read_me": "What this is, and what to mind",
    "round": "The round: when, about what, and how many answered",
    "counts": "How many gave each answer, of everyone and by one breakdown at a time: tidy, one row each",
    "counts_wide": "The same, a column for each answer",
    "views": "Of each group and question: how many answered, agreement, middle, mean and spread",
    "constructs": "What the views come to for each construct, by the instrument's own rule",
    "changes": "What moved since the round before",
    "spread": "How far the views of everyone lie apart, in all",
    "consistency": "Cronbach's alpha of each construct, with what goes with it",
    "items": "How each question goes with the rest of its construct",
    "agreement": "Krippendorff's alpha over the questions of each construct, with an interval",
    "answers": "One row for each respondent and question; of an open round alone",
    "answers_wide": "The same, a column for each question",
    "comments": "What people wrote and released, by construct and never by role",
    "codebook": "What every question and every value means",
    "columns": "What every column of these tables means",
}
#: What the columns mean.
COLUMNS = {
    "round": "the round",
    "subject": "what it was answered about: the programme, or a site",
    "kind": "of a round: anonymous or open; of a question: how it is answered",
    "opens": "the first day",
    "closes": "the last day",
    "shown": "whether it may be shown; of constructs: how many questions are shown",
    "why": "why it is not shown",
    "answered": "how many answered",
    "invited": "how many were asked; empty where that would tell how few did not answer",
    "question": "the question, by its id in the codebook",
    "breakdown": "by what people are told apart: everyone, by role, or by whether they answered the round beside too",
    "group": "the group; small ones are merged, with 'or' between them",
    "beside": "the round that it is compared with",
    "state": "answer; third: a state besides, such as not relevant; blank: no answer; people: how many answered a "
    "question to which one may give several answers; moved: up or down the scale since the round beside",
    "value": "the answer, by its value in the codebook",
    "n": "how many people",
    "of": "the construct; empty: all questions, or of none",
    "third": "how many are in a state besides",
    "blank": "how many left it blank",
    "distinct": "how many different answers were given",
    "agreement": "the share of pairs of people who gave the same answer",
    "least": "the least that an answer counts",
    "median": "the middle of what answers count",
    "most": "the most that an answer counts",
    "mean": "the mean of what answers count, as answered; of items and scales, as turned",
    "turned": "the same, turned where agreeing speaks against the construct",
    "deviation": "the standard deviation",
    "spread": "the standard deviation over half of what answers can differ: 0 one view, 1 two ends. It is ours",
    "score": "what it comes to, by the rule of the instrument",
    "lower": "the lower end: of what it may be as long as answers are missing, or of a 95 % interval",
    "upper": "the upper end of the same",
    "questions": "how many questions",
    "who": "everyone; those who answered the question both times; those who did this time only",
    "before": "the round before",
    "after": "this round",
    "up": "how many moved up the scale, questions turned where they are reversed",
    "same": "how many gave an answer that counts the same",
    "down": "how many moved down the scale",
    "complete": "how many answered every question of it; empty where that would speak of too few",
    "items": "how many questions it is of",
    "alpha": "Cronbach's alpha from pairwise covariances; of agreement: Krippendorff's alpha",
    "alpha_complete": "Cronbach's alpha of those who answered everything",
    "standardised": "alpha from correlations",
    "lambda6": "Guttman's lambda 6",
    "average_r": "the mean correlation between questions",
    "item": "the question",
    "item_total": "its correlation with the respondents' mean of all questions, itself included",
    "item_rest": "its correlation with the sum of all others",
    "alpha_without": "alpha without it",
    "scale": "the scale on which it is answered",
    "level": "how differences between answers are taken",
    "raters": "how many people judged something that another judged too",
    "things": "how many such questions",
    "values": "how many answers were compared",
    "respondent": "a code",
    "role": "the role that a respondent chose",
    "points": "what an answer counts",
    "comment": "what was written",
    "asks": "what is asked",
    "construct": "the name of the construct",
    "reversed": "whether agreeing speaks against the construct",
    "says": "what an answer says",
    "table": "a table of this file",
    "column": "a column of it",
    "means": "what it means",
}


def tables(
    instrument: Instrument,
    rounds: IntoFrame,
    answers: IntoFrame,
    name: str,
    *,
    as_at: date,
    floor: int = FLOOR,
    called: str = "",
) -> dict[str, pl.DataFrame]:
    """Everything of one round that may be taken along, as tidy tables.

    Parameters
    ----------
    instrument, rounds, answers, as_at, floor
        As for :func:`takeroot.analysis.assessment.counts`: every round of the instrument, since what is shown of one
        depends on what was shown of the others.
    name
        The round.
    called
        Of which programme it is.

    Raises
    ------
    NotFound
        If there is no such round of the instrument.
    NotEnough
        If it may not be shown, with the reason.
    """
    given = {"rounds": rounds, "answers": answers, "as_at": as_at, "floor": floor}
    about = assessment.shown(instrument, **given)  # type: ignore[arg-type]
    mine = about.filter(round=name)
    if not mine.height:
        raise NotFound("round of this instrument", name, about["round"])
    if not mine["shown"].item():
        raise NotEnough(f"The round '{name}' can not be taken out: {mine['why'].item()}")
    whole = assessment.export(instrument, **given)  # type: ignore[arg-type]
    counts = whole["counts"]
    found = {
        "round": mine.drop("shown", "why"),
        **{table: whole[table] for table in ("counts", "views", "answers", "answers_wide", "comments")},
        "constructs": assessment.constructs(instrument, counts),
        "changes": _changes(instrument, counts, about, name),
        "spread": assessment.opinion_spread(instrument, counts),
        "consistency": assessment.consistency(instrument, **given),  # type: ignore[arg-type]
        "items": assessment.items(instrument, **given),  # type: ignore[arg-type]
        "agreement": assessment.agreement(instrument, **given),  # type: ignore[arg-type]
    }
    found = {table: frame.filter(round=name) if "round" in frame.columns else frame for table, frame in found.items()}
    found["counts_wide"] = wide(found["counts"])
    found |= {"codebook": whole["codebook"], "read_me": _read_me(instrument, mine, as_at, called)}
    kept = [table for table in TABLES if table == "counts" or (table in found and found[table].height)]
    found["columns"] = _columns({table: found[table] for table in kept})
    return {table: found[table] for table in (*kept, "columns")}


def _changes(instrument: Instrument, counts: pl.DataFrame, about: pl.DataFrame, name: str) -> pl.DataFrame:
    """What moved since the last round about the same, of the same kind."""
    alike = about.filter(pl.struct("subject", "kind") == pl.struct("subject", "kind").filter(round=name).first())
    known = [one for one in counts["round"].unique(maintain_order=True) if one in set(alike["round"])]
    at = known.index(name) if name in known else 0
    if not at:
        return pl.DataFrame()
    return assessment.changes(instrument, counts, before=known[at - 1], after=name)


def _read_me(instrument: Instrument, mine: pl.DataFrame, as_at: date, called: str) -> pl.DataFrame:
    about = mine.row(0, named=True)
    kept_back = (
        "No group smaller than was promised is in here: small groups are merged, and what could be worked out by "
        "subtraction is left out. Where a question or a group is not there, it is withheld."
        if about["kind"] != "open"
        else "An open round: its people agreed that their answers stay with the programme."
    )
    told = [
        *([("Programme", called)] if called else []),
        ("Instrument", f"{instrument.title} ({instrument.id}, edition {instrument.edition})"),
        ("Wording", whose_words(instrument)),
        ("Licence", instrument.licence),
        *(("Source", one) for one in instrument.source),
        ("Scoring", f"{instrument.scoring.rule}; " + ("with" if instrument.scoring.total else "without") + " a total"),
        ("Round", f"{about['round']}, {about['kind']}"),
        ("As at", as_at.isoformat()),
        ("What is kept back", kept_back),
        ("Figures", "Consistency, items and agreement are given of ten respondents or more."),
        *(("Mind", one) for one in instrument.cautions),
        *(("Unconfirmed", one.says) for one in instrument.facts if one.status == "unconfirmed"),
        *((f"Table {table}", says) for table, says in TABLES.items()),
    ]
    return pl.DataFrame(told, schema={"what": pl.String, "says": pl.String}, orient="row")


def _columns(found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What every column of every table means; those named after an answer or a question say so."""
    rows = []
    for table, frame in found.items():
        for column in frame.columns if table != "read_me" else ():
            plain = column.removesuffix("_before").removesuffix("_after")
            when = {"_before": ", in the round before", "_after": ", in this round"}.get(column.removeprefix(plain), "")
            of_a = "how many gave this answer" if table == "counts_wide" else "what was answered to this question"
            rows.append((table, column, COLUMNS.get(plain, of_a) + when))
    own = [("columns", column, COLUMNS[column]) for column in ("table", "column", "means")]
    return pl.DataFrame([*rows, *own], schema=dict.fromkeys(("table", "column", "means"), pl.String()), orient="row")


def tidy(found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The one table that the others follow from: every answer of an open round, the counts of an anonymous one."""
    return found.get("answers", found["counts"])


def zipped(found: Mapping[str, pl.DataFrame]) -> bytes:
    """The tables as a zip of CSV files."""
    return zip_bytes({f"{table}.csv": files.csv_bytes(frame) for table, frame in found.items()})


def workbook(found: Mapping[str, pl.DataFrame]) -> bytes:
    """The tables as the sheets of an Excel workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "round.xlsx"
        files.workbook(found, path)
        return path.read_bytes()
