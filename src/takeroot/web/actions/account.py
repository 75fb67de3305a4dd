"""What people change of themselves: what they are called, their password, the second step, where they are signed in."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from takeroot.errors import TakerootError
from takeroot.web import second_step, sessions
from takeroot.web.actions.line import leave
from takeroot.web.models import Invitation, Person, RecoveryCode
from takeroot.web.roles import digest


@transaction.atomic
def sign_in_noted(person: Person, *, means: str) -> None:
    """Note in the trail that somebody signed in, and by what."""
    leave(person.sign_in, "signed in", means=means)


@transaction.atomic
def change_name(person: Person, *, name: str, email: str, by: str) -> None:
    """Change what somebody is called, and where e-mail reaches them."""
    changed = [column for column, now in (("name", name), ("email", email)) if getattr(person, column) != now]
    if not changed:
        return
    person.name, person.email = name, email
    person.save(update_fields=changed)
    leave(by, "changed a name or an e-mail address", person=person.sign_in, changed=changed)


def acceptable(password: str, person: Person) -> None:
    """Refuse a password that would soon be guessed.

    Raises
    ------
    TakerootError
        With what is wrong with it.
    """
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise TakerootError(" ".join(error.messages)) from None
    if password.casefold() in {person.sign_in.casefold(), person.email.casefold(), person.name.casefold()}:
        raise TakerootError("The password is your own name; choose another.")


@transaction.atomic
def change_password(person: Person, *, old: str, new: str, by: str, keep: str | None = None) -> None:
    """Change a password, and end every session but the one of the key ``keep``.

    Raises
    ------
    TakerootError
        If the old one is not right, or the new one would soon be guessed.
    """
    now = Person.objects.select_for_update().get(pk=person.pk)
    if not now.check_password(old):
        raise TakerootError("The old password is not right, so nothing was changed. Capitals count.")
    if old == new:
        raise TakerootError("The new password is the old one; choose another.")
    acceptable(new, now)
    _set_password(now, new, but=keep)
    person.password = now.password
    leave(by, "changed a password", person=person.sign_in)


@transaction.atomic
def reset_password(secret: str, *, new: str) -> Person | None:
    """Set a password anew by a link that serves once; None where it opens nothing."""
    Invitation.objects.select_for_update().filter(digest=digest(secret)).first()
    link = open_reset(secret)
    if link is None or link.person is None:
        return None
    person = Person.objects.select_for_update().get(pk=link.person.pk)
    acceptable(new, person)
    _set_password(person, new)
    Invitation.objects.filter(person=person, used__isnull=True).update(used=timezone.now())
    leave(person.sign_in, "set a password by a link", person=person.sign_in, link=link.pk)
    return person


def open_reset(secret: str) -> Invitation | None:
    """The link of this secret by which a password may be set, if it still serves."""
    return (
        Invitation.objects.select_related("person")
        .filter(digest=digest(secret), programme__isnull=True, person__is_active=True)
        .filter(used__isnull=True, revoked__isnull=True, expires__gt=timezone.now())
        .first()
    )


def _set_password(person: Person, password: str, but: str | None = None) -> None:
    person.set_password(password)
    person.save(update_fields=["password"])
    sessions.end(person, but=but)


@transaction.atomic
def set_up_second_step(person: Person, *, key: str, code: str, by: str, keep: str | None = None) -> list[str]:
    """Ask for a code of an app at every sign-in from now on; the recovery codes, to be shown this once.

    Raises
    ------
    TakerootError
        If it is set up already, or the code is not one of this key.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    if second_step.has_it(person):
        raise TakerootError("The second step is set up already. To use another app, take it off first.")
    at = second_step.fits(key, code)
    if at is None:
        raise TakerootError(
            "This code does not fit. Take the one that the app shows now; if none fits, see that the clock of the "
            "phone is right."
        )
    TOTPDevice.objects.filter(user=person).delete()
    TOTPDevice.objects.create(user=person, name="authenticator app", key=key, confirmed=True, last_t=at)
    codes = _new_codes(person)
    sessions.end(person, but=keep)
    leave(by, "set up the second step", person=person.sign_in)
    return codes


@transaction.atomic
def renew_recovery_codes(person: Person, *, by: str) -> list[str]:
    """Ten new recovery codes, to be shown this once; the old ones open nothing any more."""
    Person.objects.select_for_update().get(pk=person.pk)
    codes = _new_codes(person)
    leave(by, "made new recovery codes", person=person.sign_in)
    return codes


def _new_codes(person: Person) -> list[str]:
    codes = second_step.new_recovery_codes()
    RecoveryCode.objects.filter(person=person).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(person=person, digest=second_step.recovery_digest(person, code)) for code in codes]
    )
    return codes


@transaction.atomic
def take_off_second_step(person: Person, *, by: str, why: str = "") -> None:
    """Ask for the password alone from now on."""
    removed, _ = TOTPDevice.objects.filter(user=person).delete()
    RecoveryCode.objects.filter(person=person).delete()
    if removed:
        leave(by, "took off the second step", why=why, person=person.sign_in)


@transaction.atomic
def end_sessions(person: Person, *, by: str, but: str | None = None, only: str | None = None) -> int:
    """Sign somebody out: everywhere but in the session of the key ``but``, or ``only`` in one."""
    ended = sessions.end(person, but=but, only=only)
    if ended:
        leave(by, "ended sessions", person=person.sign_in, sessions=ended)
    return ended
