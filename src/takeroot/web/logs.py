"""What is said to those who look after the machine, and what never is.

A line says when, how grave, where in the code, what, and in which request: method, path, status, milliseconds, the
number of the person and of the request. It never says what somebody wrote or read: no query of an address, no secret
part of one, no e-mail address, and of an exception its kind and where it happened, but not its message, which may quote
a cell.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

#: What is known of the request that is being answered.
about_request: ContextVar[dict[str, Any] | None] = ContextVar("about_request", default=None)

#: Addresses whose next part is a secret that was given to somebody: a site's link, an invitation, a questionnaire.
_SECRET = re.compile(r"/(s|i|r|reset)/[^/\s?#\"']+")
#: Each begins where nothing of its kind stands before it, so that a long text is gone through once.
_QUERY = re.compile(r"\?[^\s\"'?=]*=[^\s\"']*")
_EMAIL = re.compile(r"(?<![^\s@<>\"'(),:;])[^\s@<>\"'(),:;]+@[^\s@<>\"'(),:;]+")
_CREDENTIALS = re.compile(r"((?<!\w)\w+://)[^\s/@]+@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def path_said(path: str) -> str:
    """A path as it may stand in a log: one line, without secrets."""
    return _CONTROL.sub("�", _EMAIL.sub("…@…", _SECRET.sub(r"/\1/…", path)))[:500]


def said(text: str) -> str:
    """A message as it may stand in a log: one line, without secrets, queries and e-mail addresses."""
    for hidden, instead in ((_CREDENTIALS, r"\1…@"), (_SECRET, r"/\1/…"), (_QUERY, "?…"), (_EMAIL, "…@…")):
        text = hidden.sub(instead, text)
    return _CONTROL.sub(" ", text)


def kinds_and_places(error: BaseException) -> list[str]:
    """An exception and those it came from: of each its kind and where it happened, never its message."""
    lines = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        places = traceback.extract_tb(one.__traceback__)
        lines += [f"{place.filename}:{place.lineno} in {place.name}" for place in places]
        lines.append(f"{type(one).__module__}.{type(one).__qualname__}")
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return lines


class Plain(logging.Formatter):
    """A line of words, and where an exception happened below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(said)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        record.said = said(record.getMessage()) + _in_words(record)
        record.asctime = self.formatTime(record)
        lines = [self.formatMessage(record)]
        if record.exc_info and isinstance(record.exc_info[1], BaseException):
            lines += [f"    {place}" for place in kinds_and_places(record.exc_info[1])]
        return "\n".join(lines)


class Json(logging.Formatter):
    """One object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": record.name,
            "message": said(record.getMessage()),
        }
        line |= about_request.get() or {}
        line |= getattr(record, "answered", {})
        if record.exc_info and isinstance(record.exc_info[1], BaseException):
            line["exception"] = kinds_and_places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _in_words(record: logging.LogRecord) -> str:
    """Which request it was, after the message."""
    known = about_request.get() or {}
    return f" [{known['request']}]" if known else ""


def settings(form: str, *, requests: bool, debug: bool) -> dict[str, Any]:
    """What Django is told about logs.

    Parameters
    ----------
    form
        ``plain`` or ``json``.
    requests
        Whether every request is said; in JSON it always is.
    debug
        Whether the code says more.
    """
    formatter = {"plain": Plain, "json": Json}[form]
    every = "INFO" if requests or form == "json" else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{formatter.__module__}.{formatter.__qualname__}"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "takeroot": {"level": "INFO"},
            "takeroot.requests": {"level": every},
            "waitress.queue": {"level": "ERROR"},  # says so whenever more than eight pages are asked for at once
            "django": {"handlers": ["stderr"], "level": "INFO" if debug else "ERROR", "propagate": False},
        },
    }
