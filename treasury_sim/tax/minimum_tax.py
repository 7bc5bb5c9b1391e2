"""The corporate minimum tax (CAMT) on adjusted financial statement income, and its credit carried forward.

Minimum tax of a year = max(0, 15 % x adjusted income - regular federal tax); it is a credit against the regular tax of
later years in which that exceeds the minimum (IRC 53). Quarters are computed year to date under the rules in force on
their last day, so tax accrued before a relief is reversed in the quarter of the relief. The scenario states whether a
group is in scope (average income of three years above 1bn, IRC 59(k)).

Sources: IRC 53(e), 55(a) and (b)(2), 56A, 59(k); Notices 2025-46 and 2025-49.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.tax.rules.us import in_force


@dataclass(frozen=True)
class MinimumTax:
    """The minimum tax and its credit, each (paths, quarters) [currency].

    Attributes
    ----------
    tax
        Minimum tax of the quarter less the credit used; a payment is negative.
    credit
        Credit carried forward at the quarter end, positive.
    """

    tax: Floats
    credit: Floats


def minimum_tax(
    book_income: Floats, unrealised: Floats, taxable: Floats, years: Ints, ends: Sequence[date], *, exclude: bool
) -> MinimumTax:
    """Compute the minimum tax of every quarter.

    Parameters
    ----------
    book_income : (paths, quarters)
        Financial statement income before tax [currency].
    unrealised : (paths, quarters)
        Unrealised fair-value gains and losses in it, signed.
    taxable : (paths, quarters)
        Income subject to the regular tax, signed.
    years, ends : (quarters,)
        Tax year and last day of each quarter.
    exclude
        Whether the holder excludes unrealised results as soon as the law permits.
    """
    tax, credit = np.zeros(book_income.shape), np.zeros(book_income.shape)
    carried = np.zeros(book_income.shape[0])
    for year in dict.fromkeys(years.tolist()):
        within = np.flatnonzero(years == year)
        before, balance = np.zeros_like(carried), carried
        for quarter in within.tolist():
            # Year to date under today's law, so that a relief reverses what earlier quarters accrued.
            rules, to_date = in_force(ends[quarter]), slice(within[0], quarter + 1)
            adjusted = book_income[:, to_date].sum(axis=1)
            if exclude and rules.unrealised_may_be_excluded:
                adjusted = adjusted - unrealised[:, to_date].sum(axis=1)
            regular = rules.rate * np.maximum(taxable[:, to_date].sum(axis=1), 0.0)
            least = rules.minimum_rate * np.maximum(adjusted, 0.0)
            more = np.maximum(least - regular, 0.0)
            used = np.minimum(np.maximum(regular - least, 0.0), carried)
            balance = carried + more - used
            tax[:, quarter], credit[:, quarter] = used - more - before, balance
            before = used - more
        carried = balance
    return MinimumTax(tax, credit)
