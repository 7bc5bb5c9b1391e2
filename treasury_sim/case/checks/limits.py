"""Lines and frameworks that a limit may name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from treasury_sim.case.checks.draft import Breach, CrossCheck, DraftCase
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import nearest


def _check_lines(draft: DraftCase) -> Iterator[Breach]:
    for number, row in draft.rows("limits"):
        for key in ("line", "loss", "charge", "above", "below"):
            name = getattr(row, key)
            if isinstance(name, str) and name not in LINES:
                expected = "a line of the quarterly statement"
                expected = f"an amount, or {expected}" if key in ("above", "below") else expected
                yield Breach(("limits", number, key), expected, name, partial(nearest, name, list(LINES)))


def _check_frameworks(draft: DraftCase) -> Iterator[Breach]:
    chosen = draft.spec.accounting.frameworks
    for number, row in draft.rows("limits"):
        if row.framework is not None and row.framework not in chosen:
            path, fix = ("limits", number, "framework"), partial(nearest, row.framework, chosen)
            yield Breach(path, "one of accounting.frameworks", row.framework, fix)


RULES = (CrossCheck(("limits[]",), _check_lines), CrossCheck(("limits[]", "accounting.frameworks"), _check_frameworks))
