"""A report as one HTML file: no scripts, nothing loaded from elsewhere, everything escaped.

The style sheets are the colours, the charts' own, and ``report.css``, ``parts.css`` and ``print.css``. Every table
stands in a box of its own that scrolls, so that the page never does; headings follow each other in order; evidence is
numbered as it is first cited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import Any

from takeroot import __version__
from takeroot.charts import both
from takeroot.charts.drawing import UNPRINTED
from takeroot.charts.wording import counted, day
from takeroot.errors import TakerootError
from takeroot.reporting import blocks as b
from takeroot.reporting.content import Content
from takeroot.reporting.papers.runs import CODE, MOST_CITED
from takeroot.reporting.statement import Statement

#: A table of more rows than this scrolls in a box of its own.
MOST_AT_ONCE = 24


def written(report: Content) -> str:
    """The whole file.

    Parameters
    ----------
    report
        What it says.
    """
    parts = _Page({one.reference: number for number, one in enumerate(report.evidence, start=1)})
    sections = "".join(parts.section(section) for section in report.sections)
    first, _, rest = sections.partition("<!--contents-->")
    contents = "" if report.brief else _contents(report)
    body = first + contents + rest if rest else contents + first
    as_at = (
        f'<p class="as-at">As at <time datetime="{report.as_at}">{day(report.as_at)}</time></p>' if report.as_at else ""
    )
    synthetic = (
        '<p class="synthetic"><strong>Synthetic.</strong> This programme is made up, to show how a report looks. '
        "No site, person or figure in it is real.</p>"
        if report.synthetic
        else ""
    )
    part = f'<p class="of-a-part">{escape(report.part)}</p>' if report.part else ""
    name = escape(report.title)
    page = (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f'<meta name="generator" content="takeroot {__version__}">\n'
        f"<title>{name}{' (synthetic)' if report.synthetic else ''}: "
        f"report</title>\n<style>\n{_styles()}</style>\n</head>\n"
        '<body>\n<a class="skip" href="#main">Skip to the report</a>\n'
        f'<header class="masthead"><p class="brand">{escape(report.kind)}</p><h1>{name}</h1>{as_at}'
        + (f'<p class="sponsor">{escape(report.sponsor)}</p>' if report.sponsor else "")
        + (f'<p class="aim">{escape(report.aim)}</p>' if report.aim else "")
        + f'{synthetic}{part}</header>\n<main id="main">\n{body}{_evidence(report)}</main>\n'
        f'<footer class="foot"><p>Made with Takeroot {__version__} from the record of {name}'
        + (f", as at {day(report.as_at)}" if report.as_at else "")
        + ". The same record gives the same report.</p></footer>\n</body>\n</html>\n"
    )
    return page.translate(UNPRINTED)


def _styles() -> str:
    charts, reporting = files("takeroot.charts"), files("takeroot.reporting")
    sheets = [charts / name for name in ("tokens.css", "charts.css")]
    sheets += [reporting / name for name in ("report.css", "parts.css", "print.css")]
    return "\n".join(
        re.sub(r"/\*.*?\*/\s*", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL) for sheet in sheets
    )


def _contents(report: Content) -> str:
    items = [(section.anchor, section.title) for section in report.sections]
    if report.evidence:
        items.append(("evidence", "The evidence cited"))
    links = "".join(f'<li><a href="#{anchor}">{escape(title)}</a></li>' for anchor, title in items)
    return f'<nav class="contents" aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>{links}</ol></nav>\n'


def _evidence(report: Content) -> str:
    if not report.evidence:
        return ""
    rows = "".join(
        f'<li id="e-{number}"><span class="says">{escape(one.says) or "(nothing is said)"}</span> '
        f'<span class="from">{escape(_named(one.table))}'
        + (f", {day(one.on)}" if one.on else "")
        + (f"; {escape(one.whose)}" if one.whose else "")
        + f"; <code>{escape(one.reference)}</code></span></li>"
        for number, one in enumerate(report.evidence, start=1)
    )
    return (
        '<section class="section" aria-labelledby="evidence"><h2 id="evidence">The evidence cited</h2>'
        f'<p class="lead">{counted(len(report.evidence), "rows")} of the record, in the order in which they '
        f"are first cited, "
        f'in their own words.</p><ol class="cited">{rows}</ol></section>\n'
    )


def _named(table: str) -> str:
    return counted(1, table.replace("_", " ")).removeprefix("1 ")


class _Page:
    """Blocks as HTML, with the numbers of the evidence."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self.numbers = numbers

    def section(self, section: b.Section) -> str:
        lead = f'<p class="lead">{self.text(section.lead)}</p>' if section.lead else ""
        first = section.anchor == "answers"
        return (
            f'<section class="section section-{section.anchor}" aria-labelledby="{section.anchor}">'
            f'<h2 id="{section.anchor}">{escape(section.title)}</h2>{lead}{self.blocks(section.blocks, 3)}</section>\n'
            + ("<!--contents-->" if first else "")
        )

    def blocks(self, found: Sequence[b.Block], level: int) -> str:
        return "".join(self.block(block, level) for block in found)

    def block(self, block: b.Block, level: int) -> str:
        match block:
            case b.Words():
                return f'<p class="{"quiet" if block.quiet else "words"}">{self.text(block.text)}</p>'
            case b.Statements():
                return f'<ul class="statements">{"".join(self.statement(one) for one in block.items)}</ul>'
            case b.Accounts():
                return "".join(self.group(group, level) for group in block.groups)
            case b.Grid():
                return self.grid(block)
            case b.Figure():
                return self.figure(block)
            case b.Facts():
                return self.facts(block)
            case b.Missing():
                do = f" {self.text(block.do)}" if block.do else ""
                return f'<p class="missing"><strong>Missing.</strong> {self.text(block.what)}{do}</p>'
            case b.Points():
                kind = "ol" if block.ordered else "ul"
                return (
                    f'<{kind} class="points">{"".join(f"<li>{self.text(item)}</li>" for item in block.items)}</{kind}>'
                )
            case b.Part():
                head = f"<h{level}>{escape(block.title)}</h{level}>"
                return f'<div class="part">{head}{self.blocks(block.blocks, level + 1)}</div>'
            case b.Beside():
                return f'<div class="beside">{"".join(self.block(part, level) for part in block.parts)}</div>'

    def text(self, text: str) -> str:
        """Text with its citations as numbers, and what stands between back-ticks as code."""
        parts, at = [], 0
        for found in b.CITED.finditer(text):
            parts += [_plain(text[at : found.start()]), self.citation(found.group(1))]
            at = found.end()
        return "".join([*parts, _plain(text[at:])])

    def citation(self, group: str) -> str:
        """What stands in one pair of brackets: numbers, and what is not in the record."""
        references = b.several(group)
        broken = [
            f'<span class="broken">not in the record: <code>{escape(reference)}</code></span>'
            for reference in references
            if reference not in self.numbers
        ]
        parts = [part for part in (self.evidence(references), *broken) if part]
        return f'<span class="citation">[{", ".join(parts)}]</span>'

    def evidence(self, references: Sequence[str]) -> str:
        """The numbers of several references, runs of them as one."""
        known = sorted({self.numbers[reference] for reference in references if reference in self.numbers})
        if not known:
            return ""
        runs = [
            [number for _, number in run] for _, run in groupby(enumerate(known), key=lambda pair: pair[1] - pair[0])
        ]
        links = [
            f'<a href="#e-{run[0]}">{run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}"}</a>'
            for run in runs[:MOST_CITED]
        ]
        more = sum(len(run) for run in runs[MOST_CITED:])
        return ", ".join(links) + (f" and {more:,} more" if more else "")

    def statement(self, statement: Statement) -> str:
        about = f'<p class="about">{escape(statement.about)}</p>' if statement.about else ""
        doubt = f'<p class="doubt"><strong>Doubt.</strong> {self.text(statement.doubt)}</p>' if statement.doubt else ""
        numbers = self.evidence(statement.evidence)
        evidence = f'<p class="evidence">Evidence: {numbers}</p>' if numbers else ""
        says = "".join(f'<p class="says">{self.text(part)}</p>' for part in statement.paragraphs)
        return f"<li>{about}{says}{doubt}{evidence}</li>"

    def group(self, group: Sequence[b.Account], level: int) -> str:
        accounts = "".join(self.account(account) for account in group)
        if len(group) == 1:
            return accounts
        return (
            f'<div class="differ"><h{level} class="differ-head">{counted(len(group), "accounts")} that '
            f"differ</h{level}>"
            f'<div class="rivals">{accounts}</div></div>'
        )

    def account(self, account: b.Account) -> str:
        paragraphs = "".join(f"<p>{self.text(part)}</p>" for part in re.split(r"\n\s*\n", account.text.strip()) if part)
        version = f", version {account.version}" if (account.version or 1) > 1 else ""
        number = self.numbers.get(account.reference)
        link = f' <span class="citation">[<a href="#e-{number}">{number}</a>]</span>' if number else ""
        broken = (
            f'<p class="doubt"><strong>Doubt.</strong> {counted(len(account.broken), "citations")} can not be '
            f"found in the "
            "record.</p>"
            if account.broken
            else ""
        )
        return (
            f'<blockquote class="account">{paragraphs or "<p>(no text)</p>"}{broken}'
            f"<footer>{escape(account.by)}, {day(account.on)}{version}{link}</footer></blockquote>"
        )

    def facts(self, facts: b.Facts) -> str:
        rows = "".join(
            f"<div><dt>{escape(name)}</dt><dd>"
            + (self.text(text) if text else '<span class="gap">missing</span>')
            + "</dd></div>"
            for name, text in facts.pairs
        )
        return f'<dl class="facts">{rows}</dl>'

    def figure(self, figure: b.Figure) -> str:
        try:
            chart = both(figure.draw, *figure.frames, **figure.options)
        except ValueError as fault:
            raise TakerootError(f"No chart can be drawn of “{figure.points.caption}” {fault}") from fault
        return (
            f'<figure class="figure">{chart}<details><summary>The points of this chart in a table</summary>'
            f"{self.table(figure.points)}</details></figure>"
        )

    def grid(self, grid: b.Grid) -> str:
        if not grid.folded:
            return self.table(grid)
        many = "" if grid.cut else f" {counted(len(grid.rows), 'rows')}."
        return f"<details><summary>{escape(grid.caption)}{many}</summary>{self.table(grid, hidden=True)}</details>"

    def table(self, grid: b.Grid, hidden: bool = False) -> str:
        tall = hidden or len(grid.rows) > MOST_AT_ONCE
        caption, hiding = escape(grid.caption), ' class="hidden"' if hidden else ""
        columns = list(zip(grid.columns, _classes(grid), strict=True))
        head = "".join(f'<th scope="col"{style}>{escape(column.head)}</th>' for column, style in columns)
        rows = "".join(
            "<tr>"
            + "".join(
                self.cell(column, style, value, place == 0)
                for place, ((column, style), value) in enumerate(zip(columns, row, strict=True))
            )
            + "</tr>"
            for row in grid.rows
        )
        return (
            f'<div class="scroll{" tall" if tall else ""}" role="group" aria-label="{caption}" tabindex="0"><table>'
            f"<caption{hiding}><span>{caption}</span></caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def cell(self, column: b.Column, style: str, value: Any, first: bool) -> str:
        kind = "th" if first else "td"
        scope = ' scope="row"' if first else ""
        if column.kind == "drawing":
            said = value or ""
        elif column.kind == "reference":
            said = self.evidence(b.several(value))
        else:
            said = self.text(b.written(value, column.kind))
        if not said:
            said = '<span class="gap">missing</span>' if column.needed else '<span class="none">–</span>'
        return f"<{kind}{scope}{style}>{said}</{kind}>"


def _plain(text: str) -> str:
    return CODE.sub(r"<code>\1</code>", escape(text))


def _classes(grid: b.Grid) -> list[str]:
    """How each column stands: numbers to the right, days on one line, long text with room for it."""
    found = []
    for place, column in enumerate(grid.columns):
        longest = max((len(str(row[place] or "")) for row in grid.rows), default=0)
        if column.kind in ("number", "months", "percent"):
            name = "number"
        elif column.kind in ("day", "month", "drawing"):
            name = "brief"
        elif column.kind in ("text", "yes_no") and longest > 70:
            name = "long"
        else:
            name = "middling" if longest > 24 else ""
        found.append(f' class="{name}"' if name else "")
    return found
