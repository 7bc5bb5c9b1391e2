"""The sheets of inputs, lots, tests and disposals: a unit's cost, the price that its rule looks at, what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.holding import Lot
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, single
from treasury_sim.domain.result import Result
from treasury_sim.frameworks.rule import Rule
from treasury_sim.report.close.grid import Column
from treasury_sim.report.close.live.block import Block, Given, Live, Written
from treasury_sim.report.close.live.workings import AssetWorkings, Workings
from treasury_sim.report.close.movements import kinds_in, kinds_out
from treasury_sim.treasury.ledgers import book_cost, tax_cost


@dataclass(frozen=True)
class LotSheets:
    """The sheets that everything else refers to."""

    inputs: Block
    lots: Block
    tests: Block
    disposals: Block
    at_price: dict[str, int]
    of_lot: dict[tuple[str, str], int]

    def price(self, asset: str) -> str:
        """Address of the quarter-end price of an asset."""
        return self.inputs.at("value", self.at_price[asset])

    def given(self, name: str) -> str:
        """Address of an input by its name."""
        names = [self.inputs.value("name", row) for row in range(self.inputs.size)]
        return self.inputs.at("value", names.index(name))

    def has(self, name: str) -> bool:
        """Whether there is such an input."""
        return name in [self.inputs.value("name", row) for row in range(self.inputs.size)]


def lot_sheets(result: Result, of: Workings) -> LotSheets:
    """Write inputs, lots, tests and disposals of a quarter."""
    inputs, at_price = _inputs(result, of)
    sheets = LotSheets(inputs, _lots_block(), _tests_block(), _disposals_block(), at_price, {})
    for asset in of.assets.values():
        _add_lots(sheets, of, asset)
    for asset in of.assets.values():
        if not asset.is_pool:
            rows = _add_tests(sheets, result, asset)
            _add_disposals(sheets, result, asset, rows)
    return sheets


STATED = ("other_operating_income", "interest", "preferred_dividends", "weighted_shares")
"""Lines that a scenario states."""


def _inputs(result: Result, of: Workings) -> tuple[Block, dict[str, int]]:
    columns = (Column("name", "Name"), Column("what", "What it is"), Column("value", "Value", "price"))
    block = Block("Inputs", "inputs", "Inputs: change what is blue on yellow, and see what follows", columns)
    spec = of.scenario.spec
    at_price = {}
    for name, asset in of.assets.items():
        price = float(asset.passed.marks.quarter_end[0, of.quarter])
        at_price[name] = block.add((f"price_{name}", f"{name}: price at the quarter end", Given(price)))
    if of.tax_rate is not None:
        block.add(("tax_rate", "Tax rate", Given(of.tax_rate)), kind="share")
    costs, reserve = spec.accounting.disposal_costs, spec.accounting.fluctuation_reserve
    block.add(("disposal_costs", "Costs of disposal, share of the price", Given(costs)), kind="share")
    block.add(("reserve", "Fluctuation reserve, share of what exceeds cost", Given(reserve)), kind="share")
    lines = result.statements[of.key].lines
    for name in STATED:
        stated = single(Period("", (of.quarter,)), name, lines)
        if stated is not None:
            block.add((name, LINES[name].title, Given(stated)))
    block.notes.append("Which lots a disposal takes, and how a window falls into days, is decided by the run.")
    block.notes.append("Prices seen before the quarter end stand beside each lot in the sheet Tests.")
    return block, at_price


def _lots_block() -> Block:
    columns = (
        Column("n", "No.", "units"),
        Column("asset", "Asset"),
        Column("lot", "Lot"),
        Column("acquired", "Acquired"),
        Column("quantity", "Units", "units"),
        Column("unit_cost", "Unit cost, without fee", "price"),
        Column("fee", "Fee", "money"),
        Column("book_cost", "Unit cost in the books", "price"),
        Column("tax_basis", "Tax basis of a unit", "price"),
        Column("tax_opening", "Units for tax, opening", "units"),
        Column("tax_came", "come", "units"),
        Column("tax_gone", "gone", "units"),
        Column("tax_closing", "closing", "units"),
        Column("fee_share", "Share come in the quarter", "share"),
        Column("fee_expense", "Fee expensed", "money"),
    )
    block = Block("Lots", "live_lots", "Lots: what each cost", columns)
    block.notes.append("Units for tax: a day of a window counts by its price over the average of the window.")
    return block


def _add_lots(sheets: LotSheets, of: Workings, asset: AssetWorkings) -> None:
    block = sheets.lots
    expensed = of.scenario.spec.accounting.fees == "expense"
    weights = asset.tax_weights()
    ledger, came = asset.ledger, asset.came
    quantity_in = np.bincount(ledger.lot[came], weights=ledger.quantity[came], minlength=len(ledger.lot_ids))
    there = set(ledger.lot[asset.parts].tolist())
    for number, lot in enumerate(of.prepared.assets[asset.name].lots):
        tax = [weights[name].get(lot.id, 0.0) for name in ("opening", "came", "gone", "closing")]
        if number not in there and not any(tax):
            continue
        row = block.size
        sheets.of_lot[asset.name, lot.id] = row
        share = 0.0 if lot.opening else float(quantity_in[number] / lot.quantity)
        cost, fee = block.here("unit_cost", row), block.here("fee", row)
        with_fee = f"={cost}+{fee}/{block.here('quantity', row)}"
        basis = Live(with_fee, tax_cost(lot)) if lot.tax_basis is None else Given(lot.tax_basis)
        book = Live(f"={cost}" if expensed else with_fee, book_cost(lot, capitalise_fees=not expensed))
        charge: Written = Live(f"=-{fee}*{block.here('fee_share', row)}", -lot.fee * share) if expensed else 0.0
        block.add(
            (
                float(row),
                asset.name,
                lot.id,
                _days(lot),
                lot.quantity,
                Given(lot.unit_cost),
                Given(lot.fee),
                book,
                basis,
                *tax,
                share,
                charge,
            )
        )


def _days(lot: Lot) -> str:
    return f"{lot.acquired}" if lot.last_day == lot.acquired else f"{lot.acquired} to {lot.last_day}"


def _tests_block() -> Block:
    columns = (
        Column("n", "Lot no.", "units"),
        Column("asset", "Asset"),
        Column("lot", "Lot"),
        Column("day", "Day"),
        Column("kind", "Came by"),
        Column("factor", "Day's price over the window's", "units"),
        Column("cost", "Unit cost", "price"),
        Column("opening", "Units, opening", "units"),
        Column("came", "come", "units"),
        Column("closing", "closing", "units"),
        Column("entry", "Price it entered at", "price"),
        Column("price_before", "Price looked at, opening, by the rule before", "price"),
        Column("price_opening", "Price looked at, opening", "price"),
        Column("price_seen", "seen before the end", "price"),
        Column("price_closing", "closing", "price"),
        Column("pl_opening", "In P&L a unit, opening", "price"),
        Column("oci_opening", "in OCI, opening", "price"),
        Column("pl_closing", "in P&L, closing", "price"),
        Column("oci_closing", "in OCI, closing", "price"),
        Column("carrying_opening", "Carrying, opening", "money"),
        Column("adoption", "Adoption", "money"),
        Column("additions", "Additions", "money"),
        Column("carrying_closing", "Carrying, closing", "money"),
        Column("cost_opening", "Cost, opening", "money"),
        Column("cost_closing", "Cost, closing", "money"),
        Column("pl", "P&L of what is held", "money"),
        Column("oci", "OCI of what is held", "money"),
        Column("surplus_opening", "Surplus, opening", "money"),
    )
    return Block("Tests", "live_tests", "Tests: every lot, and every day of a window, on its own", columns)


def through(rule: Rule, cost: str, price: str, reserve: str) -> tuple[str, str]:
    """What a unit has passed through P&L and OCI since it was acquired, as formulas of its cost and price."""
    if rule.ceiling_at_cost:
        above = f"MIN({price}-{cost},0)"
    elif rule.keeps_reserve:
        above = f"IF({price}>{cost},({price}-{cost})*(1-{reserve}),{price}-{cost})"
    else:
        above = f"({price}-{cost})"
    if rule.surplus_to_oci:
        return f"MIN({price}-{cost},0)", f"MAX({price}-{cost},0)"
    return above, "0"


def _add_tests(sheets: LotSheets, result: Result, asset: AssetWorkings) -> dict[int, int]:
    """Write a row for each part that was there; return the row of each part."""
    rule, before, parts = asset.rule, asset.rule_before, asset.parts
    cost = asset.ledger.unit_cost[parts]
    closing, seen = asset.closing_prices(), asset.without_the_quarter_end()
    opening_new = asset.opening_prices(rule)
    opening_old = opening_new if before is rule else asset.opening_prices(before)
    entry = asset.entry_prices()
    kinds = kinds_in(result, asset.name)[parts]
    unit = {
        "closing": asset.passed_through(rule, cost, closing),
        "new": asset.passed_through(rule, cost, np.where(np.isnan(opening_new), cost, opening_new)),
        "old": asset.passed_through(before, cost, np.where(np.isnan(opening_old), cost, opening_old)),
        "entry": asset.passed_through(rule, cost, entry),
    }
    typed = ~np.isnan(asset.ledger.opening[parts]) & asset.came[parts]
    end_price = float(asset.passed.marks.quarter_end[0, asset.quarter])
    rows = {}
    for n, part in enumerate(parts.tolist()):
        row = sheets.tests.size
        rows[part] = row
        here = _Here(sheets, asset, row)
        day: date = asset.timeline.days[asset.ledger.acquired[part]].astype(date)
        units = float(asset.opening_units[part]), float(asset.ledger.quantity[part] * asset.came[part])
        held = float(asset.closing_units[part])
        lot = sheets.of_lot[asset.name, asset.ledger.lot_ids[asset.ledger.lot[part]]]
        there = units[0] > 0.0
        c, (new_pl, new_oci) = cost[n], (float(unit["new"].pl[n]), float(unit["new"].oci[n]))
        old = float(unit["old"].pl[n] + unit["old"].oci[n])
        end_pl, end_oci = float(unit["closing"].pl[n]), float(unit["closing"].oci[n])
        in_pl, in_oci = (float(unit["entry"].pl[n]), float(unit["entry"].oci[n])) if typed[n] else (0.0, 0.0)
        entered_pl, entered_oci = here.through(rule, "entry") if typed[n] else ("0", "0")
        is_changed = before is not rule and there
        price_before = float(opening_old[n]) if is_changed and np.isfinite(opening_old[n]) else None
        old_pl, old_oci = (
            here.through(before, "price_before" if is_changed else "price_opening") if there else ("0", "0")
        )
        pl_opening, oci_opening = here.through(rule, "price_opening") if there else ("0", "0")
        price_at_opening = float(opening_new[n]) if there and np.isfinite(opening_new[n]) else None
        # Where a rule had no price yet, the unit stays at cost.
        if price_at_opening is None:
            pl_opening = oci_opening = "0"
        if (price_before if is_changed else price_at_opening) is None:
            old_pl = old_oci = "0"
        price = here.closing_price(float(closing[n]), float(seen[n]), end_price, is_entering=bool(typed[n]))
        close_pl, close_oci = here.through(rule, "price_closing") if np.isfinite(closing[n]) else ("0", "0")
        sheets.tests.add(
            (
                float(lot),
                asset.name,
                asset.ledger.lot_ids[asset.ledger.lot[part]],
                day.isoformat(),
                str(kinds[n]),
                float(asset.factor[part]),
                Live(f"={sheets.lots.at('book_cost', lot)}*{here('factor')}", float(c)),
                units[0],
                units[1],
                held,
                float(entry[n]) if typed[n] else None,
                price_before,
                price_at_opening,
                float(seen[n]) if np.isfinite(seen[n]) else None,
                price,
                Live(f"={pl_opening}", new_pl if there else 0.0),
                Live(f"={oci_opening}", new_oci if there else 0.0),
                Live(f"={close_pl}", end_pl),
                Live(f"={close_oci}", end_oci),
                Live(f"={here('opening')}*({here('cost')}+{old_pl}+{old_oci})", units[0] * (c + old)),
                Live(
                    f"={here('opening')}*({here('cost')}+{here('pl_opening')}+{here('oci_opening')})"
                    f"-{here('carrying_opening')}",
                    units[0] * (new_pl + new_oci - old) if there else 0.0,
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
                    held * end_pl - (units[0] * new_pl if there else 0.0) - units[1] * in_pl,
                ),
                Live(
                    f"={here('closing')}*{here('oci_closing')}-{here('opening')}*{here('oci_opening')}"
                    f"-{here('came')}*{entered_oci}",
                    held * end_oci - (units[0] * new_oci if there else 0.0) - units[1] * in_oci,
                ),
                Live(f"={here('opening')}*{here('oci_opening')}", units[0] * new_oci if there else 0.0),
            )
        )
    return rows


@dataclass(frozen=True)
class _Here:
    """Addresses in one row of the sheet Tests."""

    sheets: LotSheets
    asset: AssetWorkings
    row: int

    def __call__(self, column: str) -> str:
        return self.sheets.tests.here(column, self.row)

    def through(self, rule: Rule, price: str) -> tuple[str, str]:
        return through(rule, self("cost"), self(price), self.sheets.given("reserve"))

    def closing_price(self, price: float, seen: float, end: float, *, is_entering: bool) -> Written:
        """The price looked at in the end: what was seen before and the quarter-end price, as the rule has it."""
        rule = self.asset.rule
        permanent = self.asset.policy.permanent
        less = f"*(1-{self.sheets.given('disposal_costs')})" if rule.less_disposal_costs else ""
        quoted = f"{self.sheets.price(self.asset.name)}{less}"
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
        return Live(f"={formula}", value) if abs(value - price) < 1e-9 * max(1.0, price) else price


def _disposals_block() -> Block:
    columns = (
        Column("n", "Lot no.", "units"),
        Column("asset", "Asset"),
        Column("lot", "Lot"),
        Column("kind", "Left by"),
        Column("day", "Day"),
        Column("units", "Units", "units"),
        Column("gross", "Proceeds before costs", "money"),
        Column("net", "after costs", "money"),
        Column("cost", "Unit cost", "price"),
        Column("price", "Price looked at", "price"),
        Column("pl", "In P&L a unit", "price"),
        Column("oci", "in OCI", "price"),
        Column("carrying", "Carrying amount that left", "money"),
        Column("cost_out", "Cost that left", "money"),
        Column("surplus", "Surplus that left", "money"),
        Column("pl_out", "P&L up to the disposal", "money"),
        Column("realised", "Gain or loss on it", "money"),
    )
    return Block("Disposals", "live_disposals", "Disposals: what left, at what it was carried", columns)


def _add_disposals(sheets: LotSheets, result: Result, asset: AssetWorkings, rows: dict[int, int]) -> None:
    block, ledger = sheets.disposals, asset.ledger
    price, at_cost = asset.release_prices()
    kinds = kinds_out(result, asset.name)[asset.releases]
    by_sale = asset.rule.at_release == "sale_price" or (
        asset.rule.surplus_to_oci and asset.policy.remeasure_before_disposal
    )
    for n, release in enumerate(asset.releases.tolist()):
        row, part = block.size, int(ledger.release_part[release])
        test = rows[part]
        units, gross = float(ledger.release_quantity[release]), float(ledger.release_gross[release])
        net, cost = float(ledger.release_net[release]), float(ledger.unit_cost[part])
        seen = float(price[n])
        unit = asset.passed_through(asset.rule, np.array([cost]), np.array([seen]))
        pl, oci = float(unit.pl[0]), float(unit.oci[0])
        looked: Written = seen
        if at_cost[n]:
            looked = Live(f"={block.here('cost', row)}", seen)
        elif by_sale:
            looked = Live(f"={block.here('gross', row)}/{block.here('units', row)}", seen)
        elif not np.isfinite(seen):
            looked = Live(f"={block.here('cost', row)}", cost)  # the rule had no price yet: at cost
        cell = {
            name: block.here(name, row) for name in ("units", "gross", "net", "cost", "price", "pl", "oci", "carrying")
        }
        formula_pl, formula_oci = through(asset.rule, cell["cost"], cell["price"], sheets.given("reserve"))
        lot = int(ledger.lot[part])
        block.add(
            (
                float(sheets.of_lot[asset.name, ledger.lot_ids[lot]]),
                asset.name,
                ledger.lot_ids[lot],
                str(kinds[n]),
                asset.timeline.days[ledger.release_mark[release]].astype(date).isoformat(),
                units,
                gross,
                net,
                Live(f"={sheets.tests.at('cost', test)}", cost),
                looked,
                Live(f"={formula_pl}", pl),
                Live(f"={formula_oci}", oci),
                Live(f"={cell['units']}*({cell['cost']}+{cell['pl']}+{cell['oci']})", units * (cost + pl + oci)),
                Live(f"={cell['units']}*{cell['cost']}", units * cost),
                Live(f"={cell['units']}*{cell['oci']}", units * oci),
                Live(f"={cell['units']}*{cell['pl']}", units * pl),
                Live(f"={cell['net']}-{cell['carrying']}", net - units * (cost + pl + oci)),
            )
        )
