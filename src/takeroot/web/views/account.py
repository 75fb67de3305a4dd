"""One's own account: name, password, second step, where one is signed in, and what is kept of one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takeroot.errors import TakerootError
from takeroot.web import actions, qr, second_step, sessions, throttle
from takeroot.web.forms_of_people import About, ChangePassword, PasswordAndCode, SetUp
from takeroot.web.models import Draft, Membership, Person, RecoveryCode, Trail
from takeroot.web.roles import ROLES

DONE = {
    "name": "Your name and e-mail address are as you wrote them.",
    "password": "Your password is changed. Every other browser was signed out.",
    "off": "The second step is taken off: the password alone opens your account.",
    "sessions": "Signed out there.",
}
NOT_RIGHT = "The password or the code is not right, so nothing was changed. Each code serves once."


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """All of it on one page."""
    return _page(request, done=DONE.get(request.GET.get("done", ""), ""))


@require_POST
def name(request: HttpRequest) -> HttpResponse:
    """Change one's name and e-mail address."""
    form = About(request.POST, instance=Person.objects.get(pk=request.user.pk), auto_id="about_%s")
    if not form.is_valid():
        return _page(request, about=form)
    actions.change_name(_fresh(request), **form.cleaned_data, by=request.user.sign_in)
    return redirect("/account?done=name")


@sensitive_post_parameters()
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; every other browser is signed out."""
    form, person = ChangePassword(request.POST, auto_id="password_%s"), request.user
    if not form.is_valid():
        return _page(request, password=form)
    words, here = form.cleaned_data, request.session.session_key
    try:
        tried = throttle.knock("own password", *throttle.by_name(request, person.sign_in))
    except throttle.TooOften as wait:
        form.add_error(None, str(wait))
        return _page(request, password=form, wait=wait)
    try:
        actions.change_password(person, old=words["old"], new=words["new"], by=person.sign_in, keep=here)
    except TakerootError as error:
        if person.check_password(words["old"]):
            throttle.opened(tried)
        form.add_error(None, str(error))
        return _page(request, password=form)
    throttle.opened(tried)
    update_session_auth_hash(request, person)
    return redirect("/account?done=password#password")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up the second step: a square for the app, then a code from it, then ten recovery codes, shown once."""
    person = _fresh(request)
    if request.method != "POST":
        return redirect("account") if second_step.has_it(person) else _offer(request, person, second_step.new_key())
    form = SetUp(request.POST)
    key = second_step.taken(person, request.POST.get("offer", ""))
    if key is None or not form.is_valid():
        again = "This page lay open for too long. Take the new square into the app, and give its code."
        return _offer(request, person, key or second_step.new_key(), "" if key else again, status=422)
    try:
        tried = throttle.knock("code", *throttle.by_name(request, person.sign_in))
        words = {"code": form.cleaned_data["code"], "by": person.sign_in, "keep": request.session.session_key}
        codes = actions.set_up_second_step(person, key=key, **words)
    except TakerootError as error:
        status = 429 if isinstance(error, throttle.TooOften) else 422
        return _offer(request, person, key, str(error), status=status)
    throttle.opened(tried)
    return render(request, "recovery_codes.html", {"codes": codes, "first": True})


@sensitive_post_parameters()
@require_POST
def take_off(request: HttpRequest) -> HttpResponse:
    """Take the second step off."""
    wrong = _not_both(request, "off")
    if wrong is not None:
        return wrong
    actions.take_off_second_step(_fresh(request), by=request.user.sign_in)
    return redirect("/account?done=off#second-step")


@sensitive_post_parameters()
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Make ten new recovery codes, shown once."""
    wrong = _not_both(request, "renew")
    if wrong is not None:
        return wrong
    codes = actions.renew_recovery_codes(_fresh(request), by=request.user.sign_in)
    return render(request, "recovery_codes.html", {"codes": codes, "first": False})


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out in one other browser, or in all others."""
    here, only = request.session.session_key, request.POST.get("session") or None
    actions.end_sessions(_fresh(request), by=request.user.sign_in, but=here, only=only)
    return redirect("/account?done=sessions#browsers")


def _fresh(request: HttpRequest) -> Person:
    """Whoever asks, as they are now."""
    return Person.objects.get(pk=request.user.pk)


def _not_both(request: HttpRequest, which: str) -> HttpResponse | None:
    """The page with what is wrong, unless the password and the code are both right."""
    form, person = PasswordAndCode(request.POST, auto_id=f"{which}_%s"), _fresh(request)
    if not form.is_valid():
        return _page(request, **{which: form})
    try:
        tried = throttle.knock("code", *throttle.by_name(request, person.sign_in))
    except throttle.TooOften as wait:
        form.add_error(None, str(wait))
        return _page(request, **{which: form}, wait=wait)
    if not person.check_password(form.cleaned_data["password"]) or not second_step.opens(
        person, form.cleaned_data["code"]
    ):
        form.add_error(None, NOT_RIGHT)
        return _page(request, **{which: form})
    throttle.opened(tried)
    return None


def _offer(request: HttpRequest, person: Person, key: str, fault: str = "", status: int = 200) -> HttpResponse:
    """The square, the key in letters, and the field for the code."""
    shown = {
        "square": qr.square(second_step.address_of(person, key, request.get_host()), "The key as a QR code"),
        "letters": second_step.in_letters(key),
        "form": SetUp(initial={"offer": second_step.offered(person, key)}),
        "fault": fault,
        "must": second_step.must_have_it(person),
    }
    return render(request, "second_step.html", shown, status=status)


def _page(request: HttpRequest, *, done: str = "", wait: Exception | None = None, **sent: Any) -> HttpResponse:
    """The account, with a form that was sent and is at fault in the place of its empty one."""
    person = _fresh(request)
    here = sessions.kept_as(request.session.session_key or "")
    forms = {
        "about": About(instance=person, auto_id="about_%s"),
        "password": ChangePassword(auto_id="password_%s"),
        "off": PasswordAndCode(auto_id="off_%s"),
        "renew": PasswordAndCode(auto_id="renew_%s"),
    }
    shown = {
        "person": person,
        "done": done,
        "at_fault": next(iter(sent), ""),
        "has_second_step": second_step.has_it(person),
        "must": second_step.must_have_it(person),
        "codes_left": RecoveryCode.objects.filter(person=person).count(),
        "browsers": [(one, one.session_key == here) for one in sessions.of_person(person)],
        "roles": [_role(one) for one in Membership.objects.filter(person=person).select_related("programme")],
        "kept": _kept(person),
    }
    status = 429 if isinstance(wait, throttle.TooOften) else 422 if sent else 200
    return render(request, "account.html", {**shown, **forms, **sent}, status=status)


def _role(one: Membership) -> dict[str, Any]:
    """A role, as its holder reads it; what a programme is called only while the role lasts."""
    over = one.expires is not None and one.expires <= timezone.localdate()
    role = ROLES.get(one.role)
    says = "" if role is None else role.says
    sites = "every site" if role is not None and role.every_site else ", ".join(one.sites)
    return {"held": one, "over": over, "says": says, "sites": sites}


def _kept(person: Person) -> list[tuple[str, str]]:
    """What the workbench keeps of somebody, and how much of it there is."""
    lines = Trail.objects.filter(by=person.sign_in).count()
    return [
        ("Your sign-in name, name and e-mail address", "as above"),
        ("Your password", "as a hash that can not be turned back"),
        ("Your roles", "as above, for as long as the programme keeps them"),
        ("Browsers you are signed in with", "as above: which, since when, and when last used; no address"),
        ("Lines of the trail that say what you did", f"{lines:,}"),
        ("Drafts that only you see", f"{Draft.objects.filter(person=person).count():,}"),
        ("Sign-ins that failed", "a digest of the name and of the address they came from, for a day"),
    ]


PATHS = [
    path("account", account, name="account"),
    path("account/name", name, name="account-name"),
    path("account/password", password, name="account-password"),
    path("account/second-step", set_up, name="second-step"),
    path("account/second-step/off", take_off, name="second-step-off"),
    path("account/recovery-codes", renew, name="recovery-codes"),
    path("account/browsers", end_sessions, name="end-sessions"),
]
