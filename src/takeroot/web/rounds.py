"""Reading rounds: who may answer which, and what stands on a sheet.

Answers of an anonymous round lie sealed until it closes. Then they stand in the table of answers, where no scope
reaches them: :mod:`takeroot.web.answered` gives them to what shows groups and withholds small ones, nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from takeroot.vocabulary.instrument import Instrument
from takeroot.web import vault
from takeroot.web.models import Asking, Programme, Reply, Slip
from takeroot.web.models.rounds import AS_WRITTEN
from takeroot.web.roles import Visit, digest
from takeroot.web.scope import Scope

#: The smallest floor, and how many roles a respondent chooses from at most.
FLOOR, MOST_ROLES = 5, 8
#: Who answers, unless the round says otherwise.
ROLES = (
    "I work with patients or the people we serve",
    "I lead or manage a team or service",
    "I support the improvement from outside the team",
    "Patient, carer or community partner",
)
#: What stands as the role of whoever rather does not say.
NOT_SAID = "Rather not say"
#: The sheet that a team fills in together.
TEAM = "team"


@dataclass(frozen=True)
class Said:
    """What stands on a sheet.

    Parameters
    ----------
    answers, words
        By question: the answer as it is stored, and what was added.
    role
        Which the respondent chose; empty, where none was.
    released
        The questions of which others may read what was written in words.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    role: str = ""
    released: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, Any] | None) -> Said:
        """As it was kept."""
        if not said:
            return cls()
        every = (*said["answers"], *said["words"]) if said.get("release") else ()  # kept when it was all or nothing
        return cls(said["answers"], said["words"], said["role"], tuple(said.get("released", every)))

    @property
    def kept(self) -> dict[str, Any]:
        """To be kept."""
        return {
            "answers": dict(self.answers), "words": dict(self.words), "role": self.role,
            "released": sorted(self.released),
        }  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self.answers or self.words)


@dataclass(frozen=True)
class Sheet:
    """A respondent's sheet: as it is being written, and as it was sent, if it was."""

    draft: Said = field(default_factory=Said)
    sent: Said | None = None

    @property
    def changed(self) -> bool:
        """Whether something was written that has not been sent."""
        return self.sent is not None and self.sent != self.draft


def questionnaires(programme: Programme) -> dict[str, Instrument]:
    """The instruments with which a round may begin, in the editions in use, by their ids."""
    shelf = programme.library
    library = {of[0]: shelf.editions[of] for of in shelf.in_use.items() if of in shelf.editions}
    return {name: one for name, one in library.items() if one.kind == "questionnaire" and not one.shell}


def texts_of(programme: Programme, instrument: Instrument) -> dict[str, Any]:
    """An instrument as it stands, as it was written and in each language into which it is translated."""
    shelf = programme.library
    spoken = shelf.translations.get((instrument.id, instrument.edition), {})
    said = {AS_WRITTEN: instrument}
    said |= {one: shelf.find(instrument.id, instrument.edition, one) for one in spoken}
    return {language: one.model_dump(mode="json") for language, one in said.items()}


def seen_by(visit: Visit) -> list[Asking]:
    """The rounds that somebody may know of: of the programme, and of the sites that they see; the latest first."""
    return list(_within(visit.programme, visit.scope))


def one_of(visit: Visit, number: int) -> Asking:
    """One of them.

    Raises
    ------
    Http404
        If it is not there, or not for them.
    """
    asking = _within(visit.programme, visit.scope).filter(pk=number).first()
    if asking is None:
        raise Http404
    return asking


def _within(programme: Programme, scope: Scope) -> Any:
    places = Q() if scope.sites is None else Q(site="") | Q(site__in=sorted(scope.sites))
    return Asking.objects.filter(places, programme=programme).select_related("programme")


def by_secret(secret: str) -> tuple[Asking, str]:
    """The round that a link or slip opens, and the code of whoever has the slip; no code, for a link.

    Raises
    ------
    Http404
        If it opens nothing.
    """
    found = digest(secret)
    asking = Asking.objects.filter(digest=found, way="link").select_related("programme").first()
    if asking is not None:
        return asking, ""
    slip = Slip.objects.filter(digest=found).first()
    if slip is None:
        raise Http404
    rounds = Asking.objects.filter(programme=slip.programme_id, way="slips").select_related("programme")
    of_series = [one for one in rounds if one.series == slip.series]
    stands = {name: [one for one in of_series if one.stands() == name] for name in ("open", "closed", "to come")}
    chosen = next((those for those in stands.values() if those), None)
    if chosen is None:
        raise Http404
    return chosen[0], vault.code_of(slip.programme_id, slip.series, secret)


def code_in(asking: Asking, written: str) -> str:
    """The code under which the answers of whoever wrote this code down are kept; empty, if it was not made here."""
    read = vault.read_code(written)
    return vault.code_of(asking.programme_id, asking.series, read) if read else ""


def sheet_of(asking: Asking, code: str) -> Sheet:
    """What a respondent has written in a round so far."""
    row = Reply.objects.filter(asking=asking, code=code).first()
    return opened(asking, row) if row else Sheet()


def opened(asking: Asking, row: Reply) -> Sheet:
    """A sheet, unsealed.

    Raises
    ------
    TakerootError
        If the key of the answers is another one.
    """
    said = vault.opened(row.sealed, f"{asking.pk}\0{row.code}")
    return Sheet(Said.of(said["draft"]), Said.of(said["sent"]) if said["sent"] is not None else None)


def part(said: Said, asked: Iterable[str]) -> Said:
    """What was said to some of the questions."""
    names = set(asked)
    return Said(
        {name: one for name, one in said.answers.items() if name in names and one},
        {name: one for name, one in said.words.items() if name in names and one},
    )


def in_words(instrument: Instrument, said: Said) -> dict[str, str]:
    """What was written in words, by question: an answer that is words, and words beside an answer."""
    told = {}
    for question in instrument.questions:
        own = said.answers.get(question.id, "") if instrument.scale(question).kind == "text" else ""
        if text := "\n".join(filter(None, (own, said.words.get(question.id, "")))):
            told[question.id] = text
    return told


def mark_of(said: Said) -> str:
    """The same for what says the same."""
    return digest(repr((sorted(said.answers.items()), sorted(said.words.items()))))[:24]


def sealed(asking: Asking, code: str, sheet: Sheet) -> str:
    """A sheet, sealed."""
    said = {"draft": sheet.draft.kept, "sent": sheet.sent.kept if sheet.sent is not None else None}
    return vault.sealed(said, f"{asking.pk}\0{code}")


def answered_about(asking: Asking) -> str:
    """How many have answered, so that nobody is found out by it: as of yesterday, and in steps of the floor."""
    if asking.answered is not None:
        return f"{asking.answered:,}" if asking.answered >= asking.floor else f"fewer than {asking.floor}"
    if not asking.anonymous:
        return f"{asking.replies.filter(sent=True).count():,}"
    count = asking.replies.filter(sent=True, on__lt=timezone.localdate()).count()
    least = count - count % asking.floor
    return f"at least {least:,} up to yesterday" if least else f"not yet known to be {asking.floor} or more"
