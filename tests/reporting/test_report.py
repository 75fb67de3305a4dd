"""The report: one file that needs nothing from elsewhere, says what is missing, and is the same each time."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.reporting.made import HOSTILE, Page, wards

import takeroot as tr
from takeroot.errors import TakerootError
from takeroot.reporting.blocks import Figure, Grid, Section
from takeroot.reporting.content import Content
from takeroot.reporting.html import written
from takeroot.reporting.report import Report
from takeroot.vocabulary.programme import Programme

EXAMPLES = ("frailsafe", "prompt", "synthetic")


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(Report.of(wards()).html())


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> tuple[Programme, Page]:
    programme = tr.examples.load(request.param)
    return programme, Page(Report.of(programme).html())


def ids(page: Page) -> list[str]:
    return [attributes["id"] or "" for _, attributes in page.elements if "id" in attributes]


def test_every_element_is_closed_and_every_id_is_its_own(page: Page) -> None:
    assert page.open == []
    assert len(ids(page)) == len(set(ids(page)))


def test_examples_become_reports(example: tuple[Programme, Page]) -> None:
    programme, page = example
    assert page.open == []
    assert page.headings[0] == (1, programme.name)
    assert len(ids(page)) == len(set(ids(page)))
    assert {a["href"] for a in page.all("a")} <= {f"#{name}" for name in ids(page)}


def test_a_made_up_programme_says_so_in_its_title_and_at_its_head(example: tuple[Programme, Page]) -> None:
    programme, page = example
    said = "This programme is made up" in page.text
    assert said == programme.about.synthetic
    assert ("(synthetic)" in page.source.partition("</title>")[0]) == programme.about.synthetic


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(example: tuple[Programme, Page]) -> None:
    _, page = example
    tags = {tag for tag, _ in page.elements}
    assert tags & {"script", "link", "img", "iframe", "object", "embed", "video", "audio", "base", "form"} == set()
    loading = {
        (tag, name)
        for tag, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "srcset", "data", "poster", "action", "xlink:href")
        or name.startswith("on")
        or (name == "href" and not (value or "").startswith("#"))
    }
    assert loading == set()
    style = page.source.partition("<style>")[2].partition("</style>")[0]
    assert re.findall(r"url\(|@import", style) == []


def test_links_lead_to_places_in_the_report(page: Page) -> None:
    targets = {a["href"] for a in page.all("a")}
    assert targets <= {f"#{name}" for name in ids(page)}
    assert {"#answers", "#spread", "#computed", "#evidence", "#e-1"} <= targets


def test_headings_follow_each_other_in_order(example: tuple[Programme, Page]) -> None:
    _, page = example
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_the_page_has_its_landmarks_and_a_way_to_skip(page: Page) -> None:
    tags = [tag for tag, _ in page.elements]
    assert [tags.count(tag) for tag in ("header", "main", "nav")] == [1, 1, 1]
    assert page.all("a")[0]["href"] == "#main"
    assert page.all("html")[0]["lang"] == "en-GB"


def test_tables_have_captions_and_heads_that_say_what_they_head(page: Page) -> None:
    assert len(page.all("table")) == len(page.all("caption")) > 10
    assert {th.get("scope") for th in page.all("th")} == {"col", "row"}


def test_every_chart_has_its_table_of_points_beside_it(page: Page) -> None:
    figures = re.findall(r"<figure.*?</figure>", page.source, flags=re.DOTALL)
    assert len(figures) >= 6
    assert [figure for figure in figures if figure.count("<svg") != 2 or "<details><summary>" not in figure] == []


def test_the_two_answers_come_first_and_side_by_side(page: Page) -> None:
    assert [text for _, text in page.headings[1:4]] == [
        "The two answers",
        "Was it spread and sustained as planned?",
        "What changed, and why?",
    ]


def test_accounts_that_differ_stand_in_one_group_with_their_signatures(page: Page) -> None:
    rivals = page.source.partition('<div class="rivals">')[2].partition("</div></div>")[0]
    told = Page(f"<div>{rivals}</div>").text
    assert "hospital manager, 1 Aug 2023" in told and "ward sister, 1 Sep 2023, version 2" in told
    assert "An earlier version." not in page.text


def test_a_citation_that_leads_nowhere_is_shown(page: Page) -> None:
    assert "not in the record: notes:gone" in page.text


def test_every_row_that_is_cited_stands_in_the_evidence(page: Page) -> None:
    evidence = page.source.partition('id="evidence"')[2].partition("</ol>")[0]
    rows = re.findall(r'<li id="e-\d+"><span class="says">([^<]*)</span>.*?<code>([^<]*)</code>', evidence)
    assert ("Ward 2: stopped, lapsed.", "stages:w2-lapsed") in rows
    assert len(rows) == len({reference for _, reference in rows}) == evidence.count("<li ")


def test_a_rule_is_printed_where_its_figures_stand(page: Page) -> None:
    rule = "A year on: activities, valued by ward teams, for 12 months from adoption (the funder asked for a year)."
    assert page.text.count(rule) >= 3


def test_success_that_is_not_stated_is_shown_as_missing(page: Page) -> None:
    meaning = page.text.partition("Success, stated three ways")[2].partition("What the three words mean")[0]
    assert meaning.count("missing") == 3


def test_the_report_says_how_its_figures_were_computed(page: Page) -> None:
    computed = page.text.partition("How every figure was computed")[2]
    computed = computed.partition("How every figure was computed")[2]
    assert "31 Dec 2023. Nothing after that day is counted" in computed
    assert f"takeroot {tr.__version__}, polars {pl.__version__}" in computed
    assert "takeroot report PROGRAMME -o report.html" in computed
    assert "mdc (2023-11)" in computed
    assert re.search(r"[0-9a-f]{16} \(sha256", computed)


def test_favourable_and_contrary_findings_stand_in_one_list(page: Page) -> None:
    findings = page.source.partition('id="findings"')[2].partition("</section>")[0]
    assert findings.count("<table>") == 1
    assert "Fewer falls where allocated" in findings and "No difference where begun" in findings


def test_no_percentage_stands_of_eight_sites(page: Page) -> None:
    statements = page.text.partition("Was it spread and sustained as planned?")[2].partition("What changed, and why?")[
        0
    ]
    shares = [match for match in re.findall(r"\d+ of \d+ [a-z ]+\(\d+%\)", statements) if "people" not in match]
    assert shares == []
    assert "share in use" not in page.text


def test_names_and_notes_that_would_break_a_page_are_only_words() -> None:
    programme = wards(
        about={"name": HOSTILE, "aim": HOSTILE, "sponsor": HOSTILE, "improvement": HOSTILE},
        sites={
            "site": [f"W{n}" for n in range(1, 9)],
            "name": [f"{HOSTILE}{n}" for n in range(8)],
            "eligible": [True] * 8,
        },
        notes={"on": ["2023-03-01"], "title": [HOSTILE], "text": [HOSTILE], "voice": [HOSTILE]},
    )
    source = Report.of(programme).html()
    page = Page(source)
    assert {tag for tag, _ in page.elements} & {"script", "img"} == set()
    assert page.open == []
    assert page.headings[0] == (1, HOSTILE)


def test_the_same_programme_gives_the_same_bytes_in_whatever_order_its_rows_came() -> None:
    programme = wards()
    turned = Programme(programme.about, **{name: frame.reverse() for name, frame in programme.tables.items()})
    one, other = Report.of(programme).html(), Report.of(turned).html()
    assert one == Report.of(wards()).html()
    fingerprint = re.compile(r"[0-9a-f]{16} \(sha256")
    assert fingerprint.findall(one) == fingerprint.findall(other)


def test_no_clock_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    def refuse(*_: Any) -> float:
        raise AssertionError("a report must not know what time it is")

    before = Report.of(wards()).html()
    monkeypatch.setattr(time, "time", refuse)
    monkeypatch.setattr(time, "localtime", refuse)
    assert Report.of(wards()).html() == before


def test_a_programme_of_nothing_but_a_name_says_where_to_begin() -> None:
    page = Page(Report.of(Programme("Falls")).html())
    assert page.headings[0] == (1, "Falls")
    assert "Where to begin" in [text for _, text in page.headings]
    assert "takeroot template programme.xlsx" in page.text
    assert page.all("figure") == []


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({"name": "Falls"}, "Both are kept: nothing that happened is recorded yet."),
        ({"name": "Falls", "as_at": "2024-02-01"}, "Both are kept: no first planned date had passed by 1 Feb 2024."),
        (
            {"name": "Falls", "as_at": "2024-04-01"},
            "Both are kept: 0 of 1 site first planned to begin by 1 Apr 2024 has begun.",
        ),
    ],
)
def test_of_a_date_that_has_not_come_nothing_is_counted(about: dict[str, str], told: str) -> None:
    planned = {"what": ["stage"], "site": ["A"], "due": ["2024-03-01"], "set_on": ["2024-01-01"]}
    assert told in Page(Report.of(Programme(about, plans=planned)).html()).text


def test_a_report_is_written_as_its_suffix_says_and_anything_else_is_one_sentence(tmp_path: Path) -> None:
    programme = Programme("Falls")
    written = tr.report.write(programme, tmp_path / "report.html")
    assert written.read_bytes().startswith(b"<!DOCTYPE html>")
    says = "A report is written as .html, .docx, .pptx, .xlsx or .pdf; found '.odt'."
    with pytest.raises(TakerootError, match=re.escape(says)):
        tr.report.write(programme, tmp_path / "report.odt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html"]


def test_sites_stand_in_the_order_of_their_names_numbers_by_size() -> None:
    names = {f"S{n}": f"Ward {n}" for n in (10, 2, 1)}
    programme = Programme(
        {"name": "Falls", "as_at": "2024-12-31"},
        sites={"site": list(names), "name": list(names.values()), "eligible": [True] * 3},
        stages={"site": list(names), "stage": ["using"] * 3, "on": ["2024-01-01"] * 3, "extent": [0.1, 0.9, 0.5]},
    )
    table = Report.of(programme).html().partition("How far within each site, where it is known")[2]
    assert re.findall(r'<th scope="row">(Ward \d+)</th>', table.partition("</table>")[0]) == [
        "Ward 1",
        "Ward 2",
        "Ward 10",
    ]


def test_a_report_without_stages_still_shows_its_measures(page: Page) -> None:
    full = wards()
    programme = Programme("Falls", values=full.values.drop("id"), measures=full.measures.drop("id"))
    told = Page(Report.of(programme).html())
    assert "No stage is recorded for any site" in told.text
    assert len(told.all("figure")) >= 1


def test_rows_are_cut_short_only_with_a_word_that_says_so() -> None:
    long = pl.DataFrame({"name": [f"n{n}" for n in range(40)]})
    grid = Grid.of(long, "Names.", ("name", "Name"), most=30)
    assert (len(grid.rows), grid.caption, grid.cut) == (30, "Names. The first 30 of 40 rows.", True)


def text(**tables: Any) -> str:
    """What the report of a small programme says."""
    return Page(Report.of(Programme({"name": "Falls", "as_at": "2023-12-31"}, **tables)).html()).text


def measured(n: int, **measure: Any) -> dict[str, Any]:
    days = [f"2023-{month:02d}-01" for month in range(1, n + 1)]
    values = {"measure": ["falls"] * n, "site": ["A"] * n, "on": days, "value": [float(4 + i % 3) for i in range(n)]}
    return {"measures": {"measure": ["falls"], "name": ["Falls with harm"], **measure}, "values": values}


def test_a_folded_table_that_is_cut_says_how_many_rows_once() -> None:
    n = 310
    deliveries = {"site": ["A"] * n, "component": [f"c{i}" for i in range(n)], "on": ["2023-01-01"] * n}
    said = text(deliveries=deliveries | {"delivered": ["0.75"] * n})
    assert "The first 300 of 310 rows." in said and "300 rows." not in said.replace("The first 300 of 310 rows.", "")
    assert "75%" in said and "0.75" not in said


def test_where_points_are_too_few_to_judge_the_table_has_no_limits_and_says_so() -> None:
    said = text(**measured(3, unit=["falls"]))
    table = said.partition("Falls with harm (falls): every value, with its limits and what it shows.")[2]
    assert table.startswith("PeriodValueMeanPhaseShowsJan 2023451too few to judge")


def test_a_missing_value_shows_nothing() -> None:
    tables = measured(12)
    tables["values"] |= {"value": [None, *tables["values"]["value"][1:]]}
    source = Report.of(Programme({"name": "Falls", "as_at": "2023-12-31"}, **tables)).html()
    rows = re.findall(r'<th scope="row"[^>]*>(\w+ 2023)</th>(.*?)</tr>', source)
    shows = {month: "change" in row or "judge" in row for month, row in rows}
    assert (shows["Jan 2023"], shows["Feb 2023"]) == (False, True)


def test_a_chart_that_can_not_be_drawn_is_named() -> None:
    def draw(**_: Any) -> Any:
        raise ValueError("a number is too large")

    figure = Figure(draw, (), Grid("Falls with harm: every value.", (), ()))
    content = Content("Falls", "", "", None, False, (Section("falls", "Falls", (figure,)),), ())
    with pytest.raises(
        TakerootError, match=re.escape("No chart can be drawn of “Falls with harm: every value.” a num")
    ):
        written(content)


def test_why_reach_is_not_shown_by_a_group_is_said() -> None:
    sites = {"site": ["A", "B"], "region": ["North"] * 2, "deprivation": [None, None]}
    said = text(sites=sites, stages={"site": ["A"], "stage": ["using"], "on": ["2023-01-01"]})
    assert "All sites that say their region are in one: North." in said
    assert "Reach by deprivation can not be shown: the sites do not say it." in said


def test_plans_of_measures_and_components_have_names_and_units() -> None:
    plans = {"what": ["component", "measure"], "name": ["calls", "bundle"], "value": [0.9, 80.0]}
    said = text(
        plans=plans | {"due": ["2023-06-30"] * 2, "set_on": ["2023-01-01"] * 2, "id": ["c", "m"]},
        components={"component": ["calls"], "name": ["Call at home"]},
        measures={"measure": ["bundle"], "name": ["Whole bundle"], "unit": ["%"]},
    )
    assert "Call at homecomponent90%" in said.replace(" ", "").replace("Callathome", "Call at home")
    assert "The programme: component Call at home at 90% by 30 Jun 2023." in said
    assert "The programme: measure Whole bundle at 80% by 30 Jun 2023." in said


def test_a_signal_is_told_in_words() -> None:
    evidence = Page(Report.of(wards()).html()).text.rpartition("The evidence cited")[2]
    assert re.search(r"Huddles held at Ward 1: \d+ points? in a row above the mean from", evidence)
    assert "by the rules" not in evidence


def test_figures_say_what_they_follow_where_nobody_has_chosen_between_sources() -> None:
    stages = {"site": ["A", "A"], "stage": ["using", "stopped"], "on": ["2023-01-01"] * 2, "source": ["visit", "form"]}
    said = text(stages=stages)
    assert (
        "Figures take the stage that comes later in the list of stages, as nobody has chosen a reading, "
        "and give the range beside it."
    ) in said
    assert "the reading chosen" not in said


def test_a_curve_under_a_rule_about_benefits_says_that_it_speaks_of_use() -> None:
    rule = {"name": "Well", "valued_by": "patients", "months": 12, "why": "asked", "what": ["benefits"]}
    page = Page(Report.of(wards(about={"rules": [rule]})).html())
    assert "This speaks of use only; benefits are judged above." in page.text
    assert "This speaks of use only" not in Page(Report.of(wards()).html()).text


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_report_is_accessible_and_never_scrolls_sideways(
    browser: Any, tmp_path: Path, width: int, scheme: Any
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "report.html"
    tr.report.write(wards(), path)
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    try:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["impact"]) for one in found if one["impact"] in ("serious", "critical")] == []
        assert asked == [path.as_uri()]
    finally:
        context.close()


@pytest.mark.browser
def test_long_names_fit_the_narrowest_window_and_tables_fit_the_paper(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 2
    programme = wards()
    tr.report.write(programme.with_tables(sites=programme.sites.with_columns(name=long + pl.col("site"))), path)
    context = browser.new_context(viewport={"width": 320, "height": 900})
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.set_viewport_size({"width": 680, "height": 900})  # A4 between its margins
        page.emulate_media(media="print")
        wide = page.locator(".scroll:not(:has(th:nth-child(12)))").evaluate_all(
            "each => each.filter(one => one.querySelector('table').offsetWidth > one.clientWidth + 1)"
            ".map(one => one.innerText.slice(0, 80))"
        )
        assert wide == []
        hidden = "each => each.filter(one => getComputedStyle(one).whiteSpace !== 'nowrap').length"
        assert page.locator("td.number, td.brief").evaluate_all(hidden) == 0
    finally:
        context.close()


def test_no_count_of_fewer_than_five_people_stands_anywhere() -> None:
    sites = {"site": ["A", "B", "C", "D"], "region": ["North", "North", "South", "South"]}
    sites |= {"eligible_people": [631, 3, 4, 0]}
    stages = {"site": ["A", "B", "C"], "stage": ["using"] * 3, "on": ["2024-01-15"] * 3}
    told = Page(Report.of(Programme("Falls", sites=sites, stages=stages)).html()).text
    assert "B, too few eligible people for their number to be shown" in told
    assert "638 of 638 eligible people (100%)" in told
    assert not re.search(r"\b63[14]\b|\b[34] eligible people", told), "nor is one told by its sum with others"


def test_no_percentage_stands_of_nine_people() -> None:
    sites = {"site": ["A"], "eligible_people": [9]}
    stages = {"site": ["A"], "stage": ["using"], "on": ["2024-01-15"]}
    told = Page(Report.of(Programme("Falls", sites=sites, stages=stages)).html()).text
    assert told.count("are there for 9 of 9 eligible people.") == 2


def test_no_table_of_three_sites_has_a_percentage_of_them_beside_its_counts() -> None:
    rule = {"name": "A year on", "valued_by": "wards", "months": 12, "why": "a funder asked"}
    about = {"name": "Falls", "as_at": "2025-06-30", "rules": [rule]}
    sites = {"site": ["A", "B", "C"], "region": ["North", "North", "South"], "eligible_people": [6, 6, 7]}
    stages = {"site": ["A", "B", "C"], "stage": ["using"] * 3, "on": ["2024-01-15"] * 3}
    told = Page(Report.of(Programme(about, sites=sites, stages=stages)).html()).text
    assert "3 of 3 sustained (95% interval 44% to 100%)" in told
    assert "3 of 3 sustained: " not in told
    assert "Sites in useof eligible sitesInterval, of sites" in told, "no share stands between"
