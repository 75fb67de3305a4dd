"""Links that were given to one person: to take a role, and to set a password. Each opens once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from takeroot.errors import TakerootError
from takeroot.web import actions, second_step, sessions, throttle
from takeroot.web.actions.access import open_invitation
from takeroot.web.actions.account import acceptable, open_reset
from takeroot.web.forms_of_people import NewPassword, NewSignIn
from takeroot.web.models import Invitation, Person
from takeroot.web.roles import ROLES


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What the link gives, and to whom; then it is taken, by somebody who signs in or by somebody new."""
    try:
        throttle.check("link", throttle.by_address(request))
    except throttle.TooOften as wait:
        return _quiet(_closed(request, str(wait), 429))
    found = open_invitation(secret)
    if found is None:
        throttle.failed("link", throttle.by_address(request))
        return _quiet(_closed(request))
    if request.method == "POST" and request.POST.get("how") == "sign-in":
        return _quiet(second_step.put_aside(redirect("sign-in"), secret))
    if request.method == "POST":
        return _quiet(_taken(request, found, secret))
    return _quiet(_shown(request, found))


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, secret: str) -> HttpResponse:
    """Set a password of one's own by a link that serves once."""
    try:
        throttle.check("link", throttle.by_address(request))
    except throttle.TooOften as wait:
        return _quiet(_closed(request, str(wait), 429))
    link = open_reset(secret)
    if link is None:
        throttle.failed("link", throttle.by_address(request))
        return _quiet(_closed(request))
    form, person = NewPassword(request.POST or None), link.person
    if request.method == "POST" and form.is_valid():
        try:
            if actions.reset_password(secret, new=form.cleaned_data["new"]) is None:
                return _quiet(_closed(request))
            return _quiet(redirect("/sign-in?set=1"))
        except TakerootError as error:
            form.add_error("new", str(error))
    shown = {"form": form, "person": person}
    return _quiet(render(request, "reset.html", shown, status=422 if form.errors else 200))


def _taken(request: HttpRequest, found: Invitation, secret: str) -> HttpResponse:
    """The role is taken, by whoever is signed in or by somebody new; then the programme is shown."""
    if request.user.is_authenticated:
        try:
            done = actions.accept_invitation(secret, person=Person.objects.get(pk=request.user.pk))
        except TakerootError as error:
            return _shown(request, found, fault=str(error), status=422)
        return redirect("overview", done.programme.slug) if done else _closed(request)
    form = NewSignIn(request.POST)
    if not form.is_valid():
        return _shown(request, found, form=form, status=422)
    words = form.cleaned_data
    try:
        acceptable(words["new"], Person(sign_in=words["sign_in"], name=words["name"]))
        new = {"sign_in": words["sign_in"], "name": words["name"], "password": words["new"], "email": ""}
        done = actions.accept_invitation(secret, **new)
    except TakerootError as error:
        throttle.failed("link", throttle.by_address(request))  # a taken name is told to few, and not often
        form.add_error(None, str(error))
        return _shown(request, found, form=form, status=422)
    if done is None:
        return _closed(request)
    sessions.begin(request, done.person)
    actions.sign_in_noted(done.person, means="an invitation")
    response = redirect("overview", done.programme.slug)
    throttle.remember(request, response, done.person)
    return response


def _shown(
    request: HttpRequest, found: Invitation, *, form: NewSignIn | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """What the link gives."""
    role = ROLES[found.role]
    sites = "every site" if role.every_site else ", ".join(found.sites)
    inviter = Person.objects.filter(sign_in=found.by).first()
    shown = {"invitation": found, "role": role, "sites": sites, "by": inviter or found.by, "form": form or NewSignIn()}
    return render(request, "invitation.html", {**shown, **more}, status=status)


def _closed(request: HttpRequest, says: str = "", status: int = 404) -> HttpResponse:
    """The one page for links that open nothing: used, ended, taken back, or never there."""
    return render(request, "link_closed.html", {"says": says}, status=status)


def _quiet(response: HttpResponse) -> HttpResponse:
    """Whatever is fetched or opened from here learns no more of the address than the name of the host.

    With ``no-referrer`` a browser would also hide where its own forms come from, and they would be refused as forged.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


PATHS = [
    path("i/<str:secret>", invitation, name="invitation"),
    path("reset/<str:secret>", reset, name="reset"),
]
