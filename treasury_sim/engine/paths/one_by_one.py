"""Decide how a simulation measures disposals: along one order, on each path, or by replaying paths one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.sold_in_order import MONEY
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.engine.one_pass import AssetPass
from treasury_sim.engine.prepare import Prepared

MOST_LOTS = 2_000
"""Most daily parts for which the tables of an `OrderLadder` stay small."""


def differing(prepared: Prepared, assets: Mapping[str, AssetPass], first: date) -> Iterator[tuple[str, str]]:
    """Assets whose disposals take different coins on each path, with the reason; not those measured along one order."""
    plan = prepared.case.spec.plan
    for name, asset in assets.items():
        outs = [out for out in prepared.assets[name].disposals if out.date >= first]
        of_books = {out.lot_relief or plan.lot_relief for out in outs if out.lots is None}
        of_tax = {out.tax_lot_relief or plan.tax_lot_relief or plan.lot_relief for out in outs if out.lots is None}
        moves = any(move.date >= first for move in prepared.assets[name].transfers)
        moves |= any(out.kind == "loan" for out in outs)
        in_order = all(out.follows == "money" for out in outs) and not prepared.assets[name].transfers
        for ledger, reliefs in ((asset.books, of_books), (asset.tax, of_tax)):
            if in_order and _is_one_order(ledger, reliefs):
                continue
            for why in _of_ledger(name, ledger, reliefs, moves=moves):
                yield name, why


def cannot_differ(
    prepared: Prepared, assets: Mapping[str, AssetPass], differing: Collection[str], first: date
) -> Iterator[str]:
    """Reasons, in words, why paths must be replayed one by one."""
    for swap in prepared.case.spec.plan.swaps:
        if swap.value is None and swap.date >= first:
            yield f"the value of the swap of {swap.date} follows the price of {swap.asset}"
    for name in differing:
        if any(out.kind == "loan" for out in prepared.assets[name].disposals):
            yield f"{name} is lent, and the coins lent differ from path to path"
        if assets[name].tax_at_cost is not None:
            yield f"a lot of {name} has a tax basis other than cost, and disposals take different coins on each path"


def _is_one_order(ledger: Ledger, reliefs: set[str]) -> bool:
    """Whether amounts of money are sold first-in first-out from one wallet, so that units sold determine the lots."""
    in_one_wallet = len({*ledger.wallet, *(out.wallet for out in ledger.disposals)}) == 1
    plain = not (ledger.pooled or ledger.follows.any() or np.isfinite(ledger.opening).any())
    plain &= ledger.lent_from is None
    is_sold = (ledger.release_follows == MONEY).any() and reliefs == {"fifo"}
    return bool(is_sold and in_one_wallet and plain and ledger.quantity.size <= MOST_LOTS)


def _of_ledger(name: str, ledger: Ledger, reliefs: set[str], *, moves: bool) -> Iterator[str]:
    for_money = ledger.follows == MONEY
    if (ledger.release_follows == MONEY).any():
        yield f"{name} is sold for amounts of money"
    elif for_money[ledger.release_part].any() or (for_money.any() and ("lifo" in reliefs or moves)):
        yield f"{name} bought for amounts of money is sold or moved"
    if ledger.follows.any() and ledger.pooled:
        yield f"{name} bought at market is part of one unit of account"
    elif ledger.follows.any() and "hifo" in reliefs:
        yield f"{name} is sold highest cost first, and its cost follows the price"


def stacked(paths: list[dict[str, QuarterlyStatements]]) -> dict[str, QuarterlyStatements]:
    """Join the statements of single paths."""
    return {key: _stacked([path[key] for path in paths]) for key in paths[0]}


def _stacked(paths: list[QuarterlyStatements]) -> QuarterlyStatements:
    first = paths[0]
    lines = {
        name: None if line is None else np.concatenate([path.lines[name] for path in paths])
        for name, line in first.lines.items()
    }
    assets = {asset: replace(held, lines=_joined(paths, asset)) for asset, held in first.assets.items()}
    return replace(first, lines=lines, assets=assets)


def _joined(paths: list[QuarterlyStatements], asset: str) -> dict[str, Floats]:
    of_paths = [path.assets[asset].lines for path in paths]
    return {name: np.concatenate([lines[name] for lines in of_paths]) for name in of_paths[0]}
