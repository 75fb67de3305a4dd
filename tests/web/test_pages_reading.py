"""What the pages say: scale-up, measures, the story, the report and the questions that are open."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from tests.web.test_pages import HOSTILE, loaded, signed_in, words

from takeroot import Programme, spc
from takeroot.charts.wording import number
from takeroot.vocabulary.tables import TABLES
from takeroot.web import actions
from takeroot.web.models import Programme as Row
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

SUPPORTED = {
    "site": ["A", "B", None],
    "kind": ["training", "training", "data"],
    "since": ["2023-01-10", "2024-02-01", "2023-06-01"],
    "until": ["2023-12-01", None, None],
    "amount": [3, 4, None],
    "unit": ["days", "days", None],
    "cost": [100, None, 900],
    "by": ["facilitators", "facilitators", "measurement team"],
}
MONTHS = [date(2022 + n // 12, n % 12 + 1, 1) for n in range(20)]


def told() -> Programme:
    """A programme of which something of every sort is told."""
    return Programme(
        {"name": "Told", "as_at": "2024-06-30"},
        sites={"site": ["B", "A"], "name": ["Ward B", "Ward A"]},
        stages={"site": ["A", "B", "A"], "stage": ["using", "using", "stopped"], "id": ["a", "b", "left"]}
        | {"on": ["2023-01-01", "2023-02-01", "2024-03-01"], "recorded_by": ["coach"] * 3},
        supports=SUPPORTED,
        anchors={"what": ["system", "policy"], "title": ["In the rota", "In the policy"], "level": ["site", "nation"]}
        | {"on": ["2023-05-01", "2023-07-01"], "until": [None, "2024-01-01"]},
        actions={"title": ["Done thing", "Open thing", "Other thing"], "strand": ["structure", "structure", "context"]}
        | {"owner": ["Ana"] * 3, "due": ["2023-01-31", "2024-05-01", "2025-01-01"]}
        | {"done": ["2023-02-01", None, None], "id": ["x", "y", "z"]},
        conditions={"kind": ["leadership", "legal"], "text": ["A lead who asks", "A law in the way"]}
        | {"works": ["enables", "limits"], "according_to": ["ward", "lawyer"], "since": ["2023-01-01", "2022-01-01"]},
        notes={
            "on": ["2024-01-05", "2024-02-05", "2024-02-06", "2024-02-07"],
            "title": ["The café moved", "Who rings at night?", "Who pays?", "We ring"],
            "text": ["Nobody said so.", None, None, None],
            "voice": ["nurse", "ward lead", "ward lead", "coach"],
            "site": ["A", "B", "B", "B"],
            "about": [None, None, None, "notes:rings"],
            "id": ["cafe", "rings", "pays", "answer"],
            "visibility": ["all"] * 4,
        },
        explanations={"change": ["stages:left"], "reason": ["The lead left"], "by": ["ward"]},
        plans={
            "what": ["support"],
            "name": ["training"],
            "value": [5],
            "due": ["2023-12-31"],
            "set_on": ["2022-12-01"],
        },
    )


def part(page: str, anchor: str) -> str:
    """The words of one section of a page."""
    found = re.search(rf'<section[^>]* id="{anchor}".*?</section>', page, flags=re.S)
    assert found, anchor
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", found[0], flags=re.S)).split())


# Scale-up


def test_scale_up_shows_support_anchors_actions_and_conditions(cast):
    page = loaded(cast.ana, told(), "told").get("/p/told/scale-up").content.decode()
    assert "2023 data 1 all sites – – 900 measurement team" in part(page, "given")
    assert "2023 training 1 1 site 3 days 100 facilitators" in part(page, "given")
    assert "Of 3 times that support was given, the cost is recorded of 2" in part(page, "given")
    assert "training the whole programme 5 31 Dec 2023 1 Dec 2022" in part(page, "plans")
    assert "1 anchor holds on 30 Jun 2024." in part(page, "anchors")
    assert "A lead who asks enables leadership ward" in part(page, "conditions")
    assert "1 said to enable, 1 said to limit." in part(page, "conditions")
    for anchor in ("support", "given", "plans", "anchors", "actions", "conditions"):
        assert part(page, anchor)


def test_open_actions_come_first_in_each_strand_by_their_day(cast):
    page = loaded(cast.ana, told(), "told").get("/p/told/scale-up").content.decode()
    rows = re.findall(r'<th role="rowheader"[^>]*>([^<]*thing)</th>', page)
    assert rows == ["Open thing", "Done thing", "Other thing"]
    assert "2 of 3 actions are open." in part(page, "actions")


def test_the_chart_of_support_and_its_table_agree(cast):
    page = loaded(cast.ana, told(), "told").get("/p/told/scale-up").content.decode()
    drawn = page.split('id="support"')[1].split("</figure>")[0]
    described = re.findall(r"<desc[^>]*>([^<]+)</desc>", drawn)
    assert described and all("training to up to 1 site and data to all sites" in said for said in described)
    table = part(page, "support")
    assert "training Jun 2024 1 no" in table and "training Jan 2024 0 no" in table and "data Jun 2024 0 yes" in table


def test_somebody_with_one_site_sees_its_support_and_what_is_for_all_alone(cast):
    loaded(cast.ana, told(), "told")
    row = actions.programmes.Programme.objects.get(slug="told")
    actions.add_member(row, person=cast.ben, role="contributor", sites=["A"], by="tests")
    page = words(signed_in(cast.ben).get("/p/told/scale-up"))
    assert "Ward B" not in page and "Other thing" not in page
    assert "2024 training" not in page and "2023 training" in page
    assert "shown to those who see the whole" in page


# Measures


def measured(sites: int, measure: str = "falls") -> Programme:
    names = [f"S{n:02d}" for n in range(sites)][::-1]
    values = {
        "measure": [measure] * (sites * len(MONTHS)),
        "site": [name for name in names for _ in MONTHS],
        "on": MONTHS * sites,
        "numerator": [
            float(5 + (n * 7 + m * 3) % 4 + (9 if m > 11 and n == 1 else 0)) for n in range(sites) for m in range(20)
        ],
        "denominator": [50.0] * (sites * len(MONTHS)),
    }
    return Programme(
        "Measured",
        sites={"site": [*names, "silent"]},
        measures={"measure": [measure, "waits"], "name": ["Falls with harm", None], "improves": ["down", None]}
        | {"unit": ["per 1,000", None], "rules": ["mdc", None], "collected_until": ["2022-12-31", None]}
        | {"minutes_a_month": [15, None]},
        values=values,
    )


def test_measures_are_listed_with_how_they_are_judged_and_what_they_cost_a_site(cast):
    page = loaded(cast.ana, measured(3), "measured").get("/p/measured/measures").content.decode()
    listed = part(page, "list")
    assert "Falls with harm" in listed and "lower mdc 3 Aug 2023 31 Dec 2022 15" in listed
    assert "Together 15 minutes a month at a site that collects all; of 1 measure it is not said." in listed
    assert "Nobody collects Falls with harm any longer." in listed


def test_the_table_beside_the_small_charts_says_what_the_analysis_says(cast):
    record = measured(3)
    page = loaded(cast.ana, record, "measured").get("/p/measured/measures").content.decode()
    points = spc.chart(record.values, measures=record.measures)
    summary = {row["site"]: row for row in spc.summary(points, measures=record.measures).iter_rows(named=True)}
    rows = part(page, "sites")
    for site in ("S02", "S01", "S00"):
        row = summary[site]
        assert f"{site} Aug 2023 {number(row['latest'])} {number(row['centre'])}" in rows
        assert row["says"] in rows
    assert rows.index("S02") < rows.index("S01 Aug") < rows.index("S00 Aug")
    assert "1 site has no value of it." in rows
    signals = spc.signals(points)
    listed = re.findall(r'rowheader"[^>]*>(S\d\d)<', page[page.index('id="signals"') :])
    assert signals.height and sorted(listed) == sorted(signals["site"])


def test_no_more_than_24_sites_stand_on_a_sheet_in_their_given_order(cast):
    client = loaded(cast.ana, measured(30), "measured")
    first, second = (client.get("/p/measured/measures", {"sheet": sheet}).content.decode() for sheet in (1, 2))
    shown = (page[page.index('id="sites"') : page.index('id="across"')] for page in (first, second))
    heads = [re.findall(r'rowheader"[^>]*>(S\d\d)<', page) for page in shown]
    assert heads[0] == [f"S{n:02d}" for n in range(29, 5, -1)]
    assert heads[1] == [f"S{n:02d}" for n in range(5, -1, -1)]
    assert "Sites 25 to 30 of the 30 with values." in part(second, "sites")
    assert 'sheet=2#chosen" aria-current="page"' in second


def test_all_sites_together_are_shown_where_values_are_counts_over_counts(cast):
    client = loaded(cast.ana, measured(3), "measured")
    together = part(client.get("/p/measured/measures").content.decode(), "together")
    assert "sums of numerators over sums of denominators" in together and "Aug 2023" in together
    assert 'id="together"' not in client.get("/p/falls/measures").content.decode()


def test_a_measure_without_values_says_what_to_bring(cast):
    page = loaded(cast.ana, measured(3), "measured").get("/p/measured/measures", {"measure": "waits"})
    assert "No value of this measure is recorded yet." in words(page)


def test_another_measure_is_chosen_with_and_without_scripts(cast):
    client = loaded(cast.ana, measured(3), "measured")
    asked = {"measure": "waits"}
    whole = client.get("/p/measured/measures", asked).content.decode()
    got = client.get("/p/measured/measures", asked, headers={"HX-Request": "true"}).content.decode()
    assert '<option value="waits" selected>waits</option>' in got and got.strip() in whole
    assert got.lstrip().startswith('<div id="chosen">')


def test_two_sites_of_one_name_are_two_charts(cast):
    record = measured(2).with_tables(sites={"site": ["S01", "S00"], "name": ["Ward", "Ward"]})
    rows = part(loaded(cast.ana, record, "measured").get("/p/measured/measures").content.decode(), "sites")
    assert "Ward (S01) Aug 2023" in rows and "Ward (S00) Aug 2023" in rows


# The story


def test_the_story_is_told_the_latest_first_with_whose_word_it_is(cast):
    page = loaded(cast.ana, told(), "told").get("/p/told/story").content.decode()
    line = part(page, "line")
    assert line.index("Action: Other thing") < line.index("Ward A stopped using it") < line.index("The café moved")
    assert "Ward A stopped using it on 1 Mar 2024. coach" in line
    assert "The café moved (nurse). Nobody said so." in line


def test_the_story_says_which_changes_have_an_account(cast):
    client = loaded(cast.ana, told(), "told")
    assert "Of 3 changes that matter: 1 has an account, 2 have no account yet." in words(client.get("/p/told/story"))
    none = words(client.get("/p/told/story", {"account": "no account yet"}))
    assert "Ward B began to use it" in none and "Ward A stopped using it" not in none


def test_who_sees_a_part_is_not_told_who_explained_what(cast):
    loaded(cast.ana, told(), "told")
    row = actions.programmes.Programme.objects.get(slug="told")
    actions.add_member(row, person=cast.ben, role="contributor", sites=["A"], by="tests")
    page = signed_in(cast.ben).get("/p/told/story")
    assert "account" not in part(page.content.decode(), "line") and "Ward B" not in words(page)


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ({"site": "A"}, "Ward A stopped", "Ward B began"),
        ({"site": "-"}, "Action: Open thing", "Ward A stopped"),
        ({"kind": "note"}, "The café moved", "Ward A stopped"),
        ({"year": "2023"}, "Ward B began", "Ward A stopped"),
        ({"text": "CAFE nobody"}, "The café moved", "Who pays"),
        ({"kind": "note", "site": "B"}, "Who pays?", "The café moved"),
    ],
)
def test_the_story_can_be_narrowed(cast, asked, there, gone):
    page = part(loaded(cast.ana, told(), "told").get("/p/told/story", asked).content.decode(), "line")
    lines = page[page.index("entries") if "entries" in page else page.index("entry") :]
    assert there in lines and gone not in lines


def test_a_story_in_which_nothing_is_left_says_so(cast):
    client = loaded(cast.ana, told(), "told")
    assert "Take a word or a choice away." in words(client.get("/p/told/story", {"text": "xyzzy"}))


def test_a_long_story_is_paged_and_each_page_keeps_what_was_asked(cast):
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(230)]
    notes = {"on": days, "title": [f"Note {n}" for n in range(230)]}
    client = loaded(cast.ana, Programme("Long", notes=notes), "long")
    pages = [client.get("/p/long/story", {"kind": "note", "page": n}).content.decode() for n in (1, 2, 3)]
    counts = [len(re.findall(r'<p class="what">', page)) for page in pages]
    assert counts == [100, 100, 30]
    assert "Note 229." in pages[0] and "Note 129." in pages[1] and "Note 0." in pages[2]
    assert 'href="/p/long/story?kind=note&amp;page=2#line" rel="next"' in pages[0]
    assert 'rel="next"' not in pages[2] and 'rel="prev"' in pages[2]


# The report


def test_the_report_is_read_as_a_sealed_document_and_downloaded_as_a_file(cast):
    client = signed_in(cast.ana)
    read, file = client.get("/p/falls/report/read"), client.post("/p/falls/report/download")
    assert read.content == file.content
    assert "sandbox" in read.headers["Content-Security-Policy"].split("; ")
    assert (
        "script-src" not in read.headers["Content-Security-Policy"]
        and "'self'" not in read.headers["Content-Security-Policy"]
    )
    assert "default-src 'none'" in read.headers["Content-Security-Policy"]
    assert file.headers["Content-Disposition"] == 'attachment; filename="falls.html"'
    assert read.headers["X-Frame-Options"] == "DENY"
    assert "<script" not in read.content.decode()


def test_the_report_holds_the_sections_that_were_chosen(cast):
    page = words(signed_in(cast.ana).get("/p/falls/report/read", {"section": ["sustained", "nonsense"]}))
    assert "Staying in use" in page and "Who is reached" not in page
    assert "It holds the sections that were chosen, not all." in page


def test_the_report_of_somebody_with_some_sites_is_of_those_and_says_so(cast):
    page = words(signed_in(cast.ben).post("/p/falls/report/download"))
    assert "You see 2 sites of this programme." in page
    assert "Ward 1" in page and "Ward 5" not in page and "A ward lost its lead" not in page


# Questions


def test_what_is_asked_and_not_answered_stands_on_the_overview(cast):
    page = part(loaded(cast.ana, told(), "told").get("/p/told/").content.decode(), "questions")
    assert "Who pays?" in page and "Who rings at night?" not in page
    assert "Asked, and not answered yet (1, longest open first)" in page
    assert "Changes without an account (2, latest first)" in page
    assert "Actions past their day on 30 Jun 2024 (1, longest due first)" in page and "Open thing" in page


def test_sites_not_heard_of_stand_by_date_and_never_by_what_they_show(cast):
    heard = {"on": ["2024-06-01", "2023-05-01", "2023-01-01"], "title": ["x"] * 3, "site": ["S1", "S2", "S3"]}
    record = Programme({"name": "Quiet", "as_at": "2024-06-30"}, sites={"site": ["S1", "S2", "S3", "S4"]}, notes=heard)
    page = part(loaded(cast.ana, record, "quiet").get("/p/quiet/").content.decode(), "questions")
    assert re.findall(r"S\d", page) == ["S4", "S3", "S2"]
    assert "nothing recorded of it yet" in page and "last heard of 1 Jan 2023" in page


def test_the_overview_hears_of_a_site_when_the_list_of_sites_does(cast):
    notes = {"on": ["2023-05-01", "2023-01-01", "2024-06-01"], "title": ["x", "Who pays?", "Answer to: Who pays?"]}
    notes |= {"site": ["S1", "S2", "S2"], "id": ["a", "question-1", "answer-1"]}
    record = Programme({"name": "Quiet", "as_at": "2024-06-30"}, sites={"site": ["S1", "S2"]}, notes=notes)
    client = loaded(cast.ana, record, "quiet")
    page = part(client.get("/p/quiet/").content.decode(), "questions")
    assert "last heard of 1 May 2023" in page and "last heard of 1 Jan 2023" in page  # an answer is no word from it
    row, cells = Row.objects.get(slug="quiet"), {"site": "S1", "stage": "using", "on": "2023-05-02"}
    actions.record(row, TABLES["stages"], cells, by="ana", scope=Scope.everything())
    page = part(client.get("/p/quiet/").content.decode(), "questions")
    assert re.findall(r"last heard of (.*?) S", page) == ["1 Jan 2023"]  # S1 was written of today


def test_hostile_words_stay_words_on_every_list(cast):
    record = Programme(
        "Hostile",
        sites={"site": ["A"], "name": [HOSTILE]},
        notes={"on": ["2024-01-01"], "title": [f"{HOSTILE}?"], "text": [HOSTILE], "voice": [HOSTILE], "site": ["A"]},
        supports={"kind": [HOSTILE], "since": ["2024-01-01"], "by": [HOSTILE], "site": ["A"]},
        measures={"measure": [HOSTILE], "unit": [HOSTILE]},
        values={"measure": [HOSTILE] * 20, "site": ["A"] * 20, "on": MONTHS, "value": [1.0, 2.0] * 10},
        other_work={"site": ["A"], "name": [HOSTILE], "relation": ["competes"]},
    )
    client = loaded(cast.ana, record, "hostile")
    for address in ("", "scale-up", "measures", "story?text=alert", "search?q=alert"):
        page = client.get(f"/p/hostile/{address}").content.decode()
        assert "alert(1)" in page.replace("<mark>", "").replace("</mark>", "")
        assert "<script>alert" not in page and "<img src=x" not in page
    assert "<script>alert" not in client.get("/").content.decode()
