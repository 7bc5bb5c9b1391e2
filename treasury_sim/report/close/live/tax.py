"""Tax on the holdings as formulas: its balance at the start, after an adoption, with what came, at the end."""

from __future__ import annotations

from typing import Protocol

from treasury_sim.report.close.grid import MONEY_TIES

UNLIMITED = 1e15
"""Support of a deferred tax asset that does not limit it."""


class TaxedStatement(Protocol):
    """What tax needs of the sheets By asset and Statement."""

    @property
    def rate(self) -> tuple[str, float]:
        """Address of the tax rate, and the rate."""

    def total(self, line: str) -> float:
        """A line of all assets."""

    def asset_cell(self, line: str) -> str:
        """Its address."""

    def cell(self, line: str) -> str:
        """Address of a line of the statement."""

    def value(self, line: str) -> float:
        """What is calculated there."""

    def known(self, line: str) -> float | None:
        """The engine's figure."""

    def before(self, line: str) -> float:
        """The engine's figure of the quarter before."""

    def line(self, line: str, value: float, formula: str = "", title: str = "") -> None:
        """Add a line."""


class _Balance:
    """The deferred tax balance on one difference: liability, gross asset and what of it is recognised."""

    def __init__(self, of: TaxedStatement, name: str, words: str, formula: str, value: float, *, at: str) -> None:
        rate, share = of.rate
        of.line(f"difference_{name}", value, formula, title=f"Carrying amount less tax basis, {words}")
        difference = of.cell(f"difference_{name}")
        self.of, self.name = of, name
        liability, losses = share * max(value, 0.0), of.value(f"losses_{at}")
        gross = share * (max(-value, 0.0) + losses)
        of.line(f"liability_{name}", liability, f"={rate}*MAX({difference},0)", title=f"Liability, {words}")
        of.line(
            f"gross_{name}",
            gross,
            f"={rate}*(MAX(-{difference},0)+{of.cell(f'losses_{at}')})",
            title=f"Asset before an allowance, {words}",
        )
        of.line(
            f"recognised_{name}",
            min(gross, of.value(f"support_{at}") + liability),
            f"=MIN({of.cell(f'gross_{name}')},{of.cell(f'support_{at}')}+{of.cell(f'liability_{name}')})",
            title=f"Asset recognised, {words}",
        )

    def value(self, what: str) -> float:
        """`liability`, `gross` or `recognised`."""
        return self.of.value(f"{what}_{self.name}")

    def cell(self, what: str) -> str:
        """Its address."""
        return self.of.cell(f"{what}_{self.name}")

    @property
    def net(self) -> tuple[str, float]:
        """Asset recognised less liability."""
        return f"({self.cell('recognised')}-{self.cell('liability')})", self.value("recognised") - self.value(
            "liability"
        )


def add_tax_on_holdings(of: TaxedStatement) -> None:
    """Add the lines of deferred tax and of current tax on disposals."""
    rate, share = of.rate
    _support(of)
    at, total = of.asset_cell, of.total
    opening = total("opening_carrying") + total("loan_opening") - total("tax_opening")
    start = _Balance(
        of,
        "opening",
        "opening",
        f"={at('opening_carrying')}+{at('loan_opening')}-{at('tax_opening')}",
        opening,
        at="opening",
    )
    adopted_value = opening + total("equity_direct")
    formula = f"={of.cell('difference_opening')}+{at('equity_direct')}"
    adopted = _Balance(of, "adopted", "after an adoption", formula, adopted_value, at="opening")
    came = total("additions") - total("fee_expense") - total("tax_came") - total("returned")
    formula = (
        f"={of.cell('difference_adopted')}+{at('additions')}-{at('fee_expense')}-{at('tax_came')}-{at('returned')}"
    )
    entered = _Balance(of, "entered", "with what came", formula, adopted_value + came, at="opening")
    closing = total("carrying") + total("loan_receivable") - total("tax_basis")
    formula = f"={at('carrying')}+{at('loan_receivable')}-{at('tax_basis')}"
    end = _Balance(of, "closing", "closing", formula, closing, at="closing")
    oci = at("remeasurement_oci")
    of.line(
        "deferred_tax_on_holdings",
        end.net[1] - entered.net[1] + share * total("remeasurement_oci"),
        f"={end.net[0]}-{entered.net[0]}+{rate}*{oci}",
    )
    sold = total("taxable_proceeds") - total("tax_basis_released")
    formula = f"=-{rate}*({at('taxable_proceeds')}-{at('tax_basis_released')})"
    of.line("current_tax_on_sales", -share * sold, formula)
    of.line("income_tax_oci", -share * total("remeasurement_oci"), f"=-{rate}*{oci}")
    of.line("income_tax_equity", adopted.net[1] - start.net[1], f"={adopted.net[0]}-{start.net[0]}")
    for line, what, sign in (("adoption_dta_reversal", "recognised", 1.0), ("adoption_new_dtl", "liability", -1.0)):
        first, second = (start, adopted) if sign > 0.0 else (adopted, start)
        of.line(line, second.value(what) - first.value(what), f"={second.cell(what)}-{first.cell(what)}")
    of.line("deferred_tax_liability", end.value("liability"), f"={end.cell('liability')}")
    shown = "gross" if abs((of.known("deferred_tax_asset") or 0.0) - end.value("gross")) <= MONEY_TIES else "recognised"
    of.line("deferred_tax_asset", end.value(shown), f"={end.cell(shown)}")
    for line in ("valuation_allowance", "unrecognised_deferred_tax_asset"):
        if of.known(line) is not None:
            missing = end.value("gross") - end.value("recognised")
            of.line(line, missing, f"={end.cell('gross')}-{end.cell('recognised')}")
    of.line("shown_opening", start.value(shown), f"={start.cell(shown)}", title="Deferred tax asset, opening")
    if of.known("valuation_allowance") is not None:
        formula = f"={start.cell('gross')}-{start.cell('recognised')}"
        value = start.value("gross") - start.value("recognised")
        of.line("allowance_opening", value, formula, title="Valuation allowance, opening")


def _support(of: TaxedStatement) -> None:
    """What supports an asset besides the liability, and losses carried forward, as the run has them."""
    _, share = of.rate
    for at, figure in (("opening", of.before), ("closing", lambda line: of.known(line) or 0.0)):
        losses = figure("capital_loss_carryforward")
        missing = figure("valuation_allowance") + figure("unrecognised_deferred_tax_asset")
        names = {"opening": ("opening_carrying", "loan_opening", "tax_opening")}
        carrying, loans, basis = names.get(at, ("carrying", "loan_receivable", "tax_basis"))
        difference = of.total(carrying) + of.total(loans) - of.total(basis)
        gross = share * (max(-difference, 0.0) + losses)
        support = gross - missing - share * max(difference, 0.0) if missing > MONEY_TIES else UNLIMITED
        of.line(f"losses_{at}", losses, title=f"Losses carried forward, {at}, as run")
        of.line(f"support_{at}", support, title=f"Support of an asset besides the liability, {at}, as run")
