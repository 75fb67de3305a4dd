"""What a machine can keep, nobody is asked to remember."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import click
import pytest

import takeroot
from takeroot.vocabulary.stages import Stage
from takeroot.vocabulary.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src"
PACKAGE = SRC / "takeroot"
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
CACHES = ("pytest", "mypy", "ruff", "import_linter")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
named = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


def kept_files() -> list[Path]:
    """The files of the project: those that git has or would have."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        passing = {".git", ".venv", "__pycache__", "demo", ".hypothesis", *(f".{tool}_cache" for tool in CACHES)}
        return [path for path in ROOT.rglob("*") if path.is_file() and not passing & set(path.parts)]
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def run_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


# The floors


def test_imports_go_down_the_stairs_only() -> None:
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_workbench_is_imported_by_its_own_commands_only() -> None:
    within = {
        function.name: ast.unparse(function)
        for path in sorted((PACKAGE / "cli").glob("*.py"))
        for function in ast.parse(text_of(path)).body
        if isinstance(function, ast.FunctionDef)
    }
    assert [name for name, text in within.items() if "takeroot.web" in text] == ["workbench"]
    people = ["person_add", "person_reset", "person_role", "person_list"]
    running = ["demo", "serve", "backup", "restore", "digest", "workbench"]
    assert [name for name, text in within.items() if "workbench(" in text] == [*people, *running]


def test_no_figure_depends_on_the_day_it_is_made() -> None:
    clock = re.compile(r"\b(date|datetime|dt)\.(today|now|utcnow)\(|\btime\.time(_ns)?\(")
    below = [path for path in MODULES if path.relative_to(PACKAGE).parts[0] != "web"]
    assert [path for path in below if clock.search(text_of(path))] == []


def test_no_module_is_imported_in_a_circle() -> None:
    names = {".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    above = {name: imported_when_loaded(name, path) & names.keys() - {name} for name, path in names.items()}
    try:
        TopologicalSorter(above).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def imported_when_loaded(name: str, path: Path) -> set[str]:
    """What a module imports when it is loaded itself: not inside functions, and not for types only."""
    found: set[str] = set()
    body = list(ast.parse(text_of(path)).body)
    while body:
        node = body.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            deeper = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {each for each in deeper if is_module(each)} or {node.module}
        elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
            body += node.body + node.orelse
        elif isinstance(node, ast.Try):
            body += node.body + [each for handler in node.handlers for each in handler.body]
    return found


def is_module(name: str) -> bool:
    place = SRC.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def test_importing_takeroot_costs_next_to_nothing() -> None:
    code = (
        "import sys, takeroot\n"
        "heavy = {'django', 'altair', 'polars', 'pydantic', 'numpy', 'click', 'rich'} & set(sys.modules)\n"
        "print(*sorted(heavy))"
    )
    assert run_python(code).split() == []


def test_every_room_opens() -> None:
    for name in takeroot.__all__:
        assert getattr(takeroot, name) is not None


def test_a_room_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(AttributeError, match="takeroot has no room 'adaption'; there are: Programme, "):
        _ = takeroot.adaption


# Names


def test_rooms_and_words_are_in_order() -> None:
    assert list(takeroot.ROOMS) == sorted(takeroot.ROOMS)
    assert list(takeroot.WORDS) == sorted(takeroot.WORDS)
    assert set(takeroot.__all__) == {*takeroot.ROOMS, *takeroot.WORDS}


def test_nothing_is_called_utils() -> None:
    banned = {"utils", "util", "common", "helpers", "helper", "misc", "services", "managers"}
    assert [path for path in MODULES if {path.stem, *path.relative_to(PACKAGE).parts[:-1]} & banned] == []


@named
def test_every_public_function_is_annotated_and_explained(path: Path) -> None:
    missing = []
    tree = ast.parse(text_of(path))
    if not ast.get_docstring(tree):
        missing.append("the module has no docstring")
    for owner in [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_")]:
        for node in owner.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            if isinstance(owner, ast.ClassDef) and "staticmethod" not in map(ast.unparse, node.decorator_list):
                given = given[1:]
            given += [each for each in (node.args.vararg, node.args.kwarg) if each]
            missing += [f"{node.name}: no type for '{each.arg}'" for each in given if each.annotation is None]
            missing += [f"{node.name}: no type for what it returns"] * (node.returns is None)
            overload = "overload" in map(ast.unparse, node.decorator_list)
            missing += [f"{node.name}: no docstring"] * (not ast.get_docstring(node) and not overload)
    assert missing == []


@named
def test_a_docstring_has_its_headings_on_lines_of_their_own(path: Path) -> None:
    assert re.findall(r"^ *\w+ -{6,}.*$", text_of(path), re.M) == []


def test_a_file_can_be_read_in_one_sitting() -> None:
    suffixes = {".py", ".html", ".js"}  # a style sheet is looked things up in
    long = {
        str(path.relative_to(SRC)): lines
        for path in PACKAGE.rglob("*")
        if path.suffix in suffixes and "migrations" not in path.parts and (lines := text_of(path).count("\n")) > 450
    }
    assert long == {}


# Words


def test_the_glossary_has_every_stage_and_every_table() -> None:
    glossary = text_of(ROOT / "docs" / "glossary.md")
    words = [*(stage.value for stage in Stage), *TABLES]
    assert [word for word in words if f"`{word}`" not in glossary] == []


def test_sites_are_not_given_names_for_waiting() -> None:
    banned = re.compile("|".join(["lag" + "gard", "early " + "adopter", "late " + "majority"]), re.IGNORECASE)
    folders = (PACKAGE, ROOT / "docs")
    text = [path for folder in folders for path in folder.rglob("*") if path.suffix in {".py", ".md", ".html", ".yaml"}]
    assert [path for path in text if banned.search(text_of(path))] == []


def test_no_kept_file_knows_this_machine_or_a_registry() -> None:
    folders = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/opt/" + "pypi", "/opt/" + "wheels", "/tmp/" + "trial"]
    addresses = ["pypi" + r"\.org", "python" + "hosted", "npm" + "js", "index-" + "url =", "find-" + "links"]
    known = re.compile("|".join(folders + addresses))
    found = {}
    for path in kept_files():
        if path.suffix not in {".png", ".xlsx", ".parquet", ".zip", ".ico", ".woff2"} and (
            hits := known.findall(text_of(path))
        ):
            found[str(path.relative_to(ROOT))] = sorted(set(hits))
    assert found == {}


# Docs


@pytest.mark.parametrize(
    "name",
    [
        "commands.md",
        "instrument.schema.json",
        "instruments.md",
        "library.md",
        "programme.md",
        "rule-sets.md",
        "settings.md",
        "stages.md",
        "tables.md",
    ],
)
def test_the_reference_says_what_the_code_says(name: str) -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "write_reference.py"))["PAGES"]
    assert text_of(ROOT / "docs" / "reference" / name) == made[name](), "make docs writes it anew"


def test_every_command_is_explained() -> None:
    from takeroot.cli import main

    def commands(group: click.Group) -> list[click.Command]:
        return [
            each
            for one in group.commands.values()
            for each in ([one, *commands(one)] if isinstance(one, click.Group) else [one])
        ]

    unexplained = [
        f"{command.name} {option.name}"
        for command in commands(main)
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert unexplained == []
    assert [
        command.name for command in commands(main) if not (command.help or "").partition("\n")[0].endswith(".")
    ] == []


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_four_parts(path: Path) -> None:
    text = text_of(path)
    assert re.findall(r"^## (.*)$", text, re.M) == ["Context", "Choice", "Ruled out", "What follows"]
    assert f"]({path.name})" in text_of(ROOT / "docs" / "decisions" / "README.md")


def test_links_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text_of(path))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert broken == []


def test_the_changelog_and_the_citation_have_the_version() -> None:
    assert f"\n## {takeroot.__version__}\n" in text_of(ROOT / "CHANGELOG.md")
    assert f"\nversion: {takeroot.__version__}\n" in text_of(ROOT / "CITATION.cff")


# Set-up


def test_every_dependency_has_its_reason_beside_it() -> None:
    project = tomllib.loads(PYPROJECT)
    needed = [
        *project["project"]["dependencies"],
        *(each for extra in project["project"]["optional-dependencies"].values() for each in extra),
        *(each for group in project["dependency-groups"].values() for each in group),
    ]
    assert [each for each in needed if not re.search(rf'^ +"{re.escape(each)}",? +# \S', PYPROJECT, re.M)] == []


def test_the_lock_files_have_every_dependency_with_hashes_and_no_address() -> None:
    project = tomllib.loads(PYPROJECT)
    needed = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["web"]]
    for name, extra in (("requirements.lock", []), ("requirements-dev.lock", project["dependency-groups"]["dev"])):
        lock = text_of(ROOT / name)
        locked = {found for found in re.findall(r"^([a-z0-9-]+)==", lock, re.M)}
        names = {re.split(r"[\[<>=!~]", each)[0].replace(".", "-") for each in [*needed, *extra]}
        assert names - locked == set()
        assert len(re.findall(r"^[a-z0-9-]+==", lock, re.M)) == len(
            re.findall(r"^[a-z0-9-]+==.*\\\n    --hash=sha256:", lock, re.M)
        )
        assert "://" not in lock


def test_the_package_takes_its_data_files_along() -> None:
    patterns = tomllib.loads(PYPROJECT)["tool"]["setuptools"]["package-data"]["takeroot"]
    taken = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    data = {path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc", ".so", ".pyd"}}
    assert data - taken == set()


def test_the_code_is_tidy() -> None:
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_types_hold() -> None:
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
