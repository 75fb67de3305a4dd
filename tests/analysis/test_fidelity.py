"""How much was delivered, in which form, and to what end: small cases worked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from takeroot.analysis import fidelity
from takeroot.errors import FaultyInput, NotEnough, NotFound
from takeroot.vocabulary.programme import Programme


def programme(**tables: Any) -> Programme:
    return Programme({"name": "Falls", "as_at": "2024-12-31"}, **tables)


def deliveries(*rows: tuple[str, str, str, object], **more: list[object]) -> dict[str, list[object]]:
    """Site, component, month and how much."""
    columns = dict(zip(("site", "component", "on", "delivered"), map(list, zip(*rows, strict=True)), strict=True))
    return {**columns, **more}


# How much


def test_every_site_counts_once_in_a_mean() -> None:
    rows = deliveries(*[("A", "talk", f"2024-0{month}", 0.2) for month in range(1, 9)], ("B", "talk", "2024-01", 0.8))
    row = fidelity.delivery(programme(deliveries=rows)).row(0, named=True)
    assert (row["sites"], row["records"], row["mean"]) == (2, 9, pytest.approx(0.5))


def test_words_are_counted_and_never_averaged() -> None:
    rows = deliveries(
        ("A", "talk", "2024-01", "always"), ("A", "talk", "2024-02", "sometimes"), ("B", "talk", "2024-01", 0.4)
    )
    row = fidelity.delivery(programme(deliveries=rows)).row(0, named=True)
    assert (row["records"], row["shares"], row["mean"], row["always"], row["sometimes"]) == (3, 1, 0.4, 1, 1)
    assert row["counted"] == 1


def test_deliveries_are_told_apart_by_dimension_and_by_core_as_it_was_claimed_then() -> None:
    rows = deliveries(
        ("A", "talk", "2024-01", 0.4),
        ("A", "talk", "2024-06", 0.8),
        ("A", "call", "2024-06", 0.6),
        dimension=["content", "coverage", "coverage"],
    )
    claims = {"component": ["talk", "talk"], "core": [True, True], "according_to": ["team", "panel"]}
    claims |= {"on": ["2024-03-01", "2024-05-01"]}
    held = programme(deliveries=rows, core_claims=claims)
    by_core = fidelity.delivery(held, ["component", "core"]).select("component", "core", "mean").rows()
    assert by_core == [("call", "not said", 0.6), ("talk", "core", 0.8), ("talk", "not said", 0.4)]
    by_side = fidelity.delivery(held, "dimension").select("dimension", "mean").rows()
    assert by_side == [("content", 0.4), ("coverage", pytest.approx(0.7))]
    with pytest.raises(NotFound, match="component, core, dimension, month, site, source"):
        fidelity.delivery(held, "ward")


def test_what_counts_as_delivered_is_a_setting() -> None:
    rows = deliveries(("A", "talk", "2024-01", 0.6))
    assert fidelity.recorded(programme(deliveries=rows))["counts"].item() is True
    assert fidelity.recorded(programme(deliveries=rows), counts_from=0.8)["counts"].item() is False
    with pytest.raises(NotEnough, match="above 0 and up to 1"):
        fidelity.recorded(programme(deliveries=rows), counts_from=80)


PARTS = {"component": ["talk", "call", "plan"]}


def test_a_bundle_of_which_a_part_is_not_recorded_is_not_known() -> None:
    rows = deliveries(
        ("A", "talk", "2024-01", 0.9),
        ("A", "call", "2024-01", 0.9),
        ("B", "talk", "2024-01", 0.9),
        ("B", "call", "2024-01", 0.1),
        ("C", "talk", "2024-01", 0.9),
        ("C", "call", "2024-01", "always"),
        ("C", "plan", "2024-01", 0.5),
    )
    found = fidelity.bundle(programme(components=PARTS, deliveries=rows))
    asked = found.select("site", "components", "said", "delivered", "share", "complete", "not_delivered").rows()
    assert asked == [
        ("A", 3, 2, 2, 1.0, "not known", None),
        ("B", 3, 2, 1, 0.5, "no", "call"),
        ("C", 3, 3, 3, 1.0, "yes", None),
    ]


def test_a_component_belongs_to_the_bundle_while_a_version_of_it_holds() -> None:
    parts = {"component": ["talk", "plan"], "since": [None, "2024-06-01"]}
    rows = deliveries(("A", "talk", "2024-05", 0.9), ("A", "talk", "2024-07", 0.9))
    found = fidelity.bundle(programme(components=parts, deliveries=rows))
    assert found.select("components", "complete").rows() == [(1, "yes"), (2, "not known")]


def test_a_component_whose_sides_differ_or_whose_sources_differ_is_not_delivered() -> None:
    rows = deliveries(("A", "talk", "2024-01", 0.9), ("A", "talk", "2024-01", 0.2), source=["visit", "form"])
    assert fidelity.bundle(programme(deliveries=rows)).select("said", "delivered").row(0) == (1, 0)


def test_a_bundle_is_complete_less_often_than_its_parts() -> None:
    rows = [(site, part, "2024-10", 0.9) for site in "ABCD" for part in ("talk", "call")]
    rows[0], rows[3] = ("A", "talk", "2024-10", 0.1), ("B", "call", "2024-10", 0.1)
    found = fidelity.together(programme(components=PARTS, deliveries=deliveries(*rows)))
    assert found.select("component", "sites", "delivered").rows() == [
        ("call", 4, 3),
        ("plan", 0, 0),
        ("talk", 4, 3),
        ("all of these", 4, 2),
    ]
    assert found["if_apart"].to_list() == [None, None, None, pytest.approx(9 / 16)]


def test_words_older_than_six_months_do_not_speak_for_the_day() -> None:
    rows = deliveries(("A", "talk", "2024-03", 0.9), ("B", "talk", "2024-09", 0.9))
    held = programme(components={"component": ["talk"]}, deliveries=rows)
    assert fidelity.together(held)["sites"].to_list() == [1, 1]
    assert fidelity.together(held, date(2024, 3, 31))["sites"].to_list() == [1, 1]
    with pytest.raises(NotEnough, match="complete up to 31 Dec 2024"):
        fidelity.together(held, date(2025, 3, 31))


# In which form


def adaptation(**said: object) -> dict[str, list[object]]:
    whole = {"site": "A", "on": "2024-02-01", "component": "call", "what": "Volunteers call", **said}
    return {name: [value] for name, value in whole.items()}


@pytest.mark.parametrize(
    ("delivered", "said", "reads"),
    [
        (0.9, {"function_kept": "yes"}, "form changed, function kept"),
        (0.9, {"function_kept": "no"}, "form changed, function lost"),
        (0.9, {"function_kept": "no", "nature": "substituting"}, "form changed, function lost"),
        (0.9, {"function_kept": "no", "nature": "Removing"}, "form kept, function lost"),
        (0.9, {"function_kept": "yes", "nature": "removing"}, "form changed, function kept"),
        (0.2, {"function_kept": "no"}, "little delivered, function lost"),
        (0.2, {"function_kept": "yes"}, "little delivered, function kept"),
        (0.9, {"function_kept": "unknown"}, "form changed, function not known"),
        (None, {"function_kept": "no"}, "form changed, function lost"),
        (None, {"function_kept": "no", "nature": "removing"}, "still in use, function lost"),
    ],
)
def test_form_and_function_are_read_both_ways(delivered: float | None, said: dict[str, str], reads: str) -> None:
    tables: dict[str, Any] = {"stages": {"site": ["A"], "stage": ["using"], "on": ["2024-01-01"]}}
    if delivered is not None:
        tables["deliveries"] = deliveries(("A", "call", "2024-01", delivered))
    found = fidelity.form_and_function(programme(adaptations=adaptation(**said), **tables))
    assert found.select("site", "reads").rows() == [("A", reads)]


def test_a_change_in_force_counts_though_the_loss_is_told_by_a_delivery() -> None:
    rows = deliveries(("A", "call", "2024-06", 0.97), function_kept=["no"])
    found = fidelity.form_and_function(programme(deliveries=rows, adaptations=adaptation(function_kept="yes")))
    assert found.select("changed", "reads").row(0) == (True, "form changed, function lost")
    kept = fidelity.form_and_function(programme(deliveries=rows))
    assert kept.select("changed", "reads").row(0) == (False, "form kept, function lost")


def test_what_reads_as_kept_in_form_is_never_said_to_have_changed() -> None:
    for nature in (None, "removing", "substituting", "tailoring", "skipping elements"):
        for function in ("yes", "no", "unknown", None):
            rows = deliveries(("A", "call", "2024-06", 0.97), function_kept=["no"])
            told = adaptation(function_kept=function, nature=nature)
            found = fidelity.form_and_function(programme(deliveries=rows, adaptations=told)).row(0, named=True)
            assert found["changed"] == found["reads"].startswith("form changed"), (nature, function)


def test_a_checklist_completed_alone_is_complete_and_does_not_do_what_it_is_for() -> None:
    alone = adaptation(what="Completed by one person alone", nature="removing", function_kept="no")
    rows = deliveries(("A", "call", "2024-06", 0.97))
    found = fidelity.form_and_function(programme(deliveries=rows, adaptations=alone))
    assert found["reads"].to_list() == ["form kept, function lost"]


def test_a_form_told_without_a_change_is_a_sites_own() -> None:
    rows = deliveries(("A", "call", "2024-01", 0.9), form_here=["By letter"], function_kept=["yes"])
    assert fidelity.form_and_function(programme(deliveries=rows))["reads"].item() == "own form, function kept"


def test_the_latest_word_on_function_holds_even_if_it_is_that_nobody_knows() -> None:
    rows = deliveries(("A", "call", "2024-01", 0.9), ("A", "call", "2024-06", 0.9), function_kept=["yes", "unknown"])
    found = fidelity.form_and_function(programme(deliveries=rows)).row(0, named=True)
    assert (found["function_kept"], found["reads"]) == ("unknown", "form kept, function not known")


def test_a_change_that_ended_before_the_latest_delivery_is_over() -> None:
    rows = deliveries(("A", "call", "2024-06", 0.9), function_kept=["yes"])
    ended = adaptation(until="2024-04-01", function_kept="no")
    found = fidelity.form_and_function(programme(deliveries=rows, adaptations=ended)).row(0, named=True)
    assert (found["changed"], found["reads"]) == (False, "form kept, function kept")
    alone = fidelity.form_and_function(programme(adaptations=ended)).row(0, named=True)
    assert (alone["in_force"], alone["reads"]) == (False, "function lost")


def test_ways_of_supporting_the_improvement_change_no_form() -> None:
    assert fidelity.form_and_function(programme(adaptations=adaptation(concerns="way of supporting it"))).height == 0


def test_core_is_lost_where_it_is_core_and_not_where_it_is_not() -> None:
    rows = deliveries(("A", "call", "2024-01", 0.1), ("B", "call", "2024-01", 0.1), ("A", "talk", "2024-01", 0.1))
    claims = {"component": ["call", "call"], "core": [True, False], "according_to": ["team", "nurses"]}
    claims |= {"site": [None, "B"], "on": ["2023-01-01"] * 2}
    found = fidelity.core_lost(programme(deliveries=rows, core_claims=claims))
    assert found.select("site", "component", "core").rows() == [("A", "call", "core")]


def test_a_disputed_core_is_shown_as_disputed() -> None:
    rows = deliveries(("A", "call", "2024-01", 0.1))
    claims = {"component": ["call"] * 3, "core": [True, False, True], "according_to": ["team", "nurses", "nurses"]}
    claims |= {"on": ["2023-01-01", "2023-02-01", None]}
    found = fidelity.core_lost(programme(deliveries=rows, core_claims=claims))
    assert found["core"].to_list() == ["disputed"]
    settled = {**claims, "on": ["2023-01-01", "2023-02-01", "2023-03-01"]}
    assert fidelity.core_lost(programme(deliveries=rows, core_claims=settled))["core"].to_list() == ["core"]


def test_variation_for_which_somebody_gave_a_reason_is_told_apart() -> None:
    rows = deliveries(
        ("A", "call", "2024-01", 0.9),
        ("B", "call", "2024-01", 0.2),
        ("C", "call", "2024-01", 0.3),
        ("A", "call", "2023-01", 0),
    )
    changes = adaptation(site="B", reasons="A nurse visits anyway")
    row = fidelity.variation(programme(deliveries=rows, adaptations=changes)).row(0, named=True)
    assert (row["sites"], row["least"], row["middle"], row["most"]) == (3, 0.2, 0.3, 0.9)
    assert (row["low"], row["reason_said"], row["no_reason_said"], row["no_reason_said_at"]) == (2, 1, 1, "C")


# What was adapted


def test_a_change_of_one_nature_to_one_component_at_two_sites_is_shared() -> None:
    rows = {
        "site": ["A", "B", "C", None, "D"],
        "on": ["2024-03-01", "2024-02-01", "2024-04-01", "2024-05-01", "2024-06-01"],
        "component": ["call", "call", "talk", "call", "call"],
        "nature": ["Substituting", "substituting ", "substituting", "substituting", None],
        "what": ["1", "2", "3", "4", "5"],
    }
    found = fidelity.adapting(programme(adaptations=rows)).select("what", "shared", "alike_at").rows()
    assert found == [
        ("2", "several sites", 2),
        ("1", "several sites", 2),
        ("3", "one site", 1),
        ("4", "whole programme", 2),
        ("5", "not known", None),
    ]


def test_an_adaptation_is_placed_in_the_use_of_its_site_and_says_what_is_missing() -> None:
    stages = {"site": ["A"], "stage": ["using"], "on": ["2023-12-01"]}
    claims = {"component": ["call"], "core": [True], "according_to": ["team"], "on": ["2024-01-01"]}
    said = adaptation(planned="unplanned", function_kept="unknown", nature="substituting", phase="sustainment")
    row = fidelity.adapting(programme(stages=stages, adaptations=said, core_claims=claims)).row(0, named=True)
    assert (row["months_in_use"], row["core"], row["in_force"]) == (2.0, "core", True)
    assert row["not_said"] == "decided by; level; core relation; function kept; goals; reasons"


def test_patterns_count_every_adaptation_once_in_each_aspect() -> None:
    rows = {"site": ["A", "B", None], "on": ["2023-03-01", "2024-02-01", "2024-04-01"], "what": ["1", "2", "3"]}
    rows |= {"planned": ["planned", "unplanned", None], "function_kept": ["yes", "no", None]}
    held = programme(adaptations=rows)
    found = fidelity.patterns(held)
    assert set(found.group_by("aspect").agg(pl.col("adaptations").sum())["adaptations"]) == {3}
    planned = found.filter(aspect="planned").select("answer", "adaptations", "sites", "function_lost", "unplanned")
    assert planned.rows() == [("not said", 1, 0, 0, 0), ("planned", 1, 1, 0, 0), ("unplanned", 1, 1, 1, 1)]
    late = fidelity.patterns(held, since=date(2024, 1, 1), until=date(2024, 4, 1)).filter(aspect="year")
    assert late.select("answer", "adaptations").rows() == [("2024", 1)]


# To what end


def test_benefit_stands_beside_what_was_delivered_and_adapted_meanwhile() -> None:
    stages = {"site": ["A", "B"], "stage": ["using"] * 2, "on": ["2024-01-01"] * 2}
    values = {
        "measure": ["falls"] * 4,
        "site": ["A", "A", "A", "B"],
        "on": ["2024-01", "2024-02", "2024-08", "2024-01"],
        "numerator": [2, 6, 1, 3],
        "denominator": [10, 30, 10, 10],
    }
    measures = {"measure": ["falls"], "improves": ["down"], "multiply": [100]}
    rows = deliveries(("A", "call", "2024-03", 0.9), ("A", "call", "2024-09", 0.1))
    held = programme(
        stages=stages, values=values, measures=measures, deliveries=rows, adaptations=adaptation(function_kept="no")
    )
    found = fidelity.benefit(held, "falls").select("site", "period", "mean", "delivery", "adapted").rows()
    assert found == [
        ("A", 1, pytest.approx(20.0), "full", "function lost"),
        ("A", 2, pytest.approx(10.0), "less", "function lost"),
        ("B", 1, pytest.approx(30.0), "not recorded", "nothing recorded"),
    ]
    with pytest.raises(NotFound, match="falls"):
        fidelity.benefit(held, "fals")


def test_groups_beside_each_other_have_limits_over_sites_and_no_order_of_worth() -> None:
    stages = {"site": list("ABC"), "stage": ["using"] * 3, "on": ["2024-01-01"] * 3}
    values = {"measure": ["falls"] * 3, "site": list("ABC"), "on": ["2024-01"] * 3, "value": [4, 6, 11]}
    row = fidelity.benefit_beside(programme(stages=stages, values=values), "falls").row(0, named=True)
    reach = 4.302652729911275 * np.std([4, 6, 11], ddof=1) / 3**0.5
    assert (row["mean"], row["lower"], row["upper"]) == pytest.approx((7.0, 7 - reach, 7 + reach))


# How much less at scale


FOUR = {"site": list("ABCD"), "setting": ["source"] * 2 + ["scale"] * 2, "effect": [8.0, 10, 4, 5]}


def test_a_drop_taken_apart_by_hand() -> None:
    """Of 9 = 0.9 × 10 and 4.5 = 0.6 × 7.5: delivery 0.3 × 8.75, the rest 2.5 × 0.75."""
    found = fidelity.voltage_drop({**FOUR, "delivered": [0.9, 0.9, 0.6, 0.6]})
    assert found.select("part", "source", "scale", "drop").rows() == [
        ("whole", 9.0, 4.5, 4.5),
        ("delivered", pytest.approx(0.9), pytest.approx(0.6), pytest.approx(2.625)),
        ("rest", pytest.approx(10), pytest.approx(7.5), pytest.approx(1.875)),
    ]
    assert found["of_source"].to_list() == pytest.approx([0.5, 2.625 / 9, 1.875 / 9])


def test_parts_sum_to_the_drop_whatever_they_are() -> None:
    chance = np.random.default_rng(3)
    many = {"site": [str(n) for n in range(40)], "setting": ["source"] * 15 + ["scale"] * 25}
    many |= {
        "effect": chance.normal(5, 1, 40),
        "reach": chance.uniform(0.3, 1, 40),
        "delivered": chance.uniform(0.2, 1, 40),
    }
    found = fidelity.voltage_drop(many)
    assert found["part"].to_list() == ["whole", "reach", "delivered", "rest"]
    assert found["drop"][1:].sum() == pytest.approx(found["drop"][0])
    assert ((found["lower"] <= found["drop"]) & (found["drop"] <= found["upper"])).all()


def test_what_does_more_at_scale_has_a_drop_below_zero() -> None:
    turned = {**FOUR, "setting": ["scale"] * 2 + ["source"] * 2}
    whole = fidelity.voltage_drop(turned).row(0, named=True)
    assert whole["drop"] == -4.5
    assert whole["upper"] < 0


def test_no_share_is_given_of_an_effect_that_may_be_none() -> None:
    unsure = {**FOUR, "effect": [-3.0, 4.0, 1.0, 0.5]}
    whole = fidelity.voltage_drop(unsure).row(0, named=True)
    assert whole["drop"] == -0.25
    assert (whole["of_source"], whole["of_source_lower"]) == (None, None)


def test_parts_are_told_only_where_every_site_has_them_and_none_is_nothing() -> None:
    assert fidelity.voltage_drop({**FOUR, "delivered": [0.9, None, 0.6, 0.6]})["part"].to_list() == ["whole"]
    assert fidelity.voltage_drop({**FOUR, "delivered": [0.9, 0.9, 0, 0]})["part"].to_list() == ["whole"]


def test_the_same_seed_gives_the_same_interval_and_sites_may_come_in_any_order() -> None:
    frame = pl.DataFrame({**FOUR, "effect": [8.123, 10.456, 4.789, 5.012], "weight": [1.0, 2.5, 1.3, 0.7]})
    once = fidelity.voltage_drop(frame, replicates=101)
    assert once.equals(fidelity.voltage_drop(frame[[3, 1, 0, 2]], replicates=101))
    assert once["drop"].equals(fidelity.voltage_drop(frame, replicates=101, seed=2)["drop"])


def test_an_interval_over_sites_holds_the_truth_about_as_often_as_it_says() -> None:
    held = 0
    for seed in range(120):
        chance = np.random.default_rng(seed)
        effects = np.concatenate([chance.normal(8, 2, 30), chance.normal(5, 2, 40)])
        many = {"site": [str(n) for n in range(70)], "setting": ["source"] * 30 + ["scale"] * 40, "effect": effects}
        whole = fidelity.voltage_drop(many, replicates=400).row(0, named=True)
        held += whole["lower"] <= 3 <= whole["upper"]
    assert 0.88 <= held / 120 <= 0.99


def test_one_site_is_not_enough_to_say_how_sure() -> None:
    with pytest.raises(NotEnough, match="of the source there is 1"):
        fidelity.voltage_drop({"site": list("ABC"), "setting": ["source", "scale", "scale"], "effect": [1, 2, 3]})
    with pytest.raises(FaultyInput, match="setting"):
        fidelity.voltage_drop({**FOUR, "setting": ["home"] * 4})


def test_two_published_results_are_set_side_by_side_by_fieller() -> None:
    """With the source known exactly, Fieller's limits are those of the scale over it."""
    row = fidelity.voltage_drop_between((10, 10, 10), (4, 2, 6)).row(0, named=True)
    assert (row["drop"], row["lower"], row["upper"]) == pytest.approx((6, 4, 8))
    assert (row["of_source"], row["of_source_lower"], row["of_source_upper"]) == pytest.approx((0.6, 0.4, 0.8))
    assert fidelity.voltage_drop_between((1, -1, 3), (0, -1, 1))["of_source"].item() is None
    with pytest.raises(NotEnough, match="interval of the source must hold"):
        fidelity.voltage_drop_between((5, 6, 7), (1, 0, 2))


def test_fiellers_limits_are_where_the_difference_is_just_within_chance() -> None:
    source, scale = (10.0, 7.0, 13.0), (6.0, 4.0, 8.0)
    row = fidelity.voltage_drop_between(source, scale).row(0, named=True)
    spread = {side: (each[2] - each[1]) / 2 / 1.959963984540054 for side, each in (("a", source), ("b", scale))}
    for limit in (row["of_source_lower"], row["of_source_upper"]):
        ratio = 1 - limit
        z = (scale[0] - ratio * source[0]) / (spread["b"] ** 2 + ratio**2 * spread["a"] ** 2) ** 0.5
        assert abs(z) == pytest.approx(1.959963984540054)
    assert row["of_source_lower"] < row["of_source"] < row["of_source_upper"]


def test_effects_are_turned_so_that_better_is_above_zero() -> None:
    held = programme(
        sites={"site": ["A", "B"]},
        stages={"site": ["A", "B"], "stage": ["using"] * 2, "on": ["2024-01-01"] * 2},
        measures={"measure": ["falls"], "improves": ["down"]},
        values={
            "measure": ["falls"] * 5,
            "site": ["A", "A", "A", "B", "B"],
            "on": ["2022-01", "2023-12", "2024-01", "2023-12", "2024-12"],
            "value": [99, 9, 5, 4, 6],
        },
        deliveries=deliveries(("A", "call", "2024-03", 0.9), ("B", "call", "2025-03", 0.1)),
    )
    found = fidelity.effects(held, "falls", ["A"])
    assert found.select("site", "setting", "effect", "delivered").rows() == [
        ("A", "source", 4.0, 0.9),
        ("B", "scale", -2.0, None),
    ]
    with pytest.raises(NotFound, match="site 'Z'"):
        fidelity.effects(held, "falls", ["Z"])
    with pytest.raises(NotEnough, match="in which direction"):
        fidelity.effects(held.with_tables(measures={"measure": ["falls"]}), "falls", ["A"])
