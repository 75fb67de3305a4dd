"""What teams wrote: each record by period and site, in words with reasons, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from takeroot.analysis.assessment import pathways, written
from takeroot.charts.wording import agree, counted, day, listed, number
from takeroot.reporting.blocks import Block, Column, Grid, Part, Section, Words
from takeroot.reporting.results import Results
from takeroot.reporting.sections.asking import cautions, noted_links, told_of
from takeroot.vocabulary.instrument import Instrument

#: So many writings stand beside each other; what earlier ones said is in the workbench.
BESIDE = 4
#: The writings about more subjects than this are folded.
SUBJECTS = 6
#: The three judgements from which a pathway is told, of the record that asks for them.
PATHWAY = ("pressure", "readiness", "relation")


def writing(results: Results) -> Section | None:
    """Every record that was written, in the order of their titles."""
    parts = [
        Part(of.title, (*told_of(of), *_record(results, of, answers), *noted_links(results, of), *cautions(of)))
        for of, answers in written_to(results, "record")
    ]
    parts += _not_here(results)
    if not parts:
        return None
    lead = "Each record stays as it was written, in the words of those who wrote it. Words are not turned into figures."
    return Section("records", "What teams wrote: records", tuple(parts), lead)


def written_to(results: Results, kind: str) -> Iterator[tuple[Instrument, pl.DataFrame]]:
    """Each instrument of a kind to which something was written, and all its answers, sites in the order of names."""
    entries = results.asked.counted(results.programme.entries, "on")
    found = [results.asked.in_use(name) for name in entries["instrument"].unique(maintain_order=True)]
    order = {site: nth for nth, site in enumerate(results.site_names_in_order)}
    for of in sorted((one for one in found if one is not None and one.kind == kind), key=lambda one: one.title):
        answers = written.said(results.asked.editions(of.id), entries)
        place = pl.col("site").replace_strict(order, default=len(order), return_dtype=pl.Int64)
        at = pl.col("at").replace_strict(order, default=len(order), return_dtype=pl.Int64)
        nothing = pl.col("site").is_not_null()
        yield of, answers.sort("on", nothing, place, "nth", at, maintain_order=True)


def subjects_of(results: Results, answers: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """What each writing is about, with its answers: the programme first, then sites in the order of their names."""
    order = {site: nth for nth, site in enumerate(results.site_names_in_order)}
    about = answers.select("subject", "site").unique(maintain_order=True).rows()
    about.sort(key=lambda one: (one[1] is not None, order.get(one[1], len(order))))
    found = []
    for subject, site in about:
        mine = answers.filter(pl.col("subject") == subject, pl.col("site").eq_missing(pl.lit(site, pl.String)))
        whole = site is None and subject in ("programme", "all")
        found.append(("the whole programme" if whole else results.site(site or subject), mine))
    return found


def _record(results: Results, of: Instrument, answers: pl.DataFrame) -> Iterator[Block]:
    about = subjects_of(results, answers)
    for what, mine in about:
        yield Part(f"About {what}", tuple(_over_time(of, mine, folded=len(about) > SUBJECTS)))
    if of.id == "mlp":
        yield from _resembles(of, answers)
    yield from _here_and_there(results, answers)


def _over_time(of: Instrument, mine: pl.DataFrame, *, folded: bool) -> Iterator[Block]:
    """When it was written and by whom, what changed between the last two, and what was said each time."""
    days = mine["on"].unique().sort().to_list()
    said = when_and_by(mine)
    asked = [question for question in of.questions if not question.by_site]
    left = len(asked) - mine.filter(on=days[-1])["question"].n_unique()
    yield Words(f"{said} {counted(left, 'questions')} {agree(left, 'was', 'were')} left open." if left > 0 else said)
    if len(days) > 1:
        yield from changed(mine, days[-2], days[-1])
    yield each_time(mine, days[-BESIDE:], folded=folded or len(days) > 1 or mine.height > 24)


def when_and_by(mine: pl.DataFrame) -> str:
    """On which days something was written, and by whom."""
    days = [day(on) for on in mine["on"].unique().sort()]
    authors = "; ".join(mine["by"].drop_nulls().unique(maintain_order=True))
    times = f"{counted(len(days), 'times')}, on {listed(days)}" if len(days) > 1 else f"on {days[0]}"
    return f"Written {times}. By {authors}." if authors else f"Written {times}."


def changed(mine: pl.DataFrame, before: date, after: date) -> Iterator[Block]:
    """What changed from one writing to another, in words beside words."""
    one, two = (mine.filter(pl.col("on") == on, pl.col("at").is_null()) for on in (before, after))
    frame = written.between(one, two)
    became = {name: frame.filter(became=name).height for name in (written.CHANGED, written.ADDED, written.GONE)}
    said = [f"{number(n)} {name}" for name, n in became.items() if n]
    between = f"From {day(before)} to {day(after)}"
    if not said:
        yield Words(f"{between} no answer changed.")
        return
    yield Words(f"{between}, of {counted(frame.height, 'answers')}: {listed(said)}.")
    rows = frame.filter(pl.col("became") != written.SAME)
    yield Grid(
        "What changed between the last two.",
        (
            Column("name", "Question"),
            Column("before", day(before)),
            Column("after", day(after)),
            Column("became", "What became of it"),
        ),
        tuple(
            (
                row["name"],
                _and(row["says_before"], row["words_before"]),
                _and(row["says_after"], row["words_after"]),
                row["became"],
            )
            for row in rows.to_dicts()
        ),
        folded=rows.height > 24,
    )


def each_time(mine: pl.DataFrame, days: list[date], *, folded: bool) -> Grid:
    """What was said each time, a column for each."""
    shown = mine.filter(pl.col("at").is_null(), pl.col("on").is_in(days))
    told = {
        (question, on): _and(says, words)
        for question, on, says, words in shown.select("question", "on", "says", "words").iter_rows()
    }
    asked = shown.sort("nth", "on", maintain_order=True).unique("question", keep="last", maintain_order=True)
    rows = tuple(
        (name, *(told.get((question, on)) for on in days)) for question, name in asked.select("question", "name").rows()
    )
    caption = (
        "What was written, in full." if len(days) == 1 else f"What was written, each of the last {len(days)} times."
    )
    return Grid(caption, (Column("name", "Question"), *(Column("", day(on)) for on in days)), rows, folded=folded)


def _and(says: str | None, words: str | None) -> str | None:
    """An answer and the words beside it."""
    if says is None:
        return None
    return f"{says.rstrip('.')}. {words}" if words else says


def _resembles(of: Instrument, answers: pl.DataFrame) -> Iterator[Block]:
    """The pathway that each record's three judgements resemble, by our own rule."""
    asked = {question.id: question for question in of.questions}
    if not {*PATHWAY, "pathways"} <= set(asked):
        return
    called = {option.value: option.says for option in of.scale(asked["pathways"]).options}
    rows = []
    for (on,), mine in answers.group_by("on", maintain_order=True):
        said = dict(mine.select("question", "answer").iter_rows())
        if all(name in said for name in PATHWAY):
            found = pathways.resembled(*(said[name] for name in PATHWAY))
            rows.append((on, called.get(found, "Not determined")))
    if rows:
        yield Grid(
            "Which pathway it resembles, told from three answers by our own rule after the published typology.",
            (Column("on", "Record of", "day"), Column("found", "It resembles")),
            tuple(rows),
        )


def _here_and_there(results: Results, answers: pl.DataFrame) -> Iterator[Block]:
    """Where the last answers about different places are not the same."""
    last = written.latest(answers.filter(pl.col("at").is_null(), pl.col("kind") == "one of"))
    rows = []
    for (_, name), mine in last.group_by("question", "name", maintain_order=True):
        ways = mine["says"].unique(maintain_order=True).to_list()
        if len(ways) < 2:
            continue
        places = [
            f"{says}: {', '.join(results.site(site) for site in mine.filter(says=says)['site'])}" for says in ways
        ]
        rows.append((name, "; ".join(places)))
    if rows:
        yield Grid(
            "Here and there: where the last answers about different places differ.",
            (Column("name", "Question"), Column("places", "What was said of which")),
            tuple(rows),
            folded=len(rows) > 12,
        )


def _not_here(results: Results) -> list[Part]:
    """What was written to instruments that are not here: it is kept, and can not be read question by question."""
    entries = results.programme.entries
    known = results.asked.known.in_use
    strange = entries.filter(~pl.col("instrument").is_in(list(known)))
    if not strange.height:
        return []
    many = strange.group_by("instrument", maintain_order=True).len()
    said = listed([f"{name} ({counted(n, 'answers')})" for name, n in many.iter_rows()])
    return [Part("Of instruments that are not here", (Words(f"Kept, and not shown question by question: {said}."),))]
