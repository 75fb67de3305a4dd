"""A team's own rule set is a small file, and what is wrong with it is said in a sentence each."""

from __future__ import annotations

import pytest

import takeroot as tr
from takeroot.errors import FaultyInput, TakerootError
from takeroot.vocabulary import rulesets_in_files
from takeroot.vocabulary.rulesets import MDC, RULE_SETS


def read(folder, text):
    (folder / "own.yaml").write_text(text)
    return rulesets_in_files.read(folder / "own.yaml")


def faults(folder, text):
    with pytest.raises(FaultyInput) as raised:
        read(folder, text)
    return [str(fault) for fault in raised.value.faults]


def test_what_a_file_does_not_say_is_as_in_mdc(tmp_path):
    own = read(tmp_path, 'name: our-board\nversion: "2026"\nshift: 8\ntwo_of_three: no\n')
    assert (own.shift, own.two_of_three, own.trend, own.judge_from) == (8, "no", MDC.trend, MDC.judge_from)


@pytest.mark.parametrize("name", RULE_SETS)
def test_a_rule_set_is_read_back_as_it_was_written(tmp_path, name):
    own = RULE_SETS[name].model_copy(update={"name": "ours"})
    (tmp_path / "own.yaml").write_bytes(rulesets_in_files.to_yaml(own))
    assert rulesets_in_files.read(tmp_path / "own.yaml") == own


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version: 1\n", "own.yaml: 'name' is needed"),
        ("name: a\nversion: 1\nshift: one\n", "own.yaml, row 3: under 'shift' a whole number is needed, found 'one'"),
        ("name: a\nversion: 1\nshift: 1\n",
         "own.yaml, row 3: under 'shift' a number of at least 2 is needed, found '1'"),
        ("name: a\nversion: 1\nshfit: 8\n", "own.yaml, row 3: 'shfit' is not known here; did you mean 'shift'?"),
        ("name: mdc\nversion: 1\n", "own.yaml, row 1: a name other than that of a built-in rule set is needed, such as "
         "'our-mdc', found 'mdc'"),
        ("- a\n", "own.yaml: lines such as 'name: our-board' are needed"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_row(tmp_path, text, says):
    assert faults(tmp_path, text) == [says]


def test_a_file_that_is_not_there_is_said():
    with pytest.raises(TakerootError, match="can not be read: No such file"):
        rulesets_in_files.read("nowhere.yaml")


def test_charts_name_a_rule_set_of_ones_own(tmp_path):
    own = read(tmp_path, "name: our-board\nversion: 2026\nshift: 4\ntrend: 20\njudge_from: 5\n")
    values = {"measure": ["falls"] * 6, "site": ["A"] * 6, "on": [f"2024-0{n}" for n in range(1, 7)]}
    values |= {"value": [9, 1, 5, 6, 6, 6]}
    measures = {"measure": ["falls"], "improves": ["down"], "rules": ["our-board"]}
    points = tr.spc.chart(values, measures=measures, rule_sets=[own])
    assert points["rules"].unique().to_list() == ["our-board"]
    assert tr.spc.summary(points, rule_sets=[own])["rules"].item() == "our-board"
    with pytest.raises(FaultyInput, match="names 'our-board'"):
        tr.spc.chart(values, measures=measures)
