"""The minimum tax, its credit, and the allowance on other deferred tax assets, as formulas."""

from __future__ import annotations

from treasury_sim.report.close.live.tax import EARLIER, STATED, TaxedStatement
from treasury_sim.report.close.live.tax_state import MinimumState

ORDINARY = ("other_operating_income", "interest", "coin_revenue", "coin_expense")
"""Income that is taxed as it arises."""


def add_minimum_tax(of: TaxedStatement, ordinary: tuple[str, float]) -> None:
    """Minimum tax of the year so far, less that of the quarters before, and the credit that it leaves.

    Parameters
    ----------
    ordinary
        Formula and value of the income that is taxed as it arises.
    """
    state = of.tax.minimum
    if state is None:
        return
    _add_year_so_far(of, state)
    capital = of.tax.capital
    taxed, gain = (
        (of.cell("gain_sold"), of.value("gain_sold"))
        if capital is None
        else (f"{of.cell('gain_taxed')}-{of.cell('taxed_before')}", of.value("gain_taxed") - capital.taxed)
    )
    income, adjusted = of.cell("pre_tax_income"), of.value("pre_tax_income")
    if state.leaves_out_unrealised:
        income += f"-{of.asset_cell('unrealised_at_fair_value')}"
        adjusted -= of.total("unrealised_at_fair_value")
    adjusted += state.income
    taxable = state.taxable + ordinary[1] + gain
    of.line("adjusted_income", adjusted, f"={of.cell('adjusted_before')}+{income}", "Adjusted income, year to date")
    formula = f"={of.cell('taxable_before')}+({ordinary[0]})+({taxed})"
    of.line("regular_income", taxable, formula, "Income under the regular tax, year to date")
    least, regular = state.rules.minimum_rate * max(adjusted, 0.0), state.rules.rate * max(taxable, 0.0)
    formula = f"={of.cell('minimum_rate')}*MAX({of.cell('adjusted_income')},0)"
    of.line("least", least, formula, "Least tax, year to date")
    formula = f"={of.cell('federal_rate')}*MAX({of.cell('regular_income')},0)"
    of.line("regular", regular, formula, "Regular federal tax, year to date")
    used = min(max(regular - least, 0.0), state.credit)
    net = used - max(least - regular, 0.0)
    both = of.cell("regular"), of.cell("least")
    formula = f"=MIN(MAX({both[0]}-{both[1]},0),{of.cell('credit_in')})-MAX({both[1]}-{both[0]},0)"
    of.line("minimum_to_date", net, formula, "Minimum tax less credit used, year to date")
    of.line("minimum_tax", net - state.tax, f"={of.cell('minimum_to_date')}-{of.cell('minimum_before')}")
    formula = f"={of.cell('credit_in')}-{of.cell('minimum_to_date')}"
    of.line("minimum_tax_credit", state.credit - net, formula)


def _add_year_so_far(of: TaxedStatement, state: MinimumState) -> None:
    law = f"law in force: {state.rules.citation}"
    of.run_value("minimum_rate", state.rules.minimum_rate, law, "Rate of the minimum tax")
    of.run_value("federal_rate", state.rules.rate, law, "Federal rate")
    of.run_value("adjusted_before", state.income, EARLIER, "Adjusted income, earlier quarters of the year")
    of.run_value("taxable_before", state.taxable, EARLIER, "Income under the regular tax, earlier quarters")
    of.run_value("minimum_before", state.tax, EARLIER, "Minimum tax less credit used, earlier quarters")
    of.run_value("credit_in", state.credit, EARLIER, "Minimum tax credit carried into the year")
    if of.tax.capital is not None:
        of.run_value("taxed_before", of.tax.capital.taxed, EARLIER, "Gain taxed, earlier quarters of the year")


def add_other_deferred_tax(of: TaxedStatement) -> None:
    """The allowance on other deferred tax assets, which lean on the liability that the coins' own assets leave."""
    state, (rate, share) = of.tax.other, of.deferred_rate
    has_credit = of.tax.minimum is not None
    if not state.is_tested and not has_credit:
        return
    credit, amount = (of.cell("minimum_tax_credit"), of.value("minimum_tax_credit")) if has_credit else ("0", 0.0)
    of.run_value("other_credit_opening", state.credit_before, EARLIER, "Minimum tax credit, opening")
    change, moved = f"{credit}-{of.cell('other_credit_opening')}", amount - state.credit_before
    if not state.is_tested:
        of.line("deferred_tax_other", moved, f"={change}")
        return
    of.run_value("other_stated", state.assets, STATED, "Other deferred tax assets")
    of.run_value("operating_losses", state.operating_losses, STATED, "Net operating losses, before tax")
    of.run_value("other_support", state.support, STATED, "Support of other assets besides the coins' liability")
    of.run_value("loss_share", state.loss_share, "law in force", "Share of income that net operating losses may offset")
    of.run_value("other_opening", state.allowance_before, EARLIER, "Allowance on other assets, opening")
    has_losses = of.tax.capital is not None
    lost = of.cell("capital_loss_carryforward") if has_losses else "0"
    left = of.value("deferred_tax_liability")
    left -= share * of.value("capital_loss_carryforward") if has_losses else 0.0
    supply = max(left, 0.0) + state.support
    formula = f"=MAX({of.cell('deferred_tax_liability')}-{rate}*{lost},0)+{of.cell('other_support')}"
    of.line("supply", supply, formula, "Tax that supports other assets")
    other, losses = state.assets + amount, share * state.operating_losses
    used = min(other, supply)
    of.line(
        "other_used", used, f"=MIN({of.cell('other_stated')}+{credit},{of.cell('supply')})", "Other assets supported"
    )
    losses_used = min(losses, state.loss_share * (supply - used))
    formula = (
        f"=MIN({rate}*{of.cell('operating_losses')},"
        f"{of.cell('loss_share')}*({of.cell('supply')}-{of.cell('other_used')}))"
    )
    of.line("operating_losses_used", losses_used, formula, "Net operating losses supported, their tax")
    formula = (
        f"={of.cell('other_stated')}+{credit}+{rate}*{of.cell('operating_losses')}"
        f"-{of.cell('other_used')}-{of.cell('operating_losses_used')}"
    )
    allowance = other + losses - used - losses_used
    of.line("other_valuation_allowance", allowance, formula)
    formula = f"={of.cell('other_opening')}-{of.cell('other_valuation_allowance')}+{change}"
    of.line("deferred_tax_other", state.allowance_before - allowance + moved, formula)
