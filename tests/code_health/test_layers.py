"""Imports point down: this list of floors is the documentation of who may know whom."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "treasury_sim"

FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "version"),
    ("domain",),
    ("market", "treasury", "accounting", "tax", "capital", "mining"),  # siblings, blind to each other
    ("measure",),
    ("case",),
    ("scenario",),
    ("engine",),
    ("analysis",),
    ("report",),
    ("batch", "store"),
    ("cli", "app"),
    ("__main__",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
DOORS = {"cli", "app", "__main__"}

ONLY_IN = {
    "streamlit": {"app"},
    "pandas": {"report", "batch", "app"},
    "ccxt": {"store"},
}
FACE = {"treasury_sim.report.notebook", "treasury_sim.report.plots"}
"""What results show in Python. Two nouns import it inside the methods that need it, and nowhere else."""
HAVE_A_FACE = {("domain", "result"), ("analysis", "distribution")}
MAY_TOUCH_FILES = {"scenario", "market/history", "market/sampling", "mining", "report", "batch", "store", *DOORS}
TOUCHES_FILES = {
    *("open", "loadtxt", "genfromtxt", "savetxt"),
    *("read_text", "read_bytes", "write_text", "write_bytes"),
}

# The package's own door hands out names from every room on request; it stands outside the house.
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def name_of(path: Path) -> tuple[str, ...]:
    """Dotted name of the module inside the package, without the package."""
    return path.relative_to(PACKAGE).with_suffix("").parts


def without_face(tree: ast.Module, module: tuple[str, ...]) -> ast.Module:
    """Leave out what a noun imports for its face: inside a method, or for the type checker only."""
    if module not in HAVE_A_FACE:
        return tree
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body = [
                each for each in node.body if not (isinstance(each, ast.ImportFrom) and each.module in FACE)
            ] or [ast.Pass()]
    tree.body = [each for each in tree.body if not (isinstance(each, ast.If) and _is_type_checking(each.test))]
    return tree


def _is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def imports(tree: ast.AST, module: tuple[str, ...]) -> list[str]:
    """Every dotted name that `tree` imports, wherever it stands, relative ones made absolute."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ("treasury_sim", *module)[: -node.level] if node.level else ()
            base = ".".join((*above, *([node.module] if node.module else [])))
            found += (f"{base}.{alias.name}" for alias in node.names)
    return found


def objection(name: str, room: str) -> str:
    """Why `room` may not import `name`; empty if it may."""
    package, _, rest = name.partition(".")
    target = rest.partition(".")[0]
    if room not in ONLY_IN.get(package, {room}):
        return f"{room} imports {package}, which is for {', '.join(sorted(ONLY_IN[package]))}"
    if package != "treasury_sim" or target in {room, "__version__"}:
        return ""
    if target not in FLOOR:
        return "" if room in DOORS else f"{room} imports {name}: import from the room where it lives"
    return f"{room} imports {name}, which is on no lower floor" if FLOOR[target] >= FLOOR[room] else ""


def file_calls(tree: ast.AST) -> list[str]:
    """The calls in `tree` that read or write a file."""
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    names = (func.id if isinstance(func, ast.Name) else getattr(func, "attr", "") for func in called)
    return [name for name in names if name in TOUCHES_FILES]


def mistakes(source: str, module: tuple[str, ...]) -> list[str]:
    """What the source of `module` does that the floors forbid."""
    room = module[0]
    if room not in FLOOR:
        return [f"{room} has no floor: add it to FLOORS"]
    tree = without_face(ast.parse(source), module)
    found = [text for name in imports(tree, module) if (text := objection(name, room))]
    if not {room, "/".join(module[:2])} & MAY_TOUCH_FILES:
        found += [f"{room} touches a file with {name}()" for name in file_calls(tree)]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: ".".join(name_of(path)))
def test_every_module_imports_lower_floors_only(path: Path) -> None:
    assert mistakes(path.read_text(encoding="utf-8"), name_of(path)) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("domain.prices", "import treasury_sim.engine"),
        ("tax.deferred", "from treasury_sim.capital.shares import per_share"),
        ("tax.deferred", "from treasury_sim import capital"),
        ("tax.deferred", "from ..capital import shares"),
        ("accounting.ifrs_cost", "def measure():\n    from treasury_sim.scenario import load"),
        ("accounting.ifrs_cost", "from treasury_sim import run"),
        ("cli.main", "import treasury_sim.app"),
        ("report.charts", "import streamlit as st"),
        ("engine", "from pandas import DataFrame"),
        ("engine", "from pathlib import Path\nPath('a').read_text()"),
        ("market.models", "open('a')"),
        ("domain.result", "import treasury_sim.report.notebook"),
        ("domain.result", "def plot():\n    from treasury_sim.report.charts import prices"),
        ("domain.statements", "def plot():\n    from treasury_sim.report.plots import Plots"),
        ("helpers", "import math"),
    ],
)
def test_the_check_sees(module: str, source: str) -> None:
    assert mistakes(source, tuple(module.split(".")))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("engine", "from treasury_sim.scenario.load import load\nfrom treasury_sim.domain import prices"),
        ("tax.deferred", "from .rules import rate\nfrom treasury_sim.tax import rules"),
        ("market.history.loader", "open('a')"),
        ("app.page", "import streamlit, pandas"),
        ("cli.main", "from treasury_sim import __version__, run"),
        ("domain.result", "def plot():\n    from treasury_sim.report.plots import Plots"),
    ],
)
def test_the_check_allows(module: str, source: str) -> None:
    assert mistakes(source, tuple(module.split("."))) == []


def test_the_drawing_has_every_room_on_its_floor() -> None:
    """The picture in docs/architecture.md: rooms of one floor stand side by side, higher floors above."""
    text = (PACKAGE.parent / "docs" / "architecture.svg").read_text(encoding="utf-8")
    drawn = re.findall(r'<rect x="\d+" y="(\d+)".*?class="room"[^>]*>(\w+)<', text, re.DOTALL)
    floors: dict[int, set[str]] = {}
    for height, room in drawn:
        floors.setdefault(int(height), set()).add(room)
    expected = [set(rooms) - {"version", "__main__"} for rooms in FLOORS]
    assert [floors[height] for height in sorted(floors, reverse=True)] == [rooms for rooms in expected if rooms]
