"""Instruments, overlays and translations of many files, put together: which lies over which, and what is in use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pydantic import ValidationError

from takeroot.errors import Fault, NotFound
from takeroot.vocabulary.files import plain_yaml
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.wording import Overlay, Translation, misplaced, overlaid, translated

Edition: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Filed:
    """What one file holds.

    Parameters
    ----------
    where
        The name of the file.
    holds
        An instrument, an overlay or a translation; none, where it has faults.
    row
        Finds the row of a path.
    faults
        What is wrong with it.
    """

    where: str
    holds: Instrument | Overlay | Translation | None
    row: Callable[[plain_yaml.Path], int | None] = field(repr=False, default=lambda _: None)
    faults: tuple[Fault, ...] = ()

    @property
    def stem(self) -> str:
        """The name of the file without its suffix."""
        return self.where.rpartition(".")[0]


@dataclass(frozen=True)
class Library:
    """Instruments, by id and edition.

    Parameters
    ----------
    editions
        Every edition of every instrument.
    in_use
        The edition of each that is in use.
    translations
        Those there are of each edition, by language.
    faults
        What is wrong with files, which then hold nothing here.
    """

    editions: Mapping[Edition, Instrument]
    in_use: Mapping[str, str]
    translations: Mapping[Edition, Mapping[str, Translation]]
    faults: tuple[Fault, ...] = ()

    def find(self, name: str, edition: str | None = None, language: str = "en") -> Instrument:
        """The instrument of this id: the edition in use unless another is asked for, in English or translated.

        Raises
        ------
        NotFound
            If there is no such instrument, edition or translation.
        """
        if name not in self.in_use:
            raise NotFound("instrument", name, self.in_use)
        known = [of for one, of in self.editions if one == name]
        given = edition or self.in_use[name]
        if given not in known:
            raise NotFound(f"edition of '{name}' called", given, known)
        found = self.editions[name, given]
        if language == found.language:
            return found
        spoken = self.translations.get((name, given), {})
        if language not in spoken:
            raise NotFound(f"translation of '{name}' called", language, [found.language, *spoken])
        return translated(found, spoken[language])


def shelve(filed: Iterable[Filed], *, onto: Library | None = None) -> Library:
    """What files hold, overlays laid over what they are of, with everything that is wrong with any of them."""
    filed = list(filed)
    shelf = _Shelf(filed, onto or Library({}, {}, {}))
    for one in filed:
        shelf.put(one)
    for one in filed:
        if isinstance(one.holds, Translation):
            shelf.translate(one, one.holds)
    return Library(shelf.editions, shelf.in_use, shelf.translations, in_order(shelf.faults))


class _Shelf:
    """Files on their way into a library."""

    def __init__(self, filed: list[Filed], onto: Library) -> None:
        self.editions = dict(onto.editions)
        self.in_use = dict(onto.in_use)
        self.translations = {of: dict(spoken) for of, spoken in onto.translations.items()}
        self.faults = [fault for one in filed for fault in one.faults]
        self._before = dict(onto.in_use)
        self._unsure = {one.stem for one in filed if one.holds is None}
        self._by_edition: dict[Edition, Filed] = {}
        named: dict[str, list[tuple[bool, str, str]]] = {}
        for one in filed:
            if (of := _edition(one.holds)) is None:
                continue
            if of in self.editions or of in self._by_edition:
                says = f"there is an edition '{of[1]}' of '{of[0]}' already; give this one another edition"
                self._fault(one, ("edition",), says)
                continue
            self._by_edition[of] = one
            named.setdefault(of[0], []).append((isinstance(one.holds, Instrument), one.stem, of[1]))
        self._known = {*self.editions, *self._by_edition}
        held = [one.holds for one in self._by_edition.values()]
        self._names = {*onto.in_use, *(one.id for one in held if isinstance(one, Instrument | Overlay) and one.id)}
        for name, editions in named.items():
            own = [edition for _, stem, edition in editions if stem == name]
            if own or name not in self.in_use:
                self.in_use[name] = own[0] if own else max(editions)[2]

    def put(self, one: Filed) -> None:
        of = _edition(one.holds)
        if of is not None and self._by_edition.get(of) is one:
            self._made(of, ())

    def _made(self, of: Edition, above: tuple[Edition, ...]) -> Instrument | None:
        """The instrument of an edition; none, where its file or one that it is laid over has faults."""
        if of in self.editions:
            return self.editions[of]
        one = self._by_edition.pop(of, None)
        if one is None:
            return None
        if isinstance(one.holds, Instrument):
            self.editions[of] = one.holds
            return one.holds
        assert isinstance(one.holds, Overlay)
        under = self._under(one, one.holds.overlay_of, one.holds.of_edition, "overlay_of", "of_edition")
        if under is None:
            return None
        if under in (*above, of):
            trail = [*above[above.index(under) if under in above else len(above) :], of, under]
            says = " → ".join(f"{name} {edition}" for name, edition in trail)
            self._fault(one, ("overlay_of",), f"overlays are laid over one another in a circle: {says}")
            return None
        base = self._made(under, (*above, of))
        if base is None:
            return None
        made = self._laid(one, base, lambda: overlaid(base, one.holds))  # type: ignore[arg-type]  # an overlay, as above
        if made is not None:
            self.editions[of] = made
        return made

    def translate(self, one: Filed, translation: Translation) -> None:
        of = self._under(one, translation.translation_of, translation.edition, "translation_of", "edition")
        if of is None or of not in self.editions:
            return
        if translation.language in self.translations.get(of, {}):
            says = f"there is a translation of '{of[0]}', edition '{of[1]}', into '{translation.language}' already"
            self._fault(one, ("language",), says)
        elif self._laid(one, self.editions[of], lambda: translated(self.editions[of], translation)) is not None:
            self.translations.setdefault(of, {})[translation.language] = translation

    def _laid(self, one: Filed, base: Instrument, make: Callable[[], Instrument]) -> Instrument | None:
        """What a wording makes of an instrument, or none, with its faults noted."""
        assert isinstance(one.holds, Overlay | Translation)
        strange = list(misplaced(base, one.holds))
        for path, says in strange:
            self._fault(one, path, says)
        if strange:
            return None
        try:
            return make()
        except ValidationError as error:
            for says in agreed(error):
                self._fault(one, (), says)
            return None

    def _under(self, one: Filed, name: str, edition: str | None, name_at: str, edition_at: str) -> Edition | None:
        """The edition that a file is laid over."""
        if name not in self._names:
            if name not in self._unsure:
                self._fault(one, (name_at,), _sentence(NotFound("instrument", name, self._names)))
            return None
        if edition is None and (name, self.in_use[name]) == _edition(one.holds):
            edition = self._before.get(name)  # what is in use because of this file lies over what was before
        of = (name, edition or self.in_use[name])
        if of in self._known:
            return of
        if name not in self._unsure:
            editions = sorted({each for other, each in self._known if other == name})
            self._fault(one, (edition_at,), _sentence(NotFound(f"edition of '{name}' called", of[1], editions)))
        return None

    def _fault(self, one: Filed, path: plain_yaml.Path, says: str) -> None:
        self.faults.append(Fault(says, one.where, one.row(path)))


def _edition(holds: Instrument | Overlay | Translation | None) -> Edition | None:
    if isinstance(holds, Instrument):
        return holds.id, holds.edition
    return (holds.id or holds.overlay_of, holds.edition) if isinstance(holds, Overlay) else None


def _sentence(error: NotFound) -> str:
    """As the other faults are written: in small letters, without an end."""
    return "; ".join(part[0].lower() + part[1:] for part in str(error).rstrip(".").split(". "))


def agreed(error: ValidationError) -> list[str]:
    """What the parts of an instrument say against each other, where nothing else is wrong with them."""
    return [str(one.get("ctx", {}).get("error", one["msg"])) for one in error.errors(include_url=False)]


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """By file, and then by row."""
    return tuple(sorted(faults, key=lambda fault: (fault.where, fault.place)))
