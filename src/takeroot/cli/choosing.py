"""``takeroot instruments choose``: which framework may help here, by eight questions."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from takeroot.cli.steps import FILE, Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from takeroot.analysis.chooser import Choice

WIDTH = 92


@click.command()
@click.argument("answers", metavar="[ANSWERS.yaml]", type=FILE, required=False)
@click.option("--aim", metavar="WORD", help="What you mainly want: spread, scale_up, sustain, embed or transition.")
@click.option("--purpose", metavar="WORD", help="What the framework is for: applied, research or both.")
@click.option(
    "--what",
    metavar="WORD",
    help="What it is about: single_intervention, technology_or_service, qi_programme, public_health_programme or "
    "large_sociotechnical.",
)
@click.option("--scale", metavar="WORD", help="How wide it is: team, organisation, multi_organisation or national.")
@click.option(
    "--interdependence", metavar="WORD", help="How far parts and places depend on each other: low, some or high."
)
@click.option("--output", metavar="WORD", help="What you want in the end: score, plan, narrative or staff_survey.")
@click.option("--when", metavar="WORD", help="When you will use it: before, during or after.")
@click.option("--who", metavar="WORD", help="Who answers: frontline_staff, core_team, informed_observers or analysts.")
@click.option("--contested/--not-contested", default=None, help="Whether people disagree about the change.")
@click.option(
    "--back",
    metavar="FRAMEWORK",
    multiple=True,
    help="Bring a framework back that is set aside; once for each.",
)
@click.option("--points", is_flag=True, help="Show the points too, and where they lean.")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def choose(
    answers: Path | None,
    contested: bool | None,
    back: tuple[str, ...],
    points: bool,
    as_json: bool,
    **given: str | None,
) -> None:
    """Find frameworks that may help, by eight questions.

    Any question may be left open; four answers are needed for a shortlist. No firm rule says which framework to use,
    and the points are our own: what comes out is a shortlist to talk about, with reasons. ANSWERS.yaml holds lines such
    as 'aim: spread', and 'contested: yes'; what is said beside it counts instead. On a terminal without any answer, the
    questions are asked one by one.
    """
    from takeroot.analysis import chooser

    said: dict[str, Any] = {name: word for name, word in given.items() if word is not None}
    brought = list(back)
    if answers is not None:
        of_file, back_of_file = _read(answers)
        said, brought = {**of_file, **said}, brought + back_of_file
    elif not said and contested is None:
        said = _asked()
    choice = chooser.choose(said, contested=contested, back=brought)
    if as_json:
        click.echo(json.dumps(_data(choice), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(choice, points)))


def _read(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The answers in a file, and the frameworks that it brings back."""
    from takeroot.analysis import chooser
    from takeroot.errors import Fault, FaultyInput, NotFound, quoted
    from takeroot.vocabulary.files import plain_yaml

    try:
        with path.open("rb") as file:
            data = file.read(plain_yaml.LARGEST_YAML + 1)
    except OSError as error:
        said = click.format_filename(path)
        raise Mistake(f"'{said}' can not be read: {error.strerror or error}.") from error
    words = plain_yaml.read(path.name, data)
    if not isinstance(words.said, dict):
        raise FaultyInput([Fault("lines such as 'aim: spread' are needed", path.name)])
    faults = []
    back = words.said.pop("back", [])
    if not isinstance(back, list) or not all(isinstance(one, str) for one in back):
        says = f"'back' needs a list of frameworks (write '- ' before each), found {quoted(back)}"
        faults.append(Fault(says, path.name, words.rows["back",]))
    for question, word in words.said.items():
        row = words.rows[question,]
        if not isinstance(word, str):
            faults.append(Fault(f"{quoted(question)} needs one word, found {quoted(word)}", path.name, row))
            continue
        try:
            chooser.situation_of({question: word})
        except NotFound as error:
            faults.append(Fault(str(error), path.name, row))
    if faults:
        raise FaultyInput(sorted(faults, key=lambda fault: fault.place))
    return words.said, back


# On a terminal


def _asked() -> dict[str, Any]:
    """The answers of whoever sits at the terminal; any may be left open."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Mistake(
            "Say what you know, as in --aim spread --purpose applied --scale national --output plan, "
            "or name a file of answers; 'takeroot instruments choose --help' lists the words."
        )
    from takeroot.analysis.chooser.questions import CONTESTED, QUESTIONS

    click.echo("Answer with a number or a word; press return to leave a question open.", err=True)
    said: dict[str, Any] = {}
    for question in QUESTIONS:
        offered = {answer.word: answer.says for answer in question.answers}
        if word := _answer(question.asks, offered):
            said[question.id] = word
    if word := _answer(CONTESTED, {"yes": "yes", "no": "no"}):
        said["contested"] = word
    click.echo(err=True)
    return said


def _answer(asks: str, offered: dict[str, str]) -> str:
    """One answer, asked for until it is one; empty, if the question is left open."""
    click.echo(f"\n{asks}", err=True)
    for number, (word, says) in enumerate(offered.items(), 1):
        click.echo(f"  {number}  {says}" + (f" ({word})" if says != word else ""), err=True)
    words = list(offered)
    while True:
        typed = click.prompt("", default="", show_default=False, prompt_suffix="> ", err=True).strip().casefold()
        typed = typed.replace("-", "_").replace(" ", "_")
        if not typed or typed in words:
            return str(typed)
        if typed.isascii() and typed.isdecimal() and 1 <= int(typed[:3]) <= len(words):
            return words[int(typed[:3]) - 1]
        click.echo(f"A number from 1 to {len(words)} or one of the words is needed.", err=True)


# As text and as data


def _lines(choice: Choice, points: bool) -> Iterator[str]:
    """The choice as it is read."""
    from takeroot.analysis.chooser import instruments_of, wording

    yield _wrapped(wording.NO_RULE)
    yield ""
    yield _wrapped(wording.shortlisted(choice))
    for code in choice.shortlist:
        row = next(row for row in choice.frameworks.rows(named=True) if row["framework"] == code)
        ties = choice.frameworks.filter(choice.frameworks["rank"] == row["rank"]).height > 1
        yield f"\n{row['name']}: {wording.place(row['rank'], ties)}"
        if here := [one.id for one in instruments_of(code)]:
            yield _wrapped(f"Here as: {', '.join(here)}", "  ")
        for reason in wording.why(choice, code):
            yield _wrapped(reason.answered, "  - ")
            if reason.ground:
                yield _wrapped(f"{reason.ground} ({reason.source})", "    ")
    for title, sentences in (
        ("Set aside", wording.asides(choice) if choice.enough else []),
        ("Beside the shortlist", wording.companions(choice)),
        ("What would change first place", [wording.changing(choice)] if choice.enough else []),
    ):
        if sentences:
            yield f"\n{title}"
            yield from (_wrapped(sentence, "  ") for sentence in sentences)
    if choice.changes.height > 1:
        yield from (_wrapped(sentence, "  - ") for sentence in wording.changes(choice))
    if points:
        yield "\nPoints (our own)"
        yield from (f"  {total:>2}  {name}" for name, total in choice.frameworks.select("name", "total").iter_rows())
        yield _wrapped(wording.lean(), "  ")
    yield ""
    yield _wrapped(wording.CAUTION)


def _wrapped(text: str, indent: str = "") -> str:
    return click.wrap_text(text, WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent))


def _data(choice: Choice) -> dict[str, Any]:
    """The choice as a tree of plain values."""
    from takeroot.analysis.chooser import instruments_of, says, wording

    return {
        "says": list(says(choice)),
        "answers": choice.situation.model_dump(mode="json"),
        "shortlist": list(choice.shortlist),
        "separates": choice.separates,
        "frameworks": choice.frameworks.to_dicts(),
        "reasons": choice.reasons.to_dicts(),
        "changes": choice.changes.to_dicts(),
        "companions": choice.companions.to_dicts(),
        "instruments": {code: [one.id for one in instruments_of(code)] for code in choice.frameworks["framework"]},
        "leans": wording.lean(),
    }
