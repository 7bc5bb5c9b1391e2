"""The sheet Disposals: units disposed of, at their carrying amount."""

from __future__ import annotations

from datetime import date

import numpy as np

from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.block import Block, Live, Written
from treasury_sim.report.close.live.inputs import Inputs
from treasury_sim.report.close.live.lot_tests import PRICE_TIES, Tests
from treasury_sim.report.close.live.lots import Lots
from treasury_sim.report.close.live.remeasured import remeasured
from treasury_sim.report.close.live.terms import Term
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
        observed = float(price[n])
        here = {
            name: Term(block.here(name, row), value)
            for name, value in (("units", units), ("gross", gross), ("net", net), ("cost", cost))
        }
        source: Term | None = None
        if at_cost[n] or not np.isfinite(observed):  # at cost too where the rule had no price yet
            source = here["cost"]
        elif by_sale:
            source = here["gross"] / here["units"]
        known, tolerance = (observed if np.isfinite(observed) else None), PRICE_TIES * max(1.0, cost)
        test_price: Written = observed if source is None else Live(source, known, tolerance)
        of_price = Term(block.here("price", row), observed if source is None else source.value)
        pl, oci = remeasured(asset.rule, here["cost"], of_price, inputs.given("reserve"))
        in_pl, in_oci = Term(block.here("pl", row), pl.value), Term(block.here("oci", row), oci.value)
        carrying = here["units"] * (here["cost"] + in_pl + in_oci)
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
                tests.block.term("cost", test),
                test_price,
                pl,
                oci,
                carrying,
                here["units"] * here["cost"],
                here["units"] * in_oci,
                here["units"] * in_pl,
                here["net"] - Term(block.here("carrying", row), carrying.value),
            )
        )
