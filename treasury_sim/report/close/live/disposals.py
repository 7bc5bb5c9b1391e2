"""The sheet Disposals: units disposed of, at their carrying amount."""

from __future__ import annotations

from datetime import date

import numpy as np

from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.block import Block, Live, Written
from treasury_sim.report.close.live.inputs import Inputs
from treasury_sim.report.close.live.lot_tests import Tests
from treasury_sim.report.close.live.lots import Lots
from treasury_sim.report.close.live.passed_through import passed_through
from treasury_sim.report.close.live.workings import AssetWorkings, Workings
from treasury_sim.report.close.movements import kinds_out
from treasury_sim.report.tables.table import Column


def write_disposals(close: Close, of: Workings, inputs: Inputs, lots: Lots, tests: Tests) -> Block:
    """Write a row for each part disposed of in the quarter; none for a pool."""
    block = _block()
    for asset in of.assets.values():
        if not asset.is_pool:
            _add(block, inputs, lots, tests, asset, close=close)
    return block


def _block() -> Block:
    columns = (
        Column("n", "Lot no.", "units"),
        Column("asset", "Asset"),
        Column("lot", "Lot"),
        Column("kind", "Kind"),
        Column("day", "Day"),
        Column("units", "Units", "units"),
        Column("gross", "Proceeds before costs", "money"),
        Column("net", "Proceeds after costs", "money"),
        Column("cost", "Unit cost", "price"),
        Column("price", "Test price", "price"),
        Column("pl", "P&L a unit", "price"),
        Column("oci", "OCI a unit", "price"),
        Column("carrying", "Carrying amount disposed of", "money"),
        Column("cost_out", "Cost disposed of", "money"),
        Column("surplus", "Surplus released", "money"),
        Column("pl_out", "P&L up to the disposal", "money"),
        Column("realised", "Gain or loss on disposal", "money"),
    )
    return Block("Disposals", "live_disposals", "Disposals: units disposed of, at their carrying amount", columns)


def _add(block: Block, inputs: Inputs, lots: Lots, tests: Tests, asset: AssetWorkings, *, close: Close) -> None:
    ledger = asset.ledger
    price, at_cost = asset.release_prices()
    kinds = kinds_out(close.holding(asset.name).ledger)[asset.releases]
    by_sale = asset.rule.at_release == "sale_price" or (
        asset.rule.surplus_to_oci and asset.policy.remeasure_before_disposal
    )
    for n, release in enumerate(asset.releases.tolist()):
        row, part = block.size, int(ledger.release_part[release])
        test = tests.row_of[asset.name, part]
        units, gross = float(ledger.release_quantity[release]), float(ledger.release_gross[release])
        net, cost = float(ledger.release_net[release]), float(ledger.unit_cost[part])
        seen = float(price[n])
        unit = asset.passed_through(asset.rule, np.array([cost]), np.array([seen]))
        pl, oci = float(unit.pl[0]), float(unit.oci[0])
        test_price: Written = seen
        if at_cost[n]:
            test_price = Live(f"={block.here('cost', row)}", seen)
        elif by_sale:
            test_price = Live(f"={block.here('gross', row)}/{block.here('units', row)}", seen)
        elif not np.isfinite(seen):
            test_price = Live(f"={block.here('cost', row)}", cost)  # the rule had no price yet: at cost
        cell = {
            name: block.here(name, row) for name in ("units", "gross", "net", "cost", "price", "pl", "oci", "carrying")
        }
        formula_pl, formula_oci = passed_through(asset.rule, cell["cost"], cell["price"], inputs.given("reserve"))
        lot = int(ledger.lot[part])
        block.add(
            (
                float(lots.row_of[asset.name, ledger.lot_ids[lot]]),
                asset.name,
                ledger.lot_ids[lot],
                str(kinds[n]),
                asset.timeline.days[ledger.release_mark[release]].astype(date).isoformat(),
                units,
                gross,
                net,
                Live(f"={tests.block.at('cost', test)}", cost),
                test_price,
                Live(f"={formula_pl}", pl),
                Live(f"={formula_oci}", oci),
                Live(f"={cell['units']}*({cell['cost']}+{cell['pl']}+{cell['oci']})", units * (cost + pl + oci)),
                Live(f"={cell['units']}*{cell['cost']}", units * cost),
                Live(f"={cell['units']}*{cell['oci']}", units * oci),
                Live(f"={cell['units']}*{cell['pl']}", units * pl),
                Live(f"={cell['net']}-{cell['carrying']}", net - units * (cost + pl + oci)),
            )
        )
