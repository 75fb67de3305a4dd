"""One chart after another: its page, the icons that agree with it, its files, its limits."""

from __future__ import annotations

import random
import re
from datetime import date
from html import unescape
from io import BytesIO

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.test_pages import loaded, signed_in, words

from takeroot import Programme, examples, spc
from takeroot.charts.icons import assurance_says, variation_says
from takeroot.charts.wording import number
from takeroot.reporting.results import Results
from takeroot.vocabulary.calendar import months_from
from takeroot.vocabulary.rulesets import RULE_SETS
from takeroot.web import actions
from takeroot.web.frames import Book
from takeroot.web.models import Programme as Row
from takeroot.web.models import Trail
from takeroot.web.panels.measures import icons
from takeroot.web.panels.measures.frames import named
from takeroot.web.panels.measures.frames import ranges as moving
from takeroot.web.panels.measures.icons import high_of
from takeroot.web.panels.measures.series import said_of, series_of
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

MONTHS = months_from(date(2023, 1, 1), date(2025, 4, 1)).to_list()
OWN = {"name": "our-board", "version": "2026", "source": "Our board", "shift": 5, "trend": None}


def programme(seed: int = 1, rules: str | None = "our-board") -> Programme:
    """Sites in no order of the alphabet, a measure of counts that shifts at one site, and one of plain values."""
    chance = random.Random(seed)
    names = ["Zebra", "Ant", "=Mole", "Cat"]
    size = len(MONTHS)
    falls = [
        (
            site,
            on,
            float(chance.randint(10, 14) - (8 if site == "Ant" and nth > 16 else 0)),
            float(60 + chance.randint(0, 9)),
        )
        for site in names[:3]
        for nth, on in enumerate(MONTHS)
    ]
    waits = [(site, on, chance.gauss(30, 4)) for site in names[1:] for on in MONTHS[: chance.randint(8, size)]]
    return Programme(
        {"name": "Charted", "as_at": "2025-04-30", "rule_sets": [OWN]},
        sites={"site": names, "name": [f"{name} ward" for name in names], "region": ["North", "South", "South", None]},
        measures={
            "measure": ["waits", "falls"],
            "name": ["Waiting", None],
            "improves": ["down", chance.choice(["up", "down", "neither"])],
            "unit": ["minutes", "per 1,000"],
            "chart": [None, "p"],
            "rules": [None, rules],
            "multiply": [None, 1000],
            "least_denominator": [None, 62],
        },
        values=pl.concat(
            [
                pl.DataFrame(falls, schema=["site", "on", "numerator", "denominator"], orient="row").with_columns(
                    measure=pl.lit("falls"), value=pl.lit(None, dtype=pl.Float64)
                ),
                pl.DataFrame(waits, schema=["site", "on", "value"], orient="row").with_columns(measure=pl.lit("waits")),
            ],
            how="diagonal",
        ),
        phases={
            "measure": ["waits", "waits", "falls"],
            "site": ["Cat", None, None],
            "on": ["2023-03-01", "2023-01-01", "2023-01-01"],
            "kind": ["exclude", "target", "target"],
            "value": [None, 25, chance.choice([150, 400])],
            "reason": ["The lift was out", "Agreed", None],
        },
        events={
            "on": ["2024-05-02", "2024-06-01", "2024-06-02"],
            "kind": ["policy", "funding", "policy"],
            "title": ["A new standard", "A grant in the north", "Only for Zebra"],
            "region": [None, "North", None],
            "site": [None, None, "Zebra"],
        },
        adaptations={
            "site": ["Ant", "Ant"],
            "on": ["2024-05-20", "2024-05-21"],
            "what": ["Shorter form", "Kept to the site"],
            "visibility": ["all", "site"],
        },
        stages={"site": ["Ant", "Zebra"], "stage": ["using", "using"], "on": ["2024-04-01", "2024-04-02"]},
    )


def addresses(row: Row, measure: str, site: str = "") -> str:
    of = row.measures.get(measure=measure).id
    where = f"sites/{row.sites.get(site=site).id}" if site else "together"
    return f"/p/charted/measures/{of}/{where}"


@pytest.fixture
def charted(cast):
    client = loaded(cast.ana, programme(), "charted")
    return client, Row.objects.get(slug="charted")


# The icons and the charts


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_the_icons_always_agree_with_the_charts(cast, seed):
    record = examples.load("synthetic") if seed == 0 else programme(seed)
    row = actions.load_programme(record, by="tests", slug=f"agrees-{seed}")
    book = Book(row, Scope.everything())
    shown = icons.panels(book, 1, 1)
    codes = record.measures["measure"].to_list()[: icons.MEASURES]
    whole = {(one["measure"], one["site"]): one for one in Results(record).series.iter_rows(named=True)}
    squares = {
        (code, name): square for name, row_of in shown["rows"] for code, square in zip(codes, row_of, strict=True)
    }
    named = dict(record.sites.select("site", pl.coalesce("name", "site").alias("called")).iter_rows())
    drawn = 0
    for code in codes:
        improves = record.measures.filter(measure=code)["improves"][0]
        for site in record.sites["site"][: icons.SITES]:
            square, one = squares[code, named[site]], whole.get((code, site))
            if one is None or one["latest_on"] is None:
                assert square.words == icons.NO_VALUE and not square.where
                continue
            drawn += 1
            expected = variation_says(one["variation"], high_of(one["variation"], improves))
            expected += f". {assurance_says(one['assurance'])}" if one["target"] is not None else ""
            assert square.words == f"{expected}." and square.value == number(one["latest"])
    assert drawn > 5
    of_page = series_of(book, record.measures["id"][0], record.sites["id"][1])
    page = book.frame(said_of, **of_page.asked)
    if page.height:
        last = page.row(-1, named=True)
        square = squares[of_page.measure, of_page.where]
        assert square.words.startswith(variation_says(last["variation"], high_of(last["variation"], last["improves"])))


def test_sites_and_measures_keep_their_given_order_and_every_icon_leads_to_its_chart(charted):
    client, row = charted
    page = client.get("/p/charted/measures/icons").content.decode()
    table = page[page.index("<tbody") : page.index("</tbody>")]
    heads = re.findall(r'rowheader"[^>]*>([^<]*)<', table)
    assert heads == ["All sites together", "Zebra ward", "Ant ward", "=Mole ward", "Cat ward"]
    assert page.index(">Waiting<") < page.index(">falls<")
    links = re.findall(r'class="square" href="([^"]+)"', table)
    assert len(links) == 7 and addresses(row, "falls") in links and addresses(row, "falls", "Ant") in links
    for link in links:
        assert client.get(link).status_code == 200
    assert table.count("No value") == 3


def test_many_sites_and_measures_stand_on_sheets(cast):
    measures = [f"m{n:02d}" for n in range(10)]
    sites = [f"s{n:03d}" for n in range(35)]
    many = Programme(
        "Many",
        sites={"site": sites},
        measures={"measure": measures},
        values={"measure": [m for m in measures for _ in sites], "site": sites * 10}
        | {"on": ["2024-01-01"] * 350, "value": [1.0] * 350},
    )
    client = loaded(cast.ana, many, "many")
    first = words(client.get("/p/many/measures/icons"))
    last = words(client.get("/p/many/measures/icons", {"sheet": "2", "of": "2"}))
    assert "s029" in first and "s030" not in first and "m07" in first and "m08" not in first
    assert "s030" in last and "s029" not in last and "m08" in last and "m07" not in last
    assert "Sites 31 to 35 of 35." in last and "Measures 9 to 10 of 10 measures." in last


# One chart


@pytest.mark.parametrize("page", ["icons", "together", "site"])
def test_a_warm_page_asks_the_database_four_times(charted, page):
    client, row = charted
    places = {"icons": "/p/charted/measures/icons", "together": addresses(row, "falls")}
    address = places.get(page) or addresses(row, "falls", "Ant")
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) == 4  # the session, the person, the programme, what they may do there


def test_the_page_of_a_series_says_what_its_chart_shows_and_how_it_was_computed(charted):
    client, row = charted
    page = words(client.get(addresses(row, "waits", "Cat")))
    record = programme()
    drawn = spc.chart(record.values, measures=record.measures, phases=record.phases, rule_sets=record.about.rule_sets)
    mine = drawn.filter(measure="waits", site="Cat")
    summed = spc.summary(mine, measures=record.measures)
    assert summed["says"][-1] in page
    for line in spc.workings(mine, measures=record.measures)["lines"][-1]:
        assert line in page
    assert "1 Mar 2023" in page and "Excluded: The lift was out." in page
    assert "mdc, version 2023-11" in page and "Show the moving ranges" not in page
    assert mine.height >= 8 and page.count("Cat ward") > 1


def test_a_centre_that_was_set_for_the_values_is_none_for_their_ranges():
    record = programme()
    phase = {"measure": ["waits"], "on": ["2023-01-01"], "kind": ["baseline"], "value": [30.0]}
    results = Results(record.with_tables(phases=phase))
    drawn, ranges = named(results, "waits", "Cat"), moving(results, "waits", "Cat")
    assert set(drawn["centre"]) == {30.0}
    apart = drawn["value"].diff().abs().drop_nulls()
    assert ranges["value"].drop_nulls().to_list() == apart.to_list()
    assert ranges["centre"][-1] == pytest.approx(apart.mean())


def test_a_rule_set_of_the_programme_reaches_every_page(charted):
    client, row = charted
    for page in (
        client.get(addresses(row, "falls", "Ant")),
        client.get(addresses(row, "falls")),
        client.get("/p/charted/measures", {"measure": "falls"}),
    ):
        assert page.status_code == 200 and "our-board" in words(page)
    site = row.sites.get(site="Ant").id
    for page in ("", "spread", f"sites/{site}", "measures/icons", "story"):
        assert client.get(f"/p/charted/{page}").status_code == 200, page
    with_five = programme().about.rule_sets[0]
    assert with_five.shift == 5 and "5 points on one side of the centre" in words(client.get(addresses(row, "falls")))


def test_what_was_logged_stands_beside_the_chart_of_its_site_alone(charted, cast):
    client, row = charted
    ant, zebra = (words(client.get(addresses(row, "falls", site))) for site in ("Ant", "Zebra"))
    together = words(client.get(addresses(row, "falls")))
    for page in (ant, zebra, together):
        assert "A new standard" in page
    assert "Shorter form" in ant and "Shorter form" not in zebra and "Shorter form" not in together
    assert "Only for Zebra" in zebra and "Only for Zebra" not in ant and "Only for Zebra" not in together
    assert "A grant in the north" in zebra and "A grant in the north" not in ant
    assert "Kept to the site" in ant
    actions.add_member(row, person=cast.cleo, role="viewer", by="tests")
    seen = words(signed_in(cast.cleo).get(addresses(row, "falls", "Ant")))
    assert "Shorter form" in seen and "Kept to the site" not in seen


def test_a_site_that_may_not_be_seen_has_no_chart(charted, cast):
    _, row = charted
    actions.add_member(row, person=cast.ben, role="contributor", sites=["Ant"], by="tests")
    ben = signed_in(cast.ben)
    assert ben.get(addresses(row, "falls", "Ant")).status_code == 200
    for there in (addresses(row, "falls", "Zebra"), addresses(row, "falls", "Zebra") + "/phases"):
        hidden, nothing = ben.get(there), ben.get("/p/charted/measures/none/sites/none")
        assert hidden.status_code == nothing.status_code == 404 and "Zebra" not in hidden.content.decode()
    together = words(ben.get(addresses(row, "falls")))
    assert "The sites can not be added up" in together
    table = words(ben.get("/p/charted/measures/icons"))
    assert "Ant ward" in table and "Zebra" not in table


def test_too_small_a_denominator_is_said_where_it_counts(charted):
    client, row = charted
    page = words(client.get(addresses(row, "falls", "Ant")))
    assert "A value that rests on a denominator under 62 is drawn, sets no limits and is not judged" in page
    assert "below 62, the least that is judged" in page
    assert "too few to judge" in words(client.get("/p/charted/measures", {"measure": "falls"}))


def test_the_measures_page_says_how_many_signals_chance_alone_would_give(charted):
    client, _ = charted
    page = words(client.get("/p/charted/measures", {"measure": "falls"}))
    record = programme()
    mine = record.values.filter(measure="falls")
    drawn = spc.chart(mine, measures=record.measures, phases=record.phases, rule_sets=record.about.rule_sets)
    found = spc.signals(drawn, rule_sets=record.about.rule_sets).height
    said = re.search(
        r"At all 3 sites (\d+) signals? (?:is|are) found; chance alone, .*? would give about ([\d.]+|none)\.", page
    )
    assert said and int(said[1]) == found > 0


def test_pooled_by_site_and_funnel_stand_together(charted):
    client, _ = charted
    page = client.get("/p/charted/measures", {"measure": "falls"}).content.decode()
    assert (
        page.index('id="together"') < page.index('id="sites"') < page.index('id="across"') < page.index('id="signals"')
    )
    plain = client.get("/p/charted/measures", {"measure": "waits"}).content.decode()
    assert 'id="together"' not in plain and 'id="across"' not in plain


# Taking away


@pytest.mark.parametrize(
    ("kind", "begins"),
    [("csv", b"measure,site,on"), ("svg", b"<svg"), ("png", b"\x89PNG"), ("xlsx", b"PK"), ("pptx", b"PK")],
)
def test_a_chart_goes_out_as_a_file_and_the_trail_tells(charted, kind, begins):
    client, row = charted
    for site in ("Ant", ""):
        before = Trail.objects.count()
        answer = client.post(addresses(row, "falls", site) + "/take", {"kind": kind})
        assert answer.status_code == 200 and answer.content.startswith(begins)
        assert answer["Content-Disposition"].startswith("attachment") and f".{kind}" in answer["Content-Disposition"]
        assert Trail.objects.count() == before + 1


def test_points_in_a_file_are_those_of_the_chart(charted):
    client, row = charted
    answer = client.post(addresses(row, "waits", "Cat") + "/take", {"kind": "csv"})
    got = pl.read_csv(BytesIO(answer.content), try_parse_dates=True)
    record = programme()
    drawn = spc.chart(record.values, measures=record.measures, phases=record.phases, rule_sets=record.about.rule_sets)
    mine = drawn.filter(measure="waits", site="Cat")
    assert got["value"].to_list() == mine["value"].to_list() and got["upper"].to_list() == mine["upper"].to_list()
    assert got["site"].unique().to_list() == ["Cat ward"]
    mole = client.post(addresses(row, "falls", "=Mole") + "/take", {"kind": "csv"}).content
    assert b",'=Mole ward," in mole
    assert client.post(addresses(row, "falls", "Ant") + "/take", {"kind": "exe"}).status_code == 422


# Rule sets


def test_each_rule_set_is_told_in_words_with_its_source_and_version(charted):
    client, _ = charted
    page = words(client.get("/p/charted/measures/rules"))
    for rules in RULE_SETS.values():
        assert rules.name in page and rules.version in page and rules.source in page
    assert "our-board" in page and "Our board" in page and "5 points on one side of the centre" in page.lower()


def test_a_lead_adds_a_rule_set_that_measures_may_name_then(charted):
    client, row = charted
    form = "/p/charted/measures/rules/new"
    seen = re.search(r'name="seen" value="(\w+)"', client.get(form).content.decode())[1]
    sent = {"name": "our-trust", "version": "1", "source": "Us", "astronomical": "yes", "shift": "8", "trend": ""}
    sent |= {"on_centre": "break", "ties": "break", "two_of_three": "no", "runs": "no", "at_limit": "all"}
    sent |= {"precedence": "improvement", "constant": "2.66", "screen": "yes", "least": "12", "judge_from": "1"}
    faulty = client.post(form, sent | {"shift": "1", "seen": seen, "reason": "Agreed"})
    assert faulty.status_code == 422 and "a number of at least 2 is needed" in words(faulty)
    assert "Say why it is changed" in words(client.post(form, sent | {"seen": seen}))
    taken = client.post(form, sent | {"name": "mdc", "seen": seen, "reason": "Agreed"})
    assert taken.status_code == 422 and "a name other than that of a built-in rule set is needed" in words(taken)
    assert client.post(form, sent | {"seen": seen, "reason": "Agreed"}).status_code == 302
    row.refresh_from_db()
    new = row.words.rule_sets[-1]
    assert (new.name, new.shift, new.trend, new.two_of_three, new.screen, new.least) == (
        "our-trust",
        8,
        None,
        "no",
        True,
        12,
    )
    offered = client.get("/p/charted/record/measures").content.decode()
    assert 'value="our-trust"' in offered and "8 points on one side of the centre" in offered


def test_a_rule_set_that_a_measure_names_can_not_be_taken_away(charted):
    client, row = charted
    form = "/p/charted/measures/rules/1"
    page = client.get(form).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    answer = client.post(form, {"remove": "yes", "seen": seen, "reason": "Not used"})
    row.refresh_from_db()
    assert answer.status_code == 422 and [one.name for one in row.words.rule_sets] == ["our-board"]
    assert "is judged by the rule set 'our-board'; choose another for it first" in unescape(words(answer))
