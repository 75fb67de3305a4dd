"""What sites share with each other, agreed by somebody, and seen by everybody whom it concerns."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from takeroot.errors import TakerootError
from takeroot.web import actions
from takeroot.web.actions.access import SHARES, said_of_sharing
from takeroot.web.addresses import of_programme
from takeroot.web.forms_of_people import SharingByLead, SharingBySite
from takeroot.web.frames import Book
from takeroot.web.models import Sharing
from takeroot.web.panels.head import head
from takeroot.web.roles import May, Visit, enter
from takeroot.web.scope import Scope
from takeroot.web.views.people import sites_of, titled

SAYS = (
    "A site may let others read what it adapted, tried and learned. Its stages, its figures, and the notes that it did "
    "not release are never shared by this."
)


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest, slug: str) -> HttpResponse:
    """What each site in sight shares and who shares with it; and, of one site, the form."""
    visit = enter(request.user, slug, May.READ)
    book = Book(visit.programme, visit.scope)
    may = enter(request.user, slug, May.SHARE).scope if May.SHARE in visit.may else None
    site = request.GET.get("site", "")
    if site or request.method == "POST":
        if may is None or not may.holds(site) or site not in sites_of(book):
            raise Http404
        return _one_site(request, visit, book, site)
    rows = _rows(book, may)
    shown = {
        "rows": rows,
        "any_changes": any(row["changes"] for row in rows),
        "from_others": _from_others(visit),
        "done": request.GET.get("done") == "1",
    }
    default = SHARES[visit.programme.about.get("sharing", "own only")]
    page = titled("Sharing between sites", SAYS)
    return render(request, "sharing.html", {**head(visit, "people"), **shown, "default": default, "page": page})


def _one_site(request: HttpRequest, visit: Visit, book: Book, site: str) -> HttpResponse:
    """Agree what one site shares."""
    now = Sharing.objects.filter(programme=visit.programme, site=site).first()
    form = _form(request, visit, book, site, now)
    if request.method == "POST" and form.is_valid():
        agreed = {"by": visit.by, "agreed_by": str(visit.person)}
        try:
            actions.agree_sharing(visit.programme, site, **form.cleaned_data, **agreed)
            return redirect(f"{reverse('sharing', args=[visit.programme.slug])}?done=1")
        except TakerootError as error:
            form.add_error(None, str(error))
    page = titled(f"What {sites_of(book)[site]} shares", SAYS)
    shown = {**head(visit, "people"), "page": page, "form": form, "back": "sharing", "hold": "Agree"}
    return render(request, "people_form.html", shown, status=422 if form.errors else 200)


def _form(request: HttpRequest, visit: Visit, book: Book, site: str, now: Sharing | None) -> Any:
    """Who sees every site chooses among them; who sees some writes the others down, and learns of none by it."""
    shares = now.shares if now else visit.programme.about.get("sharing", "own only")
    peers = list(now.peers) if now else []
    initial = {"shares": shares, "seen": said_of_sharing(now)}
    if visit.scope.whole:
        others = {name: called for name, called in sites_of(book).items() if name != site}
        return SharingByLead(request.POST or None, sites=others, initial=initial | {"peers": peers})
    return SharingBySite(request.POST or None, initial=initial | {"peers": "\n".join(peers)})


def _rows(book: Book, may: Scope | None) -> list[dict[str, Any]]:
    """Each site in sight, with what it shares, with whom, agreed by whom and when."""
    agreed = {one.site: one for one in Sharing.objects.filter(programme=book.row)}
    called = sites_of(book)
    rows = []
    for site in called:
        one = agreed.get(site)
        peers = [called.get(peer, peer) for peer in one.peers] if one and one.shares == "named peers" else []
        changes = may is not None and may.holds(site)
        rows.append({"site": site, "called": called[site], "one": one, "peers": peers, "changes": changes})
        rows[-1]["says"] = SHARES.get(one.shares, "") if one else ""
    return rows


def _from_others(visit: Visit) -> list[str]:
    """The sites that share with those of the visitor."""
    return [] if visit.scope.whole else sorted(visit.scope.peers)


PATHS = [of_programme("sharing", sharing, "sharing")]
