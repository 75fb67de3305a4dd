"""A lead gives a team its link; the team opens it on a phone, asks, and takes its sheet out."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from tests.journeys.conftest import Walks

pytestmark = pytest.mark.journey


def made_link(walk: Walks) -> tuple[str, str]:
    """The home of the first site, and the address of a link of it that was just made."""
    with walk() as lead:
        lead.sign_in("lead", "/p/synthetic/sites")
        lead.follow(lead.page.locator("table.sites tbody th a").first)
        home = lead.page.url.removeprefix(lead.home)
        lead.follow(lead.page.get_by_role("link", name="A link for the team"))
        lead.page.get_by_label("Whom it is for").fill("Night team")
        until = lead.page.get_by_label("The last day").get_attribute("min")
        lead.page.get_by_label("The last day").fill(until)
        lead.follow(lead.page.get_by_role("button", name="Make the link"))
        assert lead.page.locator("svg.qr").is_visible()
        return home, lead.page.locator(".address a").get_attribute("href")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_team_asks_by_its_link_and_reads_the_answer(walk: Walks, scripts: bool) -> None:
    home, link = made_link(walk)
    question = f"Who trains nights, {'with' if scripts else 'without'} scripts?"
    with walk(width=390, scheme="dark", scripts=scripts) as team:
        team.page.goto(link)
        assert team.overflow() == 0
        team.page.get_by_label("Your question").fill(question)
        team.follow(team.page.get_by_role("button", name="Ask", exact=True))
        assert team.page.get_by_role("heading", name=question).is_visible()
    with walk() as lead:
        lead.sign_in("lead", home)
        asked = lead.page.locator("#questions .items > li", has_text=question)
        asked.get_by_text("Answer", exact=True).click()
        asked.get_by_label("Your answer").fill("The practice nurse, on Tuesdays.")
        lead.follow(asked.get_by_role("button", name="Send the answer"))
    with walk(width=390) as team:
        team.page.goto(link)
        answered = team.page.locator("#questions .items > li", has_text=question)
        assert answered.get_by_text("The practice nurse, on Tuesdays.").is_visible()


def test_a_team_takes_its_sheet_out_fills_it_in_and_sends_it_back(walk: Walks, tmp_path) -> None:
    _, link = made_link(walk)
    with walk(width=390) as team:
        team.page.goto(f"{link}sheet")
        assert team.overflow() == 0
        with team.page.expect_download() as taken:
            team.page.get_by_role("link", name="Take the sheet out").click()
        path = tmp_path / "sheet.xlsx"
        taken.value.save_as(path)
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        page = book["actions"]
        page.cell(page.max_row + 1 if page.cell(2, 1).value else 2, 1).value = "Train the night staff by the journey"
        book.save(path)
        team.page.get_by_label("Your sheet").set_input_files(path)
        team.follow(team.page.get_by_role("button", name="Send it and look"))
        assert team.overflow() == 0
        team.follow(team.page.get_by_role("button", name="Bring it in"))
        assert team.page.get_by_role("heading", name=re.compile("is in the record")).is_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_of_sites_fit_their_windows(walk: Walks, width: int, scheme: str) -> None:
    with walk(width=width, scheme=scheme) as lead:
        lead.sign_in("lead", "/p/synthetic/sites")
        home = lead.page.locator("table.sites tbody th a").first.get_attribute("href")
        for address in ("/p/synthetic/sites", home, f"{home}/links", f"{home}/sheet", "/p/synthetic/digest"):
            assert lead.go(address) == 200
            assert lead.overflow() == 0
            assert lead.page.locator("h1").count() == 1
