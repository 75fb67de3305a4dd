"""Answers to an instrument: coded, counted, shown or withheld, compared and exported."""

from __future__ import annotations

import inspect
import time
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.analysis.asked import (
    AGREE,
    ITEMS,
    LATER,
    LEVELS,
    answers,
    domains,
    elements,
    instrument,
    rounds,
    ten_factors,
    twenty_items,
)

from takeroot.analysis import assessment
from takeroot.errors import FaultyInput, NotEnough, NotFound, TakerootError
from takeroot.vocabulary.instrument import Instrument

EVERYONE = pl.col("breakdown") == "everyone"


def one_question(**more: Any) -> Instrument:
    asked = {"id": "q", "asks": "Does it last?", "scale": "s", "of": "c", **more}
    return instrument(
        scales=[{"id": "s", "options": AGREE, "thirds": [{"value": "not_known", "says": "I do not know"}]}],
        constructs=[{"id": "c", "name": "C"}],
        sections=[{"id": "one", "title": "One", "questions": [asked]}],
        scoring={"rule": "mean of a construct"},
        discussion=[{"asks": "What do we each see?"}, {"asks": "Why so?", "of": "c"}],
    )


def said(levels: str, *, start: int = 0, question: str = "q") -> dict[str, dict[str, Any]]:
    """One answer of each respondent; - for none, ? for not known."""
    words = {"-": None, "?": "not_known"}
    return {f"p{start + nth:03}": {question: words.get(level, level)} for nth, level in enumerate(levels)}


def counted(levels: str, roles: str = "", **options: Any) -> pl.DataFrame:
    people = said(levels)
    of = dict(zip(people, roles, strict=True)) if roles else None
    return assessment.counts(one_question(), rounds(), answers(people, roles=of), as_at=LATER, **options)


# What was answered


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("answer", "6", "the question 'q' does not offer '6'; one of these is needed: 1, 2, 3, 4, 5, not_known"),
        ("question", "qq", "'ours' has no question 'qq'; its questions are: q"),
    ],
)
def test_an_answer_that_is_not_offered_is_refused_with_its_row(column: str, value: str, says: str):
    frame = answers(said("1234")).with_columns(
        pl.when(pl.col("respondent") == "p002").then(pl.lit(value)).otherwise(column).alias(column)
    )
    with pytest.raises(FaultyInput) as caught:
        assessment.scores(one_question(), frame)
    assert str(caught.value) == f"answers, row 4, column '{column}': {says}"


@pytest.mark.parametrize("value", ["6", "-1", "many", "nan", "inf"])
def test_a_number_beyond_the_ends_of_its_scale_is_refused(value: str):
    with pytest.raises(FaultyInput, match="a number from 0 to 5 is needed"):
        assessment.counts(elements(), rounds(), answers({"p": {"s1": value}}), as_at=LATER)


def test_every_fault_is_told_but_no_more_than_a_screenful():
    with pytest.raises(FaultyInput) as caught:
        assessment.scores(one_question(), answers(said("9" * 50)))
    assert len(caught.value.faults) == 21
    assert "30 more answers are not offered" in caught.value.faults[-1].says


def test_who_said_nothing_is_no_respondent():
    assert counted("12345--").filter(state="blank")["n"].item() == 0
    assert counted("12345-?").filter(state="third")["n"].item() == 1


def test_a_respondent_of_two_roles_is_refused():
    frame = pl.concat([answers({"p": {"co1": "1"}}, roles={"p": "a"}), answers({"p": {"co2": "1"}}, roles={"p": "b"})])
    with pytest.raises(FaultyInput, match="one respondent has several in one round: a, b"):
        assessment.counts(twenty_items(), rounds(), frame, as_at=LATER)


def test_a_reversed_question_is_turned_once():
    ours = one_question(reversed=True)
    frame = answers(said("11111"))
    assert assessment.scores(ours, frame)["score"].to_list() == [5.0] * 5
    counts = assessment.counts(ours, rounds(), frame, as_at=LATER)
    assert assessment.views(ours, counts).select("mean", "turned").row(0) == (1.0, 5.0)
    assert assessment.constructs(ours, counts)["score"].item() == 5.0


def test_an_unanswered_factor_leaves_an_interval_and_no_total():
    levels = {**dict.fromkeys(LEVELS, "a"), "senior": None, "fit": "not_known"}
    found = assessment.scores(ten_factors(), answers({"p": levels}))
    told = {of: row for of, *row in found.select("of", "score", "lower", "upper").iter_rows()}
    assert told["process"] == [31.1, 31.1, 31.1]
    assert told["staff"] == [None, 37.4, 52.4]
    assert told[None] == [None, 78.0, 100.0]
    counts = assessment.counts(ten_factors(), rounds(kind="open"), answers({"p": levels}), as_at=LATER)
    group = assessment.constructs(ten_factors(), counts)
    assert group.filter(pl.col("of").is_null()).select("score", "lower", "upper").row(0) == (None, 78.0, 100.0)


def test_no_total_where_the_authors_defined_none():
    found = assessment.scores(twenty_items(), answers({"p": dict.fromkeys(ITEMS, "3")}))
    assert found["of"].to_list() == ["co", "cp", "ca", "rm"]


@pytest.mark.parametrize("made", [elements, domains])
def test_rules_that_make_no_number_make_none(made):
    ours = made()
    question = ours.questions[0].id
    value = "simple" if made is domains else "4"
    frame = answers({f"p{n}": {question: value} for n in range(6)})
    counts = assessment.counts(ours, rounds(), frame, as_at=LATER)
    assert not assessment.scores(ours, frame).height
    assert not assessment.constructs(ours, counts).height
    assert assessment.views(ours, counts)["mean"].null_count() == counts["question"].n_unique()


def test_a_profile_lists_the_elements_to_attend_to():
    given = {
        f"p{n}": {"s1": a, "s2": b, "s3": c}
        for n, (a, b, c) in enumerate(zip("001125", "345555", "222333", strict=True))
    }
    counts = assessment.counts(elements(), rounds(), answers(given), as_at=LATER)
    found = assessment.profile(elements(), counts).select("question", "median", "least", "most", "n", "attend").rows()
    assert found == [("s1", 1.0, 0.0, 5.0, 6, True), ("s2", 5.0, 3.0, 5.0, 6, False), ("s3", 2.5, 2.0, 3.0, 6, False)]


def test_complexity_is_a_distribution_by_domain_with_what_is_not_known_apart():
    given = {f"p{n}": {"condition1": "simple", "condition2": "complex", "value1": "not_known"} for n in range(5)}
    counts = assessment.counts(domains(), rounds(), answers(given), as_at=LATER)
    found = assessment.complexity(domains(), counts).filter(of="condition")
    assert dict(found.select("value", "n").iter_rows()) == {"simple": 5, "complicated": 0, "complex": 5, "not_known": 0}
    assert found.columns == ["round", "of", "scale", "state", "value", "says", "n"]
    value = assessment.complexity(domains(), counts).filter(of="value", state="third")
    assert value["n"].item() == 5


def test_several_answers_to_one_question_are_counted_by_people_too():
    ours = instrument(
        scales=[
            {"id": "basis", "kind": "any of", "options": [{"value": one, "says": one} for one in ("work", "visits")]}
        ],
        sections=[{"id": "s", "title": "S", "questions": [{"id": "q", "asks": "How?", "scale": "basis"}]}],
    )
    frame = answers(
        {f"p{n}": {"q": one} for n, one in enumerate(["work", "work; visits", "visits;work", "work", "visits"])}
    )
    counts = assessment.counts(ours, rounds(), frame, as_at=LATER)
    assert counts.select("state", "value", "n").rows() == [
        ("answer", "work", 4),
        ("answer", "visits", 3),
        ("people", None, 5),
        ("blank", None, 0),
    ]
    assert assessment.views(ours, counts).select("answered", "agreement").row(0) == (5, None)
    assert assessment.dots(ours, counts)["n"].to_list() == [4, 3, 0]


# What is shown


def test_an_anonymous_round_is_shown_only_after_the_day_on_which_it_closes():
    frame = answers(said("12345"))
    for day, rows in ((date(2025, 1, 14), 0), (date(2025, 1, 15), 0), (date(2025, 1, 16), 7)):
        assert assessment.counts(one_question(), rounds(), frame, as_at=day).height == rows
    unending = rounds().with_columns(closes=pl.lit(None, pl.Date))
    assert not assessment.counts(one_question(), unending, frame, as_at=LATER).height
    why = assessment.shown(one_question(), unending, frame, as_at=LATER).select("why", "answered").row(0)
    assert why == ("It is shown after the day on which it closes.", None)


def test_fewer_than_the_floor_are_not_shown_nor_told():
    assert not counted("1234").height
    found = assessment.shown(one_question(), rounds(invited=20), answers(said("1234")), as_at=LATER)
    assert found.select("shown", "why", "answered", "invited").row(0) == (False, "Fewer than 5 answered.", None, 20)


@pytest.mark.parametrize(("invited", "told"), [(5, 5), (6, None), (9, None), (10, 10), (None, None)])
def test_how_many_were_invited_is_told_unless_few_did_not_answer(invited: int | None, told: int | None):
    found = assessment.shown(one_question(), rounds(invited=invited), answers(said("12345")), as_at=LATER)
    assert found.select("answered", "invited").row(0) == (5, told)


def test_a_round_that_does_not_say_how_it_is_treated_is_anonymous():
    about = rounds().with_columns(kind=pl.lit(None, pl.String))
    assert assessment.shown(one_question(), about, answers(said("12")), as_at=LATER)["kind"].item() == "anonymous"


def test_the_floor_may_be_raised_and_not_lowered():
    assert not counted("123451", floor=7).height
    with pytest.raises(TakerootError, match="5 people or more; 4 were asked for"):
        counted("12345", floor=4)


def test_a_question_that_too_few_answered_is_withheld_whole():
    assert counted("1234" + "?" * 8).height == 0
    assert counted("?" * 8).filter(state="third")["n"].item() == 8


def test_small_roles_are_merged_until_each_group_reaches_the_floor():
    found = counted("1" * 16, roles="a" * 6 + "b" * 7 + "c" * 2 + "d").filter(breakdown="role", value="1")
    assert found.select("group", "n").rows() == [("a or c or d", 9), ("b", 7)]


def test_no_breakdown_is_shown_where_all_would_be_one_group():
    assert counted("1" * 9, roles="a" * 5 + "b" * 4)["breakdown"].unique().to_list() == ["everyone"]


def test_a_breakdown_is_withheld_for_a_question_that_too_few_of_a_group_answered():
    frame = {**said("1" * 12)}
    ours = twenty_items()
    given = {who: {"co1": "1", "co2": None if nth > 8 else "1"} for nth, who in enumerate(frame)}
    counts = assessment.counts(
        ours,
        rounds(),
        answers(given, roles={who: "a" if nth < 6 else "b" for nth, who in enumerate(given)}),
        as_at=LATER,
    )
    told = counts.filter(breakdown="role", state="answer").filter(pl.col("n") > 0)
    assert told["question"].unique().to_list() == ["co1"]
    assert "co2" not in counts.filter(breakdown="role")["question"]
    assert "co2" in counts.filter(EVERYONE)["question"].to_list()


def test_a_second_breakdown_is_never_finer_than_what_subtraction_may_find():
    frame = answers(said("1" * 20), roles={f"p{n:03}": "a" if n < 8 else "b" for n in range(20)})
    place = pl.when(pl.col("respondent") < "p010").then(pl.lit("x")).otherwise(pl.lit("y"))
    counts = assessment.counts(
        one_question(), rounds(), frame.with_columns(place=place), as_at=LATER, by=("role", "place")
    )
    assert set(counts["breakdown"]) == {"everyone", "role"}
    counts = assessment.counts(
        one_question(), rounds(), frame.with_columns(place=place), as_at=LATER, by=("place", "role")
    )
    assert set(counts["breakdown"]) == {"everyone", "place"}


def test_an_open_round_is_shown_as_it_stands():
    frame = answers(said("12"), roles={"p000": "a", "p001": "b"})
    counts = assessment.counts(one_question(), rounds(kind="open"), frame, as_at=date(2025, 1, 2))
    assert counts.filter(breakdown="role", state="answer").filter(pl.col("n") > 0).height == 2


@pytest.mark.parametrize("by", ["question", "everyone", "respondent", "answered before"])
def test_answers_are_not_broken_down_by_what_is_no_breakdown(by: str):
    with pytest.raises(TakerootError, match=f"not broken down by '{by}'"):
        counted("12345", by=(by,))
    with pytest.raises(NotFound, match="no column 'plaice'"):
        counted("12345", by=("plaice",))


def test_a_breakdown_may_be_given_by_its_name_and_counts_once():
    expected = counted("1" * 12, roles="ab" * 6)
    assert_frame_equal(counted("1" * 12, roles="ab" * 6, by="role"), expected)
    assert_frame_equal(counted("1" * 12, roles="ab" * 6, by=["role", "role"]), expected)


def test_questions_may_be_called_as_columns_are():
    names = ["role", "round", "respondent", "question"]
    ours = instrument(
        scales=[{"id": "s", "options": AGREE}],
        constructs=[{"id": "c", "name": "C"}],
        sections=[
            {"id": "s", "title": "S", "questions": [{"id": one, "asks": one, "scale": "s", "of": "c"} for one in names]}
        ],
        scoring={"rule": "mean of a construct"},
    )
    given = {f"p{n:02}": {one: str(1 + (n + k) % 5) for k, one in enumerate(names)} for n in range(12)}
    frame, about = answers(given, roles=dict.fromkeys(given, "nurse")), rounds(kind="open")
    out = assessment.export(ours, about, frame, as_at=LATER)
    told = ["role (question)", "round (question)", "respondent (question)", "question"]
    assert out["answers_wide"].columns == ["round", "respondent", "role", *told]
    assert out["answers_wide"].row(0) == ("r1", "p00", "nurse", "1", "2", "3", "4")
    assert assessment.items(ours, about, frame, as_at=LATER)["item"].to_list() == names


def test_every_figure_of_a_group_comes_of_the_counts_alone():
    for name in ("views", "dots", "constructs", "profile", "complexity", "opinion_spread", "differing", "changes"):
        assert list(inspect.signature(getattr(assessment, name)).parameters)[:2] == ["instrument", "counts"]


# What moved


def two_rounds(first: dict[str, Any], second: dict[str, Any], **options: Any) -> pl.DataFrame:
    frame = pl.concat([answers(first), answers(second, round_="r2")])
    counts = assessment.counts(one_question(), rounds(["r1", "r2"]), frame, as_at=LATER, **options)
    return assessment.changes(one_question(), counts)


def test_those_who_answered_both_times_are_told_apart_where_each_group_has_none_or_enough():
    found = two_rounds(said("1112222333"), said("22222" + "55555", start=0) | said("44444", start=10))
    assert found["who"].to_list() == ["everyone", "both times", "this time only"]
    both = found.filter(who="both times").row(0, named=True)
    assert (both["n_before"], both["n_after"], both["up"], both["same"], both["down"]) == (10, 10, 8, 2, 0)
    once = found.filter(who="this time only").row(0, named=True)
    assert (once["n_before"], once["n_after"], once["mean_after"]) == (0, 5, 4.0)


@pytest.mark.parametrize("new", range(1, 5))
def test_a_few_who_are_new_are_never_told_apart(new: int):
    found = two_rounds(said("1" * 10), said("2" * (10 + new)))
    assert found.select("who", "n_before", "n_after", "up").rows() == [("everyone", 10, 10 + new, None)]


def test_a_few_who_left_are_never_told_apart():
    assert two_rounds(said("1" * 10), said("2" * 8))["who"].to_list() == ["everyone"]


def test_moving_up_a_reversed_question_is_agreeing_less():
    ours = one_question(reversed=True)
    frame = pl.concat([answers(said("55555")), answers(said("11111"), round_="r2")])
    counts = assessment.counts(ours, rounds(["r1", "r2"]), frame, as_at=LATER)
    assert assessment.changes(ours, counts).filter(who="both times").select("up", "same", "down").row(0) == (5, 0, 0)


def test_rounds_that_are_not_there_are_not_compared():
    counts = counted("12345")
    with pytest.raises(NotEnough, match="needs two rounds that are shown; there is 1"):
        assessment.changes(one_question(), counts)
    with pytest.raises(NotEnough, match="No round is shown before 'r1'"):
        assessment.changes(one_question(), counts, after="r1")
    with pytest.raises(NotFound, match="r9"):
        assessment.changes(one_question(), counts, before="r9")


def test_rounds_about_other_subjects_are_not_matched():
    about = rounds(["r1", "r2"]).with_columns(subject=pl.Series(["site:A", "site:B"]))
    frame = pl.concat([answers(said("1" * 10)), answers(said("2" * 10), round_="r2")])
    assert assessment.counts(one_question(), about, frame, as_at=LATER)["beside"].null_count() == 14


# What to talk about


def test_the_sheet_has_the_widest_differences_first_and_what_to_ask():
    given = {f"p{n}": {"co1": "15"[n % 2], "co2": "3", "co3": "34"[n % 2]} for n in range(6)}
    ours = twenty_items()
    counts = assessment.counts(ours, rounds(), answers(given), as_at=LATER)
    assert assessment.differing(ours, counts)["question"].to_list() == ["co1", "co3"]
    sheet = assessment.differing(one_question(), counted("11155"))
    assert sheet.select("nth", "name", "distinct").row(0) == (1, "C", 2)
    assert sheet["ask"].to_list() == [["Why so?"]]


def test_agreement_is_the_share_of_pairs_that_gave_the_same_answer():
    row = assessment.views(one_question(), counted("11112")).row(0, named=True)
    assert (row["distinct"], row["agreement"]) == (2, 12 / 20)


def test_a_spread_of_a_team_needs_three_on_each_factor():
    frame = answers({"p": {"senior": "a", "fit": "a"}, "q": {"senior": "d", "fit": "d"}, "r": {"fit": "d"}})
    counts = assessment.counts(ten_factors(), rounds(kind="open"), frame, as_at=LATER)
    found = assessment.opinion_spread(ten_factors(), counts)
    assert found.select(pl.col("spread").round(3), "questions").row(0) == (0.943, 1)


# Words


def test_words_of_an_anonymous_round_are_shown_when_released_by_construct_and_never_by_role():
    frame = answers(said("12345"), roles=dict.fromkeys(said("12345"), "nurse"))
    frame = frame.with_columns(
        comment=pl.Series(["z last", "a first", "kept", None, "m"]), released=pl.Series([True, True, False, True, None])
    )
    found = assessment.comments(one_question(), rounds(), frame, as_at=LATER)
    assert found.rows() == [("r1", "c", None, None, "a first"), ("r1", "c", None, None, "z last")]
    assert not assessment.comments(one_question(), rounds(), frame.drop("released"), as_at=LATER).height
    assert not assessment.comments(one_question(), rounds(), frame, as_at=date(2025, 1, 15)).height


def test_words_on_a_question_that_too_few_answered_stand_under_no_construct():
    given = {f"p{n}": {"co1": "1", "cp1": "1" if n < 2 else None} for n in range(6)}
    frame = answers(given).with_columns(
        released=True, comment=pl.when(pl.col("question") == "cp1").then(pl.lit("ours"))
    )
    found = assessment.comments(twenty_items(), rounds(), frame, as_at=LATER)
    assert found["of"].null_count() == found.height == 6


# Figures for evaluators


def test_figures_need_a_minimum_of_respondents():
    with pytest.raises(NotEnough, match="10 respondents are needed; 9 answered"):
        assessment.alpha(pl.DataFrame({"a": [1, 2, 3] * 3, "b": [1, 2, 3] * 3}))
    draw = np.random.default_rng(1)
    given = {f"p{n:02}": {one: str(draw.integers(1, 6)) for one in ITEMS} for n in range(12)}
    for people, rows in ((9, 0), (10, 5)):
        frame = answers(dict(list(given.items())[:people]))
        assert assessment.consistency(twenty_items(), rounds(), frame, as_at=LATER).height == rows
        assert assessment.items(twenty_items(), rounds(), frame, as_at=LATER).height == rows * 4
        found = assessment.agreement(twenty_items(), rounds(), frame, as_at=LATER, replicates=10)
        assert found.height == rows
    with pytest.raises(TakerootError, match="5 respondents, the smallest group"):
        assessment.consistency(twenty_items(), rounds(), frame, as_at=LATER, least=4)


def test_alpha_of_a_round_is_that_of_its_items_turned():
    draw = np.random.default_rng(2)
    level = draw.integers(2, 5, 30)
    given = {f"p{n:02}": {one: str(int(level[n] + draw.integers(-1, 2))) for one in ITEMS} for n in range(30)}
    for about in given.values():
        about["ca2"] = str(6 - int(about["ca2"]))
    found = assessment.consistency(twenty_items(), rounds(), answers(given), as_at=LATER)
    ca = pl.DataFrame({one: [float(about[one]) for about in given.values()] for one in ITEMS if one.startswith("ca")})
    expected = assessment.alpha(ca.with_columns(ca2=6 - pl.col("ca2")))
    assert found.filter(of="ca")["alpha"].item() == pytest.approx(expected["alpha"].item(), rel=1e-12)
    assert found.filter(of="ca")["alpha"].item() > 0.7
    rest = (
        assessment.items(twenty_items(), rounds(), answers(given), as_at=LATER).filter(item="ca2")["item_rest"].item()
    )
    assert rest > 0.3


def test_pairwise_alpha_agrees_with_covariances_taken_one_by_one():
    draw = np.random.default_rng(3)
    x = draw.normal(size=(40, 4)) + draw.normal(size=(40, 1))
    x[draw.random(x.shape) < 0.2] = np.nan
    x = x[~np.isnan(x).all(axis=1)]
    table = np.empty((4, 4))
    for i in range(4):
        for j in range(4):
            both = ~np.isnan(x[:, i]) & ~np.isnan(x[:, j])
            table[i, j] = np.cov(x[both, i], x[both, j])[0, 1]
    expected = 4 / 3 * (1 - np.trace(table) / table.sum())
    found = assessment.alpha(pl.DataFrame(x, schema=list("abcd"), orient="row"))
    assert found["alpha"].item() == pytest.approx(expected, rel=1e-12)
    assert found["complete"].item() == int((~np.isnan(x).any(axis=1)).sum())


def test_the_mean_of_a_group_is_that_of_its_respondents_where_all_answered_all():
    frame = a_round()
    counts = assessment.counts(twenty_items(), rounds(), frame, as_at=LATER)
    group = assessment.constructs(twenty_items(), counts)
    each = assessment.scores(twenty_items(), frame)
    own = {"a": [f"p{n:02}" for n in range(0, 14, 2)], "everyone": each["respondent"].unique().to_list()}
    for name, people in own.items():
        expected = (
            each.filter(pl.col("respondent").is_in(people))
            .group_by("of", maintain_order=True)
            .agg(pl.col("score").mean())
        )
        found = group.filter(group=name)
        assert found["of"].to_list() == expected["of"].to_list()
        assert found["score"].to_list() == pytest.approx(expected["score"].to_list())


def test_the_mean_of_an_anonymous_scale_is_withheld_where_a_few_left_something_out():
    draw = np.random.default_rng(4)
    given = {f"p{n:02}": {one: str(draw.integers(1, 6)) for one in ITEMS[:4]} for n in range(12)}
    given["p00"]["co1"] = None
    kept = assessment.consistency(twenty_items(), rounds(), answers(given), as_at=LATER).filter(of="co")
    assert kept.select("complete", "mean", "deviation").row(0) == (None, None, None)
    for who in list(given)[:5]:
        given[who]["co1"] = None
    many = assessment.consistency(twenty_items(), rounds(), answers(given), as_at=LATER).filter(of="co")
    assert many.select("complete", "alpha_complete").row(0) == (7, None)
    assert many["mean"].item() is not None
    given = {who: about | {"co1": "3"} if who != "p00" else about for who, about in given.items()}
    told = assessment.consistency(twenty_items(), rounds(kind="open"), answers(given), as_at=LATER).filter(of="co")
    assert told["complete"].item() == 11
    assert told["mean"].item() is not None


def test_items_that_never_vary_have_no_alpha():
    found = assessment.alpha(pl.DataFrame({"a": [3] * 12, "b": [4] * 12}))
    assert found.select("alpha", "standardised", "lambda6").row(0) == (None, None, None)
    assert found["mean"].item() == 3.5


def raters(seed: int = 5) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    level = draw.integers(1, 6, 15)
    rows = [
        (f"r{n:02}", f"t{t:02}", str(int(np.clip(level[t] + draw.integers(-1, 2), 1, 5))))
        for n in range(12)
        for t in range(15)
        if draw.random() > 0.2
    ]
    return pl.DataFrame(rows, schema=["rater", "thing", "value"], orient="row")


def test_the_interval_of_agreement_is_of_the_seed_and_minds_no_order():
    one = assessment.krippendorff(raters(), "ordinal", replicates=300, seed=7)
    other = assessment.krippendorff(
        raters().sample(fraction=1, shuffle=True, seed=1), "ordinal", replicates=300, seed=7
    )
    assert_frame_equal(one, other)
    assert one["lower"].item() < one["alpha"].item() < one["upper"].item()
    again = assessment.krippendorff(raters(), "ordinal", replicates=300, seed=8)
    assert again["alpha"].item() == one["alpha"].item()
    assert again["lower"].item() != one["lower"].item()


def test_perfect_agreement_is_one_and_nothing_to_compare_is_said():
    same = {"rater": list("abcabc"), "thing": list("xxxyyy"), "value": list("111222")}
    assert assessment.krippendorff(same)["alpha"].item() == 1.0
    assert assessment.krippendorff({**same, "value": ["1"] * 6})["alpha"].item() is None
    with pytest.raises(NotEnough, match="two raters who judged the same thing"):
        assessment.krippendorff({"rater": ["a", "b"], "thing": ["x", "y"], "value": ["1", "1"]})
    with pytest.raises(FaultyInput, match="numbers are needed where judgements are interval; found 'high'"):
        assessment.krippendorff({**same, "value": ["high"] * 6}, "interval")
    with pytest.raises(NotFound, match="level of measurement 'order'"):
        assessment.krippendorff(same, "order")  # type: ignore[arg-type]


# To be taken along


def test_an_export_has_no_row_of_a_single_respondent_of_an_anonymous_round():
    people = said("12345" * 3)
    frame = answers(people, roles={who: "ab"[n % 2] for n, who in enumerate(people)}).with_columns(
        comment=pl.lit("kept to myself")
    )
    out = assessment.export(one_question(), rounds(), frame, as_at=LATER)
    assert list(out) == ["rounds", "counts", "counts_wide", "views", "answers", "answers_wide", "comments", "codebook"]
    assert not out["answers"].height
    assert not out["answers_wide"].height
    text = "".join(part.write_csv() for part in out.values())
    assert not any(who in text for who in people)
    assert "kept to myself" not in text
    assert out["counts_wide"].filter(EVERYONE).row(0)[5:] == (3, 3, 3, 3, 3, 0, 0)


def test_an_export_of_an_open_round_has_every_answer_long_and_wide():
    given = {"p1": {"co1": "4", "ca2": "1", "g1": "7"}, "p2": {"co1": "not_relevant:role"}}
    out = assessment.export(twenty_items(), rounds(kind="open"), answers(given, roles={"p1": "nurse"}), as_at=LATER)
    assert out["answers"].height == 2 * 23
    ca2 = out["answers"].filter(question="ca2", respondent="p1").row(0, named=True)
    assert (ca2["value"], ca2["points"], ca2["turned"], ca2["role"]) == ("1", 1.0, 5.0, "nurse")
    wide = out["answers_wide"]
    assert wide.columns == ["round", "respondent", "role", *ITEMS, "g1", "g2", "g3"]
    assert wide.select("respondent", "co1", "ca2", "g1").rows() == [
        ("p1", "4", "1", "7"),
        ("p2", "not_relevant:role", None, None),
    ]


def test_the_codebook_says_what_every_value_means():
    book = assessment.codebook(twenty_items())
    values = book.filter(question="co1").select("state", "value").rows()
    thirds = ["not_relevant", "not_relevant:role", "not_relevant:stage", "not_relevant:intervention"]
    assert values == [*(("answer", str(n)) for n in range(1, 6)), *(("third", one) for one in thirds)]
    assert book.filter(question="ca2")["reversed"].all()
    assert book.filter(question="g1").select("value", "least", "most").rows() == [(None, 0.0, 10.0)]


# What every analysis keeps

ROUNDS_AND_ANSWERS = ["counts", "shown", "comments", "consistency", "items", "agreement"]


def a_round() -> pl.DataFrame:
    draw = np.random.default_rng(6)
    given = {f"p{n:02}": {one: str(draw.integers(1, 6)) for one in ITEMS} for n in range(14)}
    roles = {who: "ab"[n % 2] for n, who in enumerate(given)}
    return answers(given, roles=roles).with_columns(comment=pl.lit("so"), released=True)


@pytest.mark.parametrize("name", ROUNDS_AND_ANSWERS)
def test_an_analysis_of_answers_leaves_them_alone_and_minds_neither_order_nor_library(name: str):
    frame, about = a_round(), rounds()
    before = frame.clone()
    analysis = getattr(assessment, name)
    expected = analysis(twenty_items(), about, frame, as_at=LATER)
    assert expected.height
    assert_frame_equal(frame, before)
    shuffled = frame.sample(fraction=1, shuffle=True, seed=2)
    for other in (shuffled, frame.lazy(), pd.DataFrame(frame.to_dict(as_series=False)), frame.to_dict(as_series=False)):
        assert_frame_equal(analysis(twenty_items(), about, other, as_at=LATER), expected)
    with pytest.raises(FaultyInput, match="need the column 'respondent'"):
        analysis(twenty_items(), about, frame.drop("respondent"), as_at=LATER)
    with pytest.raises(NotFound, match="no round 'r1'"):
        analysis(twenty_items(), rounds(["r2"]), frame, as_at=LATER)


@pytest.mark.parametrize("name", ROUNDS_AND_ANSWERS)
def test_an_instrument_that_nobody_answered_gives_the_same_columns_and_no_rows_of_answers(name: str):
    analysis = getattr(assessment, name)
    some = analysis(twenty_items(), rounds(), a_round(), as_at=LATER)
    none = analysis(twenty_items(), rounds(), a_round().clear(), as_at=LATER)
    assert none.schema == some.schema
    assert none.height == (1 if name == "shown" else 0)
    counts = assessment.counts(twenty_items(), rounds(), a_round().clear(), as_at=LATER)
    for view in ("views", "dots", "constructs", "profile", "complexity", "opinion_spread", "differing"):
        full = getattr(assessment, view)(
            twenty_items(), assessment.counts(twenty_items(), rounds(), a_round(), as_at=LATER)
        )
        empty = getattr(assessment, view)(twenty_items(), counts)
        assert empty.schema == full.schema, view
        assert not empty.height, view


@pytest.mark.slow
def test_five_thousand_respondents_to_twenty_five_questions_are_viewed_fast():
    draw = np.random.default_rng(7)
    asked = [{"id": f"q{n}", "asks": f"q{n}", "scale": "s", "of": f"c{n % 5}"} for n in range(25)]
    ours = instrument(
        scales=[{"id": "s", "options": AGREE}],
        constructs=[{"id": f"c{n}", "name": f"C{n}"} for n in range(5)],
        sections=[{"id": "one", "title": "One", "questions": asked}],
        scoring={"rule": "mean of a construct"},
    )
    n = 5000
    frame = pl.DataFrame(
        {
            "round": ["r1"] * n * 25,
            "respondent": np.repeat([f"p{one}" for one in range(n)], 25),
            "role": np.repeat(draw.choice(list("abcdef"), n), 25),
            "question": [one["id"] for one in asked] * n,
            "answer": draw.integers(1, 6, n * 25).astype(str),
        }
    )
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        counts = assessment.counts(ours, rounds(), frame, as_at=LATER)
        assessment.views(ours, counts)
        assessment.constructs(ours, counts)
        assessment.differing(ours, counts)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 1.0  # a quarter of that where nothing else runs
