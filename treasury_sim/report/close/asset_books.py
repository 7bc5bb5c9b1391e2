"""Balances and movements of one asset's accounts in one quarter, in whole cents.

An asset's account is kept in one of two ways. *Gross*: cost on one account and accumulated impairment on
another, which a disposal releases with its cost. *Net*: one account at carrying amount.
Either way they add up to the engine's carrying amount at every quarter end, to the cent: the account's opening and
closing balances are the engine's, rounded, and the movements between them are rounded so that they fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.statements import AssetStatement
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.movements import Movements
from treasury_sim.report.close.postings import Posting, cents, spread

GROSS = {"us_gaap_impairment", "ifrs_cost", "frs102_cost"}
"""Frameworks whose books keep cost and accumulated impairment apart; the others write down directly."""


@dataclass(frozen=True)
class Books:
    """Balances and movements of one asset's accounts in one quarter, in cents.

    Attributes
    ----------
    asset_account, impairment, surplus, receivable
        By movement; a debit is positive.
    """

    asset_account: Mapping[str, int]
    impairment: Mapping[str, int]
    surplus: Mapping[str, int]
    receivable: Mapping[str, int]


class AssetQuarter:
    """One asset under one framework in one quarter."""

    def __init__(self, close: Close, asset: str) -> None:
        self.close, self.asset, self.quarter = close, asset, close.quarter
        self.rule = close.rule(asset)
        self.is_gross = self.rule.key in GROSS
        self.was_gross = (close.before or close).rule(asset).key in GROSS
        self.statement: AssetStatement = close.statements.assets[asset]
        self.moved: Movements = close.movements(asset)
        self.books = self._books()

    def line(self, name: str) -> float:
        """The line `name` of the asset's statement in the quarter; 0 where it has no value before prices begin."""
        return float(np.nan_to_num(self.statement.lines[name][0, self.quarter], nan=0.0))

    def before(self, name: str) -> float:
        """The same, of the quarter before."""
        return float(np.nan_to_num(self.statement.lines[name][0, self.quarter - 1], nan=0.0)) if self.quarter else 0.0

    def of(self, by_kind: Mapping[str, Floats]) -> dict[str, float]:
        """The quarter's column of amounts by kind."""
        return {kind: float(amounts[self.quarter]) for kind, amounts in by_kind.items()}

    def _books(self) -> Books:
        surplus = self._surplus()
        account, impairment = self._gross() if self.is_gross else self._net(surplus)
        receivable = spread(
            {"loan": self.of(self.moved.gross_out)["loan"], "remeasurement": self.line("loan_remeasurement")},
            cents(self.line("loan_receivable")) - cents(self.before("loan_receivable")),
            {"return": -account.get("return", 0)},
        )
        return Books(account, impairment, surplus, receivable)

    def _surplus(self) -> dict[str, int]:
        """The surplus, increased by credits: entered with openings, OCI, and released with the coins disposed of."""
        oci, released = self.line("remeasurement_oci"), float(self.moved.surplus_out[self.quarter])
        opening, closing = self.before("revaluation_surplus"), self.line("revaluation_surplus")
        return spread(
            {"opening": -(closing - opening - oci + released), "oci": -oci, "release": released},
            cents(opening) - cents(closing),
            rest="oci",
        )

    def _net(self, surplus: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
        """One account at carrying amount; at a change of rule, whatever was kept apart before is closed into it."""
        opening_cost, opening = self.before("cost_basis"), self.before("carrying")
        start = cents(opening_cost) if self.was_gross else cents(opening)
        entered = self.of(self.moved.entered)
        account = spread(
            {
                **{kind: cost + entered[kind] for kind, cost in self.of(self.moved.cost_in).items()},
                **{kind: -amount for kind, amount in self.of(self.moved.carrying_out).items()},
                "remeasurement": self.line("remeasurement_pl"),
                "adoption": self.line("equity_direct") + (opening - start / 100.0 if self.was_gross else 0.0),
            },
            cents(self.line("carrying")) - start,
            {"oci": -surplus["oci"]},
        )
        return account, {"adoption": start - cents(opening)}

    def _gross(self) -> tuple[dict[str, int], dict[str, int]]:
        """Cost on one account, accumulated impairment (a credit) on another."""
        cost_out, carrying_out = self.of(self.moved.cost_out), self.of(self.moved.carrying_out)
        account = spread(
            {**self.of(self.moved.cost_in), **{kind: -cost for kind, cost in cost_out.items()}},
            cents(self.line("cost_basis")) - cents(self.before("cost_basis")),
        )
        closing = cents(self.line("carrying")) - cents(self.line("cost_basis"))
        opening = cents(self.before("carrying")) - cents(self.before("cost_basis"))
        impairment = spread(
            {
                **self.of(self.moved.entered),
                **{kind: cost - carrying_out[kind] for kind, cost in cost_out.items()},
                "remeasurement": self.line("remeasurement_pl"),
            },
            closing - opening,
        )
        return account, impairment

    def holding(self, movement: str) -> list[Posting]:
        """Postings of `movement` to the accounts of the asset."""
        postings = [
            Posting("digital_assets", self.asset, self.books.asset_account.get(movement, 0)),
            Posting("accumulated_impairment", self.asset, self.books.impairment.get(movement, 0)),
        ]
        return [posting for posting in postings if posting.cents]
