"""The two answers on one page, and how a page was made: for those who read no more than that."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from takeroot import __version__
from takeroot.charts.wording import ENOUGH_FOR_A_PERCENTAGE, agree, day, listed
from takeroot.reporting.answers import as_planned, attention, without_account
from takeroot.reporting.blocks import Account, Accounts, Beside, Block, Missing, Part, Section, Statements, Words
from takeroot.reporting.results import Results
from takeroot.reporting.sections.first import CHANGED, PLANNED, accounts_of
from takeroot.reporting.sections.foreseeing import in_a_word
from takeroot.reporting.sections.method import fingerprint
from takeroot.reporting.statement import Statement

#: So many letters of a doubt, of an account and of a detail stand on one page.
DOUBT, ACCOUNT, DETAIL = 80, 260, 420
#: Where so few statements are made, details follow; and so many paragraphs of each.
FEW, PARAGRAPHS = 7, 3
#: So many statements on what needs attention.
ASKS = 2


def brief(results: Results) -> Section:
    """The two answers side by side, cut to a page; what is cut stands whole in the full evaluation."""
    computed = Statements(tuple(_short(one) for one in _fitting(as_planned(results))))
    written: list[Block] = []
    accounts = accounts_of(results, "what changed and why")
    if accounts.groups:
        written.append(Accounts(tuple(tuple(map(_excerpt, group)) for group in accounts.groups)))
    else:
        written.append(Missing("No account is written yet of what changed and why."))
    changes = results.changes.filter(pl.col("matters"))
    without = changes.filter(pl.col("state") == "no account yet")
    if without.height:
        text = f"{without_account(without.height, changes.height)} no account yet."
        written.append(Statements((Statement(text, about="No account yet"),)))
    asks = [one for one in attention(results) if one.about != "No account yet"][:ASKS]
    if asks:
        written.append(Part("What needs attention", (Statements(tuple(_short(one) for one in asks)),)))
    if next_ := in_a_word(results):
        written.append(Part("What next", (Words(next_),)))
    sides = (Part(PLANNED, (computed,)), Part(CHANGED, tuple(written)))
    return Section("answers", "The two answers", (Beside(sides),))


def _fitting(statements: list[Statement]) -> list[Statement]:
    """What one page has room for: details, and of each its first paragraphs, only where little else is said."""
    plain = [one for one in statements if not one.detail]
    if len(plain) > FEW:
        return [one for one in plain if one.about != "Findings"]  # that there are further ones, the evidence shows
    details = [one for one in statements if one.detail]
    return [*plain, *(replace(one, text=cut(" ".join(one.paragraphs[:PARAGRAPHS]), DETAIL)) for one in details[:FEW])]


def _short(statement: Statement) -> Statement:
    return replace(statement, doubt=cut(statement.doubt, DOUBT))


def _excerpt(account: Account) -> Account:
    """The beginning of an account, in its writer's words."""
    return replace(account, text=cut(account.text, ACCOUNT))


def cut(text: str, most: int) -> str:
    """A text that ends with a sentence, or with an ellipsis, where it has more letters than that.

    Examples
    --------
    >>> cut("It began. It went on for a long time.", 20), cut("It went on for a long time", 15)
    ('It began. …', 'It went on for…')
    """
    if len(text) <= most:
        return text
    ends = [at + 1 for at in range(most) if text[at] in ".!?" and text[at + 1 : at + 2].isspace()]
    if ends and ends[-1] >= most // 3:
        return f"{text[: ends[-1]]} …"
    kept = text[:most].rsplit(" ", 1)[0]
    opened = kept.rfind("[")
    return f"{kept[:opened].rstrip() if opened > kept.rfind(']') else kept}…"


def made(results: Results, kind: str, site: str | None = None) -> Section:
    """In a few sentences: up to when, by which rules, what is withheld, and the command that gives it again."""
    programme, about, now = results.programme, results.programme.about, results.now
    told = [f"Counted up to {day(results.as_at)}; what came later is not counted." if results.as_at else ""]
    told.append(f"Denominator: {now['counted_from']}" if now is not None else "")
    names = [f"“{rule.name}”" for rule in programme.rules]
    told.append(f"Rules for “sustained”: {listed(names)}, none of them the default." if names else "")
    if results.series.height:
        sets = results.points.select("rules").drop_nulls().unique().sort("rules")["rules"].to_list()
        told.append(f"Charts are judged by {listed(sets)}; a signal says that something changed, not why.")
        left_out = programme.phases.filter(kind="exclude").height
        stretches = f"{left_out:,} {agree(left_out, 'stretch', 'stretches')} of points"
        told.append(f"{stretches} {agree(left_out, 'is', 'are')} left out of limits." if left_out else "")
    for reading in about.readings:
        told.append(f"Between {listed(reading.between)} figures follow {reading.chosen}, chosen by {reading.by}.")
    told.append(
        f"Small groups: a percentage stands only where its denominator is at least {ENOUGH_FOR_A_PERCENTAGE}, and "
        "answers only of groups that are large enough to hide each of them."
    )
    asked = f" --kind {kind}" if kind != "full" else ""
    asked += f" --site {site}" if site else ""
    told.append(
        f"Takeroot {__version__}, content {fingerprint(programme)}; `takeroot report PROGRAMME{asked} -o FILE` "
        "gives the same again."
    )
    return Section("made", "How this was made", (Words(" ".join(part for part in told if part), quiet=True),))
