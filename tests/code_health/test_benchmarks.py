"""Benchmarks are run by hand, so a name that has moved away is found here."""

from __future__ import annotations

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[2] / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_name_of_ours_that_a_benchmark_imports_is_there(file: Path) -> None:
    imports = [
        node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    for node in imports:
        if (node.module or "").partition(".")[0] == "treasury_sim":
            module = import_module(str(node.module))
            missing = [name.name for name in node.names if not hasattr(module, name.name)]
            assert [name for name in missing if find_spec(f"{node.module}.{name}") is None] == []
