"""Which editions of instruments were asked or answered in a programme, and what may therefore not become of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from takeroot.errors import Fault, FaultyInput, TakerootError, quoted
from takeroot.vocabulary import own_editions, own_instruments
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.instrument_library import Edition, Library, shelve
from takeroot.vocabulary.instruments_in_files import whole
from takeroot.vocabulary.own_instruments import looked
from takeroot.vocabulary.wording import Translation
from takeroot.web import archive
from takeroot.web.models import Asking, Programme

_STAYS = "was asked or answered here, so it stays as it is. Give what you changed an edition of its own: both are kept."


def answered(row: Programme) -> set[Edition]:
    """Every edition that a round asked, or that something was written to; a noted dependence is of every edition."""
    linked = set(row.links.order_by().values_list("instrument", flat=True).distinct())
    named = [of for of in row.library.editions if of[0] in linked]
    named += Asking.objects.filter(programme=row).order_by().values_list("instrument", "edition").distinct()
    for rows in (row.rounds, row.entries):
        named += rows.order_by().values_list("instrument", "edition").distinct()
    return {(name, edition) for name, edition in named if name and edition}


def edition_now(row: Programme, instrument: Instrument) -> Instrument:
    """An edition as the programme has it now, for whoever holds its lock: a page may have been read before."""
    return row.library.editions.get((instrument.id, instrument.edition), instrument)


def check(row: Programme, after: Mapping[str, str], sent: Mapping[str, str] | None = None) -> None:
    """Refuse files that are wrong together, and any change of what was asked or answered.

    Parameters
    ----------
    after
        The files as they would be, by name.
    sent
        What each of those that come in was called by whoever sent it.

    Raises
    ------
    FaultyInput
        With every fault of the files.
    TakerootError
        If an edition that was asked or answered would be another one.
    """
    sent = sent or {}
    _, unfit = own_instruments.taken({name: text.encode() for name, text in after.items()})
    if unfit:
        raise FaultyInput(unfit)
    in_order = sorted(after, key=lambda name: name in sent)  # of two that are alike, that which came in is at fault
    found = shelve([looked(name, after[name]) for name in in_order], onto=whole())
    _refuse_to_reword(row, row.library, found)
    if found.faults:
        raise FaultyInput([replace(one, where=sent.get(one.where, one.where)) for one in found.faults])


def coming(row: Programme, texts: Mapping[str, str]) -> tuple[dict[str, str], tuple[Fault, ...]]:
    """The files as they would be once others came in, or why they can not; nothing, where nothing would change.

    Where there are none yet, they lie under the names that they have.
    """
    there = archive.instruments_of(row)
    if not texts or texts == there:
        return {}, ()
    try:
        made = own_editions.placed(there, texts) if there else own_editions.Placed(dict(texts), {})
        check(row, made.texts, made.sent)
    except FaultyInput as faulty:
        return {}, faulty.faults
    except TakerootError as error:
        return {}, (Fault(str(error), own_instruments.FOLDER),)
    return made.texts if made.texts != there else {}, ()


def _refuse_to_reword(row: Programme, before: Library, after: Library) -> None:
    for edition in sorted(answered(row)):
        if edition in before.editions and after.editions.get(edition) != before.editions[edition]:
            raise TakerootError(f"Edition {quoted(edition[1])} of {quoted(edition[0])} {_STAYS}")
        spoken = after.translations.get(edition, {})
        for language, words in before.translations.get(edition, {}).items():
            if language not in spoken or _said(spoken[language]) != _said(words):
                of = f"The translation of {quoted(edition[0])}, edition {quoted(edition[1])}, into {quoted(language)}"
                raise TakerootError(f"{of}, {_STAYS}")


def _said(translation: Translation) -> Translation:
    """What a translation says, whether or not it names its edition."""
    return translation.model_copy(update={"edition": None})
