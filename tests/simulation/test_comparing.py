"""What if: the same chance for all, paired differences, break-evens, and what would overturn the order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from polars.testing import assert_frame_equal
from tests.simulation.small import MODEL, MONTH, SETTING, START

from takeroot.errors import NotFound, TakerootError
from takeroot.simulation import (
    SPREAD,
    Setting,
    Sites,
    State,
    Stopped,
    Strategy,
    connect,
    logit,
    mandate,
    more_facilitators,
    parameters,
    room_to_adapt,
    run,
    seed_hubs,
    train_the_trainer,
)
from takeroot.simulation.comparing import AS_IT_IS, Choice, assumed, break_even, compare, overturned
from takeroot.simulation.comparing.groups import TOGETHER, groupings

FACILITATORS = more_facilitators(1, cost_a_month=100.0, effort_a_site=2.0)
HASTE = mandate(["not_reached -> exploring"], 1.0, name="Mandate")
HOW = {"months": 24, "replicates": 96, "seed": 3}


def test_a_choice_that_changes_nothing_differs_by_nothing() -> None:
    idle = [
        AS_IT_IS,
        more_facilitators(0.0, name="No more"),
        Strategy("Later", {"not_reached → exploring": 2.0}, MONTH + 60),
    ]

    told = compare(MODEL, SETTING, START, idle, **HOW)

    gaps = told.differences().select("mean", "median", "lower_95", "upper_95", "error", "better")
    assert set(gaps.to_numpy().ravel()) == {0.0}
    assert set(told.by_group()["mean"]) == {0.0}
    assert str(told).startswith("There is no difference: As it is now, No more and Later come to the same")


def test_choices_that_are_one_are_not_said_to_be_ahead_where_hardly_anything_is() -> None:
    # The training begins in the last month: it can make a difference in a few histories alone.
    late = [
        AS_IT_IS,
        *(Strategy(name, {"preparing → using": 0.4}, MONTH + 23) for name in ("Late", "As late")),
    ]

    told = compare(MODEL, SETTING, START, late, **HOW)

    share = told.beats("Late", "As it is now")
    assert 0 < share < 0.5
    answer = str(told).splitlines()[0]
    assert answer.startswith("Late and As late come to the same in every history. ")
    assert "ahead of the others" not in answer and ("hardly any" in answer or "not settled" in answer)


def test_differences_are_those_of_two_runs_history_by_history() -> None:
    how = {"months": 24, "replicates": 96, "seed": 3}
    told = compare(MODEL, SETTING, START, [AS_IT_IS, FACILITATORS], **how)

    plain = run(MODEL, SETTING, START, **how)
    changed = run(MODEL, SETTING, START, strategies=FACILITATORS, **how)

    gap = changed.site_months() - plain.site_months()
    row = next(row for row in told.differences().iter_rows(named=True) if row["figure"] == "site_months")
    assert row["mean"] == gap.mean()
    assert (row["lower_80"], row["upper_80"]) == tuple(np.percentile(gap, [10, 90]))
    assert row["better"] == (gap > 0).mean() == told.beats(FACILITATORS.name, AS_IT_IS.name)
    assert row["mean"] > 0


def test_fewer_lapses_are_better_and_less_cost_too() -> None:
    told = compare(MODEL, SETTING, START, [AS_IT_IS, FACILITATORS], **HOW)

    rows = {row["figure"]: row for row in told.differences().iter_rows(named=True)}

    gap = told.figures["lapses"][1] - told.figures["lapses"][0]
    assert rows["lapses"]["better"] == (gap < 0).mean()
    assert rows["cost"]["mean"] == 2400 and rows["cost"]["better"] == 0
    brought = run(MODEL, SETTING, START, strategies=FACILITATORS, **HOW).flow("brought_on").sum(axis=0)
    assert rows["effort"]["mean"] == pytest.approx(2 * brought.mean())


def test_cost_is_told_only_where_something_costs() -> None:
    told = compare(MODEL, SETTING, START, [AS_IT_IS, HASTE], **HOW)

    assert set(told.differences()["figure"]) == {"in_use", "site_months", "lapses"}


def test_one_thread_and_two_and_draws_of_the_model_keep_pairs_together() -> None:
    models = [parameters.changed(MODEL, {"preparing → using": base}) for base in (logit(0.1), logit(0.5))]
    pair = [AS_IT_IS, FACILITATORS]

    one = compare(models, SETTING, START, pair, threads=1, **HOW)
    two = compare(models, SETTING, START, pair, threads=2, **HOW)

    assert one.differences().equals(two.differences())
    slow = compare(models[0], SETTING, START, pair, **{**HOW, "replicates": 48})
    np.testing.assert_array_equal(one.figures["in_use"][:, :48], slow.figures["in_use"])


def test_a_lever_in_one_region_helps_that_region() -> None:
    pushed = Strategy("Push in the north", {"not_reached → exploring": 3.0}, regions=("north",))
    unlimited = MODEL.without("capacity", "peers")

    told = compare(unlimited, SETTING, START, [AS_IT_IS, pushed], **HOW)

    rows = {row["group"]: row for row in told.by_group().iter_rows(named=True) if row["by"] == "region"}
    assert rows["north"]["better"] > 0.9 and rows["north"]["in_use"] > 0
    assert rows["south"]["mean"] == 0 and rows["south"]["better"] == 0
    assert "gain: north" in str(told) and "No sure difference: south" in str(told)


def test_the_groups_of_a_division_add_up_to_the_whole() -> None:
    told = compare(MODEL, SETTING, START, [AS_IT_IS, HASTE], by={"deprivation": list(range(40))}, **HOW)

    whole = (told.figures["site_months"][1] - told.figures["site_months"][0]).mean()
    for by in ("region", "deprivation"):
        rows = [row for row in told.by_group().iter_rows(named=True) if row["by"] == by]
        assert sum(row["mean"] * row["sites"] for row in rows) == pytest.approx(whole)


def test_no_group_is_smaller_than_five_sites() -> None:
    regions = ["a"] * 20 + ["b"] * 12 + ["c"] * 4 + ["d"] * 2 + ["e"] * 2

    (found,) = groupings(Setting(Sites(40, region=regions)))

    assert found.groups == ("a", "b", TOGETHER) and found.sites.tolist() == [20, 12, 8]
    (few,) = groupings(Setting(Sites(40, region=["a"] * 25 + ["b"] * 12 + ["c"] * 3))) or (None,)
    assert few is None or min(few.sites) >= 5


def test_what_is_known_of_few_sites_makes_no_group() -> None:
    known = [None] * 38 + [1.0, 2.0]

    assert groupings(Setting(Sites(40)), {"size": known}) == ()
    with pytest.raises(TakerootError, match="'size' needs one entry for each of 40 sites; found 3"):
        groupings(Setting(Sites(40)), {"size": [1, 2, 3]})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([AS_IT_IS], "two to five choices.*found 1"),
        ([Choice(str(number)) for number in range(6)], "two to five choices.*found 6"),
        ([AS_IT_IS, AS_IT_IS], "'As it is now' twice"),
    ],
)
def test_two_to_five_choices_have_names_of_their_own(given: list, says: str) -> None:
    with pytest.raises(TakerootError, match=says):
        compare(MODEL, SETTING, START, given, **HOW)


def test_choices_are_given_by_name_too() -> None:
    given = {"Now": None, "Both": (FACILITATORS, HASTE)}

    told = compare(MODEL, SETTING, START, given, **HOW)

    assert told.names == ("Now", "Both") and len(told.choices[1].strategies) == 2
    with pytest.raises(NotFound, match="Did you mean 'Both'"):
        told.beats("Bot", "Now")


def test_a_comparison_that_is_cancelled_stops() -> None:
    with pytest.raises(Stopped):
        compare(MODEL, SETTING, START, [AS_IT_IS, HASTE], months=24, replicates=5000, cancel=lambda: True)


def test_progress_goes_from_nothing_to_all() -> None:
    told: list[float] = []

    compare(MODEL, SETTING, START, [AS_IT_IS, HASTE], progress=told.append, **HOW)

    assert told == sorted(told) and told[-1] == 1.0


def test_at_the_break_even_the_choices_are_level() -> None:
    pair = [FACILITATORS, HASTE]

    found = break_even(MODEL, SETTING, START, pair, **HOW)

    assert found.verdict == "found" and found.times is not None and found.upper - found.lower <= 0.02

    def gap(times: float) -> float:
        told = compare(MODEL, SETTING, START, [FACILITATORS, Choice("Mandate", (HASTE,)).times(times)], **HOW)
        return float((told.figures["site_months"][1] - told.figures["site_months"][0]).mean())

    assert gap(found.lower) <= 0 < gap(found.upper)
    assert f"{found.times:.2g} times the effect that was assumed" in str(found)


def test_what_can_not_be_reached_is_never_within_the_range() -> None:
    little = Strategy("A poster", {"not_reached → exploring": 0.001})
    much = more_facilitators(3)

    found = break_even(MODEL, SETTING, START, [much, little], most=2, **HOW)

    assert found.verdict == "never within the range" and found.times is None
    assert str(found).startswith("Never within the range: A poster would need an effect over 2 times")


def test_to_be_ahead_more_often_needs_a_larger_effect() -> None:
    pair = [FACILITATORS, HASTE]

    level = break_even(MODEL, SETTING, START, pair, **HOW)
    often = break_even(MODEL, SETTING, START, pair, share=0.8, **HOW)

    assert level.times is not None
    assert often.times is None or often.times > level.times


def test_what_has_no_size_has_no_break_even() -> None:
    found = break_even(MODEL, SETTING, START, [HASTE, AS_IT_IS], **HOW)

    assert found.verdict == "no size to change"
    with pytest.raises(TakerootError, match="adds nothing to fit: adaptation"):
        break_even(MODEL, SETTING, START, [AS_IT_IS, HASTE], numbers=["fit: adaptation"], **HOW)


def test_a_lever_that_does_harm_is_ahead_at_no_size() -> None:
    harm = Strategy("Harm", {"using → stopped": 2.0})

    found = break_even(MODEL, SETTING, START, [AS_IT_IS, harm], **HOW)

    assert found.verdict == "never within the range"


@pytest.mark.parametrize("plan", ["morris", "sobol"])
def test_the_assumption_that_decides_is_found_and_one_that_does_nothing_is_not(plan: str) -> None:
    ranges = {"capacity: a month": (0.2, 1.5), "embedded → stopped": (logit(0.0099), logit(0.0101))}

    found = overturned(
        MODEL, SETTING, START, [FACILITATORS, HASTE], ranges, plan=plan, rounds=8, months=24, replicates=64
    )

    frame = found.frame()
    assert set(frame["of"]) == {"the model", FACILITATORS.name, "Mandate"}
    rows = {(row["number"], row["of"]): row for row in frame.iter_rows(named=True)}
    decides, idle = rows["capacity: a month", "the model"], rows["embedded → stopped", "the model"]
    assert decides["weight"] > 10 * abs(idle["weight"])
    assert decides["turns_at"] is not None and 0.2 < decides["turns_at"] < 1.5
    assert idle["turns_at"] is None
    assert "how many sites can be brought on in a month" in str(found)


def test_where_the_order_turns_it_does() -> None:
    ranges = {"capacity: a month": (0.2, 1.5)}
    how = {"months": 24, "replicates": 64, "seed": 5}

    found = overturned(MODEL, SETTING, START, [FACILITATORS, HASTE], ranges, rounds=0, **how)

    at = [one.number for one in found.assumptions].index("capacity: a month")
    turn = found.turns[at]
    assert turn is not None

    def ahead(a_month: float) -> float:
        model = parameters.changed(MODEL, {"capacity: a month": a_month})
        told = compare(model, SETTING, START, [FACILITATORS, HASTE], **how)
        return float((told.figures["site_months"][0] - told.figures["site_months"][1]).mean())

    assert ahead(turn - 0.05) * ahead(turn + 0.05) < 0
    assert found.points == 0


def test_choices_that_are_alike_are_overturned_by_nothing() -> None:
    found = overturned(MODEL, SETTING, START, [AS_IT_IS, Choice("Same")], {"fit: drift": (0, 0.1)}, **HOW)

    assert str(found) == "As it is now and Same come to the same whatever is assumed."


def test_a_range_is_of_a_number_that_the_model_has() -> None:
    pair = [AS_IT_IS, HASTE]

    with pytest.raises(NotFound, match="number of this model"):
        overturned(MODEL, SETTING, START, pair, {"fit: drifts": (0, 1)}, **HOW)
    with pytest.raises(TakerootError, match="a range from a lower to a higher"):
        overturned(MODEL, SETTING, START, pair, {"fit: drift": (1, 0)}, **HOW)


def test_every_lever_says_what_it_takes_for_granted() -> None:
    wanted = [
        Choice("Peers", (Strategy("Visits", {"not_reached → exploring: peers any": 1.0}),)),
        Choice("Help", (Strategy("Help", {"preparing → using: support training": 1.0}),)),
        Choice("Ties", (connect(2, "any"),)),
        Choice("Hubs", (seed_hubs(3),)),
        Choice("Room", (room_to_adapt(1.0), train_the_trainer(0.1))),
    ]

    says = assumed(wanted)

    for name, words in (("Peers", "homophily"), ("Help", "selection"), ("Ties", "homophily"), ("Hubs", "selection")):
        assert any(one.startswith(f"{name} assumes") and words in one for one in says)
    assert sum(one.startswith("Room assumes") for one in says) == 2
    assert any("not an effect" in one for one in says)


def test_a_million_histories_by_site_are_not_kept_but_regions_are_told() -> None:
    from takeroot.simulation.comparing import groups

    setting = Setting(replace(SETTING.sites, covariates={}), SETTING.ties)
    kept, groups.KEPT = groups.KEPT, 10
    try:
        told = compare(SPREAD, setting, State.all(MONTH, 40), [AS_IT_IS, HASTE], **HOW)
    finally:
        groups.KEPT = kept

    whole = compare(SPREAD, setting, State.all(MONTH, 40), [AS_IT_IS, HASTE], **HOW)
    assert_frame_equal(told.by_group(), whole.by_group())
    assert told.by_group().height == 2
