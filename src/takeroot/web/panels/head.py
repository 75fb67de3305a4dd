"""What a programme is, in a few lines: above each of its pages, and on its card among the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from takeroot.charts.wording import count_of, counted, day
from takeroot.errors import NotFound
from takeroot.reporting.results import Results
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.roles import May, Visit


class Page(NamedTuple):
    """A page of a programme: the name of its address, what its tab says, what it is for, and who may open it.

    ``whole`` says that it is for those alone who see the whole programme.
    """

    name: str
    label: str
    says: str
    leaves: frozenset[May] = frozenset({May.READ})
    whole: bool = False


#: The pages that are read, in the order of their tabs.
READ = (
    Page("overview", "Overview", "Two answers, what each rests on, and what is in doubt."),
    Page(
        "spread",
        "Spread",
        "How far it has reached, how deep and among whom, and how that compares with what was planned.",
    ),
    Page(
        "scale-up",
        "Scale-up",
        "What carries it beyond single sites: support, anchors, actions, and the conditions around it.",
    ),
    Page("sustain", "Sustain", "What stays in use, by which rule, and how it ends where it ends."),
    Page("measures", "Measures", "What is measured, and whether it has changed by more than chance would change it."),
    Page("assess", "Assess", "Hear how people see it, write down how it is, and talk about where views differ."),
    Page("story", "Story", "Everything that has a day, the latest first, with whose word it is."),
    Page(
        "what-if",
        "What if",
        "What would come of doing something else, how sure that is, and what would change it.",
        whole=True,
    ),
    Page("report", "Report", "The whole in one file, to be read here, sent on or printed."),
)
#: The places where people work on the record, beside the pages that are read.
WORK = (
    Page("record", "Record", "Write down what happened.", frozenset({May.RECORD, May.TELL})),
    Page("sites", "Sites", "Every site, and when it was last heard of."),
    Page(
        "review",
        "Review",
        "Meet over what changed, how it is read, and what stays open.",
        frozenset({May.REVIEW, May.READ}),
    ),
    Page("coding", "Coding", "Passages of notes, and what they are coded to.", frozenset({May.CODE})),
    Page("people", "People", "Who is here, as what, and whom to ask."),
    Page(
        "import", "Import", "Bring files in, look before anything is kept, and take them back.", frozenset({May.IMPORT})
    ),
    Page("trail", "Trail", "Who changed what, and when.", frozenset({May.TRAIL})),
    Page("about", "About", "What the programme says of itself, its plans and its rules.", frozenset({May.CHANGE})),
)
#: Pages without a tab of their own.
WITHIN = (
    Page("search", "Search", "Every word that you give must be there; accents and capitals do not matter."),
    Page(
        "network",
        "Who is tied to whom",
        "Which sites are tied, where they stood and when, and what goes with it; where the sites are.",
    ),
    Page("forecast", "What next", "How many sites will be in use, and how far that can be trusted."),
    Page(
        "accounts",
        "Changes and accounts",
        "Which changes people have accounted for, whose accounts differ, and what is open.",
    ),
    Page("change", "One change", "What speaks for a reason and against it, and what to ask."),
    Page("rounds", "Rounds", "An instrument answered by people: anonymously, or openly as a team."),
    Page("site", "Site", "What is known of one site."),
    Page("row", "Row of the record", "What one row says, and what it said before."),
    Page("sustain-rules", "Rules by answers", "Every rule beside its answer, and how that changes with the rule."),
    Page("sustain-months", "Month by month", "What held at each site in each month, by a rule; nothing is ranked."),
    Page(
        "fidelity",
        "Fidelity and adaptation",
        "What is done, in which form, what was changed and by whom, and what came of it.",
    ),
    Page("measure-icons", "Measures as icons", "Every measure at every site: what its latest value shows."),
    Page("series", "One chart", "One measure at one site, or at all sites together."),
    Page("rule-sets", "Rule sets", "What counts as a signal on a chart, and how its limits are set."),
    Page("rule-set", "A rule set of your own", "What it does not say is as in mdc."),
    Page(
        "other-work",
        "Other work",
        "What else goes on at the sites, where it competes or reinforces, and what might be stopped.",
    ),
    Page("drafts", "Drafts", "What you began to write down and have not kept yet."),
)
PAGES = {page.name: page for page in (*READ, *WORK, *WITHIN)}


@dataclass(frozen=True)
class Head:
    """What stands above every page: the name, whether it is made up, and what must be said of every figure."""

    name: str
    synthetic: bool
    facts: tuple[str, ...]
    part: str


def head(of: Book | Visit, page: str, visit: Visit | None = None) -> dict[str, Any]:
    """The name, what must be said of every figure, and the pages that are open to whoever visits.

    Parameters
    ----------
    of
        What may be known of the programme, or the visit itself.
    page
        Which page this is, by the name of its address.
    visit
        Who visits. Without it, only what everybody may open who reads the programme is linked.

    Raises
    ------
    NotFound
        If there is no page of that name.
    """
    if page not in PAGES:
        raise NotFound("page", page, PAGES)
    visit = of if isinstance(of, Visit) else visit
    book = Book(of.programme, of.scope) if isinstance(of, Visit) else of
    said = book.words(_head, Head, whole=book.scope.whole)[0]
    slug = book.row.slug
    may = visit.may if visit else frozenset({May.READ})
    return {
        "slug": slug,
        "name": said.name,
        "synthetic": said.synthetic,
        "facts": said.facts,
        "part": said.part,
        "page": PAGES[page],
        "pages": _linked(READ, slug, may, page, whole=book.scope.whole),
        "places": _linked(WORK, slug, may, page, whole=book.scope.whole),
        "search": address("search", slug),
        "folded": PAGES[page] not in READ,
    }


def doors(visit: Visit) -> tuple[str, ...]:
    """The names of the pages that are there and open to whoever visits."""
    return tuple(
        page.name for page in PAGES.values() if page.leaves & visit.may and address(page.name, visit.programme.slug)
    )


def _linked(pages: tuple[Page, ...], slug: str, may: frozenset[May], here: str, *, whole: bool) -> list[dict[str, Any]]:
    """Those of the pages that are there and may be opened, and the one that is open or holds what is open."""
    opened = (page for page in pages if (page.leaves & may and (whole or not page.whole)) or page.name == here)
    found = [(page, address(page.name, slug)) for page in opened]
    within = address(here, slug)
    return [
        {"name": page.name, "label": page.label, "address": where, "here": _here(page.name == here, where, within)}
        for page, where in found
        if where
    ]


def _here(open_: bool, where: str, within: str) -> str:
    """What a link is marked as: the page that is open, one that holds it, or neither."""
    if open_:
        return "page"
    return "true" if where and within.startswith(f"{where}/") else ""


def _head(results: Results, whole: bool) -> list[Head]:
    programme = results.programme
    sites = programme.sites.height
    facts = [_sites(results)] if sites else ["No site yet"]
    if programme.as_at is not None:
        facts.append(f"Counted up to {day(programme.as_at)}")
    about = programme.about
    return [Head(about.name, about.synthetic, tuple(facts), part_of(results, whole))]


def part_of(results: Results, whole: bool) -> str:
    """Which part of the programme is seen by those who do not see the whole; empty for those who do."""
    sites = results.programme.sites.height
    those = "that site" if sites == 1 else "those sites"
    said = f"You see {counted(sites, 'sites')} of this programme. Every figure here is of {those} alone, "
    return "" if whole else said + "unless it is said to be of the whole programme."


def _sites(results: Results) -> str:
    """How many sites are listed, and how many of them are open."""
    sites, now_open = results.programme.sites.height, results.standing["open"].sum()
    return counted(sites, "sites") + (f" listed, {now_open:,} open" if now_open < sites else "")


@dataclass(frozen=True)
class Card:
    """What the portfolio says of a programme."""

    name: str
    aim: str
    synthetic: bool
    facts: tuple[list[str], ...]


def card(book: Book) -> dict[str, Any]:
    """What the portfolio says of a programme, and where it is."""
    return {"slug": book.row.slug, "card": book.words(_card, Card)[0]}


def _card(results: Results) -> list[Card]:
    programme, reach = results.programme, results.reach
    facts = [["Sites", f"{programme.sites.height:,}" if programme.sites.height else "none yet"]]
    if reach.height:
        now = reach.row(-1, named=True)
        unknown = f" known to be, {now['not_known']:,} not known" if now["not_known"] else ""
        facts.append(
            [
                "In use",
                count_of(now["in_use"], now["eligible"], "eligible sites" if now["eligible"] else "sites") + unknown,
            ]
        )
        if now["in_use_low"] != now["in_use_high"]:
            facts.append(["The record allows", f"{now['in_use_low']:,} to {now['in_use_high']:,}"])
    facts.append(["Counted up to", day(programme.as_at, "nothing dated yet")])
    about = programme.about
    return [Card(about.name, about.aim or "", about.synthetic, tuple(facts))]
