"""How addresses are made: each module of views says its own, and ``urls.py`` gathers them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import NoReverseMatch, URLPattern, path, register_converter, reverse

from takeroot.vocabulary.tables import TABLES


class Slug:
    """What the addresses of a programme are called: letters of any script, digits, _ and -."""

    regex = r"[-\w]+"

    def to_python(self, value: str) -> str:
        """As it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands in the address."""
        return value


register_converter(Slug, "programme")


def of_programme(
    route: str, view: Callable[..., HttpResponse], name: str, given: dict[str, str] | None = None
) -> URLPattern:
    """An address within a programme: ``/p/<slug>/<route>``, with what its view is given beside."""
    return path(f"p/<programme:slug>/{route}", view, given, name=name)


def address(name: str, *args: object) -> str:
    """Where something is by the name of its address; empty, where nothing of that name answers."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def page_asked(text: str) -> int:
    """Which page an address asks for, from 1 on; the first, where it names none."""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def of_row(slug: str, reference: str | None) -> str:
    """Where a row of the record has its page, by a reference such as ``notes:1a2b``; empty for what is no row."""
    table, _, row = (reference or "").partition(":")
    return address("row", slug, table, row) if table in TABLES and row else ""


def where_told(slug: str, reference: str | None) -> str:
    """Where most is told of a row: the page of its own that a what-if has; else the page of the row."""
    table, _, row = (reference or "").partition(":")
    return address("what-if-one", slug, row) if table == "what_ifs" and row else of_row(slug, reference)
