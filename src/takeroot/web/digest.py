"""What changed since last time, what is asked, due and missing: for each member, as far as they may see.

The same words stand on a page, in a text and in a file. Sites come in the given order; nothing is called late, behind
or failing. It is made from what a member's own scope lets them read, so nobody is told of what they could not look up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from hashlib import blake2b
from typing import Any

import polars as pl
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Count
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify

from takeroot.analysis.explanation.telling import tell
from takeroot.charts.wording import counted, day
from takeroot.vocabulary.tables import TABLES
from takeroot.web.frames import Book
from takeroot.web.models import Person, Programme, Trail
from takeroot.web.panels.asked import Question, asked
from takeroot.web.panels.heard import heard, quiet
from takeroot.web.panels.site_home import CHANGED, NOT_DONE
from takeroot.web.roles import ROLES, May, Visit, enter, memberships, programmes_of
from takeroot.web.scope import ANSWER, QUESTION
from takeroot.web.stored import STORED

#: So many sites, and so many sentences of each, are written out; of more, the number is said.
SITES, EACH, LISTED = 60, 5, 20
#: Actions are listed that are due within so many days.
AHEAD = timedelta(days=31)
#: The lines of the trail by which a whole programme came in: nothing changed by them.
_LOADED = ("loaded the programme", "replaced the programme")


@dataclass(frozen=True)
class Part:
    """A part of a digest: its title, groups of sentences by site or without one, and what is said if there are none."""

    title: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    nothing: str
    more: str = ""


@dataclass(frozen=True)
class Digest:
    """What one member is told of one programme."""

    programme: str
    slug: str
    roles: str
    since: date
    until: date
    parts: tuple[Part, ...]
    next_step: str

    @property
    def days(self) -> str:
        """From when to when."""
        return f"{day(self.since)} to {day(self.until)}"


def a_month_ago(today: date) -> date:
    """The day from which a monthly digest speaks.

    Examples
    --------
    >>> a_month_ago(date(2024, 3, 31))
    datetime.date(2024, 2, 29)
    """
    before = today.replace(day=1) - timedelta(days=1)
    return before.replace(day=min(today.day, before.day))


def of(visit: Visit, since: date, today: date) -> Digest:
    """What this member is told of the programme."""
    return _Digesting(visit, since, today).digest()


def for_person(person: Person, since: date, today: date) -> list[Digest]:
    """What somebody is told of every programme that they may read."""
    return [of(enter(person, programme.slug, May.READ), since, today) for programme, _ in programmes_of(person)]


def people() -> Iterator[Person]:
    """Everybody who is a member of something today; those of the demonstration only while it is on."""
    for person in Person.objects.filter(is_active=True).order_by("sign_in"):
        if (settings.DEMO or not person.demo) and memberships(person).exists():
            yield person


def file_name(person: Person) -> str:
    """What the files of a person are called: their sign-in, where it can stand as the name of a file.

    Examples
    --------
    >>> file_name(Person(sign_in="ana")), file_name(Person(sign_in="../ana"))
    ('ana', 'ana-f1e04c6c')
    """
    plain = slugify(person.sign_in)[:60]
    if plain == person.sign_in:
        return plain
    return f"{plain or 'member'}-{blake2b(person.sign_in.encode(), digest_size=4).hexdigest()}"


def as_text(digests: Iterable[Digest]) -> str:
    """A digest in plain text."""
    return render_to_string("digest_text.html", {"digests": list(digests)})


def as_html(digests: Iterable[Digest]) -> str:
    """A digest as one file that leads nowhere else."""
    return render_to_string("digest_file.html", {"digests": list(digests)})


def send(person: Person, digests: list[Digest]) -> bool:
    """Send it by e-mail, where mail is set up and the person has an address; whether it was sent."""
    if not (settings.is_overridden("EMAIL_HOST") and settings.EMAIL_HOST and person.email and digests):
        return False
    names = ", ".join(one.programme for one in digests)
    subject = " ".join(f"What changed: {names}".split())[:150]
    message = EmailMultiAlternatives(subject, as_text(digests), to=[person.email])
    message.attach_alternative(as_html(digests), "text/html")
    return bool(message.send())


class _Digesting:
    """What one member may know of one programme, and what of it they are told."""

    def __init__(self, visit: Visit, since: date, today: date) -> None:
        self.visit, self.since, self.today = visit, since, today
        self.programme: Programme = visit.programme
        self.book = Book(visit.programme, visit.scope)
        self.record = self.book.programme
        self.heard = heard(self.book)
        self.quiet = quiet(self.heard, today)
        held = list(memberships(visit.person).filter(programme=visit.programme)) if visit.person else []
        self.roles = [role for role in ROLES if role in {one.role for one in held}]
        self.writes = May.RECORD in visit.may

    def digest(self) -> Digest:
        parts = [self.changed(), self.asks()]
        if self.writes:
            parts += [self.due(), self.missing()]
        return Digest(
            self.record.name,
            self.programme.slug,
            ", ".join(self.roles),
            self.since,
            self.today,
            tuple(parts),
            self.next_step(),
        )

    @cached_property
    def names(self) -> dict[str, str]:
        """What each site is called, in the given order."""
        return dict(self.heard.select("site", "called").iter_rows())

    def changed(self) -> Part:
        """What was written since, site by site."""
        said = self._said()
        whole = said.pop(None, [])
        groups = [("The programme", tuple(_cut(whole)))] if whole else []
        sites = [site for site in self.names if site in said]
        groups += [(self.names[site], tuple(_cut(said[site]))) for site in sites[:SITES]]
        more = f"{counted(len(sites) - SITES, 'sites')} more changed." if len(sites) > SITES else ""
        return Part("What changed, and where", tuple(groups), "Nothing was written that you may see.", more)

    def _said(self) -> dict[str | None, list[str]]:
        """Sentences of what was written since, by site; values are counted."""
        first, loaded = self._lines()
        said: dict[str | None, list[str]] = {}
        if first is None:
            return said
        for name in (*CHANGED, "supports", "successions"):
            refs = pl.Series([f"{name}:{one}" for one in self._written(name, first, loaded)], dtype=pl.String)
            if not refs.len():
                continue
            for row in tell(self.record, name, refs).iter_rows(named=True):
                said.setdefault(row["site"], []).append(row["says"])
        for name in ("values", "deliveries"):
            for site, number in self._counted(name, first, loaded):
                said.setdefault(site, []).append(f"{counted(number, name)} written.")
        return said

    def _lines(self) -> tuple[int | None, list[int]]:
        """The first line of the trail since then, and those by which a whole programme came in."""
        at = timezone.make_aware(datetime.combine(self.since, time()))
        lines = Trail.objects.filter(programme=self.programme.slug, at__gte=at)
        first = lines.order_by("id").values_list("pk", flat=True).first()
        return first, list(lines.filter(did__in=_LOADED).values_list("pk", flat=True))

    def _rows(self, name: str, first: int, loaded: list[int]) -> Any:
        seen = self.visit.scope.rows(TABLES[name])
        rows = STORED[name].objects
        if seen is None:
            return rows.none()
        return rows.filter(seen, programme=self.programme, line__gte=first).exclude(line__in=loaded)

    def _written(self, name: str, first: int, loaded: list[int]) -> list[str]:
        ids = self._rows(name, first, loaded).order_by("row").values_list("id", flat=True)
        kept = set(getattr(self.record, name)["id"])
        if name == "notes":  # a note that may be counted but not read is not told
            kept = set(self.record.notes.filter(pl.col("visibility").is_not_null() | self.visit.scope.narrative)["id"])
        return [one for one in ids if one in kept and not one.startswith((QUESTION, ANSWER))]

    def _counted(self, name: str, first: int, loaded: list[int]) -> list[tuple[str, int]]:
        rows = self._rows(name, first, loaded).order_by("site").values("site").annotate(number=Count("row"))
        return [(one["site"], one["number"]) for one in rows]

    @cached_property
    def open_questions(self) -> list[Question]:
        """What was asked and is not answered yet."""
        return [one for one in self.book.words(asked, Question) if not one.answers]

    def asks(self) -> Part:
        """What sites ask."""
        groups = _by_site((one.site, f"{one.asks} (asked on {one.on})") for one in self.open_questions)
        return Part("What is asked", self._named(groups), "No question is open.")

    def due(self) -> Part:
        """Actions that are open and due by then."""
        rows = self.record.actions.filter(NOT_DONE, pl.col("due") <= self.today + AHEAD).sort(
            "due", maintain_order=True
        )
        groups = _by_site(
            (row["site"], f"{row['title']}{_owner(row)}: by {day(row['due'])}") for row in rows.iter_rows(named=True)
        )
        return Part("What is due", self._named(groups), f"No action is due by {day(self.today + AHEAD)}.")

    def missing(self) -> Part:
        """Whom nobody heard of late; silence is no judgement."""
        lines = tuple(
            f"{row['called']}: {'last heard on ' + day(row['heard']) if row['heard'] else 'not heard yet'}"
            for row in self.quiet.head(LISTED).iter_rows(named=True)
        )
        more = self.quiet.height - LISTED
        return Part(
            "What is missing",
            (("", lines),) if lines else (),
            "Every site was heard within three months.",
            f"{counted(more, 'sites')} more." if more > 0 else "",
        )

    def next_step(self) -> str:
        """One thing to do next, by role."""
        asks, quiet = len(self.open_questions), self.quiet.height
        answers = not {"lead", "analyst", "coach"}.isdisjoint(self.roles)
        if answers and asks:
            which = "question that is" if asks == 1 else f"{asks} questions that are"
            return f"Answer the {which} open, on the pages of the sites."
        if answers and quiet:
            return "Call or write to a site of which you have not heard, and write down what you hear."
        if "lead" in self.roles:
            return "Hold a review of what changed, and write down how you read it."
        if self.writes:
            return "Write a line on the page of your site, even if nothing has changed."
        return "Read what changed, and ask on the pages of the programme what you would like to know."

    def _named(self, groups: dict[str | None, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Groups with the names of their sites, the programme first and then in the given order."""
        order = [site for site in (None, *self.names) if site in groups]
        return tuple(
            (self.names[site] if site else "The programme", tuple(_cut(groups[site], LISTED))) for site in order[:SITES]
        )


def _by_site(said: Iterable[tuple[str | None, str]]) -> dict[str | None, list[str]]:
    groups: dict[str | None, list[str]] = {}
    for site, sentence in said:
        groups.setdefault(site, []).append(sentence)
    return groups


def _cut(sentences: list[str], most: int = EACH) -> list[str]:
    """As many as are written out, and how many more there are."""
    if len(sentences) <= most:
        return sentences
    return [*sentences[:most], f"and {len(sentences) - most:,} more."]


def _owner(row: dict[str, Any]) -> str:
    return f" ({row['owner']})" if row["owner"] else ""
