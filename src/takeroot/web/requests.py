"""What is said of a request, where it came from, and how large it may be."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from takeroot.web.logs import about_request, path_said

log = logging.getLogger("takeroot.requests")

_NUMBER = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Requests:
    """Gives every request a number, which the answer and every line about it bear, and says how it went."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """What comes of a request."""
        began = time.perf_counter()
        number = _number(request)
        known = {"request": number, "method": request.method, "path": path_said(request.path)}
        token = about_request.set(known)
        try:
            response = self.answer(request)
            response.headers["X-Request-ID"] = number
            if log.isEnabledFor(logging.INFO):
                took = round((time.perf_counter() - began) * 1000)
                person = getattr(request.__dict__.get("_cached_user"), "pk", None)
                answered = {"status": response.status_code, "milliseconds": took, "person": person}
                words = (known["method"], known["path"], response.status_code, took, person or "nobody")
                log.info("%s %s %s in %s ms for %s", *words, extra={"answered": answered})
            return response
        finally:
            about_request.reset(token)


class SignInRequired(LoginRequiredMiddleware):
    """Every page asks for a sign-in, but those that say so; and those do not even look who is signed in.

    Whoever answers an anonymous round in a browser in which they are signed in leaves no trace of it in their session.
    """

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        """To the sign-in, or nothing, and then the page follows."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


def small_enough(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse what is larger than it may be before it is read."""

    def answered(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.UPLOAD_BYTES:
            return render(request, "413.html", {"megabytes": settings.UPLOAD_BYTES // 2**20}, status=413)
        return answer(request)

    return answered


def client_address(request: HttpRequest) -> str:
    """Where a request came from: what the outermost proxy of ours saw, and never what the visitor says.

    Each proxy adds to ``X-Forwarded-For`` whom it saw, so with n proxies it is the n-th from the end.
    """
    near = request.META.get("REMOTE_ADDR", "")
    seen = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if not settings.PROXIES or len(seen) < settings.PROXIES:
        return near
    said = seen[-settings.PROXIES].removeprefix("[").partition("]")[0]
    try:
        return str(ip_address(said if said.count(":") != 1 else said.partition(":")[0]))
    except ValueError:
        return near


def _number(request: HttpRequest) -> str:
    """The number that a proxy of ours gave it, or a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "") if settings.PROXIES else ""
    return given if _NUMBER.fullmatch(given) else secrets.token_hex(8)
