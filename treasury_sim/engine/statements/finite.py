"""Check that every reported figure is finite; an overflow is an error with its line and quarter.

NaN stands for "not known" in quarters before the reported ones, and in a year to date that begins before them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats
from treasury_sim.domain.lines import LINES, YEAR_TO_DATE
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.engine.prepare import Prepared
from treasury_sim.errors import InputError, Problem


def refuse_overflow(prepared: Prepared, by_framework: Mapping[str, QuarterlyStatements]) -> None:
    """Raise an error if a figure of a reported quarter is not finite.

    Raises
    ------
    InputError
        With every such line, in its first such quarter.
    """
    count = len(prepared.reported)
    problems = []
    for key, statement in by_framework.items():
        for name, line in statement.lines.items():
            # The reported quarters are the last.
            is_overflow = np.isinf if name in YEAR_TO_DATE.values() else _is_not_finite
            wrong = None if line is None else is_overflow(line[:, -count:]).any(axis=0)
            if wrong is not None and wrong.any():
                at = int(np.argmax(wrong))
                label = prepared.reported[at].label
                problems.append(_problem(prepared, f"{LINES[name].title} ({name}) under {key} in {label}"))
    if problems:
        raise InputError(problems)


def _is_not_finite(values: Floats) -> Bools:
    return ~np.isfinite(values)


def _problem(prepared: Prepared, figure: str) -> Problem:
    models = [name for name, asset in prepared.assets.items() if asset.path.first_day is not None]
    path = ("prices", models[0]) if models else ("title",)
    fix = "Check for a quantity, a price or an amount that is far too small or too large"
    fix += f", and for a drift or a volatility of {models[0]} that is too high." if models else "."
    return prepared.case.problem(path, f"a finite figure for {figure}", "an overflow", fix)
