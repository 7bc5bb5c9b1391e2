"""Columns that give the currency or coin of an amount, whether or not a mapping names them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_UNIT = {"currency", "cur", "ccy", "asset", "coin", "unit", "symbol"}
_AMOUNT = {"amount", "value", "quantity", "qty", "total", "paid", "volume"}
_FOLLOWS = {"cur.", "cur", "currency", "ccy"}
_ASSET = {"asset", "coin", "symbol", "token", "crypto", "cryptocurrency"}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = re.compile(r" \([0-9]+\)$")
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}")


def numbered(names: Sequence[str]) -> list[str]:
    """Number columns that share a name: ``Cur. (1)``, ``Cur. (2)``; the others keep their names."""
    seen: dict[str, int] = {}
    given = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        given.append(f"{name} ({seen[name]})" if name and names.count(name) > 1 else name)
    return given


def unit_columns(amount: str, names: Sequence[str], named: Collection[str]) -> list[str]:
    """Columns that give the unit of an amount: ``Fee Currency`` of ``Fee Amount``, or ``Cur.`` after ``Fee``.

    Parameters
    ----------
    amount
        The column of the amount.
    names
        All columns, in their order.
    named
        Columns that the mapping names; one of them does not count merely because it follows the amount.
    """
    stem = _stem(amount)
    same = [name for name in names if stem and _words(name) & _UNIT and name != amount and _stem(name) == stem]
    behind = names[names.index(amount) + 1 :][:1]
    follows = [name for name in behind if _NUMBERED.sub("", name).casefold() in _FOLLOWS and name not in named]
    return list(dict.fromkeys([*same, *follows]))


def asset_columns(names: Sequence[str], named: Collection[str]) -> list[str]:
    """Columns that seem to hold the asset and that the mapping does not name."""
    return [name for name in names if _NUMBERED.sub("", name).casefold() in _ASSET and name not in named]


def is_code(text: str) -> bool:
    """Whether `text` has the form of a currency or coin code."""
    return _CODE.fullmatch(text) is not None


def _words(name: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[^\W_]+", _CAMEL.sub(" ", name))}


def _stem(name: str) -> frozenset[str]:
    return frozenset(_words(_NUMBERED.sub("", name)) - _UNIT - _AMOUNT)
