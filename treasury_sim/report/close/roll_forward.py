"""The roll-forward of each asset, in units and in money, and its check cells; and that of ASC 350-60-50-3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.accounting import ASC_350_60, Framework
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.ledger import sum_by_quarter
from treasury_sim.domain.periods import Period
from treasury_sim.report.close.checks import Check, money_tie, units_tie
from treasury_sim.report.close.close import Close, once
from treasury_sim.report.close.movements import COMES_IN, GOES_OUT
from treasury_sim.report.close.periods import ClosePeriods, closing, opening, summed
from treasury_sim.report.tables.table import Kind

Amount = float | None


@dataclass(frozen=True, slots=True)
class RollForwardLine:
    """One line of a roll-forward.

    Attributes
    ----------
    asset, wallet
        The subject; `wallet` is empty for all wallets together.
    measure
        ``units`` or ``money``.
    line
        ``opening``, a movement, or ``closing``.
    quarter, year_to_date
        Amounts [coins or currency]; ``None`` where the year is not known.
    """

    asset: str
    wallet: str
    measure: Kind
    line: str
    title: str
    quarter: Amount
    year_to_date: Amount

    @property
    def amounts(self) -> tuple[Amount, Amount]:
        """Quarter and year to date."""
        return self.quarter, self.year_to_date


@dataclass(frozen=True)
class RollForward:
    """One roll-forward: opening, movements, closing as the engine has it.

    Attributes
    ----------
    lines
        The first is the opening, the last the closing balance.
    scale
        The largest amount that was added up on the way [coins or currency].
    """

    title: str
    lines: tuple[RollForwardLine, ...]
    scale: float

    @property
    def tolerance(self) -> float:
        """Within which it ties."""
        return (units_tie if self.lines[0].measure == "units" else money_tie)(self.scale)

    def differences(self) -> tuple[Amount, Amount]:
        """Opening and movements less closing, for each column; 0 where it ties."""
        differences = [
            None if column[0] is None else sum(amount or 0.0 for amount in column[:-1]) - (column[-1] or 0.0)
            for column in zip(*(line.amounts for line in self.lines), strict=True)
        ]
        return differences[0], differences[1]

    @property
    def ties(self) -> bool:
        """Whether every column adds up."""
        return all(abs(difference or 0.0) <= self.tolerance for difference in self.differences())


@once
def roll_forwards(close: Close) -> list[RollForward]:
    """The roll-forwards of each asset: in units, in units by wallet where there are several, and in money."""
    rolled = []
    for asset in close.result.holdings:
        rolled.append(_units(close, asset))
        rolled += _by_wallet(close, asset)
        rolled.append(_money(close, asset))
    return rolled


def roll_forward_checks(close: Close) -> list[Check]:
    """Whether every roll-forward adds up, in each of its columns."""
    return [
        Check(f"Roll-forward: {rolled.title}, {name}", difference, 0.0, rolled.tolerance)
        for rolled in roll_forwards(close)
        for name, difference in zip(("quarter", "year to date"), rolled.differences(), strict=True)
        if difference is not None
    ]


class _Lines:
    """Builds the lines of one roll-forward."""

    def __init__(self, asset: str, wallet: str, measure: Kind, periods: ClosePeriods) -> None:
        self._of = (asset, wallet, measure)
        self._periods = periods
        self.lines: list[RollForwardLine] = []

    def balance(self, line: str, title: str, by_quarter: Floats) -> None:
        self._put(line, title, lambda period: (opening if line == "opening" else closing)(by_quarter, period))

    def flow(self, line: str, title: str, by_quarter: Floats) -> None:
        if np.any(by_quarter[self._periods.known_quarters()]):
            self._put(line, title, lambda period: summed(by_quarter, period))

    def _put(self, line: str, title: str, amount: Callable[[Period | None], Amount]) -> None:
        quarter, year_to_date = (amount(period) for period in self._periods.each())
        self.lines.append(RollForwardLine(*self._of, line, title, quarter, year_to_date))


def _units(close: Close, asset: str) -> RollForward:
    moved = close.movements(asset)
    units = close.statements.assets[asset].lines["units"][0]
    lines = _Lines(asset, "", "units", close.periods)
    lines.balance("opening", "Opening units", units)
    for kind, title in COMES_IN.items():
        lines.flow(kind, title, moved.units_in[kind])
    for kind, title in GOES_OUT.items():
        lines.flow(kind, title, -moved.units_out[kind])
    lines.balance("closing", "Closing units", units)
    return RollForward(f"{asset}, units", tuple(lines.lines), close.units_scale(asset))


def _by_wallet(close: Close, asset: str) -> Iterator[RollForward]:
    """Units of each wallet: coins come to the wallet of their lot, move by transfers, and leave as the events say."""
    holding, timeline = close.result.holdings[asset], close.result.timeline
    ledger = holding.ledger
    came_to = np.array([holding.lots[lot].wallet for lot in ledger.lot.tolist()], dtype=object)
    events = np.array([disposal.wallet for disposal in ledger.disposals], dtype=object)
    left_from = events[ledger.release_disposal]
    moves = [move for move in holding.transfers if np.datetime64(move.date) <= timeline.days[-1]]
    names = dict.fromkeys([*came_to.tolist(), *(move.to_wallet for move in moves)])
    if len(names) < 2:
        return
    marks = timeline.mark_of(np.array([move.date for move in moves], dtype="datetime64[D]"))
    moved = np.array([move.quantity for move in moves], dtype=float)
    for wallet in names:
        into, out_of = (
            np.array([getattr(move, side) == wallet for move in moves], dtype=bool)
            for side in ("to_wallet", "from_wallet")
        )
        here, out = came_to == wallet, left_from == wallet
        bought, sold, received, sent = (
            ledger.grain.exact(sum_by_quarter(units, at, timeline))
            for units, at in (
                (ledger.quantity[here], ledger.acquired[here]),
                (ledger.release_quantity[out], ledger.release_mark[out]),
                (moved[into], marks[into]),
                (moved[out_of], marks[out_of]),
            )
        )
        held = ledger.grain.exact(np.cumsum(bought + received - sent - sold))
        if close.result.policies["pool"] == "wallet":
            # The ledger knows where coins are now; before, they are where lots, transfers and disposals leave them.
            left = zip(ledger.held(timeline.days.size - 1), ledger.wallet, strict=True)
            here_now = sum(quantity for quantity, name in left if name == wallet)
            held[-1] = ledger.grain.exact(np.array(here_now))
        lines = _Lines(asset, wallet, "units", close.periods)
        lines.balance("opening", "Opening units", held)
        lines.flow("additions", "Additions", bought)
        lines.flow("transfers_in", "Transfers in", received)
        lines.flow("transfers_out", "Transfers out", -sent)
        lines.flow("dispositions", "Dispositions", -sold)
        lines.balance("closing", "Closing units", held)
        yield RollForward(f"{asset}, units in wallet {wallet}", tuple(lines.lines), close.units_scale(asset))


def _money(close: Close, asset: str) -> RollForward:
    moved = close.movements(asset)
    statement = {name: values[0] for name, values in close.statements.assets[asset].lines.items()}
    rule = close.rule(asset)
    lines = _Lines(asset, "", "money", close.periods)
    lines.balance("opening", "Opening carrying amount", statement["carrying"])
    lines.flow("adoption", "Adoption of a new standard, before tax", statement["equity_direct"])
    for kind, title in COMES_IN.items():
        lines.flow(kind, title, moved.cost_in[kind] + moved.entered[kind])
    basis = disposal_basis(rule)
    for kind, title in GOES_OUT.items():
        lines.flow(kind, f"{title}, at {basis}", -moved.carrying_out[kind])
    total = statement["remeasurement_pl"]
    name = remeasurement_title(rule, [summed(total, period) for period in close.periods.each()])
    lines.flow("remeasurement_pl", f"Profit or loss: {name}", total)
    lines.flow("remeasurement_oci", "Other comprehensive income: revaluation", statement["remeasurement_oci"])
    lines.balance("closing", "Closing carrying amount", statement["carrying"])
    scale = close.money_scale([asset])
    return RollForward(f"{asset}, carrying amount", tuple(lines.lines), scale)


def remeasurement_title(rule: Framework, amounts: Sequence[Amount]) -> str:
    """What `rule` calls remeasurements of these amounts: a loss, a gain, or both where the signs differ."""
    names = dict.fromkeys(rule.remeasurement_name(amount, adopted=True) for amount in amounts if amount)
    return " / ".join(names) or rule.loss_name


def disposal_basis(rule: Framework) -> str:
    """The amount at which coins leave the books under `rule`."""
    return {"sale_price": "disposal fair value", "cost": "cost"}.get(rule.rule.at_release, "carrying amount")


@dataclass(frozen=True, slots=True)
class GainsAndLosses:
    """Remeasurement of a period: of assets that gained over it, and of assets that lost; never netted (350-60-50-3)."""

    gains: float
    losses: float


def gains_and_losses(close: Close, assets: Mapping[str, object], period: Period) -> GainsAndLosses:
    """Net each asset over the period, then put it on the side of its sign."""
    net = [summed(close.statements.assets[asset].lines["remeasurement_pl"][0], period) or 0.0 for asset in assets]
    return GainsAndLosses(sum(max(amount, 0.0) for amount in net), sum(min(amount, 0.0) for amount in net))


def asc_350_60_reconciliation(close: Close) -> RollForward | None:
    """The reconciliation of ASC 350-60-50-3 over the assets in its scope; ``None`` if there are none.

    Dispositions are at the fair value of the disposal; gains and losses are those of remeasurement, which contain the
    realised ones.
    """
    periods = close.periods
    scope = {asset: None for asset in close.result.holdings if in_scope_of_350_60(close.rule(asset))}
    if not scope:
        return None
    statements = {asset: close.statements.assets[asset].lines for asset in scope}
    moved = {asset: close.movements(asset) for asset in scope}
    size = len(close.result.timeline.quarters)
    carrying = sum((lines["carrying"][0] for lines in statements.values()), np.zeros(size))
    lines = _Lines("", "", "money", periods)
    lines.balance("opening", "Opening balance", carrying)
    lines.flow(
        "adoption",
        "Cumulative effect of adoption, before tax",
        sum((of["equity_direct"][0] for of in statements.values()), np.zeros(size)),
    )
    lines.flow("additions", "Additions", sum((of["additions"][0] for of in statements.values()), np.zeros(size)))
    lines.flow(
        "dispositions",
        "Dispositions",
        -sum((amounts for of in moved.values() for amounts in of.carrying_out.values()), np.zeros(size)),
    )
    both = [None if p is None else gains_and_losses(close, scope, p) for p in periods.each()]
    rows = [
        *lines.lines,
        RollForwardLine("", "", "money", "gains", "Gains", *(None if b is None else b.gains for b in both)),
        RollForwardLine("", "", "money", "losses", "Losses", *(None if b is None else b.losses for b in both)),
    ]
    lines.lines = []
    lines.balance("closing", "Closing balance", carrying)
    scale = close.money_scale(scope)
    return RollForward("Crypto assets at fair value, ASC 350-60-50-3", (*rows, *lines.lines), scale)


def in_scope_of_350_60(rule: Framework) -> bool:
    """Whether an asset under `rule` is in the scope of ASC 350-60."""
    return rule.key in ASC_350_60
