"""Assets and claims of a holder on every path of a block, and the changes of one month."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.claims import NEVER, CashTax, Funding, Program, ReliefOrder

DUST = 1e-9
"""Share of an amount below which a difference is rounding and not a shortfall."""


class WaterfallState:
    """Balances during the waterfall, each (paths,); a figure that is still the same on all paths may be a number."""

    def __init__(self, funding: Funding, paths: int, cash_tax: CashTax, basis: ReliefOrder) -> None:
        self._funding = funding
        self._cash_tax, self._basis = cash_tax, basis
        zero = np.zeros(paths)
        self.cash, self.reserve = zero + funding.cash, zero + funding.reserve
        self.pledged = {n: zero + c.collateral for n, c in enumerate(funding.claims) if c.collateral}
        self.free = zero + (funding.units - sum(c.collateral for c in funding.claims))
        self.shares = zero + funding.shares
        self.owed = [zero + claim.amount for claim in funding.claims]
        self.accrued = [zero + claim.accrued for claim in funding.claims]
        self.declared = {n: zero for n, c in enumerate(funding.claims) if c.kind == "preferred" and not c.cumulative}
        self.arrears = {n: zero for n, c in enumerate(funding.claims) if c.kind == "preferred" and c.cumulative}
        self.raised_so_far = [zero for _ in funding.programs]
        self.unpaid, self.tax_payable, self.sold = zero, zero, zero
        self.under_called: Bools = np.zeros(paths, dtype=bool)
        self.settled: list[Ints] = [np.full(paths, NEVER) for _ in funding.claims]
        self._bought, self._spent, self._close_before = zero, zero, zero + funding.spot
        self._zero, self._quarter_gain = zero, zero
        self._gains: list[Floats] = []
        self._restricted = 0.0
        self._flows: dict[str, Floats] = {}

    def month(self, month: int, close: Floats, low: Floats) -> Mapping[str, Floats]:
        """Process a month; returns its flows, and the balances at its end, by the names of `Runway`."""
        funding, zero = self._funding, self._zero
        self._flows = dict.fromkeys(_FLOWS, zero)
        self.declared = dict.fromkeys(self.declared, zero)
        self.under_called = np.zeros(zero.size, dtype=bool)
        self._plan(month)
        self._restricted = 0.0 if funding.restricted is None else float(funding.restricted[month])
        # Interest of the month is on the amount owed in it, before a margin call repays part.
        for number, claim in enumerate(funding.claims):
            if claim.kind != "preferred":
                self._accrue(number, month)
        for number in self.pledged:
            if np.isfinite(funding.claims[number].max_ltv):
                self._margin_call(number, close, low)
        share_price = self._share_price(month, close)
        due = self._due(month, share_price)
        raised, for_coins = (zero, zero) if month == funding.part_month else self._raise(close, share_price)
        means = self.cash + self.reserve + raised
        # Dividends rank after all other amounts due, so only the means left for them count.
        free_value = self._sellable() * close if funding.sells and funding.sells_for_dividends else zero
        dividends = self._dividends(month, np.maximum(means + free_value - due, 0.0))
        due = due + dividends
        self._pay(due, raised, for_coins, close)
        if month in funding.quarter_ends:
            self._gains.append(self._quarter_gain)
            self.tax_payable = self.tax_payable + self._cash_tax(np.stack(self._gains, axis=1))
            self._quarter_gain = zero
        return {**self._flows, **self._balances(), "share_price": share_price}

    # ------------------------------------------------------------------ steps

    def _plan(self, month: int) -> None:
        funding = self._funding
        self.free = self.free + funding.planned_units[month]
        self.cash = self.cash + funding.planned_cash[month] + funding.operating[month]
        if funding.planned_sold[month]:
            sold = self._zero + funding.planned_sold[month]
            self._realise(sold, self._zero + funding.planned_proceeds[month])

    def _margin_call(self, number: int, close: Floats, low: Floats) -> None:
        claim, owed, pledged = self._funding.claims[number], self.owed[number], self.pledged[number]
        trigger = np.divide(owed, claim.max_ltv * pledged, out=np.zeros_like(owed), where=pledged > 0.0)
        called = low < trigger
        if not called.any():
            return
        price = np.minimum(trigger, self._close_before) if claim.at_trigger else close
        price = np.where(called, price, 1.0)
        if claim.posts:
            wanted = np.where(called, owed / (claim.restored_ltv * price) - pledged, 0.0)
            posted = np.minimum(np.maximum(wanted, 0.0), self._sellable())
            self.free, pledged = self.free - posted, pledged + posted
            self._add("posted", posted)
        # Selling x coins at price p repays x p: solve (owed - x p) / ((pledged - x) p) = restored_ltv for x.
        needed = (owed - claim.restored_ltv * pledged * price) / (price * (1.0 - claim.restored_ltv))
        # All proceeds repay principal, so that the loan ends at the stated ratio; interest is paid on its due date.
        most = np.minimum(pledged, owed / price)
        sold = np.where(called & (needed > DUST * pledged), np.minimum(np.maximum(needed, 0.0), most), 0.0)
        proceeds = sold * price
        repaid = np.minimum(proceeds, owed)
        self.owed[number], self.pledged[number] = owed - repaid, pledged - sold
        self._add("repaid", repaid)
        self._add("called_sold", sold)
        self._add("called_proceeds", proceeds)
        self._realise(sold, proceeds)
        worth = self.pledged[number] * price
        self.under_called |= called & (self.owed[number] > claim.max_ltv * worth * (1.0 + DUST))

    def _share_price(self, month: int, close: Floats) -> Floats:
        funding = self._funding
        if not funding.shares:
            return self._zero
        if np.isnan(funding.mnav[month]):
            share_price: Floats = funding.share_price * (close / funding.spot) ** funding.beta
            return share_price
        worth: Floats = funding.mnav[month] * self._units() * close
        return worth / self.shares

    def _due(self, month: int, share_price: Floats) -> Floats:
        """Amounts due, except dividends; notes in the money are settled in shares."""
        due = self.unpaid + self.tax_payable
        self._add("tax_due", self.tax_payable)
        self.tax_payable = self._zero
        for number, claim in enumerate(self._funding.claims):
            if claim.kind == "preferred":
                continue
            if claim.due == month:
                due = due + self._mature(number, month, share_price)
            elif claim.put == month:
                due = due + self._put(number, month, share_price)
            elif claim.pays[month]:
                due = due + self._coupon(number)
        return due

    def _accrue(self, number: int, month: int) -> None:
        accrues = self._funding.claims[number].accrues[month]
        if accrues:
            amount = self.owed[number] * accrues
            self.accrued[number] = self.accrued[number] + amount
            self._add("interest", amount)

    def _coupon(self, number: int) -> Floats:
        interest = self.accrued[number]
        self.accrued[number] = self._zero
        self._add("interest_due", interest)
        return interest

    def _mature(self, number: int, month: int, share_price: Floats) -> Floats:
        """At maturity a note in the money converts into shares; any other principal is due in cash."""
        claim, owed = self._funding.claims[number], self.owed[number]
        cash = owed
        if claim.conversion_price:
            converted = np.where(share_price >= claim.conversion_price, owed, 0.0)
            new, cash = converted / claim.conversion_price, owed - converted
            self.shares = self.shares + new
            self._add("converted", converted)
            self._add("converted_shares", new)
        if number in self.pledged:
            self.free, self.pledged[number] = self.free + self.pledged[number], self._zero
        self._end(number, month, owed > 0.0)
        self.owed[number] = self._zero
        self._add("repaid", cash)
        return cash + self._coupon(number)

    def _end(self, number: int, month: int, ends: Bools) -> None:
        self.settled[number] = np.where(ends, month, self.settled[number])

    def _put(self, number: int, month: int, share_price: Floats) -> Floats:
        """Holders put for cash unless conversion is worth more; notes that are kept continue to bear interest."""
        claim, owed = self._funding.claims[number], self.owed[number]
        cash = np.where((share_price >= claim.conversion_price) & (claim.conversion_price > 0.0), 0.0, owed)
        self._end(number, month, cash > 0.0)
        self.owed[number] = owed - cash
        self._add("repaid", cash)
        if claim.pays[month]:
            return cash + self._coupon(number)
        interest = np.where(cash > 0.0, self.accrued[number], 0.0)
        self.accrued[number] = self.accrued[number] - interest
        self._add("interest_due", interest)
        return cash + interest

    def _raise(self, close: Floats, share_price: Floats) -> tuple[Floats, Floats]:
        """Sell stock at the market; returns net proceeds, and the part of them reserved for buying coins."""
        total, for_coins = self._zero, self._zero
        if not self._funding.programs:
            return total, for_coins
        worth = self._units() * close
        mnav = np.divide(share_price * self.shares, worth, out=np.zeros_like(worth), where=worth > 0.0)
        for number, program in enumerate(self._funding.programs):
            gross = np.where(mnav > program.above_mnav * (1.0 + DUST), program.per_month, 0.0)
            gross = np.minimum(gross, program.up_to - self.raised_so_far[number])
            gross = np.where(share_price > 0.0, gross, 0.0) if program.of < 0 else gross
            self.raised_so_far[number] = self.raised_so_far[number] + gross
            self._issue(program, gross, share_price)
            net = gross * (1.0 - program.fee)
            total, for_coins = total + net, for_coins + net * program.to_bitcoin
        self._add("raised", total)
        return total, for_coins

    def _issue(self, program: Program, gross: Floats, share_price: Floats) -> None:
        if program.of < 0:
            new = np.divide(gross, share_price, out=np.zeros_like(gross), where=share_price > 0.0)
            self.shares = self.shares + new
            self._add("issued_shares", new)
            return
        stated = gross / program.price
        self.owed[program.of] = self.owed[program.of] + stated
        self._add("issued_preferred", stated)

    def _dividends(self, month: int, means: Floats) -> Floats:
        """Pay dividends in order of seniority while means last; unpaid cumulative dividends stay owed."""
        paid = self._zero
        for number, claim in enumerate(self._funding.claims):
            if claim.kind != "preferred":
                continue
            accrued = self.owed[number] * claim.accrues[month]
            self.accrued[number] = self.accrued[number] + accrued
            if claim.cumulative:
                self._add("dividends", accrued)
            # Dividends in arrears are payable in every month, so that no junior series is paid before them.
            payable = self.arrears.get(number, self._zero)
            if claim.pays[month]:
                payable, self.accrued[number] = payable + self.accrued[number], self._zero
            elif payable is self._zero:
                continue
            part = np.where(payable <= means * (1.0 + DUST), payable, 0.0)
            # Nothing is paid on a series while a senior one is unpaid.
            means, paid = np.where(part < payable, 0.0, np.maximum(means - part, 0.0)), paid + part
            if claim.cumulative:
                self.arrears[number] = payable - part
            else:
                self._add("dividends", part)
                self.declared[number] = part
        self._add("dividends_paid", paid)
        return paid

    def _pay(self, due: Floats, raised: Floats, for_coins: Floats, close: Floats) -> None:
        """Pay amounts due from cash, stock sold, the reserve and coins, in this order."""
        after = self.cash - due + raised
        # A remainder of floating-point arithmetic is not a debt.
        dust = DUST * (np.abs(self.cash - due) + np.abs(due) + raised)
        spent = np.minimum(np.maximum(after, 0.0), for_coins)
        if spent.any():
            bought = spent / close
            self.free, after = self.free + bought, after - spent
            self._add("spent", spent)
            self._add("bought", bought)
            self._bought, self._spent = self._bought + bought, self._spent + spent
        missing = np.maximum(-after, 0.0)
        drawn = np.minimum(missing, self.reserve)
        self.reserve, after, missing = self.reserve - drawn, after + drawn, missing - drawn
        if self._funding.sells and (missing > dust).any():
            sold = np.minimum(missing / close, self._sellable())
            self.free, proceeds = self.free - sold, sold * close
            after, missing = after + proceeds, missing - proceeds
            self._add("forced_sold", sold)
            self._add("forced_proceeds", proceeds)
            self._realise(sold, proceeds)
        self.cash = np.maximum(after, 0.0)
        self.unpaid = np.where(missing > dust, missing, 0.0)
        self._close_before = close

    # ------------------------------------------------------------------ helpers

    def _realise(self, sold: Floats, proceeds: Floats) -> None:
        """Release coins along the relief order: their tax basis, and the gain on them."""
        after, first = self.sold + sold, self._basis.units[-1]
        basis = self._basis(after) - self._basis(self.sold)
        if (after > first).any():  # Coins bought during the run, at their average cost.
            average = np.divide(self._spent, self._bought, out=np.zeros_like(sold), where=self._bought > 0.0)
            basis = basis + average * (np.maximum(after - first, 0.0) - np.maximum(self.sold - first, 0.0))
        self.sold = after
        self._quarter_gain = self._quarter_gain + proceeds - basis
        self._add("released_basis", basis)

    def _add(self, name: str, amount: Floats) -> None:
        before = self._flows[name]
        self._flows[name] = amount if before is self._zero else before + amount

    def _sellable(self) -> Floats:
        sellable: Floats = np.maximum(self.free - self._restricted, 0.0)
        return sellable

    def _units(self) -> Floats:
        return sum(self.pledged.values(), self.free)

    def _balances(self) -> dict[str, Floats]:
        claims, zero = self._funding.claims, self._zero
        totals = {"loan": zero, "note": zero, "preferred": zero}
        accrued = zero
        for claim, owed, not_due in zip(claims, self.owed, self.accrued, strict=True):
            totals[claim.kind] = totals[claim.kind] + owed
            if claim.kind != "preferred" or claim.cumulative:
                accrued = accrued + not_due
        return {
            "cash": self.cash,
            "reserve": self.reserve,
            "units": self._units(),
            "pledged": sum(self.pledged.values(), zero),
            "shares": self.shares,
            "loans": totals["loan"],
            "notes": totals["note"],
            "preferred": totals["preferred"],
            "arrears": sum(self.arrears.values(), zero),
            "accrued": accrued,
            "tax_payable": self.tax_payable,
            "unpaid": self.unpaid,
        }


_FLOWS = (
    "interest",
    "dividends",
    "interest_due",
    "dividends_paid",
    "repaid",
    "tax_due",
    "raised",
    "issued_preferred",
    "issued_shares",
    "spent",
    "bought",
    "called_sold",
    "called_proceeds",
    "forced_sold",
    "forced_proceeds",
    "posted",
    "converted",
    "converted_shares",
    "released_basis",
)
