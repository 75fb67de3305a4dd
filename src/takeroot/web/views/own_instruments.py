"""A programme's own instruments, overlays and translations: brought in, put to use, taken out again; for its leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from takeroot.errors import Fault, FaultyInput, TakerootError
from takeroot.vocabulary import own_instruments
from takeroot.vocabulary.files import members, zipped
from takeroot.vocabulary.instruments_in_files import LARGEST, SUFFIXES
from takeroot.vocabulary.own_editions import Placed
from takeroot.vocabulary.own_instruments import FOLDER, TOGETHER
from takeroot.web import actions
from takeroot.web.addresses import of_programme
from takeroot.web.imports import uploads
from takeroot.web.panels.assess import own
from takeroot.web.roles import May, Visit, enter
from takeroot.web.views.answering_rounds import SHOWN
from takeroot.web.views.records import frame

TITLE = "Instruments of your own"
SAYS = "Questionnaires, records and plans of this programme, other words for those that are here, and translations."
#: The most files that come in at once.
AT_ONCE = 50
#: Files of a programme's folder that hold no instrument.
_NOT_THESE = ("programme.yaml", "mappings.yaml")


@require_http_methods(["GET", "HEAD", "POST"])
def every(request: HttpRequest, slug: str) -> HttpResponse:
    """Which there are; and files that are brought in."""
    visit = enter(request.user, slug, May.CHANGE)
    if request.method != "POST":
        return _page(request, visit)
    try:
        brought = actions.bring_in_instruments(visit.programme, files_sent(request.FILES.getlist("files")), by=visit.by)
    except FaultyInput as faulty:
        return _page(request, visit, wrong=faulty.faults)
    except TakerootError as error:
        return _page(request, visit, str(error))
    return _page(request, visit, brought=brought)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, slug: str, file: str) -> HttpResponse:
    """A file, as it was brought in; or it is put to use, or taken out."""
    visit = enter(request.user, slug, May.CHANGE)
    row = visit.programme.instrument_files.filter(name=file.replace("\0", "")).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        answer = HttpResponse(row.text, content_type="application/yaml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{uploads.plain_name(row.name)}"'
        return answer
    try:
        actions.take_out_instrument(visit.programme, row.name, by=visit.by, why=request.POST.get("why", ""))
    except FaultyInput as faulty:
        return _page(request, visit, wrong=faulty.faults)
    except TakerootError as error:
        return _page(request, visit, str(error))
    return redirect("own-instruments", slug)


@require_http_methods(["POST"])
def use(request: HttpRequest, slug: str) -> HttpResponse:
    """Let an edition be the one with which rounds and records begin."""
    visit = enter(request.user, slug, May.CHANGE)
    instrument, edition = (request.POST.get(name, "").replace("\0", "") for name in ("instrument", "edition"))
    try:
        actions.use_edition(visit.programme, instrument, edition, by=visit.by)
    except FaultyInput as faulty:
        return _page(request, visit, wrong=faulty.faults)
    except TakerootError as error:
        return _page(request, visit, str(error))
    return redirect("own-instruments", slug)


def files_sent(given: Sequence[UploadedFile]) -> dict[str, bytes]:
    """What the files of a form hold, by name; those of a zip too.

    Raises
    ------
    FaultyInput
        If one is too large, or two have one name.
    """
    found: dict[str, bytes] = {}
    faults = []
    for file in given[: AT_ONCE + 1]:
        for name, data in _held_in(file):
            if name in found:
                faults.append(Fault("two files have this name; give one another name", name))
            if len(data) > LARGEST:
                faults.append(Fault(f"the file is over {LARGEST // 2**10} KiB; it holds words", name))
            found[name] = data
    if len(found) > AT_ONCE:
        faults = [Fault(f"at most {AT_ONCE} files are taken at once")]
    if faults:
        raise FaultyInput(faults)
    return found


def _held_in(file: UploadedFile) -> Iterator[tuple[str, bytes]]:
    """The file itself, or those of a zip: of a programme's, the instruments alone."""
    name = uploads.plain_name(file.name or "")
    if not name.lower().endswith(".zip"):
        yield name, file.read(LARGEST + 1)
        return
    data = file.read()
    if sum(entry.file_size for entry in zipped.opened(data, name).values()) > 64 * TOGETHER:
        raise FaultyInput([Fault("this zip holds far more than instruments; send their files alone", name)])
    for each, text in members(data, name, within=(FOLDER,)).items():
        plain = PurePath(each).name
        if own_instruments.is_one(each) or (
            "/" not in each and plain.lower().endswith(SUFFIXES) and plain not in _NOT_THESE
        ):
            yield plain, text


def _page(
    request: HttpRequest, visit: Visit, fault: str = "", *, wrong: Sequence[Fault] = (), brought: Placed | None = None
) -> HttpResponse:
    context = {
        "own": own.own(visit.programme),
        "set_aside": own.set_aside(visit.programme),
        "broken": own.broken(visit.programme),
        "fault": fault,
        "wrong": wrong[:SHOWN],
        "more": max(0, len(wrong) - SHOWN),
        "brought": brought,
        "most": AT_ONCE,
        "largest": LARGEST // 2**10,
    }
    status = 422 if fault or wrong else 200
    return render(request, "own_instruments.html", {**frame(visit, TITLE, SAYS), **context}, status=status)


PATHS = [
    of_programme("instruments", every, "own-instruments"),
    of_programme("instruments/use", use, "own-instrument-use"),
    of_programme("instruments/file/<str:file>", one, "own-instrument"),
]
