"""A cache of measurements: scenarios that differ only in sections read after measuring are measured once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from treasury_sim.case import Case
from treasury_sim.engine.funding.scenario_waterfall import prepare_funded
from treasury_sim.engine.one_pass import Pass, measure_all
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.statements.build import Lines, holding_lines

_ABOUT = ("schema_version", "title", "theme", "author", "description")

READ_AFTER_MEASURING = frozenset({*_ABOUT, "tax", "income", "capital", "limits", "sweep", "expect"})
"""Sections that affect neither lots nor prices nor their measurement."""

WATERFALL = frozenset({"capital", "tax"})
"""Those of them that do affect lots in a scenario with a waterfall."""

MOST_REMEMBERED = 64
"""Measured scenarios kept; the least recently used is dropped first."""


@dataclass(frozen=True)
class Measured:
    """A measured scenario.

    Attributes
    ----------
    prepared
        The prepared scenario.
    measured
        The pass of the result.
    held
        Holding lines by framework key and asset, see `statements.holding_lines`.
    """

    prepared: Prepared
    measured: Pass
    held: Mapping[tuple[str, str], Lines]


class MeasurementCache:
    """Measures scenarios, and keeps the measurements by the identity of their sections.

    `Variations` makes scenarios that share unchanged sections as objects, so no section is compared by value.
    """

    def __init__(self) -> None:
        self._remembered: OrderedDict[tuple[int, ...], tuple[list[object], Measured]] = OrderedDict()

    def measured(self, case: Case) -> Measured:
        """Prepare and measure `case`, or reuse an earlier measurement.

        Raises
        ------
        InputError
            If the scenario contradicts itself or its prices.
        """
        spec = case.spec
        # Under a waterfall coins are sold to pay what is due, so lots depend on funding and tax.
        free = READ_AFTER_MEASURING - (WATERFALL if spec.capital.opening is not None else set())
        sections = [name for name in type(spec).model_fields if name not in free]
        read = [*(getattr(spec, name) for name in sections), case.lots, case.price_files]
        key = tuple(map(id, read))
        if key not in self._remembered:
            # Keeping the sections alive ensures that their ids are not reused by other objects.
            self._remembered[key] = (read, _measure(case))
            if len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)
        self._remembered.move_to_end(key)
        remembered = self._remembered[key][1]
        return replace(remembered, prepared=replace(remembered.prepared, case=case))


def _measure(case: Case) -> Measured:
    timing = case.spec.plan.window_timing
    prepared = prepare_funded(case)
    measured = measure_all(prepared, lambda _: timing)
    return Measured(prepared, measured, holding_lines(measured, prepared.case.spec))
