"""Keeping in touch with sites: the list, the home of each, what it asks, and when it was heard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from takeroot.charts.wording import day
from takeroot.errors import TakerootError
from takeroot.vocabulary.stages import Stage
from takeroot.vocabulary.tables import SITES
from takeroot.web import actions
from takeroot.web import digest as of_digest
from takeroot.web.addresses import address, of_programme, page_asked
from takeroot.web.frames import Book
from takeroot.web.models.rows import SiteRow
from takeroot.web.named import heed
from takeroot.web.panels import forecast as of_forecast
from takeroot.web.panels import heard as of_heard
from takeroot.web.panels import site_home
from takeroot.web.panels.head import Page, doors, head
from takeroot.web.panels.heard import Choice
from takeroot.web.roles import ROLES, May, Visit, enter, memberships, scope_of, with_peers
from takeroot.web.scope import Scope
from takeroot.web.views.home import Home, home_of, loggable

#: What a site may log from its page: the table, and how the button says it.
LOGGED = {
    "stages": "Where we stand",
    "values": "A figure",
    "adaptations": "Something we changed",
    "experiments": "A test of change",
    "deliveries": "What we deliver",
    "notes": "A note",
    "actions": "An action",
}
#: The roles, held for a named site, that see what may come at it.
FORESEES = ("coach", "site lead", "contributor")
#: Texts that are longer than this are not taken by a form.
LONGEST = 20_000


@require_safe
def sites(request: HttpRequest, slug: str) -> HttpResponse:
    """Every site in scope: where it stands, when it was last heard, and by whom."""
    visit = enter(request.user, slug, May.READ)
    book = Book(visit.programme, visit.scope)
    everything, named = of_heard.heard(book), caseload(visit)
    choice = Choice(
        request.GET.get("region", ""),
        request.GET.get("stage", ""),
        named if named and request.GET.get("mine") else None,
        "heard" if request.GET.get("order") == "heard" else "given",
    )
    shown = of_heard.listed(everything, choice)
    pages = max(1, -(-shown.height // of_heard.PAGE))
    page = min(page_asked(request.GET.get("page", "")), pages)
    part = shown.slice((page - 1) * of_heard.PAGE, of_heard.PAGE)
    said = {
        "sites": of_heard.sites(part),
        "count": shown.height,
        "of": everything.height,
        "choice": choice,
        "regions": everything["region"].drop_nulls().unique(maintain_order=True).to_list(),
        "stages": [(stage.value, stage.label) for stage in Stage],
        "orders": of_heard.ORDERS,
        "named": bool(named) and visit.scope.whole,
        "number": page,
        "pages_of_sites": pages,
        "before": _with(request, page=page - 1) if page > 1 else "",
        "after": _with(request, page=page + 1) if page < pages else "",
        "digest": address("digest", slug),
        "may_remind": May.RECORD in visit.may,
        "doors": doors(visit),
    }
    return render(request, "sites.html", {**head(visit, "sites"), **said})


@require_safe
def digest(request: HttpRequest, slug: str) -> HttpResponse:
    """What changed since a day, as the visitor's own digest says it."""
    visit = enter(request.user, slug, May.READ)
    today, fault = timezone.localdate(), ""
    since = of_digest.a_month_ago(today)
    if asked := request.GET.get("since", ""):
        try:
            since = min(day_of(asked), today)
        except TakerootError as error:
            fault = str(error)
    one = of_digest.of(visit, since, today)
    page = Page(
        "sites", "My digest", f"What changed since {day(since)}, what is asked and what is due; as far as you may see."
    )
    said = {**head(visit, "sites"), "page": page, "one": one, "fault": fault}
    return render(request, "digest.html", said, status=422 if fault else 200)


@require_safe
def remind(request: HttpRequest, slug: str) -> HttpResponse:
    """A neutral text for the sites that were chosen, to be copied or opened in a mail program."""
    visit = enter(request.user, slug, May.RECORD)
    book = Book(visit.programme, visit.scope)
    rows = of_heard.heard(book)
    chosen = [site for site in of_heard.sites(rows) if site.id in set(request.GET.getlist("site"))]
    text = of_heard.reminder(visit.programme.name, [site.called for site in chosen])
    subject, _, body = text.partition("\n\n")
    to = ",".join(quote(site.contact, safe="@") for site in chosen if _is_address(site.contact))
    mail = f"mailto:{to}?{urlencode({'subject': subject, 'body': body}, quote_via=quote)}"
    page = Page(
        "sites", "A reminder", "Words to ask for news with. Change them as you like; nothing is sent from here."
    )
    said = {"chosen": chosen, "text": text, "mail": mail, "page": page}
    return render(request, "remind.html", {**head(visit, "sites"), **said})


@require_safe
def site(request: HttpRequest, slug: str, site: str) -> HttpResponse:
    """The home of one site, as far as the visitor may see it."""
    return show(request, *find(request, slug, site, May.READ))


@require_POST
def ask(request: HttpRequest, slug: str, site: str) -> HttpResponse:
    """A question of the site, kept as a note."""
    visit, row = find(request, slug, site, May.TELL)
    heed(request)
    return told(request, visit, row, partial(asks, visit, row, request.POST), "questions")


@require_POST
def answer(request: HttpRequest, slug: str, site: str) -> HttpResponse:
    """An answer to a question of the site."""
    visit, row = find(request, slug, site, May.TELL)
    heed(request)
    return told(request, visit, row, partial(answers, visit, row, request.POST), "questions")


@require_POST
def heard(request: HttpRequest, slug: str, site: str) -> HttpResponse:
    """That somebody visited the site, or heard from it: a note."""
    visit, row = find(request, slug, site, May.RECORD)
    heed(request)

    def note() -> str:
        return actions.heard_from(
            visit.programme,
            row.site,
            how=request.POST.get("how", ""),
            on=day_of(request.POST.get("on", "")),
            text=_text(request.POST, "words"),
            voice=voice(visit, row.site),
            by=visit.by,
            scope=visit.scope,
        )

    return told(request, visit, row, note, "lately")


def find(request: HttpRequest, slug: str, site: str, leave: May) -> tuple[Visit, SiteRow]:
    """Who is here, and the site, if they may see it; else the page of what does not exist."""
    visit = enter(request.user, slug, leave)
    seen = visit.scope.rows(SITES)
    row = visit.programme.sites.filter(seen, id=site).first() if seen is not None else None
    if row is None:
        raise Http404
    return visit, row


def show(request: HttpRequest, visit: Visit, row: SiteRow, *, fault: str = "") -> HttpResponse:
    """The home of a site; with what is at fault beside the forms, and what was typed still in them."""
    book = Book(visit.programme, visit.scope)
    slug, here = visit.programme.slug, [visit.programme.slug, row.id]
    may = may_there(visit, row.site)
    said = home(book, visit, row, request.POST if fault else {}, fault)
    said |= {name: site_home.linked(slug, said[name]) for name in ("lately", "actions")}
    said |= {
        "page": Page("sites", said["called"], f"Now: {said['stands'].stands}."),
        "may_tell": May.TELL in may,
        "may_record": May.RECORD in may,
        "may_share": May.SHARE in may,
        "buttons": buttons(visit, row.site, home_of(visit)),
        "ask": reverse("site-ask", args=here),
        "answer": reverse("site-answer", args=here),
        "sheet": address("site-sheet", *here) if May.RECORD in may else "",
        "sharing_page": address("sharing", slug),
    }
    return render(request, "site.html", {**head(visit, "sites"), **said}, status=422 if fault else 200)


def home(book: Book, visit: Visit, row: SiteRow, typed: Mapping[str, str], fault: str = "") -> dict[str, Any]:
    """What the home of a site says, whoever looks at it."""
    return {
        **site_home.panels(book, row.site, sharing_with(visit, row.site)),
        "next": of_forecast.for_site(book, row.site) if may_foresee(visit, row.site) else None,
        "site": row,
        "called": row.name or row.site,
        "stands": site_home.standing(book, row.site),
        "today": timezone.localdate(),
        "fault": fault,
        "typed": typed,
    }


def told(request: HttpRequest, visit: Visit, row: SiteRow, tell: Any, anchor: str) -> HttpResponse:
    """Do what the form asks and come back to the page; or show the page with what is at fault."""
    try:
        tell()
    except TakerootError as error:
        return show(request, visit, row, fault=str(error))
    return redirect(f"{reverse('site', args=[visit.programme.slug, row.id])}#{anchor}")


def asks(visit: Visit, row: SiteRow, form: Mapping[str, str]) -> str:
    """Ask what the form says."""
    return actions.ask(
        visit.programme,
        row.site,
        _text(form, "question"),
        text=_text(form, "more"),
        voice=voice(visit, row.site),
        by=visit.by,
        scope=visit.scope,
    )


def answers(visit: Visit, row: SiteRow, form: Mapping[str, str]) -> str:
    """Answer what the form says; only a question of this site."""
    question = form.get("about", "")
    if not visit.programme.notes.filter(id=question.removeprefix("notes:"), site=row.site).exists():
        raise Http404
    return actions.answer(
        visit.programme,
        question,
        _text(form, "answer"),
        voice=voice(visit, row.site),
        by=visit.by,
        scope=visit.scope,
    )


def buttons(visit: Visit, site: str, where: Home) -> list[tuple[str, str]]:
    """What the visitor may log for a site: the address of each form, and how its button says it."""
    may = loggable(visit, site)
    return [
        (f"{where.record(table)}?{urlencode({'site': site})}", said) for table, said in LOGGED.items() if table in may
    ]


def may_there(visit: Visit, site: str | None) -> frozenset[May]:
    """What somebody may do at one site, or for the whole programme: a role for other sites gives nothing here."""
    held = list(memberships(visit.person).filter(programme=visit.programme)) if visit.person else []
    scopes = {leave: scope_of(held, leave) for leave in (May.TELL, May.RECORD, May.SHARE)}
    return frozenset(leave for leave, scope in scopes.items() if scope is not None and scope.holds(site))


def may_foresee(visit: Visit, site: str) -> bool:
    """Whether what may come at a site is for this visitor: for the site itself and its coach only."""
    if visit.person is None:
        return visit.scope.holds(site) and not visit.scope.whole
    held = memberships(visit.person).filter(programme=visit.programme, role__in=FORESEES)
    return any(site in one.sites for one in held)


def sharing_with(visit: Visit, site: str) -> frozenset[str]:
    """The other sites that share with this one what they adapted, tried and learned."""
    return with_peers(visit.programme, Scope.of_sites([site])).peers


def caseload(visit: Visit) -> frozenset[str]:
    """The sites that the visitor's memberships name."""
    if visit.person is None:
        return frozenset()
    held = memberships(visit.person).filter(programme=visit.programme)
    return frozenset(site for one in held for site in one.sites)


def voice(visit: Visit, site: str) -> str:
    """In which role somebody speaks of a site."""
    if visit.person is None:
        return "site team"
    held = memberships(visit.person).filter(programme=visit.programme)
    roles = {one.role for one in held if one.role in ROLES and (ROLES[one.role].every_site or site in one.sites)}
    return ", ".join(role for role in ROLES if role in roles)


def day_of(text: str) -> date:
    """A day from a form.

    Raises
    ------
    TakerootError
        If it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise TakerootError(f"A day is needed, such as 2024-03-31; found '{text[:40]}'.") from None


def _text(form: Mapping[str, str], name: str) -> str:
    """What was written into a field, as far as a note can hold it."""
    said = form.get(name, "").replace("\r\n", "\n").replace("\0", "")
    if len(said) > LONGEST:
        raise TakerootError(
            f"That is {len(said):,} characters; a note holds {LONGEST:,}. Shorten it, or split it in two."
        )
    return said


def _is_address(contact: str) -> bool:
    return contact.count("@") == 1 and not set(contact) & set(" ,;?&<>\"'")


def _with(request: HttpRequest, **changed: object) -> str:
    """The address of this page with something else asked."""
    asked = request.GET.copy()
    for name, said in changed.items():
        asked[name] = str(said)
    return f"?{asked.urlencode()}"


PATHS = [
    of_programme("sites", sites, "sites"),
    of_programme("digest", digest, "digest"),
    of_programme("remind", remind, "sites-remind"),
    of_programme("sites/<str:site>", site, "site"),
    of_programme("sites/<str:site>/ask", ask, "site-ask"),
    of_programme("sites/<str:site>/answer", answer, "site-answer"),
    of_programme("sites/<str:site>/heard", heard, "site-heard"),
]
