"""`Close`: one quarter of one result under one framework, with cached answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from treasury_sim.accounting import FRAMEWORKS, Framework
from treasury_sim.domain.result import AssetHolding, Result
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.domain.timeline import Quarter
from treasury_sim.report.close.checks import largest
from treasury_sim.report.close.movements import Movements, movements
from treasury_sim.report.close.periods import ClosePeriods, close_periods

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_MONEY = ("cost_basis", "carrying", "fair_value", "additions", "disposed_carrying", "net_proceeds", "loan_receivable")


@dataclass(frozen=True, eq=False)
class Close:
    """One quarter under one framework: every table of a close, and every formula of its workbook, reads it.

    Attributes
    ----------
    result
        A replay of one price path.
    framework
        Key of one of the frameworks that were run.
    label
        The quarter, such as ``2025Q4``.
    """

    result: Result
    framework: str
    label: str
    _all_quarters: dict[str, Movements] = field(default_factory=dict, repr=False)
    _answers: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False)

    @cached_property
    def quarter(self) -> int:
        """Position of the quarter in the timeline."""
        return self.result.timeline.index_of(self.label)

    @property
    def dates(self) -> Quarter:
        """The quarter itself: its first and last day, its fiscal year."""
        return self.result.timeline.quarters[self.quarter]

    @cached_property
    def periods(self) -> ClosePeriods:
        """The columns of the close."""
        return close_periods(self.result, self.label)

    @property
    def statements(self) -> QuarterlyStatements:
        """The statements under the framework."""
        return self.result.statements[self.framework]

    def holding(self, asset: str) -> AssetHolding:
        """Lots, ledger and prices of `asset`."""
        return self.result.holdings[asset]

    def rule(self, asset: str) -> Framework:
        """The framework whose rule applies to `asset` in the quarter."""
        return FRAMEWORKS[self.result.applied[self.framework, asset]].in_force(adopted=self.result.adopted[self.label])

    def movements(self, asset: str) -> Movements:
        """Additions and disposals of `asset` in every quarter, by kind of event.

        Raises
        ------
        NotOnePathError
            If the result is not a single path.
        """
        if asset not in self._all_quarters:
            measurement = self.result.measurements[self.framework, asset]
            self._all_quarters[asset] = movements(self.holding(asset), measurement, self.result.timeline)
        return self._all_quarters[asset]

    @cached_property
    def before(self) -> Close | None:
        """The close of the quarter before, which shares the movements; ``None`` in the first quarter."""
        if not self.quarter:
            return None
        label = self.result.timeline.quarters[self.quarter - 1].label
        return Close(self.result, self.framework, label, self._all_quarters)

    @property
    def so_far(self) -> list[Close]:
        """The closes of all quarters from the first to this one."""
        earlier: list[Close] = []
        close: Close | None = self
        while close is not None:
            earlier.append(close)
            close = close.before
        return earlier[::-1]

    def money_scale(self, assets: Iterable[str] | None = None) -> float:
        """The largest amount of `assets` (by default all) until the quarter end; it sets the tolerance."""
        until = slice(self.quarter + 1)
        of = [self.statements.assets[asset].lines for asset in (self.result.holdings if assets is None else assets)]
        return largest(float(np.nanmax(np.abs(lines[name][0, until]), initial=0.0)) for lines in of for name in _MONEY)

    def units_scale(self, asset: str) -> float:
        """All units ever acquired [coins]."""
        return float(self.holding(asset).ledger.quantity.sum())


def once(compute: Callable[Concatenate[Close, Given], Answer]) -> Callable[Concatenate[Close, Given], Answer]:
    """Keep what `compute` returns with the close, so that it is computed once for each close."""

    @wraps(compute)
    def kept(close: Close, /, *args: Given.args, **kwargs: Given.kwargs) -> Answer:
        key = (compute, *args, *kwargs.items())
        if key not in close._answers:  # noqa: SLF001 - this is the only other place that knows it
            close._answers[key] = compute(close, *args, **kwargs)  # noqa: SLF001
        answer: Answer = close._answers[key]  # noqa: SLF001
        return answer

    return kept
