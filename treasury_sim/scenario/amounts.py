"""Numbers as finance people type them: ``1,234,567``, ``1.2m``, ``$17.4bn``, ``(500)``, ``28.73%``.

A scenario file keeps to plain numbers (`scalars`), which are unambiguous; this is for values typed into a form or
after an option. `m` is a million, as in a filing, never a thousand; callers echo the value.
"""

from __future__ import annotations

import re
from decimal import Decimal

from treasury_sim.case.fields import LARGEST
from treasury_sim.errors import InputError, Problem

SYMBOLS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_SCALES = {
    "": 0,
    **dict.fromkeys(("k", "thousand"), 3),
    **dict.fromkeys(("m", "mn", "mm", "mio", "million"), 6),
    **dict.fromkeys(("b", "bn", "billion"), 9),
    **dict.fromkeys(("t", "tn", "trillion"), 12),
}
"""Suffix -> power of ten."""

_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9][0-9_]*(?:\.[0-9]*)?|\.[0-9]+")
_PARTS = re.compile(r"(?P<currency>[^0-9.,_()\s+-]{0,3})\s*(?P<sign>[+-]?)\s*(?P<digits>[0-9.,_]+)\s*(?P<suffix>\S*)")
_CONTINENTAL = re.compile(r"[0-9]{1,3}(\.[0-9]{3})*,[0-9]{1,2}|[0-9]{1,3}(\.[0-9]{3}){2,}")
_ENGLISH = "Write 1,234.56: commas between thousands, a point before decimals."
_EXAMPLES = "a number such as 1,234,567 or 1.2m or $17.4bn or (500)"


def read_amount(text: str, what: str, *, currency: str | None = None, smallest: float = -LARGEST) -> float:
    """Read an amount or a number of units.

    Parameters
    ----------
    text
        The text as typed.
    what
        Its name in messages.
    currency
        The currency expected; any other symbol or code is an error. ``None`` allows no currency.
    smallest
        The smallest value allowed.

    Raises
    ------
    InputError
        If `text` is not such a number.
    """
    value, suffix = _read(text, what, currency)
    power = _SCALES.get(suffix)
    if power is None:
        fix = "Leave out the percent sign." if suffix == "%" else "Use k, m, bn or tn after the number."
        raise _wrong(what, _EXAMPLES, text, fix)
    value = value.scaleb(power)
    if abs(value) > LARGEST:
        raise _wrong(what, f"a number of at most {LARGEST:,.0f} in size", text)
    if value < Decimal(smallest):
        raise _wrong(what, f"a number of at least {smallest:,.0f}", text)
    return float(value)


def read_share(text: str, what: str) -> float:
    """Read a share: ``28.73%`` or ``0.2873``; ``(40%)`` and ``-40%`` are a fall.

    Raises
    ------
    InputError
        If `text` is not a share; for a bare number above 1 the message suggests the percentage.
    """
    value, suffix = _read(text, what, None)
    if suffix not in {"", "%"}:
        raise _wrong(what, "a share such as 28.73% or 0.2873", text)
    if not suffix and abs(value) > 1:
        raise _wrong(what, "a share such as 28.73% or 0.2873", text, f"Did you mean {text.strip()}%?")
    return float(value.scaleb(-2) if suffix else value)


def write_amount(value: float) -> str:
    """Write an amount in full, such as ``87,515`` or ``80,524.65``; `read_amount` returns the same number."""
    return _in_full(Decimal(repr(value)))


def write_share(value: float) -> str:
    """Write a share in percent, such as ``28.73%``; `read_share` returns the same number."""
    return f"{_in_full(Decimal(repr(value)).scaleb(2))}%"


def _in_full(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read(text: str, what: str, currency: str | None) -> tuple[Decimal, str]:
    """Return the number as written, and the suffix in lower case."""
    bare = text.strip().replace("−", "-").replace("\u00a0", " ")
    in_parentheses = bare.startswith("(") and bare.endswith(")")
    if in_parentheses:
        bare = bare[1:-1].strip()
    lead = bare[:1] if bare[:1] in {"-", "+"} else ""
    match = _PARTS.fullmatch(bare[len(lead) :].strip())
    if match is None:
        raise _wrong(what, _EXAMPLES, text)
    _check_currency(match["currency"], currency, what, text)
    digits, signs = match["digits"], lead + match["sign"]
    if not _NUMBER.fullmatch(digits):
        raise _wrong(what, _EXAMPLES, text, _ENGLISH if _CONTINENTAL.fullmatch(digits) else "")
    if len(signs) > 1 or (signs and in_parentheses):
        raise _wrong(what, "one sign, or parentheses", text)
    value = Decimal(digits.replace(",", "").replace("_", ""))
    return (-value if in_parentheses or signs == "-" else value), match["suffix"].lower()


def _check_currency(written: str, currency: str | None, what: str, text: str) -> None:
    named = SYMBOLS.get(written.upper(), written.upper())
    if not named or named == currency:
        return
    if currency is None:
        raise _wrong(what, "a number without a currency", text)
    raise _wrong(what, f"an amount in {currency}", text)


def _wrong(what: str, expected: str, text: str, fix: str = "") -> InputError:
    return InputError([Problem("", None, what, expected, text.strip() or "nothing", fix)])
