"""The lines that are neither sums of lines nor of lots: each with its formula, its paragraph and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from treasury_sim.domain.lines import LINES
from treasury_sim.report import words
from treasury_sim.report.close.citations import cited
from treasury_sim.report.explain.explanation import Explanation
from treasury_sim.report.explain.figures import Figures, written

STATED = {
    "other_operating_income": "stated in the scenario: income.other_operating",
    "interest": "stated in the scenario: income.interest, and the interest on its instruments",
    "preferred_dividends": "stated in the scenario: capital.preferred_dividends, or of its instruments",
    "weighted_shares": "stated in the scenario: capital.weighted_shares, or the mean of each month's beginning",
    "equity": "an opening balance sheet (capital.opening.equity), rolled forward",
    "cash": "an opening balance of cash (capital.opening)",
    "debt": "the instruments of the holder (capital.opening)",
    "preferred_stock": "the instruments of the holder (capital.opening)",
    "unpaid": "the instruments of the holder (capital.opening)",
    "shares_outstanding": "common shares (capital.opening.shares)",
}
"""Lines stated, not computed -> their source, or the inputs they would need."""


Parts = tuple[Explanation, ...]


def _done(
    figures: Figures, line: str, formula: str, rule: str = "", parts: tuple[Explanation, ...] = ()
) -> Explanation:
    return Explanation(line, figures.title(line), figures.of(line), formula, rule, "", parts)


def _part(figures: Figures, line: str) -> Explanation:
    return Explanation(line, figures.title(line), figures.of(line), figures.say(line, figures.of(line)))


def _rate(figures: Figures) -> str:
    return figures.result.policies["tax_rate"]


def _fair_value(figures: Figures, line: str) -> Explanation:
    """Units at the price of the quarter end, asset by asset."""
    parts = []
    for asset, held in figures.result.statements[figures.key].assets.items():
        price, units = held.prices[figures.index], figures.of("units", asset)
        amount = figures.of("fair_value", asset)
        formula = f"{written(units, 'units')} × {words.price(price.price)} = {written(amount)}"
        parts.append(Explanation("", f"{asset} at {figures.label}'s end", amount, formula, "", price.source))
    formula = parts[0].formula if len(parts) == 1 else " + ".join(written(part.amount) for part in parts)
    return _done(figures, line, formula or "nothing is held", "", tuple(parts))


def _units(figures: Figures, line: str) -> Explanation:
    parts = []
    for asset in figures.result.holdings:
        rows = [row for row in figures.schedule if row.asset == asset]
        opening, came, went, held = (
            sum(getattr(row, name) for row in rows)
            for name in ("units_opening", "units_acquired", "units_released", "units_closing")
        )
        shown = [written(units, "units") for units in (opening, came, went, held)]
        formula = f"{shown[0]} + {shown[1]} − {shown[2]} = {shown[3]}"
        parts.append(Explanation("", asset, held, formula, "", "opening + acquired − released"))
    return _done(figures, line, " + ".join(part.formula for part in parts) or "nothing is held", "", tuple(parts))


def _tax_basis(figures: Figures, line: str) -> Explanation:
    """Cost of the units in the tax ledger, asset by asset."""
    mark = int(figures.result.timeline.quarter_marks[figures.index])
    parts = []
    for asset, holding in figures.result.holdings.items():
        units = float(holding.tax_ledger.held(mark).sum())
        basis = holding.tax_ledger.cost_basis(mark)
        average = f", {words.price(basis / units)} on average" if units else ""
        formula = f"cost of {written(units, 'units')} {asset} in the tax ledger{average} = {written(basis)}"
        parts.append(Explanation("", asset, basis, formula))
    return _done(
        figures, line, " + ".join(written(part.amount) for part in parts), "original cost with fees", tuple(parts)
    )


def _opening(figures: Figures, line: str) -> Explanation:
    return _done(figures, line, f"carrying amount at the end of the quarter before = {written(figures.of(line))}")


def _proceeds(figures: Figures, line: str) -> Explanation:
    """Every disposal of the quarter, less its selling cost."""
    parts = []
    for asset, holding in figures.result.holdings.items():
        ledger, timeline = holding.ledger, figures.result.timeline
        inside = timeline.quarter_of_mark[ledger.release_mark] == figures.index
        for number in dict.fromkeys(ledger.release_disposal[inside].tolist()):
            mine = inside & (ledger.release_disposal == number)
            units, gross, net = (
                float(values[mine].sum())
                for values in (ledger.release_quantity, ledger.release_gross, ledger.release_net)
            )
            disposal = ledger.disposals[number]
            formula = f"{written(units, 'units')} at {words.price(gross / units)} = {written(gross)}"
            formula += f", less costs of {written(gross - net)}" if gross != net else ""
            parts.append(
                Explanation("", f"{disposal.kind} of {asset}, {disposal.date}", net, formula, "", disposal.source)
            )
    formula = " + ".join(written(part.amount) for part in parts) or "nothing left"
    return _done(figures, line, formula, cited(figures.key, "sale"), tuple(parts))


def _by_asset(words_of_it: str, kind: str) -> Callable[[Figures, str], Explanation]:
    """A line that is added up over assets."""

    def explain(figures: Figures, line: str) -> Explanation:
        parts = tuple(
            Explanation("", asset, figures.of(line, asset), f"{words_of_it} = {written(figures.of(line, asset))}")
            for asset in figures.result.holdings
        )
        terms = " + ".join(written(part.amount) for part in parts) or "nothing"
        return _done(figures, line, f"{words_of_it}: {terms}", cited(figures.key, kind), parts)

    return explain


def _deferred_basis(figures: Figures, back: int = 0) -> float:
    """The tax basis that deferred tax goes by, which is cost where an initial difference is exempt (IAS 12.15)."""
    at = figures.index - back
    held = figures.result.statements[figures.key].assets.values()
    return sum(float(asset.lines["deferred_tax_basis"][0, at]) for asset in held) if at >= 0 else 0.0


def _deferred(figures: Figures, line: str) -> Explanation:
    """-rate x the change through profit or loss of carrying amount less tax basis."""

    def difference(back: int) -> float:
        carrying = sum(figures.of(name, back=back) or 0.0 for name in ("carrying", "loan_receivable"))
        return carrying - _deferred_basis(figures, back)

    now, before, tax = difference(0), difference(1), figures.of(line) or 0.0
    formula = (
        f"−{_rate(figures)} × (carrying amount less tax basis of {written(now)}, before {written(before)}; "
        f"excluding OCI and equity) = {written(tax)}"
    )
    rule = f"{cited(figures.key, 'tax')}: the change of the deferred tax follows the item that caused it."
    return _done(figures, line, formula, rule, (_part(figures, "carrying"), _part(figures, "tax_basis")))


def _balance(sign: int) -> Callable[[Figures, str], Explanation]:
    """A deferred tax liability (+1) or asset (-1)."""

    def explain(figures: Figures, line: str) -> Explanation:
        carrying = (figures.of("carrying") or 0.0) + (figures.of("loan_receivable") or 0.0)
        basis = _deferred_basis(figures)
        first, second = (carrying, basis) if sign > 0 else (basis, carrying)
        formula = f"{_rate(figures)} × max(0, {written(first)} − {written(second)}) = {written(figures.of(line))}"
        if sign < 0 and not figures.of(line) and second < first:
            formula = f"an asset on {written(first)} − {written(second)} is not recognised"
        parts = (_part(figures, "carrying"), _part(figures, "tax_basis"))
        return _done(figures, line, formula, cited(figures.key, "tax"), parts)

    return explain


def _times_rate(base: str) -> Callable[[Figures, str], Explanation]:
    def explain(figures: Figures, line: str) -> Explanation:
        formula = f"−{_rate(figures)} × {written(figures.of(base))} = {written(figures.of(line))}"
        return _done(figures, line, formula, cited(figures.key, "tax"), (_part(figures, base),))

    return explain


def _adoption_tax(words_of_it: str) -> Callable[[Figures, str], Explanation]:
    def explain(figures: Figures, line: str) -> Explanation:
        return _done(figures, line, f"{words_of_it} = {written(figures.of(line))}", "ASC 350-60-65-1")

    return explain


def _income_tax(figures: Figures, line: str) -> Explanation:
    """Deferred tax on the holdings, current tax on disposals, and tax on all other income."""
    always = ("deferred_tax_on_holdings", "current_tax_on_sales")
    names = [*always, *(name for name in ("minimum_tax", "deferred_tax_other") if figures.of(name))]
    amounts = [figures.of(name) or 0.0 for name in names]
    total = figures.of(line) or 0.0
    other = total - sum(amounts)
    parts = (
        *(FORMULAS[name](figures, name) for name in names),
        Explanation("", "Tax on other income", other, f"−{_rate(figures)} × other income = {written(other)}"),
    )
    formula = f"{' + '.join(map(written, (*amounts, other)))} = {written(total)}"
    return _done(figures, line, formula, cited(figures.key, "tax"), parts)


def _current_tax(figures: Figures, line: str) -> Explanation:
    formula = f"−{_rate(figures)} × (net proceeds less tax basis of disposals) = {written(figures.of(line))}"
    return _done(figures, line, formula, cited(figures.key, "tax"))


def _worded(words_of_it: str, *parts: str) -> Callable[[Figures, str], Explanation]:
    """A line of tax in words, with the lines it depends on."""

    def explain(figures: Figures, line: str) -> Explanation:
        formula = f"{words_of_it} = {written(figures.of(line))}"
        with_releases = tuple(_part(figures, name) for name in parts)
        return _done(figures, line, formula, cited(figures.key, "tax"), with_releases)

    return explain


_UNSUPPORTED = "gross asset less the part supported by liabilities, carry-backs and stated support, at least 0"


def _per_share(figures: Figures, line: str) -> Explanation:
    income, eps = figures.of("net_income_common") or 0.0, figures.of(line) or 0.0
    shares = income / eps if eps else figures.of("weighted_shares") or 0.0
    formula = f"{written(income)} ÷ {shares:,.0f} = {written(eps)}"
    rule = "ASC 260-10-45: in a loss potential shares are anti-dilutive." if figures.key.startswith("us_gaap") else ""
    return _done(figures, line, formula, rule, (_part(figures, "net_income_common"), _part(figures, "weighted_shares")))


_OF_THE_YEAR = "income to common of the fiscal year so far"


def _year_to_date(words_of_it: str) -> Callable[[Figures, str], Explanation]:
    """A figure of the fiscal year up to the quarter, in words: `Figures` are those of one quarter."""

    def explain(figures: Figures, line: str) -> Explanation:
        rule = "ASC 260-10-45: computed anew from the year to date." if figures.key.startswith("us_gaap") else ""
        return _done(figures, line, f"{words_of_it} = {written(figures.of(line))}", rule)

    return explain


def _accumulated(figures: Figures, line: str) -> Explanation:
    cost, carrying = figures.of("cost_basis"), figures.of("carrying")
    formula = f"{written(cost)} − {written(carrying)} = {written(figures.of(line))}"
    if abs((cost or 0.0) - (carrying or 0.0) - (figures.of(line) or 0.0)) > 1.0:
        formula = f"{written(figures.of(line))}: only rules at cost have one"
    return _done(figures, line, formula, figures.citation, (_part(figures, "cost_basis"), _part(figures, "carrying")))


def _surplus(figures: Figures, line: str) -> Explanation:
    formula = f"carrying amount above cost, lot by lot = {written(figures.of(line))}"
    return _done(figures, line, formula, figures.citation)


FORMULAS: Mapping[str, Callable[[Figures, str], Explanation]] = {
    "units": _units,
    "fair_value": _fair_value,
    "tax_basis": _tax_basis,
    "opening_carrying": _opening,
    "net_proceeds": _proceeds,
    "realised_gain_disclosed": _by_asset("proceeds before costs less the cost of disposals", "sale"),
    "fee_expense": _by_asset("fees of the lots bought in the quarter, if they are expensed", "purchase"),
    "coin_revenue": _by_asset("coins received at fair value at contract inception", "receipt"),
    "coin_expense": _by_asset("coins paid at fair value", "payment"),
    "loan_receivable": _by_asset("coins on loan at the price of the quarter end", "loan_remeasurement"),
    "loan_remeasurement": _by_asset("change of the receivable, without coins lent and returned", "loan_remeasurement"),
    "accumulated_impairment": _accumulated,
    "revaluation_surplus": _surplus,
    "income_tax": _income_tax,
    "deferred_tax_on_holdings": _deferred,
    "current_tax_on_sales": _current_tax,
    "income_tax_oci": _times_rate("remeasurement_oci"),
    "income_tax_equity": _times_rate("equity_direct"),
    "adoption_dta_reversal": _adoption_tax("deferred tax asset on past impairment, reversed"),
    "adoption_new_dtl": _adoption_tax("new deferred tax liability on fair value above tax basis"),
    "deferred_tax_liability": _balance(1),
    "deferred_tax_asset": _balance(-1),
    "valuation_allowance": _worded(_UNSUPPORTED, "deferred_tax_asset", "deferred_tax_liability"),
    "unrecognised_deferred_tax_asset": _worded(_UNSUPPORTED, "deferred_tax_asset", "deferred_tax_liability"),
    "capital_loss_carryforward": _worded("losses on disposals not used against gains of three years back or so far"),
    "deferred_tax_other": _worded(
        "change of the minimum tax credit less that of the allowance on other assets",
        "other_valuation_allowance",
        "minimum_tax_credit",
    ),
    "minimum_tax": _worded("15 % of financial statement income less regular federal tax, at least 0, year to date"),
    "other_deferred_tax_asset": _worded(
        "stated in the scenario, operating losses at the rate, and the minimum tax credit", "minimum_tax_credit"
    ),
    "other_valuation_allowance": _worded(
        "other assets less the part supported by the liability on the holdings and stated support",
        "other_deferred_tax_asset",
        "deferred_tax_liability",
    ),
    "minimum_tax_credit": _worded("minimum tax paid and not yet used against regular tax"),
    "eps_basic": _per_share,
    "eps_diluted": _per_share,
    "weighted_shares_year_to_date": _year_to_date("mean of the quarters of the fiscal year so far"),
    "eps_basic_year_to_date": _year_to_date(f"{_OF_THE_YEAR} ÷ its weighted shares"),
    "eps_diluted_year_to_date": _year_to_date(f"{_OF_THE_YEAR} plus amounts saved by dilution ÷ its diluted shares"),
}
"""Line -> its explanation. A test holds that every line of the statement has one."""

assert set(FORMULAS) <= set(LINES)  # noqa: S101 - a renamed line is noticed at once
