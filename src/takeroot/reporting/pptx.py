"""Measures as slides: a summary, then one measure a slide, with the finding as its title.

Charts are drawn as vectors, with a picture of dots for programs that know none; every picture says in words what it
shows, and the numbers stand in the notes. The same programme gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from takeroot.reporting import deck
from takeroot.reporting.chosen import Chosen
from takeroot.reporting.views import View, views
from takeroot.vocabulary.files.workbook_out import MADE
from takeroot.vocabulary.files.zipped import zip_bytes


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
