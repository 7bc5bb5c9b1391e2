"""Terms of formulas: cells, and sums over the lots of an asset."""

from __future__ import annotations

from collections.abc import Sequence

from treasury_sim.report.close.live.block import Block

Term = tuple[str, float]
"""A formula without its sign of equality, and its value."""


def plain(cell: object) -> float:
    """The number in a cell; 0 where there is none."""
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def product_of(block: Block, first: str, second: str, asset: str) -> Term:
    """Two columns of `block` multiplied row by row and added up, over the rows of one asset."""
    value = sum(
        plain(block.value(first, row)) * plain(block.value(second, row))
        for row in range(block.size)
        if block.value("asset", row) == asset
    )
    return f'SUMPRODUCT(({block.span("asset")}="{asset}")*{block.span(first)}*{block.span(second)})', value


def plus(*terms: Term) -> Term:
    """The sum of terms."""
    return "+".join(formula for formula, _ in terms), sum(value for _, value in terms)


def minus(term: Term) -> Term:
    """The other sign."""
    return f"-{term[0]}", -term[1]


class SumOf:
    """Sums of a column over the rows of one asset, and of one kind."""

    def __init__(self, block: Block, asset: str) -> None:
        self._block, self._asset = block, asset

    def __call__(self, column: str, kind: str = "") -> Term:
        """The sum of `column`; over the rows of `kind` only, where given."""
        block = self._block
        of: Sequence[int] = [
            row
            for row in range(block.size)
            if block.value("asset", row) == self._asset and (not kind or block.value("kind", row) == kind)
        ]
        value = sum(plain(block.value(column, row)) for row in of)
        also = f',{block.span("kind")},"{kind}"' if kind else ""
        return f'SUMIFS({block.span(column)},{block.span("asset")},"{self._asset}"{also})', value
