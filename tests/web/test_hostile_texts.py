"""Text that means harm, in every column of every table: it is text on every page, and nothing else."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from tests.web.access import MATRIX
from tests.web.village import SITES, village

from takeroot.web import actions

pytestmark = pytest.mark.django_db

PATTERNS = {pattern.name: pattern for pattern in get_resolver().url_patterns}
#: The pages of a programme that need no more than its name.
PAGES = [
    name
    for name, door in MATRIX.items()
    if name in PATTERNS and set(PATTERNS[name].pattern.converters) == {"slug"} and door.get != "none"
]
SCRIPT = "<script>window.harmed=1;alert(1)</script>"
IMAGE = '"><img src=x onerror="window.harmed=1"><svg onload=\'window.harmed=1\'>'
TEMPLATE = "{{7*7}}{% debug %}${7*7}"
FORMULA = '=HYPERLINK("https://elsewhere.example",1)+1'
BACKWARDS = "\u202eright to left\u2066\u200b"
LINK = "javascript:window.harmed=1"
LONG = "Rindfleischetikettierungs" * 400
HOSTILE = {
    "script": SCRIPT,
    "image": IMAGE,
    "template": TEMPLATE,
    "formula": FORMULA,
    "backwards": BACKWARDS,
    "link": LINK,
}


def hostile(text: str):
    """Every text is this one, told apart by table, column and site where rows would else be the same."""
    return lambda table, column, site: f"{text} {table} {column} {site or ''}".strip()


def loaded(text: str) -> Client:
    row = actions.load_programme(village(hostile(text), f"{text[:40]} village"), by=text[:100], slug="hostile")
    lead = actions.add_person(sign_in="lead", name=text[:100], password="a long password", by="tests")
    actions.add_member(row, person=lead, role="lead", by=text[:100])
    client = Client()
    client.force_login(lead)
    return client


class Marks(HTMLParser):
    """The mark-up of a page: every tag that it opens, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def active(page: str) -> list[str]:
    """What could do something on this page that no page of ours does."""
    found = []
    for tag, attributes in Marks(page).tags:
        if tag == "script" and not (attributes.get("src") or "").startswith("/static/"):
            found.append(f"<script> {attributes}")
        if tag in ("iframe", "object", "embed", "base", "applet", "img"):
            found.append(f"<{tag}> {attributes}")
        found += [f"<{tag} {name}>" for name in attributes if name.startswith("on")]
        found += [
            f"<{tag} {name}={said[:40]}>"
            for name, said in attributes.items()
            if name in ("href", "src", "action", "formaction", "xlink:href")
            and said
            and re.match(r"\s*(javascript|data|vbscript):", said, re.I)
        ]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_text_on_every_page(db, name):
    client = loaded(HOSTILE[name])
    assert (
        client.post(
            reverse("review", args=["hostile"]), {"title": HOSTILE[name], "on": "2024-06-01", "there": HOSTILE[name]}
        ).status_code
        == 302
    )
    pages = {page: client.get(reverse(page, args=["hostile"])) for page in PAGES if page not in ("export",)}
    meeting = reverse("meeting", args=["hostile", 1])
    pages |= {"meeting": client.get(meeting), "portfolio": client.get("/")}
    client.post(meeting, {"reading": HOSTILE[name], "do": "save"})
    client.post(meeting, {"do": "close", "visibility": "all"})
    pages |= {"minutes": client.get(meeting), "trail": client.get(reverse("trail", args=["hostile"]))}
    seen = 0
    for page, response in pages.items():
        body = response.content.decode()
        assert response.status_code in (200, 422), page
        assert active(body) == [], page
        assert "1776" not in body or name != "template"
        seen += "village" in body
        if name == "template":
            assert "49" not in re.findall(r"(?<!\d)49(?=\{%|\$)", body)
        policy = response.headers["Content-Security-Policy"]
        assert "'unsafe-inline'" not in policy or ("sandbox" in policy and "script-src" not in policy)  # the report
    assert seen == len(pages)


def test_a_page_that_did_harm_would_be_found():
    assert active(f"<p>{SCRIPT}</p>") and active(f'<a title="{IMAGE}">') and active(f'<a href="{LINK}">x</a>')


@pytest.mark.slow
def test_no_export_hands_a_formula_to_a_spreadsheet(db):
    client = loaded(FORMULA)
    file = client.post(reverse("trail-export", args=["hostile"])).content.decode()
    rows = list(csv.reader(io.StringIO(file)))
    assert len(rows) > 2 and not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("name", ["script", "image", "long"])
def test_nothing_runs_and_nothing_is_pushed_aside_in_a_browser(window_and_pages, name):
    """Every page as a file of its own, in a browser that would run what it holds, at the width of a phone."""
    page, pages, folder = window_and_pages
    text = LONG if name == "long" else HOSTILE[name]
    for where, body in pages(text).items():
        file = folder / f"{where}.html"
        file.write_text(body, encoding="utf-8")
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert not page.evaluate("window.harmed === 1"), where
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{where} is {wider} pixels too wide"


@pytest.fixture
def window_and_pages(db, browser, tmp_path):
    """A browser window as narrow as a phone, and the pages of a hostile programme with their styles in them."""
    from pathlib import Path

    import takeroot

    said: list[str] = []
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    package = Path(takeroot.__file__).parent
    sheets = [
        package / "charts" / "tokens.css",
        package / "charts" / "charts.css",
        *sorted((package / "web" / "static").glob("*.css")),
    ]
    style = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)

    def pages(text: str) -> dict[str, str]:
        client = loaded(text)
        bodies = {
            name: client.get(reverse(name, args=["hostile"])).content.decode() for name in PAGES if name != "export"
        }
        client.post(
            reverse("review", args=["hostile"]), {"title": text[:200], "on": "2024-06-01", "there": text[:5000]}
        )
        bodies["meeting"] = client.get(reverse("meeting", args=["hostile", 1])).content.decode()
        return {
            name: re.sub(r"<link rel=\"stylesheet\"[^>]*>", "", body).replace(
                "</head>", f"<style>{style}</style></head>"
            )
            for name, body in bodies.items()
        }

    yield page, pages, tmp_path
    context.close()
    assert said == []
    assert SITES
