"""``mappings.yaml``: what the layouts of a team's trackers were taken to mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from takeroot.errors import Fault, FaultyInput
from takeroot.exchange.tracker.mapping import Mapping
from takeroot.vocabulary import about_in_files
from takeroot.vocabulary.files import contents, plain_yaml
from takeroot.vocabulary.rule import Declared

NAME = "mappings.yaml"


class Mappings(Declared):
    """Several mappings, each for one layout; next month's file is known by its headings.

    Parameters
    ----------
    mappings
        In the order in which they were first made; each name stands once.

    Examples
    --------
    >>> kept = Mappings().with_mapping(Mapping(name="wards", columns=[{"heading": "Ward", "means": "site"}]))
    >>> Mappings.read(kept.text()) == kept
    True
    """

    mappings: tuple[Mapping, ...] = Field(default=())

    @classmethod
    def read(cls, source: Path | str | bytes) -> Mappings:
        """The mappings in a file, or in its text.

        Raises
        ------
        FaultyInput
            With every fault and its row.
        """
        if isinstance(source, Path) or (
            isinstance(source, str) and "\n" not in source and ":" not in source and source
        ):
            return cls._of(contents(source, plain_yaml.LARGEST_YAML))
        return cls._of(source if isinstance(source, bytes) else source.encode())

    @classmethod
    def _of(cls, data: bytes) -> Mappings:
        words = plain_yaml.read(NAME, data)
        if words.said is None:
            return cls()

        def row(path: plain_yaml.Path) -> int | None:
            return next((words.rows[path[:n]] for n in range(len(path), 0, -1) if path[:n] in words.rows), None)

        if not isinstance(words.said, dict):
            raise FaultyInput([Fault("a line 'mappings:' and a list below it are needed", NAME)])
        try:
            read = cls.model_validate(words.said)
        except ValidationError as error:
            raise FaultyInput(_faults(error, row)) from None
        names = [one.name for one in read.mappings]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise FaultyInput(
                [Fault(f"two mappings are called '{name}'; each needs its own name", NAME) for name in doubled]
            )
        return read

    def text(self) -> str:
        """mappings.yaml."""
        return about_in_files.written(self, NAME).decode()

    def write(self, path: Path | str) -> Path:
        """Write mappings.yaml, wholly or not at all."""
        from takeroot.vocabulary.files import write_file

        write_file(path, self.text().encode())
        return Path(path)

    def named(self, name: str) -> Mapping | None:
        """The mapping of this name."""
        return next((one for one in self.mappings if one.name == name), None)

    def with_mapping(self, mapping: Mapping) -> Mappings:
        """These, with this one put in the place of that of its name, or added."""
        if self.named(mapping.name) is None:
            return self.model_copy(update={"mappings": (*self.mappings, mapping)})
        placed = tuple(mapping if one.name == mapping.name else one for one in self.mappings)
        return self.model_copy(update={"mappings": placed})

    def like(self, headings: frozenset[str]) -> Mapping | None:
        """The mapping whose layout these headings show: the most of its own, and at least six in ten."""
        found: tuple[float, int, Mapping] | None = None
        for at, one in enumerate(self.mappings):
            own = one.signature
            share = len(own & headings) / len(own) if own else 0.0
            if share >= 0.6 and (found is None or (share, len(own)) > (found[0], len(found[2].signature))):
                found = (share, at, one)
        return found[2] if found else None


def _faults(error: ValidationError, row: Any) -> tuple[Fault, ...]:
    return about_in_files.faults(error, Mappings, NAME, row, "write '- ' before each of its items")
