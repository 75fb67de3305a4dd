"""Pages that stay short however long the record is, shares of few that are kept back, and citations that lead on."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.charts import lasting
from tests.web.test_pages import loaded, words

from takeroot import Programme
from takeroot.charts.wording import ENOUGH_FOR_A_PERCENTAGE
from takeroot.web import actions

pytestmark = pytest.mark.django_db

MANY = 250


def many() -> Programme:
    sites = [f"S{n:03}" for n in range(MANY)]
    titles = [f"Action {n:03}" for n in range(MANY)]
    return Programme(
        {"name": "Many", "as_at": "2024-12-31"},
        sites={"site": sites},
        stages={"site": sites, "stage": ["using"] * MANY, "on": ["2024-01-01"] * MANY},
        actions={"title": titles, "due": ["2024-06-01"] * MANY, "strand": ["structure"] * MANY},
    )


def sheets(client, page: str, anchor: str) -> list[str]:
    """Where the sheets of a table are."""
    body = client.get(page).content.decode()
    found = re.findall(rf'href="(\?[^"]*sheet={anchor}-\d+[^"]*)"', body)
    return [one.replace("&amp;", "&") for one in found]


@pytest.mark.parametrize(("page", "anchor", "first"), [("scale-up", "actions", "Action "), ("spread", "sites", "S")])
def test_every_row_of_a_long_table_stands_on_one_of_its_sheets(cast, page: str, anchor: str, first: str) -> None:
    client = loaded(cast.ana, many())
    found: list[str] = []
    there = sheets(client, f"/p/small/{page}", anchor)
    assert len(there) == 3
    for query in there:
        body = client.get(f"/p/small/{page}{query.partition('#')[0]}").content.decode()
        section = body[body.index(f'id="{anchor}"') :]
        section = section[: section.index("</section>")]
        rows = re.findall(rf'<th role="rowheader" scope="row"[^>]*>({first}\d\d\d)</th>', section)
        assert 0 < len(rows) <= 100
        assert "<details>" not in section or page == "spread"
        found += rows
    assert found == [f"{first}{n:03}" for n in range(MANY)]


def test_a_sheet_that_is_not_there_is_the_last_and_nonsense_is_the_first(cast) -> None:
    client = loaded(cast.ana, many())
    last = words(client.get("/p/small/scale-up", {"sheet": "actions-999"}))
    assert "Rows 201 to 250 of 250." in last
    for nonsense in ("actions-", "-1", "../x-1", "actions-0", "x" * 500, "actions-1e9", "actions-٣"):
        assert "Rows 1 to 100 of 250." in words(client.get("/p/small/scale-up", {"sheet": nonsense}))


def test_a_page_says_which_of_its_sheets_stands_open(cast) -> None:
    client = loaded(cast.ana, many())
    body = client.get("/p/small/scale-up", {"sheet": "actions-2"}).content.decode()
    assert 'aria-current="page"><span class="unseen">Sheet </span>2' in body
    assert "Sheets of the table: Actions" in body


def test_shares_of_few_sites_stand_nowhere_on_the_page_of_rules(cast) -> None:
    record = lasting.programme()
    assert record.sites.height < ENOUGH_FOR_A_PERCENTAGE
    page = words(loaded(cast.ana, record).get("/p/small/sustain/rules"))
    assert "The share sustained goes from" not in page
    assert "For how many months 24 no" in page
    table = page[page.index("with one thing otherwise in each row.") :]
    heads = table[: table.index("For how many months")]
    assert "%" in table  # its intervals
    assert "Judged Sustained" in heads and "Share At least" not in heads


def test_what_an_account_cites_stands_as_numbers_that_lead_there(cast) -> None:
    text = "It lapsed [stages:b1; notes:n1] when <b>she</b> left [stages:b1]. See [nothing] and [x:y]."
    record = Programme(
        {"name": "Told", "as_at": "2024-12-31"},
        sites={"site": ["B"]},
        stages={"id": ["b1"], "site": ["B"], "stage": ["using"], "on": ["2024-01-01"]},
        notes={"id": ["n1"], "on": ["2024-02-01"], "title": ["Gone"], "visibility": ["all"]},
        accounts={"question": ["what changed and why"], "on": ["2024-03-01"], "by": ["ward"], "text": [text]},
    )
    row = actions.load_programme(record, by="tests", slug="told")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    client = loaded(cast.ana, lasting.programme())
    body = client.get("/p/told/story/accounts").content.decode()
    stage, note = (reverse("row", args=["told", *one.split(":")]) for one in ("stages:b1", "notes:n1"))
    assert (
        f'It lapsed [<a href="{stage}">1</a>, <a href="{note}">2</a>] when &lt;b&gt;she&lt;/b&gt; left '
        f'[<a href="{stage}">1</a>]. See [nothing] and [3].'
    ) in body
    assert "[stages:b1" not in body and "<b>she</b>" not in body
