"""Who is tied to whom, and what next: what the pages say, to whom, and what long work leaves behind."""

from __future__ import annotations

import re
import threading
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from django.test import Client
from tests.web.conftest import falls
from tests.web.test_pages import signed_in, words

from takeroot import Programme
from takeroot.reporting import foreseen as of_forecasts
from takeroot.vocabulary.tables import STAGES, VALUES
from takeroot.web import actions, tasks
from takeroot.web.frames import Book
from takeroot.web.models import Person, Task
from takeroot.web.panels import forecast as of_forecast
from takeroot.web.roles import May, enter
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

#: No page sorts sites into kinds of people, and none shows who came just after whom.
UNSAID = ("laggard", "early adopter", "innovator", "late majority", "susceptib", "infectious", "league")


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.HOME = tmp_path


def months(count: int) -> list[date]:
    return [date(2020 + n // 12, n % 12 + 1, 1) for n in range(count)]


def tied(sites: int = 12, *, each: int = 2, placed: bool = True) -> Programme:
    """Sites in a ring, tied to the next ones; two begin each month, and every third stops a year on."""
    names = [f"Unit {n:04d}" for n in range(sites)]
    began = [months(40)[min(3 + n // 2, 30)] for n in range(sites)]
    left = [(names[n], "stopped", months(48)[min(15 + n // 2, 42)]) for n in range(0, sites, 3)]
    ties = [(names[n], names[(n + step) % sites]) for n in range(sites) for step in range(1, each + 1)]
    rows = pl.DataFrame([*((a, "using", b) for a, b in zip(names, began, strict=True)), *left],
                        schema=["site", "stage", "on"], orient="row")  # fmt: skip
    placed_at = {"latitude": [50 + n / 100 for n in range(sites)], "longitude": [n / 50 for n in range(sites)]}
    return Programme(
        {"name": "Ring", "as_at": date(2023, 12, 31)},
        sites={"site": names, "region": ["East", "West"] * (sites // 2), **(placed_at if placed else {})},
        stages=rows,
        ties={"source": [a for a, _ in ties], "target": [b for _, b in ties], "kind": ["collaborative"] * len(ties)},
        plans={"what": ["stage"], "name": ["using"], "value": [sites], "due": ["2024-06-30"], "set_on": ["2020-01-01"]},
        measures={"measure": ["falls"], "improves": ["down"]},
    )


def ring(cast: SimpleNamespace, programme: Programme, **sites: list[str]) -> Client:
    """The programme, led by Ana, and Ben at the sites that are named for him."""
    row = actions.load_programme(programme, by="tests", slug="ring")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    if "ben" in sites:
        actions.add_member(row, person=cast.ben, role="site lead", sites=sites["ben"], by="tests")
    return signed_in(cast.ana)


def work(person: Person) -> Task:
    """What a worker does with what this person asked for."""
    task = tasks._taken("a worker")
    assert task is not None and task.by == person
    tasks._do(task, threading.Event())
    task.refresh_from_db()
    return task


# The network


def test_ties_are_lines_where_they_can_be_told_apart_and_a_matrix_where_not(cast):
    few = ring(cast, tied(12)).get("/p/ring/spread/network").content.decode()
    assert "A line is a tie" in few and "A mark is a tie" not in few
    actions.load_programme(tied(200, each=4), by="tests", slug="ring", replace=True)
    many = signed_in(cast.ana).get("/p/ring/spread/network").content.decode()
    assert "A mark is a tie" in many and "A tile is a site" in many and "A line is a tie" not in many
    for page in (few, many):
        assert "Up to 150 sites and 600 ties are drawn as dots and lines" in page


def test_nearness_is_said_to_be_no_cause_wherever_exposure_stands(cast):
    page = words(ring(cast, tied()).get("/p/ring/spread/network"))
    assert page.count("Nearness is not cause") == 2  # at the picture, and at how often it was taken up
    assert "homophily" in page and "selection" in page
    assert "Of the months in which sites still waited, it was taken up in" in page
    assert "does not say which" in page
    assert not [word for word in UNSAID if word in page.lower()]


def test_a_month_is_chosen_by_its_address_and_what_there_is_not_is_the_last(cast):
    client = ring(cast, tied())
    then, last = (client.get(f"/p/ring/spread/network?at={at}").content.decode() for at in ("2020-06", "nonsense"))
    assert "At the end of Jun 2020, of 12 sites" in then and "At the end of Dec 2023, of 12 sites" in last
    assert 'href="?at=2020-07#tied"' in client.get("/p/ring/spread/network?at=2020-06").content.decode()
    part = client.get("/p/ring/spread/network?at=2020-06", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="at-a-month">') and "Exposure, and taking it up" not in part


def test_what_somebody_makes_up_is_kept_nowhere(cast, settings):
    client = ring(cast, tied())
    client.get("/p/ring/spread/network")
    before = len(list(Path(settings.CACHE).rglob("*.*")))
    for query in ("at=1999-01", "ties=x", "at=%00", "at=2023-12-31T", "ties=%27%22"):
        assert client.get(f"/p/ring/spread/network?{query}").status_code == 200
    assert len(list(Path(settings.CACHE).rglob("*.*"))) == before


def test_who_sees_some_sites_sees_the_ties_between_those_alone(cast):
    ring(cast, tied(), ben=["Unit 0003", "Unit 0004"])
    own = words(signed_in(cast.ben).get("/p/ring/spread/network"))
    assert "Unit 0003" in own and "Unit 0004" in own and "1 tie" in own
    assert not re.findall(r"Unit 00(?!03|04)\d\d", own)
    whole = words(signed_in(cast.ana).get("/p/ring/spread/network"))
    assert "Unit 0005" in whole


def test_without_ties_or_places_the_page_says_what_to_write_down(cast):
    page = words(signed_in(cast.ana).get("/p/falls/spread/network"))
    assert "No tie is recorded yet" in page and "No site has a latitude and a longitude" in page
    assert "The same sites over time" in page and "When they first used it" in page
    assert "Exposure, and taking it up" not in page


@pytest.mark.parametrize("record", [{}, {"sites": {"site": ["A"]}}, {"ties": {"source": ["A"], "target": ["B"]}}])
def test_of_an_empty_record_both_pages_say_where_to_begin(cast, record):
    client = ring(cast, Programme("Bare", **record))
    for page in ("network", "forecast"):
        response = client.get(f"/p/ring/spread/{page}")
        assert response.status_code == 200 and 'class="empty"' in response.content.decode()


def test_of_many_ties_what_takes_long_is_asked_for_and_then_kept(cast):
    client = ring(cast, tied(100, each=4))
    assert "takes a while" in words(client.get("/p/ring/spread/network?at=2020-06"))
    assert client.post("/p/ring/spread/network/make", {"at": "2020-06", "ties": ""}).status_code == 302
    task = work(cast.ana)
    assert (task.state, task.result) == ("done", "/p/ring/spread/network?at=2020-06&ties=")
    page = words(client.get(task.result))
    assert "dealt anew 200 times" in page and "takes a while" not in page


# The forecast


def test_with_too_little_to_go_by_the_page_says_why_and_offers_nothing(cast):
    page = signed_in(cast.ana).get("/p/falls/spread/forecast").content.decode()
    assert "A forecast needs at least 10 events (sites that began or ended their use); there are 8" in page
    assert "Go on recording" in page and "Work it out" not in page and "<svg" not in page.partition("<main")[2]


def test_a_forecast_of_few_sites_would_be_one_of_single_sites(cast):
    page = words(ring(cast, tied(4)).get("/p/ring/spread/forecast"))
    assert "fewer than 5 sites would be one of single sites" in page and "Work it out" not in page


@pytest.fixture
def foreseen(cast):
    """The ring with its forecast by the curves worked out, and the page before and after."""
    client = ring(cast, tied(30), ben=[f"Unit {n:04d}" for n in range(10)])
    before = client.get("/p/ring/spread/forecast").content.decode()
    visit = enter(cast.ana, "ring", May.READ)
    of_forecast.work_out(Book(visit.programme, visit.scope), lambda part: None, curves_alone=True)
    after = client.get("/p/ring/spread/forecast").content.decode()
    return SimpleNamespace(client=client, before=before, after=after)


def test_what_trying_it_shows_stands_before_every_picture(foreseen):
    assert "Tried from" not in foreseen.before and "not worked out yet" in foreseen.before
    main = foreseen.after.partition("<main")[2]
    tried, picture = main.index("Tried from"), main.index("<svg")
    assert tried < picture
    for said in (
        "80% interval",
        "How it was tried",
        "Gompertz",
        "latest version of the plan",
    ):
        assert said in main


def test_a_forecast_is_kept_for_those_who_see_as_much(foreseen, cast):
    assert "Tried from" not in words(signed_in(cast.ben).get("/p/ring/spread/forecast"))
    assert "Work it out" in words(signed_in(cast.ben).get("/p/ring/spread/forecast"))


def test_a_forecast_outlives_a_value_and_not_a_change_of_stage(foreseen, cast):
    row = enter(cast.ana, "ring", May.READ).programme
    values = {"measure": "falls", "site": "Unit 0001", "on": date(2023, 5, 1), "value": 4.0}
    actions.record(row, VALUES, values, by="tests", scope=Scope.everything())
    assert "Tried from" in words(foreseen.client.get("/p/ring/spread/forecast"))
    moved = {"site": "Unit 0001", "stage": "stopped", "on": date(2023, 11, 1)}
    actions.record(row, STAGES, moved, by="tests", scope=Scope.everything())
    changed = words(foreseen.client.get("/p/ring/spread/forecast"))
    assert "Tried from" not in changed and "not worked out yet" in changed


def test_the_same_forecast_stands_in_a_report_once_it_was_worked_out(foreseen, cast):
    row = enter(cast.ana, "ring", May.READ)
    said = of_forecast.kept(Book(row.programme, row.scope))["said"].filter(what="says")["text"][0]
    page = words(foreseen.client.get("/p/ring/report/read"))
    assert said.partition(". ")[0] in page
    other = words(signed_in(cast.ben).get("/p/ring/report/read"))
    assert "The forecast was not worked out yet" in other


@pytest.mark.slow
def test_all_of_it_is_asked_for_on_the_page_done_elsewhere_and_not_again(foreseen, cast):
    assert 'action="/p/ring/spread/forecast/make"' in foreseen.after
    foreseen.client.post("/p/ring/spread/forecast/make")
    task = work(cast.ana)
    assert (task.state, task.result, task.done) == ("done", "/p/ring/spread/forecast", task.of)
    page = words(foreseen.client.get(task.result))
    assert "Work it out" not in page and "East" in page and "the model" in page and "not fitted yet" not in page
    foreseen.client.post("/p/ring/spread/forecast/make")
    again = work(cast.ana)
    assert again.state == "done" and (again.ended - again.started).total_seconds() < 5


def test_both_pages_are_linked_from_spread(cast):
    page = signed_in(cast.ana).get("/p/falls/spread").content.decode()
    assert 'href="/p/falls/spread/network"' in page and 'href="/p/falls/spread/forecast"' in page


def test_falls_has_a_network_page_of_its_own_sites(cast):
    assert falls().sites.height == 6
    assert "6 sites" in words(signed_in(cast.ana).get("/p/falls/spread/network"))


# The model of spread, and a site's own forecast


@pytest.fixture
def modelled(foreseen, cast):
    """The same, with what a fit of the model might give kept beside it."""
    ahead = {3: date(2024, 3, 1), 24: date(2025, 12, 1)}
    share = {f"Unit {n:04d}": 0.64 if n == 3 else 0.27 for n in range(30)}
    each = {1: date(2024, 1, 1), **ahead}
    sites = [(site, on, n, "in use", some) for site, some in share.items() for n, on in each.items()]
    stages = [(on, n, "using", 20, 22, 21, 23, 20, 24, 19, 25) for n, on in ahead.items()]
    visit = enter(cast.ana, "ring", May.READ)
    book = Book(visit.programme, visit.scope)
    of_model = {
        **of_forecast.kept(book),
        "stages": pl.DataFrame(stages, schema=of_forecasts._STAGES, orient="row"),
        "parts": pl.concat(
            pl.DataFrame([(on, n, *row) for on, n, *_ in stages], schema=of_forecasts._STAGES, orient="row").select(
                pl.lit(region).alias("region"), pl.all()
            )
            for region, row in (
                ("North", ("in use", 7, 8, 7, 9, 6, 10, 5, 11)),
                ("South", ("in use", 3, 4, 3, 5, 2, 6, 1, 7)),
            )
        ),
    }
    for name in of_forecast.MODEL:
        book.hold(f"model.{name}", of_forecast.OF_MODEL, of_model[name])
    frame = pl.DataFrame(sites, schema=of_forecasts._SITES, orient="row")
    Book(visit.programme, Scope.everything()).hold(of_forecast.SITES, of_forecast.OF_MODEL, frame)
    actions.add_person(sign_in="fay", name="Fay", password="a long password", by="tests")
    fay = Person.objects.get(sign_in="fay")
    actions.add_member(visit.programme, person=fay, role="site lead", sites=["Unit 0003"], by="tests")
    actions.add_member(visit.programme, person=cast.cleo, role="coach", sites=["Unit 0004"], by="tests")
    actions.add_member(visit.programme, person=cast.dan, role="viewer", by="tests")
    return SimpleNamespace(row=visit.programme, fay=fay)


def home_of(row, person, site: str) -> str:
    number = row.sites.get(site=site).id
    return words(signed_in(person).get(f"/p/ring/sites/{number}"))


def test_sites_by_stage_stand_on_the_page_once_the_model_was_fitted(modelled, cast):
    page = words(signed_in(cast.ana).get("/p/ring/spread/forecast"))
    assert "22, 20 to 24" in page and "not fitted yet" not in page


def test_sites_by_stage_are_told_region_by_region_too(modelled, cast):
    ana = signed_in(cast.ana)
    whole, south, other = (
        words(ana.get(f"/p/ring/spread/forecast{of}")) for of in ("", "?region=South", "?region=<b>West")
    )
    assert "By stage, South" not in whole and "4, 2 to 6" not in whole.partition("By region")[0]
    assert "By stage, South" in south and "4, 2 to 6" in south and "1 to 7" in south
    assert "By stage, month by month" in other and "West" not in other
    part = ana.get("/p/ring/spread/forecast?region=South", headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="stages-ahead">') and "By stage, South" in part and "<html" not in part


def test_a_site_s_own_forecast_is_seen_by_that_site_and_its_coach_alone(modelled, cast):
    own = home_of(modelled.row, modelled.fay, "Unit 0003")
    assert "64%" in own and "End of Mar 2024: in use in 64 of 100 futures, paused or stopped in 0." in own
    assert "End of Jan 2024: in use" not in own and "Jan 2024" in own  # in the table, month by month
    assert "27%" in home_of(modelled.row, cast.cleo, "Unit 0004")
    for person in (cast.ana, cast.dan):  # who lead, and who read the whole
        for site in ("Unit 0003", "Unit 0004"):
            page = home_of(modelled.row, person, site)
            assert "What next here" not in page and "64%" not in page and "27%" not in page
    for address in ("spread", "spread/forecast", "spread/network", "report/read"):
        for person in (cast.ana, modelled.fay, cast.dan):
            assert "64%" not in words(signed_in(person).get(f"/p/ring/{address}"))


def test_a_site_s_forecast_ends_with_the_record_that_it_is_of(modelled, cast):
    moved = {"site": "Unit 0003", "stage": "stopped", "on": date(2023, 11, 1)}
    actions.record(modelled.row, STAGES, moved, by="tests", scope=Scope.everything())
    page = home_of(modelled.row, modelled.fay, "Unit 0003")
    assert "What next here" in page and "64%" not in page and "is not worked out" in page
