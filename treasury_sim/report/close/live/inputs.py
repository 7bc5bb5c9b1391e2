"""The sheet Inputs: the values that a reader may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, single
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.block import Block, Given, Written
from treasury_sim.report.close.live.terms import Term
from treasury_sim.report.close.live.workings import Workings
from treasury_sim.report.tables.table import Column

STATED = ("other_operating_income", "interest", "preferred_dividends", "weighted_shares")
"""Lines that a scenario states."""


@dataclass(frozen=True)
class Inputs:
    """The sheet, and where an input stands in it.

    Attributes
    ----------
    price_row
        Row of the quarter-end price of each asset.
    """

    block: Block
    price_row: Mapping[str, int]

    def price(self, asset: str) -> Term:
        """The quarter-end price of an asset."""
        return self.block.term("value", self.price_row[asset])

    def given(self, name: str) -> Term:
        """An input by its name."""
        return self.block.term("value", self._row_of[name])

    def has(self, name: str) -> bool:
        """Whether there is such an input."""
        return name in self._row_of

    @cached_property
    def _row_of(self) -> Mapping[object, int]:
        return {self.block.value("name", row): row for row in range(self.block.size)}


def write_inputs(close: Close, of: Workings) -> Inputs:
    """Write the values that a reader may change: prices, the tax rate, shares, and the lines that a scenario states."""
    columns = (Column("name", "Key"), Column("what", "Input"), Column("value", "Value", "price"))
    block = Block(
        "Inputs", "inputs", "Inputs: change the cells that are blue on yellow, the rest recalculates", columns
    )
    spec = of.scenario.spec
    at_price = {}
    for name, asset in of.assets.items():
        price = float(asset.passed.marks.quarter_end[0, of.quarter])
        at_price[name] = block.add((f"price_{name}", f"{name}: price at the quarter end", Given(price)))
    if of.tax_rates is not None:
        current, deferred = of.tax_rates
        row = block.add(("tax_rate", "Tax rate", Given(current)), kind="share")
        # One rate to change, unless another one is enacted already.
        follows: Written = Term(block.here("value", row), current) if deferred == current else Given(deferred)
        block.add(("deferred_tax_rate", "Tax rate of deferred tax", follows), kind="share")
    costs, reserve = spec.accounting.disposal_costs, spec.accounting.fluctuation_reserve
    block.add(("disposal_costs", "Costs of disposal, share of the price", Given(costs)), kind="share")
    block.add(("reserve", "Fluctuation reserve, share of the excess over cost", Given(reserve)), kind="share")
    lines = close.statements.lines
    for name in STATED:
        stated = single(Period("", (of.quarter,)), name, lines)
        if stated is not None:
            block.add((name, LINES[name].title, Given(stated)))
    block.notes.append("The run decides which lots a disposal takes, and how a window is split into days.")
    block.notes.append("Prices observed before the quarter end stand beside each lot in the sheet Tests.")
    return Inputs(block, at_price)
