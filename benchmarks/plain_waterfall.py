"""The monthly waterfall as a plain loop of Python floats, path by path: test oracle and speed baseline.

Written from the description in `treasury_sim.treasury.waterfall`, not from its code; exits early where nothing happens.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from math import isnan

from treasury_sim.domain.claims import Funding

Plain = dict[str, list[float]]
Tax = Callable[[list[float]], float]

FLOWS = (
    "interest", "dividends", "interest_due", "dividends_paid", "repaid", "tax_due", "raised", "issued_preferred",
    "issued_shares", "spent", "bought", "called_sold", "called_proceeds", "forced_sold", "forced_proceeds", "posted",
    "converted", "converted_shares", "released_basis",
)  # fmt: skip


class PlainHolder:
    """A holder in lists and floats, prepared once for all paths.

    Parameters
    ----------
    lots
        Quantity and unit cost of each, in the order in which they are sold.
    """

    def __init__(self, funding: Funding, lots: Sequence[tuple[float, float]]) -> None:
        self.funding = funding
        self.operating, self.planned_cash, self.planned_units, self.planned_sold, self.planned_proceeds, self.mnav = (
            line.tolist()
            for line in (
                funding.operating,
                funding.planned_cash,
                funding.planned_units,
                funding.planned_sold,
                funding.planned_proceeds,
                funding.mnav,
            )
        )
        self.accrues = [claim.accrues.tolist() for claim in funding.claims]
        self.pays = [claim.pays.tolist() for claim in funding.claims]
        self.unit_cost = [unit_cost for _, unit_cost in lots]
        self.ends, self.costs = [0.0], [0.0]
        for quantity, unit_cost in lots:
            self.ends.append(self.ends[-1] + quantity)
            self.costs.append(self.costs[-1] + quantity * unit_cost)

    def cost_of_first(self, units: float, spent: float, bought: float) -> float:
        if units >= self.ends[-1]:
            return self.costs[-1] + (spent / bought if bought else 0.0) * (units - self.ends[-1])
        at = bisect_left(self.ends, units)
        return 0.0 if at == 0 else self.costs[at - 1] + (units - self.ends[at - 1]) * self.unit_cost[at - 1]


def plain_waterfall(  # noqa: C901, PLR0912, PLR0915 - one piece, to show the order of payments
    holder: PlainHolder, close: Sequence[float], low: Sequence[float], tax: Tax
) -> Plain:
    """Run one path; `tax` computes the tax of the last quarter from the gains of the quarters so far."""
    funding, claims = holder.funding, holder.funding.claims
    cash, reserve, shares = funding.cash, funding.reserve, funding.shares
    pledged = [claim.collateral for claim in claims]
    free = funding.units - sum(pledged)
    owed = [claim.amount for claim in claims]
    accrued = [claim.accrued for claim in claims]
    arrears = [0.0] * len(claims)
    so_far = [0.0] * len(funding.programs)
    unpaid = payable_tax = sold_units = spent_all = bought_all = gain = 0.0
    before = funding.spot
    gains: list[float] = []
    by_line: Plain = {name: [] for name in (*FLOWS, *BALANCES)}

    for month, price in enumerate(close):
        flow = dict.fromkeys(FLOWS, 0.0)
        free += holder.planned_units[month]
        cash += holder.planned_cash[month] + holder.operating[month]
        sales = [(holder.planned_sold[month], holder.planned_proceeds[month])]

        for n, claim in enumerate(claims):
            if claim.kind != "preferred":
                interest = owed[n] * holder.accrues[n][month]
                accrued[n] += interest
                flow["interest"] += interest
        for n, claim in enumerate(claims):
            if not pledged[n] or low[month] >= owed[n] / (claim.max_ltv * pledged[n]):
                continue
            at = min(owed[n] / (claim.max_ltv * pledged[n]), before) if claim.at_trigger else price
            if claim.posts:
                more = min(max(owed[n] / (claim.restored_ltv * at) - pledged[n], 0.0), max(free, 0.0))
                free, pledged[n] = free - more, pledged[n] + more
                flow["posted"] += more
            needed = (owed[n] - claim.restored_ltv * pledged[n] * at) / (at * (1.0 - claim.restored_ltv))
            if needed <= 1e-9 * pledged[n]:
                continue
            sold = min(needed, pledged[n], owed[n] / at)
            paid = min(sold * at, owed[n])
            owed[n] -= paid
            pledged[n] -= sold
            flow["repaid"] += paid
            flow["called_sold"] += sold
            flow["called_proceeds"] += sold * at
            sales.append((sold, sold * at))
        worth = (free + sum(pledged)) * price
        if not shares:
            share_price = 0.0
        elif isnan(holder.mnav[month]):
            share_price = funding.share_price * (price / funding.spot) ** funding.beta
        else:
            share_price = holder.mnav[month] * worth / shares

        due = unpaid + payable_tax
        flow["tax_due"] = payable_tax
        payable_tax = 0.0
        for n, claim in enumerate(claims):
            if claim.kind == "preferred":
                continue
            in_the_money = claim.conversion_price > 0.0 and share_price >= claim.conversion_price
            principal = 0.0
            if month == claim.due and in_the_money:
                new = owed[n] / claim.conversion_price
                shares += new
                flow["converted"] += owed[n]
                flow["converted_shares"] += new
                owed[n] = 0.0
            elif month == claim.due or (month == claim.put and not in_the_money):
                principal, owed[n] = owed[n], 0.0
                flow["repaid"] += principal
            if month == claim.due:
                free, pledged[n] = free + pledged[n], 0.0
            if holder.pays[n][month] or month == claim.due or principal:
                due += principal + accrued[n]
                flow["interest_due"] += accrued[n]
                accrued[n] = 0.0

        raised = coins_share = 0.0
        mnav = share_price * shares / worth if worth > 0.0 else 0.0
        for n, program in enumerate(funding.programs):
            if mnav <= program.above_mnav * (1.0 + 1e-9) or (program.of < 0 and not share_price):
                continue
            gross = min(program.per_month, program.up_to - so_far[n])
            so_far[n] += gross
            raised += gross * (1.0 - program.fee)
            coins_share += gross * (1.0 - program.fee) * program.to_bitcoin
            if program.of < 0:
                shares += gross / share_price
                flow["issued_shares"] += gross / share_price
            else:
                owed[program.of] += gross / program.price
                flow["issued_preferred"] += gross / program.price
        flow["raised"] = raised

        means = max(cash + reserve + raised + free * price * (funding.sells and funding.sells_for_dividends) - due, 0.0)
        for n, claim in enumerate(claims):
            if claim.kind != "preferred":
                continue
            dividend = owed[n] * holder.accrues[n][month]
            accrued[n] += dividend
            if claim.cumulative:
                flow["dividends"] += dividend
            wanted = arrears[n]
            if holder.pays[n][month]:
                wanted, accrued[n] = wanted + accrued[n], 0.0
            if wanted <= means * (1.0 + 1e-9):
                means = max(means - wanted, 0.0)
                due += wanted
                flow["dividends_paid"] += wanted
                arrears[n] = 0.0
                flow["dividends"] += 0.0 if claim.cumulative else wanted
            else:
                means = 0.0
                arrears[n] = wanted if claim.cumulative else 0.0

        left, dust = cash - due + raised, 1e-9 * (abs(cash - due) + abs(due) + raised)
        spent = min(max(left, 0.0), coins_share)
        if spent:
            left -= spent
            free += spent / price
            flow["spent"], flow["bought"] = spent, spent / price
            spent_all, bought_all = spent_all + spent, bought_all + spent / price
        drawn = min(max(-left, 0.0), reserve)
        reserve, left = reserve - drawn, left + drawn
        if funding.sells and -left > dust:
            sold = min(-left / price, max(free, 0.0))
            free, left = free - sold, left + sold * price
            flow["forced_sold"], flow["forced_proceeds"] = sold, sold * price
            sales.append((sold, sold * price))
        cash, unpaid = max(left, 0.0), (-left if -left > dust else 0.0)
        for sold, proceeds in sales:
            if sold:
                basis = holder.cost_of_first(sold_units + sold, spent_all, bought_all)
                basis -= holder.cost_of_first(sold_units, spent_all, bought_all)
                sold_units += sold
                gain += proceeds - basis
                flow["released_basis"] += basis
        if month in funding.quarter_ends:
            gains.append(gain)
            payable_tax += tax(gains)
            gain = 0.0
        before = price

        for name, amount in flow.items():
            by_line[name].append(amount)
        kinds = {"loan": 0.0, "note": 0.0, "preferred": 0.0}
        for claim, amount in zip(claims, owed, strict=True):
            kinds[claim.kind] += amount
        owing = sum(a for c, a in zip(claims, accrued, strict=True) if c.kind != "preferred" or c.cumulative)
        balances = (
            cash, reserve, free + sum(pledged), sum(pledged), shares, share_price, kinds["loan"], kinds["note"],
            kinds["preferred"], sum(arrears), owing, payable_tax, unpaid,
        )  # fmt: skip
        for name, amount in zip(BALANCES, balances, strict=True):
            by_line[name].append(amount)
    return by_line


BALANCES = (
    "cash", "reserve", "units", "pledged", "shares", "share_price", "loans", "notes", "preferred", "arrears", "accrued",
    "tax_payable", "unpaid",
)  # fmt: skip
