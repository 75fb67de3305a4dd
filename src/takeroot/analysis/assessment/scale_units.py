"""How many steps is it to full scale, if each step multiplies the units? A way of asking questions, and not a rule.

From one unit to N by a factor f takes the smallest k for which f^k is at least N. It is counted in whole numbers: by
logarithms 125 units would take four steps of five instead of three, since log(125) / log(5) comes out a little above 3.

References
----------
Barker PM, Reid A, Schall MW. A framework for scaling up health interventions: lessons from large-scale improvement
initiatives in Africa. Implementation Science 2016;11:12. The factor of five is taught by the Institute for Healthcare
Improvement and was not found in the article.
"""

from __future__ import annotations

from collections.abc import Iterator

from takeroot.errors import TakerootError, quoted

#: By how many times the Institute for Healthcare Improvement teaches to grow at each step.
TAUGHT = 5


def sizes(full: int, *, times: int = TAUGHT, start: int = 1) -> tuple[int, ...]:
    """How many units to plan for at each step, from the units now to all of them.

    Parameters
    ----------
    full
        How many units are full scale.
    times
        By how many times the units grow at each step.
    start
        In how many units it works now.

    Returns
    -------
    tuple of int
        The units now, after each step, and last all units, which may be a smaller step than the others.

    Raises
    ------
    TakerootError
        If one of them is no whole number, if nothing would grow, or if it works in more units than there are.

    Examples
    --------
    >>> sizes(104)
    (1, 5, 25, 104)
    >>> sizes(125)
    (1, 5, 25, 125)
    >>> sizes(38, times=2, start=3)
    (3, 6, 12, 24, 38)
    """
    return tuple(_sizes(*_checked(full, times, start)))


def steps(full: int, *, times: int = TAUGHT, start: int = 1) -> int:
    """How many steps it takes until all units are reached.

    Parameters
    ----------
    full, times, start
        As in :func:`sizes`.

    Returns
    -------
    int
        The smallest number of steps after which ``start`` has grown to at least ``full``.

    Raises
    ------
    TakerootError
        As :func:`sizes` does.

    Examples
    --------
    >>> [steps(full) for full in (5, 6, 125, 126)]
    [1, 2, 3, 4]
    >>> steps(1)
    0
    """
    return len(sizes(full, times=times, start=start)) - 1


def _sizes(full: int, times: int, start: int) -> Iterator[int]:
    while start < full:
        yield start
        start *= times
    yield full


def _checked(full: int, times: int, start: int) -> tuple[int, int, int]:
    full = _whole("the number of units at full scale", full, 1)
    times = _whole("the number of times by which the units grow at each step", times, 2)
    start = _whole("the number of units in which it works now", start, 1)
    if start > full:
        raise TakerootError(f"It works in {start:,} units, which is more than the {full:,} of full scale; correct one.")
    return full, times, start


def _whole(what: str, found: object, least: int) -> int:
    """A number that is whole and not too small, such as 5 or 5.0."""
    if isinstance(found, int | float) and not isinstance(found, bool) and found == found // 1 and found >= least:
        return int(found)
    raise TakerootError(f"A whole number of at least {least} is needed as {what}; found {quoted(found)}.")
