"""Somebody brings a file in and takes it back: wide and on a phone, with scripts and without."""

from __future__ import annotations

import pytest
from tests.journeys.test_walks import serious

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

SITES = "site,region\nvel-01,Nowhere\nvel-02,Vellumshire\nnew {n},Elsewhere\nnew {n},Otherwhere\n"


@pytest.mark.parametrize(("width", "scheme", "scripts"), [(1280, "light", True), (390, "dark", False)])
def test_a_file_is_seen_accepted_and_taken_back(walk, tmp_path, width, scheme, scripts):
    path = tmp_path / "our sites.csv"
    path.write_text(SITES.format(n=width))
    with walk(width, scheme, scripts) as there:
        there.sign_in("lead", "/p/synthetic/import")
        there.page.get_by_label("The file").set_input_files(path)
        there.page.get_by_label("What it is").select_option("ours")
        there.follow(there.page.get_by_role("button", name="Send it"))
        assert "keep the one that is right" in there.page.content()
        there.follow(there.page.get_by_role("button", name="Bring the other 1 row"))
        assert "These rows came in: sites: 1 changed" in there.page.content()
        there.page.get_by_label("Why it is taken back").fill("a walk")
        there.follow(there.page.get_by_role("button", name="Take this file back"))
        assert "It was taken back" in there.page.content()
        assert there.overflow() == 0


def test_everything_can_be_done_by_keyboard(walk, tmp_path):
    path = tmp_path / "values.csv"
    path.write_text("site,region\nvel-03,Somewhere\n")
    with walk() as there:
        there.sign_in("lead", "/p/synthetic/import")
        there.page.get_by_label("The file").set_input_files(path)
        there.page.get_by_role("button", name="Send it").focus()
        with there.page.expect_navigation():
            there.page.keyboard.press("Enter")
        there.page.get_by_role("button", name="Bring 1 row in").focus()
        with there.page.expect_navigation():
            there.page.keyboard.press("Enter")
        there.follow(there.page.get_by_role("button", name="Take this file back"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_accessible_and_fit_their_window(walk, tmp_path, width, scheme):
    path = tmp_path / "our tracker.csv"
    path.write_text("Ward,Status,Go-live date\nAsh,Live,13/01/2024\nOak,purple,\n")
    with walk(width, scheme) as there:
        there.sign_in("lead", "/begin")
        there.page.get_by_label("Name", exact=True).fill(f"Trees {width} {scheme}")
        there.page.get_by_label("A file to begin with").set_input_files(path)
        there.follow(there.page.get_by_role("button", name="Begin", exact=True))
        assert "purple" in there.page.content()
        seen = {"meaning": (serious(there), there.overflow())}
        for page in ("import", "export", "about", "about/edit", "about/rules/1"):
            there.go(f"/p/synthetic/{page}")
            seen[page] = (serious(there), there.overflow())
        assert seen == dict.fromkeys(seen, ([], 0))
