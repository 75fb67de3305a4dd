"""Coming in and going out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from takeroot.web import actions, second_step, sessions, throttle
from takeroot.web.forms import SignInForm
from takeroot.web.forms_of_people import Code
from takeroot.web.models import Person
from takeroot.web.roles import SignIns

NO_CODE = (
    "That code does not open. Take the one that the app shows now: each serves once. A recovery code serves once too."
)


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """A name and a password; then the code, for who has set that up; then the page that was asked for."""
    onward = safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.user.is_authenticated:
        return redirect(onward or "/")
    form = SignInForm(request, data=request.POST or None)
    if request.method != "POST":
        return render(request, "sign_in.html", {"form": form, "next": onward})
    if not (request.POST.get("username", "").strip() and request.POST.get("password")):
        form.is_valid()
        return render(request, "sign_in.html", {"form": form, "next": onward}, status=422)
    try:
        tried = throttle.knock("sign in", *throttle.by_name(request, request.POST["username"]))
    except throttle.TooOften as wait:
        said = {"form": SignInForm(request), "typed": request.POST["username"], "next": onward}
        return too_often(request, "sign_in.html", wait, **said)
    if not form.is_valid():
        return render(request, "sign_in.html", {"form": form, "next": onward}, status=422)
    throttle.opened(tried)
    person = form.get_user()
    if second_step.has_it(person):
        return second_step.half_way(redirect("sign-in-code"), person, onward)
    return _let_in(request, person, onward, "password")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, or a recovery code."""
    half_way = second_step.who_is_half_way(request)
    if half_way is None or not SignIns().user_can_authenticate(half_way[0]):
        return redirect("sign-in")
    person, onward = half_way
    form = Code(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "sign_in_code.html", {"form": form}, status=422 if form.errors else 200)
    try:
        tried = throttle.knock("code", *throttle.by_name(request, person.sign_in))
    except throttle.TooOften as wait:
        return too_often(request, "sign_in_code.html", wait, form=Code())
    means = second_step.opens(person, form.cleaned_data["code"])
    if not means:
        return render(request, "sign_in_code.html", {"form": Code(), "fault": NO_CODE}, status=422)
    throttle.opened(tried)
    return _let_in(request, person, onward, means)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign-in")


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was sent from a page too old to be trusted, or from elsewhere."""
    return render(request, "403_csrf.html", status=403)


def safe(request: HttpRequest, onward: str) -> str:
    """An address among our own; nothing, if it leads elsewhere."""
    ours = url_has_allowed_host_and_scheme(
        onward, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return onward if ours else ""


def too_often(request: HttpRequest, page: str, wait: throttle.TooOften, **said: Any) -> HttpResponse:
    """The page that was asked for, with how long to wait."""
    response = render(request, page, {**said, "fault": str(wait)}, status=429)
    response.headers["Retry-After"] = str(wait.seconds)
    return response


def _let_in(request: HttpRequest, person: Person, onward: str, means: str) -> HttpResponse:
    """Begin a session, and go on: to an invitation that was opened before, or to the page that was asked for."""
    sessions.begin(request, person)
    actions.sign_in_noted(person, means=means)
    invited = second_step.kept_aside(request)
    response = redirect(onward or (f"/i/{invited}" if invited else "/"))
    second_step.forget(request, response)
    throttle.remember(request, response, person)
    return response


PATHS = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-in/code", code, name="sign-in-code"),
    path("sign-out", sign_out, name="sign-out"),
]
