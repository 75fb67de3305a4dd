"""A programme: its tables agree, and reading back what was written gives the same."""

from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takeroot.errors import FaultyInput, NotFound
from takeroot.vocabulary.about import About
from takeroot.vocabulary.programme import Programme
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
        ("programme.yaml", 4),
        ("programme.yaml", 3),
        ("stages.csv", 4),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: [", "not readable as YAML"),
        ("name: a\nname: b\n", "not readable as YAML: found duplicate key"),
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
