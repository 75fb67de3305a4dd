"""What holds of any record of stages, however odd."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from takeroot.analysis import adoption
from takeroot.analysis.adoption import alternatives
from takeroot.analysis.adoption.grid import grid_of
from takeroot.analysis.adoption.record import record
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.stages import IN_USE, Stage

SITES = ["A", "B", "C"]
AS_AT = date(2023, 12, 28)
FEW = settings(max_examples=12)
days = st.dates(date(2021, 1, 1), date(2023, 12, 28)).map(lambda day: day.replace(day=min(day.day, 28)))


def rows(exact: bool = False, sources: tuple[str | None, ...] = (None,)) -> st.SearchStrategy[pl.DataFrame]:
    """A record of three sites."""
    row = st.tuples(
        st.sampled_from(SITES),
        st.sampled_from([stage.value for stage in Stage]),
        days,
        st.just(None) if exact else st.none() | st.sampled_from(["month", "quarter", "year"]),
        st.sampled_from(sources),
    )
    schema = {"site": pl.String, "stage": pl.String, "on": pl.Date, "precision": pl.String, "source": pl.String}
    unique = st.lists(row, min_size=1, max_size=12, unique_by=lambda row: (row[0], row[1], row[2], row[4]))
    return unique.map(lambda found: pl.DataFrame(found, schema=schema, orient="row"))


places = st.lists(
    st.tuples(st.none() | days, st.none() | days, st.sampled_from([None, True, False])), min_size=3, max_size=3
).map(
    lambda found: pl.DataFrame(
        [
            (site, opened, closed if opened is None or closed is None or closed > opened else None, eligible)
            for site, (opened, closed, eligible) in zip(SITES, found, strict=True)
        ],
        schema={"site": pl.String, "opened": pl.Date, "closed": pl.Date, "eligible": pl.Boolean},
        orient="row",
    )
)


def told(stages: pl.DataFrame, sites: pl.DataFrame | None = None, **about) -> Programme:
    sites = pl.DataFrame({"site": SITES, "kind": ["ward"] * 3}) if sites is None else sites
    return Programme({"name": "Any", "as_at": AS_AT, **about}, stages=stages, sites=sites)


@FEW
@given(rows(), places)
def test_every_site_that_is_open_stands_in_one_stage(stages, sites):
    counted = adoption.by_stage(told(stages, sites)).group_by("on").agg(pl.col("sites").sum()).sort("on")
    ends = [min(months_after(on, 1) - timedelta(days=1), AS_AT) for on in counted["on"]]
    opened, closed = sites["opened"].fill_null(date.min), sites["closed"].fill_null(date.max)
    assert counted["sites"].to_list() == [int(((opened <= end) & (closed > end)).sum()) for end in ends]


@FEW
@given(rows(), places)
def test_stages_in_use_add_up_to_reach_where_every_site_is_eligible(stages, sites):
    programme = told(stages, sites.drop("eligible"))
    in_use = adoption.by_stage(programme).filter(pl.col("stage").is_in(IN_USE))
    in_use = in_use.group_by("on").agg(pl.col("sites").sum()).sort("on")
    assert in_use["sites"].to_list() == adoption.reach(programme)["in_use"].to_list()


@FEW
@given(rows(sources=(None, "one", "two")), places, st.sampled_from([None, "one", "two"]))
def test_the_reading_chosen_lies_within_its_range(stages, sites, chosen):
    readings = [{"between": ["one", "two"], "chosen": chosen, "by": "us", "why": "so"}] if chosen else []
    reach = adoption.reach(told(stages, sites, readings=readings))
    assert (reach["in_use_low"] <= reach["in_use"]).all()
    assert (reach["in_use"] <= reach["in_use_high"]).all()
    assert (reach["in_use"] <= reach["ever_used"]).all()
    assert (reach["ever_used"] <= reach["contacted"]).all()


@FEW
@given(rows(sources=("one", "two")))
def test_whichever_source_is_chosen_lies_within_the_range_of_the_other(stages):
    def chosen(source):
        readings = [{"between": ["one", "two"], "chosen": source, "by": "us", "why": "so"}]
        return adoption.reach(told(stages, readings=readings))

    one, two = chosen("one"), chosen("two")
    assert_frame_equal(one.select("on", "in_use_low", "in_use_high"), two.select("on", "in_use_low", "in_use_high"))
    assert (one["in_use_low"] <= two["in_use"]).all()
    assert (two["in_use"] <= one["in_use_high"]).all()


@FEW
@given(rows(sources=("one", "two", "three", "four", None)))
def test_any_choice_between_any_sources_lies_within_the_range_of_every_other(stages):
    """Also where there are more choices than are tried out one by one."""
    pairs = [("one", "two"), ("three", "four"), ("two", "three")]

    def chosen(*sources):
        readings = [
            {"between": pair, "chosen": one, "by": "us", "why": "so"} for pair, one in zip(pairs, sources, strict=True)
        ]
        return adoption.reach(told(stages, readings=readings))

    found = [chosen(*sources) for sources in product(*pairs)]
    low, high = found[0]["in_use_low"], found[0]["in_use_high"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alternatives, "MOST", 1)
        roughly = chosen("one", "three", "two")
    for reach in found:
        assert reach["in_use_low"].to_list() == low.to_list()
        assert reach["in_use_high"].to_list() == high.to_list()
        assert ((low <= reach["in_use"]) & (reach["in_use"] <= high)).all()
    assert ((roughly["in_use_low"] <= low) & (high <= roughly["in_use_high"])).all()


@FEW
@given(rows(exact=True))
def test_where_days_are_exact_only_what_is_not_known_makes_a_range(stages):
    reach = adoption.reach(told(stages))
    assert reach["in_use_low"].to_list() == reach["in_use"].to_list()
    assert reach["in_use_high"].to_list() == (reach["in_use"] + reach["not_known"]).to_list()


@FEW
@given(rows(exact=True), st.data())
def test_a_row_that_confirms_changes_nothing(stages, data):
    programme = told(stages)
    known = adoption.history(programme)
    at = data.draw(st.integers(0, known.height - 1))
    site, stage, on = known.row(at)[0], known["stage"][at], known["on"][at]
    following = known.filter(pl.col("site") == site, pl.col("on") > on)["on"].min() or AS_AT
    # Only the last stage of a day stands, and only a later day than its own can confirm it.
    last = known.filter(pl.col("site") == site, pl.col("on") == on)["stage"][-1]
    if last != stage or (following - on).days < 2:
        return
    day = on + timedelta(days=data.draw(st.integers(1, (following - on).days - 1)))
    confirmed = told(
        pl.concat([stages, pl.DataFrame({**stages.row(0, named=True), "site": site, "stage": stage, "on": day})])
    )
    for analysis in (adoption.spells, adoption.by_stage, adoption.reach, adoption.time_to):
        assert_frame_equal(analysis(confirmed), analysis(programme))


@FEW
@given(rows(), places, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(stages, sites, chance):
    order = list(range(stages.height))
    chance.shuffle(order)
    shuffled = told(stages[order], sites.reverse())
    for analysis in (adoption.history, adoption.spells, adoption.by_stage, adoption.reach, adoption.time_to):
        assert_frame_equal(analysis(shuffled), analysis(told(stages, sites)))


@FEW
@given(rows(), places)
def test_a_year_later_everything_is_a_year_later(stages, sites):
    """From 2021 to 2023 there is no 29 February, and 2022 to 2024 is read to 28 December."""

    def later(frame):
        return frame.with_columns(pl.col(pl.Date).dt.offset_by("12mo"))

    now = told(stages, sites)
    then = Programme({"name": "Any", "as_at": months_after(AS_AT, 12)}, stages=later(stages), sites=later(sites))
    for analysis in (adoption.by_stage, adoption.reach, adoption.time_to):
        assert_frame_equal(analysis(then), later(analysis(now)))
    dated = pl.col("site", "spell", "began", "ended", "ended_as", "why_censored")
    assert_frame_equal(adoption.spells(then).select(dated), later(adoption.spells(now)).select(dated))


@FEW
@given(rows())
def test_spells_do_not_overlap_and_end_as_they_say(stages):
    spells = adoption.spells(told(stages)).sort("site", "spell")
    following = spells["began"].shift(-1).to_list()
    for spell, after in zip(spells.iter_rows(named=True), following, strict=True):
        assert spell["ended_in_event"] == (spell["why_censored"] is None)
        assert (spell["ended"] is None) == (spell["why_censored"] == "still so")
        assert spell["ended"] is None or spell["began"] <= spell["ended"]
        if spell["spell"] < spells.filter(pl.col("site") == spell["site"]).height:
            assert spell["ended"] <= after


@FEW
@given(rows(exact=True), days)
def test_what_is_in_use_on_a_day_is_within_a_spell(stages, day):
    programme = told(stages)
    spells = adoption.spells(programme)
    within = spells.filter(pl.col("began") <= day, (pl.col("ended") > day).fill_null(True))["site"].n_unique()
    assert adoption.reach_by(programme, "kind", on=day)["in_use"].to_list() == [within]


@FEW
@given(rows())
def test_time_to_use_is_the_first_spell(stages):
    programme = told(stages)
    times = adoption.time_to(programme, since=date(2020, 12, 1)).filter(pl.col("entered").is_not_null())
    first = adoption.spells(programme).filter(pl.col("spell") == 1)
    assert set(times.select("site", "entered").rows()) <= set(first.select("site", "began").rows())
    assert (times["months"] <= times["months_before"].fill_null(999)).all()


@FEW
@given(rows().map(lambda frame: frame.head(4)))
def test_the_range_is_what_every_way_of_filling_the_spans_gives(stages):
    """The slow twin: try days in every span, in every order that the reading allows, and look."""
    programme = told(stages.with_columns(site=pl.lit("A")).unique(["stage", "on"], maintain_order=True))
    read = record(programme)
    grid = grid_of(read)
    assert grid is not None
    low, high = grid.possible(read)
    row = read.sites["site"].to_list().index("A")
    told_rows = read.rows.select("stage", "on", "latest").rows()
    ends = [min(months_after(month, 1) - timedelta(days=1), AS_AT) for month in grid.months]
    marks = sorted({day for _, on, latest in told_rows for day in (on, latest)} | set(ends))
    choices = [[day for day in marks if on <= day <= latest] for _, on, latest in told_rows]
    seen: list[set[bool]] = [set() for _ in ends]
    for chosen in product(*choices):
        if not all(_in_order(told_rows, chosen, i, j) for i in range(len(chosen)) for j in range(i)):
            continue
        for at, end in enumerate(ends):
            past = [i for i, day in enumerate(chosen) if day <= end]
            latest = [i for i in past if chosen[i] == max(chosen[j] for j in past)]
            # Of two on one day, the one that is read later stands last, unless either may have come first.
            free = [i for i in latest if not any(j > i and told_rows[j][2] >= told_rows[i][2] for j in latest)]
            seen[at] |= {use for i in free for use in _may_be_in_use(told_rows[i][0])} if past else {False}
    assert [bool(mark) for mark in low[row]] == [found == {True} for found in seen]
    assert [bool(mark) for mark in high[row]] == [True in found for found in seen]


def _may_be_in_use(stage: str) -> set[bool]:
    return {True, False} if stage == "unknown" else {stage in IN_USE}


def _in_order(rows, chosen, later, earlier) -> bool:
    """Whether two rows happened in their order, where they must."""
    must = rows[later][2] >= rows[earlier][2]
    return not must or chosen[earlier] <= chosen[later]
