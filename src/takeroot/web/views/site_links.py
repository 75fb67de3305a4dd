"""The links of a site, by which its team writes without an account: made, shown once, and closed."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from takeroot.errors import TakerootError
from takeroot.web import actions
from takeroot.web.addresses import of_programme
from takeroot.web.models import SiteLink
from takeroot.web.panels.head import Page, head
from takeroot.web.qr import square
from takeroot.web.roles import May
from takeroot.web.views.sites import day_of, find


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, slug: str, site: str) -> HttpResponse:
    """The links of a site; a new one is shown once, with a card to print."""
    visit, row = find(request, slug, site, May.SHARE)
    made, fault = None, ""
    if request.method == "POST":
        try:
            until = day_of(request.POST.get("until", ""))
            label = request.POST.get("label", "")
            link, secret = actions.make_site_link(
                visit.programme, row.site, label=label, until=until, by=visit.by, scope=visit.scope
            )
            address = request.build_absolute_uri(reverse("by-link", args=[secret]))
            called = row.name or row.site
            made = {"link": link, "address": address, "until": until, "qr": square(address, f"The link of {called}")}
        except TakerootError as error:
            fault = str(error)
    of_site = SiteLink.objects.filter(programme=visit.programme, site=row.site).order_by("-id")
    said = {
        "site": row,
        "called": row.name or row.site,
        "page": Page(
            "sites", f"Links of {row.name or row.site}", "An address by which its team writes without an account."
        ),
        "links": [(one, one.expires - timedelta(days=1) if one.expires else None) for one in of_site],
        "made": made,
        "fault": fault,
        "typed": request.POST if fault else {},
        "today": timezone.localdate(),
    }
    return render(request, "site_links.html", {**head(visit, "sites"), **said}, status=422 if fault else 200)


@require_POST
def revoke(request: HttpRequest, slug: str, site: str, link: int) -> HttpResponse:
    """Close a link at once."""
    visit, row = find(request, slug, site, May.SHARE)
    actions.revoke_site_link(visit.programme, link, by=visit.by, scope=visit.scope)
    return redirect("site-links", slug, row.id)


PATHS = [
    of_programme("sites/<str:site>/links", links, "site-links"),
    of_programme("sites/<str:site>/links/<int:link>/revoke", revoke, "site-link-revoke"),
]
