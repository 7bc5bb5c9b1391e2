"""`Ledger`: acquisitions and releases of the lots of one asset, by mark."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.coins import TO_A_SATOSHI, Grain
from treasury_sim.domain.holding import Follows
from treasury_sim.domain.plan import Disposal
from treasury_sim.domain.timeline import Timeline

FOLLOWS: tuple[Follows, ...] = ("", "price", "money")

NEVER = 1 << 30
"""A mark after every run."""


@dataclass(frozen=True)
class Ledger:
    """The lots of one asset in one set of books, and every release from them.

    A lot that was bought over a window is held as *parts*, one for each day; `lot` says which lot a part
    belongs to, and every table, count and identification speaks of lots. Releases are stored flat, so memory
    grows with lots plus disposals, never with their product.

    Attributes
    ----------
    acquired : (parts,)
        Mark of the acquisition.
    quantity : (parts,)
        Units acquired [coins].
    unit_cost : (parts,)
        Cost of a unit in these books, capitalised fees included; in a tax ledger the tax basis [currency/coin].
    lot : (parts,)
        Position of the lot in `lot_ids`.
    seniority : (parts,)
        Position of the part by age, the oldest 0; a part split by a transfer keeps its age.
    wallet : (parts,)
        Wallet of the part after the last transfer.
    opening : (parts,)
        Carrying amount of a unit with which the part enters [currency/coin]; not a number where it enters at cost.
    lot_ids
        Names of the lots.
    disposals
        The events that released units.
    release_part, release_mark, release_disposal : (releases,)
        From which part, at which mark, by which disposal; in the order of the disposals.
    release_quantity : (releases,)
        Units released [coins].
    release_cost : (releases,)
        Cost of them in these books: of the part, or the average of all [currency].
    release_gross, release_net : (releases,)
        Proceeds before and after selling costs [currency].
    follows : (parts,), release_follows : (releases,)
        The figure that the close of a simulated day determines, by its position in `FOLLOWS`; the arrays above are
        then those of one path. 0 in a replay.
    priced_at : (parts,), release_priced_at : (releases,)
        That close on that path [currency/coin].
    pooled
        Whether all units are one unit of account, carried at one amount.
    grain
        Precision to which units are counted.
    lent_from, lent_until : (parts,)
        First mark of the part's last loan, and the mark of its return; `NEVER` where there was no loan or no return. A
        part on loan is held and cannot be sold. ``None`` where nothing is lent, or a loan is a disposal.
    """

    acquired: Ints
    quantity: Floats
    unit_cost: Floats
    lot: Ints
    seniority: Ints
    wallet: tuple[str, ...]
    opening: Floats
    lot_ids: tuple[str, ...]
    disposals: tuple[Disposal, ...]
    release_part: Ints
    release_mark: Ints
    release_disposal: Ints
    release_quantity: Floats
    release_cost: Floats
    release_gross: Floats
    release_net: Floats
    follows: Ints
    release_follows: Ints
    priced_at: Floats
    release_priced_at: Floats
    pooled: bool = False
    grain: Grain = TO_A_SATOSHI
    lent_from: Ints | None = None
    lent_until: Ints | None = None

    def free(self, mark: int) -> Floats:
        """Units of each part that can be sold after the events of `mark`: units held and not lent, (parts,)."""
        held = self.held(mark)
        if self.lent_from is None or self.lent_until is None:
            return held
        return np.where((self.lent_from <= mark) & (mark < self.lent_until), 0.0, held)

    def held(self, mark: int) -> Floats:
        """Units of each part held after the events of `mark` [coins], (parts,)."""
        is_released = self.release_mark <= mark
        released = np.bincount(
            self.release_part[is_released], weights=self.release_quantity[is_released], minlength=self.quantity.size
        ).astype(float)
        return np.where(self.acquired <= mark, self.left(released), 0.0)

    def left(self, released: Floats) -> Floats:
        """Units of each part less those `released` from it [coins], (parts,); a rounding remainder is 0."""
        left = self.quantity - released
        return np.where(left > self.grain.nothing(self.quantity), left, 0.0)

    def units(self, mark: int) -> float:
        """Units held after the events of `mark` [coins]."""
        return float(self.grain.exact(self.held(mark).sum()))

    def units_by_lot(self, mark: int) -> Floats:
        """Units of each lot held after the events of `mark` [coins], (lots,)."""
        return self.grain.exact(
            np.bincount(self.lot, weights=self.held(mark), minlength=len(self.lot_ids)).astype(float)
        )

    def cost_by_lot(self, mark: int) -> Floats:
        """Cost of each lot held after the events of `mark`, at the average of all if pooled [currency], (lots,)."""
        if not self.pooled:
            cost = self.held(mark) * self.unit_cost
            return np.bincount(self.lot, weights=cost, minlength=len(self.lot_ids)).astype(float)
        units = self.units_by_lot(mark)
        total = float(units.sum())
        return units * (self.cost_basis(mark) / total) if total else units

    def only(self, parts: Bools, releases: Bools) -> Ledger:
        """The ledger with only the chosen `parts` (parts,) acquired and only the chosen `releases` (releases,) made.

        The chosen releases are from chosen parts.
        """
        position = np.cumsum(parts) - 1
        return replace(
            self,
            acquired=self.acquired[parts],
            quantity=self.quantity[parts],
            unit_cost=self.unit_cost[parts],
            lot=self.lot[parts],
            seniority=self.seniority[parts],
            wallet=tuple(wallet for wallet, stays in zip(self.wallet, parts.tolist(), strict=True) if stays),
            opening=self.opening[parts],
            release_part=position[self.release_part[releases]],
            release_mark=self.release_mark[releases],
            release_disposal=self.release_disposal[releases],
            release_quantity=self.release_quantity[releases],
            release_cost=self.release_cost[releases],
            release_gross=self.release_gross[releases],
            release_net=self.release_net[releases],
            follows=self.follows[parts],
            release_follows=self.release_follows[releases],
            priced_at=self.priced_at[parts],
            lent_from=None if self.lent_from is None else self.lent_from[parts],
            lent_until=None if self.lent_until is None else self.lent_until[parts],
            release_priced_at=self.release_priced_at[releases],
        )

    def with_releases(self, parts: Ints, marks: Ints) -> Ledger:
        """The ledger with its releases replaced by releases of 0 units from `parts` at `marks`, (releases,).

        Measuring it gives the price of each part at each mark.
        """
        none, zero = np.zeros(parts.size, dtype=np.intp), np.zeros(parts.size)
        return replace(
            self,
            release_part=parts,
            release_mark=marks,
            release_disposal=none,
            release_quantity=zero,
            release_cost=zero,
            release_gross=zero,
            release_net=zero,
            release_follows=none,
            release_priced_at=zero,
        )

    def cost_basis(self, mark: int) -> float:
        """Cost of the units held after the events of `mark` [currency]."""
        if self.pooled:
            if not self.units(mark):
                return 0.0
            bought = self.acquired <= mark
            return float(
                self.quantity[bought] @ self.unit_cost[bought] - self.release_cost[self.release_mark <= mark].sum()
            )
        return float(self.held(mark) @ self.unit_cost)


def sum_by_quarter(amounts: Floats, marks: Ints, timeline: Timeline) -> Floats:
    """Add `amounts` (n,) at `marks` (n,) up by fiscal quarter, (quarters,)."""
    quarters = timeline.quarter_of_mark[marks]
    return np.bincount(quarters, weights=amounts, minlength=len(timeline.quarters)).astype(float)
