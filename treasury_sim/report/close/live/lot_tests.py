"""The sheet Tests: every part of a lot separately, at its test price, and the amounts that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.accounting.rule import Rule
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.block import Block, Live, Written
from treasury_sim.report.close.live.inputs import Inputs
from treasury_sim.report.close.live.lots import Lots
from treasury_sim.report.close.live.passed_through import passed_through
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
    rule, before, parts = asset.rule, asset.rule_before, asset.parts
    cost = asset.ledger.unit_cost[parts]
    closing, seen = asset.closing_prices(), asset.without_the_quarter_end()
    opening_new = asset.opening_prices(rule)
    opening_old = opening_new if before is rule else asset.opening_prices(before)
    entry = asset.entry_prices()
    kinds = kinds_in(close.holding(asset.name))[parts]
    unit = {
        "closing": asset.passed_through(rule, cost, closing),
        "new": asset.passed_through(rule, cost, np.where(np.isnan(opening_new), cost, opening_new)),
        "old": asset.passed_through(before, cost, np.where(np.isnan(opening_old), cost, opening_old)),
        "entry": asset.passed_through(rule, cost, entry),
    }
    typed = ~np.isnan(asset.ledger.opening[parts]) & asset.came[parts]
    end_price = float(asset.passed.marks.quarter_end[0, asset.quarter])
    for n, part in enumerate(parts.tolist()):
        row = tests.block.size
        tests.row_of[asset.name, part] = row
        here = _Here(tests.block, inputs, asset, row)
        day: date = asset.timeline.days[asset.ledger.acquired[part]].astype(date)
        units = float(asset.opening_units[part]), float(asset.ledger.quantity[part] * asset.came[part])
        held = float(asset.closing_units[part])
        lot = lots.row_of[asset.name, asset.ledger.lot_ids[asset.ledger.lot[part]]]
        was_held = units[0] > 0.0
        c, (new_pl, new_oci) = cost[n], (float(unit["new"].pl[n]), float(unit["new"].oci[n]))
        old = float(unit["old"].pl[n] + unit["old"].oci[n])
        end_pl, end_oci = float(unit["closing"].pl[n]), float(unit["closing"].oci[n])
        in_pl, in_oci = (float(unit["entry"].pl[n]), float(unit["entry"].oci[n])) if typed[n] else (0.0, 0.0)
        entered_pl, entered_oci = here.through(rule, "entry") if typed[n] else ("0", "0")
        is_changed = before is not rule and was_held
        price_before = float(opening_old[n]) if is_changed and np.isfinite(opening_old[n]) else None
        old_pl, old_oci = (
            here.through(before, "price_before" if is_changed else "price_opening") if was_held else ("0", "0")
        )
        pl_opening, oci_opening = here.through(rule, "price_opening") if was_held else ("0", "0")
        price_at_opening = float(opening_new[n]) if was_held and np.isfinite(opening_new[n]) else None
        # Where a rule had no price yet, the unit stays at cost.
        if price_at_opening is None:
            pl_opening = oci_opening = "0"
        if (price_before if is_changed else price_at_opening) is None:
            old_pl = old_oci = "0"
        price = here.closing_price(float(closing[n]), float(seen[n]), end_price, is_entering=bool(typed[n]))
        close_pl, close_oci = here.through(rule, "price_closing") if np.isfinite(closing[n]) else ("0", "0")
        tests.block.add(
            (
                float(lot),
                asset.name,
                asset.ledger.lot_ids[asset.ledger.lot[part]],
                day.isoformat(),
                str(kinds[n]),
                float(asset.factor[part]),
                Live(f"={lots.block.at('book_cost', lot)}*{here('factor')}", float(c)),
                units[0],
                units[1],
                held,
                float(entry[n]) if typed[n] else None,
                price_before,
                price_at_opening,
                float(seen[n]) if np.isfinite(seen[n]) else None,
                price,
                Live(f"={pl_opening}", new_pl if was_held else 0.0),
                Live(f"={oci_opening}", new_oci if was_held else 0.0),
                Live(f"={close_pl}", end_pl),
                Live(f"={close_oci}", end_oci),
                Live(f"={here('opening')}*({here('cost')}+{old_pl}+{old_oci})", units[0] * (c + old)),
                Live(
                    f"={here('opening')}*({here('cost')}+{here('pl_opening')}+{here('oci_opening')})"
                    f"-{here('carrying_opening')}",
                    units[0] * (new_pl + new_oci - old) if was_held else 0.0,
                ),
                Live(f"={here('came')}*({here('cost')}+{entered_pl}+{entered_oci})", units[1] * (c + in_pl + in_oci)),
                Live(
                    f"={here('closing')}*({here('cost')}+{here('pl_closing')}+{here('oci_closing')})",
                    held * (c + end_pl + end_oci),
                ),
                Live(f"={here('opening')}*{here('cost')}", units[0] * c),
                Live(f"={here('closing')}*{here('cost')}", held * c),
                Live(
                    f"={here('closing')}*{here('pl_closing')}-{here('opening')}*{here('pl_opening')}"
                    f"-{here('came')}*{entered_pl}",
                    held * end_pl - (units[0] * new_pl if was_held else 0.0) - units[1] * in_pl,
                ),
                Live(
                    f"={here('closing')}*{here('oci_closing')}-{here('opening')}*{here('oci_opening')}"
                    f"-{here('came')}*{entered_oci}",
                    held * end_oci - (units[0] * new_oci if was_held else 0.0) - units[1] * in_oci,
                ),
                Live(f"={here('opening')}*{here('oci_opening')}", units[0] * new_oci if was_held else 0.0),
            )
        )


@dataclass(frozen=True)
class _Here:
    """Addresses in one row of the sheet Tests."""

    block: Block
    inputs: Inputs
    asset: AssetWorkings
    row: int

    def __call__(self, column: str) -> str:
        return self.block.here(column, self.row)

    def through(self, rule: Rule, price: str) -> tuple[str, str]:
        return passed_through(rule, self("cost"), self(price), self.inputs.given("reserve"))

    def closing_price(self, price: float, seen: float, end: float, *, is_entering: bool) -> Written:
        """The closing test price: of the price observed before and the quarter-end price, as the rule has it."""
        rule = self.asset.rule
        permanent = self.asset.policy.permanent
        less = f"*(1-{self.inputs.given('disposal_costs')})" if rule.less_disposal_costs else ""
        quoted = f"{self.inputs.price(self.asset.name)}{less}"
        at_end = end * (1.0 - self.asset.policy.disposal_costs * rule.less_disposal_costs)
        if is_entering or not np.isfinite(price):
            return price if np.isfinite(price) else None
        if rule.price == "highest_since_permanent_fall":
            is_permanent = permanent is not None and bool(permanent[self.asset.quarter])
            formula, value = (
                (quoted, at_end) if is_permanent else (f"MAX({self('price_seen')},{quoted})", max(seen, at_end))
            )
        elif np.isfinite(seen) and rule.price != "reporting_date":
            formula, value = f"MIN({self('price_seen')},{quoted})", min(seen, at_end)
        else:
            formula, value = quoted, at_end
        return Live(f"={formula}", value, price, PRICE_TIES * max(1.0, price))
