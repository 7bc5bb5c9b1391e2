"""The scale of money in a file: `holder.units`, applied once, so that all money inside is in currency units.

As in a filing "in thousands, except per-coin and per-share amounts": unit costs and values, tax bases and stated
openings per coin, prices and per-share lines are never scaled, nor is a table of lots, which is a separate file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from treasury_sim.case.key_paths import Key, KeyPath, key_path
from treasury_sim.domain.lines import LINES
from treasury_sim.scenario.source.tree import Tree

SCALES = (1, 1_000, 1_000_000)


def money_paths(tree: Tree) -> Iterator[KeyPath]:
    """Every path that holds an amount of money, whether its value is a number or not."""
    tables: tuple[tuple[Key, Key, tuple[Key, ...]], ...] = (
        ("holder", "lots", ("fee", "total_cost")),
        ("holder", "position", ("total_cost",)),
        ("plan", "purchases", ("fee", "amount", "total_cost")),
        ("plan", "sales", ("fee", "proceeds")),
        ("plan", "receipts", ("amount", "total_value")),
        ("plan", "payments", ("value", "amount")),
        ("plan", "swaps", ("value",)),
        ("capital", "notes", ("principal",)),
        ("capital", "loans", ("principal",)),
        ("capital", "preferred", ("notional", "liquidation_preference")),
        ("capital", "issuance", ("per_month", "up_to")),
    )
    for section, table, keys in tables:
        for number, _ in tree.rows(section, table):
            yield from ((section, table, number, key) for key in keys)
    per_quarter: tuple[tuple[Key, ...], ...] = (
        ("income", "other_operating"),
        ("income", "interest"),
        ("capital", "preferred_dividends"),
        ("capital", "operating_cash_flow"),
        ("capital", "opening", "equity"),
        ("tax", "support"),
        ("tax", "capital_gains"),
        ("tax", "capital_losses"),
        ("tax", "other_deferred_tax_asset"),
        ("tax", "net_operating_loss"),
        ("tax", "other_support"),
    )
    yield from (("capital", "opening", key) for key in ("cash", "reserve"))
    yield from (("prices", asset, "overlay", "flows", "volume") for asset, _ in tree.items("prices"))
    for path in per_quarter:
        yield path
        yield from ((*path, label) for label, _ in tree.items(*path))
    for number, row in tree.rows("limits"):
        line = row.get("line") or row.get("loss") or row.get("charge")
        if isinstance(line, str) and line in LINES and LINES[line].is_money:
            yield from (("limits", number, key) for key in ("above", "below"))
    for framework, _ in tree.items("expect"):
        for label, _ in tree.items("expect", framework):
            for line, _ in tree.items("expect", framework, label):
                if isinstance(line, str) and line in LINES and LINES[line].is_money:
                    above = ("expect", framework, label, line)
                    yield from ((*above, key) for key in ("value", "tolerance", "rounding"))


def scaled(tree: Tree, units: int) -> Tree:
    """Return `tree` with amounts of money in currency units."""
    if units == 1:
        return tree
    values: Any = _copy(tree.values)
    for path in money_paths(tree):
        amount = tree.get(*path)
        if isinstance(amount, (int, float)) and not isinstance(amount, bool):
            node = values
            for key in path[:-1]:
                node = node[key]
            node[path[-1]] = _times(amount, units)
    _scale_sweep(values.get("sweep"), units, tree.get("limits"))
    return replace(tree, values=values)


def _scale_sweep(sweep: Any, units: int, limits: object) -> None:
    """Scale the values of a sweep by the keys they vary; those of a limit by its line."""
    if not isinstance(sweep, dict):
        return
    rows = sweep.get("list")
    for table in [sweep.get("grid"), sweep.get("zip"), *(rows if isinstance(rows, list) else [])]:
        for key, value in table.items() if isinstance(table, dict) else ():
            path = key_path(str(key))
            if isinstance(value, list) and table not in (rows or []):
                table[key] = [_scaled_at(path, entry, units, limits) for entry in value]
            elif isinstance(value, dict) and "from" in value:
                ends = ((name, entry) for name, entry in value.items() if name != "count")
                table[key] = {**value, **{name: _scaled_at(path, entry, units, limits) for name, entry in ends}}
            else:
                table[key] = _scaled_at(path, value, units, limits)


def _scaled_at(path: KeyPath, value: object, units: int, limits: object) -> object:
    node: Any = value
    for key in reversed(path):
        node = [node] if isinstance(key, int) else {key: node}
    first = tuple(0 if isinstance(key, int) else key for key in path)
    match path:
        case ("limits", int(number), _):
            row = Tree({"limits": limits}, {}).get("limits", number)
            node["limits"][0] = {**row, **node["limits"][0]} if isinstance(row, dict) else node["limits"][0]
    return scaled(Tree(node, {}), units).get(*first) if isinstance(node, dict) else value


def _copy(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copy(value) for key, value in node.items()}
    return [_copy(value) for value in node] if isinstance(node, list) else node


def _times(amount: float, units: int) -> int | float:
    """Scale in exact decimals: 0.1 in thousands is 100, not 100.00000000000001."""
    return amount * units if isinstance(amount, int) else float(Decimal(repr(amount)) * units)
