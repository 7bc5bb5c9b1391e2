"""Names that a question may give: a framework, a quarter, a line; the nearest known one is suggested."""

from __future__ import annotations

from collections.abc import Iterable

from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import nearest
from treasury_sim.domain.periods import Period
from treasury_sim.errors import InputError, Problem


def check_name(name: str, names: Iterable[str], key: str, expected: str) -> None:
    """Refuse a name that is not among `names`.

    Raises
    ------
    InputError
        With the nearest of them, else all.
    """
    known = list(names)
    if name not in known:
        raise InputError([Problem("", None, key, expected, name[:60] or "nothing", nearest(name[:60], known))])


def check_framework(key: str, keys: Iterable[str], parameter: str = "framework") -> None:
    """Refuse a framework key that is not among `keys`."""
    check_name(key, keys, parameter, "a framework key")


def check_quarter(label: str, labels: Iterable[str], parameter: str = "quarter") -> None:
    """Refuse the label of a quarter that is not among `labels`."""
    known = list(labels)
    check_name(label, known, parameter, f"a quarter from {known[0]} to {known[-1]}")


def check_line(line: str) -> None:
    """Refuse the name of a line that no statement has."""
    check_name(line, LINES, "line", "a line of the statement")


def check_period(period: Period, count: int) -> None:
    """Refuse a period that names a quarter beyond the `count` that were computed, or none."""
    if not period.quarters or not all(0 <= n < count for n in period.quarters):
        found = ", ".join(map(str, period.quarters)) or "none"
        expected = f"positions of quarters from 0 to {count - 1}"
        raise InputError([Problem("", None, "period", expected, found)])
