"""Reads the number in a cell of an export, given the symbols and separators of its mapping."""

from __future__ import annotations

import re
import unicodedata
from math import isfinite

SIGNS = "+-"
_MINUS = str.maketrans(dict.fromkeys("\u2212\u2013\u2012\ufe63\uff0d", "-"))
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u02bc\uff07", "'"))
_CODE = re.compile(r"[A-Z]{3,}")
_SIGN_CODES = {"\u20ac": "EUR", "\u00a3": "GBP"}


def plain_signs(text: str) -> str:
    """Write every minus sign, apostrophe and space in its plain form."""
    text = text.translate(_MINUS).translate(_APOSTROPHES)
    return "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in text).strip()


def amount_of(text: str, decimal: str, thousands: str, symbols: str) -> float | None:
    """Return the number that `text` spells, ``None`` if it is not a number.

    Parentheses around it, or a minus before or after it, make it negative.

    Parameters
    ----------
    decimal
        The decimal separator.
    thousands
        The thousands separator; empty for none.
    symbols
        Characters allowed around the number.
    """
    bare, sign = _without_symbols(plain_signs(text), symbols)
    whole, gap = "[0-9]+", ""
    if thousands:
        gap = plain_signs(thousands) or " "
        whole = rf"(?:[0-9]+|[0-9]{{1,3}}(?:{re.escape(gap)}[0-9]{{3}})+)"
    point = re.escape(decimal)
    if not re.fullmatch(rf"(?:{whole}(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][-+]?[0-9]+)?", bare, re.ASCII):
        return None
    value = sign * float((bare.replace(gap, "") if gap else bare).replace(decimal, "."))
    return value if isfinite(value) else None


def _without_symbols(text: str, symbols: str) -> tuple[str, int]:
    """Strip symbols, and one sign or pair of parentheses, from a number; two signs make it not a number."""
    signs: list[int] = []
    before = ""
    while text and text != before:
        before = text
        text = text.strip(symbols + " ")
        if text[:1] == "(" and text[-1:] == ")":
            signs, text = [*signs, -1], text[1:-1]
        elif text[:1] in tuple(SIGNS):
            signs, text = [*signs, int(f"{text[0]}1")], text[1:]
        elif text[-1:] in tuple(SIGNS):
            signs, text = [*signs, int(f"{text[-1]}1")], text[:-1]
    return (text, signs[0] if signs else 1) if len(signs) < 2 else ("", 1)


def unit_in(text: str) -> str:
    """Name the currency or coin in the cell of an amount, ``BTC`` in ``0.002 BTC``; empty if there is none."""
    codes = _CODE.findall(text) or [code for sign, code in _SIGN_CODES.items() if sign in text]
    return codes[0] if len(codes) == 1 else ""
