"""Who knocks too often waits: guesses of names, codes and links grow slow, and nobody is locked out for good.

What is kept of a failed try is a digest of the name or of the address that it came from, for a day. Names that exist
and names that do not are treated alike. A browser in which somebody has signed in before is counted by itself, so that
strangers who try a name do not keep its owner out.

::

    tried = throttle.knock("sign in", *throttle.by_name(request, typed))  # TooOften, if it is
    ...                                                                   # try the password
    throttle.opened(tried)                                                # it was right: forgotten
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from takeroot.charts.wording import counted
from takeroot.errors import TakerootError
from takeroot.web.models import Knock, Person
from takeroot.web.requests import client_address

#: For how long failures are kept at all, and the longest that anybody waits.
KEPT = timedelta(days=1)
LONGEST = timedelta(minutes=15)
FIRST = timedelta(minutes=1)

#: The cookie of a browser in which somebody has signed in before, and for how long it says so.
KNOWN = "takeroot_known"
KNOWN_FOR = timedelta(days=180)

_SALT = "takeroot.web.throttle"
#: The lock under which PostgreSQL counts one knock after the other; SQLite has one writer at a time anyway.
_COUNTING = 0x7A6B6E6F


class TooOften(TakerootError):
    """Too many tries have failed: ``wait`` says how long until the next one is heard."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        seconds = max(1, -int(-wait.total_seconds() // 1))
        how_long = counted(-(-seconds // 60), "minutes") if seconds > 90 else counted(seconds, "seconds")
        super().__init__(
            f"That did not work too many times in a row. Wait {how_long}, then try again; nothing is locked for good."
        )

    @property
    def seconds(self) -> int:
        """What ``Retry-After`` says."""
        return max(1, -int(-self.wait.total_seconds() // 1))


class Who(NamedTuple):
    """Whom tries are counted for: a digest, how many failures are free, within how long, and if a success clears."""

    digest: str
    free: int
    within: timedelta
    clears: bool


@dataclass(frozen=True)
class Knocked:
    """A try that is counted as failed until it opens."""

    what: str
    whos: tuple[Who, ...]
    rows: tuple[int, ...]


def by_address(request: HttpRequest) -> Who:
    """Whoever tries from this address: a house full of people may share one, so a success clears nothing."""
    return Who(_digest("address", _house_of(client_address(request))), 30, timedelta(minutes=15), clears=False)


def by_name(request: HttpRequest, name: str) -> tuple[Who, ...]:
    """Whoever tries this name from this address; a browser that has signed in by it before, by itself."""
    name = name.strip().casefold()
    known = _known(request)
    if known and known["name"] == _digest("known name", name):
        return (Who(_digest("browser", known["browser"]), 5, KEPT, clears=True),)
    return Who(_digest("name", name), 5, KEPT, clears=True), by_address(request)


def _house_of(address: str) -> str:
    """The address; of the sixth version its first half, for the second is its owner's to choose."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return str(ip) if ip.version == 4 else str(ip_network((ip, 64), strict=False))


def check(what: str, *whos: Who) -> None:
    """Refuse to go on where one of these has failed too often.

    Raises
    ------
    TooOften
        With how long to wait: a minute at first, twice as long after each further failure, at most a quarter of an
        hour.
    """
    now = timezone.now()
    waits = [_wait(what, who, now) for who in whos]
    if waits and max(waits) > timedelta(0):
        raise TooOften(max(waits))


def failed(what: str, *whos: Who) -> tuple[int, ...]:
    """Count a try that failed."""
    forget_old()
    now = timezone.now()
    made = Knock.objects.bulk_create([Knock(at=now, what=what, who=who.digest) for who in whos])
    return tuple(one.pk for one in made)


def forget_old() -> None:
    """Throw away what is older than a day; done at every try, and to be done daily where nobody tries."""
    Knock.objects.filter(at__lt=timezone.now() - KEPT).delete()


def knock(what: str, *whos: Who) -> Knocked:
    """Check, and count the try as failed before it is made: a hundred at once are not a hundred free guesses.

    Raises
    ------
    TooOften
        If one of these has failed too often.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_COUNTING])
        check(what, *whos)
        return Knocked(what, whos, failed(what, *whos))


def opened(tried: Knocked) -> None:
    """The try was right: it is no failure, and those of this name before it are forgotten."""
    Knock.objects.filter(pk__in=tried.rows).delete()
    clears = [who.digest for who in tried.whos if who.clears]
    Knock.objects.filter(what=tried.what, who__in=clears).delete()


def remember(request: HttpRequest, response: HttpResponse, person: Person) -> None:
    """Let the browser show next time that this person has signed in with it before."""
    name = _digest("known name", person.sign_in.casefold())
    known = _known(request)
    browser = known["browser"] if known and known["name"] == name else secrets.token_urlsafe(18)
    response.set_cookie(
        KNOWN,
        signing.dumps({"name": name, "browser": browser}, salt=_SALT),
        max_age=KNOWN_FOR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _wait(what: str, who: Who, now: datetime) -> timedelta:
    """How long there is still to wait, after what failed before."""
    times: Sequence[datetime] = list(
        Knock.objects.filter(what=what, who=who.digest, at__gt=now - KEPT).order_by("-at").values_list("at", flat=True)
    )
    if len([at for at in times if at > now - who.within]) < who.free:
        return timedelta(0)
    doubled = min(len(times) - who.free, 8)
    return times[0] + min(FIRST * 2**doubled, LONGEST) - now


def _known(request: HttpRequest) -> dict[str, Any] | None:
    """What the cookie of a known browser says, if it is one of ours."""
    try:
        said = signing.loads(request.COOKIES.get(KNOWN, ""), salt=_SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return None
    return said if isinstance(said, dict) and {"name", "browser"} <= said.keys() else None


def _digest(kind: str, text: str) -> str:
    return salted_hmac(_SALT, f"{kind}\0{text}", algorithm="sha256").hexdigest()[:32]
