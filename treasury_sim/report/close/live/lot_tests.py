"""The sheet Tests: every part of a lot separately, at its test price, and the amounts that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.accounting.rule import Rule
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.block import Block, Live, Written, shown
from treasury_sim.report.close.live.inputs import Inputs
from treasury_sim.report.close.live.lots import Lots
from treasury_sim.report.close.live.remeasured import remeasured
from treasury_sim.report.close.live.terms import ONE, ZERO, Term, least, most
from treasury_sim.report.close.live.workings import AssetWorkings, Workings
from treasury_sim.report.close.movements import kinds_in
from treasury_sim.report.tables.table import Column

PRICE_TIES = 1e-9
"""Share of a price within which two of them are one."""


@dataclass(frozen=True)
class Tests:
    """The sheet, and the row of each part of an asset in it."""

    block: Block
    row_of: dict[tuple[str, int], int]


def write_tests(close: Close, of: Workings, inputs: Inputs, lots: Lots) -> Tests:
    """Write a row for each part held at some time in the quarter; a pool is not tested part by part."""
    tests = Tests(_block(), {})
    for asset in of.assets.values():
        if not asset.is_pool:
            _add(tests, inputs, lots, close, asset)
    return tests


def _block() -> Block:
    columns = (
        Column("n", "Lot no.", "units"),
        Column("asset", "Asset"),
        Column("lot", "Lot"),
        Column("day", "Day"),
        Column("kind", "Acquired by"),
        Column("factor", "Day's price over the window's", "units"),
        Column("cost", "Unit cost", "price"),
        Column("opening", "Units, opening", "units"),
        Column("came", "Units, acquired", "units"),
        Column("closing", "Units, closing", "units"),
        Column("entry", "Price at entry", "price"),
        Column("price_before", "Test price, opening (previous standard)", "price"),
        Column("price_opening", "Test price, opening", "price"),
        Column("price_seen", "Price observed before the quarter end", "price"),
        Column("price_closing", "Test price, closing", "price"),
        Column("pl_opening", "P&L a unit, opening", "price"),
        Column("oci_opening", "OCI a unit, opening", "price"),
        Column("pl_closing", "P&L a unit, closing", "price"),
        Column("oci_closing", "OCI a unit, closing", "price"),
        Column("carrying_opening", "Carrying, opening", "money"),
        Column("adoption", "Adoption", "money"),
        Column("additions", "Additions", "money"),
        Column("carrying_closing", "Carrying, closing", "money"),
        Column("cost_opening", "Cost, opening", "money"),
        Column("cost_closing", "Cost, closing", "money"),
        Column("pl", "P&L of units held", "money"),
        Column("oci", "OCI of units held", "money"),
        Column("surplus_opening", "Surplus, opening", "money"),
    )
    return Block("Tests", "live_tests", "Tests: every lot, and every day of a window, separately", columns)


def _add(tests: Tests, inputs: Inputs, lots: Lots, close: Close, asset: AssetWorkings) -> None:
    rule, before = asset.rule, asset.rule_before
    opening = asset.opening_prices(rule)
    columns = zip(
        asset.parts.tolist(),
        kinds_in(close.holding(asset.name))[asset.parts].tolist(),
        asset.entry_prices().tolist(),
        (opening if before is rule else asset.opening_prices(before)).tolist(),
        opening.tolist(),
        asset.without_the_quarter_end().tolist(),
        asset.closing_prices().tolist(),
        strict=True,
    )
    for part, kind, *prices in columns:
        tests.row_of[asset.name, part] = tests.block.size
        row = _PartRow(tests.block, inputs, lots, asset, part)
        tests.block.add(row.cells(str(kind), *prices))


@dataclass(frozen=True)
class _PartRow:
    """The next row of the sheet: one part of a lot."""

    block: Block
    inputs: Inputs
    lots: Lots
    asset: AssetWorkings
    part: int

    def cells(self, kind: str, entry: float, *tested: float) -> list[Written]:
        """The row; `tested` are the test prices in the order of their columns, NaN or infinite where there is none."""
        before, opening, seen, closing = tested
        asset, part, here = self.asset, self.part, self._here
        ledger = asset.ledger
        name = ledger.lot_ids[ledger.lot[part]]
        lot = self.lots.row_of[asset.name, name]
        acquired: date = asset.timeline.days[ledger.acquired[part]].astype(date)
        units = {
            "opening": float(asset.opening_units[part]),
            "came": float(ledger.quantity[part] * asset.came[part]),
            "closing": float(asset.closing_units[part]),
        }
        was_held, is_typed = units["opening"] > 0.0, bool(~np.isnan(ledger.opening[part]) & asset.came[part])
        is_changed = was_held and asset.rule_before is not asset.rule
        factor, unit_cost = float(asset.factor[part]), float(ledger.unit_cost[part])
        of_lot = self.lots.block.term("book_cost", lot) * here("factor", factor)
        cost = here("cost", of_lot.value)
        # Where a rule had no price yet, the unit stays at cost.
        price_before = before if is_changed and np.isfinite(before) else None
        price_opening = opening if was_held and np.isfinite(opening) else None
        price_closing = self._closing_price(closing, seen, is_entering=is_typed)
        last = shown(price_closing)

        pl_open, oci_open = self._remeasured(asset.rule, cost, "price_opening", price_opening)
        pl_old, oci_old = pl_open, oci_open
        if is_changed:
            pl_old, oci_old = self._remeasured(asset.rule_before, cost, "price_before", price_before)
        pl_end, oci_end = self._remeasured(asset.rule, cost, "price_closing", last if isinstance(last, float) else None)
        pl_in, oci_in = self._remeasured(asset.rule, cost, "entry", entry if is_typed else None)

        held, came, kept = (here(column, amount) for column, amount in units.items())
        pl_opening, oci_opening = self._cell("pl_opening", pl_open), self._cell("oci_opening", oci_open)
        pl_closing, oci_closing = self._cell("pl_closing", pl_end), self._cell("oci_closing", oci_end)
        carrying_opening = held * (cost + pl_old + oci_old)
        adopted = held * (cost + pl_opening + oci_opening) - self._cell("carrying_opening", carrying_opening)
        return [
            float(lot),
            asset.name,
            name,
            acquired.isoformat(),
            kind,
            factor,
            Live(of_lot, unit_cost, PRICE_TIES * max(1.0, unit_cost)),
            *units.values(),
            entry if is_typed else None,
            price_before,
            price_opening,
            seen if np.isfinite(seen) else None,
            price_closing,
            pl_open,
            oci_open,
            pl_end,
            oci_end,
            carrying_opening,
            adopted if is_changed else ZERO,
            came * (cost + pl_in + oci_in),
            kept * (cost + pl_closing + oci_closing),
            held * cost,
            kept * cost,
            kept * pl_closing - held * pl_opening - came * pl_in,
            kept * oci_closing - held * oci_opening - came * oci_in,
            held * oci_opening,
        ]

    def _here(self, column: str, value: float) -> Term:
        """A cell of this row, for a formula in the same sheet."""
        return Term(self.block.here(column, self.block.size), value)

    def _cell(self, column: str, term: Term) -> Term:
        """The cell that holds `term`; the term itself where it is a constant."""
        return term if term.is_constant else self._here(column, term.value)

    def _remeasured(self, rule: Rule, cost: Term, column: str, price: float | None) -> tuple[Term, Term]:
        """Cumulative remeasurement in P&L and OCI at the price in `column`; none without a price."""
        if price is None:
            return ZERO, ZERO
        return remeasured(rule, cost, self._here(column, price), self.inputs.given("reserve"))

    def _closing_price(self, price: float, seen: float, *, is_entering: bool) -> Written:
        """The closing test price: of the price observed before and the quarter-end price, as the rule has it."""
        rule, policy = self.asset.rule, self.asset.policy
        if is_entering or not np.isfinite(price):
            return price if np.isfinite(price) else None
        at_end = self.inputs.price(self.asset.name)
        if rule.less_disposal_costs:
            at_end *= ONE - self.inputs.given("disposal_costs")
        term = at_end
        if rule.price == "highest_since_permanent_fall":
            is_permanent = policy.permanent is not None and bool(policy.permanent[self.asset.quarter])
            term = at_end if is_permanent else most(self._here("price_seen", seen), at_end)
        elif np.isfinite(seen) and rule.price != "reporting_date":
            term = least(self._here("price_seen", seen), at_end)
        return Live(term, price, PRICE_TIES * max(1.0, price))
