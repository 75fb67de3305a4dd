"""An instrument as a form on paper: one page of HTML that needs nothing from elsewhere, to be printed and filled in.

Each question carries its short name, so that what was written on paper can be typed into the workbook of the same
instrument (:mod:`takeroot.exchange.answer_sheets`) or into the workbench.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from takeroot.vocabulary.answer import offered, reading
from takeroot.vocabulary.instrument import Instrument, Question, Scale
from takeroot.vocabulary.own_instruments import whose_words

#: Numbers that are printed as boxes; where there would be more, the number is written on a line.
BOXES = 21
#: Empty lines for words, for a question that is answered in words, and rows for sites that are not known yet.
LINES, LONG_LINES, SITES = 1, 4, 6

_STYLE = """
:root { color-scheme: light; }
body { font: 11pt/1.45 Georgia, 'Times New Roman', serif; color: #1d2329; background: #fff; max-width: 46rem;
  margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .25rem; border-top: 1px solid #98a2ac; padding-top: .75rem;
  break-after: avoid; }
p { margin: .3rem 0; }
.small, .help { font-size: .88em; color: #414b55; }
.head { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .4rem 1.5rem;
  margin: 1rem 0; }
.head span, .line { border-bottom: 1px solid #6b7681; }
.head span { padding-bottom: .1rem; min-height: 1.9rem; display: block; }
.line { height: 1.9rem; }
.question { margin: 1.1rem 0; break-inside: avoid; }
.asks { font-weight: bold; }
.name { font: .75em ui-monospace, monospace; color: #5f6b76; font-weight: normal; }
ul { list-style: none; margin: .3rem 0 0; padding: 0; }
li { padding: .12rem 0 .12rem 1.7rem; text-indent: -1.7rem; }
.box { display: inline-block; width: .85rem; height: .85rem; border: 1.5px solid #1d2329; margin-right: .7rem;
  vertical-align: -.1rem; text-indent: 0; }
.round .box { border-radius: 50%; }
.numbers { display: flex; flex-wrap: wrap; gap: .3rem .9rem; }
.numbers li { padding: 0; text-indent: 0; }
.numbers .box { margin-right: .3rem; }
table { border-collapse: collapse; width: 100%; margin-top: .4rem; }
th, td { border: 1px solid #98a2ac; height: 1.9rem; text-align: left; padding: 0 .5rem; font-weight: normal; }
@page { size: A4; margin: 18mm; }
@media print { body { margin: 0; max-width: none; padding: 0; } }
"""


def page(
    instrument: Instrument,
    *,
    round: str = "",
    sites: Sequence[str] = (),
    plain: bool = False,
    before: Sequence[tuple[str, str]] = (),
) -> str:
    """The form, whole.

    Parameters
    ----------
    instrument
        What is asked.
    round
        The round that is answered, if it has a name already.
    sites
        The sites for which a question is asked that is answered for each site.
    plain
        Ask in plainer words, where the instrument has them.
    before
        What is said before the first question: each in a few words, and in a sentence or two.
    """
    return "\n".join(_page(instrument, round, sites, plain, before)) + "\n"


def _page(
    instrument: Instrument, round: str, sites: Sequence[str], plain: bool, before: Sequence[tuple[str, str]]
) -> Iterator[str]:
    title = escape(instrument.title)
    yield f'<!doctype html>\n<html lang="{instrument.language}">\n<head>\n<meta charset="utf-8">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>"
    yield _text(instrument.plain if plain and instrument.plain else instrument.purpose)
    yield _text(f"Who answers: {instrument.who}", "small")
    yield _text(whose_words(instrument), "small")
    asked: tuple[str, ...]
    if instrument.kind == "questionnaire":
        asked = (f"Round: {escape(round)}", "Your code, never your name", "Your role, if you want to say")
    else:
        asked = ("What this is about", "Site, if it is about one", "Written on", "Written by")
    if before:
        yield "<section>\n<h2>Before the first question</h2>"
        yield from (f"<p><b>{escape(short)}.</b> {escape(says)}</p>" for short, says in before)
        yield "</section>"
    yield '<div class="head">' + "".join(f"<span>{what}</span>" for what in asked) + "</div>"
    number = 0
    for section in instrument.sections:
        yield f"<section>\n<h2>{escape(reading(section, plain=plain))}</h2>"
        if section.says:
            yield _text(section.says)
        for question in section.questions:
            number += 1
            yield from _question(instrument, question, number, sites, plain)
        yield "</section>"
    yield "<section>\n<h2>About this form</h2>"
    whose = [*(f"Source: {one}" for one in instrument.source), f"Licence: {instrument.licence}"]
    for says in (*instrument.cautions, *whose):
        yield _text(says, "small")
    yield _text(f"{instrument.id}, edition {instrument.edition}", "small")
    yield "</section>\n</main>\n</body>\n</html>"


def _question(
    instrument: Instrument, question: Question, number: int, sites: Sequence[str], plain: bool
) -> Iterator[str]:
    scale = instrument.scale(question)
    name = f'<span class="name">{escape(question.id)}</span>'
    yield f'<div class="question">\n<p class="asks">{number}. {escape(reading(question, plain=plain))} {name}</p>'
    if question.help:
        yield _text(question.help, "help")
    if question.by_site and instrument.kind != "questionnaire":
        yield from _by_site(scale, sites, plain)
    elif scale.kind in ("text", "day"):
        yield from _choices(scale, plain)
        yield _lines(LONG_LINES if scale.kind == "text" else 1)
    else:
        yield from _choices(scale, plain)
    if scale.kind != "text" and question.with_text != "no":
        must = question.with_text == "must"
        yield _text("Why? Words are needed here." if must else "In words, if you like:", "small")
        yield _lines(2 * LINES if must else LINES)
    yield "</div>"


def _choices(scale: Scale, plain: bool) -> Iterator[str]:
    choices = offered(scale, plain=plain)
    if scale.kind == "number":
        yield from _numbers(scale)
        choices = [one for one in choices if one.third]
    if scale.kind == "any of":
        yield _text("Tick all that hold.", "small")
    if choices:
        shape = "square" if scale.kind == "any of" else "round"
        items = "".join(f'<li><span class="box"></span>{escape(one.says)}</li>' for one in choices)
        yield f'<ul class="{shape}">{items}</ul>'


def _numbers(scale: Scale) -> Iterator[str]:
    least, most = scale.least, scale.most
    ends = [f"{at:g} means: {says}" for at, says in ((least, scale.least_says), (most, scale.most_says)) if says]
    if ends:
        yield _text("; ".join(ends), "small")
    if least is None or most is None or scale.step is None or (most - least) / scale.step >= BOXES:
        span = f" from {least:g} to {most:g}" if least is not None and most is not None else ""
        yield _text(f"A number{span}:", "small")
        yield _lines(1)
        return
    numbers = [least + place * scale.step for place in range(round((most - least) / scale.step) + 1)]
    items = "".join(f'<li><span class="box"></span>{each:.10g}</li>' for each in numbers)
    yield f'<ul class="numbers round">{items}</ul>'


def _by_site(scale: Scale, sites: Sequence[str], plain: bool) -> Iterator[str]:
    """A row for each site."""
    offers = ", ".join(escape(one.says) for one in offered(scale, plain=plain))
    if offers:
        yield f'<p class="small">For each site one of: {offers}</p>'
    elif scale.kind == "number":
        yield from (each for each in _numbers(scale) if each.startswith('<p class="small"'))
    rows = "".join(f'<tr><th scope="row">{escape(one)}</th><td></td></tr>' for one in (sites or ("",) * SITES))
    yield f'<table><tr><th scope="col">Site</th><th scope="col">Answer</th></tr>{rows}</table>'


def _text(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def _lines(count: int) -> str:
    return '<div class="line"></div>' * count
