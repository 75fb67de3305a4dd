"""People who are made up: what each answers to any questionnaire or writes to any record, and how they type it.

Every question is answered by somebody, some are left open, some are said not to apply, and a few by too few to show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from takeroot.vocabulary.answer import offered
from takeroot.vocabulary.instrument import Instrument, Question

SIX = 6


@dataclass(frozen=True)
class Said:
    """What somebody says, by question and the site it is asked of: the answer as it is stored, and words beside it."""

    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    words: dict[tuple[str, str], str] = field(default_factory=dict)

    def __getitem__(self, question: str) -> str:
        return self.answers.get((question, ""), "")


def respondent(of: Instrument, nth: int) -> Said:
    """What one of six answers to a questionnaire."""
    said = Said()
    called = {name for question in of.questions for name in question.calls_for}
    for place, question in enumerate(of.questions):
        bound = question.needed or question.id in called
        if not bound and (place + nth) % 13 == 12:
            continue
        thirds = [one.value for one in offered(of.scale(question)) if one.third]
        away = bool(thirds) and ((place % 7 == 3 and nth == 0) or (place % 11 == 5 and nth < 2))
        answer = thirds[place % len(thirds)] if away else an_answer(of, question, place, nth)
        said.answers[question.id, ""] = answer
        if words := beside(of, question, place, nth):
            said.words[question.id, ""] = words
    return said


def team(of: Instrument, sites: tuple[str, ...], nth: int) -> Said:
    """What a team writes to a record or plan: the second time one answer in three is another one."""
    said = Said()
    numbered = [one.id.rpartition("-")[0] for one in of.questions if one.by_site and one.id[-1].isdecimal()]
    for place, question in enumerate(of.questions):
        for at, site in enumerate(sites if question.by_site else ("",)):
            time = nth if place % 3 == 0 else 0
            answer = an_answer(of, question, place + at, time)
            lines = numbered.count(
                question.id.removesuffix("s")
            )  # where it names the columns of a tracker, each of them
            said.answers[question.id, site] = "\n".join(f"{answer} {n + 1}" for n in range(lines)) or answer
            if words := beside(of, question, place, 0):
                said.words[question.id, site] = words
    return said


def an_answer(of: Instrument, question: Question, place: int, nth: int) -> str:
    """An answer to a question, as it is stored."""
    scale = of.scale(question)
    values = [one.value for one in scale.options]
    if scale.kind == "one of":
        return values[(place + nth * (1 + place % 3)) % len(values)]
    if scale.kind == "any of":
        some = {values[(place + nth) % len(values)], values[(2 * place + nth) % len(values)]}
        return ";".join(value for value in values if value in some)
    if scale.kind == "number":
        least, step = scale.least or 0, scale.step or 1
        many = int((scale.most - least) / step) + 1 if scale.most is not None else 50
        return f"{least + step * ((place + 2 * nth + 3) % many):g}"
    return f"2024-0{1 + nth}-15" if scale.kind == "day" else f"What {nth + 1} of us say of {question.id}"


def beside(of: Instrument, question: Question, place: int, nth: int) -> str:
    """The words beside an answer: wherever they are needed, and here and there where they may be."""
    if of.scale(question).kind == "text" or question.with_text == "no":
        return ""
    if question.with_text == "must":
        return f"Because it is so here, say {nth + 1}"
    return f"A word more from {nth + 1}" if (place + nth) % 5 == 0 and not question.by_site else ""


#: What stands in each field of a form: its kind, its value, and what is chosen.
STANDS = """start => {
  const found = {};
  for (const each of document.querySelectorAll('form.entry [name]')) {
    if (!each.name.startsWith(start)) continue;
    const one = found[each.name] ??= {kind: each.type, chosen: []};
    if (['radio', 'checkbox'].includes(each.type)) { if (each.checked) one.chosen.push(each.value); }
    else one.chosen = each.value ? [each.value] : [];
  }
  return found;
}"""


def answer_page(page: Any, of: Instrument, section: int, said: Said) -> None:
    """Answer a page of a questionnaire, and go on."""
    fields = page.evaluate(STANDS, "q-")
    for question in of.sections[section].questions:
        name, answer = question.id, said[question.id]
        thirds = {one.value for one in offered(of.scale(question)) if one.third}
        if not answer:
            continue
        typed = fields[f"q-{name}"]["kind"] not in ("radio", "checkbox")
        type_in(page, f"t-{name}" if typed and answer in thirds else f"q-{name}", fields, answer, of, question)
        if words := said.words.get((name, "")):
            write_beside(page, f"w-{name}", words, folded=question.with_text == "may")
    with page.expect_navigation():
        page.locator('button[name="go"][value="on"]').click()


def write_page(page: Any, of: Instrument, said: Said) -> None:
    """Write all that is asked on the page of a record or plan that is open, where something else stands there."""
    fields, beside = page.evaluate(STANDS, "q~"), page.evaluate(STANDS, "w~")
    for name in fields:
        question, _, site = name.removeprefix("q~").partition("~")
        asked = next(one for one in of.questions if one.id == question)
        type_in(page, name, fields, said.answers[question, site], of, asked)
        words, there = said.words.get((question, site), ""), f"w{name[1:]}"
        if words and beside[there]["chosen"] != [words]:
            write_beside(page, there, words, folded=asked.with_text == "may" and not beside[there]["chosen"])


def type_in(page: Any, name: str, fields: Any, answer: str, of: Instrument, question: Question) -> None:
    """Choose or type an answer, where something else stands there."""
    several = of.scale(question).kind == "any of"
    wanted = answer.split(";") if several else [answer]
    stands = fields.get(name, {"kind": "radio", "chosen": []})
    if stands["chosen"] == wanted:
        return
    if several:
        for value in {*stands["chosen"]} ^ {*wanted}:
            page.locator(f'[name="{name}"][value="{value}"]').set_checked(value in wanted)
    elif stands["kind"] == "radio":
        page.locator(f'[name="{name}"][value="{answer}"]').check()
    elif stands["kind"] == "select-one":
        page.locator(f'[name="{name}"]').select_option(answer)
    else:
        page.locator(f'[name="{name}"]').fill(answer)


def write_beside(page: Any, name: str, words: str, *, folded: bool) -> None:
    """Write beside an answer, in a field that may be folded away."""
    where = f'[name="{name}"]'
    if folded:
        page.locator(f"details:has({where}) > summary").click()
    page.locator(where).fill(words)
