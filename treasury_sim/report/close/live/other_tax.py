"""The minimum tax, its credit, and the allowance on other deferred tax assets, as formulas."""

from __future__ import annotations

from treasury_sim.report.close.live.tax import EARLIER, STATED, TaxedStatement
from treasury_sim.report.close.live.terms import ZERO, Term, above_zero, least

ORDINARY = ("other_operating_income", "interest", "coin_revenue", "coin_expense")
"""Income that is taxed as it arises."""


def add_minimum_tax(of: TaxedStatement, ordinary: Term) -> None:
    """Minimum tax of the year so far, less that of the quarters before, and the credit that it leaves.

    Parameters
    ----------
    ordinary
        The income that is taxed as it arises.
    """
    state = of.tax.minimum
    if state is None:
        return
    law = f"law in force: {state.rules.citation}"
    earlier = "earlier quarters of the year"
    minimum_rate = of.run_value("minimum_rate", state.rules.minimum_rate, law, "Rate of the minimum tax")
    federal_rate = of.run_value("federal_rate", state.rules.rate, law, "Federal rate")
    adjusted_before = of.run_value("adjusted_before", state.income, EARLIER, f"Adjusted income, {earlier}")
    regular_before = of.run_value(
        "taxable_before", state.taxable, EARLIER, "Income under the regular tax, earlier quarters"
    )
    minimum_before = of.run_value(
        "minimum_before", state.tax, EARLIER, "Minimum tax less credit used, earlier quarters"
    )
    credit_in = of.run_value("credit_in", state.credit, EARLIER, "Minimum tax credit carried into the year")
    gain = of.term("gain_sold")
    if of.tax.capital is not None:
        taxed_before = of.run_value("taxed_before", of.tax.capital.taxed, EARLIER, f"Gain taxed, {earlier}")
        gain = of.term("gain_taxed") - taxed_before
    income = of.term("pre_tax_income")
    if state.leaves_out_unrealised:
        income -= of.total("unrealised_at_fair_value")
    adjusted = of.line("adjusted_income", adjusted_before + income, "Adjusted income, year to date")
    taxable = of.line("regular_income", regular_before + ordinary + gain, "Income under the regular tax, year to date")
    minimum = of.line("least", minimum_rate * above_zero(adjusted), "Minimum before the regular tax, year to date")
    regular = of.line("regular", federal_rate * above_zero(taxable), "Regular federal tax, year to date")
    net = least(above_zero(regular - minimum), credit_in) - above_zero(minimum - regular)
    to_date = of.line("minimum_to_date", net, "Minimum tax less credit used, year to date")
    of.line("minimum_tax", to_date - minimum_before)
    of.line("minimum_tax_credit", credit_in - to_date)


def add_other_deferred_tax(of: TaxedStatement) -> None:
    """The allowance on other deferred tax assets, which lean on the liability that the coins' own assets leave."""
    state, rate, has_credit = of.tax.other, of.deferred_rate, of.tax.minimum is not None
    if not state.is_tested and not has_credit:
        return
    credit = of.term("minimum_tax_credit") if has_credit else ZERO
    opening = of.run_value("other_credit_opening", state.credit_before, EARLIER, "Minimum tax credit, opening")
    change = credit - opening
    if not state.is_tested:
        of.line("deferred_tax_other", change)
        return
    stated = of.run_value("other_stated", state.assets, STATED, "Other deferred tax assets")
    before_tax = of.run_value("operating_losses", state.operating_losses, STATED, "Net operating losses, before tax")
    title = "Support of other assets besides the coins' liability"
    support = of.run_value("other_support", state.support, STATED, title)
    title = "Share of income that net operating losses may offset"
    share = of.run_value("loss_share", state.loss_share, "law in force", title)
    before = of.run_value("other_opening", state.allowance_before, EARLIER, "Allowance on other assets, opening")
    liability, losses = of.term("deferred_tax_liability"), rate * before_tax
    if of.tax.capital is not None:
        liability -= rate * of.term("capital_loss_carryforward")
    supply = of.line("supply", above_zero(liability) + support, "Tax that supports other assets")
    used = of.line("other_used", least(stated + credit, supply), "Other assets supported")
    losses_supported = least(losses, share * (supply - used))
    losses_used = of.line("operating_losses_used", losses_supported, "Net operating losses supported, their tax")
    allowance = of.line("other_valuation_allowance", stated + credit + losses - used - losses_used)
    of.line("deferred_tax_other", before - allowance + change)
