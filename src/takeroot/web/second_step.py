"""The second step of signing in: a code of an authenticator app, or one of ten codes kept for when the app is lost.

Somebody who has set it up is not signed in by the password alone. Between the two steps the browser holds a signed word
of the first, good for five minutes and for nothing else.
"""

from __future__ import annotations

import re
import secrets
import time
from base64 import b32encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from takeroot.web.models import Person, RecoveryCode
from takeroot.web.roles import digest, memberships

#: The cookie between the two steps, and for how many seconds it is good; and that of an invitation put aside meanwhile.
HALF_WAY = "takeroot_half_way"
ASIDE = "takeroot_invited"
GOOD_FOR = 5 * 60
SET_UP_WITHIN = 30 * 60

_SALT = "takeroot.web.second_step"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another: 32 letters, 5 bits each
_LENGTH = 12
_STEP, _TOLERANCE = 30, 1


def has_it(person: Person) -> bool:
    """Whether somebody has set it up."""
    return TOTPDevice.objects.filter(user=person, confirmed=True).exists()


def must_have_it(person: Person) -> bool:
    """Whether the workbench asks it of this person."""
    if settings.REQUIRE_TOTP == "leads":
        return person.keeps_house or memberships(person).filter(role="lead").exists()
    return settings.REQUIRE_TOTP == "all"


def opens(person: Person, code: str) -> str:
    """What a code is that opens: ``code`` of the app, ``recovery code``, or nothing. Either serves once.

    Two that come at once wait for each other, so that one code never opens two doors.
    """
    plain = re.sub(r"[\s-]", "", code).upper()
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=person, confirmed=True).first()
        if device is None:
            return ""
        at = _step_of(device.bin_key, plain, device.last_t)
        if at is not None:
            device.last_t = at
            device.save(update_fields=["last_t"])
            return "code"
        if len(plain) != _LENGTH:
            return ""
        used, _ = RecoveryCode.objects.filter(person=person, digest=recovery_digest(person, plain)).delete()
        return "recovery code" if used else ""


def fits(key: str, code: str) -> int | None:
    """The step of the clock at which this key, not yet kept, gives the code; None if it does not."""
    return _step_of(bytes.fromhex(key), re.sub(r"\s", "", code), -1)


def _step_of(key: bytes, code: str, last: int) -> int | None:
    """The step of the clock, a little before or after now and after the ``last`` one, whose code this is."""
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    now = int(time.time()) // _STEP
    for step in range(now - _TOLERANCE, now + _TOLERANCE + 1):
        totp = TOTP(key, _STEP)
        totp.time = step * _STEP
        if step > last and constant_time_compare(f"{totp.token():06d}", code):
            return step
    return None


# Setting it up


def new_key() -> str:
    """A key for the app: 160 random bits, in hexadecimal."""
    return secrets.token_hex(20)


def offered(person: Person, key: str) -> str:
    """A key that was shown to somebody and is not kept yet, signed, so that it comes back as it was."""
    return signing.dumps({"person": person.pk, "key": key, "password": _mark(person)}, salt=f"{_SALT}.offered")


def taken(person: Person, offer: str) -> str | None:
    """The key that was offered to this person; None if it was not, or too long ago."""
    said = _loads(offer, "offered", SET_UP_WITHIN)
    fits_person = said and said["person"] == person.pk and said["password"] == _mark(person)
    return said["key"] if said and fits_person else None


def in_letters(key: str) -> str:
    """The key as a person types it into the app, in groups of four."""
    text = b32encode(bytes.fromhex(key)).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address_of(person: Person, key: str, host: str) -> str:
    """What the app reads from the square."""
    asked = urlencode({"secret": b32encode(bytes.fromhex(key)).decode(), "issuer": "Takeroot"}, quote_via=quote)
    return f"otpauth://totp/{quote(f'Takeroot:{person.sign_in} at {host}', safe=':')}?{asked}"


def new_recovery_codes() -> list[str]:
    """Ten codes of 60 random bits, as they are shown."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(10)]
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def recovery_digest(person: Person, code: str) -> str:
    """What is kept of a recovery code."""
    return digest(f"{person.pk}:{code.replace('-', '')}")


# Between the two steps


def half_way(response: HttpResponse, person: Person, onward: str) -> HttpResponse:
    """Let the browser show that the password was right."""
    said = {"person": person.pk, "password": _mark(person), "onward": onward}
    return _with_cookie(response, HALF_WAY, signing.dumps(said, salt=f"{_SALT}.half_way"), GOOD_FOR)


def put_aside(response: HttpResponse, secret: str) -> HttpResponse:
    """Let the browser keep the secret of an invitation while its owner signs in: in no address, and in no log."""
    return _with_cookie(response, ASIDE, signing.dumps(secret, salt=f"{_SALT}.aside"), SET_UP_WITHIN)


def kept_aside(request: HttpRequest) -> str:
    """The secret of the invitation that was put aside, if there is one."""
    return _loads(request.COOKIES.get(ASIDE, ""), "aside", SET_UP_WITHIN) or ""


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Take both cookies back, once somebody is signed in."""
    for name in {HALF_WAY, ASIDE} & request.COOKIES.keys():
        response.delete_cookie(name, path="/sign-in", samesite="Lax")


def _with_cookie(response: HttpResponse, name: str, said: str, seconds: int) -> HttpResponse:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, said, max_age=seconds, path="/sign-in", httponly=True, secure=secure, samesite="Lax")
    return response


def who_is_half_way(request: HttpRequest) -> tuple[Person, str] | None:
    """Who gave the password in this browser a moment ago, and where they want to go."""
    said = _loads(request.COOKIES.get(HALF_WAY, ""), "half_way", GOOD_FOR)
    person = get_user_model().objects.filter(pk=said["person"]).first() if said else None
    if said is None or person is None or said["password"] != _mark(person):
        return None
    return person, said["onward"]


def _mark(person: Person) -> str:
    """Changes when the password does."""
    return digest(person.get_session_auth_hash())[:24]


def _loads(signed: str, what: str, within: int) -> Any:
    """What was signed, if it was signed here for this, and not too long ago."""
    try:
        return signing.loads(signed, salt=f"{_SALT}.{what}", max_age=within)
    except signing.BadSignature:
        return None


class Required:
    """Sends those who must have the second step, and have not, to set it up before anything else opens."""

    still_open = frozenset({"second-step", "sign-out", "privacy"})

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """What comes of a request."""
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> HttpResponse | None:
        """Elsewhere, or nothing, and then the page follows."""
        if not getattr(view, "login_required", True) or request.resolver_match.url_name in self.still_open:
            return None  # without a look at who asks: who answers a round by a link is nobody
        if settings.REQUIRE_TOTP == "none" or not request.user.is_authenticated:
            return None
        return redirect("second-step") if must_have_it(request.user) and not has_it(request.user) else None
