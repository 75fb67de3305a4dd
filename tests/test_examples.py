"""The examples say what their sources say, and what was planted in the made-up one is found."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

import takeroot as tr
from takeroot.errors import NotFound
from takeroot.reporting.results import Results
from takeroot.reporting.sections.story import deciding
from takeroot.simulation.comparing import in_files
from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.answer import the_question
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
NAMES = ["frailsafe", "prompt", "synthetic"]
PUBLISHED = ["frailsafe", "prompt"]
#: A text column that names the source, in tables that have no column for it.
NAMES_ITS_SOURCE = {
    "plans": "why",
    "notes": "text",
    "experiments": "what_happened",
    "supports": "by",
}
KNOWN_AS_A_SOURCE = r"(\d{4}|Wales|org|page|Times|blog|Health Foundation|CLAHRC|NIHR|devex)"


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return YAML(typ="safe", pure=True).load(ROOT / "tests/truth/synthetic.yaml")


@pytest.fixture(scope="module")
def synthetic() -> Programme:
    return tr.examples.load("synthetic")


def finding(programme: Programme, name: str) -> dict[str, Any]:
    return programme.find(f"findings:{name}")


def test_there_are_three_examples() -> None:
    assert tr.examples.names() == NAMES


def test_an_example_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(NotFound) as error:
        tr.examples.load("promt")
    assert str(error.value) == "There is no example 'promt'. Did you mean 'prompt'?"


@pytest.mark.parametrize("name", NAMES)
def test_an_example_loads_without_a_fault_and_travels(name: str, tmp_path: Path) -> None:
    programme = tr.examples.load(name)

    programme.write(tmp_path / "again.zip")

    assert Programme.read(tmp_path / "again.zip") == programme


@pytest.mark.parametrize("name", NAMES)
def test_every_citation_of_an_example_leads_somewhere(name: str) -> None:
    programme = tr.examples.load(name)
    assert tr.explanation.accounts(programme)["cites"].sum() > 15
    assert tr.explanation.broken(programme).rows() == []


def test_only_the_made_up_programme_is_marked_as_made_up() -> None:
    assert [name for name in NAMES if tr.examples.load(name).about.synthetic] == ["synthetic"]


# Published


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_row_of_a_published_case_says_where_it_is_from(name: str) -> None:
    programme = tr.examples.load(name)
    with_source = [table for table, frame in programme.tables.items() if "source" in frame.columns and table != "ties"]
    without = [table for table in with_source if programme.tables[table]["source"].null_count()]
    assert "findings" in with_source and "stages" in with_source and "sites" in with_source
    assert without == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_where_there_is_no_column_for_a_source_the_text_names_it(name: str) -> None:
    programme = tr.examples.load(name)
    named = {
        table: programme.tables[table].filter(~pl.col(column).str.contains(KNOWN_AS_A_SOURCE))["id"].to_list()
        for table, column in NAMES_ITS_SOURCE.items()
        if table in programme.tables
    }
    assert named == {table: [] for table in named}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_case_names_its_sources_and_the_day_it_reaches(name: str) -> None:
    about = tr.examples.load(name).about
    assert len(about.sources) >= 8
    assert about.as_at == {"frailsafe": date(2018, 1, 31), "prompt": date(2023, 5, 31)}[name]
    assert about.rules == ()  # neither source says what sustained means


@pytest.mark.parametrize(("name", "place", "many"), [("prompt", "Scotland", 12), ("prompt", "Wales", 12)])
def test_unnamed_units_stay_unnamed(name: str, place: str, many: int) -> None:
    units = tr.examples.load(name).sites.filter(region=place)
    assert units.height == many
    assert units["name"].str.starts_with("Unnamed").all()
    assert units["note"].str.contains("The number carries no identity").all()
    assert units["ods_code"].null_count() == units["latitude"].null_count() == many


def test_the_trial_s_rate_is_of_babies_with_a_score() -> None:
    prompt = tr.examples.load("prompt")
    births, scored = finding(prompt, "thistle-births")["estimate"], finding(prompt, "thistle-scored")["estimate"]
    low, rate = finding(prompt, "thistle-low")["estimate"], finding(prompt, "thistle-rate")["estimate"]
    assert 100 * low / (births * scored / 100) == pytest.approx(1.4924, abs=5e-5)
    assert round(100 * low / (births * scored / 100), 2) == rate
    assert round(100 * low / births, 2) != rate


def test_both_analyses_of_the_trial_stand_in_one_list() -> None:
    findings = tr.examples.load("prompt").findings
    trial = findings.filter(pl.col("unit") == "odds ratio").sort("analysed")
    assert trial.select("analysed", "estimate", "lower", "upper").rows() == [
        ("as allocated", 0.79, 0.63, 1.01),
        ("as started", 1.01, 0.84, 1.22),
    ]
    assert [round((low * high) ** 0.5, 3) for low, high in trial.select("lower", "upper").rows()] == [0.798, 1.012]
    before, after = (finding(tr.examples.load("prompt"), f"thistle-{when}")["estimate"] for when in ("before", "after"))
    assert after / before == pytest.approx(1.208, abs=0.005)  # rates published to two places


def test_wales_supported_nearly_every_course() -> None:
    prompt = tr.examples.load("prompt")
    share = finding(prompt, "wales-supported")["estimate"] / finding(prompt, "wales-courses")["estimate"]
    assert round(100 * share, 2) == 93.46


def test_mpilo_s_shares_follow_from_its_counts() -> None:
    prompt = tr.examples.load("prompt")
    trained = finding(prompt, "mpilo-trained")["estimate"] / finding(prompt, "mpilo-staff")["estimate"]
    values = prompt.values.filter(measure="maternal_deaths", site="mpilo").sort("on")
    before, after = (values["numerator"] / values["denominator"]).to_list()
    assert round(100 * trained, 1) == 90.2
    assert prompt.deliveries.filter(site="mpilo")["delivered"].to_list() == [f"{trained:.3f}"]
    assert (round(100 * before, 3), round(100 * after, 4)) == (0.738, 0.4856)
    assert round(100 * (1 - after / before), 1) == 34.2
    assert [finding(prompt, f"mpilo-{year}")["estimate"] for year in (2011, 2014)] == [
        round(100 * before, 2),
        round(100 * after, 2),
    ]


def test_two_units_never_began_whatever_one_page_says() -> None:
    prompt = tr.examples.load("prompt")
    history = tr.adoption.history(prompt).filter(pl.col("site").str.starts_with("scotland"))
    used = set(history.filter(pl.col("stage") == "using")["site"])
    found = tr.adoption.conflicts(prompt)
    during = tr.adoption.reach(prompt).filter(on=date(2016, 8, 1)).row(0, named=True)
    assert sorted(used) == [f"scotland-{number:02d}" for number in range(1, 11)]
    assert found["site"].to_list() == ["scotland-11", "scotland-12"]
    assert found["chosen"].str.contains("Lenguerrand").all()
    # With Southmead; and at the most with the page's two, and one of which nothing was known.
    assert (during["in_use"], during["in_use_high"], during["not_known"]) == (11, 14, 1)


def test_the_plan_of_the_trial_is_kept_as_planned_and_as_run() -> None:
    plans = tr.adoption.planned_against_actual(tr.examples.load("prompt"))
    due = plans.group_by("version", "due").agg(sites=pl.len(), met=pl.col("met").sum()).sort("version")
    assert due.rows() == [(1, date(2016, 2, 29), 12, 10), (2, date(2016, 9, 30), 12, 10)]


def test_access_is_counted_apart_from_use() -> None:
    prompt = tr.examples.load("prompt")
    access = finding(prompt, "access-104")
    assert (access["estimate"], access["unit"]) == (104, "units with access")
    assert tr.adoption.reach(prompt)["in_use_high"].max() < 104


def test_editions_of_the_package_are_versions_of_one_component() -> None:
    editions = tr.examples.load("prompt").components.filter(component="course_in_a_box")
    assert editions["name"].to_list() == ["Course in a box", "PROMPT 2", "PROMPT 3", "PROMPT Annual Update"]
    assert [since.year if since else None for since in editions["since"]] == [2008, 2012, 2017, None]


def test_conflicting_years_of_a_grant_both_stand() -> None:
    events = tr.examples.load("prompt").events.filter(pl.col("title").str.contains("SaFE"))
    assert sorted(day.year for day in events["on"]) == [2002, 2004]


def test_a_complete_checklist_is_counted_two_ways() -> None:
    frailsafe = tr.examples.load("frailsafe")
    complete, sampled = (finding(frailsafe, name)["estimate"] for name in ("complete", "sampled"))
    shares = [finding(frailsafe, name)["estimate"] for name in ("bundle-paper", "bundle-page", "element-lowest")]
    assert round(100 * complete / sampled, 2) == 24.03
    assert shares == [24.0, 22.5, 58.4]
    assert finding(frailsafe, "bundle-paper")["source"] != finding(frailsafe, "bundle-page")["source"]
    assert len(set(frailsafe.measures["definition"])) == frailsafe.measures.height


def test_a_form_kept_and_its_function_lost_is_told_as_that() -> None:
    adaptations = tr.examples.load("frailsafe").adaptations
    lost = adaptations.filter(function_kept="no")
    assert sorted(lost["id"]) == ["checking-juniors", "completed-alone", "senior-doctors"]
    assert set(lost["component"]) == {"challenge"}


def test_a_forecast_is_set_against_what_happened() -> None:
    experiments = tr.examples.load("frailsafe").experiments
    assert experiments.height == 2
    assert experiments["prediction"].null_count() == experiments["what_happened"].null_count() == 0


def test_silence_after_a_study_is_not_a_lapse() -> None:
    for name in PUBLISHED:
        assert tr.examples.load(name).stages.filter(stage="stopped").height == 0
    now = tr.adoption.reach(tr.examples.load("frailsafe")).row(-1, named=True)
    assert (now["ever_used"], now["in_use"], now["not_known"]) == (12, 0, 12)


def test_measures_without_published_values_give_no_chart() -> None:
    frailsafe = tr.examples.load("frailsafe")
    points = tr.spc.chart(frailsafe.values, measures=frailsafe.measures, phases=frailsafe.phases)
    assert frailsafe.measures.height == 4
    assert (points.height, tr.spc.summary(points, measures=frailsafe.measures).height) == (0, 0)


# Synthetic


def test_what_was_planted_is_found(synthetic: Programme, truth: dict[str, Any]) -> None:
    points = tr.spc.chart(synthetic.values, measures=synthetic.measures, phases=synthetic.phases)
    by_month = {
        (m, s, on): (signals.split(";"), shows)
        for m, s, on, signals, shows in points.select("measure", "site", "on", "signals", "shows").rows()
    }
    missed = []
    for signal in truth["signals"]:
        first, last = (date.fromisoformat(signal[which]) for which in ("first", "last"))
        months = [on for m, s, on in by_month if (m, s) == (signal["measure"], signal["site"]) and first <= on <= last]
        there = [by_month[signal["measure"], signal["site"], on] for on in months]
        if not months or any(signal["kind"] not in found or shows != signal["shows"] for found, shows in there):
            missed.append((signal["measure"], signal["site"]))
    assert len(truth["signals"]) == 10
    assert missed == []


def test_the_state_of_every_planted_change_is_as_planted(synthetic: Programme, truth: dict[str, Any]) -> None:
    changes = tr.explanation.changes(synthetic)
    found = dict(changes.select("reference", "state").rows())
    planted = {reference: state for state, told in truth["changes"].items() for reference in told}
    planted |= {signal["reference"]: signal["state"] for signal in truth["signals"]}
    assert {reference: found.get(reference) for reference in planted} == planted
    assert set(planted.values()) == {"no account yet", "has an account", "accounts differ"}


def test_causes_are_logged_or_truly_absent(synthetic: Programme, truth: dict[str, Any]) -> None:
    causes = [signal["cause"] for signal in truth["signals"]]
    assert [cause for cause in causes if cause and not synthetic.find(cause)] == []
    assert causes.count(None) == 3


def test_one_account_cites_nothing(synthetic: Programme, truth: dict[str, Any]) -> None:
    accounts = tr.explanation.accounts(synthetic)
    assert accounts.filter(pl.col("cites") == 0)["reference"].to_list() == truth["cites_nothing"]


def test_sites_stopped_as_the_truth_says(synthetic: Programme, truth: dict[str, Any]) -> None:
    stopped = synthetic.stages.filter(stage="stopped", source="programme tracker").sort("site")
    by_reason = stopped.group_by("reason_kind").agg(pl.col("site").unique().sort()).sort("reason_kind")
    assert dict(by_reason.rows()) == truth["stopped"]
    assert all(truth["stopped"][kind] for kind in ("decided", "lapsed", "replaced"))


def test_conflicts_are_those_that_were_planted(synthetic: Programme, truth: dict[str, Any]) -> None:
    found = tr.adoption.conflicts(synthetic).select("site", pl.col("on").cast(pl.String), "other_stage", "stage")
    assert [dict(zip(("site", "on", "chosen", "other"), row, strict=True)) for row in found.rows()] == truth[
        "conflicts"
    ]


def test_a_site_closed_while_in_use_has_not_stopped(synthetic: Programme, truth: dict[str, Any]) -> None:
    last = tr.adoption.spells(synthetic).filter(pl.col("site").is_in(truth["closed_while_in_use"]))
    assert last.select("ended_as", "ended_in_event", "why_censored").rows() == [("closed", False, "closed")]


def test_other_work_competes_where_it_was_made_to(synthetic: Programme, truth: dict[str, Any]) -> None:
    work = synthetic.other_work.sort("site", "name")
    for relation in ("competes", "reinforces"):
        told = work.filter(relation=relation)
        assert (told["site"] + ": " + told["name"]).to_list() == truth[relation]


def test_sites_that_nobody_approached_are_not_reached(synthetic: Programme, truth: dict[str, Any]) -> None:
    reached = set(synthetic.stages["site"])
    assert reached & set(truth["never_approached"]) == set()
    assert synthetic.sites.filter(eligible=False)["site"].to_list() == truth["not_eligible"]


def test_the_synthetic_programme_uses_every_table_and_every_stage(synthetic: Programme) -> None:
    assert sorted(synthetic.tables) == sorted(TABLES)
    assert sorted({*synthetic.stages["stage"], "not_reached"}) == sorted(tr.Stage)
    assert {rule.zero for rule in synthetic.rules} == {"adoption", "end of support"}
    assert len(synthetic.rules) == 3


def test_the_synthetic_programme_s_what_ifs_can_be_asked_again_and_are_told_in_its_report(synthetic: Programme) -> None:
    rows = synthetic.what_ifs.rows(named=True)
    asked = [in_files.from_yaml("choices", row["choices"].encode()) for row in rows]
    assert [(one.question, one.expects) for one in asked] == [(row["question"], row["expects"]) for row in rows]
    assert [bool(row["decision"]) for row in rows] == [True, False]
    section = deciding(Results(synthetic))
    assert section is not None
    _, grid = next(block.blocks for block in section.blocks if getattr(block, "title", "") == "What-ifs")
    came = [dict(zip([column.head for column in grid.columns], row, strict=True)) for row in grid.rows]
    assert [(row["Asked"], row["Decided"]) for row in came] == [
        (row["question"], row["decision"] or "nothing yet") for row in rows
    ]
    assert all(row["What came of it"].startswith("The order is not settled") for row in came)


def test_three_rules_give_three_answers(synthetic: Programme) -> None:
    answers = tr.sustainment.by_rule(synthetic)
    assert answers["rule"].to_list() == [rule.name for rule in synthetic.rules]
    assert answers["judged"].min() >= 20
    assert answers["share"].n_unique() == 3


def test_passages_that_were_coded_lie_in_their_notes(synthetic: Programme) -> None:
    notes = {f"notes:{row['id']}": row["text"] for row in synthetic.notes.to_dicts()}
    passages = [notes[row["note"]][row["start"] : row["end"]] for row in synthetic.codings.to_dicts()]
    assert "You can click past it" in passages
    assert [passage for passage in passages if not passage or passage != passage.strip()] == []


def test_roles_see_the_same_question_otherwise(synthetic: Programme) -> None:
    survey = instruments_in_files.find("npt", "1")
    points = {option.value: option.points for option in survey.scale(the_question(survey, "ca6")).options}
    asked = synthetic.answers.filter(round="npt-2022", question="ca6")
    asked = asked.with_columns(points=pl.col("answer").replace_strict(points, return_dtype=pl.Float64))
    by_role = dict(asked.group_by("role").agg(pl.col("points").mean()).rows())
    assert by_role["hospital manager"] - by_role["ward nurse"] > 1.5


def test_the_script_makes_the_same_folder_to_the_byte(tmp_path: Path) -> None:
    script = [sys.executable, "scripts/make_synthetic.py", str(tmp_path / "synthetic"), str(tmp_path / "truth.yaml")]

    subprocess.run(script, cwd=ROOT, check=True, timeout=120)

    made = {path.name: path.read_bytes() for path in (tmp_path / "synthetic").iterdir()}
    kept = {path.name: path.read_bytes() for path in tr.examples.path("synthetic").iterdir() if path.is_file()}
    assert sorted(made) == sorted(kept)
    assert [name for name in made if made[name] != kept[name]] == []
    assert (tmp_path / "truth.yaml").read_bytes() == (ROOT / "tests/truth/synthetic.yaml").read_bytes()
    assert sum(map(len, kept.values())) < 2_000_000
