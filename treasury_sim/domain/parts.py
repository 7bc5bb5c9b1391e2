"""Lines of the statement that are sums of other lines; explanations, attributions and workbooks follow them.

A line without an entry here is a leaf: it comes from lots, from a tax rule, or from an input of the scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

PARTS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "carrying": (
        (1, "opening_carrying"),
        (1, "additions"),
        (-1, "disposed_carrying"),
        (1, "remeasurement_pl"),
        (1, "remeasurement_oci"),
        (1, "equity_direct"),
    ),
    "operating_income": (
        (1, "remeasurement_pl"),
        (1, "realised_pl"),
        (1, "fee_expense"),
        (1, "loan_remeasurement"),
        (1, "coin_revenue"),
        (1, "coin_expense"),
        (1, "other_operating_income"),
    ),
    "pre_tax_income": ((1, "operating_income"), (1, "interest")),
    "net_income": ((1, "pre_tax_income"), (1, "income_tax")),
    "comprehensive_income": ((1, "net_income"), (1, "remeasurement_oci"), (1, "income_tax_oci")),
    "net_income_common": ((1, "net_income"), (1, "preferred_dividends")),
    "realised_pl": ((1, "net_proceeds"), (-1, "disposed_carrying")),
    "equity_direct_net_of_tax": ((1, "equity_direct"), (1, "income_tax_equity")),
}
"""Line -> its parts, each with its sign in the sum."""


def leaves(line: str, stop: frozenset[str] = frozenset(), sign: int = 1) -> Iterator[tuple[int, str]]:
    """The leaves whose sum is `line`, each with its sign; lines in `stop` are not broken down."""
    if line in stop or line not in PARTS:
        yield sign, line
        return
    for part_sign, part in PARTS[line]:
        yield from leaves(part, stop, sign * part_sign)
