"""Checks of names given by a user (framework, quarter, line), with the nearest known name as suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period
from treasury_sim.errors import InputError, Problem


def nearest(name: str, known: Sequence[str]) -> str:
    """Suggest the known name nearest to `name`, or list the known names."""
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known here: {', '.join(known)}." if known else ""


def check_name(name: object, names: Iterable[str], key: str, expected: str) -> str:
    """Return `name` if it is among `names`.

    Raises
    ------
    InputError
        With the nearest of them, or else all.
    """
    known, text = list(names), str(name)[:60]
    if name not in known:
        raise InputError([Problem("", None, key, expected, text or "nothing", nearest(text, known))])
    return str(name)


def check_framework(key: str, keys: Iterable[str], parameter: str = "framework") -> str:
    """Return a framework key if it is among `keys`."""
    return check_name(key, keys, parameter, "a framework key")


def check_quarter(label: str, labels: Iterable[str], parameter: str = "quarter") -> str:
    """Return the label of a quarter if it is among `labels`."""
    known = list(labels)
    return check_name(label, known, parameter, f"a quarter from {known[0]} to {known[-1]}")


def check_line(line: str) -> str:
    """Return the name of a line if a statement has it."""
    return check_name(line, LINES, "line", "a line of the statement")


def check_period(period: Period, count: int) -> None:
    """Refuse a period without quarters, or with a quarter beyond the `count` that were computed."""
    if not period.quarters or not all(0 <= n < count for n in period.quarters):
        positions = ", ".join(map(str, period.quarters)) or "none"
        expected = f"positions of quarters from 0 to {count - 1}"
        raise InputError([Problem("", None, "period", expected, positions)])
