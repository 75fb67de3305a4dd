"""What a report says of what lasts, of what is done, and of what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import polars as pl
import pytest
from tests.charts import lasting as told

from takeroot import examples
from takeroot.analysis import sustainment
from takeroot.reporting import by_rule
from takeroot.reporting import fidelity as frames
from takeroot.reporting.blocks import Beside, Block, Facts, Figure, Grid, Part, Points, Section, Words
from takeroot.reporting.results import Results
from takeroot.reporting.sections.fidelity import fidelity, lost
from takeroot.reporting.sections.improvement import adapting, improvement
from takeroot.reporting.sections.lasting import lasting
from takeroot.vocabulary.programme import Programme


@cache
def of(name: str) -> Results:
    return Results(examples.load(name))


def every(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Part):
            yield from every(block.blocks)
        elif isinstance(block, Beside):
            yield from every(part for part in block.parts)
        elif isinstance(block, Figure):
            yield block.points


def grid(section: Section | None, caption: str) -> Grid:
    assert section is not None
    return next(one for one in every(section.blocks) if isinstance(one, Grid) and caption in one.caption)


def text(section: Section | None) -> str:
    assert section is not None
    said = []
    for block in every(section.blocks):
        if isinstance(block, Words):
            said.append(block.text)
        elif isinstance(block, Points):
            said += block.items
        elif isinstance(block, Facts):
            said += [f"{name}: {what}" for name, what in block.pairs]
    return " ".join(said)


def test_frailsafe_shows_the_bundle_beside_its_lowest_element() -> None:
    rows = grid(fidelity(of("frailsafe")), "the whole, and its elements").rows
    assert [row[1] for row in rows] == [22.5, 24.0, 58.4]


def test_frailsafe_shows_the_checklist_alone_and_on_juniors_as_function_lost() -> None:
    said = " ".join(row[0] for row in grid(fidelity(of("frailsafe")), "function lost").rows)
    assert "completed by a clinician alone" in said and "check whether juniors" in said
    board = " ".join(row[0] for row in grid(lost(of("frailsafe")), "no longer what it is for").rows)
    assert said == board


def test_prompt_lists_the_editions_of_its_package_and_says_which_a_site_uses_is_not_known() -> None:
    said = text(improvement(of("prompt")))
    assert "4 editions, 1st edition (since 1 Jan 2008), 2nd edition (since 1 Jan 2012), 3rd edition" in said
    assert "Which edition a site uses is not taken from its date." in said


def test_every_rule_stands_whole_and_beside_its_answer() -> None:
    results = of("synthetic")
    section = lasting(results)
    answers = grid(section, "Rules by answers").rows
    assert [row[0] for row in answers] == [rule.name for rule in results.programme.rules]
    for row, found in zip(answers, results.by_rule.iter_rows(named=True), strict=True):
        assert row[2] == by_rule.found(found)
    assert "Why that long: the fund asked what remains a year after it ends" in text(section)


def test_the_question_of_who_will_measure_is_asked_where_it_is_not_said() -> None:
    asked = {row[0]: row[3] for row in grid(lasting(of("synthetic")), "Who looks after each measure").rows}
    assert asked["Confidence at home"] == "Until when will it be measured?"
    assert asked["Readmitted within 30 days"] == "said"


def test_patterns_are_told_with_every_adaptation() -> None:
    results = of("synthetic")
    rows = grid(adapting(results), "Adaptations by what they were of").rows
    by_component = [row for row in rows if row[0] == "Component"]
    assert sum(row[2] for row in by_component) == results.programme.adaptations.height


def test_a_programme_without_deliveries_and_findings_has_no_section_of_fidelity() -> None:
    assert fidelity(Results(Programme("Nothing yet"))) is None and lost(Results(Programme("Nothing yet"))) is None


def test_further_answers_are_added_up_and_their_sites_are_not() -> None:
    rows = {"on": ["2024-01-05"] * 30, "what": [f"Change {nth}" for nth in range(30)]}
    rows |= {"site": ["A"] * 30, "decided_by": [f"team {nth}" for nth in range(30)]}
    found = frames.patterns(Results(Programme("Falls", adaptations=rows))).filter(aspect="Who decided")
    assert found["adaptations"].sum() == 30 and found["answer"][-1] == "22 further answers"
    assert found["sites"][-1] is None


@pytest.mark.parametrize("by", [None, "left_as"])
def test_steps_told_at_whole_months_lose_no_event_and_end_where_they_did(by: str | None) -> None:
    steps = pl.DataFrame({"months": [nth / 10 for nth in range(400)], "at_risk": list(range(400, 0, -1))})
    steps = steps.with_columns(
        events=pl.lit(1), censored=pl.lit(2), share=1 - pl.col("months") / 100, left_as=pl.lit("x")
    )
    told_at, says = by_rule.readable(steps, by)
    assert says == " Told at whole months." and told_at.height < steps.height
    assert told_at.select(pl.col("events", "censored").sum()).row(0) == (400, 800)
    assert told_at["share"][-1] == steps["share"][-1] and told_at.columns == steps.columns
    few, nothing = by_rule.readable(steps.head(9), by)
    assert few.equals(steps.head(9)) and nothing == ""


def test_nothing_is_fitted_where_leavings_are_few_and_it_is_said_how_many_there_are() -> None:
    found = by_rule.goes_with(told.results(), told.RULE)
    assert found["ratio"].null_count() == found.height
    leavings = sustainment.at_risk(told.programme(), told.RULE)["event"].sum()
    assert found["why_not"].to_list() == [f"{leavings} leavings; 10 would be needed"]


def test_shares_of_all_stages_add_up_at_every_whole_month() -> None:
    table = by_rule.at_whole_months(by_rule.occupancy(told.results(), told.RULE))
    sums = table.group_by("months").agg(pl.col("share").sum())["share"]
    assert sums.to_list() == pytest.approx([1.0] * len(sums))


def test_components_stand_in_their_given_order_every_time() -> None:
    """A report of the same record is the same: no order comes about by chance."""
    given = [f"part {number * 7 % 40:02}" for number in range(40)]
    rows = {"on": ["2024-01-05"] * 40, "what": ["shorter"] * 40, "component": given[::-1]}
    of_parts = Results(Programme("Falls", components={"component": given}, adaptations=rows))
    assert list(of_parts.components) == given
    assert frames.drawn(of_parts)["component"].to_list() == given
