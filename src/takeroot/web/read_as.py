"""In which language and reading an instrument is read: what an address asks for, and the ways there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.instruments_in_files import Library

#: What languages are called in themselves, where their code does not say enough.
LANGUAGES = {"en": "English", "cy": "Cymraeg", "de": "Deutsch", "fr": "Français", "es": "Español", "pl": "Polski"}


@dataclass(frozen=True)
class How:
    """In which language and reading an instrument is read.

    Parameters
    ----------
    instrument
        In that language.
    language
        Its code; empty, where it is the language in which it was written.
    plain
        Whether in plainer words.
    ways
        The others there are: what each is called, its address, and whether this is it.
    """

    instrument: Instrument
    language: str
    plain: bool
    ways: tuple[tuple[str, str, bool], ...]

    @property
    def asked(self) -> dict[str, str]:
        """What an address says of it."""
        return ({"in": self.language} if self.language else {}) | ({"plain": "1"} if self.plain else {})

    @property
    def query(self) -> str:
        """What addresses end with."""
        return f"?{urlencode(self.asked)}" if self.asked else ""

    @property
    def further(self) -> str:
        """The same, where an address asks for something else before it."""
        return f"&{urlencode(self.asked)}" if self.asked else ""


def how_of(
    given: Mapping[str, str],
    languages: Sequence[str],
    said_in: Callable[[str], Instrument],
    besides: Mapping[str, str] | None = None,
) -> How:
    """How an address asks for an instrument.

    Parameters
    ----------
    given
        What the address says.
    languages
        The languages there are, the first as it was written.
    said_in
        The instrument in one of them.
    besides
        What else its addresses say.
    """
    language = given.get("in", "")
    language = language if language in languages[1:] else ""
    instrument, plain, kept = said_in(language or languages[0]), bool(given.get("plain")), dict(besides or {})
    reads_plain = instrument.reads_plain
    plain = plain and reads_plain
    ways = []
    if len(languages) > 1:
        for nth, one in enumerate(languages):
            asked = kept | ({"in": one} if nth else {}) | ({"plain": "1"} if plain else {})
            ways.append((LANGUAGES.get(one, one), f"?{urlencode(asked)}", one == (language or languages[0])))
    if reads_plain:
        asked = kept | ({"in": language} if language else {})
        ways.append(("Usual words", f"?{urlencode(asked)}", not plain))
        ways.append(("Plainer words", f"?{urlencode(asked | {'plain': '1'})}", plain))
    return How(instrument, language, plain, tuple(ways))


def how_in(known: Library, one: Instrument, given: Mapping[str, str], besides: Mapping[str, str] | None = None) -> How:
    """How an address asks for an edition of a library, in any language there is of it."""
    languages = [one.language, *(name for name in spoken(known, one) if name != one.language)]
    return how_of(given, languages, lambda name: known.find(one.id, one.edition, name), besides)


def spoken(known: Library, one: Instrument) -> list[str]:
    """The languages into which an edition is translated."""
    return list(known.translations.get((one.id, one.edition), {}))
