"""`Term`: a formula and its value as one thing, so that the two cannot disagree.

Terms are cells, sums over rows and constants, combined by ``+ - * /``, `least`, `most`, `rounded` and `total`; each
operation works on formula and value together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_SUM, _PRODUCT, _ATOM = 1, 2, 3
"""How strongly the outermost operation of a formula binds: a weaker one stands in brackets inside a stronger one."""


@dataclass(frozen=True, slots=True)
class Term:
    """Part of a formula, with the value that a spreadsheet gives it.

    Attributes
    ----------
    formula
        Without the sign of equality.
    value
        Its result.
    binds
        See `_SUM`, `_PRODUCT`, `_ATOM`.
    is_constant
        Whether it refers to no cell.
    """

    formula: str
    value: float
    binds: int = _ATOM
    is_constant: bool = False

    def __add__(self, other: Term) -> Term:
        if _is_zero(other):
            return self
        if _is_zero(self):
            return other
        return _joined(self, "+", other, self.value + other.value, _SUM)

    def __sub__(self, other: Term) -> Term:
        if _is_zero(other):
            return self
        if _is_zero(self):
            return -other
        return _joined(self, "-", other, self.value - other.value, _SUM)

    def __mul__(self, other: Term) -> Term:
        if _is_zero(self) or _is_zero(other):
            return ZERO
        return _joined(self, "*", other, self.value * other.value, _PRODUCT)

    def __truediv__(self, other: Term) -> Term:
        return _joined(self, "/", other, self.value / other.value, _PRODUCT)

    def __neg__(self) -> Term:
        if _is_zero(self):
            return ZERO
        return Term(f"-{_within(self, _PRODUCT)}", -self.value, _SUM, self.is_constant)


def constant(value: float) -> Term:
    """A number in a formula; a negative one stands in brackets inside other operations."""
    return Term(repr(value), value, _ATOM if value >= 0.0 else _SUM, is_constant=True)


ZERO = Term("0", 0.0, is_constant=True)
ONE = Term("1", 1.0, is_constant=True)


def least(*terms: Term) -> Term:
    """The smallest of `terms`."""
    return _function("MIN", terms, min(term.value for term in terms))


def most(*terms: Term) -> Term:
    """The largest of `terms`."""
    return _function("MAX", terms, max(term.value for term in terms))


def above_zero(term: Term) -> Term:
    """`term`, or 0 where it is negative."""
    return most(term, ZERO)


def rounded(term: Term, places: int) -> Term:
    """`term` to a number of decimals, halves away from zero as spreadsheets round."""
    grain = 10.0**places
    value = math.copysign(math.floor(abs(term.value) * grain + 0.5) / grain, term.value)
    return Term(f"ROUND({term.formula},{places})", value, _ATOM, term.is_constant)


def total(*terms: Term) -> Term:
    """The sum of `terms`; 0 without any."""
    return sum(terms, ZERO)


def _function(name: str, terms: tuple[Term, ...], value: float) -> Term:
    return Term(f"{name}({','.join(term.formula for term in terms)})", value, _ATOM, all(t.is_constant for t in terms))


def _is_zero(term: Term) -> bool:
    return term.is_constant and term.value == 0.0


def _within(term: Term, binds: int) -> str:
    return term.formula if term.binds >= binds else f"({term.formula})"


def _joined(first: Term, sign: str, second: Term, value: float, binds: int) -> Term:
    # What follows a minus or a division sign has to bind more strongly than it.
    strongly = binds + (sign in "-/")
    formula = f"{_within(first, binds)}{sign}{_within(second, strongly)}"
    return Term(formula, value, binds, first.is_constant and second.is_constant)
