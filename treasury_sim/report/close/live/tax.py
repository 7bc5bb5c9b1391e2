"""Tax on the holdings as formulas: current tax on sales, and the deferred balance from opening to closing."""

from __future__ import annotations

from typing import Protocol

from treasury_sim.report.close.live.tax_state import CapitalState, SupportState, TaxState


class TaxedStatement(Protocol):
    """The parts of the sheets By asset and Statement that tax uses."""

    tax: TaxState

    @property
    def rate(self) -> tuple[str, float]:
        """Address of the rate of current tax, and the rate."""

    @property
    def deferred_rate(self) -> tuple[str, float]:
        """Address of the rate of deferred tax, and the rate."""

    def total(self, line: str) -> float:
        """A line of all assets."""

    def asset_cell(self, line: str) -> str:
        """Its address."""

    def cell(self, line: str) -> str:
        """Address of a line of the statement."""

    def value(self, line: str) -> float:
        """The amount calculated there."""

    def known(self, line: str) -> float | None:
        """The figure of the run."""

    def line(self, line: str, value: float, formula: str, title: str = "") -> None:
        """Add a line that is calculated."""

    def run_value(self, line: str, value: float, why: str, title: str = "") -> None:
        """Add a line that is a value from the run."""


EARLIER = "history: earlier quarters and years are not in this book"
STATED = "stated in the scenario"


def add_tax_on_holdings(of: TaxedStatement) -> None:
    """Add the lines of current tax on disposals and of deferred tax."""
    rate, share = of.rate
    at, total = of.asset_cell, of.total
    sold = total("taxable_proceeds") - total("tax_basis_released")
    formula = f"={at('taxable_proceeds')}-{at('tax_basis_released')}"
    of.line("gain_sold", sold, formula, title="Gain on disposals for tax: proceeds less tax basis")
    if of.tax.capital is None:
        of.line("current_tax_on_sales", -share * sold, f"=-{rate}*{of.cell('gain_sold')}")
    else:
        _add_capital_gains(of, of.tax.capital, sold)
    _add_support(of, of.tax.support)

    before = of.cell("rate_before"), of.tax.rate_before
    now = of.deferred_rate
    opening = total("opening_carrying") + total("loan_opening") - total("deferred_opening")
    formula = f"={at('opening_carrying')}+{at('loan_opening')}-{at('deferred_opening')}"
    start = _Balance(of, "opening", "opening", (formula, opening), before)
    formula = f"={of.cell('difference_opening')}+{at('equity_direct')}"
    adopted_value = opening + total("equity_direct")
    adopted = _Balance(of, "adopted", "after an adoption", (formula, adopted_value), before)
    came = total("initial_difference")
    formula = f"={of.cell('difference_adopted')}+{at('initial_difference')}"
    entered = _Balance(of, "entered", "with acquisitions", (formula, adopted_value + came), before, support="adopted")
    closing = total("carrying") + total("loan_receivable") - total("deferred_tax_basis")
    formula = f"={at('carrying')}+{at('loan_receivable')}-{at('deferred_tax_basis')}"
    end = _Balance(of, "closing", "closing", (formula, closing), now)
    to_oci = _add_tax_of_oci(of, before, now)
    net = f"={end.net[0]}-{entered.net[0]}-{of.cell('income_tax_oci')}"
    of.line("deferred_tax_on_holdings", end.net[1] - entered.net[1] - to_oci, net)
    of.line("income_tax_equity", adopted.net[1] - start.net[1], f"={adopted.net[0]}-{start.net[0]}")
    for line, what, sign in (("adoption_dta_reversal", "recognised", 1.0), ("adoption_new_dtl", "liability", -1.0)):
        first, second = (start, adopted) if sign > 0.0 else (adopted, start)
        of.line(line, second.value(what) - first.value(what), f"={second.cell(what)}-{first.cell(what)}")
    of.line("deferred_tax_liability", end.value("liability"), f"={end.cell('liability')}")
    shown = "gross" if of.tax.support.unsupported == "allowance" else "recognised"
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


def _add_tax_of_oci(of: TaxedStatement, before: tuple[str, float], now: tuple[str, float]) -> float:
    """Tax on remeasurement in OCI, and the effect of a new rate on the surplus held since the opening."""
    at, total = of.asset_cell, of.total
    oci, surplus = at("remeasurement_oci"), at("revaluation_surplus")
    stays = min(max(total("revaluation_surplus") - total("remeasurement_oci"), 0.0), total("surplus_opening"))
    formula = f"=MIN(MAX({surplus}-{oci},0),{at('surplus_opening')})"
    of.line("surplus_stays", stays, formula, "Revaluation surplus held since the opening")
    tax = -now[1] * total("remeasurement_oci") - (now[1] - before[1]) * stays
    formula = f"=-{now[0]}*{oci}-({now[0]}-{before[0]})*{of.cell('surplus_stays')}"
    of.line("income_tax_oci", tax, formula)
    return tax


def _add_capital_gains(of: TaxedStatement, state: CapitalState, sold: float) -> None:
    """Tax of the year so far less that of the quarters before; a loss goes back to gains, the oldest year first."""
    rate, share = of.rate
    of.run_value("gain_before", state.gain, EARLIER, "Gain on disposals, earlier quarters of the year")
    of.run_value("tax_before", state.tax, EARLIER, "Current tax on sales, earlier quarters of the year")
    of.run_value("losses_in", state.losses, EARLIER, "Capital losses carried into the year")
    to_date = state.gain + sold
    formula = f"={of.cell('gain_before')}+{of.cell('gain_sold')}"
    of.line("gain_to_date", to_date, formula, "Gain on disposals, year to date")
    gain = of.cell("gain_to_date")
    used = min(max(to_date, 0.0), state.losses)
    of.line("losses_used", used, f"=MIN(MAX({gain},0),{of.cell('losses_in')})", "Losses used in the year")
    taxed = max(to_date, 0.0) - used
    of.line("gain_taxed", taxed, f"=MAX({gain},0)-{of.cell('losses_used')}", "Gain taxed, year to date")
    left, back = f"MAX(-{gain},0)", max(-to_date, 0.0)
    refund = open_tax = 0.0
    refunds, taxes = "", ""
    for year, amount, year_rate in state.open_gains:
        of.run_value(f"gain_{year}", amount, EARLIER, f"Gain of {year} that a loss can be carried back to")
        of.run_value(f"rate_{year}", year_rate, EARLIER, f"Rate at which the gain of {year} was taxed")
        taken = min(back, amount)
        name = f"back_{year}"
        of.line(name, taken, f"=MIN({left},{of.cell(f'gain_{year}')})", f"Loss carried back to {year}")
        back -= taken
        left += f"-{of.cell(name)}"
        refund += year_rate * taken
        refunds += f"+{of.cell(f'rate_{year}')}*{of.cell(name)}"
        if year in state.out_of_reach:
            # Only the part that this year's loss takes back, which is in the tax to date, could be used.
            open_tax += year_rate * taken
            taxes += f"+{of.cell(f'rate_{year}')}*{of.cell(name)}"
        else:
            open_tax += year_rate * amount
            taxes += f"+{of.cell(f'rate_{year}')}*{of.cell(f'gain_{year}')}"
    tax = refund - share * taxed
    of.line("tax_to_date", tax, f"=-{rate}*{of.cell('gain_taxed')}{refunds}", "Current tax on sales, year to date")
    of.line("current_tax_on_sales", tax - state.tax, f"={of.cell('tax_to_date')}-{of.cell('tax_before')}")
    of.run_value("later_losses", state.later_losses, STATED, "Capital losses of this year and later ones")
    of.run_value("expiring", state.expiring, EARLIER, "Losses carried in whose last year is over")
    unused = max(state.expiring - used, 0.0)
    formula = f"={of.cell('losses_in')}-{of.cell('losses_used')}+{left}+{of.cell('later_losses')}"
    formula += f"-MAX({of.cell('expiring')}-{of.cell('losses_used')},0)"
    of.line("capital_loss_carryforward", state.losses - used + back + state.later_losses - unused, formula)
    of.run_value("later_tax", state.later_tax, STATED, "Tax on gains of this year and later ones")
    formula = f"=-{of.cell('tax_to_date')}{taxes}+{of.cell('later_tax')}"
    of.line("capacity", open_tax - tax + state.later_tax, formula, "Tax that a further loss would bring back")


def _add_support(of: TaxedStatement, state: SupportState) -> None:
    """Support of an asset besides the liability, and losses carried forward; none where an asset is not tested."""
    of.run_value(
        "rate_before", of.tax.rate_before, "enacted rate of the quarter before", "Tax rate of deferred tax, opening"
    )
    of.run_value("losses_opening", state.losses_before, EARLIER, "Losses carried forward, opening")
    if state.unsupported == "none" or state.stated is None or state.before is None:
        return
    above = of.total("fair_value") - of.total("carrying")
    rate, share = of.deferred_rate
    of.run_value("support_opening", state.before, EARLIER, "Support of an asset besides the liability, opening")
    of.run_value("appreciation_opening", state.appreciation_before, EARLIER, "Appreciation in it, opening")
    realised = min(state.appreciation_before, max(of.total("equity_direct"), 0.0))
    formula = (
        f"={of.cell('support_opening')}-{of.cell('rate_before')}"
        f"*MIN({of.cell('appreciation_opening')},MAX({of.asset_cell('equity_direct')},0))"
    )
    value = state.before - of.tax.rate_before * realised
    of.line("support_adopted", value, formula, "Support besides the liability, after an adoption")
    of.run_value("support_stated", state.stated, STATED, "Support besides the liability, stated")
    formula, value = f"={of.cell('support_stated')}", state.stated
    if of.tax.capital is not None:
        formula, value = f"{formula}+{of.cell('capacity')}", value + of.value("capacity")
    if state.by_appreciation:
        formula += f"+{rate}*MAX({of.asset_cell('fair_value')}-{of.asset_cell('carrying')},0)"
        value += share * max(above, 0.0)
    of.line("support_closing", value, formula, "Support besides the liability, closing")


class _Balance:
    """The deferred tax balance on one difference: liability, gross asset, and the asset recognised."""

    def __init__(  # noqa: PLR0917 - a balance and what it is computed from
        self,
        of: TaxedStatement,
        name: str,
        words: str,
        difference: tuple[str, float],
        rate: tuple[str, float],
        support: str = "",
    ) -> None:
        self.of, self.name = of, name
        of.line(f"difference_{name}", difference[1], difference[0], f"Carrying amount less tax basis, {words}")
        cell, value = of.cell(f"difference_{name}"), difference[1]
        of.line(f"liability_{name}", rate[1] * max(value, 0.0), f"={rate[0]}*MAX({cell},0)", f"Liability, {words}")
        losses, lost = self._losses()
        gross = rate[1] * (max(-value, 0.0) + lost)
        formula = f"={rate[0]}*(MAX(-{cell},0)+{losses})"
        of.line(f"gross_{name}", gross, formula, f"Asset before an allowance, {words}")
        formula, limit = self._limit(support or name)
        recognised = gross if limit is None else min(gross, limit)
        formula = f"=MIN({self.cell('gross')},{formula})" if formula else f"={self.cell('gross')}"
        of.line(f"recognised_{name}", recognised, formula, f"Asset recognised, {words}")

    def _losses(self) -> tuple[str, float]:
        if self.name != "closing":
            return self.of.cell("losses_opening"), self.of.value("losses_opening")
        if self.of.tax.capital is None:
            return "0", 0.0
        return self.of.cell("capital_loss_carryforward"), self.of.value("capital_loss_carryforward")

    def _limit(self, support: str) -> tuple[str, float | None]:
        """The most of an asset that is recognised; ``None`` where it is not tested."""
        state = self.of.tax.support
        if state.unsupported == "none":
            return self.cell("liability"), self.value("liability")
        if state.stated is None:
            return "", None
        name = f"support_{support}"
        return f"{self.of.cell(name)}+{self.cell('liability')}", self.of.value(name) + self.value("liability")

    def value(self, what: str) -> float:
        """`liability`, `gross` or `recognised`."""
        return self.of.value(f"{what}_{self.name}")

    def cell(self, what: str) -> str:
        """Its address."""
        return self.of.cell(f"{what}_{self.name}")

    @property
    def net(self) -> tuple[str, float]:
        """Asset recognised less liability."""
        value = self.value("recognised") - self.value("liability")
        return f"({self.cell('recognised')}-{self.cell('liability')})", value
