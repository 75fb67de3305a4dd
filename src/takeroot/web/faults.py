"""A page that says what a user can put right, where an analysis meets it in what is kept."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from takeroot.errors import TakerootError
from takeroot.web.named import SeemsToName, asked


class Faults:
    """Shows the sentence of a :class:`~takeroot.errors.TakerootError`, and asks where words seem to name somebody.

    Any other exception is a mistake of ours.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """What comes of a request."""
        return self.answer(request)

    def process_view(self, _: HttpRequest, __: object, ___: object, parts: dict[str, object]) -> None:
        """An address with a character that no database can hold leads to nothing."""
        if any("\x00" in part for part in parts.values() if isinstance(part, str)):
            raise Http404

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page, or nothing, and then the page of our mistakes follows."""
        if isinstance(error, SeemsToName):
            return asked(request, error)
        if not isinstance(error, TakerootError):
            return None
        return render(request, "422.html", {"says": str(error)}, status=422)
