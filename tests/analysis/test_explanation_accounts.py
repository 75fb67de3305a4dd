"""Who has said why, what speaks for and against it, what leads nowhere, and everything in order of date."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.analysis.small import FELL, STOPPED, WARD, columns, measured, reading, small

from takeroot.analysis import explanation
from takeroot.errors import NotFound
from takeroot.vocabulary.programme import Programme


def explained(*rows: dict[str, Any], lines: tuple[str, ...] = STOPPED, **tables: Any) -> Programme:
    """Ward 3, which stopped, with explanations."""
    return small(*lines, sites=WARD, explanations=pl.DataFrame(list(rows)), **tables)


def state(programme: Programme, reference: str = "stages:s") -> str:
    return explanation.changes(programme).filter(reference=reference)["state"].item()


# What speaks to it


def test_a_change_that_nobody_speaks_of_has_no_account_yet():
    found = explanation.changes(small(*STOPPED, sites=WARD))
    assert (
        columns(found, "explanations", "accounts", "speaks_for", "speaks_against", "state")
        == [(0, 0, 0, 0, "no account yet")] * 2
    )


def test_one_explanation_is_an_account():
    programme = explained({"change": "stages:s", "reason": "Staff left", "by": "Ward"})
    assert state(programme) == "has an account"
    assert state(programme, "stages:u") == "no account yet"


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({"reason": "It never fitted", "by": "Evaluator"}, "accounts differ"),
        ({"reason": "It never fitted", "by": "Ward"}, "has an account"),
        ({"reason": "STAFF LEFT. ", "by": "Evaluator"}, "has an account"),
        ({"reason": "It never fitted", "by": None}, "accounts differ"),
        ({"reason": "It never fitted", "by": "Ward", "dissent": "The nurses disagree"}, "accounts differ"),
    ],
)
def test_accounts_differ_where_people_give_different_reasons_or_dissent(second, expected):
    first = {"change": "stages:s", "reason": "Staff left", "by": "Ward", "dissent": None}
    assert state(explained(first, {"change": "stages:s", "dissent": None, **second})) == expected


def test_reasons_for_different_changes_do_not_differ():
    programme = explained(
        {"change": "stages:s", "reason": "Staff left", "by": "Ward"},
        {"change": "stages:u", "reason": "A grant", "by": "Evaluator"},
    )
    assert explanation.changes(programme)["state"].to_list() == ["has an account"] * 2


def test_an_explanation_may_speak_of_several_changes():
    programme = explained({"change": "stages:s; stages:u", "reason": "One manager", "by": "Ward"})
    assert explanation.changes(programme)["explanations"].to_list() == [1, 1]


def test_an_explanation_of_a_row_that_confirms_is_one_of_what_it_confirms():
    lines = ("W3 2023-01-01 using id=u", "W3 2023-06-01 using id=again")
    programme = explained({"change": "stages:again", "reason": "A grant", "by": "Ward"}, lines=lines)
    assert columns(explanation.changes(programme), "reference", "explanations") == [("stages:u", 1)]


def test_what_speaks_for_and_against_is_counted_once():
    notes = {"on": ["2024-05-05"] * 3, "title": ["a", "b", "c"], "id": ["a", "b", "c"]}
    programme = explained(
        {
            "change": "stages:s",
            "reason": "Staff left",
            "by": "Ward",
            "speaks_for": "notes:a;notes:b",
            "speaks_against": "notes:c",
        },
        {"change": "stages:s", "reason": "Staff left", "by": "Matron", "speaks_for": "notes:b", "speaks_against": None},
        notes=notes,
    )
    assert columns(explanation.changes(programme), "explanations", "speaks_for", "speaks_against")[-1] == (2, 2, 1)


def account(by: str, text: str, **more: Any) -> dict[str, Any]:
    row = {"question": "what changed and why", "on": "2024-06-01", "by": by, "text": text, "version": None}
    return {**row, "stands_beside": None, "id": by.lower(), **more}


def accounted(*rows: dict[str, Any]) -> Programme:
    return small(*STOPPED, sites=WARD, accounts=pl.DataFrame(list(rows), infer_schema_length=None))


def test_an_account_that_cites_a_change_is_an_account_of_it():
    programme = accounted(account("Lead", "It lapsed [stages:s]."))
    assert columns(explanation.changes(programme), "accounts", "state") == [
        (0, "no account yet"),
        (1, "has an account"),
    ]


def test_only_the_latest_version_of_an_account_speaks():
    programme = accounted(
        account("Lead", "It lapsed [stages:s].", id="v1"), account("Lead", "We were wrong.", id="v2", on="2024-07-01")
    )
    assert state(programme) == "no account yet"
    assert columns(explanation.accounts(programme), "version", "latest") == [(1, False), (2, True)]


def test_accounts_that_stand_beside_each_other_differ_where_both_speak():
    lead = account("Lead", "It lapsed [stages:s] after it began [stages:u].")
    partner = account("Partner", "It was driven out [stages:s].", stands_beside="accounts:lead")
    found = explanation.changes(accounted(lead, partner))
    assert columns(found, "reference", "accounts", "state") == [
        ("stages:u", 1, "has an account"),
        ("stages:s", 2, "accounts differ"),
    ]


def test_accounts_that_do_not_stand_beside_each_other_do_not_differ():
    assert state(accounted(account("Lead", "[stages:s]"), account("Partner", "[stages:s]"))) == "has an account"


def test_an_account_stays_beside_another_whose_later_version_speaks():
    programme = accounted(
        account("Lead", "Not yet said.", id="lead1"),
        account("Lead", "It lapsed [stages:s].", id="lead2", on="2024-07-01"),
        account("Partner", "It was driven out [stages:s].", stands_beside="accounts:lead1"),
    )
    assert state(programme) == "accounts differ"


# Accounts and citations


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        (None, []),
        ("", []),
        ("Nothing [here] [see: below] [http://x.org] [1].", []),
        ("[stages:a1] and [notes:b-2.c]", ["stages:a1", "notes:b-2.c"]),
        ("[stages:a;notes:b] [ stages:c ] [stages:a]", ["stages:a", "notes:b", "stages:c"]),
        ("a line\n[stages:a\n]", ["stages:a"]),
        ("[nots:a]", ["nots:a"]),
    ],
)
def test_citations_are_references_in_square_brackets(text, cited):
    assert explanation.citations(text) == cited


def test_versions_are_given_or_counted_by_day():
    programme = accounted(
        account("A", "", id="a2", on="2024-03-01", version=2),
        account("A", "", id="a1", on="2024-01-01", version=1),
        account("B", "", id="b2", on="2024-03-01"),
        account("B", "", id="b1", on="2024-02-01"),
    )
    assert columns(explanation.accounts(programme), "reference", "version", "latest") == [
        ("accounts:a1", 1, False),
        ("accounts:a2", 2, True),
        ("accounts:b1", 1, False),
        ("accounts:b2", 2, True),
    ]


def test_accounts_of_other_questions_stand_by_themselves_unless_they_say_otherwise():
    programme = accounted(
        account("A", "", id="x", question="other"), account("A", "", id="y", question="other", on="2024-07-01")
    )
    assert columns(explanation.accounts(programme), "version", "latest") == [(1, True), (1, True)]


def test_an_account_says_how_much_of_what_it_cites_leads_nowhere():
    programme = accounted(account("Lead", "[stages:s] [stages:gone] [nots:s]"))
    assert columns(explanation.accounts(programme), "cites", "broken") == [(3, 2)]
    assert explanation.broken(programme).rows() == [
        ("accounts:lead", "nots:s", "accounts, text"),
        ("accounts:lead", "stages:gone", "accounts, text"),
    ]


def test_a_part_of_a_programme_reports_what_it_cites_and_does_not_hold():
    whole = explained(
        {"change": "stages:s", "reason": "Staff left", "by": "Ward", "speaks_for": "notes:n", "id": "e"},
        notes={"on": ["2024-05-05"], "title": ["a"], "id": ["n"]},
    )
    part = Programme.kept(whole.about, {name: frame for name, frame in whole.tables.items() if name != "notes"})
    assert explanation.broken(whole).height == 0
    assert explanation.broken(part).rows() == [("explanations:e", "notes:n", "explanations, speaks_for")]
    assert columns(explanation.evidence(part, "stages:s"), "direction", "reference", "says")[0] == (
        "for",
        "notes:n",
        "This is no longer in the record.",
    )


# Evidence


def test_evidence_for_and_against_and_around_is_one_list_in_order_of_date():
    programme = explained(
        {
            "change": "stages:s",
            "reason": "Staff left",
            "by": "Ward",
            "speaks_for": "notes:for",
            "speaks_against": "findings:f",
            "dissent": "The matron says it never fitted",
            "on": "2024-06-01",
            "id": "e",
        },
        notes={
            "on": ["2024-05-06", "2024-05-05"],
            "title": ["No one trained.", "A quiet month"],
            "voice": ["nurse", None],
            "about": [None, "stages:s"],
            "id": ["for", "about"],
        },
        findings={"title": ["Others kept it up"], "on": ["2024-03-01"], "source": ["Audit"], "id": ["f"]},
        accounts=pl.DataFrame([account("Lead", "It lapsed [stages:s].", on="2024-07-01")]),
    )
    assert columns(explanation.evidence(programme, "stages:s"), "direction", "on", "says", "by") == [
        ("against", "2024-03-01", "Others kept it up (Audit).", "Audit"),
        ("context", "2024-05-05", "A quiet month.", None),
        ("for", "2024-05-06", "No one trained (nurse).", "nurse"),
        ("against", "2024-06-01", "Dissent: The matron says it never fitted", None),
        ("context", "2024-06-01", "Reason given: Staff left (Ward).", "Ward"),
        ("context", "2024-07-01", "An account of what changed and why, by Lead.", "Lead"),
    ]


def test_evidence_of_a_change_that_nobody_speaks_of_is_empty():
    assert explanation.evidence(small(*STOPPED), "stages:s").height == 0


def test_evidence_of_what_is_not_there_is_not_found():
    with pytest.raises(NotFound, match="no row 'stages:gone'"):
        explanation.evidence(small(*STOPPED), "stages:gone")


def test_evidence_of_a_signal_that_has_gone_can_still_be_read():
    row = {"change": ["signals:gone"], "reason": ["Two more nurses"], "by": ["Ward"]}
    found = explanation.evidence(measured([9, 11] * 10, explanations=row), "signals:gone")
    assert found["says"].to_list() == ["Reason given: Two more nurses (Ward)."]


# The line of time


def test_everything_that_has_a_day_is_on_the_line_of_time_in_order():
    line = explanation.timeline(
        small(
            "W3 2024-01-01 using by=visit",
            "W3 2023-11-01 using by=form",
            sites=WARD,
            about=reading("form", "visit", chosen="visit"),
            plans={"what": ["stage"], "site": ["W3"], "due": ["2024-02-01"], "set_on": ["2023-10-01"]},
            supports={
                "kind": ["training"],
                "since": ["2023-12-01"],
                "until": ["2024-06-01"],
                "amount": [2],
                "unit": ["days"],
            },
            events={"on": ["2024-02-01"], "kind": ["policy"], "title": ["A mandate"], "region": ["North"]},
            anchors={"what": ["contract"], "title": ["In the contract"], "on": ["2024-03-01"], "level": ["region"]},
            adaptations={"on": ["2024-04-01"], "what": ["Shorter"], "site": ["W3"], "function_kept": ["no"]},
            experiments={
                "question": ["Is it quicker?"],
                "since": ["2024-05-01"],
                "what_happened": ["A little"],
                "decision": ["adopt"],
            },
            findings={
                "title": ["No effect"],
                "on": ["2024-06-01"],
                "estimate": [1.01],
                "lower": [0.84],
                "upper": [1.22],
                "unit": ["odds ratio"],
                "analysed": ["as started"],
                "source": ["Trial"],
            },
            notes={"on": ["2024-07-01"], "title": ["It is liked"], "voice": ["patient"]},
            decisions={
                "on": ["2024-08-01"],
                "what": ["keep local"],
                "by": ["Board"],
                "dissent": ["Two wished to go on"],
            },
            accounts=pl.DataFrame([account("Lead", "x", on="2024-09-01")]),
            actions={"title": ["Write it up", "Train"], "done": ["2024-10-01", None], "due": [None, "2025-01-01"]},
            successions={"site": ["W3"], "successor": ["W3"], "on": ["2024-12-01"], "kind": ["closed"]},
        )
    )
    assert columns(line, "on", "kind", "says") == [
        ("2023-10-01", "plan", "Plan for Ward 3: to be using it by 1 Feb 2024."),
        (
            "2023-11-01",
            "stage",
            "Ward 3 was using it on 1 Nov 2023, according to form, which the figures do not follow.",
        ),
        ("2023-12-01", "support", "Support for all sites: training, 2 days."),
        ("2024-01-01", "stage", "Ward 3 began to use it on 1 Jan 2024."),
        ("2024-02-01", "event", "A mandate, in North (policy)."),
        ("2024-03-01", "anchor", "Contract: In the contract (region)."),
        ("2024-04-01", "adaptation", "Ward 3 adapted it: Shorter; its function was not kept."),
        ("2024-05-01", "experiment", "A test of change: Is it quicker? A little. Decision: adopt."),
        ("2024-06-01", "finding", "No effect: 1.01 odds ratio (0.84 to 1.22), analysed as started (Trial)."),
        ("2024-07-01", "note", "It is liked (patient)."),
        ("2024-08-01", "decision", "Decision: keep local (Board). Dissent: Two wished to go on."),
        ("2024-09-01", "account", "An account of what changed and why, by Lead."),
        ("2024-10-01", "action", "Action: Write it up, done on 1 Oct 2024."),
        ("2024-12-01", "succession", "Ward 3 closed."),
        ("2025-01-01", "action", "Action: Train, due by 1 Jan 2025."),
    ]
    assert columns(line.filter(kind="support"), "until") == [("2024-06-01",)]
    assert line["site"].to_list().count("W3") == 5


def test_the_line_of_time_has_the_signals_and_every_row_of_the_record_can_be_found():
    line = explanation.timeline(measured(FELL))
    assert line["kind"].to_list() == ["stage", "signal"]
    assert line["reference"].n_unique() == line.height


@pytest.mark.parametrize(
    "table", ["conditions", "other_work", "core_claims", "deliveries", "entries", "links", "values", "sites"]
)
def test_evidence_may_be_a_row_of_any_table(table):
    rows = {
        "conditions": {"kind": ["legal"], "text": ["No contract"], "works": ["limits"], "id": ["x"]},
        "other_work": {"site": ["W3"], "name": ["Sepsis"], "relation": ["competes"], "id": ["x"]},
        "core_claims": {
            "component": ["huddle"],
            "core": [False],
            "according_to": ["Ward"],
            "reason": ["Too long"],
            "id": ["x"],
        },
        "deliveries": {"site": ["W3"], "component": ["huddle"], "on": ["2024-01"], "delivered": ["often"], "id": ["x"]},
        "entries": {
            "instrument": ["i"],
            "edition": ["1"],
            "subject": ["s"],
            "question": ["q"],
            "on": ["2024-01-01"],
            "text": ["It fits"],
            "id": ["x"],
        },
        "links": {
            "instrument": ["i"],
            "from_question": ["a"],
            "to_question": ["b"],
            "text": ["One drives the other"],
            "id": ["x"],
        },
        "values": {
            "measure": ["falls"],
            "site": ["W3"],
            "on": ["2024-01"],
            "numerator": [3],
            "denominator": [40],
            "id": ["x"],
        },
        "sites": {"site": ["W3"], "name": ["Ward 3"], "id": ["x"]},
    }
    told = {
        "conditions": "No contract (limits).",
        "other_work": "Other work at Ward 3: Sepsis (competes).",
        "core_claims": "Huddle is not core, according to Ward: Too long.",
        "deliveries": "Huddle at Ward 3, often.",
        "entries": "It fits.",
        "links": "One drives the other.",
        "values": "Falls at Ward 3: 3 of 40.",
        "sites": "Ward 3.",
    }
    explanations = {"change": ["stages:s"], "reason": ["r"], "by": ["b"], "speaks_for": [f"{table}:x"]}
    programme = small(*STOPPED, explanations=explanations, **{"sites": WARD, table: rows[table]})
    assert explanation.evidence(programme, "stages:s").filter(direction="for")["says"].to_list() == [told[table]]


def test_every_table_can_be_told():
    from takeroot.analysis.explanation.telling import TOLD, tell
    from takeroot.vocabulary.tables import TABLES

    for table in (*TABLES, "signals"):
        assert tell(Programme("Only a name"), table).schema == pl.Schema(TOLD)
