"""A site's Excel sheet: taken out, filled in without a connection, sent back, looked at and accepted or dropped."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from takeroot.errors import TakerootError
from takeroot.web import actions, sheets
from takeroot.web.addresses import of_programme
from takeroot.web.imports import uploads
from takeroot.web.models import Batch
from takeroot.web.models.rows import SiteRow
from takeroot.web.panels.head import Page, head
from takeroot.web.roles import May, Visit
from takeroot.web.views.sites import find

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Place(NamedTuple):
    """Where the pages of a sheet are: the template they stand in, the names of the addresses, and their arguments."""

    frame: str
    home: str
    name: str
    arguments: tuple[str, ...]

    def address(self, what: str = "", *more: object) -> str:
        """An address: of the sheet, of its file, or of one that was sent."""
        return reverse(f"{self.name}{what}", args=[*self.arguments, *more])


@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, slug: str, site: str) -> HttpResponse:
    """The sheet of a site, for somebody who is signed in."""
    return sheet(request, *find(request, slug, site, May.RECORD), _place(slug, site))


@require_safe
def file_of_person(request: HttpRequest, slug: str, site: str) -> HttpResponse:
    """The workbook itself."""
    return workbook(*find(request, slug, site, May.RECORD))


@require_http_methods(["GET", "HEAD", "POST"])
def sent_by_person(request: HttpRequest, slug: str, site: str, number: int) -> HttpResponse:
    """What a sheet that was sent back would do."""
    return sent(request, *find(request, slug, site, May.RECORD), number, _place(slug, site))


def sheet(request: HttpRequest, visit: Visit, row: SiteRow, place: Place) -> HttpResponse:
    """How it works, with the way out and the way back."""
    fault = ""
    if request.method == "POST":
        try:
            return redirect(place.address("-sent", _keep(request, visit, row).pk))
        except TakerootError as error:
            fault = str(error)
    return _page(request, visit, row, place, {"fault": fault}, 422 if fault else 200)


def workbook(visit: Visit, row: SiteRow) -> HttpResponse:
    """The workbook of a site, as a file."""
    made = sheets.write(visit.programme, row.site, row.name or row.site, visit.scope)
    answer = HttpResponse(made, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{slugify(row.name or row.site) or "site"}.xlsx"'
    return answer


def sent(request: HttpRequest, visit: Visit, row: SiteRow, number: int, place: Place) -> HttpResponse:
    """What a sheet would do, and whether it shall; what it did, once it is in."""
    batch = Batch.objects.filter(
        pk=number, programme=visit.programme, kind=sheets.SHEET, by=visit.by, answers__site=row.site
    ).first()
    if batch is None:
        raise Http404
    fault = ""
    if request.method == "POST":
        try:
            return _decided(request, visit, row, batch, place)
        except TakerootError as error:
            fault = str(error)
            batch.refresh_from_db()
    said: dict[str, Any] = {"batch": batch, "fault": fault, "counts": batch.counts.get("tables", {})}
    if batch.state == "ready":
        try:
            data = uploads.sent(batch.kept_as)
            found = sheets.compared(visit.programme, row.site, row.name or row.site, batch.file_name, data, visit.scope)
            said |= {"found": found, "preview": found.preview, "since": sheets.CHANGED_SINCE}
        except TakerootError as error:
            said |= {"fault": fault or str(error)}
    return _page(request, visit, row, place, said, 422 if fault else 200)


def _decided(request: HttpRequest, visit: Visit, row: SiteRow, batch: Batch, place: Place) -> HttpResponse:
    if "drop" in request.POST:
        actions.drop_batch(batch)
        return redirect(place.address())
    seen, called = request.POST.get("seen", ""), row.name or row.site
    actions.bring_in_sheet(batch, called=called, seen=seen, by=visit.by, scope=visit.scope)
    return redirect(place.address("-sent", batch.pk))


def _keep(request: HttpRequest, visit: Visit, row: SiteRow) -> Batch:
    """The sheet that was sent, kept, if it can be read at all."""
    file = request.FILES.get("file")
    if file is None:
        raise TakerootError("Choose the file of your sheet first.")
    if (file.size or 0) > sheets.LARGEST:
        raise TakerootError(f"A sheet of at most {sheets.LARGEST // 2**20} MB is taken; this file is larger.")
    name, data = uploads.plain_name(file.name or ""), file.read()
    sheets.compared(visit.programme, row.site, row.name or row.site, name, data, visit.scope)
    kept = uploads.keep(name, [data])
    return actions.keep_sheet(visit.programme, row.site, kept, person=visit.person, by=visit.by)


def _page(
    request: HttpRequest, visit: Visit, row: SiteRow, place: Place, said: dict[str, Any], status: int
) -> HttpResponse:
    called = row.name or row.site
    around = head(visit, "sites") if visit.person else {"name": visit.programme.name}
    return render(
        request,
        "site_sheet.html",
        {
            **around,
            **said,
            "page": Page(
                "sites", f"Excel sheet of {called}", "Take it out, fill it in, send it back; then see what it would do."
            ),
            "frame": place.frame,
            "called": called,
            "home": reverse(place.home, args=place.arguments),
            "sheet": place.address(),
            "file": place.address("-file"),
            "asked": sheets.ASKED,
        },
        status=status,
    )


def _place(slug: str, site: str) -> Place:
    return Place("programme.html", "site", "site-sheet", (slug, site))


PATHS = [
    of_programme("sites/<str:site>/sheet", of_person, "site-sheet"),
    of_programme("sites/<str:site>/sheet/file", file_of_person, "site-sheet-file"),
    of_programme("sites/<str:site>/sheet/<int:number>", sent_by_person, "site-sheet-sent"),
]
