"""Measures to take away: one door for every kind of file.

::

    from takeroot.reporting import takeaway

    takeaway.write(programme, "board.pptx", measures=["falls"], rules="mdc-6")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from takeroot.errors import TakerootError
from takeroot.reporting.chosen import Chosen
from takeroot.reporting.results import Results
from takeroot.reporting.views import View
from takeroot.vocabulary.files.disk import write_file
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.rulesets import RuleSet

#: What is told of every view before it is drawn.
Step = Callable[[View], None]


def _xlsx(chosen: Chosen, file: str, step: Step | None) -> bytes:
    from takeroot.reporting import xlsx

    return xlsx.made(chosen, file)


def _pptx(chosen: Chosen, file: str, step: Step | None) -> bytes:
    from takeroot.reporting import pptx

    return pptx.made(chosen, file, step)


def _zip(chosen: Chosen, file: str, step: Step | None) -> bytes:
    from takeroot.reporting import pictures

    return pictures.made(chosen, file, step)


#: The kinds of file that measures can be taken away in, by their suffix.
FORMATS: dict[str, Callable[[Chosen, str, Step | None], bytes]] = {".xlsx": _xlsx, ".pptx": _pptx, ".zip": _zip}


def content(
    programme: Programme | Results,
    file: str,
    *,
    measures: Iterable[str] = (),
    sites: Iterable[str] = (),
    rules: RuleSet | str | None = None,
    step: Step | None = None,
) -> bytes:
    """Measures of a programme, as a file.

    Parameters
    ----------
    programme
        The programme, or its results; of somebody who may see a part, the part.
    file
        Its name; the suffix says which kind: ``.xlsx``, ``.pptx`` or ``.zip``.
    measures, sites, rules
        What to take: see :meth:`Chosen.of <takeroot.reporting.chosen.Chosen.of>`.
    step
        Told of every view before it is drawn.

    Raises
    ------
    TakerootError
        If it is no kind of file that measures can be taken away in.
    NotFound
        If there is no such measure, site or rule set.
    NotEnough
        If there is no value to chart.
    FaultyInput
        If a workbook can not hold as much.

    Examples
    --------
    >>> falls = {"measure": ["falls"] * 2, "site": ["A"] * 2, "on": ["2024-01", "2024-02"], "value": [4, 5]}
    >>> content(Programme("Safer wards", values=falls), "falls.xlsx")[:2]
    b'PK'
    """
    suffix = Path(file).suffix.lower()
    if suffix not in FORMATS:
        found = f"'{Path(file).suffix}'" if Path(file).suffix else "no suffix"
        raise TakerootError(f"Measures are written as {', '.join(FORMATS)}; found {found}.")
    chosen = Chosen.of(programme, measures=measures, sites=sites, rules=rules)
    return FORMATS[suffix](chosen, Path(file).name, step)


def write(
    programme: Programme | Results,
    path: Path | str,
    *,
    measures: Iterable[str] = (),
    sites: Iterable[str] = (),
    rules: RuleSet | str | None = None,
) -> Path:
    """Write measures of a programme to a file, as :func:`content` gives it; wholly, or not at all.

    Returns
    -------
    Path
        Where it is now.
    """
    write_file(path, content(programme, Path(path).name, measures=measures, sites=sites, rules=rules))
    return Path(path)
