"""Rounds of a real questionnaire, begun, answered and closed, for tests of what is shown of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from takeroot.web import actions, vault
from takeroot.web.models import Asking
from takeroot.web.panels.assess import kept
from takeroot.web.rounds import Said, mark_of
from takeroot.web.scope import Scope

EVERYTHING = Scope.everything()


def begun(programme: Any, name: str = "Spring", of: str = "npt", **said: Any) -> Asking:
    """A round, begun by Ana."""
    today = timezone.localdate()
    usual: dict[str, Any] = {
        "name": name, "instrument": kept.in_use()[of], "kind": "anonymous", "way": "slips", "opens": today,
        "closes": today + timedelta(days=14), "by": "ana", "scope": EVERYTHING, "roles": ["nurse", "doctor", "carer"],
    }  # fmt: skip
    return actions.begin_round(programme, **(usual | said))


def answer(
    asking: Asking,
    who: str,
    answers: Mapping[str, str],
    *,
    role: str = "",
    words: Mapping[str, str] | None = None,
    released: tuple[str, ...] = (),
) -> str:
    """What a respondent with a slip sends; the code under which it is kept."""
    code = who if asking.kind == "open" else vault.code_of(asking.programme_id, asking.series, who)
    said = Said(dict(answers), dict(words or {}))
    asked = [one.id for one in asking.asks().questions]
    actions.keep_page(asking, code, asked=asked, said=said, seen=mark_of(Said()))
    actions.send_sheet(asking, code, role=role, released=released, by=who)
    return code


def closed(asking: Asking) -> Asking:
    """The round, closed by Ana."""
    return actions.close_round(Asking.objects.get(pk=asking.pk), by="ana")


def asked(
    programme: Any, sheets: Mapping[str, tuple[str, Mapping[str, str]]], name: str = "Spring", **said: Any
) -> Asking:
    """A round that was answered by these people, each with a role and answers, and closed."""
    asking = begun(programme, name, **said)
    for who, (role, answers) in sheets.items():
        answer(asking, who, answers, role=role)
    return closed(asking)
