"""What carries it beyond single sites, where that is held back, what else goes on there, and what might be stopped."""

from __future__ import annotations

import polars as pl

from takeroot import charts
from takeroot.analysis import embedding
from takeroot.charts.wording import counted, day
from takeroot.reporting import held, loads, reached
from takeroot.reporting.blocks import Block, Column, Figure, Grid, Missing, Part, Points, Section, Words
from takeroot.reporting.results import Results

#: So many sentences of a strand stand in a report; of more, the number is said.
MOST = 20
#: What carries an improvement beyond single sites.
CARRY = ("responsibilities", "needs", "capacities", "anchors", "supports", "actions")
#: On a page for a board.
FEW = 6


def carrying(results: Results) -> Section | None:
    """Where scale-up is held back, who is accountable, support needed and given, and anchors beside sites."""
    programme = results.programme
    unsaid = held.not_said(results)
    if not any(getattr(programme, table).height for table in CARRY):
        return None
    blocks: list[Block] = [_held(results, MOST)]
    blocks += [Missing(text) for text in unsaid]
    if programme.responsibilities.height:
        blocks.append(_accountable(results))
    if programme.needs.height:
        blocks.append(_needs(results))
    months = embedding.demand(programme)
    if months.height:
        blocks.append(_demand(months))
    if programme.anchors.height:
        blocks.append(_anchors(results))
    return Section(
        "scale-up",
        "Scale-up: what carries it, and where that is held back",
        tuple(blocks),
        lead="What the record says or leaves open, by strand and level. It is no score; people say what matters.",
    )


def _held(results: Results, most: int) -> Part:
    told = held.held_back(results)
    if not told:
        return Part("Where it is held back", (Words("Nothing that is recorded holds scale-up back on this day."),))
    blocks: list[Block] = []
    for strand, title in held.STRANDS.items():
        mine = [one for one in told if one.strand == strand]
        if mine:
            more = [f"And {counted(len(mine) - most, 'more sentences')}."] if len(mine) > most else []
            said = [_cited(one) for one in mine[:most]]
            blocks.append(Part(title, (Points((*said, *more)),)))
    return Part(f"Where it is held back, on {day(results.as_at)}", tuple(blocks))


def _cited(one: held.Held) -> str:
    """A sentence, with the row that says so where it is one or a few."""
    return one.says + (f" [{'; '.join(one.evidence)}]" if 0 < len(one.evidence) <= 3 else "")


def _accountable(results: Results) -> Part:
    frame = embedding.accountable(results.programme).with_columns(
        where=pl.coalesce(pl.col("site").replace(results.site_names), "region"),
        held_by=pl.col("held_by").fill_null("nobody named"),
    )
    return Part(
        "Who is accountable",
        (
            Grid.of(
                frame,
                "Who is accountable for what, by level.",
                Column("what", "For what"),
                Column("level", "Level"),
                Column("where", "Where"),
                Column("held_by", "Who", needed=True),
                Column("since", "Since", "day"),
                Column("until", "until", "day"),
                Column("reference", "Record", "reference"),
                folded=frame.height > 16,
            ),
        ),
    )


def _needs(results: Results) -> Part:
    frame = embedding.needed_and_given(results.programme)
    without = pl.Series("without", [held.names(results, sites) or None for sites in frame["without"]], dtype=pl.String)
    return Part(
        "Support needed and given",
        (
            Grid.of(
                frame.with_columns(without),
                "Support that is needed, and at how many of those sites it is given.",
                Column("kind", "Support"),
                Column("needed_at", "Sites that need it", "number"),
                Column("met_at", "Of them, have it", "number"),
                Column("without", "Without it"),
            ),
        ),
    )


def _demand(months: pl.DataFrame) -> Part:
    table = Grid.of(
        months,
        "Support needed, given and to be given in each month.",
        Column("kind", "Support"),
        Column("on", "Month", "month"),
        Column("needed", "Needed", "number"),
        Column("given", "Given", "number"),
        Column("could", "Can be given", "number"),
        Column("unit", "Of"),
        Column("unsaid", "Needs without an amount", "number"),
        folded=True,
    )
    said = Words("Amounts of one unit, added up for each month; what begins in a month counts for it.", quiet=True)
    return Part("Capacity against demand", (said, Figure(charts.demand_and_capacity, (months,), table)))


def _anchors(results: Results) -> Part:
    frame = embedding.anchored(results.programme)
    where = pl.coalesce(pl.col("site").replace(results.site_names), "region")
    table = Grid.of(
        frame.with_columns(where=where),
        "Anchors, from the site to the system.",
        Column("title", "Anchor"),
        Column("what", "Kind"),
        Column("level", "Level"),
        Column("where", "Where"),
        Column("on", "Since", "day"),
        Column("until", "until", "day"),
        Column("source", "Source"),
        Column("reference", "Record", "reference"),
        folded=frame.height > 16,
    )
    counted_by_level = frame.group_by("level", maintain_order=True).agg(
        anchors=pl.len(), hold=pl.col("state").is_in(["holds", "ends soon"]).sum()
    )
    points = Grid.of(
        counted_by_level,
        "Anchors by level, and how many of them hold now.",
        Column("level", "Level"),
        Column("anchors", "Anchors", "number"),
        Column("hold", "hold now", "number"),
        folded=True,
    )
    reach = results.reach if results.history.height else results.reach.clear()
    return Part(
        "To more sites, and into how things are done",
        (
            Words("Horizontal scale-up is to more sites; vertical, into policies, budgets, contracts and the like."),
            Figure(charts.wider_and_deeper, (reach, frame), points),
            table,
        ),
    )


def both_ways(results: Results) -> Section | None:
    """Conditions that enable here and limit there."""
    frame = embedding.both_ways(results.programme)
    if not frame.height:
        return None
    shown = frame.with_columns(
        place=pl.col("site").replace(results.site_names).fill_null("the whole programme"),
        earlier=pl.when("before").then(pl.lit("from before it began")),
    )
    table = Grid.of(
        shown,
        "Kinds of condition said to enable in one place and to limit in another, or about which people differ.",
        Column("text", "Condition"),
        Column("kind", "Kind"),
        Column("works", "Works", needed=True),
        Column("place", "Where"),
        Column("according_to", "According to"),
        Column("since", "Since", "day"),
        Column("until", "until", "day"),
        Column("earlier", "Path"),
        Column("reference", "Record", "reference"),
        folded=shown.height > 16,
    )
    lead = "The path that a place has come shapes what it can take up."
    return Section("both-ways", "Enabling here, limiting there", (table,), lead=lead)


def people(results: Results) -> Section | None:
    """Who is reached and who is not: eligible people by deprivation, region and site, with intervals."""
    told = reached.who_is_not(results)
    if not told:
        return None
    title = "Eligible people reached, and who is not"
    if told == [reached.NO_PEOPLE]:
        return Section("people", title, (Missing(reached.NO_PEOPLE),))
    blocks: list[Block] = [Points(tuple(told))]
    for by in reached.groupings(results):
        frame = reached.people(results, by)
        figure = Figure(charts.people_reached, (frame,), reached.table(frame, by), {"by": reached.BY[by]})
        blocks.append(Part(f"By {by}", (figure,)))
    blocks.append(Words(reached.INTERVALS, quiet=True))
    return Section("people", title, tuple(blocks), lead="Shares of sites and shares of people are different things.")


def alongside(results: Results) -> Section | None:
    """Other work at the sites, what might be stopped, plans to stop something, and what is kept local."""
    programme = results.programme
    local = embedding.kept_local(programme)
    asked, endings = loads.questions(results), loads.endings(results)
    if not (programme.other_work.height or asked or endings or local.height):
        return None
    blocks: list[Block] = []
    if programme.other_work.height:
        blocks += [Words(loads.load_says(results)), _works(results)]
    if asked:
        said = tuple(one.asks for one in asked[:MOST])
        more = (f"And {counted(len(asked) - MOST, 'more questions')}.",) if len(asked) > MOST else ()
        quiet = Words("Questions for people, from what the record holds; no verdict.", quiet=True)
        blocks.append(Part("What might be stopped", (quiet, Points((*said, *more)))))
    if endings:
        plans = [
            Part(f"{one.title} ({one.state})", (Points(tuple(f"{n}: {t}" for n, t in one.lines)),)) for one in endings
        ]
        blocks.append(Part("Plans to stop something", tuple(plans)))
    if local.height:
        blocks.append(_local(results, local))
    return Section("alongside", "Other work, and what is stopped or kept local", tuple(blocks))


def _works(results: Results) -> Grid:
    frame = embedding.together_and_apart(results.programme)
    named = [
        pl.Series(one, [held.names(results, sites) or None for sites in frame[one]], dtype=pl.String)
        for one in ("competes", "reinforces", "others")
    ]
    how = pl.Series("how", ["; ".join(said) or None for said in frame["how"]], dtype=pl.String)
    return Grid.of(
        frame.with_columns(*named, how),
        "Other work that goes on, and what it is said to do to this improvement at which sites.",
        Column("name", "Other work"),
        Column("competes", "Competes at"),
        Column("reinforces", "Reinforces at"),
        Column("others", "Neither, or not said, at"),
        Column("how", "How, in people's words"),
        folded=frame.height > 16,
    )


def _local(results: Results, local: pl.DataFrame) -> Part:
    shown = local.with_columns(
        place=pl.col("site").replace(results.site_names).fill_null("the whole programme"),
        dissent=pl.col("dissent").fill_null("none recorded"),
    )
    return Part(
        "Kept local, spread no further",
        (
            Grid.of(
                shown,
                "Decisions to keep something local, to spread no further, or to scale back.",
                Column("what", "Decided"),
                Column("place", "Where"),
                Column("on", "On", "day"),
                Column("why", "Because", needed=True),
                Column("by", "By", needed=True),
                Column("dissent", "Dissent"),
                Column("reference", "Record", "reference"),
            ),
        ),
    )


def held_for_board(results: Results) -> Section | None:
    """For a board: where scale-up is held back, a few sentences of each strand, and who is not reached."""
    told = held.held_back(results)
    people_said = [text for text in reached.who_is_not(results) if text != reached.NO_PEOPLE]
    if not told and not people_said:
        return None
    blocks: list[Block] = [_held(results, FEW)] if told else []
    if people_said:
        blocks.append(Part("Who is not reached", (Points(tuple(people_said)),)))
    lead = "What the record says or leaves open. It is no score."
    return Section("board-scale-up", "Where scale-up is held back, and who is not reached", tuple(blocks), lead=lead)


__all__ = ["alongside", "both_ways", "carrying", "held_for_board", "people"]
