"""Figures restated when a scenario is read: shares for later splits, prices of a path in the currency of the holder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from treasury_sim.case.fields import is_number
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.scenario.source.tree import Tree

SPLITS: KeyPath = ("capital", "splits")
_OPENING = ("capital", "opening")


def restated(tree: Tree) -> Tree:
    """Restate share figures and prices of `tree`; values that are wrong stay for the checks that report them."""
    ratio = _split_ratio(tree)
    return _scaled(tree, {**dict(_shares(tree, ratio)), **dict(_prices(tree))})


def with_stated_prices(tree: Tree) -> Tree:
    """Undo the translation of prices, for a file that states their currency again."""
    return _scaled(tree, {path: 1.0 / rate for path, rate in _prices(tree)})


def _scaled(tree: Tree, factors: Mapping[KeyPath, float]) -> Tree:
    changes: dict[KeyPath, object] = {}
    for path, factor in factors.items():
        amount = tree.get(*path)
        if is_number(amount) and factor != 1.0:
            changes[path] = amount * factor
    return tree.with_values(changes, {path: tree.place(path) for path in changes}) if changes else tree


def _split_ratio(tree: Tree) -> float:
    """Shares after all splits from the start of the period on, for one share before."""
    start, ratio = tree.get("period", "start"), 1.0
    for _, row in tree.rows(*SPLITS):
        day, new, old = (row.get(key) for key in ("date", "new", "old"))
        is_later = isinstance(day, date) and isinstance(start, date) and day >= start
        if is_later and is_number(new) and is_number(old) and new > 0 and old > 0:
            ratio *= new / old
    return ratio


def _shares(tree: Tree, ratio: float) -> Iterator[tuple[KeyPath, float]]:
    yield from (((*_OPENING, key), ratio) for key in ("shares", "potential_shares"))
    yield from (((*_OPENING, key), 1.0 / ratio) for key in ("share_price", "strike"))
    for number, _ in tree.rows("capital", "notes"):
        yield ("capital", "notes", number, "conversion_price"), 1.0 / ratio
    for number, _ in tree.rows("capital", "preferred"):
        yield ("capital", "preferred", number, "conversion_shares"), ratio


def _prices(tree: Tree) -> Iterator[tuple[KeyPath, float]]:
    """Amounts under `prices` that are stated in another currency than that of the holder, with the rate."""
    home = tree.get("holder", "currency") or "USD"
    for asset, stated in tree.items("prices"):
        currency = stated.get("currency") if isinstance(stated, dict) else None
        rate = tree.get("fx", f"{currency}{home}", "rate")
        if currency in (None, home) or not is_number(rate):
            continue
        above: KeyPath = ("prices", asset)
        yield from (((*above, key), rate) for key in ("spot", "absolute", "equal_to"))
        yield from (((*above, "quarter_end", day), rate) for day, _ in tree.items(*above, "quarter_end"))
        yield from (((*above, "quarter_low", day, "price"), rate) for day, _ in tree.items(*above, "quarter_low"))
