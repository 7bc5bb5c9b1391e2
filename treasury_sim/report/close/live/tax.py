"""Tax on the holdings as formulas: current tax on sales, and the deferred balance from opening to closing."""

from __future__ import annotations

from typing import Protocol

from treasury_sim.report.close.live.tax_state import CapitalState, SupportState, TaxState
from treasury_sim.report.close.live.terms import ZERO, Term, above_zero, least


class TaxedStatement(Protocol):
    """The parts of the sheets By asset and Statement that tax uses."""

    tax: TaxState

    @property
    def rate(self) -> Term:
        """The rate of current tax."""

    @property
    def deferred_rate(self) -> Term:
        """The rate of deferred tax."""

    def total(self, line: str) -> Term:
        """A line of all assets."""

    def term(self, line: str) -> Term:
        """A line of the statement, as calculated."""

    def known(self, line: str) -> float | None:
        """The figure of the run."""

    def line(self, line: str, term: Term, title: str = "") -> Term:
        """Add a line that is calculated; return its cell."""

    def run_value(self, line: str, value: float, why: str, title: str = "") -> Term:
        """Add a line that is a value from the run; return its cell."""


EARLIER = "history: earlier quarters and years are not in this book"
STATED = "stated in the scenario"


def add_tax_on_holdings(of: TaxedStatement) -> None:
    """Add the lines of current tax on disposals and of deferred tax."""
    total = of.total
    sold = of.line(
        "gain_sold",
        total("taxable_proceeds") - total("tax_basis_released"),
        "Gain on disposals for tax: proceeds less tax basis",
    )
    if of.tax.capital is None:
        of.line("current_tax_on_sales", -(of.rate * sold))
    else:
        _add_capital_gains(of, of.tax.capital, sold)
    _add_support(of, of.tax.support)

    before, now = of.term("rate_before"), of.deferred_rate
    opening = total("opening_carrying") + total("loan_opening") - total("deferred_opening")
    start = _Balance(of, "opening", "opening", opening, before)
    adopted = _Balance(of, "adopted", "after an adoption", start.difference + total("equity_direct"), before)
    with_acquired = adopted.difference + total("initial_difference")
    entered = _Balance(of, "entered", "with acquisitions", with_acquired, before, support="adopted")
    closing = total("carrying") + total("loan_receivable") - total("deferred_tax_basis")
    end = _Balance(of, "closing", "closing", closing, now)
    to_oci = _add_tax_of_oci(of, before, now)
    of.line("deferred_tax_on_holdings", end.net - entered.net - to_oci)
    of.line("income_tax_equity", adopted.net - start.net)
    of.line("adoption_dta_reversal", adopted.recognised - start.recognised)
    of.line("adoption_new_dtl", start.liability - adopted.liability)
    of.line("deferred_tax_liability", end.liability)
    is_gross = of.tax.support.unsupported == "allowance"
    of.line("deferred_tax_asset", end.gross if is_gross else end.recognised)
    for line in ("valuation_allowance", "unrecognised_deferred_tax_asset"):
        if of.known(line) is not None:
            of.line(line, end.gross - end.recognised)
    of.line("shown_opening", start.gross if is_gross else start.recognised, "Deferred tax asset, opening")
    if of.known("valuation_allowance") is not None:
        of.line("allowance_opening", start.gross - start.recognised, "Valuation allowance, opening")


def _add_tax_of_oci(of: TaxedStatement, before: Term, now: Term) -> Term:
    """Tax on remeasurement in OCI, and the effect of a new rate on the surplus held since the opening."""
    oci, surplus = of.total("remeasurement_oci"), of.total("revaluation_surplus")
    kept = least(above_zero(surplus - oci), of.total("surplus_opening"))
    stays = of.line("surplus_stays", kept, "Revaluation surplus held since the opening")
    return of.line("income_tax_oci", -(now * oci) - (now - before) * stays)


def _add_capital_gains(of: TaxedStatement, state: CapitalState, sold: Term) -> None:
    """Tax of the year so far less that of the quarters before; a loss goes back to gains, the oldest year first."""
    before = of.run_value("gain_before", state.gain, EARLIER, "Gain on disposals, earlier quarters of the year")
    tax_before = of.run_value("tax_before", state.tax, EARLIER, "Current tax on sales, earlier quarters of the year")
    losses_in = of.run_value("losses_in", state.losses, EARLIER, "Capital losses carried into the year")
    gain = of.line("gain_to_date", before + sold, "Gain on disposals, year to date")
    used = of.line("losses_used", least(above_zero(gain), losses_in), "Losses used in the year")
    taxed = of.line("gain_taxed", above_zero(gain) - used, "Gain taxed, year to date")
    left, refunds, taxes = above_zero(-gain), ZERO, ZERO
    for year, amount, year_rate in state.open_gains:
        open_gain = of.run_value(f"gain_{year}", amount, EARLIER, f"Gain of {year} that a loss can be carried back to")
        rate = of.run_value(f"rate_{year}", year_rate, EARLIER, f"Rate at which the gain of {year} was taxed")
        taken = of.line(f"back_{year}", least(left, open_gain), f"Loss carried back to {year}")
        left -= taken
        refunds += rate * taken
        # Out of reach, only the part that this year's loss takes back, which is in the tax to date, could be used.
        taxes += rate * (taken if year in state.out_of_reach else open_gain)
    tax = of.line("tax_to_date", refunds - of.rate * taxed, "Current tax on sales, year to date")
    of.line("current_tax_on_sales", tax - tax_before)
    later = of.run_value("later_losses", state.later_losses, STATED, "Capital losses of this year and later ones")
    expiring = of.run_value("expiring", state.expiring, EARLIER, "Losses carried in whose last year is over")
    of.line("capital_loss_carryforward", losses_in - used + left + later - above_zero(expiring - used))
    later_tax = of.run_value("later_tax", state.later_tax, STATED, "Tax on gains of this year and later ones")
    of.line("capacity", taxes - tax + later_tax, "Tax that a further loss would bring back")


def _add_support(of: TaxedStatement, state: SupportState) -> None:
    """Support of an asset besides the liability, and losses carried forward; none where an asset is not tested."""
    enacted = "enacted rate of the quarter before"
    rate_before = of.run_value("rate_before", of.tax.rate_before, enacted, "Tax rate of deferred tax, opening")
    of.run_value("losses_opening", state.losses_before, EARLIER, "Losses carried forward, opening")
    if state.unsupported == "none" or state.stated is None or state.before is None:
        return
    opening = of.run_value("support_opening", state.before, EARLIER, "Support besides the liability, opening")
    excess = of.run_value("appreciation_opening", state.appreciation_before, EARLIER, "Appreciation in it, opening")
    realised = rate_before * least(excess, above_zero(of.total("equity_direct")))
    of.line("support_adopted", opening - realised, "Support besides the liability, after an adoption")
    support = of.run_value("support_stated", state.stated, STATED, "Support besides the liability, stated")
    if of.tax.capital is not None:
        support += of.term("capacity")
    if state.by_appreciation:
        support += of.deferred_rate * above_zero(of.total("fair_value") - of.total("carrying"))
    of.line("support_closing", support, "Support besides the liability, closing")


class _Balance:
    """The deferred tax balance on one difference: liability, gross asset, and the asset recognised."""

    def __init__(  # noqa: PLR0917 - a balance and its terms
        self, of: TaxedStatement, name: str, words: str, difference: Term, rate: Term, support: str = ""
    ) -> None:
        self.difference = of.line(f"difference_{name}", difference, f"Carrying amount less tax basis, {words}")
        self.liability = of.line(f"liability_{name}", rate * above_zero(self.difference), f"Liability, {words}")
        gross = rate * (above_zero(-self.difference) + _losses(of, name))
        self.gross = of.line(f"gross_{name}", gross, f"Asset before an allowance, {words}")
        limit = self._limit(of, support or name)
        recognised = self.gross if limit is None else least(self.gross, limit)
        self.recognised = of.line(f"recognised_{name}", recognised, f"Asset recognised, {words}")

    def _limit(self, of: TaxedStatement, support: str) -> Term | None:
        """The most of an asset that is recognised; ``None`` where it is not tested."""
        state = of.tax.support
        if state.unsupported == "none":
            return self.liability
        return None if state.stated is None else of.term(f"support_{support}") + self.liability

    @property
    def net(self) -> Term:
        """Asset recognised less liability."""
        return self.recognised - self.liability


def _losses(of: TaxedStatement, name: str) -> Term:
    """Losses carried forward at a balance, before tax."""
    if name != "closing":
        return of.term("losses_opening")
    return ZERO if of.tax.capital is None else of.term("capital_loss_carryforward")
