"""A chart is read: with the keyboard, with a pointer, without scripts, wide and narrow."""

from __future__ import annotations

import pytest
from tests.journeys.test_walks import serious

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]


def of_a_chart(there) -> None:
    """Go the way people go: from the icons to a chart."""
    there.sign_in("lead", "/p/synthetic/measures/icons")
    there.follow(there.page.locator("a.square").nth(3))


@pytest.mark.parametrize("width", [1280, 390])
def test_the_arrow_keys_read_one_point_after_another(walk, width):
    with walk(width) as there:
        of_a_chart(there)
        chart = there.page.locator("#chart > figure svg[tabindex='0']:visible")
        line = there.page.locator("#chart > figure > .reading")
        points = chart.locator("[data-point]")
        last = points.count()
        assert last > 10 and there.overflow() == 0
        chart.focus()
        told = [line.inner_text()]
        for _ in range(3):
            there.page.keyboard.press("ArrowLeft")
            told.append(line.inner_text())
        assert len(set(told)) == 4 and all(told)
        there.page.keyboard.press("Home")
        first = line.inner_text()
        there.page.keyboard.press("ArrowLeft")
        assert line.inner_text() == first and first not in told
        there.page.keyboard.press("End")
        assert line.inner_text() == told[0]
        assert there.page.locator("#chart > figure .is-read").count() == 1
        third = points.nth(2)
        third.scroll_into_view_if_needed()
        box = third.bounding_box()
        there.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert line.inner_text() == third.get_attribute("data-says") not in ("", told[0])


def test_without_scripts_the_table_says_every_point(walk):
    with walk(scripts=False) as there:
        of_a_chart(there)
        assert there.page.locator("#chart > figure > .reading").is_hidden()
        there.page.locator("#points summary").click()
        drawn = there.page.locator("#chart > figure .chart-wide [data-point]").count()
        assert there.page.locator("#points tbody tr").count() >= drawn > 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_of_charts_fit_their_window(walk, width, scheme):
    with walk(width, scheme) as there:
        of_a_chart(there)
        chart = there.page.url.removeprefix(there.home)
        for address in (
            chart,
            f"{chart}/phases",
            "/p/synthetic/measures/icons",
            "/p/synthetic/measures/rules",
            "/p/synthetic/measures/rules/new",
        ):
            assert there.go(address) == 200 and there.overflow() == 0, address
            there.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert there.overflow() == 0 and serious(there) == [], f"{address}, everything unfolded"
