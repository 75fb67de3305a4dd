"""Before something is saved that seems to say who somebody is, its writer is asked: in every form with free words.

A view calls :func:`heed` once it knows who writes. Where the words seem to name somebody and the writer has not said
that they mean it, :class:`SeemsToName` stops the view, nothing is saved, and a page shows what was found with
everything that was typed, to be changed or sent as it is. It needs no script.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from takeroot.web.forms.naming import mark_of, seem_to_name

#: Fields that are no words of anybody's, or that are there to say who somebody is.
_NOT_WORDS = ("csrfmiddlewaretoken", "once", "draft", "do", "row", "seen_names", "contact", "email", "sponsor", "owner")
#: What fields are called that do not say it by their names.
_CALLED = {"because": "Why", "words": "What you heard", "more": "More about it", "asks": "Your question", "why": "Why"}


class SeemsToName(Exception):
    """What was written seems to say who somebody is, and nobody has said that it is meant."""

    def __init__(self, seems: list[str]) -> None:
        super().__init__(", ".join(seems))
        self.seems = seems


def heed(request: HttpRequest) -> None:
    """Let the words of a form pass, if they seem to name nobody or their writer was asked.

    Raises
    ------
    SeemsToName
        If the writer is to be asked first.
    """
    texts = [text for name, given in request.POST.lists() if _is_words(name) for text in given]
    seems = seem_to_name(texts)
    if seems and request.POST.get("seen_names") != mark_of(seems):
        raise SeemsToName(seems)


def asked(request: HttpRequest, error: SeemsToName) -> HttpResponse:
    """The page that asks, with everything that was typed still there."""
    words: list[dict[str, str]] = []
    rest: list[tuple[str, str]] = []
    for name, given in request.POST.lists():
        for text in given:
            if name in ("csrfmiddlewaretoken", "seen_names"):
                continue
            if _is_words(name) and seem_to_name([text]):
                words.append({"name": name, "label": _called(name), "text": text, "id": f"words-{len(words) + 1}"})
            else:
                rest.append((name, text))
    shown = {"seems": error.seems, "seen": mark_of(error.seems), "words": words, "rest": rest, "where": request.path}
    return render(request, "names.html", shown, status=422)


def _is_words(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last not in _NOT_WORDS and not name.startswith(("seen.", "stamp"))


def _called(name: str) -> str:
    last = name.rpartition(".")[2]
    return _CALLED.get(last, last.replace("_", " ").replace("-", " ").capitalize())
