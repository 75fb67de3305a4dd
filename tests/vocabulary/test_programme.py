"""A programme: its tables agree, and reading back what was written gives the same."""

from datetime import date, datetime
from time import process_time

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from takeroot.errors import FaultyInput, NotFound
from takeroot.vocabulary.about import About
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.rulesets import RuleSet
from takeroot.vocabulary.tables import TABLES

USING = {"site": ["A"], "stage": ["using"], "on": ["2024-03-01"]}


def faults(about="Falls", **tables):
    with pytest.raises(FaultyInput) as raised:
        Programme(about, **tables)
    return [str(fault) for fault in raised.value.faults]


def test_a_name_is_enough_to_begin():
    programme = Programme("Falls")
    assert (programme.name, programme.tables, programme.as_at) == ("Falls", {}, None)
    assert programme.stages.height == 0 and programme.stages.columns[:3] == ["site", "stage", "on"]


def test_names_that_other_tables_use_make_a_table_that_nobody_gave():
    programme = Programme(
        "Falls", stages=USING, values={"measure": ["m"], "site": ["B"], "on": ["2024-04"], "value": [1]}
    )
    assert programme.sites["site"].to_list() == ["A", "B"]
    assert programme.measures["measure"].to_list() == ["m"]


def test_a_site_that_is_not_among_the_sites_is_a_fault_with_the_nearest_name():
    assert faults(sites={"site": ["Ward 3"]}, stages=USING | {"site": ["Wrad 3"]}) == [
        "Stages, row 1, column 'site': 'Wrad 3' is not among the sites; did you mean 'Ward 3'?"
    ]


def test_tables_are_held_against_one_another_as_far_as_they_could_be_read():
    sites = {"site": ["A", "B"], "opened": ["soon", "2020-01-01"]}
    stages = {"site": ["A", "C"], "stage": ["usng", "using"], "on": ["2024-03-01"] * 2}
    notes = {"on": ["2024-03-01"] * 2, "title": ["a", "b"], "about": ["stages:x;sites:y", "odd"]}
    assert faults({"name": "x", "rulez": 1}, sites=sites, stages=stages, notes=notes) == [
        "programme: 'rulez' is not known here; did you mean 'rules'?",
        "Sites, row 1, column 'opened': a day such as 2024-03-31 is needed, found 'soon'",
        "Stages, row 1, column 'stage': found 'usng'; did you mean 'using'? The words are: not_reached, exploring, "
        "declined, preparing, using, embedded, paused, stopped, unknown",
        "Notes, row 2, column 'about': references such as stages:1a2b3c4d5e are needed, joined by ;, found 'odd'",
        "Stages, row 2, column 'site': 'C' is not among the sites; add it to sites, or correct it here",
        "Notes, row 1, column 'about': there is no row 'sites:y'; correct the reference, or give the row that id",
    ]


@pytest.mark.parametrize(
    "tables",
    [
        {"sites": {"site": ["A", "\x07B"]}, "stages": USING | {"site": ["B"]}},
        {"sites": {"name": ["A"]}, "stages": USING},
        {"sites": {"site": ["A", "A"]}, "stages": USING, "notes": {"on": ["2024-03-01"], "title": ["a"]}},
        {"stages": USING | {"on": ["soon"]}, "explanations": {"change": ["stages:x"], "reason": ["why"]}},
        {"stages": {"site": ["A"] * 2, "stage": ["using"] * 2, "on": ["2024-03-01", "soon"], "id": ["a b", "a"]}},
        {"measures": {"measure": ["\x07"]}, "plans": {"what": ["measure"], "name": ["m"], "due": ["2024-01-01"]}},
    ],
)
def test_no_fault_is_told_because_of_another(tables):
    said = faults(**tables)
    assert [one for one in said if "is not among" in one or "there is no row" in one or "used twice" in one] == []


def test_a_file_that_could_not_be_read_may_have_held_what_is_missing(tmp_path):
    (tmp_path / "programme.yaml").write_text("name: x\n")
    (tmp_path / "round.csv").write_text("round,instrument,edition,subject\nr1,nasss,1,programme\n")
    (tmp_path / "answers.csv").write_text("round,respondent,question,answer\nr1,a,q,1\n")
    (tmp_path / "explanations.csv").write_text("change,reason\nnotes:n1,why\n")
    (tmp_path / "notes.csv").write_bytes(b"on,title\n2024-03-01,caf\xe9\n")
    with pytest.raises(FaultyInput) as raised:
        Programme.read(tmp_path)
    assert [fault.where for fault in raised.value.faults] == ["notes.csv", "round.csv"]


def test_a_plan_is_of_a_measure_or_component_that_there_is():
    plan = {"due": ["2024-01-01"], "set_on": ["2023-01-01"]}
    value = {"measure": ["falls"], "site": ["A"], "on": ["2024-03"], "value": [1]}
    assert faults(plans=plan | {"what": ["measure"], "name": ["fals"]}, values=value) == [
        "Plans, row 1, column 'name': 'fals' is not among the measures; did you mean 'falls'?"
    ]
    assert faults(plans=plan | {"what": ["component"], "name": ["chart"]}) == [
        "Plans, row 1, column 'name': 'chart' is not among the components; add it to components, or correct it here"
    ]
    assert faults(plans=plan | {"what": ["measure"]}) == [
        "Plans, row 1, column 'name': a plan of a measure says which one; write its name"
    ]
    assert Programme("x", plans=plan | {"what": ["measure"], "name": ["falls"]}, values=value).plans.height == 1


def test_a_measure_is_judged_by_rules_that_there_are():
    assert faults(measures={"measure": ["m"], "rules": ["mdc2021"]}) == [
        "Measures, row 1, column 'rules': 'mdc2021' is no rule set; did you mean 'mdc-2021'? (your own go under "
        "rule_sets in programme.yaml)"
    ]
    read = Programme("x", measures={"measure": ["m"], "rules": ["mdc-2021"]})
    assert read.measures["rules"].to_list() == ["mdc-2021"]


def test_a_programme_may_have_rule_sets_of_its_own():
    own = About(name="x", rule_sets=(RuleSet(name="our-board", version="2026", shift=8),))
    read = Programme(own, measures={"measure": ["m"], "rules": ["our-board"]})
    assert read.about.rule_sets[0].shift == 8
    with pytest.raises(ValidationError, match="a name other than that of a built-in rule set"):
        About(name="x", rule_sets=(RuleSet(name="mdc", version="2026"),))


def test_a_name_is_the_same_however_its_accents_are_written():
    whole, apart = "Caf\u00e9", "Cafe\u0301"
    programme = Programme("x", sites={"site": [whole]}, stages=USING | {"site": [apart], "reason": [apart]})
    assert programme.stages["site"].to_list() == [whole]
    assert programme.stages["reason"].to_list() == [apart]
    assert faults(sites={"site": [whole, apart]}) == [
        "Sites, row 2, column 'site': the same row as row 1 (the same site); keep one of them"
    ]


def test_only_sites_keep_further_columns():
    [told] = faults(stages=USING | {"mood": ["good"]})
    assert told.startswith("Stages, column 'mood': stages have no such column; the columns are: site, stage, on, ")
    assert "beds" in Programme("Falls", sites={"site": ["A"], "beds": [20]}).sites.columns


def test_a_reference_must_lead_somewhere_except_to_what_an_analysis_finds():
    said = {"change": ["stages:nowhere"], "reason": ["a new manager"]}
    assert faults(stages=USING, explanations=said) == [
        "Explanations, row 1, column 'change': there is no row 'stages:nowhere'; correct the reference, or give the "
        "row that id"
    ]
    kept = Programme("Falls", stages=USING, explanations={"change": ["signals:abc"], "reason": ["a new manager"]})
    assert kept.explanations["change"].to_list() == ["signals:abc"]


def test_faults_of_every_table_come_together():
    assert (
        len(faults({"name": "Falls", "rulez": 1}, stages=USING | {"stage": ["usng"]}, sites={"site": ["A", "A"]})) == 3
    )


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ({"stages": USING | {"on_before": ["2024-01-01"]}}, "comes before the day under 'on'"),
        ({"stages": USING | {"reason_kind": ["lapsed"]}}, "the stage here is not 'stopped'"),
        ({"ties": {"source": ["A"], "target": ["A"]}}, "can not be tied to itself"),
        ({"findings": {"title": ["t"], "source": ["s"], "lower": [2], "upper": [1]}}, "below the lower end"),
        (
            {"plans": {"what": ["stage"], "name": ["usng"], "due": ["2024-01-01"], "set_on": ["2023-01-01"]}},
            "is no stage",
        ),
        ({"stages": USING | {"id": ["two words"]}}, "an id is made of letters"),
        ({"notes": {"on": ["2024-01-01"] * 2, "title": ["a", "b"], "id": ["n1", "n1"]}}, "(the same id)"),
    ],
)
def test_tables_that_contradict_themselves_are_refused(tables, says):
    [said] = faults(**tables)
    assert says in said


def test_rules_and_readings_must_speak_of_what_exists():
    rule = {
        "name": "R",
        "valued_by": "teams",
        "months": 12,
        "why": "asked",
        "evidence": {"benefits": {"measure": "falls"}},
    }
    reading = {"between": ["a", "b"], "chosen": "c", "by": "lead", "why": "nearer"}
    assert faults({"name": "x", "rules": [rule, rule], "readings": [reading]}) == [
        "programme.yaml: a rule's evidence names 'falls', which is not among the measures; add it there, or "
        "correct the rule",
        "programme.yaml: two rules are called 'R'; each needs its own name",
        "programme.yaml: the reading chosen, 'c', is not one of those it is between",
    ]


def test_the_record_reaches_to_its_latest_day_unless_it_says_otherwise():
    assert Programme("x", stages=USING).as_at == date(2024, 3, 1)
    assert Programme({"name": "x", "as_at": "2024-06-30"}, stages=USING).as_at == date(2024, 6, 30)


def test_monthly_values_speak_of_the_whole_month():
    monthly = {"measure": ["m", "m"], "site": ["A", "A"], "on": ["2024-01", "2024-02"], "value": [1, 2]}
    assert Programme("x", values=monthly).as_at == date(2024, 2, 29)
    assert Programme("x", values=monthly | {"on": ["2024-01-01", "2024-02-02"]}).as_at == date(2024, 2, 2)


def test_a_row_is_found_by_its_reference():
    programme = Programme("x", stages=USING | {"id": ["first"]})
    assert programme.find("stages:first")["site"] == "A"
    with pytest.raises(NotFound):
        programme.find("stages:second")


def test_an_unknown_table_is_named_with_the_nearest():
    with pytest.raises(NotFound, match=r"There is no table 'stage'. Did you mean 'stages'\?"):
        Programme("x", stage=USING)


def test_a_misspelt_file_is_a_fault_and_a_readme_is_not(tmp_path):
    (tmp_path / "programme.yaml").write_text("name: Falls\n")
    (tmp_path / "README.md").write_text("ours\n")
    assert Programme.read(tmp_path).name == "Falls"
    (tmp_path / "stage.csv").write_text("site,stage,on\n")
    with pytest.raises(
        FaultyInput, match=r"stage.csv: no file of this name belongs to a programme; did you mean 'stages.csv'\?"
    ):
        Programme.read(tmp_path)


def test_faults_of_files_name_the_row_a_person_sees(tmp_path):
    (tmp_path / "programme.yaml").write_text("name: Falls\nrules:\n  - name: R\n    months: many\n")
    (tmp_path / "stages.csv").write_text("site,stage,on\nA,using,2024-03-01\n\nB,usng,2024-03-01\n")
    with pytest.raises(FaultyInput) as raised:
        Programme.read(tmp_path)
    assert [(fault.where, fault.row) for fault in raised.value.faults] == [
        ("programme.yaml", 3),
        ("programme.yaml", 3),
        ("programme.yaml", 4),
        ("stages.csv", 4),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: [", "not readable as YAML"),
        ("name: a\nname: b\n", "row 2: 'name' stands twice in one place; keep one of them"),
        ("a: &x [1]\nname: *x\n", "references to another place"),
        ("just words", "lines such as 'name: Our programme' are needed"),
        ("aim: none\n", "'name' is needed"),
        ("name: x\nstart: soon\n", "under 'start' a day such as 2024-03-31 is needed, found 'soon'"),
        ("name: '  '\n", "under 'name' some text is needed"),
    ],
)
def test_broken_yaml_is_one_sentence(tmp_path, text, says):
    (tmp_path / "programme.yaml").write_text(text)
    with pytest.raises(FaultyInput) as raised:
        Programme.read(tmp_path)
    assert says in str(raised.value)


def test_yes_and_no_are_words_in_yaml(tmp_path):
    (tmp_path / "programme.yaml").write_text("name: no\nsynthetic: yes\n")
    about = Programme.read(tmp_path).about
    assert (about.name, about.synthetic) == ("no", True)


@pytest.mark.parametrize(
    "word", ["1.10", "012", "1e3", "0o17", "0x1F", "yes", "2024-3-1", "1_000", ".nan", "NULL", "on"]
)
def test_text_stays_as_it_was_written(tmp_path, word):
    (tmp_path / "programme.yaml").write_text(f"name: {word}\nsources: [{word}]\nmeant_by: {{spread: {word}}}\n")
    about = Programme.read(tmp_path).about
    assert (about.name, about.sources, about.meant_by.spread) == (word, (word,), word)


def test_numbers_days_and_yes_and_no_are_read_where_they_are_meant(tmp_path):
    rule = (
        "{name: 1, valued_by: x, why: y, months: 12, core_share: 0.5, evidence: {benefits: {measure: 7, at_most: 6}}}"
    )
    (tmp_path / "programme.yaml").write_text(
        f"name: x\nstart: 2024-03-01\nend: 5 Mar 2025\nas_at:\nsponsor: ~\nsynthetic: true\nrules: [{rule}]\n"
        "eligible: {sites: 40, all_listed: no}\n"
    )
    (tmp_path / "measures.csv").write_text("measure\n7\n")
    about = Programme.read(tmp_path).about
    assert (about.start, about.end, about.as_at, about.sponsor) == (date(2024, 3, 1), date(2025, 3, 5), None, "")
    assert (about.synthetic, about.eligible.sites, about.eligible.all_listed) == (True, 40, False)
    [read] = about.rules
    assert (read.name, read.months, read.core_share, read.evidence.benefits.at_most) == ("1", 12, 0.5, 6.0)


BROKEN_WORDS = {
    "name:\n": ["row 1: 'name' is needed"],
    "name: [a, b]\n": ["row 1: under 'name' some text is needed, found a list of 2"],
    "name: x\nend: 2024-13-01\nstart: 2024-02-30\nsponser: y\n": [
        "row 2: under 'end' a day that is in the calendar is needed, found '2024-13-01'",
        "row 3: under 'start' a day that is in the calendar is needed, found '2024-02-30'",
        "row 4: 'sponser' is not known here; did you mean 'sponsor'?",
    ],
    "name: x\nas_at: 9999-12-31\nstart: 20240301\nend: 2024-03-31 14:00\n": [
        "row 2: under 'as_at' a day between 1600 and 2200 is needed, found '9999-12-31'",
        "row 3: under 'start' a day such as 2024-03-31 is needed, found '20240301'",
        "row 4: under 'end' a day such as 2024-03-31 is needed, found '2024-03-31 14:00'",
    ],
    "name: x\nsources: one\neligible: 5\nsharing: everyone\nsynthetic: maybe\n": [
        "row 2: under 'sources' a list is needed (write '- ' before each of its items), found 'one'",
        "row 3: under 'eligible' fields are needed (sites, how_known, all_listed), found '5'",
        "row 4: under 'sharing' one of 'own only', 'named peers' or 'all' is needed, found 'everyone'",
        "row 5: under 'synthetic' yes or no is needed, found 'maybe'",
    ],
    "name: x\neligible: {sites: 0}\nreadings:\n- between: [a]\n  chosen: a\n  by: b\n  wy: c\n": [
        "row 2: under 'eligible.sites' a number over 0 is needed, found '0'",
        "row 4: under 'readings.1.between' a list of at least 2 is needed, found a list of 1",
        "row 4: 'readings.1.why' is needed",
        "row 7: 'readings.1.wy' is not known here; did you mean 'why'?",
    ],
    "name: x\nrules:\n- in use\n- {name: R, valued_by: x, why: y, months: 1.5, core_share: .nan}\n": [
        "row 3: under 'rules.1' fields are needed (name, what, valued_by, zero, months, why, core_share, grace, "
        "evidence), found 'in use'",
        "row 4: under 'rules.2.months' a whole number is needed, found '1.5'",
        "row 4: under 'rules.2.core_share' a number is needed, found '.nan'",
    ],
    'name: "\\ud800x"\n': ["row 1: under 'name' half of a character, which no file can hold; delete it, found '�x'"],
    "name: T: x\n": [
        "row 1: not readable as YAML: mapping values are not allowed here; put text that holds a colon in quotation "
        "marks"
    ],
    "name: x\nstart: !!int x\naim: *here\nname: y\n": [
        "row 2: take '!!int' out; what a field holds is known without",
        "row 3: write it out in full; references to another place (* and &) are not read",
        "row 4: 'name' stands twice in one place; keep one of them",
    ],
    "name: x\n---\nname: y\n": ["row 2: a second document begins here; keep one of them"],
    "? [a]\n: x\n": ["row 1: the name of a field is a word; found a list or fields"],
}


@pytest.mark.parametrize(("text", "said"), BROKEN_WORDS.items(), ids=list(BROKEN_WORDS))
def test_what_is_wrong_with_the_words_is_said_all_at_once_and_plainly(tmp_path, text, said):
    (tmp_path / "programme.yaml").write_text(text)
    with pytest.raises(FaultyInput) as raised:
        Programme.read(tmp_path)
    assert [str(fault) for fault in raised.value.faults] == [f"programme.yaml, {one}" for one in said]


@pytest.mark.parametrize("text", ["[" * 5_000, "{a: " * 5_000, "- " * 5_000, "[" * 5_000 + "]" * 5_000])
def test_lists_without_end_are_refused_at_once(tmp_path, text):
    (tmp_path / "programme.yaml").write_text(f"name: x\nsources:\n {text}")
    began = process_time()
    with pytest.raises(FaultyInput, match="row 3: over 20 lists or fields stand within one another"):
        Programme.read(tmp_path)
    assert process_time() - began < 10


def test_the_words_of_a_programme_made_in_python_are_judged_alike():
    assert faults({"name": "\ud800x", "as_at": date(9999, 12, 31), "start": 20240301, "sources": "one"}) == [
        "programme: under 'name' half of a character, which no file can hold; delete it, found '�x'",
        "programme: under 'start' a day such as 2024-03-31 is needed, found '20240301'",
        "programme: under 'as_at' a day between 1600 and 2200 is needed, found '9999-12-31'",
        "programme: under 'sources' a list is needed, found 'one'",
    ]
    assert Programme({"name": "x", "start": datetime(2024, 3, 1)}).about.start == date(2024, 3, 1)


def test_words_too_long_to_be_read_back_are_not_written(tmp_path):
    with pytest.raises(FaultyInput, match="is over 2 MiB; shorten its texts"):
        Programme({"name": "x", "aim": "x" * 2**21}).write(tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_what_may_not_be_meant_is_remarked_without_being_refused():
    reading = {"between": ["tracker", "visit"], "chosen": "tracker", "by": "lead", "why": "nearer"}
    about = {"name": "x", "as_at": "2024-01-31", "readings": [reading], "eligible": {"sites": 1}}
    stages = USING | {"stage": ["stopped"], "source": ["tracker"]}
    programme = Programme(about, sites={"site": ["A", "B"], "regoin": ["North", "South"]}, stages=stages)
    assert programme.remarks == [
        "sites: 'regoin' is kept as a further column; if 'region' was meant, rename it",
        "stages: 1 rows come after 2024-01-31, up to which the record counts (as_at)",
        "programme.yaml: a reading is between sources, but no stage has the source 'visit'",
        "stages: 1 rows say 'stopped' without saying whether decided, replaced or lapsed",
        "sites: 2 are listed, more than the 1 said to be eligible",
    ]
    assert Programme("x", stages=USING).remarks == []


def test_days_and_places_that_may_not_be_meant_are_remarked():
    programme = Programme(
        {"name": "x", "start": "2024-03-01", "end": "2023-03-01"},
        sites={
            "site": ["A", "B", "C"],
            "part_of": ["B", "A", "A"],
            "opened": ["2024-04-01", None, None],
            "closed": [None, "2024-03-01", None],
        },
        stages={"site": ["A", "B", "C"], "stage": ["using"] * 3, "on": ["2024-03-01"] * 3},
        successions={"site": ["A", "B", "C"], "successor": ["B", "A", "C"], "on": ["2024-01-01"] * 3},
    )
    assert programme.remarks == [
        "programme.yaml: the programme ends on 2023-03-01, before it starts on 2024-03-01",
        "stages: 2 rows stand before their site opened or after it closed, when it does not count; the first is 'A' "
        "on 2024-03-01",
        "sites: 'B', 'A', 'B': each is part of the next, and so round in a circle",
        "successions: 'B', 'A', 'B': each is the successor of the one before, and so round in a circle",
    ]


def test_values_that_do_not_go_with_their_parts_are_remarked():
    programme = Programme(
        "x",
        measures={"measure": ["m"], "multiply": [100]},
        values={
            "measure": ["m"] * 6,
            "site": list("ABCDEF"),
            "on": ["2024-03"] * 6,
            "value": [33.3, 33, 0.333, None, None, 7],
            "numerator": [1, 1, 1, 1, 1, None],
            "denominator": [3, 3, 3, 0, None, 2],
        },
    )
    assert programme.remarks == [
        "values: 2 rows have a numerator and no denominator, or one of 0, so that they have no value; the first is 'm' "
        "at 'D' on 2024-03-01",
        "values: 1 rows have a value that is not their numerator over their denominator, times the measure's "
        "'multiply'; the value counts; the first is 'm' at 'C' on 2024-03-01",
    ]


def test_the_words_of_a_formula_that_failed_are_remarked():
    programme = Programme("x", sites={"site": ["A", "B"], "name": ["#REF!", "Ward #2"], "list": ["#N/A", None]})
    assert programme.remarks == [
        "sites: 1 cells of 'name' say '#REF!' or the like, as a spreadsheet does where a formula fails",
        "sites: 1 cells of 'list' say '#N/A' or the like, as a spreadsheet does where a formula fails",
    ]


# Reading back what was written

HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12),
    st.sampled_from(
        [
            "=1+1",
            "+4",
            "-4",
            "@x",
            "'quoted",
            "''",
            "\tTab",
            "a,b;c\td",
            'say "no"',
            "two\nlines",
            "nan",
            "NULL",
            "TRUE",
            "1e5",
            "007",
            "1.10",
            "null",
            "~",
            "!tag",
            "&a *b",
            "e\u0301",
            "_x0041_",
            "{=A1}",
            "http://x.y",
            "2024-03-31",
            "é\u202eمرحبا",
            "👩‍⚕️",
            "\u2028line",
            "\ufeffbom",
            "%",
            "#N/A",
            "-",
        ]
    ),
)


def column(draw, declared, name, rows):
    plain = HOSTILE.filter(
        lambda text: not any((ord(c) < 32 and c not in "\t\n\r") or c in "\ufffe\uffff" for c in text)
    )
    kinds = {
        "text": plain,
        "word": st.sampled_from(declared.words or ("x",)),
        "day": st.dates(date(1700, 1, 1), date(2199, 12, 31)),
        "number": st.floats(declared.least or -1e12, declared.most or 1e12),
        "count": st.integers(int(declared.least or 0), int(declared.most or 10**9)),
        "share": st.floats(0, 1),
        "share_or_word": st.sampled_from(("always", "0.5", "1")),
        "yes_no": st.booleans(),
        "references": st.just("signals:abc;signals:def"),
    }
    cell = kinds[declared.kind] if declared.required else st.none() | kinds[declared.kind]
    return draw(st.lists(cell, min_size=rows, max_size=rows))


@st.composite
def programmes(draw):
    """Random tables with hostile text; whatever the door refuses is not a programme and is left out."""
    tables = {}
    for name in draw(st.lists(st.sampled_from(sorted(TABLES)), max_size=4, unique=True)):
        table = TABLES[name]
        rows = draw(st.integers(1, 4))
        columns = [c for c, declared in table.columns.items() if declared.required or draw(st.booleans())]
        tables[name] = {c: column(draw, table.columns[c], c, rows) for c in columns if c != "id"}
        if name == "sites":
            tables[name]["covariate"] = draw(st.lists(st.none() | HOSTILE, min_size=rows, max_size=rows))
            tables[name]["list size"] = draw(st.lists(st.none() | st.floats(-1e9, 1e9), min_size=rows, max_size=rows))
    about = {
        "name": f"x{draw(HOSTILE)}",
        "aim": draw(HOSTILE),
        "meant_by": {"spread": draw(HOSTILE)},
        "sources": ["y" + draw(HOSTILE)],
    }
    about["synthetic"], about["start"] = (
        draw(st.booleans()),
        draw(st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))),
    )
    while True:
        try:
            frames = {name: pl.DataFrame(columns, strict=False) for name, columns in tables.items()}
            return Programme(About.model_validate(about), **frames)
        except FaultyInput as refused:
            at_fault = {fault.where.lower().replace(" ", "_") for fault in refused.faults} & set(tables)
            assert at_fault, refused
            tables = {name: columns for name, columns in tables.items() if name not in at_fault}
        except ValueError:  # a control character, which the door refuses
            about = {"name": "x"}


@pytest.mark.parametrize("shape", ["folder", "zip", "xlsx"])
@given(programme=programmes())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_reading_back_what_was_written_gives_the_same_programme(tmp_path_factory, shape, programme):
    path = tmp_path_factory.mktemp("written") / ("programme" if shape == "folder" else f"programme.{shape}")
    written = programme.write(path)
    again = Programme.read(written)
    assert again == programme
    for name, frame in programme.tables.items():
        assert dict(again.tables[name].schema) == dict(frame.schema)


@pytest.mark.parametrize("shape", ["folder", "zip"])
@pytest.mark.parametrize("text", ["said " * 40_000, '"' * 200_000, "a line\n" * 30_000, "é" * 200_000])
def test_a_whole_interview_is_read_back_as_it_was_written(tmp_path, shape, text):
    programme = Programme("x", notes={"on": ["2024-03-01"] * 2, "title": ["a", "b"], "text": [text, "short"]})
    assert Programme.read(programme.write(tmp_path / ("x" if shape == "folder" else "x.zip"))) == programme


def test_text_too_long_to_be_read_back_is_not_written(tmp_path):
    programme = Programme("x", notes={"on": ["2024-03-01"], "title": ["a"], "text": ["x" * 10_000_001]})
    with pytest.raises(FaultyInput, match="a row holds over 10,000,000 characters of text"):
        programme.write(tmp_path / "x")
    with pytest.raises(FaultyInput, match="a text of over 32,767 characters, which no cell of a workbook holds"):
        programme.write(tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []
