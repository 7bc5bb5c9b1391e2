"""Checks of names given by a user (framework, quarter, line), with the nearest known name as suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period
from treasury_sim.domain.spelling import british, known_as
from treasury_sim.errors import InputError, Problem

ALIASES = {
    "impairment": "remeasurement_pl",
    "unrealised_loss": "remeasurement_pl",
    "unrealised_gain": "remeasurement_pl",
    "remeasurement": "remeasurement_pl",
}
"""Common names of a line, which `explain` takes. An impairment is one only under a rule at cost."""


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Suggest the known name nearest to `name`; empty if none is near."""
    meant = ALIASES.get(british(name), "")
    close = [meant] if meant in known else get_close_matches(british(name), known, n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else ""


def nearest(name: str, known: Sequence[str]) -> str:
    """Suggest the known name nearest to `name`, or list the known names."""
    return did_you_mean(name, known) or (f"Known here: {', '.join(known)}." if known else "")


def check_name(name: object, names: Iterable[str], key: str, expected: str) -> str:
    """Return `name` if it is among `names`; a US spelling of one is accepted.

    Raises
    ------
    InputError
        With the nearest of them, or else all.
    """
    known = list(names)
    given = known_as(name, known) if isinstance(name, str) else name
    problems = unknown_name(given, known, key, expected)
    if problems:
        raise InputError(problems)
    return str(given)


def unknown_name(name: object, known: Sequence[str], key: str, expected: str) -> list[Problem]:
    """The problem of a name that is not among `known`, with the nearest of them or else all; empty if it is."""
    text = str(name)[:60]
    return [] if name in known else [Problem("", None, key, expected, text or "nothing", nearest(text, known))]


def unknown_framework(key: str, keys: Iterable[str], parameter: str = "framework") -> list[Problem]:
    """The problem of an unknown framework key; empty if it is among `keys`."""
    return unknown_name(key, list(keys), parameter, "a framework key")


def unknown_quarter(label: str, labels: Sequence[str], parameter: str = "quarter") -> list[Problem]:
    """The problem of a quarter that is not among `labels`; empty if it is."""
    if label in labels:
        return []
    fix = did_you_mean(str(label)[:60], labels)
    return [Problem("", None, parameter, f"one of {', '.join(labels)}", str(label)[:60] or "nothing", fix)]


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
