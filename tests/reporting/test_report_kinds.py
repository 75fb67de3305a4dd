"""Kinds of report: each for its reader, each from the same record, and none with what its reader may not see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.reporting.made import Page, wards

import takeroot as tr
from takeroot.errors import NotFound, TakerootError
from takeroot.reporting import report
from takeroot.reporting.drafts import GUIDELINES
from takeroot.reporting.drafts.filling import FILLING, TITLES
from takeroot.reporting.one_site import seen_by
from takeroot.reporting.report import Report
from takeroot.reporting.report_kinds import KINDS
from takeroot.reporting.sections import SECTIONS


def page(kind: str, **changes: object) -> Page:
    site = "W2" if kind == "site" else None
    return Page(report.content(wards(**changes), "x.html", kind=kind, site=site).decode())


def test_the_full_evaluation_is_made_of_every_section() -> None:
    assert KINDS["full"].sections == SECTIONS
    assert list(KINDS) == ["full", "one-pager", "board", "site", "squire", "stari", "tidier"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_how_it_was_made_and_how_to_get_it_again(kind: str) -> None:
    text = page(kind).text
    asked = "" if kind == "full" else f" --kind {kind}"
    asked += " --site W2" if kind == "site" else ""
    assert f"takeroot report PROGRAMME{asked} -o" in text
    assert "31 Dec 2023" in text


def test_one_page_holds_both_answers_and_accounts_that_differ_side_by_side() -> None:
    told = page("one-pager")
    assert [text for _, text in told.headings[:4]] == [
        wards().name,
        "The two answers",
        "Was it spread and sustained as planned?",
        "What changed, and why?",
    ]
    assert "2 accounts that differ" in told.text and "hospital manager" in told.text and "ward sister" in told.text
    assert "of 8 eligible sites" in told.text


def test_an_account_is_cut_at_a_sentence_and_never_within_a_citation() -> None:
    text = (
        "It lapsed when she left. " + "The form said so in every month of the year [notes:like] and nobody read it " * 9
    )
    accounts = {
        "question": ["what changed and why"],
        "on": ["2023-07-01"],
        "by": ["sister"],
        "text": [text],
        "id": ["a"],
    }
    told = page("one-pager", accounts=accounts).text
    assert "It lapsed when she left." in told
    assert not re.search(r"\[notes:[a-z]*…|\[notes…|\[…", told)


def test_the_board_page_has_each_measure_in_a_row_with_its_limits() -> None:
    told = page("board")
    rows = re.findall(r'<th scope="row"[^>]*>(.*?)</th>', told.source)
    assert "Huddles held (%)" in rows
    assert {"Latest", "Value", "Mean", "Limits", "Variation"} <= set(
        re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', told.source)
    )


def test_a_letter_holds_its_own_site_and_of_the_others_nothing() -> None:
    told = page("site")
    assert "To Ward 2" in told.text and "It lapsed" not in told.text
    assert [name for name in ("Ward 1", "Ward 3", "Ward 4", "w3-paused", "w4-stopped") if name in told.source] == []
    assert "It holds what Ward 2 may see of the programme, and nothing else." in told.text


def test_a_letter_shows_of_the_programme_what_every_site_sees() -> None:
    told = page("site", components={"component": ["huddle"], "name": ["Morning huddle"], "function": ["to talk"]})
    assert "Morning huddle" in told.text
    assert "accounts" not in seen_by(wards(), "W2").tables and "Somebody" not in told.text


def test_what_a_site_keeps_to_itself_and_what_is_not_released_goes_to_no_other_site() -> None:
    adaptations = {
        "site": ["W1", "W2", None, None],
        "on": ["2023-01-01"] * 4,
        "what": ["zqone", "zqtwo", "zqthree", "zqfour"],
        "visibility": ["all", "site", "site", "all"],
    }
    notes = {
        "on": ["2023-01-01"] * 4,
        "title": ["zqfive", "zqsix", "zqseven", "zqeight"],
        "site": ["W2", "W2", "W1", None],
        "visibility": ["all", "programme", "all", "all"],
    }
    text = page("site", adaptations=adaptations, notes=notes).text
    seen = [
        word
        for word in ("zqone", "zqtwo", "zqthree", "zqfour", "zqfive", "zqsix", "zqseven", "zqeight")
        if word in text
    ]
    assert seen == ["zqtwo", "zqfour", "zqfive"]


def test_a_letter_counts_up_to_the_day_of_the_whole_programme() -> None:
    whole = wards(about={"name": "Falls"})
    assert seen_by(whole, "W2").as_at == whole.as_at


def test_a_letter_asks_for_what_is_not_recorded_of_the_site_alone() -> None:
    text = page("site").text
    assert "Which parts of it do you do, and how much of the time?" in text
    assert "Where do you stand with it today" not in text


def test_a_site_may_be_given_by_the_name_that_people_use() -> None:
    by_name, by_code = (Report.of(wards(), kind="site", site=site) for site in ("Ward 2", "W2"))
    assert by_name.sections == by_code.sections


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"kind": "site"}, "A report of the kind 'site' needs the site that it goes to."),
        ({"kind": "board", "site": "W2"}, "A report of the kind 'board' is of no single site; only 'site' is."),
        ({"site": "W2"}, "A report of the kind 'full' is of no single site; only 'site' is."),
        ({"kind": "board", "only": ["spread"]}, "Sections are chosen of the full report alone."),
    ],
)
def test_what_does_not_go_together_is_one_sentence(asked: dict, says: str) -> None:
    with pytest.raises(TakerootError, match=re.escape(says)):
        Report.of(wards(), asked.pop("only", None), **asked)


def test_a_kind_or_a_site_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="one-pager"):
        tr.report.write(wards(), tmp_path / "x.html", kind="one-page")
    with pytest.raises(NotFound, match="W2"):
        tr.report.write(wards(), tmp_path / "x.html", kind="site", site="W22")
    assert list(tmp_path.iterdir()) == []


# Drafts


@pytest.mark.parametrize(("name", "items"), [("squire", 18), ("stari", 27), ("tidier", 12)])
def test_a_guideline_has_its_items_in_order(name: str, items: int) -> None:
    found = [item for _, some in GUIDELINES[name].sections for item in some]
    numbers = list(dict.fromkeys(int(re.sub(r"\D", "", item.number)) for item in found))
    assert numbers == list(range(1, items + 1))
    assert {item.status for item in found} <= {"confirmed", "unconfirmed"}


def test_every_item_takes_what_there_is_to_take() -> None:
    taken = {key for one in GUIDELINES.values() for _, some in one.sections for item in some for key in item.takes}
    assert taken <= set(FILLING) and set(FILLING) == set(TITLES)


@pytest.mark.parametrize("name", GUIDELINES)
def test_a_draft_has_every_item_and_says_which_are_missing(name: str) -> None:
    told = page(name)
    titles = [f"{item.number}. {item.title}" for _, some in GUIDELINES[name].sections for item in some]
    headings = [text for _, text in told.headings]
    assert [title for title in titles if title not in headings] == []
    assert "Missing. The record says nothing to this item. To be written." in told.text
    assert "the guideline itself is the authority" in told.text


def test_what_the_record_says_stands_under_the_first_item_and_is_pointed_to_from_the_next() -> None:
    told = page("squire")
    titles = [text for _, text in told.headings]
    assert titles.count("What changed, and why?") == 1  # on the first page, and at no item
    assert "What changed and why: see item 13d." in told.text


def test_what_people_wrote_for_an_item_stands_there_signed() -> None:
    entries = {"instrument": ["squire"], "edition": ["2.0"], "subject": ["programme"], "question": ["3"]}
    entries |= {"on": ["2023-05-01"], "text": ["Falls hurt people."], "by": ["ward sister"], "id": ["p"]}
    text = page("squire", entries=entries).text
    item = text.partition("3. Problem description")[2].partition("4. Available knowledge")[0]
    assert "Falls hurt people. (ward sister, 1 May 2023;" in item and "Missing" not in item


def test_a_draft_of_nothing_says_that_all_is_missing() -> None:
    told = Page(report.content(tr.Programme("Falls"), "x.html", kind="tidier").decode())
    assert told.text.count("The record says nothing to this item.") >= 9
