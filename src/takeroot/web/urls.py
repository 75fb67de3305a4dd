"""Every address of the workbench."""

from __future__ import annotations

from django.urls import path, register_converter

from takeroot.web.views import people, portfolio, programme


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

urlpatterns = [
    path("", portfolio.portfolio, name="portfolio"),
    path("sign-in", people.sign_in, name="sign-in"),
    path("sign-out", people.sign_out, name="sign-out"),
    path("health", portfolio.health, name="health"),
    path("p/<programme:slug>/", programme.overview, name="overview"),
    path("p/<programme:slug>/spread", programme.spread, name="spread"),
    path("p/<programme:slug>/sustain", programme.sustain, name="sustain"),
]
