"""Measures as slides: a summary, then one measure a slide, with the finding as its title.

Charts are drawn as vectors, with a picture of dots for programs that know none; every picture says in words what it
shows, and the numbers stand in the notes. The same programme gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from takeroot.reporting import deck
from takeroot.reporting.chosen import Chosen
from takeroot.reporting.results import Results
from takeroot.reporting.views import View, views
from takeroot.vocabulary.files.disk import write_file
from takeroot.vocabulary.files.workbook_out import MADE
from takeroot.vocabulary.files.zipped import zip_bytes
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.rulesets import RuleSet


def write(
    programme: Programme | Results,
    path: Path | str,
    *,
    measures: Iterable[str] = (),
    sites: Iterable[str] = (),
    rules: RuleSet | str | None = None,
) -> Path:
    """Write the measures of a programme as slides; wholly, or not at all.

    Parameters
    ----------
    programme
        The programme, or its results.
    path
        The file, which ends in ``.pptx``.
    measures, sites, rules
        What to take: see :meth:`Chosen.of <takeroot.reporting.chosen.Chosen.of>`.

    Returns
    -------
    Path
        Where it is now.
    """
    chosen = Chosen.of(programme, measures=measures, sites=sites, rules=rules)
    write_file(path, made(chosen, Path(path).name))
    return Path(path)


def made(chosen: Chosen, file: str = "measures.pptx", step: Callable[[View], None] | None = None) -> bytes:
    """The slides, as a file.

    Parameters
    ----------
    chosen
        What is taken.
    file
        Its name, for the command that makes it again.
    step
        Told of every view before it is drawn.
    """
    slides = deck.Deck(f"Measures: {chosen.whole.name}", MADE)
    pictures = list(views(chosen))
    deck.summaries(slides, chosen, pictures)
    for view in pictures:
        if step:
            step(view)
        deck.measure(slides, view)
    deck.about(slides, chosen, file)
    return _always_alike(slides.content())


def _always_alike(content: bytes) -> bytes:
    """The same file without the hour at which it was made."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return zip_bytes({name: packed.read(name) for name in packed.namelist()})
