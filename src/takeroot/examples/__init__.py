"""Three programmes to begin with: two that were published, and one that is made up and says so.

``prompt`` and ``frailsafe`` hold only what their sources say, with each row's source beside it; where sources conflict,
both stand. ``synthetic`` is invented by ``scripts/make_synthetic.py`` from a seed, so that what is in it is known.

References
----------
Papoutsi C, Greenhalgh T, Marjanovic S. Approaches to Spread, Scale-Up, and Sustainability. Cambridge University Press,
2024, sections 4.1 and 4.2. doi:10.1017/9781009326049. Every further source is named in the programmes themselves.
"""

from __future__ import annotations

from pathlib import Path

from takeroot.errors import NotFound
from takeroot.vocabulary.programme import Programme

_HERE = Path(__file__).parent


def names() -> list[str]:
    """The examples there are.

    Examples
    --------
    >>> names()
    ['frailsafe', 'prompt', 'synthetic']
    """
    return sorted(each.parent.name for each in _HERE.glob("*/programme.yaml"))


def path(name: str) -> Path:
    """The programme folder of an example.

    Parameters
    ----------
    name
        One of :func:`names`.

    Raises
    ------
    NotFound
        If there is no such example.

    Examples
    --------
    >>> path("prompt").name
    'prompt'
    """
    if name not in names():
        raise NotFound("example", name, names())
    return _HERE / name


def load(name: str) -> Programme:
    """An example as a programme.

    Parameters
    ----------
    name
        One of :func:`names`.

    Raises
    ------
    NotFound
        If there is no such example.

    Examples
    --------
    >>> load("prompt").sites.filter(region="Scotland").height
    12
    """
    return Programme.read(path(name))
