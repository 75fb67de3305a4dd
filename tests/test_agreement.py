"""What every analysis must keep, each of them held to the same.

It leaves its frame or its programme alone; minds no order of rows; lets extra columns travel, if it speaks of each row
of one table; says what is missing; takes pandas, polars and plain columns; and gives the same for a programme that was
written and read back. An analysis that a room offers and that stands in neither list below fails the first test.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from takeroot import examples
from takeroot.analysis import adoption, assessment, embedding, explanation, fidelity, network, reach, spc, sustainment
from takeroot.errors import FaultyInput
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.rule import Rule
from takeroot.vocabulary.tables import TABLES

A_YEAR = Rule(name="A year on", valued_by="wards", months=12, why="it was asked for", grace=1)
TWO_YEARS = Rule(name="Two years on", valued_by="carers", months=24, why="they asked for longer")
ROOMS = {
    "adoption": adoption,
    "assessment": assessment,
    "embedding": embedding,
    "explanation": explanation,
    "fidelity": fidelity,
    "network": network,
    "reach": reach,
    "spc": spc,
    "sustainment": sustainment,
}


def _measure(programme: Programme) -> str:
    """A measure that says in which direction it improves, and has values."""
    told = sorted(programme.measures.filter(pl.col("improves").is_in(["up", "down"]))["measure"])
    return next((name for name in told if name in set(programme.values["measure"])), told[0] if told else "falls")


#: What takes a programme.
OF_PROGRAMMES: dict[str, Callable[[Programme], pl.DataFrame]] = {
    "adoption.allocated_and_actual": adoption.allocated_and_actual,
    "adoption.by_stage": adoption.by_stage,
    "adoption.conflicts": adoption.conflicts,
    "adoption.depth": adoption.depth,
    "adoption.history": adoption.history,
    "adoption.plan_lines": adoption.plan_lines,
    "adoption.planned_against_actual": adoption.planned_against_actual,
    "adoption.reach": adoption.reach,
    "adoption.reach_by": lambda programme: adoption.reach_by(programme, "region"),
    "adoption.spells": adoption.spells,
    "adoption.standing": adoption.standing,
    "adoption.stood": adoption.stood,
    "adoption.support_given": adoption.support_given,
    "adoption.support_over_time": adoption.support_over_time,
    "adoption.time_to": adoption.time_to,
    "embedding.accountable": embedding.accountable,
    "embedding.anchored": embedding.anchored,
    "embedding.both_ways": embedding.both_ways,
    "embedding.demand": embedding.demand,
    "embedding.endings": embedding.endings,
    "embedding.held_back": embedding.held_back,
    "embedding.kept_local": embedding.kept_local,
    "embedding.load": embedding.load,
    "embedding.might_stop": embedding.might_stop,
    "embedding.needed_and_given": embedding.needed_and_given,
    "embedding.together_and_apart": embedding.together_and_apart,
    "explanation.accounts": explanation.accounts,
    "explanation.broken": explanation.broken,
    "explanation.changes": explanation.changes,
    "explanation.coded": explanation.coded,
    "explanation.coders_agree": explanation.coders_agree,
    "explanation.evidence": lambda programme: explanation.evidence(programme, "stages:left"),
    "explanation.findable": explanation.findable,
    "explanation.last_heard": explanation.last_heard,
    "explanation.near": lambda programme: explanation.near(
        programme, explanation.timeline(programme), date(2024, 6, 30), None
    ),
    "explanation.overdue": lambda programme: explanation.overdue(programme, date(2024, 12, 31)),
    "explanation.search": lambda programme: explanation.search(explanation.findable(programme), "ward"),
    "explanation.storyline": lambda programme: explanation.storyline(
        programme, explanation.timeline(programme), explanation.changes(programme)
    ),
    "explanation.timeline": explanation.timeline,
    "explanation.unanswered": explanation.unanswered,
    "explanation.voices": explanation.voices,
    "network.degree_and_timing": network.degree_and_timing,
    "network.degrees": network.degrees,
    "network.exposure": lambda programme: network.exposure(programme, by_kind=True),
    "network.held": network.held,
    "network.infectiousness": network.infectiousness,
    "network.layout": network.layout,
    "network.matrix_order": lambda programme: network.matrix_order(programme, by="region"),
    "network.moran_over_time": lambda programme: network.moran_over_time(programme, permutations=19),
    "network.person_periods": network.person_periods,
    "network.susceptibility": network.susceptibility,
    "network.take_up": network.take_up,
    "network.thresholds": network.thresholds,
    "network.timing": network.timing,
    "reach.at_sites": reach.at_sites,
    "reach.gap": reach.gap,
    "reach.people_reached": lambda programme: reach.people_reached(programme, "region"),
    "fidelity.adapting": fidelity.adapting,
    "fidelity.benefit": lambda programme: fidelity.benefit(programme, _measure(programme)),
    "fidelity.benefit_beside": lambda programme: fidelity.benefit_beside(programme, _measure(programme)),
    "fidelity.bundle": fidelity.bundle,
    "fidelity.core_lost": fidelity.core_lost,
    "fidelity.delivery": fidelity.delivery,
    "fidelity.effects": lambda programme: fidelity.effects(programme, _measure(programme), ()),
    "fidelity.form_and_function": fidelity.form_and_function,
    "fidelity.patterns": fidelity.patterns,
    "fidelity.recorded": fidelity.recorded,
    "fidelity.together": fidelity.together,
    "fidelity.variation": fidelity.variation,
    "sustainment.at_risk": lambda programme: sustainment.at_risk(programme, A_YEAR),
    "sustainment.by_answers": lambda programme: sustainment.by_answers(programme, [A_YEAR, TWO_YEARS]),
    "sustainment.by_month": sustainment.by_month,
    "sustainment.by_rule": sustainment.by_rule,
    "sustainment.courses": lambda programme: sustainment.courses(programme, A_YEAR, states="stage"),
    "sustainment.lapses": lambda programme: sustainment.lapses(programme, A_YEAR),
    "sustainment.returns": lambda programme: sustainment.returns(programme, A_YEAR),
    "sustainment.staying": lambda programme: sustainment.staying(programme, A_YEAR),
    "sustainment.sustained": sustainment.sustained,
    "sustainment.varied": sustainment.varied,
}

#: What takes a frame: the frame, by name, and whether it speaks of each of its rows.
OF_FRAMES: dict[str, tuple[Callable[[Any], pl.DataFrame], str, bool]] = {
    "adoption.growth": (lambda times: adoption.growth(times, ceiling="all"), "waits", False),
    "spc.chance": (lambda values: spc.chance(values, replicates=20), "values", False),
    "spc.chart": (spc.chart, "values", True),
    "spc.funnel": (spc.funnel, "counts", False),
    "spc.signals": (spc.signals, "points", False),
    "spc.summary": (spc.summary, "points", False),
    "spc.left_out": (spc.left_out, "points", False),
    "spc.suggestions": (spc.suggestions, "points", False),
    "spc.workings": (spc.workings, "points", False),
    "network.equivalence": (network.equivalence, "ties", False),
    "network.geodesics": (network.geodesics, "ties", False),
    "fidelity.voltage_drop": (lambda frame: fidelity.voltage_drop(frame, replicates=100), "effects", False),
    "sustainment.changing": (
        lambda frame: sustainment.changing(frame, {"site": ["C"], "months": [4], "coached": [True]}),
        "intervals",
        False,
    ),
    "sustainment.cox": (lambda frame: sustainment.cox(frame, ["size"]), "intervals", False),
    "sustainment.expected": (lambda frame: sustainment.expected(frame, ["size"], {"size": 2}), "intervals", False),
    "sustainment.kaplan_meier": (sustainment.kaplan_meier, "times", False),
    "sustainment.leaving": (sustainment.leaving, "times", False),
    "sustainment.leaving_as": (lambda frame: sustainment.leaving_as(frame, "paused", ["size"]), "leavings", False),
    "sustainment.log_rank": (lambda frame: sustainment.log_rank(frame, "wave").sort("wave"), "leavings", False),
    "sustainment.mean_cumulative": (sustainment.mean_cumulative, "intervals", False),
    "sustainment.median": (sustainment.median, "curve", False),
    "sustainment.nelson_aalen": (sustainment.nelson_aalen, "times", False),
    "sustainment.occupancy": (sustainment.occupancy, "courses", False),
    "sustainment.proportional": (lambda frame: sustainment.proportional(frame, ["size"]), "intervals", False),
    "sustainment.restricted_mean": (lambda frame: sustainment.restricted_mean(frame, 6), "times", False),
    "sustainment.staying_time": (sustainment.staying_time, "leavings", False),
}
#: What takes neither, or gives no frame.
OTHERS = {
    **{
        f"assessment.{name}": "takes an instrument; see tests/analysis/test_assessment.py"
        for name in assessment.__all__
    },
    "explanation.citations": "takes a text",
    "network.Alike": "is what moran gives",
    "network.Dependence": "is what structure_dependence gives",
    "network.Panel": "is what panel and numbered give",
    "network.Regression": "is what regression gives",
    "network.moran": "gives a few numbers",
    "network.numbered": "gives a panel",
    "network.panel": "gives a panel",
    "network.regression": "gives a few numbers",
    "network.structure_dependence": "gives a few numbers",
    "fidelity.voltage_drop_between": "takes two results",
    "adoption.curve_density": "takes numbers",
    "adoption.curve_share": "takes numbers",
    "spc.remarks": "gives sentences",
}

#: What every row must have, of the frames that a user brings.
NEEDED = {
    "values": ("measure", "site", "on"),
    "counts": ("measure", "site", "on"),
    "ties": ("source", "target"),
    "times": ("months", "event"),
    "waits": ("months", "event"),
    "leavings": ("months", "event"),
    "intervals": ("stop", "event"),
    "effects": ("site", "setting", "effect"),
    "courses": ("site", "stop", "state"),
}


def awkward() -> Programme:
    """A little of everything: mergers, spans, conflicts, returns, closings, plans revised, hostile text."""
    months = [date(2022 + n // 12, n % 12 + 1, 1) for n in range(30)]
    reading = {"between": ["form", "visit"], "chosen": "visit", "by": "evaluators", "why": "they looked"}
    return Programme(
        {"name": 'Äwkward, "very"', "as_at": "2024-12-31", "readings": [reading], "rules": [A_YEAR]},
        sites={
            "site": ["A", "B", "C", "D", "E", "F"],
            "name": ["=Ward 1", "Ward; 2", "Ward\n3", "'Ward 4", None, "Ward 6"],
            "region": ["North", "North", "South", None, "South", "South"],
            "eligible": [True, True, True, True, None, False],
            "eligible_people": [100, 50, None, 70, 10, 5],
            "opened": [None, None, "2023-06-01", None, None, None],
            "closed": [None, None, None, None, "2023-03-01", None],
            "beds": [10, 20, 30, None, 5, 7],
        },
        successions={"site": ["A", "B"], "successor": ["C", "C"], "on": ["2023-06-01"] * 2, "kind": ["merged"] * 2},
        stages=pl.DataFrame(
            [
                ("A", "using", date(2022, 3, 1), "month", None, None, "visit", None),
                ("A", "using", date(2022, 6, 1), None, None, 0.5, "visit", None),
                ("B", "using", date(2022, 2, 1), None, None, None, "form", None),
                ("B", "preparing", date(2022, 2, 1), None, None, None, "visit", None),
                ("C", "embedded", date(2023, 9, 1), "year", None, 0.8, None, None),
                ("C", "stopped", date(2024, 2, 1), None, "lapsed", None, None, "left"),
                ("C", "using", date(2024, 6, 1), None, None, None, None, None),
                ("D", "exploring", date(2022, 1, 10), None, None, None, "one", None),
                ("D", "declined", date(2022, 1, 10), None, None, None, "two", None),
                ("D", "unknown", date(2023, 1, 1), None, None, None, None, None),
                ("E", "using", date(2022, 5, 5), "quarter", None, None, None, None),
                ("F", "using", date(2022, 5, 5), None, None, None, None, None),
            ],
            schema=["site", "stage", "on", "precision", "reason_kind", "extent", "source", "id"],
            orient="row",
        ),
        ties={
            "source": ["A", "B", "C", "D", "A", "C"],
            "target": ["B", "C", "D", "A", "B", "F"],
            "kind": ["referral", "referral", None, "professional", "professional", "referral"],
            "weight": [1, 2.5, None, 0, 3, 1],
            "since": [None, None, "2023-06-01", None, "2022-05-01", None],
            "until": [None, None, None, None, "2022-09-01", None],
        },
        plans={
            "what": ["stage"] * 4,
            "site": ["A", "A", None, "D"],
            "name": ["using", "using", "using", None],
            "value": [None, None, 3, None],
            "due": ["2022-01-01", "2022-04-01", "2023-01-01", "2022-06-01"],
            "set_on": ["2021-10-01", "2022-01-15", "2021-10-01", "2021-10-01"],
        },
        supports={
            "site": ["A", None],
            "kind": ["training", "funding"],
            "since": ["2022-01-01"] * 2,
            "until": ["2022-06-01", None],
        },
        needs={
            "site": ["A", "C", None, "D"],
            "kind": ["Training", "training ", "funding", "=data"],
            "since": ["2022-01-01", "2024-01-01", "2022-01-01", "2024-01-01"],
            "amount": [2.5, None, 10, 1],
            "unit": ["days", None, "pounds", "Days"],
        },
        capacities={"kind": ["training", "Data"], "since": ["2022-01-01"] * 2, "amount": [1, 0], "unit": ["Days"] * 2},
        responsibilities={
            "what": ["it", "it", "it", "-them"],
            "level": ["site", "region", "region", "system"],
            "site": ["C", None, None, None],
            "region": [None, "North", "South", None],
            "held_by": ["matron", None, "director", "board"],
            "until": [None, None, "2023-01-01", "2025-02-01"],
        },
        anchors={
            "what": ["policy", "contract", "policy"],
            "title": ["=Falls", "Beds", "Old falls"],
            "level": ["nation", "Trust", None],
            "region": [None, None, "North"],
            "on": ["2022-01-01"] * 3,
            "until": ["2025-03-01", None, "2024-01-01"],
        },
        conditions={
            "kind": ["legal", "legal", "commercial"],
            "text": ["A law", "A law", "A price"],
            "site": ["A", "C", None],
            "works": ["enables", "limits", "both"],
            "since": ["2021-01-01", None, "2023-01-01"],
        },
        other_work={
            "site": ["A", "C", "C", "D"],
            "name": ["Sepsis", "sepsis", "+1", "Beds"],
            "relation": ["competes", "reinforces", None, "competes"],
            "hours_a_month": [4, None, 2.5, None],
            "how": ["Same staff", None, "Same board", None],
            "until": [None, None, None, "2024-01-01"],
        },
        endings={
            "what": ["Paper", "Sepsis"],
            "on": ["2024-01-01"] * 2,
            "reason": ["Twice", "Once"],
            "site": ["A", None],
        },
        decisions={"on": ["2024-02-01"], "what": ["keep local"], "site": ["A"], "why": ["It works here"]},
        actions={
            "title": ["Ring", "Write", "Ask"],
            "due": ["2024-01-01", None, "2025-06-01"],
            "site": ["A", None, None],
            "milestone_of": [None, "Ring", None],
        },
        adaptations={"on": ["2022-08-01"], "what": ["-1 step"], "site": ["A"]},
        measures={"measure": ["falls"], "improves": ["down"]},
        values={
            "measure": ["falls"] * 60,
            "site": ["A"] * 30 + ["D"] * 30,
            "on": months * 2,
            "value": [9, 11, 10, 12] * 5 + [5, 4] * 5 + [3.0, 3.5, 4.0] * 10,
        },
        notes={
            "on": ["2024-02-03"],
            "title": ["@home"],
            "text": ["=One. Two?\nThree ẞ."],
            "about": ["stages:left"],
            "id": ["n"],
        },
        codings={
            "note": ["notes:n"] * 3,
            "construct": ["Fit", "Fit", "=Work"],
            "start": [0, 6, 0],
            "end": [5, 10, 3],
            "coder": ["A", "B", "B"],
            "passage": ["=One.", None, None],
        },
        explanations={
            "change": ["stages:left"] * 2,
            "reason": ["Staff left", "It never fitted"],
            "by": ["Ward", "Evaluator"],
            "speaks_for": ["notes:n", None],
            "dissent": [None, "The ward disagrees"],
        },
        accounts={
            "question": ["what changed and why"],
            "on": ["2024-12-01"],
            "by": ["Us"],
            "text": ["See [stages:left] [notes:no]."],
        },
    )


@cache
def programmes() -> dict[str, Programme]:
    """The awkward one, and the examples."""
    return {"awkward": awkward(), **{name: examples.load(name) for name in examples.names()}}


@cache
def other_ways(of: str) -> dict[str, Programme]:
    """The same programme with its rows in another order, of pandas frames and of plain columns."""
    programme = programmes()[of]
    ways = {
        "shuffled": shuffled,
        "pandas": _pandas,
        "plain": lambda frame: frame.to_dict(as_series=False),
    }
    return {
        way: Programme(programme.about, **{table: made(frame) for table, frame in programme.tables.items()})
        for way, made in ways.items()
        if way == "shuffled" or of == "awkward"
    }


@cache
def expected(name: str, of: str = "awkward") -> pl.DataFrame:
    return OF_PROGRAMMES[name](programmes()[of])


@cache
def frames() -> dict[str, pl.DataFrame]:
    """The frames that analyses of one table take."""
    values = programmes()["awkward"].values.drop("id")
    times = sustainment.staying(programmes()["awkward"], A_YEAR)
    counts = values.with_columns(numerator="value", denominator=pl.lit(40.0)).drop("value")
    return {
        "values": values,
        "counts": counts,
        "points": spc.chart(values),
        "ties": programmes()["awkward"].ties.drop("id"),
        "times": times,
        "leavings": pl.DataFrame(
            {
                "months": [3.0, 5, 6, 8, 9, 9],
                "event": [True, True, True, True, False, False],
                "left_as": ["paused", "stopped", "paused", "stopped", None, None],
                "size": [2, 1, 5, 4, 1, 3],
                "wave": ["first", "second"] * 3,
            }
        ),
        "intervals": pl.DataFrame(
            {
                "site": ["A", "A", "B", "C", "D", "E"],
                "start": [0.0, 3, 0, 2, 0, 0],
                "stop": [3.0, 9, 5, 8, 6, 7],
                "event": [True, False, True, True, True, False],
                "size": [2, 2, 1, 5, 4, 3],
            }
        ),
        "courses": sustainment.courses(programmes()["awkward"], A_YEAR, states="stage"),
        "effects": pl.DataFrame(
            {
                "site": list("ABCDE"),
                "setting": ["source", "source", "scale", "scale", "scale"],
                "effect": [8.0, 10.5, 4.25, 5, 6],
                "delivered": [0.9, 0.8, 0.6, 0.7, 0.5],
            }
        ),
        "waits": pl.DataFrame(
            {"months": [0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5], "event": [True] * 12 + [False] * 2}
        ),
        "curve": sustainment.kaplan_meier(times),
    }


#: Every analysis of programmes with every programme that it can speak of.
CASES = [
    pytest.param(name, programme, id=f"{name}, {programme}")
    for name in OF_PROGRAMMES
    for programme in ("awkward", *examples.names())
    if name != "explanation.evidence" or programme == "awkward"
]


def shuffled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sample(fraction=1.0, shuffle=True, seed=7)


def kept(programme: Programme) -> dict[str, pl.DataFrame]:
    return {name: frame.clone() for name, frame in programme.tables.items()}


def test_every_analysis_that_a_room_offers_is_held_to_this():
    offered = {
        f"{room}.{name}" for room, module in ROOMS.items() for name in module.__all__ if callable(getattr(module, name))
    }
    assert offered == {*OF_PROGRAMMES, *OF_FRAMES, *OTHERS}


@pytest.mark.parametrize(("name", "of"), CASES)
def test_an_analysis_of_a_programme_gives_a_frame_and_leaves_the_programme_alone(name: str, of: str):
    programme = programmes()[of]
    about, before = programme.about, kept(programme)
    assert isinstance(OF_PROGRAMMES[name](programme), pl.DataFrame)
    assert programme.about == about
    assert programme.tables.keys() == before.keys()
    for table, frame in before.items():
        assert_frame_equal(programme.tables[table], frame)


@pytest.mark.parametrize(("name", "of"), CASES)
def test_an_analysis_of_a_programme_minds_no_order_of_rows(name: str, of: str):
    assert_frame_equal(OF_PROGRAMMES[name](other_ways(of)["shuffled"]), expected(name, of))


@pytest.fixture(scope="module")
def read_back(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Programme]:
    """Every programme, written as a folder, as a zip and as a workbook, and read back."""
    folder: Path = tmp_path_factory.mktemp("written")
    return {
        (of, suffix): Programme.read(programme.write(folder / f"{of}{suffix}"))
        for of, programme in programmes().items()
        for suffix in ("", ".zip", ".xlsx")
        if suffix == "" or of == "awkward"
    }


@pytest.mark.parametrize(("name", "of"), CASES)
def test_an_analysis_gives_the_same_for_a_programme_written_and_read_back(name: str, of: str, read_back):
    for (which, _), programme in read_back.items():
        if which == of:
            assert_frame_equal(OF_PROGRAMMES[name](programme), expected(name, of))


@pytest.mark.parametrize("name", OF_PROGRAMMES)
def test_an_analysis_takes_programmes_of_pandas_polars_and_plain_columns(name: str):
    for way in ("pandas", "plain"):
        assert_frame_equal(OF_PROGRAMMES[name](other_ways("awkward")[way]), expected(name))


@pytest.mark.parametrize("name", OF_PROGRAMMES)
def test_a_covariate_of_the_sites_changes_no_figure(name: str):
    assert_frame_equal(OF_PROGRAMMES[name](with_covariates()), expected(name))


@cache
def with_covariates() -> Programme:
    """The awkward one, with further columns that are called what an analysis might call its own."""
    sites = programmes()["awkward"].sites
    more = {name: pl.lit("x") for name in ("on", "stage", "means", "who", "until", "left", "begun", "group", "in_use")}
    return programmes()["awkward"].with_tables(sites=sites.with_columns(**more))


#: These are asked about something that such a programme does not have.
ABOUT_SOMETHING = {"adoption.reach_by", "explanation.evidence"}
ABOUT_SOMETHING |= {"fidelity.benefit", "fidelity.benefit_beside", "fidelity.effects"}
#: This has a row for each group of people, also where nobody is heard.
ABOUT_SOMETHING |= {"explanation.voices"}


@pytest.mark.parametrize("name", sorted(set(OF_PROGRAMMES) - ABOUT_SOMETHING))
def test_an_analysis_of_a_programme_that_is_only_a_name_has_the_same_columns_and_no_rows(name: str):
    empty = OF_PROGRAMMES[name](Programme("Only a name"))
    assert_frame_equal(empty, expected(name).clear())


@pytest.mark.parametrize("table", TABLES)
def test_a_programme_says_which_column_a_table_lacks(table: str):
    column = TABLES[table].required[0]
    with pytest.raises(FaultyInput, match=f"need.*'{column}'"):
        Programme("Lacking", **{table: pl.DataFrame({"nothing": ["x"]})})


# Analyses of one frame


@pytest.mark.parametrize("name", OF_FRAMES)
def test_an_analysis_of_a_frame_leaves_it_alone(name: str):
    analysis, takes, _ = OF_FRAMES[name]
    frame = frames()[takes]
    before = frame.clone()
    assert isinstance(analysis(frame), pl.DataFrame)
    assert_frame_equal(frame, before)


@pytest.mark.parametrize("name", OF_FRAMES)
def test_an_analysis_of_a_frame_minds_no_order_of_rows(name: str):
    analysis, takes, _ = OF_FRAMES[name]
    frame = frames()[takes]
    assert_frame_equal(analysis(shuffled(frame)), analysis(frame))


@pytest.mark.parametrize("name", [name for name, (_, takes, _) in OF_FRAMES.items() if takes in NEEDED])
def test_an_analysis_of_a_frame_takes_pandas_polars_and_plain_columns(name: str):
    analysis, takes, _ = OF_FRAMES[name]
    frame = frames()[takes]
    expected = analysis(frame)
    for other in (frame.lazy(), _pandas(frame), frame.to_dict(as_series=False)):
        assert_frame_equal(analysis(other), expected)


@pytest.mark.parametrize("name", [name for name, (_, _, row_wise) in OF_FRAMES.items() if row_wise])
def test_extra_columns_travel_with_their_rows(name: str):
    analysis, takes, _ = OF_FRAMES[name]
    frame = frames()[takes]
    row = pl.concat_str(pl.col(NEEDED[takes]).cast(pl.String), separator="/")
    found = analysis(shuffled(frame.with_columns(beside=row, z_last=1)))
    assert found["beside"].to_list() == found.select(row).to_series().to_list()
    assert_frame_equal(found.drop("beside", "z_last"), analysis(frame))


@pytest.mark.parametrize(
    ("name", "column"),
    [(name, column) for name, (_, takes, _) in OF_FRAMES.items() for column in NEEDED.get(takes, ())],
)
def test_an_analysis_of_a_frame_names_what_is_missing(name: str, column: str):
    analysis, takes, _ = OF_FRAMES[name]
    with pytest.raises(FaultyInput, match=f"need.*'{column}'"):
        analysis(frames()[takes].drop(column))


def _pandas(frame: pl.DataFrame) -> Any:
    """As somebody would have it in pandas: objects, with None and NaN where nothing is known."""
    import pandas as pd

    return pd.DataFrame(frame.to_dict(as_series=False))
