"""Instruments of a team's own: one that has every kind of scale, and what is laid over it."""

from __future__ import annotations

OWN = """\
id: our-survey
edition: "1"
title: How is it going?
kind: questionnaire
purpose: See how it goes.
plain: How is it going?
who: The team
source: [We made it]
licence: Ours
language: en
scales:
  - id: agreement
    options:
      - {value: agree, says: I agree, plain: "Yes", points: 2}
      - {value: no, says: I do not, plain: "No", points: 0}
    thirds:
      - value: not-relevant
        says: Not relevant
        plain: Not for me
        reasons:
          - {value: role, says: Not relevant to my role, plain: My job is another}
          - {value: stage, says: Not relevant yet, plain: Too early}
  - {id: much, kind: number, least: 0, most: 10, step: 0.5, least_says: Not at all, most_says: Wholly}
  - {id: any-number, kind: number}
  - id: who
    kind: any of
    options: [{value: nurses, says: Nurses}, {value: doctors, says: Doctors}, {value: carers, says: Carers}]
    thirds: [{value: nobody, says: Nobody yet}]
  - {id: words, kind: text}
  - {id: day, kind: day}
  - {id: levels}
constructs:
  - {id: sense, name: Sense}
  - {id: purpose, name: Purpose, within: sense}
sections:
  - id: first
    title: First things
    plain: To begin
    questions:
      - {id: clear, asks: Is it clear?, plain: Do you get it?, scale: agreement, of: purpose, needed: yes}
      - {id: used, asks: How used are you to it?, scale: much}
      - {id: staff, asks: How many are you?, scale: any-number, with_text: no}
  - id: second
    title: Then
    questions:
      - {id: involved, asks: Who is involved?, scale: who, with_text: must}
      - {id: why, asks: Why?, scale: words}
      - {id: since, asks: Since when?, scale: day}
      - id: level
        asks: How far?
        scale: levels
        options: [{value: a, says: Far, points: 3}, {value: b, says: Not far, points: 1}]
        calls_for: [why]
scoring: {rule: mean of a construct}
discussion:
  - {asks: Where do views differ?, of: sense}
cautions: [It is ours, It is young]
"""

OVERLAY = """\
overlay_of: our-survey
edition: ward-7
questions:
  clear: Is it clear on ward 7?
  used: {asks: Are you used to it?, help: Think of last week}
scales:
  agreement: {options: {agree: We agree}}
sections: {first: Ward 7 first}
cautions: ["", It is young on ward 7]
"""

TRANSLATION = """\
translation_of: our-survey
language: cy
title: Sut mae'n mynd?
questions: {clear: {asks: A yw'n glir?, plain: Clir?}}
scales:
  agreement:
    options: {agree: Cytuno, no: {says: Anghytuno, plain: Na}}
    thirds: {not-relevant: {says: Amherthnasol, reasons: {role: Amherthnasol i mi}}}
"""


def record(text: str = OWN) -> str:
    """The same, as a record that asks one thing of each site."""
    text = text.replace("kind: questionnaire", "kind: record").replace("scale: much}", "scale: much, by_site: yes}")
    return text.replace("id: our-survey", "id: our-record")
