"""Write the pages of docs/reference/ that are made from the code: ``make docs``. A test compares them."""

from __future__ import annotations

import inspect
import json
import re
import types
import typing
from collections.abc import Iterator
from enum import EnumType
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import takeroot
from takeroot.cli import main as command_line
from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.about import About
from takeroot.vocabulary.column import Column
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.instrument_schema import schema
from takeroot.vocabulary.rule import Rule
from takeroot.vocabulary.rulesets import RULE_SETS
from takeroot.vocabulary.stages import Stage
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TABLES

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
MADE = "<!-- Made from the code by `make docs`; change the code instead. -->"

KINDS = {
    "text": "text",
    "word": "one of a list of words",
    "day": "a day: 2024-03-31 in files",
    "number": "a number",
    "count": "a whole number",
    "share": "a number from 0 to 1; files may say 40%",
    "share_or_word": "a number from 0 to 1, or one of a list of words",
    "yes_no": "yes or no",
    "references": "references, each `table:id`, several joined by `;`",
}


# Tables


def tables() -> str:
    """Every table and column."""
    lines = ["# Tables", "", MADE, ""]
    lines += ["A programme folder holds `programme.yaml` and any of these tables, each as a CSV file of its name."]
    lines += ["A workbook holds them as sheets, and a sheet `programme` for what `programme.yaml` says."]
    lines += ["Nothing but a name is needed to begin.", ""]
    lines += ["Every table may have a column `id`: a short name of the row, made from its key where it is empty."]
    lines += ["A reference to a row is `table:id`.", "Unknown is an empty cell, never zero.", ""]
    lines += ["A column holds:", "", *(f"- *{kind.replace('_', ' ')}*: {says}" for kind, says in KINDS.items()), ""]
    lines += ["| table | holds |", "| --- | --- |"]
    lines += [f"| [{table.name}](#{table.name}) | {table.meaning} |" for table in TABLES.values()]
    for table in TABLES.values():
        lines += ["", *_table(table)]
    return "\n".join(lines) + "\n"


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    yield f"{table.meaning}."
    if table.key:
        yield f"A row is made unique by: {', '.join(table.key)}."
    else:
        yield "A row is made unique by all of its columns together."
    if table.open:
        yield "Further columns are kept as covariates."
    yield ""
    yield "| column | holds | must be said | meaning |"
    yield "| --- | --- | :-: | --- |"
    for name, column in table.columns.items():
        yield f"| `{name}` | {_holds(column)} | {'yes' if column.required else ''} | {_cell(column.meaning)} |"


def _holds(column: Column) -> str:
    says = column.kind.replace("_", " ")
    if column.unit:
        says += f", {column.unit}"
    if column.least is not None and column.most is not None:
        says += f", {column.least:g} to {column.most:g}"
    elif column.least is not None:
        says += f", {column.least:g} or more"
    if column.words:
        says += ": " + ", ".join(f"`{word}`" for word in column.words)
    if column.examples:
        says += ", such as " + ", ".join(f"`{word}`" for word in column.examples)
    if column.refers:
        says += f", of [{column.refers}](#{column.refers})"
    if column.month:
        says += ", or a month (2024-03)"
    return says


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# Commands


def commands() -> str:
    """The help of every command, as it is printed."""
    lines = ["# Commands", "", MADE, ""]
    lines += ["Data go to stdout or to the file after `-o`, words to stderr."]
    lines += ["A mistake of yours is one sentence, or one for each fault, and exit code 2."]
    lines += ["`python -m takeroot` is the same as `takeroot`.", ""]
    for name, command, above in _commands(command_line, "takeroot", None):
        context = click.Context(
            command,
            parent=above,
            info_name=name,
            terminal_width=100,
            max_content_width=100,
            help_option_names=["-h", "--help"],
        )
        lines += [f"## {context.command_path}", "", "```text", command.get_help(context).strip(), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _commands(
    command: click.Command, name: str, above: click.Context | None
) -> Iterator[tuple[str, click.Command, click.Context | None]]:
    yield name, command, above
    if isinstance(command, click.Group):
        here = click.Context(command, parent=above, info_name=name)
        for each in command.list_commands(here):
            yield from _commands(command.commands[each], each, here)


# What programme.yaml says


def programme() -> str:
    """Every field of programme.yaml."""
    lines = ["# programme.yaml", "", MADE, ""]
    lines += ["The programme in words, and what it means by its words.", "Only the name is needed to begin."]
    lines += ["What is left empty is shown as empty."]
    lines += [
        "It is written in YAML, and what a field holds says how its words are read.",
        "So text stays as it was written (`1.10`, `012`, `no`), and a number, a day or `yes` is one where it is meant.",
        "A field that stands twice is a fault, and so is a reference (`*` and `&`) or a tag (`!`).",
        "",
    ]
    for title, declared in _declared(About, "The programme"):
        lines += [
            f"## {title}",
            "",
            _summary(declared),
            "",
            "| field | holds | if empty | meaning |",
            "| --- | --- | --- | --- |",
        ]
        meanings = _parameters(declared)
        for name, field in declared.model_fields.items():
            empty = "must be said" if field.is_required() else _default(field)
            lines.append(f"| `{name}` | {_cell(_type(field.annotation))} | {empty} | {_cell(meanings.get(name, ''))} |")
        lines.append("")
    example = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    lines += ["A rule is printed beside every figure that follows it:", "", f"> {example}"]
    return "\n".join(lines) + "\n"


def _declared(model: type[BaseModel], title: str) -> Iterator[tuple[str, type[BaseModel]]]:
    yield title, model
    for name, field in model.model_fields.items():
        for part in _parts(field.annotation):
            if inspect.isclass(part) and issubclass(part, BaseModel):
                yield from _declared(part, f"{name}" if model is About else f"{title}: {name}")


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in typing.get_args(annotation):
        yield from _parts(part)


def _type(annotation: Any) -> str:
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return "one of: " + ", ".join(f"`{word}`" for word in parts)
    if origin is typing.Annotated:
        return _type(parts[0])
    if origin is tuple:
        return f"a list: {_type(parts[0])}"
    if origin in (typing.Union, types.UnionType):
        return _type(next(part for part in parts if part is not type(None)))
    if isinstance(annotation, EnumType):
        return "one of: " + ", ".join(f"`{word.value}`" for word in annotation)  # type: ignore[attr-defined]
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return "fields, below"
    if typing.get_origin(getattr(annotation, "__value__", None)):
        return _type(annotation.__value__)
    return {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "date": "a day"}[
        annotation.__name__
    ]


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value in (None, "", ()) or isinstance(value, BaseModel):
        return "nothing is said"
    if isinstance(value, tuple):
        return ", ".join(f"`{getattr(each, 'value', each)}`" for each in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _parameters(described: Any) -> dict[str, str]:
    """What a docstring says of each parameter, numpy manner."""
    text = inspect.getdoc(described) or ""
    found = re.search(r"^Parameters\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", text, re.S | re.M)
    meanings: dict[str, str] = {}
    for block in re.split(r"\n(?=\S)", found[1].strip("\n")) if found else []:
        names, _, says = block.partition("\n")
        sentence = " ".join(line.strip() for line in says.splitlines()).replace("``", "`").strip()
        meanings |= {name.strip(): sentence for name in names.split(",")}
    return meanings


def _summary(described: Any) -> str:
    return _plain((inspect.getdoc(described) or "").partition("\n\n")[0].replace("\n", " "))


def _plain(text: str) -> str:
    """What reStructuredText says, in Markdown."""
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text)
    return text.replace("``", "`")


# Stages and rule sets


def stages() -> str:
    """The nine stages."""
    lines = [
        "# Stages",
        "",
        MADE,
        "",
        *(inspect.getdoc(import_module("takeroot.vocabulary.stages")) or "").split("\n\n")[1].split("\n"),
    ]
    lines = [_plain(line) for line in lines]
    lines += ["", "| stage | meaning | contacted | ever used | in use |", "| --- | --- | :-: | :-: | :-: |"]
    for stage in Stage:
        marks = " | ".join("x" if so else "" for so in (stage.contacted, stage.ever_used, stage.in_use))
        lines.append(f"| `{stage.value}` | {stage.meaning} | {marks} |")
    return "\n".join(lines) + "\n"


def rule_sets() -> str:
    """The named rule sets of control charts."""
    lines = ["# Rule sets of control charts", "", MADE, ""]
    lines += ["A control chart is judged by a named, versioned set of rules, and every result carries its name.", ""]
    first = next(iter(RULE_SETS.values()))
    lines += [f"| | {' | '.join(f'`{name}`' for name in RULE_SETS)} |", f"| --- |{' --- |' * len(RULE_SETS)}"]
    for name in (name for name in type(first).model_fields if name != "name"):
        values = (getattr(rules, name) for rules in RULE_SETS.values())
        lines.append(f"| {name.replace('_', ' ')} | {' | '.join(_said(value) for value in values)} |")
    lines += ["", *(f"- *{name.replace('_', ' ')}*: {says}" for name, says in _parameters(type(first)).items())]
    return "\n".join(lines) + "\n"


def _said(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


# Instruments


def instruments() -> str:
    """The instruments that Takeroot brings, and how surely what each says of itself is known."""
    shelf = instruments_in_files.whole()
    lines = ["# Instruments", "", MADE, ""]
    lines += ["The sentences of every instrument are our own paraphrase, never the official wording."]
    lines += ["What is marked *unconfirmed* could not be read in its source; it is shown as such wherever it is used."]
    lines += [""]
    lines += ["Each is one file; [write an instrument](../how-to/write-an-instrument.md) says what may stand in it."]
    lines += ["[instrument.schema.json](instrument.schema.json) says the same to an editor.", ""]
    lines += ["| instrument | edition | kind | questions | scoring |", "| --- | --- | --- | ---: | --- |"]
    for (name, edition), one in shelf.editions.items():
        scoring = one.scoring.rule + (", with a total" if one.scoring.total else "")
        lines.append(f"| [`{name}`](#{_anchor(one)}) | {edition} | {one.kind} | {len(one.questions)} | {scoring} |")
    for one in shelf.editions.values():
        lines += ["", *_instrument(one)]
    return "\n".join(lines) + "\n"


def _anchor(one: Instrument) -> str:
    return re.sub(r"[^a-z0-9 _-]", "", f"{one.id} {one.edition}".lower()).replace(" ", "-")


def _instrument(one: Instrument) -> Iterator[str]:
    yield f"## {one.id} {one.edition}"
    yield ""
    yield f"**{one.title}**"
    yield ""
    yield from (f"- {said}" for said in _of_instrument(one))
    for status in ("confirmed", "unconfirmed"):
        facts = [fact for fact in one.facts if fact.status == status]
        if facts:
            yield ""
            yield f"{status.capitalize()}:"
            yield ""
            yield from (f"- {fact.says}" + (f" ({fact.source})" if fact.source else "") for fact in facts)


def _of_instrument(one: Instrument) -> Iterator[str]:
    yield one.purpose
    yield f"Who answers: {one.who}"
    yield f"Licence: {one.licence}"
    yield from (f"Source: {source}" for source in one.source)
    yield from (f"Caution: {caution}" for caution in one.cautions)
    if one.shell:
        yield "Only a shell, for those who hold the official text."
    unsure = [question.id for question in one.questions if question.status == "unconfirmed"]
    if unsure:
        yield f"Questions that are not confirmed to be asked by the source: {', '.join(unsure)}."


def instrument_schema() -> str:
    """What the file of an instrument may say, for editors."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


# The library


def library() -> str:
    """Every public function, room by room."""
    lines = [
        "# The library",
        "",
        MADE,
        "",
        "`import takeroot as tr`, then `tr.ROOM.FUNCTION`: each room is loaded on first use.",
    ]
    lines += ["`help(tr.spc.chart)` shows a function whole, with its parameters, what it returns and an example.", ""]
    for name, place in {**takeroot.WORDS, **takeroot.ROOMS}.items():
        here = getattr(import_module(place), name) if name in takeroot.WORDS else import_module(place)
        lines += [f"## tr.{name}", "", _summary(here), ""]
        if inspect.ismodule(here):
            for each, function in public_functions(here):
                lines += [
                    f"### {name}.{each}",
                    "",
                    "```python",
                    f"{each}{_signature(function)}",
                    "```",
                    "",
                    _summary(function),
                    "",
                ]
    return "\n".join(lines).rstrip() + "\n"


def public_functions(room: types.ModuleType) -> Iterator[tuple[str, types.FunctionType]]:
    """The functions that a room offers: those it names in ``__all__``, or its own."""
    named = getattr(room, "__all__", None)
    for name, value in inspect.getmembers(room, inspect.isfunction):
        own = value.__module__ == room.__name__ and not name.startswith("_")
        if own if named is None else name in named:
            yield name, value


def _signature(function: types.FunctionType) -> str:
    """As written, whatever it is called with."""
    parts, told = [], inspect.signature(function)
    star = False
    for parameter in told.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            parts.append("*")
            star = True
        if parameter.kind is parameter.VAR_POSITIONAL:
            star = True
        shown = str(parameter).replace("'", "")
        if isinstance(parameter.default, str):
            shown = f"{shown.rpartition(' = ')[0]} = {parameter.default!r}"
        parts.append(shown)
    returns = "" if told.return_annotation is told.empty else f" -> {told.return_annotation}"
    return f"({', '.join(parts)}){returns}"


# Settings


def settings() -> str:
    """What the environment may change about the workbench."""
    said = inspect.getdoc(import_module("takeroot.web.environment")) or ""
    table = said[said.index("===") :].strip("\n").split("\n")
    starts = [match.start() for match in re.finditer(r"(?:^|(?<= ))=+", table[0])]
    rows: list[list[str]] = []
    for line in table[1:]:
        cells = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
        if set(line) <= {"=", " "}:
            continue
        if cells[0]:
            rows.append(cells)
        else:  # a cell goes on
            rows[-1] = [f"{above} {here}".strip() for above, here in zip(rows[-1], cells, strict=True)]
    head, *body = rows
    lines = [
        "# Settings",
        "",
        MADE,
        "",
        "The workbench takes its settings from the environment; each has a default that works on a laptop.",
        "",
    ]
    lines += [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| `{name}` | {' | '.join(_cell(_plain(cell)) for cell in rest)} |" for name, *rest in body]
    return "\n".join(lines) + "\n"


#: What each page says, by its name.
PAGES = {
    "commands.md": commands,
    "instrument.schema.json": instrument_schema,
    "instruments.md": instruments,
    "library.md": library,
    "programme.md": programme,
    "rule-sets.md": rule_sets,
    "settings.md": settings,
    "stages.md": stages,
    "tables.md": tables,
}

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
