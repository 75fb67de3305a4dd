"""The record goes out as a file, as far as somebody sees it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods

from takeroot.web import actions
from takeroot.web.addresses import of_programme
from takeroot.web.frames import Book
from takeroot.web.panels.head import Page, head
from takeroot.web.roles import May, Visit, enter

PAGE = Page(
    "export", "Take the record out", "Everything you may see of this programme, as a file that Takeroot reads again."
)
KINDS = {
    "zip": ("A zip of CSV files", "programme.yaml and a CSV file for each table: for other programs, and to keep."),
    "xlsx": ("A workbook", "One sheet for each table: to look at and to correct in a spreadsheet program."),
    "yaml": ("mappings.yaml", "What the words of your team's trackers were taken to mean."),
}
_TYPES = {
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml; charset=utf-8",
}


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose how it goes out; and the file itself."""
    visit = enter(request.user, slug, May.READ)
    kind = request.POST.get("kind", "")
    if request.method == "POST" and kind in KINDS:
        return _sent(visit, kind)
    book = Book(visit.programme, visit.scope)
    kinds = {name: said for name, said in KINDS.items() if name != "yaml" or _has_mappings(visit)}
    rows = sum(frame.height for frame in book.programme.tables.values())
    context = {"kinds": kinds, "rows": rows, "tables": len(book.programme.tables)}
    return render(request, "export.html", {**head(visit, "import"), "page": PAGE, **context})


def _sent(visit: Visit, kind: str) -> HttpResponse:
    """The file, and a line about it in the trail."""
    rows = 0
    if kind == "yaml":
        if not _has_mappings(visit):
            raise PermissionDenied
        data = visit.programme.mappings.encode()
    else:
        programme = Book(visit.programme, visit.scope).programme
        rows = sum(frame.height for frame in programme.tables.values())
        with tempfile.TemporaryDirectory() as folder:
            data = programme.write(Path(folder) / f"programme.{kind}").read_bytes()
    actions.leave_export(visit.programme, by=visit.by, kind=kind, sites=visit.scope.sites, rows=rows)
    answer = HttpResponse(data, content_type=_TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{_name(visit, kind)}"'
    return answer


def _has_mappings(visit: Visit) -> bool:
    """Whether there are mappings, and whether this person brings files in."""
    return May.IMPORT in visit.may and visit.scope.whole and bool(visit.programme.mappings)


def _name(visit: Visit, kind: str) -> str:
    """Plain letters alone, and the day."""
    if kind == "yaml":
        return "mappings.yaml"
    return f"{slugify(visit.programme.slug) or 'programme'}-{timezone.localdate().isoformat()}.{kind}"


PATHS = [of_programme("export", export, "export")]
