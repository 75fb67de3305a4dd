"""Every instrument of the library, used as people use it: answered on phones and in workbooks, written twice, and read.

A new instrument of the library is walked through by itself.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.exchange.test_answer_sheets import as_typed, fill
from tests.journeys import respondents
from tests.journeys.conftest import Walk, Walks
from tests.journeys.respondents import SIX, Said
from tests.journeys.test_walks import serious

from takeroot import Programme
from takeroot.analysis import assessment
from takeroot.charts.wording import day
from takeroot.exchange import answers_read
from takeroot.reporting.answered import names_of
from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.answer import offered
from takeroot.vocabulary.instrument import Instrument, Question

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

LIBRARY = instruments_in_files.library()
ASKED = [name for name, one in LIBRARY.items() if one.kind == "questionnaire" and not one.shell]
WRITTEN = [name for name, one in LIBRARY.items() if one.kind != "questionnaire"]
SITES = ("ash", "oak")
CALLED = {"ash": "Ash ward", "oak": "Oak ward"}
TODAY = date.today()
FIRST, SECOND = TODAY - timedelta(days=40), TODAY - timedelta(days=3)
ROUND = "Spring 2026/27"
ROLE = "I work with patients or the people we serve"


@pytest.fixture(scope="module")
def ours(walk: Walks, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A programme of two sites that was begun in the browser: its address."""
    file = tmp_path_factory.mktemp("ours") / "ours.zip"
    Programme("Ours", sites={"site": SITES, "name": [*CALLED.values()]}).write(file)
    return begun(walk, "Ours", file)


@pytest.fixture(scope="module")
def theirs(walk: Walks, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Another, whose people answer in workbooks."""
    file = tmp_path_factory.mktemp("theirs") / "theirs.zip"
    Programme("Theirs", sites={"site": SITES, "name": [*CALLED.values()]}).write(file)
    return begun(walk, "Theirs", file)


def begun(walk: Walks, name: str, file: Any) -> str:
    """Begin a programme with a file, and bring it in."""
    with walk() as there:
        there.sign_in("lead", "/begin")
        there.page.get_by_label("Name", exact=True).fill(name)
        there.page.get_by_label("A file to begin with").set_input_files(file)
        there.follow(there.page.get_by_role("button", name="Begin", exact=True))
        there.follow(there.page.get_by_role("button", name=re.compile("^Bring ")))
        return re.search(r"/p/[^/]+/", there.page.url)[0]


# Questionnaires


@pytest.mark.parametrize("name", ASKED)
def test_six_answer_on_phones_and_six_in_workbooks_and_the_two_say_the_same(walk, ours, theirs, tmp_path, name):
    of, six = LIBRARY[name], [respondents.respondent(LIBRARY[name], nth) for nth in range(SIX)]
    called = f"{ROUND} {name}"
    with walk() as lead:
        lead.sign_in("lead", ours)
        on_phones = asked(lead, ours, of, called, partial(answered_on_phones, walk, of, six))
        fill_in = partial(answered_in_workbooks, walk, of, six, tmp_path)
        in_workbooks = asked(lead, theirs, of, called, fill_in)

    assert told_by(tmp_path) == [said_by(one) for one in six]
    assert dots_of(on_phones["view"]) == counted(of, tmp_path, called)
    assert in_workbooks["view"] == on_phones["view"]
    assert in_workbooks["report"] == on_phones["report"]
    assert on_phones["report"]


def asked(lead: Walk, ours: str, of: Instrument, called: str, answered: Callable[[str], None]) -> dict[str, Any]:
    """A round by one link, begun, answered, closed, and read by whoever leads."""
    lead.go(f"{ours}rounds/new?instrument={of.id}")
    lead.page.get_by_label("What the round is called").fill(called)
    lead.page.get_by_label("Anonymous, by one link").check()
    lead.follow(lead.page.get_by_role("button", name="Begin the round"))
    where = lead.page.url
    answered(lead.page.locator(".address a").get_attribute("href"))
    lead.page.goto(where)
    lead.follow(lead.page.get_by_role("button", name="Close the round"))
    lead.follow(lead.page.get_by_role("link", name="What people answered"))
    assert f"{SIX} people answered" in lead.page.locator("main").inner_text()
    return {"view": group_view(lead, ours, called), "report": in_report(lead, ours, of, called)}


def answered_on_phones(walk: Walks, of: Instrument, six: list[Said], link: str) -> None:
    """Each answers page by page on a phone of their own, without an account, and sends."""
    for nth, said in enumerate(six):
        with walk(390) as phone:
            page = phone.page
            page.goto(link)
            assert "Nobody is shown a single sheet" in page.locator("#promises").inner_text()
            phone.follow(page.get_by_role("button", name="Begin"))
            for section in range(len(of.sections)):
                if nth == 0:
                    assert (phone.overflow() <= 0, serious(phone)) == (True, []), page.url
                respondents.answer_page(page, of, section, said)
            sent(phone)


def answered_in_workbooks(walk: Walks, of: Instrument, six: list[Said], folder: Path, link: str) -> None:
    """Each fills in a workbook that was taken out by the link, brings it back by the link, and sends."""
    for nth, said in enumerate(six):
        path = folder / f"{nth}.xlsx"
        with walk() as there:
            page = there.page
            page.goto(link)
            page.get_by_text("On paper, or in a spreadsheet").click()
            if nth == 0:
                with page.expect_download() as download:
                    page.get_by_role("link", name="workbook").click()
                download.value.save_as(folder / "empty.xlsx")
            shutil.copy(folder / "empty.xlsx", path)
            filled_in(path, of, said, nth)
            page.get_by_label("Your workbook").set_input_files(path)
            there.follow(page.get_by_role("button", name="Read it"))
            sent(there)


def sent(there: Walk) -> None:
    """Send a sheet that is looked over."""
    there.page.get_by_label(ROLE).check()
    there.follow(there.page.get_by_role("button", name="Send my answers"))
    assert there.page.get_by_role("heading", name="Thank you").is_visible()


def filled_in(path: Path, of: Instrument, said: Said, nth: int) -> None:
    """Type into a workbook what somebody says: choices as they are offered, and an x for each of several."""
    cells: dict[str, tuple[str | None, str | None]] = {}
    for question in of.questions:
        answer, words = said[question.id], said.words.get((question.id, ""))
        for cell, typed in as_typed(of, question, answer, plain=False).items() if answer else ():
            cells[cell] = (typed, None)
        if words:
            cells[question.id] = (cells.get(question.id, (None, None))[0], words)
    fill(path, cells, {"respondent": f"p{nth}"})


def read_back(folder: Path) -> pl.DataFrame:
    """What the workbooks say, as the library reads them."""
    return pl.concat([answers_read.read(folder / f"{nth}.xlsx").frame for nth in range(SIX)])


def told_by(folder: Path) -> list[dict[str, tuple[str | None, str | None]]]:
    """What each workbook answers, and says beside it."""
    every = read_back(folder).sort("respondent").group_by("respondent", maintain_order=True)
    return [{row["question"]: (row["answer"], row["comment"]) for row in mine.to_dicts()} for _, mine in every]


def said_by(said: Said) -> dict[str, tuple[str | None, str | None]]:
    """The same of somebody made up."""
    return {question: (answer, said.words.get((question, site))) for (question, site), answer in said.answers.items()}


def group_view(there: Walk, programme: str, called: str) -> dict[str, list[list[str]]]:
    """The rows of every table of the group view, by the part of the page in which they stand."""
    assert there.go(f"{programme}views/{called}") == 200
    assert serious(there) == []
    parts = there.page.locator("section.panel:has(table)").evaluate_all(
        """every => every.map(each => [each.id,
            [...each.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.textContent.trim()))])"""
    )
    return dict(parts)


def dots_of(view: dict[str, list[list[str]]]) -> list[tuple[str, str, int]]:
    """The rows of a group view that say how many gave which answer, without the answers that nobody gave."""
    rows = [row for part, every in view.items() if part.startswith("of-") for row in every]
    return sorted((name, says, int(n)) for name, says, n in rows if n != "0")


def counted(of: Instrument, folder: Path, called: str) -> list[tuple[str, str, int]]:
    """How many gave which answer, worked out of the workbooks by the library alone."""
    rounds = {
        "round": [called], "instrument": [of.id], "edition": [of.edition], "subject": ["programme"],
        "kind": ["anonymous"], "closes": [TODAY - timedelta(days=1)],
    }  # fmt: skip
    dots = assessment.dots(of, assessment.counts(of, rounds, read_back(folder), as_at=TODAY))
    shown = dots.filter(pl.col("n") > 0)
    says = shown["says"].str.replace(r"^Not relevant: (Not relevant)", "$1")
    names = shown["question"].replace_strict(names_of(of), return_dtype=pl.String)
    return sorted(zip(names, says, shown["n"], strict=True))


def in_report(there: Walk, programme: str, of: Instrument, called: str) -> list[str]:
    """What the report says of a round, from how many answered to the end: words, what charts say, and tables."""
    assert there.go(f"{programme}report/read?section=asked") == 200
    part = there.page.locator(".part", has=there.page.get_by_role("heading", name=f"{called}, about"))
    assert part.count() == 2, "the round stands within the part of its instrument"
    assert part.first.get_by_role("heading", level=3).inner_text() == of.title
    text = part.last.evaluate("each => each.textContent")
    return [line for line in text.splitlines() if line.strip()]


def test_an_open_round_is_answered_signed_in_alone_and_as_a_team_and_is_there_to_talk_about_at_once(walk, ours):
    of = LIBRARY["npt"]
    called, sheets = "Open, together", {"Alone, as myself": 1, "As a team, on one screen": 2}
    with walk(390) as there:
        there.sign_in("lead", ours)
        there.go(f"{ours}rounds/new?instrument={of.id}")
        page = there.page
        page.get_by_label("What the round is called").fill(called)
        page.get_by_label("Open A team answers together").check()
        there.follow(page.get_by_role("button", name="Begin the round"))
        where = page.url
        for way, nth in sheets.items():
            page.goto(where)
            there.follow(page.get_by_role("link", name=way))
            there.follow(page.get_by_role("button", name="Begin"))
            for section in range(len(of.sections)):
                respondents.answer_page(page, of, section, respondents.respondent(of, nth))
            page.get_by_role("checkbox").check()
            there.follow(page.get_by_role("button", name="Send my answers"))
        page.goto(where)
        there.follow(page.get_by_role("link", name="What people answered"))
        assert "2 people answered" in page.locator("main").inner_text()
        shown = {(name, says): n for name, says, n in dots_of(group_view(there, ours, called))}
        both = [respondents.respondent(of, nth) for nth in sheets.values()]
        names = names_of(of)
        for question in of.questions:
            offers = {one.value: one.says for one in offered(of.scale(question))}
            for one in both:
                answer = one[question.id]
                says = offers.get(answer, answer)
                if answer:
                    same = sum(other[question.id] == answer for other in both)
                    assert shown[names[question.id], says] == same, question.id
        report = "\n".join(in_report(there, ours, of, called))
        assert "2 people answered. The round was open" in report
        assert "By role" not in report


# Records and plans


@pytest.mark.parametrize("name", WRITTEN)
def test_a_team_writes_twice_compares_the_two_and_reads_them_in_the_report(walk, ours, name):
    of = LIBRARY[name]
    once, again = (respondents.team(of, SITES, nth) for nth in (0, 1))
    with walk(390) as there:
        there.sign_in("lead", ours)
        for on, said in ((FIRST, once), (SECOND, again)):
            written(there, ours, of, on, said)
        page = there.page
        page.get_by_label("Compare with that of").select_option(FIRST.isoformat())
        there.follow(page.get_by_role("button", name="Show what changed"))
        assert (there.overflow() <= 0, serious(there)) == (True, [])
        changed = page.locator("section.panel", has=page.get_by_role("heading", name="Changed"))
        assert rows_of(changed) == changes(of, once, again, " ")
        assert page.get_by_role("heading", name="New").count() == 0
        assert page.get_by_role("heading", name="No longer answered").count() == 0
    with walk() as there:
        there.sign_in("lead", ours)
        kind = "records" if of.kind == "record" else "intended"
        assert there.go(f"{ours}report/read?section={kind}") == 200
        part = there.page.locator(".part", has=there.page.get_by_role("heading", name=of.title, level=3))
        text = part.first.evaluate("each => each.textContent")
        assert f"Written 2 times, on {day(FIRST)} and {day(SECOND)}. By lead." in text
        told = part.locator("table", has=there.page.get_by_text("What changed between the last two."))
        assert rows_of(told, most=3) == [row for row in changes(of, once, again, ". ") if row[0] not in of_sites(of)]


def written(there: Walk, ours: str, of: Instrument, on: date, said: Said) -> None:
    """Write a record or plan page by page, look it over, and release it."""
    page = there.page
    there.go(f"{ours}assess/{of.id}/write")
    about = page.get_by_label("The whole programme")
    if about.count():
        about.check()
    page.get_by_label("Of which day?").fill(on.isoformat())
    if on == SECOND:
        page.get_by_label("Begin with what was written last time").check()
    there.follow(page.get_by_role("button", name="Begin"))
    while page.get_by_role("button", name="Release it to the record").count() == 0:
        assert there.overflow() <= 0, page.url
        respondents.write_page(page, of, said)
        there.follow(page.get_by_role("button", name=re.compile("^Keep, and (go on|look it over)")))
    there.follow(page.get_by_role("button", name="Release it to the record"))
    assert page.get_by_text("It stays as it was written.").is_visible()


def rows_of(panel: Any, most: int = 3) -> list[tuple[str, ...]]:
    """What a table of changes says: the question, what was said before, and after."""
    cells = panel.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText || cell.textContent))"
    )
    return [tuple(" ".join(cell.split()) for cell in row[:most]) for row in cells]


def changes(of: Instrument, once: Said, again: Said, between: str) -> list[tuple[str, ...]]:
    """What changed from one writing to the next, as it is read: the answer, and the words beside it after a sign."""
    found = []
    for question in of.questions:
        name = question.short or question.asks
        for site in SITES if question.by_site else ("",):
            told = [in_words(of, question, said, site, between) for said in (once, again)]
            if told[0] != told[1]:
                found.append((f"{CALLED[site]}: {name}" if site else name, *told))
    return found


def of_sites(of: Instrument) -> set[str]:
    """What is said at sites, as a comparison names it."""
    each = [question.short or question.asks for question in of.questions if question.by_site]
    return {f"{CALLED[site]}: {name}" for site in SITES for name in each}


def in_words(of: Instrument, question: Question, said: Said, site: str, between: str) -> str:
    """An answer as people read it, with the words beside it."""
    offers = {one.value: one.says for one in offered(of.scale(question))}
    answer, words = said.answers[question.id, site], said.words.get((question.id, site), "")
    several = of.scale(question).kind == "any of"
    says = "; ".join(offers[one] for one in answer.split(";")) if several else offers.get(answer, answer)
    if of.scale(question).kind == "day":
        says = day(date.fromisoformat(answer))
    says = " ".join(says.split())
    return f"{says.rstrip('.') if between == '. ' else says}{between}{words}" if words else says
