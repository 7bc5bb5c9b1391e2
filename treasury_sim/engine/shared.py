"""What runs have in common: scenarios that differ only in what is read after measuring are measured once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from treasury_sim.engine.measure import Pass, measure
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.statements import Lines, holding_lines
from treasury_sim.engine.waterfall import prepare_funded
from treasury_sim.scenario import Scenario

_ABOUT = ("schema_version", "title", "theme", "author", "description")

READ_AFTER_MEASURING = frozenset({*_ABOUT, "tax", "income", "capital", "limits", "sweep", "expect"})
"""Sections of a scenario on which neither lots nor prices nor their measurement depend."""

WATERFALL = frozenset({"capital", "tax"})
"""Sections on which they depend where the scenario has a waterfall."""

MOST_REMEMBERED = 64
"""Measured scenarios kept; the one that was not asked for longest goes first."""


@dataclass(frozen=True)
class Measured:
    """A scenario, measured.

    Attributes
    ----------
    prepared
        What the passes share.
    measured
        The pass of the result.
    held
        Lines of each asset by framework key and asset, see `statements.holding_lines`.
    """

    prepared: Prepared
    measured: Pass
    held: Mapping[tuple[str, str], Lines]


class Shared:
    """Measures scenarios, and remembers by the very sections they were made of.

    `Variations` makes scenarios whose untouched sections are the same objects; nothing is compared by value.
    """

    def __init__(self) -> None:
        self._remembered: OrderedDict[tuple[int, ...], tuple[list[object], Measured]] = OrderedDict()

    def measured(self, scenario: Scenario) -> Measured:
        """Prepare and measure `scenario`, or take over what was measured before.

        Raises
        ------
        InputError
            If the scenario contradicts itself or its prices.
        """
        spec = scenario.spec
        # Where coins are sold for what is owed, lots depend on how the holder is funded and taxed.
        free = READ_AFTER_MEASURING - (WATERFALL if spec.capital.opening is not None else set())
        sections = [name for name in type(spec).model_fields if name not in free]
        read = [*(getattr(spec, name) for name in sections), scenario.lots, scenario.price_files]
        key = tuple(map(id, read))
        if key not in self._remembered:
            # What was read is kept beside what came of it, so that an id stays that of the same object.
            self._remembered[key] = (read, _measure(scenario))
            if len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)
        self._remembered.move_to_end(key)
        found = self._remembered[key][1]
        return replace(found, prepared=replace(found.prepared, scenario=scenario))


def _measure(scenario: Scenario) -> Measured:
    timing = scenario.spec.plan.window_timing
    prepared = prepare_funded(scenario)
    measured = measure(prepared, lambda _: timing)
    return Measured(prepared, measured, holding_lines(measured, prepared.scenario.spec))
