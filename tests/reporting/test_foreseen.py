"""What next, and who is tied to whom, in a report: words first, and reasons where there is nothing to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import polars as pl
import pytest

from takeroot import Programme, examples
from takeroot.analysis import network
from takeroot.reporting import foreseen, tied
from takeroot.reporting.blocks import Beside, Figure, Missing, Part, Words
from takeroot.reporting.results import Results
from takeroot.reporting.sections.brief import brief
from takeroot.reporting.sections.foreseeing import foreseeing, in_a_word
from takeroot.reporting.sections.tying import tying
from takeroot.simulation import STAGES


@pytest.fixture(scope="module")
def results() -> Results:
    return Results(examples.load("synthetic"))


def test_what_trying_it_shows_comes_before_the_picture(results: Results) -> None:
    section = foreseeing(results)
    assert section is not None
    first = section.blocks[0]
    assert isinstance(first, Words) and "Tried from 27 earlier months" in first.text
    assert [type(block) for block in section.blocks].index(Figure) > 0


def test_one_page_has_the_words_alone(results: Results) -> None:
    (beside,) = brief(results).blocks
    assert isinstance(beside, Beside)
    parts = [block for side in beside.parts for block in side.blocks if getattr(block, "title", "") == "What next"]
    assert len(parts) == 1
    (words,) = parts[0].blocks
    assert isinstance(words, Words) and "80% interval" in words.text and words.text == in_a_word(results)


def test_frames_that_were_kept_give_the_same_forecast(results: Results) -> None:
    one = foreseen.foreseen(results.programme)
    again = foreseen.Foreseen.of(one.frames)
    assert (again.says, again.doubts, again.by, again.why) == (one.says, one.doubts, one.by, "")
    assert again.months.equals(one.months) and again.tried.equals(one.tried)


def test_where_nothing_was_worked_out_the_section_says_where_to_ask(results: Results) -> None:
    section = foreseeing(Results(results.programme, foreseen={}))
    assert section is not None and isinstance(section.blocks[0], Missing)
    assert in_a_word(Results(results.programme, foreseen={})) == ""


def test_too_few_events_are_a_reason_and_no_figure() -> None:
    stages = {"site": list("ABCDE"), "stage": ["using"] * 5, "on": ["2024-01-01"] * 3 + ["2024-05-01"] * 2}
    few = Programme("Few", stages=stages)
    assert "at least 10 events" in foreseen.refused(few)
    section = foreseeing(Results(few))
    assert section is not None and len(section.blocks) == 1 and isinstance(section.blocks[0], Missing)


def test_few_sites_are_single_sites_and_have_no_forecast() -> None:
    sites = {"site": list("ABC")}
    stages = {"site": ["A", "B", "C"], "stage": ["using"] * 3, "on": ["2024-01-01", "2024-02-01", "2024-03-01"]}
    assert "fewer than 5 sites" in foreseen.refused(Programme("Three", sites=sites, stages=stages))


def test_the_plan_beside_a_month_is_what_it_means_by_the_end_of_it(results: Results) -> None:
    months = foreseen.foreseen(results.programme).months
    lines = pl.DataFrame(
        {
            "on": [months["on"][2].replace(day=20), months["on"][5]],
            "planned": [40, 50],
            "of": ["programme"] * 2,
            "version": [1, 1],
        }
    )
    planned = foreseen.month_by_month(replace(foreseen.none(""), months=months), lines)["planned"].to_list()
    assert planned[:7] == [None, None, 40, 40, 40, 50, 50]


def test_curves_say_where_they_end_or_why_they_do_not() -> None:
    told = dict(foreseen.curves(examples.load("frailsafe")).select("curve", "says").iter_rows())
    assert told["bass"].startswith("No bass curve fits best")
    assert told["logistic"].startswith("No logistic curve fits best")
    assert told["gompertz"].startswith("It ends at 12 sites that ever began.")


def test_the_growth_is_what_the_times_say_and_the_curves_end_where_they_are_said_to() -> None:
    programme = examples.load("frailsafe")
    told = foreseen.growing(programme)
    grown, counted = told["grown"], told["grown"].drop_nulls("began")
    assert counted["began"][-1] == counted["began_least"][-1] == 12
    assert (counted["began"] >= counted["began_least"]).all() and (counted["began"] > counted["began_least"]).any()
    assert counted["began"].is_sorted() and grown.height == counted.height + foreseen.AHEAD
    assert grown["bass"].null_count() == grown.height
    assert grown["gompertz"][-1] == pytest.approx(12, abs=0.01)


def test_sites_in_a_month_count_from_its_end() -> None:
    names = [f"S{n}" for n in range(12)]
    on = [f"2024-{n + 1:02d}-15" for n in range(12)]
    about = {"name": "Twelve", "start": "2024-01-01"}
    made = Programme(about, sites={"site": names}, stages={"site": names, "stage": ["using"] * 12, "on": on})
    seen = foreseen.growing(made)["grown"].drop_nulls("began")
    assert seen.select("on", "began").rows() == [
        *((date(2024, n + 1, 1), n) for n in range(12)),
        (date(2025, 1, 1), 12),
    ]


def test_the_section_draws_the_curves_beside_their_sentences(results: Results) -> None:
    section = foreseeing(results)
    assert section is not None
    part = section.blocks[-1]
    assert isinstance(part, Part)
    (figure,) = (block for block in part.blocks if isinstance(block, Figure))
    heads = [column.head for column in figure.points.columns]
    assert heads == ["By", "Began", "Bass", "Logistic", "Gompertz"]
    assert figure.points.rows[-1][1] is None and figure.points.rows[0][1] == 0


def test_the_network_stands_beside_what_it_does_not_say(results: Results) -> None:
    section = tying(results)
    assert section is not None and section.lead == tied.CAUTION
    text = " ".join(block.text for block in section.blocks if isinstance(block, Words))
    assert "of 87 ties to sites that use it, 47 (54%) come from one that does" in text


def test_without_ties_the_section_says_what_is_missing() -> None:
    section = tying(Results(examples.load("frailsafe")))
    assert section is not None and isinstance(section.blocks[0], Missing)


def test_sites_that_wait_are_never_counted_as_having_begun(results: Results) -> None:
    frame = tied.quarters(results)
    waiting = network.timing(results.programme).filter(pl.col("took_up").is_null()).height
    assert frame.filter(part="have not used it")["sites"].to_list() == [waiting] and waiting > 0
    assert frame["sites"].sum() == network.timing(results.programme).height


def test_every_month_waited_stands_in_one_band(results: Results) -> None:
    rows = network.person_periods(results.programme, lag=1)
    known = rows.filter(pl.col("isolated").fill_null(False) | pl.col("exposure").is_not_null())
    frame = tied.took_up(results)
    assert frame["waited"].sum() == known.height and frame["took_up"].sum() == known["event"].sum()


@pytest.mark.slow
def test_with_the_model_every_month_is_told_by_stage_in_all_and_by_region(results: Results) -> None:
    frames = foreseen.with_model(results.programme)
    whole, parts = frames["stages"], frames["parts"]
    assert whole["ahead"].unique().sort().to_list() == list(range(1, foreseen.AHEAD + 1))
    assert set(whole["stage"]) == {*STAGES, "in use"}
    for low, high in pairwise(("lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95")):
        assert (whole[low] <= whole[high]).all() and (parts[low] <= parts[high]).all()
    assert set(parts["region"]) == set(results.programme.sites["region"].drop_nulls())
    now = parts.filter(ahead=1).group_by("stage").agg(parts=pl.col("now").sum())
    assert now.join(whole.filter(ahead=1), on="stage").select((pl.col("parts") == pl.col("now")).all()).item()
    assert set(frames["sites"]["ahead"]) == set(range(1, foreseen.AHEAD + 1))
