"""Models of leaving that recurs, against R (survival 3.5-3), and where other Python packages give other numbers.

The data sets are those of R's survival package, kept beside the checkout; what stands here in full was computed by R on
rows that ``tests/analysis/made_up.py`` makes by arithmetic that is the same in every language.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.analysis import made_up

from takeroot.analysis import sustainment

TERMS = ["rx", "number", "size"]


@pytest.fixture(scope="module")
def bladder(shared_data: Path) -> pl.DataFrame:
    return pl.read_csv(shared_data / "recurrent_bladder" / "data.csv").rename({"id": "site"})


@pytest.fixture(scope="module")
def lung(shared_data: Path) -> pl.DataFrame:
    data = pl.read_csv(shared_data / "survival_lung" / "data.csv", infer_schema_length=None)
    return data.with_columns(stop="time", months="time")


def reference(shared_data: Path, folder: str, model: str) -> pl.DataFrame:
    return pl.read_csv(shared_data / folder / "ref_cox.csv", infer_schema_length=None).filter(model=model)


def scalars(shared_data: Path, folder: str) -> dict[str, float]:
    return dict(pl.read_csv(shared_data / folder / "ref_scalars.csv").iter_rows())


def same_as(ours: pl.DataFrame, theirs: pl.DataFrame) -> None:
    assert ours["term"].to_list() == theirs["term"].to_list()
    names = {"coef": "coef", "hr": "ratio", "se": "se", "z": "z", "n": "rows", "events": "events"}
    names |= {"loglik_null": "loglik_null", "loglik": "loglik", "concordance": "concordance"}
    for their_name, our_name in names.items():
        np.testing.assert_allclose(ours[our_name].cast(pl.Float64), theirs[their_name], rtol=2e-8)
    np.testing.assert_allclose(ours["p"], theirs["p"], rtol=1e-7)
    if theirs["robust_se"].null_count():
        assert ours["robust_se"].is_null().all()
    else:
        np.testing.assert_allclose(ours["robust_se"], theirs["robust_se"].cast(pl.Float64), rtol=1e-8)


def test_tumours_that_recur_have_the_coefficients_and_robust_errors_of_r(
    bladder: pl.DataFrame, shared_data: Path
) -> None:
    gap = bladder.with_columns(start=0, stop=pl.col("stop") - pl.col("start"))
    ours = {
        "andersen_gill_robust": sustainment.cox(bladder, TERMS),
        "pwp_total_time_robust": sustainment.cox(bladder, TERMS, strata="enum"),
        "pwp_gap_time_robust": sustainment.cox(gap, TERMS, strata="enum"),
        "first_event_only": sustainment.cox(bladder.filter(enum=1), TERMS),
    }
    for model, fitted in ours.items():
        same_as(fitted, reference(shared_data, "recurrent_bladder", model))


def test_ties_by_breslow_have_the_robust_errors_of_r(bladder: pl.DataFrame) -> None:
    ours = sustainment.cox(bladder, ["rx", "size", "number"], ties="breslow")
    np.testing.assert_allclose(ours["coef"], [-0.45979095, -0.04256223, 0.17164406], atol=5e-9)
    np.testing.assert_allclose(ours["robust_se"], [0.258010488, 0.075547553, 0.061314139], atol=5e-10)


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_lung_cancer_has_the_coefficients_of_r_by_every_way_to_take_ties(
    lung: pl.DataFrame, shared_data: Path, ties: str
) -> None:
    ours = sustainment.cox(lung, ["age", "sex", "ph.ecog"], ties=ties)  # type: ignore[arg-type]
    same_as(ours, reference(shared_data, "survival_lung", f"cox_{ties}"))


def test_strata_and_clusters_are_those_of_r(lung: pl.DataFrame, shared_data: Path) -> None:
    by_sex = sustainment.cox(lung, ["age", "ph.ecog"], strata="sex")
    same_as(by_sex, reference(shared_data, "survival_lung", "cox_efron_strata_sex"))
    by_centre = sustainment.cox(lung, ["age", "sex", "ph.ecog"], cluster="inst")
    same_as(by_centre, reference(shared_data, "survival_lung", "cox_efron_cluster_inst"))


def test_mean_cumulative_recurrences_are_those_of_r(bladder: pl.DataFrame, shared_data: Path) -> None:
    theirs = pl.read_csv(shared_data / "recurrent_bladder" / "ref_mcf.csv").filter(pl.col("n_event") > 0)
    ours = sustainment.mean_cumulative(bladder, by="rx").filter(pl.col("events") > 0)
    ours = ours.sort("rx", "months")
    assert pl.select(pl.format("rx={}", ours["rx"])).to_series().to_list() == theirs["stratum"].to_list()
    assert ours["at_risk"].to_list() == theirs["n_risk"].to_list()
    assert ours["events"].to_list() == theirs["n_event"].to_list()
    np.testing.assert_allclose(ours["mean"], theirs["mean_cumulative_events"], rtol=1e-8)
    last = ours.group_by("rx", maintain_order=True).last()["se"]
    np.testing.assert_allclose(last, [0.485542159512, 0.407537544738], rtol=1e-10)  # survfit(..., id = id)


def test_log_rank_and_peto_are_those_of_r(lung: pl.DataFrame, shared_data: Path) -> None:
    theirs = scalars(shared_data, "survival_lung")
    ours = sustainment.log_rank(lung, "sex")
    np.testing.assert_allclose(ours["chi_square"][0], theirs["logrank_chisq"], rtol=1e-8)
    np.testing.assert_allclose(ours["p"][0], theirs["logrank_p"], rtol=1e-7)
    np.testing.assert_allclose(ours["expected"], [91.581739, 73.418261], atol=5e-7)
    peto = sustainment.log_rank(lung, "sex", rho=1)
    np.testing.assert_allclose(peto["chi_square"][0], theirs["peto_peto_chisq"], rtol=1e-8)
    assert sustainment.log_rank(lung, "sex", strata="ph.ecog")["chi_square"][0] == pytest.approx(10.79506, abs=5e-6)
    assert sustainment.log_rank(lung, "ph.ecog").select("chi_square", "degrees").row(0) == pytest.approx(
        (21.9621316825, 3)
    )


def test_restricted_means_are_those_of_r(lung: pl.DataFrame, shared_data: Path) -> None:
    theirs = scalars(shared_data, "survival_lung")
    whole = sustainment.restricted_mean(lung, 365).row(0, named=True)
    assert (whole["months"], whole["se"]) == pytest.approx((theirs["all_rmst365"], theirs["all_rmst365_se"]))
    for row in sustainment.restricted_mean(lung, 365, by="sex").iter_rows(named=True):
        of = f"bysex[sex={row['sex']}]_rmst365"
        assert (row["months"], row["se"]) == pytest.approx((theirs[of], theirs[f"{of}_se"]), rel=1e-8)


def test_the_cumulative_hazard_is_that_of_r(lung: pl.DataFrame, shared_data: Path) -> None:
    theirs = pl.read_csv(shared_data / "survival_lung" / "ref_km.csv", infer_schema_length=None).filter(stratum="all")
    ours = sustainment.nelson_aalen(lung).filter(pl.col("months") > 0)
    assert ours["months"].to_list() == theirs["time"].to_list()
    np.testing.assert_allclose(ours["hazard"], theirs["nelson_aalen"], rtol=1e-8)


def test_whether_hazards_are_proportional_is_judged_as_by_r(lung: pl.DataFrame, shared_data: Path) -> None:
    theirs = scalars(shared_data, "survival_lung")
    ours = sustainment.proportional(lung, ["age", "sex", "ph.ecog"])
    for term, row in zip(["age", "sex", "ph.ecog", "GLOBAL"], ours.iter_rows(named=True), strict=True):
        assert row["chi_square"] == pytest.approx(theirs[f"coxzph_km_{term}_chisq"], rel=1e-8)
        assert row["p"] == pytest.approx(theirs[f"coxzph_km_{term}_p"], rel=1e-8)
    ranked = sustainment.proportional(lung, ["age", "sex", "ph.ecog"], over="rank")["chi_square"]
    np.testing.assert_allclose(ranked, [0.11729150699, 2.04469468024, 2.54487839263, 4.71068014129], rtol=1e-8)


def test_the_share_expected_to_stay_is_that_of_r(lung: pl.DataFrame, shared_data: Path) -> None:
    theirs = scalars(shared_data, "survival_lung")
    curve = sustainment.expected(lung, ["age", "sex", "ph.ecog"], {"age": 60, "sex": 1, "ph.ecog": 1})
    errors = {100: 0.026399857, 365: 0.043371867, 700: 0.027384627}
    for day, error in errors.items():
        row = curve.filter(pl.col("months") <= day).row(-1, named=True)
        assert row["share"] == pytest.approx(theirs[f"cox_predicted_S_age60_sex1_ecog1_t{day}"], rel=1e-7)
        assert row["se"] == pytest.approx(error, abs=5e-10)


@pytest.mark.parametrize("curve", ["weibull", "exponential", "lognormal", "loglogistic"])
def test_curves_with_a_formula_are_those_of_r(lung: pl.DataFrame, shared_data: Path, curve: str) -> None:
    theirs = scalars(shared_data, "survival_lung")
    ours = sustainment.staying_time(lung, curve=curve).row(0, named=True)  # type: ignore[arg-type]
    for name, key in {"coef": "intercept", "scale": "scale", "loglik": "loglik"}.items():
        assert ours[name] == pytest.approx(theirs[f"survreg_{curve}_{key}"], rel=1e-8)


def test_a_weibull_curve_with_covariates_is_that_of_r(lung: pl.DataFrame) -> None:
    ours = sustainment.staying_time(lung, ["age", "sex"])
    np.testing.assert_allclose(ours["coef"], [6.2748530584188, -0.0122570255889, 0.3820851396589], rtol=1e-7)
    np.testing.assert_allclose(ours["se"], [0.48136695285689, 0.00695747226495, 0.12747684050264], rtol=1e-7)
    assert ours.select("scale", "loglik").row(0) == pytest.approx((0.754050947641, -1147.05443143))


# On made-up rows, with what R 4.2.2 gives for them


RECURRING = {
    "by site": (
        {},
        [-1.043265251670, -0.0231151689168],
        [0.325647950487, 0.0613031325159],
        [0.406881687564, 0.0823205260010],
        0.621870397644,
    ),
    "breslow": (
        {"ties": "breslow"},
        [-1.032966359943, -0.0218972936433],
        [0.325474423722, 0.0613417506419],
        [0.397613509255, 0.0804563536445],
        0.621870397644,
    ),
    "by centre": (
        {"cluster": "centre"},
        [-1.043265251670, -0.0231151689168],
        [0.325647950487, 0.0613031325159],
        [0.517479764937, 0.0754984169381],
        0.621870397644,
    ),
    "by number": (
        {"strata": "number"},
        [-0.553287132516, -0.0906213056361],
        [0.362016104338, 0.0688922963391],
        [0.354369914412, 0.0664539831739],
        0.611618798956,
    ),
}


@pytest.mark.parametrize("case", RECURRING)
def test_lapses_that_recur_with_late_entry_and_ties_are_fitted_as_by_r(case: str) -> None:
    options, coef, se, robust, concordance = RECURRING[case]
    rows = made_up.recurring()
    rows = rows.filter(pl.col("number") <= 3) if case == "by number" else rows
    ours = sustainment.cox(rows, ["coached", "size"], **options)
    np.testing.assert_allclose(ours["coef"], coef, rtol=1e-8)
    np.testing.assert_allclose(ours["se"], se, rtol=1e-8)
    np.testing.assert_allclose(ours["robust_se"], robust, rtol=1e-8)
    assert ours["concordance"][0] == pytest.approx(concordance, rel=1e-10)


def test_gap_times_and_exact_ties_are_fitted_as_by_r() -> None:
    rows = made_up.recurring()
    gap = rows.filter(pl.col("number") <= 3).with_columns(stop=pl.col("stop") - pl.col("start"), start=0)
    ours = sustainment.cox(gap, ["coached", "size"], strata="number")
    np.testing.assert_allclose(ours["coef"], [-0.664858265385, -0.0393637346011], rtol=1e-8)
    np.testing.assert_allclose(ours["robust_se"], [0.320288766165, 0.0703090686002], rtol=1e-8)
    exact = sustainment.cox(rows.drop("site"), ["coached", "size"], ties="exact")
    np.testing.assert_allclose(exact["coef"], [-1.077896794404, -0.0233293669254], rtol=1e-7)
    np.testing.assert_allclose(exact["se"], [0.332154728485, 0.0628637244355], rtol=1e-7)
    assert exact["loglik"][0] == pytest.approx(-119.843238868577, rel=1e-10)


def test_late_entry_is_kept_in_what_is_expected_and_whether_it_holds() -> None:
    rows = made_up.recurring().drop("site")
    held = sustainment.proportional(rows, ["coached", "size"])["chi_square"]
    np.testing.assert_allclose(held, [1.5124798949960, 0.0679049779073, 1.5498979596685], rtol=1e-8)
    months = sustainment.proportional(rows, ["coached", "size"], over="months", ties="breslow")["chi_square"]
    np.testing.assert_allclose(months, [1.205403784431, 0.230189350176, 1.317744926645], rtol=1e-8)
    curve = sustainment.expected(rows, ["coached", "size"], {"coached": 1, "size": 5})
    at = [curve.filter(pl.col("months") <= month).row(-1, named=True) for month in (6, 12, 24)]
    assert [row["share"] for row in at] == pytest.approx([0.960712907205, 0.776659859324, 0.518056896013])
    assert [row["se"] for row in at] == pytest.approx([0.0238069718912, 0.0620611784287, 0.0889597584463])
    assert [row["lower"] for row in at] == pytest.approx([0.915167108276, 0.664069019231, 0.370007669957])


def test_mean_lapses_with_late_entry_have_the_robust_error_of_r() -> None:
    curves = sustainment.mean_cumulative(made_up.recurring(), by="coached")
    expected = {
        0: ([0.173202614379, 0.686962504300, 1.820097424935], [0.0945084461161, 0.2342806730788, 0.5853432679620]),
        1: ([0.0, 0.259576719577, 0.651874699375], [0.0, 0.0855873530044, 0.1819158147099]),
    }
    for coached, (mean, se) in expected.items():
        mine = curves.filter(coached=coached)
        at = [mine.filter(pl.col("months") <= month).row(-1, named=True) for month in (6, 12, 24)]
        assert [row["mean"] for row in at] == pytest.approx(mean, rel=1e-9)
        assert [row["se"] for row in at] == pytest.approx(se, rel=1e-9)


def test_competing_ways_of_leaving_are_as_by_r() -> None:
    times = made_up.leaving()
    of_all = sustainment.leaving_as(times, "lapsed", ["coached", "size"], of_all=True)
    np.testing.assert_allclose(of_all["coef"], [-0.557453206000, 0.1025337843684], rtol=1e-7)
    np.testing.assert_allclose(of_all["se"], [0.329514275476, 0.0680041790579], rtol=1e-7)
    np.testing.assert_allclose(of_all["robust_se"], [0.321997162041, 0.0721867191663], rtol=1e-7)
    of_those_in_use = sustainment.leaving_as(times, "lapsed", ["coached", "size"])
    np.testing.assert_allclose(of_those_in_use["coef"], [-0.451825178617, 0.0694115335445], rtol=1e-8)
    np.testing.assert_allclose(of_those_in_use["se"], [0.330317646724, 0.0701875123412], rtol=1e-8)
    courses = times.select(site=pl.col("site").cast(pl.String), stop="months", state=pl.lit("in use"), to="left_as")
    shares = sustainment.occupancy(courses)
    expected = {
        "in use": ([0.810179145485, 0.575519512152, 0.318972539646], [0.0374783797872, 0.0500332666, 0.0514426654]),
        "lapsed": ([0.116059342844, 0.243737164879, 0.384131032425], [0.0303498058779, 0.0428935460, 0.0516404831]),
        "replaced": ([0.0737615116713, 0.1807433229696, 0.2968964279], [0.0251818625501, 0.0388461473, 0.0488735318]),
    }
    for state, (share, se) in expected.items():
        mine = shares.filter(state=state)
        at = [mine.filter(pl.col("months") <= month).row(-1, named=True) for month in (6, 12, 24)]
        assert [row["share"] for row in at] == pytest.approx(share, rel=1e-8)
        assert [row["se"] for row in at] == pytest.approx(se, rel=1e-8)


def test_states_that_are_left_and_come_back_to_are_occupied_as_by_r() -> None:
    states = pl.when(pl.col("number") % 2 == 1).then(pl.lit("in")).otherwise(pl.lit("out"))
    other = pl.when(pl.col("number") % 2 == 1).then(pl.lit("out")).otherwise(pl.lit("in"))
    rows = made_up.recurring().with_columns(
        pl.col("site").cast(pl.String), state=states, to=pl.when(pl.col("event") == 1).then(other)
    )
    shares = sustainment.occupancy(rows.select("site", "start", "stop", "state", "to")).filter(state="in")
    at = [shares.filter(pl.col("months") <= month).row(-1, named=True) for month in (6, 12, 20)]
    assert [row["share"] for row in at] == pytest.approx([0.928599410920, 0.669889351012, 0.736044989586], rel=1e-9)
    assert [row["se"] for row in at] == pytest.approx([0.0402374309888, 0.0713437443354, 0.0755822869980], rel=1e-9)


def test_a_loglogistic_curve_and_groups_of_made_up_times_are_those_of_r() -> None:
    times = made_up.leaving()
    ours = sustainment.staying_time(times, ["coached", "size"], curve="loglogistic")
    np.testing.assert_allclose(ours["coef"], [2.5107437503407, 0.0615565954891, 0.0318474921414], rtol=1e-7)
    np.testing.assert_allclose(ours["se"], [0.3005362558431, 0.2251970103367, 0.0473436013803], rtol=1e-7)
    assert sustainment.log_rank(times, "coached")["chi_square"][0] == pytest.approx(0.08032676, abs=5e-9)
    large = times.with_columns(large=pl.col("size") > 5)
    stratified = sustainment.log_rank(large, "coached", strata="large")
    assert stratified["chi_square"][0] == pytest.approx(0.0908378200941, rel=1e-9)


# Where other packages give other numbers: ours is that of R, and theirs is not


@pytest.mark.slow
def test_lifelines_leaves_ties_out_of_its_robust_errors(bladder: pl.DataFrame) -> None:
    lifelines = pytest.importorskip("lifelines", reason="lifelines is set beside ours")
    ours = sustainment.cox(bladder, ["rx", "size", "number"])
    columns = ["site", "start", "stop", "event", "rx", "size", "number"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd

        frame = pd.DataFrame(bladder.select(columns).to_dict(as_series=False))
        fitted = lifelines.CoxPHFitter().fit(
            frame, duration_col="stop", event_col="event", entry_col="start", cluster_col="site", robust=True
        )
    theirs = fitted.summary.loc[["rx", "size", "number"]]
    np.testing.assert_allclose(theirs["coef"], ours["coef"], atol=2e-5)
    right = [0.265560812, 0.077616113, 0.063040543]
    np.testing.assert_allclose(ours["robust_se"], right, atol=5e-10)
    np.testing.assert_allclose(theirs["se(coef)"], [0.21053, 0.07182, 0.06068], atol=2e-4)
    assert (np.abs(theirs["se(coef)"].to_numpy() / right - 1) > 0.03).all()


@pytest.mark.slow
def test_statsmodels_counts_a_site_at_risk_when_it_comes_under_observation(bladder: pl.DataFrame) -> None:
    phreg = pytest.importorskip("statsmodels.duration.hazard_regression", reason="statsmodels is set beside ours")
    x = bladder.select("rx", "size", "number").to_numpy().astype(float)
    stop, start, event = (bladder[name].to_numpy().astype(float) for name in ("stop", "start", "event"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = phreg.PHReg(stop, x, event, entry=start, ties="efron").fit().params
        later = phreg.PHReg(stop, x, event, entry=start + 1e-6, ties="efron").fit().params
    ours = sustainment.cox(bladder, ["rx", "size", "number"])["coef"]
    np.testing.assert_allclose(ours, [-0.464686953, -0.043660276, 0.174960381], atol=5e-10)
    assert theirs[0] == pytest.approx(-0.45702, abs=5e-6)
    np.testing.assert_allclose(later, ours, atol=1e-5)
