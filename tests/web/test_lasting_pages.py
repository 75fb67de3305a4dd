"""What lasts, on its pages: rules whole and beside their answers, month by month, and fidelity with adaptation."""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.charts import lasting
from tests.web.test_pages import loaded, signed_in, words

from takeroot import Programme
from takeroot.reporting import by_rule
from takeroot.reporting import fidelity as frames
from takeroot.reporting.results import Results
from takeroot.web import actions

pytestmark = pytest.mark.django_db

PAGES = ("sustain", "sustain/rules", "sustain/months", "sustain/fidelity")


def told(client, page: str, **asked: str) -> str:
    answer = client.get(f"/p/small/{page}", asked)
    assert answer.status_code == 200
    return words(answer)


def test_every_rule_is_printed_whole_part_by_part(cast) -> None:
    page = told(loaded(cast.ana, lasting.programme()), "sustain")
    for part, said in by_rule.whole(lasting.RULE, Results(lasting.programme())):
        assert f"{part} {said}" in page
    assert "Behaviour shown by Talk" in page and "Benefits shown by Falls, at most 5" in page


def test_each_rule_stands_beside_its_answer_and_one_thing_otherwise(cast) -> None:
    page = told(loaded(cast.ana, lasting.programme()), "sustain/rules")
    found = by_rule.found(Results(lasting.programme()).by_rule.row(0, named=True))
    assert f"A year on {by_rule.asks(lasting.RULE)} {found}" in page
    assert "For how many months 24 no" in page and "For how many months 12 yes" in page


def test_months_show_a_status_or_any_of_the_five_constructs(cast) -> None:
    client = loaded(cast.ana, lasting.programme())
    page = told(client, "sustain/months")
    for word in ("replaced", "lapsed", "discontinued by decision", "not known since"):
        assert word in page
    for show, called in by_rule.ASPECTS.items():
        page = unescape(told(client, "sustain/months", show=show))
        assert f"{called}: every unbroken time at each site" in page


def test_sites_of_a_sheet_stand_in_the_programmes_own_order(cast) -> None:
    sites = [f"S{nth:02}" for nth in reversed(range(95))]
    stages = {"site": sites, "stage": ["using"] * 95, "on": ["2022-01-01"] * 95}
    rule = lasting.RULE.model_dump(mode="json") | {"evidence": {}}
    record = Programme({"name": "Many", "as_at": "2023-01-31", "rules": [rule]}, sites={"site": sites}, stages=stages)
    client = loaded(cast.ana, record)
    for sheet, first, last in (("1", "S94", "S55"), ("3", "S14", "S00"), ("99", "S14", "S00")):
        answer = client.get("/p/small/sustain/months", {"sheet": sheet}).content.decode()
        latest = answer[answer.index('id="latest"') :]
        named = re.findall(r'<th role="rowheader" scope="row">(S\d\d)</th>', latest)
        assert (named[0], named[-1]) == (first, last)
    assert 'aria-current="page"><span class="unseen">Sheet </span>3' in answer


def test_who_will_measure_after_support_ends_is_asked_with_the_way_to_say_it(cast) -> None:
    client = loaded(cast.ana, lasting.programme())
    page = client.get("/p/small/sustain").content.decode()
    asked = page[page.index('id="after-support"') :]
    where = re.search(r'<a href="([^"]+)">Falls: Who will measure it after support ends, and until when\?</a>', asked)
    assert where
    form = client.get(where[1].replace("&amp;", "&"))
    assert form.status_code == 200 and "Completed later" in form.content.decode()


def test_what_is_said_of_who_measures_is_not_asked_again(cast) -> None:
    record = lasting.programme()
    said = record.measures.with_columns(owner="name", collected_until="id").drop("owner", "collected_until")
    measures = {"measure": ["falls"], "name": ["Falls"], "owner": ["ward clerk"], "collected_until": ["2030-01-01"]}
    again = Programme(record.about, **{**record.tables, "measures": measures})
    page = told(loaded(cast.ana, again), "sustain")
    assert said.height == 1 and "ward clerk" in page and "Not said yet" not in page


def test_form_and_function_are_told_both_ways(cast) -> None:
    page = told(loaded(cast.ana, lasting.programme()), "sustain/fidelity")
    lost, kept = page.index("Form kept or changed, function lost"), page.index("Form changed, function kept")
    assert "Alone" in page[lost:kept] and "By phone" in page[kept:]
    assert "disputed" in page and "according to carers" in page


def test_benefit_stands_beside_adaptation_without_a_verdict(cast) -> None:
    client = loaded(cast.ana, lasting.programme())
    page = told(client, "sustain/fidelity")
    assert "proves neither" in page and "Say above which wave is the source." in page
    with_source = told(client, "sustain/fidelity", source="one")
    assert "at the sites of one wave" in with_source and "Say above" not in with_source
    assert frames.sources(Results(lasting.programme())) == ["one", "two"]


def test_what_waits_to_be_completed_leads_to_its_form(cast) -> None:
    client = loaded(cast.ana, lasting.programme())
    page = client.get("/p/small/sustain/fidelity").content.decode()
    where = re.search(r'<a href="([^"]+for=completing)">Visits</a>', page)
    assert where and client.get(where[1].replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_who_sees_one_site_learns_nothing_of_the_others(cast, page: str) -> None:
    record = lasting.programme()
    row = actions.load_programme(record, by="tests", slug="small")
    actions.add_member(row, person=cast.ben, role="site lead", sites=["B"], by="tests")
    said = told(signed_in(cast.ben), page)
    assert not re.search(r"Ward [ACDEFGH]\b", said)
    assert "Ward B" in said or page in ("sustain/rules",)


@pytest.mark.parametrize("page", PAGES)
def test_a_programme_without_anything_says_what_to_do_first(cast, page: str) -> None:
    answer = loaded(cast.ana, Programme("Nothing yet")).get(f"/p/small/{page}")
    assert answer.status_code == 200 and 'class="empty"' in answer.content.decode()
