"""Laws of what changes the record: whatever is done, in whatever order, the record is what a plain model says."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

import pytest
from tests.web.conftest import falls

from takeroot.errors import TakerootError
from takeroot.vocabulary.tables import NOTES, PLANS, STAGES
from takeroot.web import actions, archive, guards, ledger
from takeroot.web.actions.line import leave, raise_revision
from takeroot.web.models import Programme, Trail
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

ALL = Scope.everything()
TABLES = {table.name: table for table in (STAGES, PLANS, NOTES)}
DAYS = [f"2024-0{n}-01" for n in range(1, 6)]


def new_row(chance: random.Random) -> tuple[str, dict[str, Any]]:
    """A row, of few that there can be, so that the same come again."""
    site, on, word = f"Ward {chance.randint(1, 3)}", chance.choice(DAYS), chance.choice(["a", "b"])
    return chance.choice(
        [
            (
                "stages",
                {
                    "site": site,
                    "on": on,
                    "stage": chance.choice(["using", "paused"]),
                    "reason": word,
                },
            ),
            (
                "plans",
                {"what": "stage", "site": site, "due": on, "set_on": "2023-01-01", "why": word},
            ),
            ("notes", {"on": on, "title": chance.choice(["a", "b"]), "site": site}),
        ]
    )


class Model:
    """The record as plain Python: what each row says now and said before, and what each line replaced."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[int, dict[str, Any]]] = {}
        self.said: dict[str, list[dict[str, Any]]] = {}
        self.did: dict[int, dict[str, tuple[int, dict[str, Any]] | None]] = {}

    def write(self, line: int, reference: str, cells: dict[str, Any] | None) -> None:
        was = self.rows.get(reference)
        self.did.setdefault(line, {}).setdefault(reference, deepcopy(was))
        if cells is None:
            del self.rows[reference]
        else:
            self.rows[reference] = (line, cells)
            self.said.setdefault(reference, []).append(cells)


def now(row: Programme) -> dict[str, tuple[int, dict[str, Any]]]:
    """The rows of the record as they are."""
    found = {}
    for name, table in TABLES.items():
        for cells in archive.rows_where(row, table).iter_rows(named=True):
            found[f"{name}:{cells['id']}"] = (cells["line"], plain({n: cells[n] for n in table.columns}))
    return found


def plain(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: cell.isoformat() if hasattr(cell, "isoformat") else cell for name, cell in cells.items()}


def cells_of(row: Programme, reference: str) -> dict[str, Any]:
    return now(row)[reference][1]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_the_record_is_what_a_plain_model_says_after_every_step(db, seed):
    chance, model = random.Random(seed), Model()
    row = actions.load_programme(
        falls(3).with_tables(stages={"site": [], "stage": [], "on": []}, plans=PLANS.empty(), notes=NOTES.empty()),
        by="tests",
    )
    first = row.revision
    lines: list[int] = []
    for _ in range(30):
        row.refresh_from_db()
        do = chance.choice(["record"] * 3 + ["amend"] * 2 + ["withdraw", "import", "undo"])
        lines_before = Trail.objects.count()
        try:
            STEPS[do](row, chance, model, lines)
        except TakerootError:
            assert Trail.objects.count() == lines_before
        assert now(row) == model.rows, do
        assert Trail.objects.count() - lines_before <= 1
    row.refresh_from_db()
    assert guards.broken() is None
    told = list(Trail.objects.filter(programme=row.slug).order_by("id").values_list("revision", flat=True))
    assert told == list(range(first, row.revision + 1))
    for reference, said in model.said.items():
        name, _, row_id = reference.partition(":")
        steps = ledger.history(row, TABLES[name], row_id)
        read_back = [plain({n: step["cells"].get(n) for n in TABLES[name].columns}) for step in reversed(steps)]
        assert read_back == said, reference
        for step in steps:
            assert step["line"] is not None


def last() -> int:
    return Trail.objects.order_by("-id").first().pk


def record(row: Programme, chance: random.Random, model: Model, lines: list[int]) -> None:
    name, cells = new_row(chance)
    reference = actions.record(row, TABLES[name], cells, by="Ana", scope=ALL)
    model.write(last(), reference, cells_of(row, reference))
    assert Trail.objects.first().what["row"] == reference
    lines.append(last())


def amend(row: Programme, chance: random.Random, model: Model, lines: list[int]) -> None:
    if not model.rows:
        return
    reference = chance.choice(sorted(model.rows))
    name = {"stages": "reason", "plans": "why", "notes": "text"}[reference.partition(":")[0]]
    seen, cells = model.rows[reference]
    to = chance.choice(["a", "b", "c"])
    count = Trail.objects.count()
    actions.amend(row, reference, {name: to}, by="Ben", scope=ALL, seen=seen, why="because")
    assert (Trail.objects.count() == count) == (cells[name] == to)
    if cells[name] != to:
        model.write(last(), reference, {**cells, name: to})
        lines.append(last())


def withdraw(row: Programme, chance: random.Random, model: Model, lines: list[int]) -> None:
    if not model.rows:
        return
    reference = chance.choice(sorted(model.rows))
    actions.withdraw(row, reference, by="Cleo", scope=ALL, why="because")
    model.write(last(), reference, None)
    lines.append(last())


def bring_in(row: Programme, chance: random.Random, model: Model, lines: list[int]) -> None:
    """Several rows of one table by one line, as an import does."""
    table = STAGES
    rows = {r["site"] + r["on"] + r["stage"]: r for n, r in (new_row(chance) for _ in range(12)) if n == "stages"}
    if not rows:
        return
    frame = table.read({name: [one.get(name) for one in rows.values()] for name in ("site", "on", "stage", "reason")})
    difference = ledger.compare(row, table, frame)
    if not difference.changes:
        return
    raise_revision(row, [table.name])
    line = leave("Dan", "brought a file in", row, rows={table.name: difference.counts})
    ledger.put(row, difference, line)
    after = now(row)
    for one in [*difference.new["id"], *difference.changed["id"]]:
        model.write(line.pk, f"stages:{one}", after[f"stages:{one}"][1])
    lines.append(line.pk)


def undo(row: Programme, chance: random.Random, model: Model, lines: list[int]) -> None:
    """What a line did is put back, but where something came after."""
    if not lines:
        return
    undone = chance.choice(lines)
    result = actions.undo(row, Trail.objects.get(pk=undone), by="Eva", why="because")
    line, left = last(), []
    for reference, was in model.did.get(undone, {}).items():
        is_now = model.rows.get(reference)
        ours = is_now is not None and is_now[0] == undone
        gone_by_it = is_now is None and was is not None and withdrawn_by(model, reference) == undone
        if ours or gone_by_it:
            model.write(line, reference, deepcopy(was[1]) if was else None)
        elif was is not None:
            left.append(reference)
    assert set(result.left) <= set(left)
    lines.append(line)


def withdrawn_by(model: Model, reference: str) -> int | None:
    """The last line that touched a row."""
    return max((line for line, rows in model.did.items() if reference in rows), default=None)


STEPS = {"record": record, "amend": amend, "withdraw": withdraw, "import": bring_in, "undo": undo}
