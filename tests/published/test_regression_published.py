"""Regressions of periods at risk on published data, against R (glm, sandwich), and against what is wrong in others."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.published.networks import STUDIES, as_coded, beside, censored, furthest, read

from takeroot.analysis import network

MODELS = {
    "logit_per_factor": {},
    "cloglog_per_factor": {"link": "cloglog"},
    "logit_per_linear": {"periods": "linear"},
}
TERMS = {"medinnovations": ["exposure", "proage", "detail"], "brfarmers": ["exposure"]}


def at_risk(panel: network.Panel, covariates: tuple[str, ...] = ()) -> pl.DataFrame:
    """From the second period, with 0 for those without ties, as the reference has it."""
    rows = network.person_periods(panel, covariates=covariates).filter(pl.col("on") > panel.periods[0])
    return rows.with_columns(pl.when("isolated").then(0.0).otherwise("exposure").alias("exposure"))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("study", STUDIES)
def test_the_adoption_models_are_those_of_r(shared_data: Path, study: str, model: str) -> None:
    folder = shared_data / study
    rows = at_risk(censored(folder), tuple(TERMS[study][1:]))
    found = network.regression(rows, TERMS[study], **MODELS[model])
    fit = read(folder, "ref_adoption_models_fit").filter(pl.col("model") == model).row(0, named=True)
    assert found.rows == fit["n"]
    assert found.log_likelihood == pytest.approx(fit["loglik"], rel=1e-8)
    theirs = read(folder, "ref_adoption_models").filter(pl.col("model") == model)
    called = pl.col("term").str.replace("on: ", "factor(per)").str.replace("^on$", "per")
    ours = found.terms.with_columns(called.str.replace("constant", "(Intercept)"))
    both = beside(ours, theirs, {"term": "term"})
    both = both.with_columns(
        estimate=pl.col("estimate") / pl.col("estimate_theirs"), error=pl.col("plain_error") / pl.col("se"), one=1.0
    )
    assert furthest(both, "estimate", "one") < 1e-5
    assert furthest(both, "error", "one") < 2e-4


def test_coding_who_never_took_it_up_as_the_last_to_do_so_turns_the_sign_of_exposure(shared_data: Path) -> None:
    """Medical Innovation with a linear trend: -0.238 with 16 false events, +0.012 with them censored."""
    folder = shared_data / "medinnovations"
    city = pl.col("city").cast(pl.String)  # a word, so that each city has an effect of its own
    sites = read(folder, "nodes").select(city, "proage", site=pl.col("id").cast(pl.String))
    of = {
        name: network.regression(
            at_risk(panel).join(sites, on="site"), ["exposure", "city", "proage"], periods="linear"
        )
        for name, panel in {"wrong": as_coded(folder), "right": censored(folder)}.items()
    }
    wrong, right = of["wrong"], of["right"]
    told = {name: one.terms.filter(term="exposure").row(0, named=True) for name, one in of.items()}
    assert (wrong.rows, right.rows, right.events) == (866, 850, 97)
    assert told["wrong"]["estimate"] == pytest.approx(-0.2378623, abs=2e-7)
    assert told["right"]["estimate"] == pytest.approx(0.0120808, abs=2e-7)
    assert told["right"]["plain_error"] == pytest.approx(0.3316761, abs=2e-6)
    assert right.log_likelihood == pytest.approx(-296.26877, abs=1e-5)


@pytest.mark.parametrize(
    ("link", "estimate", "error"), [("logit", -0.0971624, 0.3251204), ("cloglog", -0.0666423, 0.3025044)]
)
def test_with_an_effect_of_each_period_the_false_events_take_themselves_out(
    shared_data: Path, link: str, estimate: float, error: float
) -> None:
    folder = shared_data / "medinnovations"
    right = network.regression(at_risk(censored(folder)), link=link)
    wrong = network.regression(at_risk(as_coded(folder)), link=link)
    told = right.terms.filter(term="exposure").row(0, named=True)
    assert right.rows == wrong.rows == 856
    assert told["estimate"] == pytest.approx(estimate, abs=2e-6)
    assert told["plain_error"] == pytest.approx(error, abs=2e-5)
    assert wrong.terms.filter(term="exposure")["estimate"][0] == pytest.approx(told["estimate"])
    assert any("happened to nobody or to everybody" in sentence for sentence in wrong.left_out)


@pytest.fixture(scope="module")
def policies(shared_data: Path) -> dict[str, network.Panel]:
    """Each health policy over the states, that share a border or do not."""
    folder = shared_data / "state_health_policies"
    states = read(folder, "states").select("region", site="state")
    borders = read(folder, "edges").filter(type="shared_border").select(source="a", target="b")
    adopted = read(folder, "adoptions").select("policy", site="state", began="adopt_year")
    return {
        policy: network.numbered(
            states.select("site").join(adopted.filter(policy=policy), on="site", how="left").select("site", "began"),
            borders,
            sites=states,
            first=first,
            last=last,
        )
        for policy, first, last in read(folder, "policies").select("policy", "first_year", "last_year").iter_rows()
    }


def test_policies_spread_over_the_borders_as_in_the_reference(shared_data: Path, policies) -> None:
    folder = shared_data / "state_health_policies"
    years, nodes = read(folder, "ref_years"), read(folder, "ref_nodes")
    for policy, panel in policies.items():
        theirs = years.filter(pl.col("policy") == policy)
        taken = beside(network.take_up(panel), theirs, {"on": "year"})
        assert taken["took_up"].to_list() == taken["new"].to_list()
        assert furthest(taken[1:], "hazard", "hazard_theirs") < 1e-9
        mean = network.exposure(panel, influence="both", isolates=0.0).group_by("on").agg(pl.col("exposure").mean())
        assert furthest(beside(mean, theirs, {"on": "year"}), "exposure", "mean_exposure") < 1e-9
        alike = network.moran_over_time(panel, influence="both", permutations=0)
        told = beside(alike, theirs, {"on": "year"})
        for ours, other in {"observed": "moran", "spread": "moran_sd", "p": "moran_p"}.items():
            assert furthest(told, ours, other) < 1e-9
        found = beside(
            network.thresholds(panel, influence="both"), nodes.filter(pl.col("policy") == policy), {"site": "state"}
        )
        assert furthest(found, "threshold", "threshold_lag1") < 1e-9
        lonely = found.filter(pl.col("site").is_in(["Alaska", "Hawaii"]))
        assert lonely["threshold"].null_count() == 2


def test_all_policies_together_give_the_coefficient_and_the_clustered_error_of_r(shared_data: Path, policies) -> None:
    theirs = read(shared_data / "state_health_policies", "ref_pooled_models").filter(
        pl.col("model") == "pooled_logit_policy_fe"
    )
    rows = pl.concat(
        network.person_periods(panel, influence="both").with_columns(
            policy=pl.lit(policy), since=(pl.col("on") - panel.periods[0])
        )
        for policy, panel in policies.items()
    ).filter(pl.col("since") > 0)
    rows = rows.with_columns(
        pl.when("isolated").then(0.0).otherwise("exposure").alias("exposure"), pl.col("since").log().alias("log(dur)")
    )
    found = network.regression(rows, ["exposure", "log(dur)", "policy"], periods="none", cluster="site")
    assert (found.rows, found.events, found.clusters) == (16618, 825, 50)
    both = beside(found.terms.filter(pl.col("term").is_in(theirs["term"].implode())), theirs, {"term": "term"})
    assert furthest(both, "estimate", "estimate_theirs") < 1e-7
    assert furthest(both, "plain_error", "se") < 1e-5
    assert furthest(both, "error", "cluster_state_se") < 1e-5
    assert found.log_likelihood == pytest.approx(theirs["loglik"][0], rel=1e-9)


def test_a_measure_that_groups_reach_and_lose_again_is_counted_while_it_lasts(shared_data: Path) -> None:
    """The DOAC data: groups at or above a tenth of items, month by month, and how many stop and come back."""
    folder = shared_data / "doac_ccg_spread"
    data = read(folder, "data").with_columns(pl.col("month").str.to_date(), using=pl.col("percent_doac") >= 10)
    known = data.drop_nulls("using").sort("ccg", "month")
    moves = known.with_columns(was=pl.col("using").shift().over("ccg")).filter(
        pl.col("using") != pl.col("was").fill_null(False)
    )
    stage = pl.when("using").then(pl.lit("using")).otherwise(pl.lit("stopped"))
    stages = moves.select(stage.alias("stage"), site="ccg", on="month")
    panel = network.panel(stages, sites={"site": data["ccg"].unique().sort()})
    found = network.take_up(panel)
    national = read(folder, "ref_national").with_columns(pl.col("month").str.to_date())
    both = found.join(national, left_on="on", right_on="month")
    assert both["in_use"].to_list() == both["ccgs_at_or_above_10"].to_list()
    first = read(folder, "ref_ccg_first_reached")["first_month_index_at_10"].drop_nulls()
    assert found["took_up"].sum() == first.len()
    stopping = network.person_periods(panel, of="stopping")
    coming_back = network.person_periods(panel, of="coming back")
    assert stopping["event"].sum() == moves.filter(~pl.col("using")).height > 0
    assert coming_back["event"].sum() == moves.filter("using").height - first.len() > 0
