"""How a PDF looks: the source of its layout, which reads what it shows as data and never as source.

Everything that anybody wrote stands in ``report.json`` beside it, and is put on the page as text.
"""

from __future__ import annotations

#: In the language of Typst.
LAYOUT = r"""
#let report = json("report.json")
#let ink = rgb("#1f2328")
#let soft = rgb("#57606a")
#let line-hue = rgb("#c9d1d9")
#let main = rgb("#0b5a66")
#let gap = rgb("#8a4b08")
#let face = ("Libertinus Serif",)
#let small = report.brief
#let size = report.size * 1pt

#set document(title: report.title, author: "Takeroot", date: none)
#set text(lang: "en", region: "GB", font: face, size: size, fill: ink)
#set page(
  paper: "a4",
  margin: if small { (x: 1.6cm, top: 1.3cm, bottom: 1.5cm) } else { (x: 2.1cm, top: 2cm, bottom: 2.1cm) },
  footer: context align(right, text(size: 8.5pt, fill: soft)[
    #report.foot #h(1fr) Page #counter(page).display() of #counter(page).final().first()
  ]),
)
#set par(leading: 0.55em, spacing: 0.75em)
#set list(indent: 0.4em)
#set enum(indent: 0.4em)
#show link: set text(fill: main)
#show heading: set text(weight: "bold", fill: ink)
#let head(it, above, below, size) = block(above: above, below: below, sticky: true, text(size: size, it.body))
#show heading.where(level: 1): it => if small { head(it, 1.2em, 0.8em, 1.3em) } else { head(it, 1.9em, 0.8em, 17pt) }
#show heading.where(level: 2): it => if small { head(it, 1em, 0.7em, 1.15em) } else { head(it, 1.5em, 0.7em, 13pt) }
#show heading.where(level: 3): it => head(it, 1.2em, 0.6em, 1.05em)
#show figure.caption: it => block(
  width: 100%,
  sticky: it.kind == table,
  align(left, text(size: 9pt, weight: "bold", it)),
)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.where(kind: table): set block(breakable: true)
#show figure: set block(above: 1.2em, below: 1.2em)

#let run(one) = {
  let body = text(one.text)
  if one.look == "strong" { body = strong(body) }
  if one.look == "code" { body = text(font: "DejaVu Sans Mono", size: 0.8em, one.text) }
  if one.look == "gap" { body = text(fill: gap, weight: "bold", one.text) }
  if one.look == "quiet" { body = text(fill: soft, one.text) }
  if one.to != none { body = link(label("e-" + str(one.to)), body) }
  body
}
#let runs(some) = some.map(run).join()
#let edged(hue, body) = block(inset: (left: 0.8em, y: 0.1em), stroke: (left: 1.6pt + hue), body)
#let looks = (
  words: body => par(body),
  quiet: body => par(text(fill: soft, size: 0.93em, body)),
  lead: body => block(sticky: true, text(size: 1.06em, body)),
  about: body => block(above: 1em, below: 0.35em, sticky: true, text(fill: soft, size: 0.86em, weight: "bold", body)),
  says: body => block(above: 0.4em, below: 0.4em, body),
  doubt: body => block(above: 0.4em, below: 0.4em, text(fill: soft, size: 0.88em, body)),
  evidence: body => block(above: 0.4em, below: 0.7em, text(fill: soft, size: 0.88em, body)),
  missing: body => edged(gap, body),
  account: body => edged(main, body),
  signed: body => block(above: 0.4em, below: 1em, text(fill: soft, size: 0.88em, weight: "bold", body)),
)
#let captioned(what, of, body) = figure(
  body, caption: of, kind: what, supplement: if what == table [Table] else [Figure],
)
#let lined = (x: none, y: 0.4pt + line-hue)
#let rows-of(one) = table(
  columns: one.widths.map(w => w * 1fr),
  stroke: lined,
  inset: (x: 3pt, y: 3pt),
  align: (column, row) => if one.numbers.at(column) { right } else { left },
  table.header(..one.heads.map(head => text(size: 8.5pt, strong(head)))),
  ..one.rows.flatten().map(cell => text(size: 8.5pt, runs(cell.runs))),
)
#let ended(some) = some.len() > 0 and some.last().text.trim().ends-with(regex("[.!?…]"))
#let record(one) = block(above: 0.7em, below: 0.7em, text(size: 9.3pt, {
  strong(runs(one.name))
  text(if ended(one.name) { " " } else { ". " })
  one.pairs.map(pair => text(fill: soft, pair.head + ": ") + runs(pair.text)).join("; ")
}))
#let piece(one) = {
  if one.kind == "heading" { heading(level: one.level, one.text) }
  else if one.kind == "paragraph" { (looks.at(one.look))(runs(one.text)) }
  else if one.kind == "listed" {
    if one.ordered { enum(..one.items.map(runs)) } else { list(..one.items.map(runs)) }
  }
  else if one.kind == "pairs" {
    terms(hanging-indent: 1em, ..one.rows.map(row => terms.item(text(row.name), runs(row.text))))
  }
  else if one.kind == "table" { captioned(table, one.caption, rows-of(one)) }
  else if one.kind == "records" {
    block(above: 1.2em, below: 0.6em, sticky: true, text(size: 9pt, weight: "bold", one.caption))
    one.rows.map(record).join()
  }
  else if one.kind == "picture" {
    captioned(image, one.caption, image(one.file, width: if small { 78% } else { 92% }, alt: one.says))
  }
  else if one.kind == "columns" {
    grid(columns: one.columns.map(_ => 1fr), gutter: 1.6em, ..one.columns.map(some => some.map(piece).join()))
  }
}

#block(below: 0.5em, text(size: 9pt, weight: "bold", fill: soft, report.kind))
#block(
  above: 0.4em,
  below: if small { 0.8em } else { 1em },
  title(text(size: if small { 16pt } else { 24pt }, report.title)),
)
#for told in report.told { (looks.at(told.look))(runs(told.text)) }
#for (place, one) in report.sections.enumerate() {
  one.map(piece).join()
  if place == 0 and not small {
    block(above: 1.9em, below: 0.6em, text(size: 14pt, weight: "bold")[Contents])
    outline(title: none, depth: 1)
  }
}
#context [#metadata(here().page()) <last-page>]
#if report.evidence.len() > 0 {
  if report.one-page { pagebreak() }
  heading(level: 1, "The evidence cited")
  (looks.quiet)(text(report.lead))
  set text(size: 8.8pt)
  enum(..report.evidence.map(one => [#runs(one.text)#metadata(one.number)#label("e-" + str(one.number))]))
}
"""
