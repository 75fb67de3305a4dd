"""What people answered: each questionnaire with its rounds, and the last of them answer by answer."""

from __future__ import annotations

import polars as pl

from takeroot.charts.wording import listed
from takeroot.reporting.answered import asked_with, counted_of, names_of, rounds_of
from takeroot.reporting.blocks import Block, Column, Grid, Missing, Part, Points, Section, Words
from takeroot.reporting.results import Results
from takeroot.reporting.sections.one_round import one_round
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.own_instruments import whose_words

#: The last round about so many subjects is shown, answer by answer.
SUBJECTS = 6
_WORDS = (
    "What people wrote in words is not in this report. As far as it was released, it stands on the pages of rounds."
)


def asking(results: Results) -> Section | None:
    """Every questionnaire that was asked, in the order in which each was asked first."""
    with_links = dict.fromkeys(results.programme.links["instrument"])
    asked = asked_with(results)
    parts = [part for name, edition in asked if (part := _instrument(results, name, edition)) is not None]
    rest = [name for name in with_links if name not in {name for name, _ in asked}]
    parts += [part for name in rest if (part := _links_alone(results, name)) is not None]
    if not parts:
        return None
    lead = "Every answer stands by itself before anything is made of it. Where views differ there is something to ask."
    blocks: tuple[Block, ...] = (*parts, *([Words(_WORDS, quiet=True)] if asked else []))
    return Section("asked", "What people answered: questionnaires", blocks, lead)


def _instrument(results: Results, name: str, edition: str) -> Part | None:
    of = results.asked.edition(name, edition)
    rounds = rounds_of(results, name, edition)
    blocks: list[Block] = [*told_of(of), _rounds(results, rounds), *_not_over(results, rounds)]
    if of is not None and rounds["shown"].any():
        blocks += _views(results, of, rounds)
        blocks += noted_links(results, of)
        blocks += cautions(of)
    return Part(of.title if of else f"{name}, edition {edition}", tuple(blocks))


def told_of(of: Instrument | None) -> list[Block]:
    """Whose words are asked, in which edition, after which source."""
    if of is None:
        return []
    after = "; ".join(source.rstrip(".") for source in of.source)
    return [Words(f"{whose_words(of)} Edition {of.edition}. After: {after}.", quiet=True)]


def cautions(of: Instrument) -> list[Block]:
    """What is printed with every result."""
    return [Part("To bear in mind", (Points(of.cautions),))] if of.cautions else []


def _rounds(results: Results, rounds: pl.DataFrame) -> Grid:
    """The rounds there were, what each was about, and whether its answers are shown."""
    places = {site: results.site(site) for site in rounds["subject"]}
    places |= {"programme": "the whole programme", "all": "the whole programme"}
    return Grid.of(
        rounds.with_columns(
            about=pl.col("subject").replace(places), why=pl.when("shown").then(pl.lit("shown")).otherwise("why")
        ),
        "Rounds, in the order of time.",
        Column("round", "Round"),
        Column("about", "About"),
        Column("kind", "Kind"),
        Column("opens", "From", "day"),
        Column("closes", "to", "day"),
        Column("invited", "Asked", "number"),
        Column("answered", "Answered", "number"),
        Column("why", "Its answers"),
    )


def _not_over(results: Results, rounds: pl.DataFrame) -> list[Block]:
    """That rounds may have closed, where the record does not say up to which day it is complete."""
    asked = results.asked
    after = rounds.filter(~pl.col("shown"), pl.col("closes") >= asked.looked)
    if asked.on is not None or asked.programme.about.as_at or not after.height:
        return []
    what = "Rounds that close after the last day in the record are not shown."
    return [Missing(what, "If they are over, say up to which day the record is complete: `as_at` in programme.yaml.")]


def _views(results: Results, of: Instrument, rounds: pl.DataFrame) -> list[Block]:
    """The last round that may be shown about each subject."""
    counts = counted_of(results, of)
    last = rounds.filter("shown").unique(["subject", "kind"], keep="last", maintain_order=True)
    last = last.unique("subject", keep="last", maintain_order=True)
    blocks: list[Block] = []
    for row in last.head(SUBJECTS).to_dicts():
        mine = counts.filter(round=row["round"])
        what = "the whole programme" if row["subject"] in ("programme", "all") else results.site(row["subject"])
        told = tuple(one_round(of, counts, mine, rounds, row["round"]))
        blocks.append(Part(f"{row['round']}, about {what}", told))
    if last.height > SUBJECTS:
        rest = listed([results.site(site) for site in last["subject"][SUBJECTS:]])
        blocks.append(Words(f"The rounds about {rest} are not shown answer by answer here."))
    return blocks


def noted_links(results: Results, of: Instrument) -> list[Block]:
    """Dependences between two questions that somebody noted."""
    names = names_of(of)
    rows = results.asked.counted(results.programme.links, "on").filter(instrument=of.id)
    if not rows.height:
        return []
    frame = rows.sort("on", nulls_last=True).with_columns(
        *(pl.col(end).replace(names) for end in ("from_question", "to_question")),
        reference=pl.lit("links:") + pl.col("id"),
    )
    grid = Grid.of(
        frame,
        "What somebody saw one thing do to another; none is worked out.",
        ("from_question", "This"),
        ("to_question", "acts upon this"),
        ("text", "How"),
        ("on", "Noted on", "day"),
        ("by", "By"),
        ("reference", "Record", "reference"),
    )
    return [Part("What depends on what", (grid,))]


def _links_alone(results: Results, name: str) -> Part | None:
    """What was noted of an instrument with which nothing was asked."""
    of = results.asked.in_use(name)
    if of is None or of.kind != "questionnaire" or not (links := noted_links(results, of)):
        return None
    return Part(of.title, (*told_of(of), Words("It was not asked in a round here."), *links, *cautions(of)))
