"""Where somebody records: the frame of the pages, and the addresses around them.

A member records at ``/p/<slug>/record/``; a team without an account at the same pages under its site's link. Both are
one :class:`Home` beside a :class:`~takeroot.web.roles.Visit`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.urls import reverse

from takeroot.web.actions.rows import SIGNED
from takeroot.web.addresses import address
from takeroot.web.forms.entries import ENTRIES, GROUPS
from takeroot.web.forms.entry import Entry
from takeroot.web.models import SiteRow
from takeroot.web.panels.head import Page, head
from takeroot.web.roles import May, Visit, digest, memberships, scope_of
from takeroot.web.scope import Scope


@dataclass(frozen=True)
class Home:
    """Where somebody records.

    Parameters
    ----------
    base
        The address under which ``record/`` stands, with a slash at its end.
    frame
        The template that the pages extend.
    head
        What that template needs, worked out when a page is shown.
    account
        Whether somebody is signed in: drafts are kept for them, and rows have pages.
    """

    base: str
    frame: str = "programme.html"
    head: Callable[[], Mapping[str, Any]] = dict
    account: bool = True

    @property
    def choose(self) -> str:
        """Where one chooses what to log."""
        return f"{self.base}record/"

    def record(self, table: str) -> str:
        """Where a row of a table is logged."""
        return f"{self.base}record/{table}"

    def row(self, reference: str) -> str:
        """The page of a row; nothing, where rows have none."""
        table, _, row_id = reference.partition(":")
        return f"{self.base}rows/{table}/{row_id}" if self.account else ""

    def site(self, visit: Visit, site: str | None) -> str:
        """The home of a site, if it has one."""
        if not self.account:
            return self.base
        row = SiteRow.objects.filter(programme=visit.programme, site=site).first() if site else None
        return address("site", visit.programme.slug, row.id) if row else ""

    def page(self, title: str, says: str) -> dict[str, Any]:
        """What the frame needs for a page of this title."""
        return {**self.head(), "page": Page("record", title, says), "home": self, "parts": [], "part": ""}


def home_of(visit: Visit) -> Home:
    """Where a member of a programme records."""
    return Home(reverse("overview", args=[visit.programme.slug]), head=partial(head, visit, "record"))


def scope_for(visit: Visit, entry: Entry) -> Scope | None:
    """How far somebody may make entries of a kind; None if not at all."""
    return _of(visit, _scopes(visit), entry)


def offered(visit: Visit) -> dict[str, list[Entry]]:
    """The kinds of entry that somebody may make, under their heads."""
    scopes = _scopes(visit)
    found = {title: [one for one in entries if _of(visit, scopes, one)] for title, entries in GROUPS.items()}
    return {title: entries for title, entries in found.items() if entries}


def loggable(visit: Visit, site: str) -> frozenset[str]:
    """The tables of which somebody may make an entry for a site."""
    scopes = _scopes(visit)
    reach = {table: _of(visit, scopes, entry) for table, entry in ENTRIES.items()}
    return frozenset(table for table, scope in reach.items() if scope is not None and scope.holds(site))


def _scopes(visit: Visit) -> dict[May, Scope | None]:
    """How far each leave reaches that somebody has."""
    if visit.person is None:
        return dict.fromkeys(visit.may, visit.scope)
    held = list(memberships(visit.person).filter(programme=visit.programme))
    return {leave: scope_of(held, leave) for leave in visit.may}


def _of(visit: Visit, scopes: Mapping[May, Scope | None], entry: Entry) -> Scope | None:
    """How far a kind of entry may be made: of sites, or in words that somebody signs who is signed in."""
    scope = scopes.get(entry.leave)
    signs = visit.person is not None and entry.of in SIGNED
    return scope if scope is not None and (scope.whole or entry.of_sites or signs) else None


def device(visit: Visit) -> str:
    """Whose drafts a browser keeps: those of one person, or of one link, in one programme."""
    who = f"person-{visit.person.pk}" if visit.person else f"link-{digest(visit.by)[:16]}"
    return f"{visit.programme.slug}/{who}"
