"""Who is signed in, with which browser, since when: so that its owner can see it and end it.

The database keeps a digest of what the cookie holds, so that whoever reads the database, or a copy of it, can not go on
in somebody's name. A session ends when it was not used for a while (``SESSION_IDLE``), and at the latest so long after
it began (``SESSION_COOKIE_AGE``). Django takes the engine from the name of this module.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login
from django.contrib.sessions.backends.db import SessionStore as Kept
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from takeroot.web.models import Person, Session

#: How old the note of when a session was last used may grow before it is written again.
NOTED_EVERY = timedelta(minutes=3)

_SINCE, _AGENT = "_since", "_agent"


class SessionStore(Kept):
    """A session, kept under a digest of its key."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Where it is kept."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        """The session, if it has neither ended nor lain idle for too long; that it was used is noted now and then."""
        now = timezone.now()
        kept = Session.objects.filter(
            session_key=kept_as(self.session_key or ""), expire_date__gt=now, seen__gt=now - idle()
        ).first()
        if kept is None:
            self._session_key = None
        elif kept.seen < now - NOTED_EVERY:
            Session.objects.filter(pk=kept.pk).update(seen=now)
        return kept

    def exists(self, session_key: str) -> bool:
        """Whether there is one of this key."""
        return Session.objects.filter(session_key=kept_as(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row that keeps it: whose it is, which browser, since when, and when it ends at the latest."""
        now = timezone.now()
        data.setdefault(_SINCE, now.isoformat())
        since = datetime.fromisoformat(data[_SINCE])
        return Session(
            session_key=kept_as(self._get_or_create_session_key()),
            session_data=self.encode(data),
            expire_date=since + timedelta(seconds=settings.SESSION_COOKIE_AGE),
            person_id=data.get(SESSION_KEY),
            agent=data.get(_AGENT, ""),
            since=since,
            seen=now,
        )

    @classmethod
    def clear_expired(cls) -> None:
        """Throw away those that have ended, and those that lay idle for too long."""
        now = timezone.now()
        Session.objects.filter(Q(expire_date__lt=now) | Q(seen__lt=now - idle())).delete()

    def delete(self, session_key: str | None = None) -> None:
        """End it."""
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(session_key=kept_as(key)).delete()


def kept_as(session_key: str) -> str:
    """What the database keeps of a session's key."""
    return blake2b(session_key.encode(), digest_size=20).hexdigest()


def idle() -> timedelta:
    """For how long a session may lie unused."""
    return timedelta(seconds=settings.SESSION_IDLE)


def begin(request: HttpRequest, person: Person) -> None:
    """Sign somebody in, in a session that was not there before."""
    login(request, person)
    request.session[_SINCE] = timezone.now().isoformat()
    request.session[_AGENT] = browser_said(request.headers.get("User-Agent", ""))
    SessionStore.clear_expired()


def of_person(person: Person) -> QuerySet[Session]:
    """The sessions of somebody that are still open, latest use first."""
    now = timezone.now()
    return Session.objects.filter(person=person, expire_date__gt=now, seen__gt=now - idle()).order_by("-seen")


def end(person: Person, *, but: str | None = None, only: str | None = None) -> int:
    """End sessions of somebody: all, all but the one of this key, or only the one that is kept under this name."""
    found = Session.objects.filter(person=person)
    found = found.filter(session_key=only) if only is not None else found
    found = found.exclude(session_key=kept_as(but)) if but else found
    return found.delete()[0]


#: Names of browsers and systems as they appear in what a browser says of itself; the first that fits is it.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "a Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_said(agent: str) -> str:
    """Which browser it is, in a few words; no version and no more, for that would be keeping a fingerprint.

    Examples
    --------
    >>> browser_said("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    >>> browser_said("curl/8.5")
    'a browser that does not say which'
    """
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " on ".join(filter(None, (browser, system))) or "a browser that does not say which"
