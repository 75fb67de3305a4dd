"""The house: who may sign in, who looks after that, and whether the trail is whole. No programme is opened by it."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp.plugins.otp_totp.models import TOTPDevice

from takeroot.errors import TakerootError
from takeroot.web import actions, guards, leads, once, qr, second_step
from takeroot.web.forms_of_people import ChangePerson, NewPerson
from takeroot.web.models import Person, Trail

#: Up to how many lines the seals of the trail are looked at without being asked.
FEW_LINES = 5_000
TOO_OLD = "This page lay open for too long, so no link was made. Send it once more."
DONE = {
    "changed": "It is as you set it.",
    "off": "Their second step is taken off: the password alone opens their account until they set it up again.",
}


@require_safe
def house(request: HttpRequest) -> HttpResponse:
    """Every sign-in, and the state of the trail."""
    _keeper(request)
    lines = Trail.objects.count()
    asked = lines <= FEW_LINES or request.GET.get("seals") == "all"
    shown = {
        "people": _people(),
        "lines": lines,
        "asked": asked,
        "missing": guards.missing(),
        "broken": guards.broken() if asked else None,
        "unled": leads.unled(),
    }
    return render(request, "house.html", shown)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Make a sign-in; a link is shown once, by which its owner chooses a password."""
    keeper = _keeper(request)
    secret = once.secret_of(request.POST.get("once", ""), "sign-in")
    fresh = {"once": once.word("sign-in")}
    sent = request.POST.dict() | ({} if secret else fresh) if request.method == "POST" else None
    form = NewPerson(sent, initial=fresh)
    if request.method == "POST" and not secret:
        form.add_error(None, TOO_OLD)
    if request.method == "POST" and form.is_valid() and secret:
        words = {name: form.cleaned_data[name] for name in ("sign_in", "name", "begins", "keeps_house")}
        try:
            return _link(request, actions.let_in(secret=secret, by=keeper.sign_in, **words), secret)
        except TakerootError as error:
            form.add_error(None, str(error))
    return render(request, "house_add.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what somebody may do here."""
    keeper, one = _keeper(request), get_object_or_404(Person, pk=pk)
    form = ChangePerson(request.POST or None, instance=Person.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_person(one, by=keeper, **form.cleaned_data)
            return redirect(f"{reverse('house-person', args=[pk])}?done=changed")
        except TakerootError as error:
            form.add_error(None, str(error))
    return _person(request, one, form)


@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link by which somebody sets a new password; it is shown this once."""
    keeper, one = _keeper(request), get_object_or_404(Person, pk=pk)
    secret = once.secret_of(request.POST.get("once", ""), "reset")
    try:
        if secret is None:
            raise TakerootError(TOO_OLD)
        actions.offer_reset(one, secret=secret, by=keeper.sign_in)
    except TakerootError as error:
        return _person(request, one, ChangePerson(instance=one), fault=str(error))
    return _link(request, one, secret)


@require_POST
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody's second step off, when they have lost the app and the recovery codes."""
    keeper, one = _keeper(request), get_object_or_404(Person, pk=pk)
    actions.take_off_second_step(one, by=keeper.sign_in, why=request.POST.get("why", "")[:500])
    return redirect(f"{reverse('house-person', args=[pk])}?done=off")


def _keeper(request: HttpRequest) -> Person:
    """Whoever looks after the house; to everybody else this page does not exist."""
    found = Person.objects.filter(pk=request.user.pk, keeps_house=True, is_active=True).first()
    if found is None:
        raise Http404
    return found


def _people() -> list[dict[str, Any]]:
    coded = set(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))
    rows = Person.objects.annotate(used=Max("sessions__seen")).order_by("-is_active", "sign_in")
    return [{"person": one, "coded": one.pk in coded, "used": one.used or one.last_login} for one in rows]


def _person(request: HttpRequest, one: Person, form: ChangePerson, fault: str = "") -> HttpResponse:
    shown = {
        "person": one,
        "form": form,
        "coded": second_step.has_it(one),
        "leads_alone": len(leads.led_alone(one)),
        "once": once.word("reset"),
        "fault": fault,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return render(request, "house_person.html", shown, status=422 if fault or form.errors else 200)


def _link(request: HttpRequest, one: Person, secret: str) -> HttpResponse:
    """The address by which somebody sets a password, this once."""
    address = request.build_absolute_uri(reverse("reset", args=[secret]))
    square = qr.square(address, "The link")
    return render(request, "house_link.html", {"person": one, "address": address, "square": square})


PATHS = [
    path("house", house, name="house"),
    path("house/add", add, name="house-add"),
    path("house/people/<int:pk>", person, name="house-person"),
    path("house/people/<int:pk>/reset", reset, name="house-reset"),
    path("house/people/<int:pk>/second-step", take_off, name="house-second-step"),
]
