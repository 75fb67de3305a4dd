"""What one rule shows over time: staying in use, leaving and coming back, and what goes with it."""

from __future__ import annotations

from functools import partial

import polars as pl

from takeroot.reporting import by_rule
from takeroot.reporting.blocks import Grid
from takeroot.reporting.lasted import of_use_only
from takeroot.reporting.results import Results
from takeroot.vocabulary.rule import Rule
from takeroot.web.frames import Book, Question
from takeroot.web.panels.panel import Panel, draw


def of_rule(book: Book, rule: Rule) -> list[Panel]:
    """Every part that speaks of one rule."""
    return [staying(book, rule), leaving(book, rule), standing(book, rule), again(book, rule), goes_with(book, rule)]


def curve(book: Book, asked: Question, rule: str, says: str = "", notes: tuple[str, ...] = ()) -> Panel:
    """How long sites stay in use."""
    frame, thinned = by_rule.readable(book.frame(asked))
    table = Grid.of(
        frame,
        f"Staying in use, by months since the clock started.{thinned}",
        ("months", "Months", "months"),
        ("at_risk", "Sites still followed", "number"),
        ("events", "Left", "number"),
        ("censored", "No longer followed", "number"),
        ("share", "Still in use", "percent"),
        ("lower", "At least", "percent"),
        ("upper", "At most", "percent"),
    )
    chart = book.drawing(draw, asked, chart="staying_in_use", rule=rule)
    return Panel("staying", "Staying in use", says=says, chart=chart, table=table, notes=notes)


def staying(book: Book, rule: Rule) -> Panel:
    """The curve of one rule, how many months were spent in use, and who was first seen late."""
    means = book.frame(by_rule.in_use_of).filter(pl.col("rule") == rule.name, pl.col("why_not").is_null())
    said = [by_rule.mean_said(row) for row in means.iter_rows(named=True)]
    came = book.frame(partial(late, rule=rule))["says"].to_list()
    asked = partial(by_rule.curve, rule=rule)
    return curve(book, asked, str(rule), of_use_only([rule]), (*said, *came))


def late(results: Results, rule: Rule) -> pl.DataFrame:
    """Whether sites were first seen after the clock's zero, and how they are counted, in a sentence."""
    return pl.DataFrame({"says": [by_rule.late(results, rule)]})


def leaving(book: Book, rule: Rule) -> Panel:
    """How those that left did so: reasons compete, and each is counted among all that are still there."""
    asked = partial(by_rule.leaving, rule=rule)
    frame = book.frame(asked)
    if not frame.height:
        return Panel("leaving", "Leaving, by reason", empty="By this rule no site has left.")
    told, thinned = by_rule.readable(frame, "left_as")
    table = Grid.of(
        told,
        f"Sites that have left, by how they left and months since the clock started.{thinned}",
        ("left_as", "How"),
        ("months", "Months", "months"),
        ("share", "Left by then", "percent"),
        ("lower", "At least", "percent"),
        ("upper", "At most", "percent"),
    )
    return Panel(
        "leaving",
        "Leaving, by reason",
        says="Stopping can be right. Who left in one way can not leave in another, so the shares add up.",
        chart=book.drawing(draw, asked, chart="leaving_by_reason", rule=str(rule)),
        table=table,
    )


def standing(book: Book, rule: Rule) -> Panel:
    """In which stage sites are, by months since the clock's zero, those that came back among them."""
    asked = partial(by_rule.occupancy, rule=rule)
    frame = book.frame(asked)
    if not frame.height:
        return Panel("standing", "Where sites stand over time", empty="By this rule no clock has started yet.")
    table = Grid.of(
        by_rule.at_whole_months(frame),
        "Share of sites in each stage at the end of each month since the clock started.",
        ("months", "Months", "months"),
        ("state", "Stage"),
        ("share", "Share", "percent"),
        ("lower", "At least", "percent"),
        ("upper", "At most", "percent"),
    )
    return Panel(
        "standing",
        "Where sites stand over time",
        says="A site may leave and come back. At every time the shares of all rows add up to all the sites.",
        chart=book.drawing(draw, asked, chart="occupancy_over_time", rule=str(rule)),
        table=table,
    )


def again(book: Book, rule: Rule) -> Panel:
    """How often sites leave, and how often they come back."""
    left, back = partial(by_rule.lapses, rule=rule), partial(by_rule.returns, rule=rule)
    frames = [
        book.frame(asked).with_columns(what=pl.lit(what)) for what, asked in (("left", left), ("came back", back))
    ]
    both = pl.concat(frames)
    if not both.height:
        return Panel("again", "Leaving and coming back", empty="By this rule no clock has started yet.")
    if not both["events"].sum():
        return Panel("again", "Leaving and coming back", empty="By this rule no site has left, and so none came back.")
    told, thinned = by_rule.readable(both, "what")
    table = Grid.of(
        told,
        f"How often a site had left, and come back, on average.{thinned}",
        ("what", "What"),
        ("months", "Months", "months"),
        ("at_risk", "Sites followed", "number"),
        ("events", "Times", "number"),
        ("mean", "Times a site, by then", "number"),
        ("lower", "At least", "number"),
        ("upper", "At most", "number"),
    )
    return Panel(
        "again",
        "Leaving and coming back",
        chart=book.drawing(draw, left, back, chart="leaving_and_returning", rule=str(rule)),
        table=table,
    )


def goes_with(book: Book, rule: Rule) -> Panel:
    """What goes with leaving, where there are leavings enough to say."""
    frame = book.frame(partial(by_rule.goes_with, rule=rule))
    if not frame.height:
        says = "Sites are not told apart by region, wave, kind or deprivation, so nothing can be set beside leaving."
        return Panel("goes-with", "What goes with leaving", empty=says)
    fitted, notes = frame.filter(pl.col("why_not").is_null()), by_rule.not_fitted(frame)
    if not fitted.height:
        return Panel("goes-with", "What goes with leaving", empty=f"Leavings are too few to say. {' '.join(notes)}")
    table = Grid.of(
        fitted,
        "How much likelier leaving is, at any time in use; one thing at a time (Cox).",
        ("term", "What"),
        ("ratio", "Ratio of hazards", "number"),
        ("lower", "At least", "number"),
        ("upper", "At most", "number"),
        ("p", "P", "number"),
        ("events", "Leavings", "number"),
        ("clusters", "Sites", "number"),
    )
    return Panel("goes-with", "What goes with leaving", says=by_rule.NOT_AN_EFFECT, table=table, notes=notes)


__all__ = ["curve", "of_rule"]
