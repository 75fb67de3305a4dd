"""Who is in a programme, as what and until when: everybody sees whom to ask, leads let people in and out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takeroot.errors import TakerootError
from takeroot.web import actions, leads, once, qr
from takeroot.web.actions.access import said_of
from takeroot.web.addresses import of_programme
from takeroot.web.forms_of_people import Covers, GiveRole, Invite
from takeroot.web.frames import Book
from takeroot.web.models import Invitation, Membership
from takeroot.web.panels.head import Page, head
from takeroot.web.roles import ROLES, May, Visit, enter

DONE = {
    "given": "The role is given.",
    "changed": "The role is as you set it.",
    "ended": "The role has ended; what they wrote stays.",
    "revoked": "The invitation is taken back: its link opens nothing any more.",
}
TOO_OLD = "This page lay open for too long, so no link was made. Nothing was lost: send it once more."


@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom to ask; and for those who let people in, everybody and every link."""
    visit = enter(request.user, slug, May.READ)
    book = Book(visit.programme, visit.scope)
    shown = {**head(visit, "people"), "leads": _leads(visit), "others": _to_ask(book, visit)}
    if May.INVITE in visit.may:
        shown |= {"invites": True, "groups": _members(book), "invitations": _invitations(visit)}
        shown["led_until"] = leads.led_until(visit.programme)
    shown["done"] = DONE.get(request.GET.get("done", ""), "")
    return render(request, "people.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a link for one person; the address is shown this once."""
    visit = enter(request.user, slug, May.INVITE)
    book = Book(visit.programme, visit.scope)
    new = {"once": once.word("invitation")}
    form = Invite(request.POST or None, sites=sites_of(book), initial=new)
    secret = once.secret_of(request.POST.get("once", ""), "invitation")
    if request.method == "POST" and secret is None:
        form = Invite(request.POST.dict() | {"sites": request.POST.getlist("sites")} | new, sites=sites_of(book))
        return _form(request, visit, form, "Invite somebody", fault=TOO_OLD)
    if request.method != "POST" or not form.is_valid():
        return _form(request, visit, form, "Invite somebody")
    words = form.cleaned_data
    ends = timezone.now() + timedelta(days=words["serves"])
    try:
        made = actions.invite(
            visit.programme,
            secret=secret or "",
            role=words["role"],
            sites=[] if ROLES[words["role"]].every_site else words["sites"],
            member_until=words["expires"],
            for_whom=words["for_whom"],
            expires=ends,
            by=visit.by,
        )
    except TakerootError as error:
        return _form(request, visit, form, "Invite somebody", fault=str(error))
    address = request.build_absolute_uri(reverse("invitation", args=[secret]))
    shown = {"invitation": made, "address": address, "role": ROLES[made.role], "square": qr.square(address, "The link")}
    return render(request, "invited.html", {**head(visit, "people"), **shown, "page": titled("The invitation is made")})


@require_http_methods(["GET", "HEAD", "POST"])
def give_role(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a further role to somebody who is in the programme."""
    visit = enter(request.user, slug, May.INVITE)
    book = Book(visit.programme, visit.scope)
    there = {one.person_id: one.person for one in _in_force(visit)}
    form = GiveRole(request.POST or None, sites=sites_of(book), people={pk: str(who) for pk, who in there.items()})
    if request.method == "POST" and form.is_valid():
        words, role = form.cleaned_data, form.cleaned_data["role"]
        covers = {"sites": [] if ROLES[role].every_site else words["sites"], "expires": words["expires"]}
        try:
            actions.give_role(visit.programme, person=there[int(words["person"])], role=role, by=visit.by, **covers)
            return _done(slug, "given")
        except TakerootError as error:
            form.add_error(None, str(error))
    return _form(request, visit, form, "Give a further role")


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change for which sites somebody holds a role, and until when."""
    visit, one = _one(request, slug, pk)
    form = _covers(visit, one, request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        covers = {"sites": words.get("sites", []), "expires": words["expires"], "seen": request.POST.get("seen", "")}
        try:
            actions.change_membership(one, by=visit.by, **covers)
            return _done(slug, "changed")
        except TakerootError as error:
            form.add_error(None, str(error))
    return _member(request, visit, one, form)


@require_POST
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a role, at once."""
    visit, one = _one(request, slug, pk)
    try:
        actions.end_membership(one, by=visit.by, why=request.POST.get("why", "")[:500])
    except TakerootError as error:
        return _member(request, visit, one, _covers(visit, one), fault=str(error))
    return _done(slug, "ended")


@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take an invitation back."""
    visit = enter(request.user, slug, May.INVITE)
    found = Invitation.objects.filter(programme=visit.programme, pk=pk).first()
    if found is None:
        raise Http404
    actions.revoke_invitation(found, by=visit.by)
    return _done(slug, "revoked")


def titled(label: str, says: str = "") -> Page:
    """The head of a page that hangs under People."""
    return Page("people", label, says)


def sites_of(book: Book) -> dict[str, str]:
    """What each site is called, in their order, as far as the visitor sees them."""
    rows = book.programme.sites.select("site", "name").iter_rows()
    return {site: f"{name} ({site})" if name and name != site else site for site, name in rows}


def _one(request: HttpRequest, slug: str, pk: int) -> tuple[Visit, Membership]:
    visit = enter(request.user, slug, May.INVITE)
    one = Membership.objects.select_related("person", "programme").filter(programme=visit.programme, pk=pk).first()
    if one is None:
        raise Http404
    return visit, one


def _covers(visit: Visit, one: Membership, sent: Any = None) -> Covers:
    """The form that says for which sites a role is held, and until when."""
    role, now = ROLES.get(one.role), {"sites": one.sites, "expires": one.expires}
    every_site = role is None or role.every_site
    return Covers(sent, sites=sites_of(Book(visit.programme, visit.scope)), every_site=every_site, initial=now)


def _member(request: HttpRequest, visit: Visit, one: Membership, form: Covers, fault: str = "") -> HttpResponse:
    """The page of a role that somebody holds."""
    more: dict[str, Any] = {"one": one, "role": ROLES.get(one.role), "seen": said_of(one), "template": "member.html"}
    more["alone"] = one.role == "lead" and visit.programme in leads.led_alone(one.person)
    return _form(request, visit, form, f"{one.person}, {one.role}", fault=fault, **more)


def _form(request: HttpRequest, visit: Visit, form: Any, title: str, *, fault: str = "", **more: Any) -> HttpResponse:
    """A form under People; with what is at fault, where it was sent and is."""
    template = more.pop("template", "people_form.html")
    shown = {**head(visit, "people"), "page": titled(title), "form": form, "fault": fault, **more}
    return render(request, template, shown, status=422 if fault or form.errors else 200)


def _done(slug: str, what: str) -> HttpResponse:
    return redirect(f"{reverse('people', args=[slug])}?done={what}")


def _in_force(visit: Visit) -> list[Membership]:
    """The roles that are held today, by name."""
    held = Membership.objects.filter(programme=visit.programme).select_related("person")
    return [one for one in held.order_by("person__name", "person__sign_in") if _lasts(one) and one.person.is_active]


def _lasts(one: Membership) -> bool:
    return one.expires is None or one.expires > timezone.localdate()


def _leads(visit: Visit) -> list[str]:
    return list(dict.fromkeys(str(one.person) for one in _in_force(visit) if one.role == "lead"))


def _to_ask(book: Book, visit: Visit) -> list[tuple[str, str]]:
    """Who answers for, or supports, sites that the visitor sees: each with their role and those sites."""
    called = sites_of(book)
    told = []
    for one in _in_force(visit):
        theirs = [called[site] for site in one.sites if site in called]
        if one.role in ("site lead", "coach") and theirs:
            told.append((str(one.person), f"{one.role}, {', '.join(theirs)}"))
    return told


def _members(book: Book) -> list[dict[str, Any]]:
    """Every role in the programme, in the order of the roles, with its sentence and who holds it."""
    called = sites_of(book)
    held: dict[str, list[dict[str, Any]]] = {}
    rows = Membership.objects.filter(programme=book.row).select_related("person")
    for one in rows.order_by("person__name", "person__sign_in"):
        sites = [called.get(site, f"{site} (no such site)") for site in one.sites]
        held.setdefault(one.role, []).append({"one": one, "sites": sites, "lasts": _lasts(one)})
    names = [*ROLES, *(name for name in held if name not in ROLES)]
    return [
        {"name": name, "role": ROLES.get(name), "members": held[name], "titled": f"{name[0].upper()}{name[1:]}"}
        for name in names
        if name in held
    ]


def _invitations(visit: Visit) -> list[Invitation]:
    """Links that still open something, the latest first."""
    now = timezone.now()
    made = Invitation.objects.filter(programme=visit.programme, used__isnull=True, revoked__isnull=True)
    return list(made.filter(expires__gt=now).order_by("-pk"))


PATHS = [
    of_programme("people", people, "people"),
    of_programme("people/invite", invite, "invite"),
    of_programme("people/role", give_role, "give-role"),
    of_programme("people/<int:pk>", member, "member"),
    of_programme("people/<int:pk>/end", end, "end-membership"),
    of_programme("people/invitations/<int:pk>/revoke", revoke, "revoke-invitation"),
]
