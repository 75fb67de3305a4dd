"""A mapping as questions: what has to be asked of a person, and what may be put otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from takeroot.errors import quoted
from takeroot.exchange.tracker.colours import colour_name
from takeroot.exchange.tracker.headings import OF_A_STAGE, SAID, heading
from takeroot.exchange.tracker.questions import STAGE_CHOICES, Choice, Question
from takeroot.exchange.tracker.words import STRUCK
from takeroot.vocabulary.stages import Stage

if TYPE_CHECKING:
    from takeroot.exchange.tracker.mapping import ColourMeaning, ColumnMeaning, Mapping, SheetPart, WordMeaning

_OF_STAGES = (
    Stage.EXPLORING,
    Stage.PREPARING,
    Stage.USING,
    Stage.EMBEDDED,
    Stage.PAUSED,
    Stage.STOPPED,
    Stage.DECLINED,
)
_PHRASE = {
    "began": "the day it began: {}",
    "planned": "the day it is planned for: {}",
    "reached": "yes or no, whether it was reached: {}",
}
COLUMN_CHOICES = (
    *(Choice(means, says) for means, says in SAID.items() if means not in OF_A_STAGE),
    *(
        Choice(f"{means} {stage}", phrase.format(stage.label))
        for means, phrase in _PHRASE.items()
        for stage in _OF_STAGES
    ),
)
_NAMES = ("site", "code", "ods_code")
_YES_NO = (Choice("yes", "take its rows"), Choice("no", "leave it out"))
_DATES = (
    Choice("day-first", "the day: 03/04/2024 is 3 April"),
    Choice("month-first", "the month: 03/04/2024 is 4 March"),
)
_QUARTERS = (Choice("calendar", "in January"), Choice("financial", "in April"))
_LATER = (Choice("plan", "planned for that day"), Choice("mistake", "mistakes; leave them out"))


def questions(mapping: Mapping) -> Iterator[Question]:
    """Everything that can be said, in the order in which a person is asked."""
    for part in mapping.sheets:
        yield from _of_sheet(part)
    columns = [one for one in mapping.columns]
    takes = [part for part in mapping.sheets if part.take == "yes"]
    if takes and not any(one.means in _NAMES or one.suggested in _NAMES for one in columns):
        yield Question("names", "Which column names the site?", tuple(Choice(c.heading, c.heading) for c in columns))
    for column in columns:
        yield _of_column(column)
    if unnamed := [one for one in columns if one.means == "value in month" and not one.name]:
        said = ", ".join(quoted(one.heading) for one in unnamed[:3]) + (" and so on" if len(unnamed) > 3 else "")
        asks = f"Numbers stand below {said}. What do they count or measure? Write its name."
        why = "the title or the sheet says so" if unnamed[0].suggested else ""
        yield Question("measure", asks, suggested=unnamed[0].suggested, why=why)
    if mapping.dates:
        order = "" if mapping.dates == "asked" else mapping.dates
        yield Question(
            "dates", "In days such as 03/04/2024, which comes first?", _DATES, order, "day-first", open=not order
        )
    if mapping.quarters:
        answer = "" if mapping.quarters == "asked" else mapping.quarters
        yield Question("quarters", "When does the first quarter (Q1) begin?", _QUARTERS, answer, open=not answer)
    for word in mapping.words:
        yield _of_word(word)
    for colour in mapping.colours:
        yield _of_colour(colour)


def _of_sheet(part: SheetPart) -> Iterator[Question]:
    answer = "" if part.take == "asked" else part.take
    asks = f"Does the sheet {quoted(part.sheet)} list sites that belong to this tracker?"
    yield Question(f"sheet:{part.sheet}", asks, _YES_NO, answer, "", part.why, part.take == "asked")
    if part.take != "no":
        day, suggested = (one.isoformat() if one else "" for one in (part.as_at, part.suggested))
        asks = f"On which day was the sheet {quoted(part.sheet)} up to date? Write it as 2024-03-31."
        is_open = part.as_at is None and part.take == "yes"
        yield Question(f"as_at:{part.sheet}", asks, (), day, suggested, part.as_at_why, is_open)


def _of_column(column: ColumnMeaning) -> Question:
    answer = "" if column.means == "asked" else answer_of(column)
    asks = f"What does the column {quoted(column.heading)} mean?"
    choices = likeliest(COLUMN_CHOICES, answer or column.suggested)
    return Question(f"column:{column.heading}", asks, choices, answer, column.suggested, column.why, not answer)


def likeliest(choices: tuple[Choice, ...], suggested: str) -> tuple[Choice, ...]:
    """The choices, the most likely first."""
    return tuple(sorted(choices, key=lambda choice: choice.answer != suggested))


def answer_of(column: ColumnMeaning) -> str:
    """The answer that gives a column its meaning."""
    if column.means in OF_A_STAGE and column.stage:
        return f"{column.means} {column.stage}"
    return f"{column.means}: {column.name}" if column.name else column.means


def word_key(word: str, column: str = "") -> str:
    """The key of the question about a word."""
    return f"word:{column}|{word}" if column else f"word:{word}"


def meant(means: str, before_use: str | None = None, reason_kind: str = "") -> str:
    """The answer that gives a word its meaning."""
    if means == "asked":
        return ""
    if reason_kind:
        return f"{means} ({reason_kind})"
    return f"{means}, {before_use} before use" if before_use else means


def _of_word(word: WordMeaning) -> Question:
    under = f" under {quoted(word.column)}" if word.column else ""
    says = f"The tracker says {quoted(word.word)}{under}"
    if word.word == STRUCK:
        says = "The names of some sites are struck through"
    return _of_meant(word, word_key(word.word, heading(word.column)), says)


def _of_colour(colour: ColourMeaning) -> Question:
    says = f"Some cells are {colour_name(colour.colour)} ({colour.colour})"
    return _of_meant(colour, f"colour:{colour.colour}", says)


def _of_meant(said: WordMeaning | ColourMeaning, key: str, says: str) -> Question:
    answer = meant(said.means, said.before_use, said.reason_kind)
    choices = likeliest(STAGE_CHOICES, answer or said.suggested)
    asks = f"{says}. Where does such a site stand?"
    return Question(key, asks, choices, answer, said.suggested, said.why, not answer)


def later_question(column: str, days: int) -> Question:
    """The question about days in a column that have not come yet."""
    many = "one day comes" if days == 1 else f"{days:,} days come"
    asks = f"Under {quoted(column)}, {many} after the day the tracker speaks of. Plans, or mistakes?"
    return Question(f"later:{column}", asks, _LATER, suggested="plan")
