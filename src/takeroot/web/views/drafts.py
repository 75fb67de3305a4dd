"""What somebody has written and not released: on the server, and on this device."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from takeroot.web import actions
from takeroot.web.addresses import of_programme
from takeroot.web.forms.choosing import Places
from takeroot.web.forms.telling import label_of, title_of, told, word_of
from takeroot.web.models import Draft
from takeroot.web.panels.assess.records import told_of
from takeroot.web.roles import May, enter
from takeroot.web.views.home import device, home_of
from takeroot.web.written import own_rows

#: How many of one's own rows are listed, the latest first.
WROTE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def drafts(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own drafts in a programme: to be continued, or thrown away."""
    visit = enter(request.user, slug, May.READ)
    if request.method == "POST":
        number = request.POST.get("discard", "")[:15]
        actions.discard_draft(visit.programme, person=request.user, draft=int(number) if number.isdecimal() else 0)
        return redirect("drafts", slug)
    home = home_of(visit)
    mine = [
        told_of(visit, draft)
        if draft.table == "entries"
        else (draft, title_of(draft.table), _says(draft), f"{home.record(draft.table)}?draft={draft.pk}")
        for draft in Draft.objects.filter(programme=visit.programme, person=visit.person).order_by("-changed")
    ]
    places = Places(visit.programme, visit.scope)
    wrote = [
        (title_of(table), told(table, vars(row), places), home.row(f"{table}:{row.id}"))
        for table, row in own_rows(visit, WROTE)
    ]
    shown = {
        "drafts": mine,
        "wrote": wrote,
        "kept": request.GET.get("kept", ""),
        "once": request.GET.get("once", ""),
        "device": device(visit),
    }
    page = home.page("Drafts", "What you have written and not released, which nobody else sees; and what you released.")
    return render(request, "drafts.html", {**page, **shown})


def _says(draft: Draft) -> list[tuple[str, str]]:
    """The cells of a draft, each cut short."""
    return [
        (label_of(draft.table, name), word_of(draft.table, name, cell if len(cell) <= 120 else f"{cell[:119]}…"))
        for name, cell in draft.cells.items()
        if cell
    ]


PATHS = [of_programme("drafts", drafts, "drafts")]
