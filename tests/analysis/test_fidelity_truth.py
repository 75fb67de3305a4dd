"""What was put into the synthetic programme, and what its sources say of Frailsafe, is what is found."""

from __future__ import annotations

import polars as pl
import pytest

from takeroot import examples
from takeroot.analysis import adoption, fidelity, sustainment
from takeroot.vocabulary.programme import Programme


@pytest.fixture(scope="module")
def synthetic() -> Programme:
    return examples.load("synthetic")


def test_the_two_functions_that_were_lost_while_the_count_went_on_are_found(synthetic: Programme) -> None:
    found = fidelity.form_and_function(synthetic)
    lost = found.filter(pl.col("reads").str.ends_with("function lost"))
    assert lost.select("site", "component", "reads").rows() == [
        ("dap-01", "morning_board", "form kept, function lost"),
        ("dap-08", "medicines_talk", "form kept, function lost"),
    ]
    assert [row.split("; ")[-1] for row in lost["references"]] == [
        "adaptations:board-on-paper",
        "adaptations:dap-08-no-medicines",
    ]


def test_forms_that_changed_and_kept_their_function_are_found(synthetic: Programme) -> None:
    found = fidelity.form_and_function(synthetic).filter(reads="form changed, function kept")
    assert found.select("site", "component").rows() == [
        ("mar-09", "call_at_home"),
        ("ost-02", "carer_plan"),
        ("qui-07", "medicines_talk"),
        ("vel-06", "agreed_day"),
        ("vel-08", "call_at_home"),
        (None, "call_at_home"),
    ]


def test_a_board_that_is_core_by_the_managers_there_is_core_lost_there(synthetic: Programme) -> None:
    found = fidelity.core_lost(synthetic)
    assert ("dap-01", "morning_board", "core") in found.select("site", "component", "core").rows()
    assert ("vel-11", "morning_board") not in found.select("site", "component").rows()


def test_claims_that_came_later_do_not_speak_of_deliveries_before(synthetic: Programme) -> None:
    """The carer's plan was no core, then disputed, and core from February 2023 on."""
    plans = fidelity.recorded(synthetic).filter(component="carer_plan")
    spans = plans.group_by("core").agg(first=pl.col("on").min(), last=pl.col("on").max()).sort("first")
    assert spans["core"].to_list() == ["periphery", "disputed", "core"]
    assert [str(day)[:7] <= "2021-06" for day in spans["last"]] == [True, False, False]
    assert str(spans["first"][2]) >= "2023-02-20"


def test_delivery_fell_by_about_a_twelfth_once_the_facilitator_had_gone(synthetic: Programme) -> None:
    """0.08 less was put in at every site; what is found is that, and chance."""
    gone = (
        synthetic.supports.filter(kind="facilitation").drop_nulls("until").group_by("site").agg(pl.col("until").max())
    )
    rows = fidelity.recorded(synthetic).filter(pl.col("form_here").is_null()).join(gone, on="site")
    sides = rows.group_by("site", "component", alone=pl.col("on") >= pl.col("until")).agg(pl.col("share").mean())
    sides = (
        sides.group_by("site", "component")
        .agg(
            pl.col("share").filter("alone").first().alias("after"),
            pl.col("share").filter(~pl.col("alone")).first().alias("before"),
        )
        .drop_nulls()
    )
    fell = (sides["before"] - sides["after"]).mean()
    assert sides.height > 100
    assert fell == pytest.approx(0.08, abs=0.02)


def test_adaptations_are_told_by_whom_and_which_others_made_one_like_it(synthetic: Programme) -> None:
    found = fidelity.adapting(synthetic)
    assert found.filter(shared="several sites")["site"].sort().to_list() == ["mar-09", "vel-08"]
    unplanned = fidelity.patterns(synthetic).filter(aspect="planned", answer="unplanned").row(0, named=True)
    assert (unplanned["adaptations"], unplanned["function_lost"], unplanned["of_core"]) == (2, 2, 2)
    lost = found.filter(pl.col("reference") == "adaptations:dap-08-no-medicines")["not_said"].item()
    assert lost == "decided by; goals; reasons"


def test_no_voltage_drop_is_claimed_where_none_was_put_in(synthetic: Programme) -> None:
    source = synthetic.sites.filter(wave="wave 1")["site"].to_list()
    effects = fidelity.effects(synthetic, "readmissions", source)
    whole = fidelity.voltage_drop(effects).row(0, named=True)
    assert whole["lower"] < 0 < whole["upper"]


def test_frailsafe_has_a_function_that_was_lost_in_use() -> None:
    found = fidelity.form_and_function(examples.load("frailsafe")).filter(component="challenge")
    assert found.select("reads", "function_kept").rows() == [("still in use, function lost", "no")]
    assert found["references"].item().count("adaptations:") == 3


def test_every_month_of_a_site_has_one_status_and_ends_as_the_record_does(synthetic: Programme) -> None:
    rule = synthetic.rules[0]
    months = sustainment.by_month(synthetic, rule)
    assert not months.select("site", "on").is_duplicated().any()
    last = dict(months.group_by("site", maintain_order=True).last().select("site", "status").iter_rows())
    assert {last[site] for site in ("dap-02", "dap-14", "mar-01")} == {"lapsed"}
    assert "lapsed" in months.filter(site="qui-04")["status"].to_list()
    assert last["qui-04"] == "fully"  # it came back
    assert {last[site] for site in ("ost-01", "ost-08")} == {"discontinued by decision"}
    assert {last[site] for site in ("qui-01", "vel-11")} == {"replaced"}
    assert last["dap-01"] == "partly"
    assert last["mar-09"] == "adapted, function kept"
    assert last["vel-08"] == "partly"  # volunteers call, and hardly anybody has one named person
    closed = months.filter(site="mar-08")["on"].max()
    assert closed is not None and closed < synthetic.as_at


def test_the_planted_ways_of_stopping_are_ways_that_sites_went(synthetic: Programme) -> None:
    courses = sustainment.courses(synthetic, synthetic.rules[0], states="stage")
    courses = courses.filter(pl.col("site") != "mar-03")  # of this one sources differ
    for way, sites in {
        "stopped: decided": ["ost-01", "ost-08"],
        "stopped: lapsed": ["dap-02", "dap-14", "mar-01", "qui-04"],
        "stopped: replaced": ["qui-01", "vel-11"],
    }.items():
        assert courses.filter(to=way)["site"].to_list() == sites
    assert courses.filter(site="mar-08").row(-1, named=True)["final"] is True


def test_lapses_are_the_leavings_that_the_spells_have(synthetic: Programme) -> None:
    left = adoption.spells(synthetic).filter("ended_in_event")
    assert sustainment.lapses(synthetic, synthetic.rules[0])["event"].sum() == left.height
    again = adoption.spells(synthetic).filter(pl.col("spell") > 1).height
    back = sustainment.returns(synthetic, synthetic.rules[0])["event"].sum()
    assert 0 < back <= again
