"""Every address of the workbench."""

from __future__ import annotations

from django.urls import path

from takeroot.web.views import people, portfolio, programme

urlpatterns = [
    path("", portfolio.portfolio, name="portfolio"),
    path("sign-in", people.sign_in, name="sign-in"),
    path("sign-out", people.sign_out, name="sign-out"),
    path("health", portfolio.health, name="health"),
    path("p/<slug:slug>/", programme.overview, name="overview"),
    path("p/<slug:slug>/spread", programme.spread, name="spread"),
    path("p/<slug:slug>/sustain", programme.sustain, name="sustain"),
]
