"""The figures of one quarter under one framework that an explanation uses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from treasury_sim.accounting import Framework
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, single
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.lot_schedule import LotLine, lot_schedule
from treasury_sim.report.tables.statement import remeasurement_names


@dataclass(frozen=True)
class Figures:
    """One quarter under one framework."""

    close: Close

    @property
    def result(self) -> Result:
        """The result explained."""
        return self.close.result

    @property
    def key(self) -> str:
        """Key of the framework."""
        return self.close.framework

    @property
    def label(self) -> str:
        """Label of the quarter."""
        return self.close.label

    @property
    def index(self) -> int:
        """Position of the quarter."""
        return self.close.quarter

    @property
    def schedule(self) -> list[LotLine]:
        """Every lot of the quarter."""
        return lot_schedule(self.close)

    def of(self, line: str, asset: str = "", *, back: int = 0) -> float | None:
        """A line of the holder or of one asset, of the quarter or of one before; ``None`` where not computed."""
        if self.index < back:
            return 0.0
        statement = self.result.statements[self.key]
        lines = dict(statement.assets[asset].lines) if asset else statement.lines
        return single(Period("", (self.index - back,)), line, lines)

    def rule(self, asset: str) -> Framework:
        """The framework in force for an asset."""
        return self.close.rule(asset)

    @cached_property
    def citation(self) -> str:
        """The rules in force, each with its paragraphs and its sentence."""
        rules = dict.fromkeys(self.rule(asset) for asset in self.result.holdings)
        return " ".join(f"{rule.citation}: {rule.summary}" for rule in rules)

    def title(self, line: str) -> str:
        """The words of a line; those of the rule in force for a remeasurement."""
        if line == "remeasurement_pl":
            return words.sentence(remeasurement_names(self.result, self.key, Period(self.label, (self.index,))))
        return LINES[line].title

    def say(self, line: str, amount: float | None) -> str:
        """Write an amount of a line in full; money to the cent."""
        return written(amount, LINES[line].kind)


def written(amount: float | None, kind: str = "flow") -> str:
    """Write an amount in full: units as they are, shares whole, everything else to the cent."""
    if kind == "units":
        return words.units(amount)
    if kind == "shares" and amount is not None:
        return f"{amount:,.0f}"
    return words.money(amount)
