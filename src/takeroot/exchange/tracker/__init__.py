r"""What does the tracker say that a team already keeps? One row a site, days, the team's own words, colours and notes.

A tracker is read as it lies, what it most likely means is suggested, and what is not clear is asked, once. The answers
are kept as a mapping, and next month's file of the same headings is taken without asking again::

    tracker = read("rollout March.xlsx")
    mapping = suggest(tracker, programme, remembered).with_answers({"word:purple": "preparing"})
    taken = take(tracker, mapping, programme)
    programme = taken.onto(programme)
    remembered = remembered.with_mapping(taken.mapping)

Every row is taken, asked about, at fault or left out, and each is said. An empty cell says nothing. A day in a column
wins over a status. A status that changed between two snapshots is known as a span: see
:mod:`~takeroot.exchange.tracker.standing`.

Examples
--------
>>> from takeroot.exchange.tracker import read_bytes, suggest, take
>>> march = read_bytes("wards March 2024.csv", b"Ward,Status,Go-live date\nAsh,Live,12 Jan 2024\nOak,Not started,\n")
>>> mapping = suggest(march)
>>> mapping.open_questions
()
>>> taken = take(march, mapping)
>>> taken.frames["stages"].select("site", "stage", "on").rows()
[('Ash', 'using', datetime.date(2024, 1, 12)), ('Oak', 'not_reached', datetime.date(2024, 3, 31))]

A month later, Oak has begun; when, between the two snapshots, nobody knows:

>>> programme = taken.onto("Fewer falls")
>>> remembered = Mappings().with_mapping(taken.mapping)
>>> april = read_bytes("wards April 2024.csv", b"Ward,Status,Go-live date\nAsh,Live,12 Jan 2024\nOak,Live,\n")
>>> taken = take(april, suggest(april, programme, remembered), programme)
>>> taken.frames["stages"].select("site", "stage", "on", "on_before").rows()
[('Oak', 'using', datetime.date(2024, 4, 1), datetime.date(2024, 5, 1))]
"""

from takeroot.exchange.tracker.mapping import Mapping
from takeroot.exchange.tracker.mappings import Mappings
from takeroot.exchange.tracker.matching import match
from takeroot.exchange.tracker.questions import Choice, Question
from takeroot.exchange.tracker.reading import read, read_bytes
from takeroot.exchange.tracker.sheets import Cell, Sheet, Tracker
from takeroot.exchange.tracker.suggesting import suggest
from takeroot.exchange.tracker.taking import Taken, take

__all__ = [
    "Cell",
    "Choice",
    "Mapping",
    "Mappings",
    "Question",
    "Sheet",
    "Taken",
    "Tracker",
    "match",
    "read",
    "read_bytes",
    "suggest",
    "take",
]
