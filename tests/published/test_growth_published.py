"""Growth curves against R (stats::nls, stats::lm): durables, policies, physicians, farmers and prescribing groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from takeroot.analysis import adoption
from takeroot.errors import NotEnough

METHODS = {"bass1969_ols": "regression", "nls_increments": "increments", "nls_cumulative": "cumulative"}
#: All states have this policy. R's fit holds the ceiling at all of them; without that, none fits best.
ALL_HAVE_IT = "mlda21"


def estimates(fit: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["parameter"]: row for row in fit.iter_rows(named=True)}


def rows_of(new: list[float], waiting: float = 0) -> dict[str, list[Any]]:
    last = [len(new) - 1] if waiting else []
    return {
        "months": [*range(len(new)), *last],
        "event": [True] * len(new) + [False] * len(last),
        "sites": [*new, *([waiting] if waiting else [])],
    }


def test_bass_fits_of_durables_are_those_of_r(shared_data: Path) -> None:
    data = pl.read_csv(shared_data / "bass_durables" / "data.csv")
    reference = pl.read_csv(shared_data / "bass_durables" / "ref_bass_fits.csv")
    for theirs in reference.iter_rows(named=True):
        series = data.filter(pl.col("series") == theirs["series"]).head(theirs["n_obs"])
        ours = estimates(adoption.growth(rows_of(series["adoptions"].to_list()), method=METHODS[theirs["method"]]))  # type: ignore[arg-type]
        where = f"{theirs['series']} {theirs['n_obs']} {theirs['method']}"
        for name, column in (("p", "p"), ("q", "q"), ("ceiling", "m")):
            assert ours[name]["estimate"] == pytest.approx(theirs[column], rel=1e-4), where
            if theirs[f"{column}_se"] is not None:
                assert ours[name]["se"] == pytest.approx(theirs[f"{column}_se"], rel=1e-4), where
        assert ours["p"]["sse"] == pytest.approx(theirs["sse"], rel=1e-6), where
        assert ours["p"]["r2"] == pytest.approx(theirs["r2"], rel=1e-6), where
        if theirs["peak_time"] is not None:
            assert ours["peak_time"]["estimate"] == pytest.approx(theirs["peak_time"], rel=1e-5), where


def test_what_the_fits_of_durables_say_of_the_last_points_is_what_r_says(shared_data: Path) -> None:
    data = pl.read_csv(shared_data / "bass_durables" / "data.csv")
    reference = pl.read_csv(shared_data / "bass_durables" / "ref_forecasts.csv")
    for (name, known), theirs in reference.group_by("series", "fitted_on_first", maintain_order=True):
        series = data.filter(pl.col("series") == name).head(known)  # type: ignore[arg-type]
        fit = estimates(adoption.growth(rows_of(series["adoptions"].to_list()), method="increments"))
        p, q, most = (fit[each]["estimate"] for each in ("p", "q", "ceiling"))
        ends = theirs["t"].to_numpy()
        found = most * (adoption.curve_share("bass", ends, p=p, q=q) - adoption.curve_share("bass", ends - 1, p=p, q=q))
        np.testing.assert_allclose(found, theirs["forecast_nls_increments"].to_numpy(), rtol=1e-4)


def test_shares_and_densities_are_those_of_r(shared_data: Path) -> None:
    for row in pl.read_csv(shared_data / "bass_durables" / "ref_curve_values.csv").iter_rows(named=True):
        given = {"p": row["p"], "q": row["q"]}
        assert adoption.curve_share("bass", [row["t"]], **given)[0] == pytest.approx(row["F"], abs=1e-8)
        assert adoption.curve_density("bass", [row["t"]], **given)[0] == pytest.approx(row["f"], abs=1e-8)


def test_bass_fits_of_policies_are_those_of_r_and_one_has_none_without_its_ceiling(shared_data: Path) -> None:
    folder = shared_data / "state_health_policies"
    adoptions = pl.read_csv(folder / "adoptions.csv")
    for theirs in pl.read_csv(folder / "ref_policies.csv").iter_rows(named=True):
        policy, first, last = theirs["policy"], theirs["first_year"], theirs["last_year"]
        years = adoptions.filter(pl.col("policy") == policy)["adopt_year"].to_numpy()
        new = [float((years == year).sum()) for year in range(first, last + 1)]
        given = rows_of(new, 50 - sum(new))
        if policy == ALL_HAVE_IT:
            with pytest.raises(NotEnough, match="No bass curve fits best"):
                adoption.growth(given, method="cumulative")
        ceiling = "all" if policy == ALL_HAVE_IT else "estimated"
        ours = estimates(adoption.growth(given, method="cumulative", ceiling=ceiling))
        assert ours["p"]["sse"] / 2500 == pytest.approx(theirs["bass_sse"], rel=1e-5), policy
        assert ours["p"]["estimate"] == pytest.approx(theirs["bass_p"], rel=1e-4), policy
        assert ours["q"]["estimate"] == pytest.approx(theirs["bass_q"], rel=1e-4, abs=5e-6), policy
        assert ours["ceiling"]["estimate"] / 50 == pytest.approx(theirs["bass_ceiling"], rel=1e-4), policy


@pytest.mark.parametrize("name", ["medinnovations", "brfarmers"])
def test_as_r_coded_them_physicians_and_farmers_have_the_curves_of_r(shared_data: Path, name: str) -> None:
    folder = shared_data / name
    scalars = dict(pl.read_csv(folder / "ref_scalars.csv").iter_rows())
    periods = pl.read_csv(folder / "ref_periods.csv")["new_adopters"].to_list()
    fit = estimates(adoption.growth(rows_of([float(new) for new in periods]), method="cumulative", ceiling="all"))
    for parameter in ("p", "q"):
        assert fit[parameter]["estimate"] == pytest.approx(scalars[f"bass_nls_{parameter}"], rel=1e-4)
        assert fit[parameter]["se"] == pytest.approx(scalars[f"bass_nls_{parameter}_se"], rel=1e-3)


def test_physicians_never_seen_to_begin_are_waited_for_and_the_curve_differs(shared_data: Path) -> None:
    toa = pl.read_csv(shared_data / "medinnovations" / "nodes.csv")["toa"]
    given = {"months": [min(t, 17) - 1 for t in toa], "event": [t < 18 for t in toa]}
    fit = estimates(adoption.growth(given))
    assert fit["p"]["adoptions"] == 109
    assert fit["p"]["of"] == 125
    assert 109 <= fit["ceiling"]["estimate"] < 125  # coded as beginning in month 18, all 125 would have


def test_curves_of_the_share_of_prescribing_are_those_of_r(shared_data: Path) -> None:
    folder = shared_data / "doac_ccg_spread"
    share = pl.read_csv(folder / "ref_national.csv")["share"].head(48).to_numpy()
    given = rows_of(np.diff(share, prepend=0).tolist(), 1 - float(share[-1]))
    reference = pl.read_csv(folder / "ref_curve_parameters.csv")
    for (model,), theirs in reference.group_by("model", maintain_order=True):
        curve = str(model).removesuffix("_free_ceiling")
        ours = estimates(adoption.growth(given, curve, method="cumulative"))
        expected = dict(theirs.select("par", "value").iter_rows())
        assert ours["ceiling"]["estimate"] == pytest.approx(expected["M"], rel=1e-4)
        assert ours["ceiling"]["sse"] == pytest.approx(theirs["sse"][0], rel=1e-4)
        if curve == "bass":
            assert ours["p"]["estimate"] == pytest.approx(expected["p"], rel=1e-4)
            assert ours["q"]["estimate"] == pytest.approx(expected["q"], rel=1e-4)
        else:
            assert ours["k"]["estimate"] == pytest.approx(expected["k"], rel=1e-4)
            assert ours["middle"]["estimate"] / 100 == pytest.approx(expected["b"], rel=1e-4)  # theirs is in hundreds
