"""A team's own rule set, in a small file of YAML.

::

    name: our-board
    version: "2026"
    source: What our board agreed in January 2026
    shift: 8
    trend: 6
    two_of_three: "no"

What a file does not say is as in ``mdc``. In ``programme.yaml`` the same stands under ``rule_sets``.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from takeroot.errors import Fault, FaultyInput, TakerootError, quoted
from takeroot.vocabulary.about_in_files import faults, written
from takeroot.vocabulary.files import plain_yaml
from takeroot.vocabulary.rulesets import RuleSet, apart


def read(path: str | Path) -> RuleSet:
    """The rule set in a file.

    Raises
    ------
    TakerootError
        If the file can not be read.
    FaultyInput
        With a sentence for each thing that is wrong with it.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(plain_yaml.LARGEST_YAML + 1)
    except OSError as error:
        raise TakerootError(f"{quoted(str(path))} can not be read: {error.strerror or error}.") from error
    words = plain_yaml.read(path.name, data)
    if not isinstance(words.said, dict):
        raise FaultyInput([Fault("lines such as 'name: our-board' are needed", path.name)])

    def row(at: plain_yaml.Path) -> int | None:
        return next((words.rows[at[:n]] for n in range(len(at), 0, -1) if at[:n] in words.rows), None)

    try:
        rules = RuleSet.model_validate(words.said)
    except ValidationError as error:
        raise FaultyInput(faults(error, RuleSet, path.name, row, "")) from error
    try:
        return apart((rules,))[0]
    except ValueError as error:
        raise FaultyInput([Fault(f"{error}, found {quoted(rules.name)}", path.name, row(("name",)))]) from error


def to_yaml(rules: RuleSet) -> bytes:
    """The rule set as a file, read back alike."""
    return written(rules, f"{rules.name}.yaml")
