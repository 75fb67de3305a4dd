"""Notes are coded here: which there are, one of them sentence by sentence, and how far coders agree."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from takeroot.analysis.explanation.coded import NOTHING
from takeroot.charts.wording import day
from takeroot.errors import Fault, FaultyInput, TakerootError
from takeroot.vocabulary.tables import NOTES
from takeroot.web import actions
from takeroot.web.actions.coding import version_of
from takeroot.web.actions.rows import found
from takeroot.web.addresses import of_programme, page_asked
from takeroot.web.forms.choosing import Places
from takeroot.web.frames import Book
from takeroot.web.panels import coding as panels
from takeroot.web.panels.head import head
from takeroot.web.roles import May, Visit, enter

_SPAN = re.compile(r"(\d{1,7})-(\d{1,7})")


@require_safe
def coding(request: HttpRequest, slug: str) -> HttpResponse:
    """The notes, who coded each, and how far coders agree."""
    visit, book = _visit(request, slug)
    only = "mine" if request.GET.get("only") == "mine" else ""
    shown = panels.notes(book, visit.by, only, page_asked(request.GET.get("page", "")))
    more = [panel for panel in (panels.agreement(book), panels.by_construct(book)) if panel]
    own = reverse("record-row", args=[slug, "constructs"])
    return render(
        request, "coding.html", {**head(book, "coding", visit), **shown, "panels": more, "own": own, "parts": []}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def code_note(request: HttpRequest, slug: str, row_id: str) -> HttpResponse:
    """One note, sentence by sentence: what is chosen is coded, and what one coded is taken out again."""
    visit, book = _visit(request, slug)
    _, note = found(visit.programme, f"{NOTES.name}:{row_id}", visit.scope)
    if request.method != "POST":
        return _page(request, visit, book, note)
    here = reverse("code-note", args=[slug, row_id])
    try:
        if out := request.POST.get("take_out"):
            actions.take_out_coding(visit.programme, out, by=visit.by, scope=visit.scope)
            return redirect(f"{here}?out=1#own")
        coded = _code(request, visit, note)
    except FaultyInput as faulty:
        return _page(request, visit, book, note, [_said(fault) for fault in faulty.faults])
    except TakerootError as wrong:
        now = found(visit.programme, f"{NOTES.name}:{row_id}", visit.scope)[1]
        return _page(request, visit, book, now, [str(wrong)])
    return redirect(f"{here}?{urlencode({'coded': coded})}#own")


def _visit(request: HttpRequest, slug: str) -> tuple[Visit, Book]:
    """Who codes; only who sees the whole narrative of a programme can."""
    visit = enter(request.user, slug, May.CODE)
    if not (visit.scope.whole and visit.scope.narrative):
        raise Http404
    return visit, Book(visit.programme, visit.scope)


def _code(request: HttpRequest, visit: Visit, note: dict[str, Any]) -> int:
    """Code what was chosen: sentences, words that were marked or typed, or that there is nothing to code."""
    nothing = "nothing" in request.POST
    seen = request.POST.get("seen", "")
    given: dict[str, Any] = {"by": visit.by, "scope": visit.scope, "seen": int(seen) if seen.isdecimal() else -1}
    if nothing:
        return actions.code_passages(visit.programme, note["id"], NOTHING, [None], **given)
    construct = " ".join((request.POST.get("other") or request.POST.get("construct", "")).split())
    return actions.code_passages(visit.programme, note["id"], construct, _spans(request, note["text"] or ""), **given)


def _spans(request: HttpRequest, text: str) -> list[tuple[int, int] | None]:
    """Where what was chosen lies: neighbouring sentences as one passage, and the words that were given.

    Raises
    ------
    FaultyInput
        If words were given that do not stand in the note, or stand there more than once.
    """
    spans: list[tuple[int, int]] = []
    for value in request.POST.getlist("sentence"):
        if match := _SPAN.fullmatch(value):
            spans.append((int(match[1]), int(match[2])))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if joined and start >= joined[-1][1] and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    words = request.POST.get("words", "").replace("\r\n", "\n").strip()
    marked = _SPAN.fullmatch(request.POST.get("marked", ""))
    if words and marked and text[int(marked[1]) : int(marked[2])] == words:
        joined.append((int(marked[1]), int(marked[2])))
    elif words:
        times = text.count(words)
        if times != 1:
            says = "these words do not stand in the note so; copy them as they stand"
            if times:
                says = f"these words stand {times} times in the note; add a few before or after, or tick the sentence"
            raise FaultyInput([Fault(says, column="words")])
        joined.append((text.index(words), text.index(words) + len(words)))
    return [*joined]


def _said(fault: Fault) -> str:
    return f"{fault.says[0].upper()}{fault.says[1:]}."


def _page(
    request: HttpRequest, visit: Visit, book: Book, note: dict[str, Any], faults: list[str] | None = None
) -> HttpResponse:
    """The note with what its reader coded, what others coded (folded), and what may be coded to."""
    programme, text = visit.programme, note["text"] or ""
    places = Places(programme, visit.scope)
    rows = list(places.rows("codings").filter(note=f"{NOTES.name}:{note['id']}").values())
    version = version_of(programme, note["id"])
    every = panels.marks(text, rows, version)
    own = [one for one in every if one[0].coder == visit.by]
    constructs = list(places.rows("constructs").filter(until=None).values_list("construct", "says"))
    used = list(places.rows("codings").values_list("construct", flat=True).distinct())
    shown = {
        "note": note,
        "day": day(note["on"]),
        "called": places.called("sites", note["site"]) if note["site"] else "The whole programme",
        "version": version,
        "sentences": panels.in_sentences(text, own),
        "ticked": request.POST.getlist("sentence"),
        "typed": request.POST,
        "own": [mark for mark, _, _ in own],
        "others": [mark for mark, _, _ in every if mark.coder != visit.by],
        "lists": panels.constructs(programme.library, constructs, used),
        "meant": [(name, says) for name, says in constructs if says],
        "faults": faults or [],
        "done": panels.said(int(request.GET["coded"])) if request.GET.get("coded", "").isdecimal() else "",
        "out": "out" in request.GET,
        "row": reverse("row", args=[programme.slug, NOTES.name, note["id"]]),
        "parts": [],
    }
    return render(request, "code_note.html", {**head(book, "coding", visit), **shown}, status=422 if faults else 200)


PATHS = [
    of_programme("coding", coding, "coding"),
    of_programme("coding/<str:row_id>", code_note, "code-note"),
]
