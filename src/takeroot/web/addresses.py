"""How addresses are made: each module of views says its own, and ``urls.py`` gathers them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path, register_converter


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


def of_programme(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """An address within a programme: ``/p/<slug>/<route>``."""
    return path(f"p/<programme:slug>/{route}", view, name=name)
