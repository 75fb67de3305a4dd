"""Everything that was done to a programme: read, sought through, checked, and taken away as a file."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from takeroot.errors import TakerootError
from takeroot.web import actions, guards
from takeroot.web.addresses import of_programme
from takeroot.web.forms_of_review import SoughtLines
from takeroot.web.models import Trail
from takeroot.web.panels import trail as of_trail
from takeroot.web.panels.head import head
from takeroot.web.roles import May, enter

NOT_SO = (
    "These lines can not be sought so; go back to the trail, put right what it says there, and take the file again."
)


@require_safe
def trail(request: HttpRequest, slug: str) -> HttpResponse:
    """The lines of a programme, latest first, as many as a page holds; and whether every seal fits, if asked."""
    visit = enter(request.user, slug, May.TRAIL)
    form = SoughtLines(request.GET or None, **of_trail.choices(visit.programme))
    lines = of_trail.sought(visit.programme, form.asked) if not form.errors else Trail.objects.none()
    page = Paginator(lines, of_trail.PAGE).get_page(request.GET.get("page"))
    shown = {
        **head(visit, "trail"),
        "form": form,
        "found": page,
        "lines": list(of_trail.told(visit.programme, page.object_list)),
        "asked": urlencode({name: cell for name, cell in request.GET.items() if name in form.fields and cell}),
        "checked": "check" in request.GET,
    }
    if shown["checked"]:
        shown |= {"broken": guards.broken(), "last": Trail.objects.first(), "missing": guards.missing()}
    return render(request, "trail.html", shown, status=422 if form.errors else 200)


@require_POST
def trail_export(request: HttpRequest, slug: str) -> HttpResponse:
    """The lines that were asked for, as a file; that somebody took it is a line itself."""
    visit = enter(request.user, slug, May.TRAIL)
    form = SoughtLines(request.POST, **of_trail.choices(visit.programme))
    if not form.is_valid():
        raise TakerootError(NOT_SO)
    lines = of_trail.sought(visit.programme, form.asked)
    file = of_trail.as_csv(visit.programme, lines)
    asked = ", ".join(f"{name} {cell}" for name, cell in form.asked.items() if cell)
    actions.export_trail(visit.programme, lines=min(lines.count(), of_trail.MOST), asked=asked, by=visit.by)
    response = HttpResponse(file, content_type="text/csv; charset=utf-8")
    name = f"trail-{timezone.localdate().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


PATHS = [
    of_programme("trail", trail, "trail"),
    of_programme("trail/export", trail_export, "trail-export"),
]
