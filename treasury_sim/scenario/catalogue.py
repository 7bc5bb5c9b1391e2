"""The shipped scenarios by theme."""

from __future__ import annotations

from collections.abc import Mapping

from treasury_sim.scenario import library
from treasury_sim.scenario.loader import load

THEMES = ("Filings", "Crises and shocks", "Funding", "Frameworks", "Events", "Simulations", "Sweeps")
"""Themes in the order shown; any other theme comes last."""


def by_theme() -> Mapping[str, list[tuple[str, str]]]:
    """Name and title of each shipped scenario, by theme."""
    titles: dict[str, list[tuple[str, str]]] = {theme: [] for theme in THEMES}
    for path in library.shipped():
        spec = load(path).spec
        titles.setdefault(spec.theme or "Others", []).append((path.stem, spec.title))
    return {theme: scenarios for theme, scenarios in titles.items() if scenarios}


def scenarios() -> dict[str, str]:
    """Return the title of each shipped scenario by the name that `load` and `run` take.

    Returns
    -------
    dict
        Title by name.

    Examples
    --------
    >>> from treasury_sim import scenarios
    >>> scenarios()["strategy_2025q4"]
    'Strategy, fourth quarter of 2025'
    """
    return {name: title for rows in by_theme().values() for name, title in rows}
