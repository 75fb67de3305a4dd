"""Forms made from an instrument: one section a page, a field for each question, a table where each site is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from takeroot.analysis.assessment.written import columns
from takeroot.errors import Fault
from takeroot.vocabulary.answer import offered, reading
from takeroot.vocabulary.instrument import Instrument, Question, Section

#: Between the parts of a field's name: no question has it in its own.
APART = "~"
#: So many sites stand on one page of a tracker.
SITES = 20
#: Up to so many options stand below each other to be touched; more are folded into a list.
CARDS = 12


@dataclass(frozen=True)
class Choice:
    """One thing that may be chosen, and whether it is."""

    value: str
    says: str
    chosen: bool = False


@dataclass(frozen=True)
class Field:
    """How a question is asked on a page.

    Parameters
    ----------
    name
        The name of the field of the answer; that of the words beside it is ``words_name``.
    asks, short, help
        What is asked, the same in a few words, and what helps.
    control
        ``one`` or ``any`` of the choices, ``number``, ``long`` (words) or ``day``.
    choices, value
        What may be chosen, and what was typed.
    words
        What was typed beside it; ``with_words`` says whether words are asked for: no, may or must.
    needed
        Whether it has to be answered.
    before
        What was answered last time.
    faults
        What is wrong with it.
    """

    name: str
    asks: str
    short: str
    help: str
    control: str
    choices: tuple[Choice, ...] = ()
    value: str = ""
    words: str = ""
    with_words: str = "no"
    needed: bool = False
    before: str = ""
    faults: tuple[str, ...] = ()
    bounds: str = ""

    @property
    def words_name(self) -> str:
        """The name of the field of the words beside it."""
        return f"w{self.name[1:]}"

    @property
    def id(self) -> str:
        """What labels and faults point to."""
        return self.name.replace(" ", "_")

    @property
    def unfolded(self) -> bool:
        """Whether the words beside it stand open: they are needed, or there are some."""
        return self.with_words == "must" or bool(self.words)


@dataclass(frozen=True)
class Row:
    """A site in a tracker, and what is asked of it."""

    site: str
    called: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Page:
    """One page of a form.

    Parameters
    ----------
    number, title, says
        Where it stands, what it is called, and what is said above it.
    section
        The section of the instrument.
    sites
        The sites of a tracker that stand on it.
    """

    number: int
    title: str
    says: str
    section: Section
    sites: tuple[str, ...] = field(default=())


def pages(
    instrument: Instrument, sites: Mapping[str, str], *, whole: bool, each: bool, plain: bool = False
) -> list[Page]:
    """The pages of a form: each section, and, where each site is asked, so many sites a page.

    Parameters
    ----------
    instrument
        What is to be written to.
    sites
        What each site within reach is called, by its short name.
    whole
        Whether its writer speaks of what it is about as a whole, or only of the sites in its tracker.
    each
        Whether sites are asked at all: they are where it is about the programme.
    plain
        Whether it is read in plainer words.
    """
    found: list[tuple[Section, tuple[str, ...]]] = []
    named = tuple(sites)
    for section in instrument.sections:
        if whole and any(not one.by_site for one in section.questions):
            found.append((section, ()))
        if each and any(one.by_site for one in section.questions):
            found += [(section, named[at : at + SITES]) for at in range(0, len(named), SITES)]
    return [
        Page(number, _titled(reading(section, plain=plain), group, sites), section.says, section, group)
        for number, (section, group) in enumerate(found, 1)
    ]


def _titled(title: str, group: tuple[str, ...], sites: Mapping[str, str]) -> str:
    """The title of a page; where a tracker has several, with the first and the last of its sites."""
    if not group or len(sites) <= SITES:
        return title
    return f"{title}: {sites[group[0]]} to {sites[group[-1]]}"


def field_of(
    instrument: Instrument,
    question: Question,
    typed: Mapping[str, str],
    *,
    site: str | None = None,
    asks: str = "",
    before: str = "",
    faults: Iterable[Fault] = (),
    plain: bool = False,
) -> Field:
    """How one question is asked, with what was typed and what is wrong with it.

    Parameters
    ----------
    typed
        What was typed, by the name of its field.
    site
        The site that is asked.
    asks
        What it is called, where something else than its own words.
    before
        What was answered last time.
    plain
        Whether it is read in plainer words.
    """
    scale = instrument.scale(question)
    name = name_of(question.id, site)
    value = typed.get(name, "")
    chosen = set(value.split(";")) if scale.kind == "any of" else {value}
    choices = tuple(Choice(one.value, one.says, one.value in chosen) for one in offered(scale, plain=plain))
    column = name.partition(APART)[2]
    control = {"one of": "one", "any of": "any", "number": "number", "text": "long", "day": "day"}[scale.kind]
    if control in ("number", "day") and choices and value in {one.value for one in choices}:
        value = ""
    return Field(
        name,
        asks or reading(question, plain=plain),
        question.short or reading(question, plain=plain),
        question.help,
        control,
        choices,
        value,
        typed.get(f"w{name[1:]}", ""),
        "no" if scale.kind == "text" else question.with_text,
        question.needed,
        before,
        tuple(one.says for one in faults if one.column == column),
        _bounds(scale.least, scale.most, scale.least_says, scale.most_says),
    )


def _bounds(least: float | None, most: float | None, least_says: str | None, most_says: str | None) -> str:
    ends = [
        f"{end:g}" + (f" ({says})" if says else "")
        for end, says in ((least, least_says), (most, most_says))
        if end is not None
    ]
    return " to ".join(ends) if len(ends) == 2 else ""


def name_of(question: str, site: str | None = None) -> str:
    """The name of the field of an answer."""
    return f"q{APART}{question}" if site is None else f"q{APART}{question}{APART}{site}"


def typed_on(page: Page, instrument: Instrument, sent: Mapping[str, list[str]]) -> dict[str, str]:
    """What was typed on one page, by the name of its field; nothing that it does not ask."""
    found: dict[str, str] = {}
    for question in page.section.questions:
        if question.by_site != bool(page.sites):
            continue
        for site in page.sites or (None,):
            name = name_of(question.id, site)
            given = [one.strip() for one in sent.get(name, []) if one.strip()]
            third = [one.strip() for one in sent.get(f"t{name[1:]}", []) if one.strip()]
            found[name] = (third or [""])[0] or ";".join(given)
            if instrument.scale(question).kind != "text":
                found[f"w{name[1:]}"] = (sent.get(f"w{name[1:]}") or [""])[0].strip()
    return found


def answered(typed: Mapping[str, str]) -> tuple[dict[tuple[str, str | None], str], dict[tuple[str, str | None], str]]:
    """What was answered and said beside it, by question and site, from what was typed."""
    answers: dict[tuple[str, str | None], str] = {}
    words: dict[tuple[str, str | None], str] = {}
    for name, text in typed.items():
        sort, _, rest = name.partition(APART)
        question, apart, site = rest.partition(APART)
        if text and question:
            (answers if sort == "q" else words)[question, site if apart else None] = text
    return answers, words


def column_names(instrument: Instrument, typed: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """What the columns of a tracker are called.

    Where the instrument asks for their names, in the lines of a question ``elements`` for ``element-1``, ``element-2``
    and on, they are called by those, and a column without a name is left out.
    """
    listed = {one.id: typed.get(name_of(one.id)) or before.get(one.id, "") for one in instrument.questions}
    return columns(instrument, listed)
