"""Models of leaving and coming back: what they refuse, what they mind, and the laws that they keep."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analysis import made_up

from takeroot.analysis import sustainment
from takeroot.errors import FaultyInput, NotEnough, NotFound

SIX = {"stop": [1, 2, 3, 4, 5, 6], "event": [1, 0, 1, 1, 0, 1], "size": [1.0, 2, 5, 1, 3, 2]}


# What the data can not tell is refused in a sentence


@pytest.mark.parametrize(
    ("said", "covariates", "sentence"),
    [
        ({"event": [0] * 6}, ["size"], "No event happened in the 6 rows"),
        ({"size": [3] * 6}, ["size"], r"'size' is the same \(3\) in every row"),
        ({"size": [0.1 + 0.2, 0.3, 0.3, 0.3, 0.3, 0.3]}, ["size"], "'size' is the same"),
        ({"event": [1, 1, 1, 0, 0, 0], "size": [1, 1, 1, 0, 0, 0]}, ["size"], r"'size' has no end.*separation"),
        ({"event": [1] * 6, "size": [6, 5, 4, 3, 2, 1]}, ["size"], r"'size' has no end.*separation"),
        ({"event": [0, 1, 0, 0, 0, 0], "size": [1, 9, 3, 1, 3, 2]}, ["size"], r"'size' has no end.*separation"),
        ({"twice": [2, 4, 10, 2, 6, 4]}, ["size", "twice"], "'twice' follows from 'size'"),
        ({"size": [None] * 6}, ["size"], "nothing to fit"),
        ({}, [], "at least one covariate"),
    ],
)
def test_what_can_not_be_told_is_refused_in_one_sentence(
    said: dict[str, list[float]], covariates: list[str], sentence: str
) -> None:
    with pytest.raises(NotEnough, match=sentence):
        sustainment.cox({**SIX, **said}, covariates)


def test_one_cluster_gives_no_error_of_nearly_zero() -> None:
    rows = {"stop": [1, 2, 3, 4, 5], "event": [1, 1, 0, 1, 1], "x": [1, 0, 1, 0, 3], "region": ["North"] * 5}
    with pytest.raises(NotEnough, match="of one 'region'"):
        sustainment.cox(rows, ["x"], cluster="region")


def test_only_the_covariate_that_sets_events_apart_is_named() -> None:
    rows = {**SIX, "event": [1, 1, 1, 0, 0, 0], "apart": [1, 1, 1, 0, 0, 0], "size": [3, 1, 2, 5, 2, 4]}
    with pytest.raises(NotEnough, match=r"^The estimate of 'apart' has no end"):
        sustainment.cox(rows, ["apart", "size"])


def test_a_covariate_that_sets_events_apart_after_late_entry_left_one_at_risk_has_no_end() -> None:
    rows = {"start": [0, 5, 5], "stop": [4, 8, 9], "event": [1, 1, 1], "coached": [1, 0, 1]}
    with pytest.raises(NotEnough, match=r"^The estimate of 'coached' has no end"):
        sustainment.cox(rows, ["coached"])


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_no_estimate_of_a_small_study_runs_off_without_a_word(ties: sustainment.Ties) -> None:
    """Small studies with few values are often set apart; whatever is estimated is not 3,000 times as likely."""
    chance, estimated, refused = np.random.default_rng(3), 0, 0
    for _ in range(150):
        many = int(chance.integers(4, 20))
        rows = {f"x{place}": chance.integers(0, 3, many) for place in range(int(chance.integers(1, 4)))}
        stop = chance.integers(1, 9, many)
        times = {"stop": stop, "start": stop * (chance.random(many) < 0.3) // 2, "event": chance.random(many) < 0.6}
        try:
            found = sustainment.cox({**times, **rows}, list(rows), ties=ties)
        except NotEnough:
            refused += 1
            continue
        estimated += 1
        assert found["coef"].abs().max() < 8
        assert found["se"].max() < 20
    assert estimated > 30 < refused


def test_time_before_the_clocks_zero_is_asked_about() -> None:
    rows = {"site": ["A", "A"], "start": [-5, -3], "stop": [-3, 9], "event": [1, 0], "size": [1, 2]}
    for analysis in (sustainment.mean_cumulative, lambda frame: sustainment.cox(frame, ["size"])):
        with pytest.raises(FaultyInput, match="row 1, column 'stop': it stops at -3, before the clock's zero") as found:
            analysis(rows)
        assert len(found.value.faults) == 1
    with pytest.raises(FaultyInput, match="stops at -1, before the clock's zero"):
        sustainment.cox({**SIX, "stop": [-1, 2, 3, 4, 5, 6]}, ["size"])


def test_what_is_followed_after_it_ended_for_good_is_asked_about() -> None:
    rows = {"site": ["A", "A", "B"], "start": [0, 3, 0], "stop": [3, 5, 6], "event": [0, 1, 0], "final": [1, 0, 0]}
    with pytest.raises(FaultyInput, match="A came to an end for good at 3 and is followed until 5"):
        sustainment.mean_cumulative(rows)
    last = sustainment.mean_cumulative({**rows, "final": [0, 1, 0]})
    assert last["mean"].to_list()[-1] == 0.5


def test_how_sure_a_mean_is_can_not_be_told_from_one_site_nor_from_sites_that_are_all_alike() -> None:
    one = sustainment.restricted_mean({"months": [5], "event": [True]}, 12).row(0, named=True)
    assert (one["months"], one["se"], one["lower"], one["upper"]) == (5.0, None, None, None)
    alike = sustainment.restricted_mean({"months": [12, 12], "event": [False, False]}, 12).row(0, named=True)
    assert (alike["months"], alike["lower"], alike["upper"]) == (12.0, None, None)
    two = sustainment.restricted_mean({"months": [5, 12], "event": [True, False]}, 12).row(0, named=True)
    assert two["lower"] < two["months"] < two["upper"]


def test_a_covariate_that_stays_the_same_within_strata_is_refused() -> None:
    with pytest.raises(NotEnough, match="'size' is the same for all that were at risk"):
        sustainment.cox({**SIX, "size": [1, 1, 1, 0, 0, 0], "wave": list("aaabbb")}, ["size"], strata="wave")


def test_a_single_event_is_enough_where_it_fell_to_none_of_the_extremes() -> None:
    found = sustainment.cox({**SIX, "event": [0, 1, 0, 0, 0, 0]}, ["size"])
    # Five are at risk, of sizes 2, 5, 1, 3 and 2: the slope is 0 where their mean, so weighted, is the 2 it fell to.
    weights = np.exp(found["coef"].item() * np.array([2.0, 5, 1, 3, 2]))
    assert weights @ [2.0, 5, 1, 3, 2] / weights.sum() == pytest.approx(2)
    assert found["events"].item() == 1


def test_events_that_all_fall_on_one_time_say_nothing_of_those_that_all_had_one() -> None:
    rows = {"stop": [5] * 6, "event": [1] * 6, "size": [1, 2, 5, 1, 3, 2]}
    assert sustainment.cox(rows, ["size"])["coef"].item() == pytest.approx(0, abs=1e-12)
    with pytest.raises(NotEnough, match="'size' is the same for all"):
        sustainment.cox(rows, ["size"], ties="exact")


def test_unknown_names_are_said_with_what_there_is() -> None:
    with pytest.raises(NotFound, match="Did you mean 'size'"):
        sustainment.cox(SIX, ["sise"])
    with pytest.raises(NotFound, match="breslow, efron, exact"):
        sustainment.cox(SIX, ["size"], ties="foo")  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="lapsed"):
        sustainment.leaving_as(made_up.leaving(), "lapse", ["size"])


def test_rows_that_stop_before_they_start_are_faults_with_their_place() -> None:
    with pytest.raises(FaultyInput, match=r"row 2.*stops \(2\) before it starts \(7\)"):
        sustainment.cox({**SIX, "start": [0, 7, 0, 0, 0, 0]}, ["size"])


def test_rows_of_no_length_and_rows_not_known_are_left_out_and_counted() -> None:
    rows = {**SIX, "start": [0, 0, 0, 4, 0, 0], "size": [1, None, 5, 1, 3, 2]}
    found = sustainment.cox(rows, ["size"])
    alone = sustainment.cox(pl.DataFrame(rows)[[0, 2, 4, 5]], ["size"])
    assert found.select("rows", "left_out").row(0) == (4, 2)
    assert found["coef"].equals(alone["coef"])


def test_times_that_differ_by_rounding_are_ties() -> None:
    apart = {"stop": [0.1 + 0.2, 0.3, 1, 2], "event": [1, 1, 1, 0], "size": [1, 4, 2, 3]}
    tied = {**apart, "stop": [0.3, 0.3, 1, 2]}
    assert sustainment.cox(apart, ["size"]).equals(sustainment.cox(tied, ["size"]))


def test_an_id_is_a_column_like_others_and_a_weight_weighs_nothing_unasked() -> None:
    rows = made_up.recurring()
    named = rows.rename({"site": "id"}).with_columns(weight=pl.col("size"))
    assert (
        sustainment.cox(named, ["coached"], cluster="id")
        .drop("clustered_by")
        .equals(sustainment.cox(rows, ["coached"]).drop("clustered_by"))
    )


# What stands to reason


def test_cutting_a_row_in_two_changes_nothing() -> None:
    rows = made_up.recurring()
    first = rows.with_columns(stop=(pl.col("start") + pl.col("stop")) / 2, event=pl.lit(0))
    second = rows.with_columns(pl.col("stop").cast(pl.Float64), start=(pl.col("start") + pl.col("stop")) / 2)
    cut = pl.concat([first, second], how="vertical_relaxed")
    names = ["coef", "se", "robust_se", "loglik", "events"]
    whole = sustainment.cox(rows, ["coached", "size"])
    for one, other in zip(sustainment.cox(cut, ["coached", "size"]).select(names), whole.select(names), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-8)


def test_a_weight_of_two_is_the_row_twice_by_breslow() -> None:
    rows = made_up.leaving().select("size", "coached", stop="months", event="event").with_row_index("n")
    rows = rows.with_columns(count=(pl.col("n") % 3 + 1).cast(pl.Float64))
    twice = rows[[place for place, count in enumerate(rows["count"]) for _ in range(int(count))]]
    weighted = sustainment.cox(rows, ["size", "coached"], weights="count", ties="breslow")
    repeated = sustainment.cox(twice, ["size", "coached"], ties="breslow")
    np.testing.assert_allclose(weighted["coef"], repeated["coef"], rtol=1e-7)
    np.testing.assert_allclose(weighted["se"], repeated["se"], rtol=1e-7)


def test_units_and_offsets_of_a_covariate_are_no_matter() -> None:
    rows = made_up.recurring()
    plain = sustainment.cox(rows, ["coached", "size"])
    other = sustainment.cox(rows.with_columns(size=1e9 + 1000 * pl.col("size")), ["coached", "size"])
    np.testing.assert_allclose(other["coef"].to_numpy() * [1, 1000], plain["coef"], rtol=1e-5)
    np.testing.assert_allclose(other["z"], plain["z"], rtol=1e-5)


def test_words_are_set_against_the_first_of_them() -> None:
    rows = made_up.recurring().with_columns(
        wave=pl.when(pl.col("coached") == 1).then(pl.lit("b")).otherwise(pl.lit("a"))
    )
    words, numbers = sustainment.cox(rows, ["wave"]), sustainment.cox(rows, ["coached"])
    assert words["term"].to_list() == ["wave: b"]
    assert words.drop("term").equals(numbers.drop("term"))


def test_a_robust_error_is_what_leaving_out_each_site_moves_the_estimate_by() -> None:
    """The jackknife comes near it, and in no other way than by fitting again and again."""
    rows = made_up.recurring(sites=150)
    found = sustainment.cox(rows, ["coached", "size"])
    moved = [
        (sustainment.cox(rows.filter(pl.col("site") != site), ["coached", "size"])["coef"] - found["coef"]).to_numpy()
        for site in rows["site"].unique()
    ]
    jackknife = np.sqrt((np.array(moved) ** 2).sum(axis=0))
    np.testing.assert_allclose(jackknife, found["robust_se"], rtol=0.15)
    assert (
        np.abs(jackknife / found["robust_se"].to_numpy() - 1) < np.abs(jackknife / found["se"].to_numpy() - 1)
    ).all()


def test_covariates_may_change_within_a_site() -> None:
    rows = {"site": ["A", "B"], "start": [0, 2], "stop": [9, 8], "event": [True, False]}
    changes = {"site": ["A", "A", "B"], "months": [0, 4, 9], "coached": [True, False, True]}
    assert sustainment.changing(rows, changes).select("site", "start", "stop", "event", "coached").rows() == [
        ("A", 0.0, 4.0, False, True),
        ("A", 4.0, 9.0, True, False),
        ("B", 2.0, 8.0, False, None),
    ]


def test_a_covariate_as_it_is_at_an_event_is_what_it_was_before_it() -> None:
    rows = {"site": ["A"], "stop": [5], "event": [True]}
    changed = sustainment.changing(rows, {"site": ["A", "A"], "months": [0, 5], "size": [1, 2]})
    assert changed.select("start", "stop", "event", "size").rows() == [(0.0, 5.0, True, 1)]


def test_changes_told_twice_are_a_fault() -> None:
    with pytest.raises(FaultyInput, match="same row"):
        sustainment.changing(
            {"site": ["A"], "stop": [9], "event": [1]}, {"site": ["A", "A"], "months": [0, 0], "size": [1, 2]}
        )


# How often


def test_a_site_that_lapsed_is_still_followed() -> None:
    rows = {"site": list("AAB"), "start": [0, 2, 0], "stop": [2, 9, 9], "event": [1, 1, 1]}
    assert sustainment.mean_cumulative(rows).select("months", "at_risk", "events", "mean").rows() == [
        (0.0, 2, 0, 0.0),
        (2.0, 2, 1, 0.5),
        (9.0, 2, 2, 1.5),
    ]


def test_two_events_at_one_time_are_two() -> None:
    rows = {"site": list("AAB"), "start": [0, 2, 0], "stop": [2, 2, 9], "event": [1, 1, 0]}
    assert sustainment.mean_cumulative(rows).row(1, named=True)["mean"] == 1.0
    rows |= {"stop": [2, 2, 1]}
    with pytest.raises(FaultyInput, match="it happened to C at 5, when it was not followed"):
        sustainment.mean_cumulative({"site": list("AC"), "start": [0, 5], "stop": [9, 5], "event": [0, 1]})


def test_a_site_followed_twice_at_a_time_is_a_fault() -> None:
    with pytest.raises(FaultyInput, match="two rows of A cover the time after 1"):
        sustainment.mean_cumulative({"site": ["A", "A"], "start": [0, 1], "stop": [2, 3], "event": [0, 1]})


def test_nobody_and_nothing_give_curves_that_say_so() -> None:
    nobody = pl.DataFrame(schema={"stop": pl.Float64, "event": pl.Boolean})
    assert sustainment.mean_cumulative(nobody).height == 0
    nothing = sustainment.mean_cumulative({"stop": [1, 2, 3], "event": [False] * 3})
    assert nothing.select("mean", "se", "lower").rows() == [(0.0, 0.0, None), (0.0, 0.0, None)]


def _mean_of_weighted(rows: pl.DataFrame, weights: dict[int, float], until: float) -> float:
    """The slow, obvious twin: each time in turn, every site counted by its weight, those that ended having no more."""
    mean, stays = 0.0, 1.0
    for when in sorted(set(rows["stop"])):
        there = rows.filter(pl.col("start") < when, pl.col("stop") >= when)
        at_risk = sum(weights[site] for site in there["site"])
        if when > until or not at_risk:
            continue
        now = there.filter(pl.col("stop") == when)
        mean += stays * sum(weights[site] for site in now.filter("event")["site"]) / at_risk
        stays *= 1 - sum(weights[site] for site in now.filter("final")["site"]) / at_risk
    return mean


def test_the_error_of_a_mean_with_sites_that_close_is_what_each_site_makes_of_it() -> None:
    """Ghosh and Lin: by the numeric derivative of the mean to the weight of each site."""
    rows = made_up.recurring(sites=25, seed=99).with_columns(pl.col("event").cast(pl.Boolean))
    last = pl.col("stop") == pl.col("stop").max().over("site")
    rows = rows.with_columns(final=last & ~pl.col("event") & (pl.col("site") % 3 == 0))
    assert rows["final"].sum() > 3
    curve = sustainment.mean_cumulative(rows)
    for row in curve.filter(pl.col("events") > 0).iter_rows(named=True):
        weights = dict.fromkeys(rows["site"].unique().to_list(), 1.0)
        assert row["mean"] == pytest.approx(_mean_of_weighted(rows, weights, row["months"]))
        slopes = [
            _mean_of_weighted(rows, weights | {site: 1 + 1e-5}, row["months"])
            - _mean_of_weighted(rows, weights | {site: 1 - 1e-5}, row["months"])
            for site in weights
        ]
        assert row["se"] == pytest.approx(np.sqrt((np.array(slopes) ** 2).sum()) / 2e-5, rel=1e-5)


# In which state


@settings(max_examples=30)
@given(st.integers(1, 10_000), st.integers(3, 30))
def test_shares_of_all_states_sum_to_one(seed: int, sites: int) -> None:
    rows = made_up.recurring(sites=sites, seed=seed).with_columns(pl.col("site").cast(pl.String))
    state = (pl.col("number") % 3).cast(pl.String)
    other = ((pl.col("number") + 1) % 3).cast(pl.String)
    rows = rows.with_columns(state=state, to=pl.when(pl.col("event") == 1).then(other))
    shares = sustainment.occupancy(rows.select("site", "start", "stop", "state", "to"))
    summed = shares.group_by("months").agg(pl.col("share").sum())["share"]
    assert summed.to_list() == pytest.approx([1.0] * summed.len())


@settings(max_examples=30)
@given(st.integers(1, 10_000))
def test_with_one_way_out_the_share_in_use_is_that_of_kaplan_and_meier(seed: int) -> None:
    times = made_up.leaving(sites=30, seed=seed)
    courses = times.select(
        pl.col("site").cast(pl.String), stop="months", state=pl.lit("in"), to=pl.when("event").then(pl.lit("out"))
    )
    shares = sustainment.occupancy(courses).filter(state="in")
    curve = sustainment.kaplan_meier(times).filter((pl.col("events") > 0) | (pl.col("months") == 0))
    np.testing.assert_allclose(shares["share"], curve["share"], atol=1e-12)


def test_where_all_come_late_shares_begin_with_the_first_of_them() -> None:
    rows = {"site": ["A", "B"], "start": [2, 5], "stop": [6, 9], "state": ["in", "in"], "to": ["out", None]}
    shares = sustainment.occupancy(rows).filter(state="in")
    assert shares.select("months", "share").rows() == [(2.0, 1.0), (6.0, 0.5)]


def test_a_site_in_two_states_at_a_time_is_a_fault() -> None:
    rows = {"site": ["A", "A"], "start": [0, 1], "stop": [2, 3], "state": ["x", "y"]}
    with pytest.raises(FaultyInput, match="A is in two states after 1"):
        sustainment.occupancy(rows)


# How long, and whether groups differ


def test_a_mean_beyond_what_was_followed_is_refused() -> None:
    with pytest.raises(NotEnough, match="None was followed for 12 months; the longest was 9"):
        sustainment.restricted_mean({"months": [3, 9], "event": [True, False]}, 12)


def test_a_mean_beyond_the_last_leaving_of_all_adds_nothing() -> None:
    times = {"months": [3, 9], "event": [True, True]}
    assert sustainment.restricted_mean(times, 12)["months"].item() == 6.0


def test_groups_come_in_their_order_and_one_group_is_not_compared() -> None:
    times = {"months": [2, 4, 6, 8], "event": [True] * 4, "wave": ["second", "first"] * 2}
    assert sustainment.log_rank(times, "wave")["wave"].to_list() == ["second", "first"]
    with pytest.raises(NotEnough, match="two groups of 'wave'"):
        sustainment.log_rank({**times, "wave": ["first"] * 4}, "wave")


@pytest.mark.parametrize("rows", [0, 2])
def test_groups_that_nobody_names_are_not_compared(rows: int) -> None:
    seen = {"months": [3.0, 4.0][:rows], "event": [True, False][:rows], "wave": [None, None][:rows]}
    with pytest.raises(NotEnough, match="No row says 'wave'"):
        sustainment.log_rank(seen, "wave")


def test_late_entry_counts_in_a_comparison_only_from_then_on() -> None:
    """The score test of a Cox model with one covariate is the log-rank test, where no two leave at one time."""
    times = pl.DataFrame(
        {
            "months": [2.0, 3, 5, 6, 8, 9, 11],
            "event": [True, True, False, True, True, True, False],
            "entered_months": [None, 1.0, None, 4.0, 2.5, None, 7.0],
            "coached": [0, 1, 0, 1, 0, 1, 1],
        }
    )
    slope = information = 0.0
    for when, group in times.filter("event").select("months", "coached").iter_rows():
        there = times.filter(pl.col("months") >= when, pl.col("entered_months").fill_null(0) < when)["coached"]
        slope += group - there.mean()  # type: ignore[operator]
        information += there.mean() * (1 - there.mean())  # type: ignore[operator]
    chi = sustainment.log_rank(times, "coached")["chi_square"][0]
    assert chi == pytest.approx(slope**2 / information)


def test_a_formula_needs_times_above_zero_and_somebody_who_left() -> None:
    with pytest.raises(NotEnough, match="above 0 months"):
        sustainment.staying_time({"months": [0, 2], "event": [1, 1]})
    with pytest.raises(NotEnough, match="No event"):
        sustainment.staying_time({"months": [1, 2], "event": [0, 0]})
    with pytest.raises(NotEnough, match="No highest point"):
        sustainment.staying_time({"months": [2, 2, 2], "event": [1, 1, 1]})
