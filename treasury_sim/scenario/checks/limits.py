"""Lines and frameworks that a limit may name."""

from __future__ import annotations

from collections.abc import Iterator

from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import nearest
from treasury_sim.errors import Problem
from treasury_sim.scenario.checks.as_read import frameworks
from treasury_sim.scenario.source.tree import Tree


def check_limits(tree: Tree) -> Iterator[Problem]:
    """Yield breaches of the rules for limits."""
    chosen = [str(name) for name in frameworks(tree)]
    for number, row in tree.rows("limits"):
        path: KeyPath = ("limits", number)
        for key in ("line", "loss", "charge", "above", "below"):
            name = row.get(key)
            if isinstance(name, str) and name and name not in LINES:
                expected = "a line of the quarterly statement"
                expected = f"an amount, or {expected}" if key in ("above", "below") else expected
                yield tree.problem((*path, key), expected, name, nearest(name, list(LINES)))
        name = row.get("framework")
        if isinstance(name, str) and name and name not in chosen:
            yield tree.problem((*path, "framework"), "one of accounting.frameworks", name, nearest(name, chosen))
