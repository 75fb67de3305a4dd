"""Likeness, dealing ties anew, steps, places and regressions: what they say, and when they refuse."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from takeroot.analysis import network
from takeroot.analysis.network.design import designed
from takeroot.errors import FaultyInput, NotEnough, NotFound


def ring(count: int) -> pl.DataFrame:
    sites = [f"S{number:03d}" for number in range(count)]
    return pl.DataFrame({"source": sites, "target": [*sites[1:], sites[0]]})


def everybody(count: int, began: list[int | None], **columns: list) -> network.Panel:
    sites = [f"S{number:03d}" for number in range(count)]
    about = {"site": sites} | columns
    return network.numbered({"site": sites, "began": began}, ring(count), sites=about)


# Moran's I


def test_moran_of_a_ring_is_that_of_the_worked_example():
    alike = network.moran(
        {"site": [f"S{n:03d}" for n in range(5)], "value": [1, 2, 3, 4, 10]}, ring(5), influence="both"
    )
    assert alike.observed == pytest.approx(-0.2)
    assert alike.expected == -0.25
    assert alike.spread == pytest.approx(0.1962142, abs=5e-8)
    assert alike.p == pytest.approx(0.7988593, abs=5e-8)
    assert 0 < alike.p_permuted <= 1


def test_permutation_of_moran_is_that_of_every_shuffle():
    """Of five values on a ring every one of 120 shuffles can be looked at."""
    from itertools import permutations

    values, expected = np.array([1, 2, 3, 4, 10.0]), -0.25
    weights = np.array([[0.5 if abs(i - j) in (1, 4) else 0 for j in range(5)] for i in range(5)])
    away = values - values.mean()
    every = [float(np.array(one) @ weights @ np.array(one)) / float(away @ away) for one in permutations(away)]
    far = np.mean([abs(one - expected) >= abs(-0.2 - expected) - 1e-12 for one in every])
    alike = network.moran(
        {"site": [f"S{n:03d}" for n in range(5)], "value": values}, ring(5), influence="both", permutations=4999
    )
    assert alike.p_permuted == pytest.approx(far, abs=0.03)


def test_moran_of_shuffled_values_is_as_its_spread_says():
    chance, count = np.random.default_rng(3), 60
    ties = pl.DataFrame({"source": chance.integers(0, count, 200), "target": chance.integers(0, count, 200)})
    ties = ties.select(pl.format("S{}", "source").alias("source"), pl.format("S{}", "target").alias("target"))
    sites = [f"S{number}" for number in range(count)]
    values = chance.exponential(size=count)
    drawn = [
        network.moran({"site": sites, "value": chance.permutation(values)}, ties, permutations=0).observed
        for _ in range(400)
    ]
    alike = network.moran({"site": sites, "value": values}, ties, permutations=0)
    assert np.mean(drawn) == pytest.approx(alike.expected, abs=0.02)
    assert np.std(drawn) == pytest.approx(alike.spread, rel=0.12)


@pytest.mark.parametrize(
    ("count", "values", "ties", "why"),
    [
        (3, [1, 2, 3], ring(3), "four sites or more are needed, and 3 have a value"),
        (5, [2, 2, 2, 2, 2], ring(5), "every site has the same value"),
        (5, [0.1 + 0.2, 0.3, 0.3, 0.3, 0.3], ring(5), "every site has the same value"),
        (5, [1, 2, 3, 4, 5], ring(5).clear(), "there are no ties between sites that have a value"),
        (5, [1, 2, 3, 4, None], ring(8)[5:7], "there are no ties between sites that have a value"),
    ],
)
def test_moran_says_why_it_can_not_be_told(count, values, ties, why):
    alike = network.moran({"site": [f"S{n:03d}" for n in range(count)], "value": values}, ties)
    assert (alike.observed, alike.p, alike.p_permuted) == (None, None, None)
    assert str(alike) == f"Whether tied sites are alike can not be told: {why}."


def test_moran_names_what_else_makes_tied_sites_alike():
    assert "alike sites come to be tied" in str(
        network.moran({"site": [f"S{n:03d}" for n in range(6)], "value": range(6)}, ring(6))
    )


# Dealing ties anew


def test_dealing_anew_keeps_the_ties_of_every_site_and_makes_no_tie_twice():
    from takeroot.analysis.network.rewiring import Network, _pairs

    chance = np.random.default_rng(5)
    sites = [f"S{number}" for number in range(30)]
    ties = {"source": chance.choice(sites, 120), "target": chance.choice(sites, 120)}
    pairs = _pairs(network.numbered({"site": sites, "began": [1] * 30}, ties).ties)
    dealt = Network.of(pairs, 30)
    assert dealt.twin is None
    source, target = dealt.dealt(20, 20 * dealt.edges, np.random.default_rng(1))
    for of, to in zip(source, target, strict=True):
        assert np.array_equal(np.bincount(of, minlength=30), np.bincount(pairs["source"], minlength=30))
        assert np.array_equal(np.bincount(to, minlength=30), np.bincount(pairs["target"], minlength=30))
        assert len(set(zip(of, to, strict=True))) == pairs.height
        assert (of != to).all()
        assert (of != pairs["source"].to_numpy()).mean() > 0.7


def test_mutual_ties_stay_mutual_and_every_such_network_comes_up_as_often():
    """Sites with 1, 2, 2 and 1 ties can be joined in two ways."""
    from takeroot.analysis.network.rewiring import Network, _pairs

    ties = {"source": list("ABBCCD"), "target": list("BACBDC")}
    network_of = Network.of(_pairs(network.numbered({"site": list("ABCD"), "began": [1] * 4}, ties).ties), 4)
    assert network_of.edges == 3
    source, target = network_of.dealt(4000, 120, np.random.default_rng(2))
    drawn = Counter(
        frozenset(frozenset(pair) for pair in zip(of, to, strict=True)) for of, to in zip(source, target, strict=True)
    )
    assert sorted(drawn.values()) == pytest.approx([2000, 2000], abs=150)
    assert all(len(one) == 3 for one in drawn)


def test_directed_networks_come_up_as_often_as_one_another():
    """Three sites in a ring have two rings; exchanges alone can not turn one into the other, so four sites are used."""
    from takeroot.analysis.network.rewiring import Network, _pairs

    ties = {"source": list("AABBC"), "target": list("CDCDD")}
    one = Network.of(_pairs(network.numbered({"site": list("ABCD"), "began": [1] * 4}, ties).ties), 4)
    source, target = one.dealt(6000, 200, np.random.default_rng(4))
    drawn = Counter(
        frozenset(zip(of.tolist(), to.tolist(), strict=True)) for of, to in zip(source, target, strict=True)
    )
    share = np.array(list(drawn.values())) / 6000
    assert share == pytest.approx(np.full(len(drawn), 1 / len(drawn)), abs=0.03)


def test_spread_along_ties_is_told_from_ties_dealt_anew_and_spread_by_chance_is_not():
    began = list(range(1, 61))
    along = network.structure_dependence(everybody(60, began), rewirings=200)
    assert along.observed > along.upper
    assert along.p == pytest.approx(2 / 201)
    chance = np.random.default_rng(8)
    shuffled = network.structure_dependence(everybody(60, chance.permutation(began).tolist()), rewirings=200)
    assert shuffled.p > 0.05
    assert "alike" in str(along)


def test_dealing_anew_says_when_it_can_not():
    lonely = network.numbered({"site": ["A", "B"], "began": [1, 2]}, {"source": ["A"], "target": ["B"]})
    with pytest.raises(NotEnough, match="Two ties or more are needed to deal them anew; there are 1"):
        network.structure_dependence(lonely)
    with pytest.raises(NotEnough, match="nobody was seen to take it up with ties"):
        network.structure_dependence(everybody(6, [None] * 5 + [1]))
    with pytest.raises(FaultyInput, match="dealings: 1 or more are needed; found 0"):
        network.structure_dependence(everybody(6, [1, 2, 3, 4, 5, 6]), rewirings=0)


def test_dealing_anew_where_nobody_ever_took_it_up_is_refused_in_words():
    nobody = network.numbered(
        {"site": list("ABCD"), "began": [None] * 4}, {"source": list("ABC"), "target": list("BCD")}
    )
    with pytest.raises(NotEnough, match="nobody was seen to take it up with ties"):
        network.structure_dependence(nobody)


# Steps and places


def test_equivalence_is_that_of_the_worked_example():
    pairs = network.equivalence({"source": list("12334"), "target": list("23123")})
    distance = {(row["source"], row["target"]): row["distance"] for row in pairs.iter_rows(named=True)}
    expected = {"12": 0.707107, "13": 0.866025, "14": 1.658312, "23": 0.866025, "24": 1.224745, "34": 1.414214}
    for (one, other), apart in expected.items():
        assert distance[one, other] == distance[other, one] == pytest.approx(apart, abs=5e-7)
    shares = {target: pairs.filter(target=target).sort("source")["weight"].to_list() for target in "1234"}
    assert shares["1"] == pytest.approx([0.545575, 0.454425, 0], abs=5e-7)
    assert shares["2"] == pytest.approx([0.59067, 0.40933, 0], abs=5e-7)
    assert shares["3"] == pytest.approx([0.5, 0.5, 0], abs=5e-7)
    assert shares["4"] == pytest.approx([0, 0.639795, 0.360205], abs=5e-7)


def test_steps_are_counted_along_ties_and_no_further_than_asked():
    found = network.geodesics(ring(6), within=2)
    assert found.filter(source="S000").select("target", "steps", "weight").rows() == [
        ("S001", 1, 1.0),
        ("S002", 2, 0.5),
    ]
    assert network.geodesics(ring(6), within=6, influence="both")["steps"].max() == 3
    assert network.geodesics({"source": [], "target": []}).height == 0
    with pytest.raises(FaultyInput, match="steps to look for are 1 or more"):
        network.geodesics(ring(6), within=0)


@pytest.mark.parametrize("count", [1, 2, 3, 12, 300])
def test_a_layout_is_the_same_every_time_and_no_two_sites_stand_in_one_place(count):
    panel = everybody(count, [1] * count)
    once, again = network.layout(panel), network.layout(panel)
    assert_frame_equal(once, again)
    assert once["site"].to_list() == panel.sites["site"].to_list()
    places = once.select("x", "y").to_numpy()
    assert np.isfinite(places).all()
    assert places.min() >= 0
    assert places.max() <= 1
    apart = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2)) + np.eye(count)
    assert apart.min() > 0.25 / max(count, 1)


def test_tied_sites_stand_nearer_than_others():
    places = network.layout(everybody(60, [1] * 60)).select("x", "y").to_numpy()
    apart = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    tied = [apart[number, (number + 1) % 60] for number in range(60)]
    assert np.mean(tied) < 0.2 * apart.mean()


def test_parts_that_no_tie_joins_do_not_overlap_and_the_largest_is_the_first():
    ties = pl.concat(
        [
            ring(12),
            ring(5).with_columns(
                pl.format("T{}", "source").alias("source"), pl.format("T{}", "target").alias("target")
            ),
        ]
    )
    panel = network.numbered({"site": ["alone"], "began": [1]}, ties)
    found = network.layout(panel)
    assert found.group_by("part").len().sort("part")["len"].to_list() == [12, 5, 1]
    boxes = found.group_by("part").agg(
        left=pl.col("x").min(), right=pl.col("x").max(), top=pl.col("y").min(), foot=pl.col("y").max()
    )
    for one in boxes.iter_rows(named=True):
        for other in boxes.iter_rows(named=True):
            if one["part"] < other["part"]:
                beside = one["right"] < other["left"] or other["right"] < one["left"]
                assert beside or one["foot"] < other["top"] or other["foot"] < one["top"]


def test_a_matrix_keeps_groups_together_and_brings_ties_to_the_diagonal():
    chance = np.random.default_rng(6)
    names = chance.permutation(40)
    sites = [f"S{number:02d}" for number in names]
    ties = {"source": sites[:-1], "target": sites[1:]}
    region = {site: "North" if place < 20 else "South" for place, site in enumerate(sites)}
    about = {"site": sites, "region": [region[site] for site in sites]}
    panel = network.numbered({"site": sites, "began": [1] * 40}, ties, sites=about)
    order = network.matrix_order(panel)["site"].to_list()
    assert order in (sites, sites[::-1])
    grouped = network.matrix_order(panel, by="region")
    assert grouped["group"].to_list() == ["North"] * 20 + ["South"] * 20
    with pytest.raises(NotFound, match=r"no column of the sites 'regoin'. Did you mean 'region'"):
        network.matrix_order(panel, by="regoin")
    laid = network.layout(panel, by="region")
    north, south = (laid.filter(group=name) for name in ("North", "South"))
    assert north["x"].max() < south["x"].min() or north["y"].max() < south["y"].min()


# Regression


def made(sites: int = 300, months: int = 24, effect: float = 1.5, seed: int = 11) -> pl.DataFrame:
    """Rows of sites in regions, whose exposure moves them by so much."""
    chance = np.random.default_rng(seed)
    rows = []
    for site in range(sites):
        for month in range(months):
            exposure = float(np.clip(chance.normal(month / months, 0.3), 0, 1))
            scale = -3.5 + 0.05 * month + effect * exposure
            event = bool(chance.random() < 1 / (1 + np.exp(-scale)))
            rows.append((f"S{site:03d}", f"R{site % 12}", month, exposure, event))
            if event:
                break
    return pl.DataFrame(rows, schema=["site", "region", "on", "exposure", "event"], orient="row")


@pytest.mark.parametrize("periods", ["each", "smooth", "linear"])
def test_a_regression_finds_the_effect_that_rows_were_made_with(periods):
    told = [
        network.regression(made(150, 16, seed=seed), periods=periods).terms.filter(term="exposure").row(0, named=True)
        for seed in range(12)
    ]
    assert np.mean([one["estimate"] for one in told]) == pytest.approx(1.5, abs=0.3)
    assert sum(one["lower"] < 1.5 < one["upper"] for one in told) >= 10
    assert told[0]["ratio"] == pytest.approx(np.exp(told[0]["estimate"]))


def test_a_peer_coefficient_is_never_shown_without_what_else_it_may_be():
    said = str(network.regression(made()))
    assert network.NOT_AN_EFFECT in said
    assert "homophily" in said
    assert "selection" in said
    assert "multiplies the odds by" in said
    plain = made().with_columns(pl.col("exposure").alias("beds"))
    assert network.NOT_AN_EFFECT not in str(network.regression(plain, ["beds"]))


def test_without_an_effect_of_periods_it_is_said_that_exposure_stands_for_time():
    assert "exposure rises with time" in str(network.regression(made(), periods="none"))


def test_few_clusters_and_few_events_are_said():
    said = str(network.regression(made(60, 8), cluster="region", periods="linear"))
    assert "There are only 12 clusters" in said
    few = made(40, 6, seed=2)
    found = network.regression(few, ["exposure"], periods="linear", cluster="site")
    assert found.events < 20
    assert found.clusters == 40


def test_clustered_errors_are_wider_where_sites_of_a_region_go_together():
    chance = np.random.default_rng(3)
    rows = pl.DataFrame({"region": np.repeat(range(40), 30), "on": np.tile(range(30), 40)})
    own = chance.normal(0, 1, 40)
    reached = chance.random(40)
    level = -1.5 + own[rows["region"].to_numpy()]
    rows = rows.with_columns(
        exposure=pl.Series(reached[rows["region"].to_numpy()]),
        event=pl.Series(chance.random(rows.height) < 1 / (1 + np.exp(-level))),
    )
    found = network.regression(rows, cluster="region", periods="none").terms.filter(term="exposure")
    assert found["error"][0] > 2 * found["plain_error"][0]


@pytest.mark.parametrize("periods", ["each", "smooth"])
@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_estimates_and_clustered_errors_are_those_of_a_general_library(link, periods):
    import statsmodels.api as sm

    rows = made(120, 14).with_columns(pl.col("site").str.slice(1).cast(pl.Float64).alias("beds"))
    terms = ["exposure", "beds", "region"]
    ours = network.regression(rows, terms, link=link, periods=periods, cluster="region")
    design = designed(rows, terms, event="event", periods=periods, period="on", cluster="region")
    dummies = (design.period[:, None] == np.arange(1, design.own + 1)).astype(float)
    matrix = np.column_stack([design.matrix[:, :1], dummies, design.matrix[:, 1:]])
    of = sm.families.links.Logit() if link == "logit" else sm.families.links.CLogLog()
    model = sm.GLM(design.event, matrix, family=sm.families.Binomial(link=of))
    plain = model.fit(tol=1e-12)
    sums = np.zeros((design.clusters, matrix.shape[1]))
    np.add.at(sums, design.cluster, model.score_obs(plain.params))
    bread = np.linalg.inv(-model.hessian(plain.params, observed=False))
    rows_, effects = matrix.shape
    few = design.clusters / (design.clusters - 1) * (rows_ - 1) / (rows_ - effects)
    robust = np.sqrt(np.diag(bread @ sums.T @ sums @ bread * few))
    assert ours.log_likelihood == pytest.approx(plain.llf, rel=1e-10)
    assert ours.terms["estimate"].to_numpy() == pytest.approx(plain.params, rel=1e-6, abs=1e-7)
    assert ours.terms["plain_error"].to_numpy() == pytest.approx(plain.bse, rel=1e-6)
    assert ours.terms["error"].to_numpy() == pytest.approx(robust, rel=1e-5)
    if link == "logit":  # the other link has two informations, of which their clustered errors take the observed one
        theirs = model.fit(tol=1e-12, cov_type="cluster", cov_kwds={"groups": design.cluster}).bse
        assert ours.terms["error"].to_numpy() == pytest.approx(theirs, rel=1e-5)


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_the_order_and_the_unit_of_rows_do_not_matter(link):
    rows = made(80, 12)
    once = network.regression(rows, link=link)
    again = network.regression(rows.sample(fraction=1.0, shuffle=True, seed=1), link=link)
    scaled = network.regression(rows.with_columns(pl.col("exposure") * 1000), link=link)
    for name in ("estimate", "error"):
        assert once.terms[name].to_numpy() == pytest.approx(again.terms[name].to_numpy(), rel=1e-6)
        per_mille = scaled.terms.filter(term="exposure")[name][0] * 1000
        assert once.terms.filter(term="exposure")[name][0] == pytest.approx(per_mille, rel=1e-6)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (pl.lit(False).alias("event"), "it happened to nobody; some of both are needed"),
        (pl.lit(True).alias("event"), "it happened to everybody; some of both are needed"),
        (pl.lit(0.5).alias("exposure"), "'exposure' is the same in every row that can be used"),
        (pl.col("on").cast(pl.Float64).alias("exposure"), "'exposure' says what the other effects say already"),
        (pl.lit("one").alias("site"), "All rows are of one 'site'"),
        (pl.col("event").cast(pl.Float64).alias("exposure"), "no finite estimate: 'exposure' tells the events"),
        (pl.lit(None, dtype=pl.Float64).alias("exposure"), "In the 0 rows that can be used"),
    ],
)
def test_rows_that_can_not_tell_are_refused_in_a_sentence(change, says):
    rows = made(60, 10).with_columns(change)
    with pytest.raises(NotEnough, match=says):
        network.regression(rows, periods="linear" if "finite" in says or "already" in says else "none")


def test_a_column_that_is_not_there_and_an_event_that_is_no_yes_or_no_are_said():
    rows = made(20, 6)
    with pytest.raises(NotFound, match=r"no column of the rows 'exposur'. Did you mean 'exposure'"):
        network.regression(rows, ["exposur"])
    with pytest.raises(NotFound, match="no link 'probit'"):
        network.regression(rows, link="probit")
    with pytest.raises(FaultyInput, match="whether it happened is yes or no"):
        network.regression(rows.with_columns(event=pl.lit(2)))


def test_what_is_left_out_is_counted():
    rows = made(60, 10).with_columns(
        pl.when(pl.col("on") > 0).then("exposure").alias("exposure"),
        event=pl.col("event") & (pl.col("on") != 5),
    )
    found = network.regression(rows)
    assert found.left_out[0] == f"Left out: {rows.filter(on=0).height} rows without 'exposure'."
    assert found.left_out[1].startswith("Left out: 1 of 'on' in which it happened to nobody or to everybody")


def test_a_programme_can_be_regressed_from_its_own_record():
    from takeroot.vocabulary.programme import Programme

    chance = np.random.default_rng(4)
    sites = [f"S{number:02d}" for number in range(60)]
    months = [f"2023-{month:02d}-15" for month in range(1, 13)]
    programme = Programme(
        {"name": "Falls", "as_at": "2023-12-31"},
        sites={"site": sites, "region": [f"R{number % 6}" for number in range(60)], "size": chance.integers(5, 50, 60)},
        stages={"site": sites[:45], "stage": ["using"] * 45, "on": chance.choice(months, 45)},
        ties={"source": sites, "target": [*sites[1:], sites[0]]},
    )
    rows = network.person_periods(programme, covariates=["region", "size"])
    found = network.regression(rows, ["exposure", "size", "region"], periods="smooth", cluster="site")
    assert found.terms.filter(about="term")["term"].to_list() == [
        "exposure",
        "size",
        *(f"region: R{n}" for n in range(1, 6)),
    ]
    assert found.events == rows.drop_nulls("exposure")["event"].sum()
    with pytest.raises(NotFound, match="no column of the sites 'beds'"):
        network.person_periods(programme, covariates=["beds"])
