"""The causes of a line of one quarter, or of several together: price, coins bought, coins sold, and the rest.

The holdings are measured three times: with the opening coins alone; with the acquisitions of the period added; with
its disposals added, too. Trading desks split P&L the same way: coins bought are compared with the price at the end, and
the step of coins sold is their proceeds compared with holding them to the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.steps import INCEPTION, Attribution, Step, differences, minus
from treasury_sim.analysis.lines import checked_line
from treasury_sim.analysis.restrict import restrict_to_framework
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.lines import LINES, leaves
from treasury_sim.domain.lookup import unknown_quarter
from treasury_sim.domain.periods import Period, single
from treasury_sim.engine.one_pass import AssetPass, Pass, accounting_policy, applied_to
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.engine.statements.build import statements
from treasury_sim.errors import InputError, Problem
from treasury_sim.measure.measurer import measure
from treasury_sim.scenario import Scenario
from treasury_sim.treasury.flows import event_flows

WALKED = frozenset({"remeasurement_pl", "realised_pl", "remeasurement_oci"})
"""Lines that come from holding coins: remeasured at each step."""

CAUSE_OF = {
    "fee_expense": ("fees", "Purchase fees that are expensed"),
    "loan_remeasurement": ("lent", "Receivable for coins lent, remeasured"),
    "coin_revenue": ("income", "Revenue received in coins"),
    "coin_expense": ("income", "Expenses paid in coins"),
    "other_operating_income": ("income", "Other operating income"),
    "interest": ("income", "Interest, net"),
    "income_tax": ("tax", "Income tax"),
    "income_tax_oci": ("tax", "Tax in other comprehensive income"),
    "income_tax_equity": ("tax", "Tax on the adoption of a new standard"),
    "preferred_dividends": ("capital", "Preferred dividends"),
    "equity_direct": ("policy", "Adoption of a new standard"),
}
"""Line that is added rather than remeasured -> its cause and words."""

DEFAULTS = ("net_income", "pre_tax_income", "remeasurement_pl")
"""The line attributed by default: the first of these that is computed."""


def attribute_period(
    scenario: Scenario,
    *,
    framework: str | None = None,
    quarter: str | None = None,
    since: str | None = None,
    line: str | None = None,
    cache: RunCache | None = None,
) -> Attribution:
    """Attribute a line of the quarters from `since` to `quarter`.

    Parameters
    ----------
    framework
        Framework key; the scenario's first by default.
    quarter
        Label of a reported quarter; the last by default.
    since
        An earlier quarter, or ``inception``; `quarter` alone by default.
    line
        A flow or a balance; net income by default, or the nearest line before it that is computed.

    Raises
    ------
    InputError
        If a framework, quarter or line is unknown, or the line is not known for the whole period.
    """
    return _PeriodWalk.of(scenario, framework, cache or RunCache()).attribution(quarter, since, line)


def attribute_quarters(
    scenario: Scenario,
    first: str,
    second: str | None = None,
    *,
    framework: str | None = None,
    line: str | None = None,
    cache: RunCache | None = None,
) -> Attribution:
    """Attribute the change of a flow from quarter `first` to quarter `second` (by default the last), cause by cause.

    Raises
    ------
    InputError
        If a framework, quarter or line is unknown, or the line is a balance (`attribute_period` explains those).
    """
    walk = _PeriodWalk.of(scenario, framework, cache or RunCache())
    after = walk.attribution(second, None, line)
    if LINES[after.line].kind != "flow":
        fix = "A balance moves over a period: leave out the other quarter, or give the first quarter with --since."
        raise InputError([Problem("", None, "line", "a flow, to compare two quarters", after.line, fix)])
    before = walk.attribution(first, None, after.line)
    return minus(after, before, f"{LINES[after.line].title}: {before.last_words} to {after.last_words}")


@dataclass(frozen=True)
class _PeriodWalk:
    """One scenario under one framework, measured with all its acquisitions and disposals."""

    prepared: Prepared
    framework: str
    full: Pass
    _drawn_up: dict[int, tuple[Pass, Mapping[str, Floats | None]]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, scenario: Scenario, framework: str | None, cache: RunCache) -> _PeriodWalk:
        key = framework or scenario.spec.accounting.frameworks[0]
        chosen = restrict_to_framework(scenario, key)
        run = cache.run_of(chosen.case)
        return cls(run.prepared, key, run.measured, {id(run.measured): (run.measured, run.statements[key].lines)})

    def attribution(self, quarter: str | None, since: str | None, line: str | None) -> Attribution:
        period = self._period(quarter, since)
        name = (
            checked_line(line)
            if line
            else next(candidate for candidate in DEFAULTS if self._is_known(candidate, period))
        )
        last = self._value(self.full, name, period)
        if LINES[name].kind == "flow":
            first, steps = 0.0, tuple(self._flow(name, period))
        else:
            before = period.quarters[0] - 1
            first = self._value(self.full, name, Period("", (before,))) if before >= 0 else 0.0
            steps = tuple(differences(first, self._holding_states((name,), period)))
        spec = self.prepared.case.spec
        return Attribution(
            title=f"{spec.title}: {LINES[name].title}, {period.label}, {self.framework}",
            line=name,
            currency=spec.holder.currency,
            first_words="nothing" if LINES[name].kind == "flow" else "at the start",
            first=first,
            steps=steps,
            last_words=period.label,
            last=last,
        )

    def _period(self, quarter: str | None, since: str | None) -> Period:
        labels = [each.label for each in self.full.timeline.quarters]
        reported = [each.label for each in self.prepared.reported]
        last = quarter or reported[-1]
        if problems := unknown_quarter(last, reported):
            raise InputError(problems)
        first = last if since is None else labels[0] if since == INCEPTION else since
        if first not in labels or labels.index(first) > labels.index(last):
            expected = f"`{INCEPTION}` or a quarter from {labels[0]} to {last}"
            raise InputError([Problem("", None, "since", expected, first)])
        span = tuple(range(labels.index(first), labels.index(last) + 1))
        return Period(last if since is None else f"{since} to {last}", span)

    def _lines(self, measured: Pass) -> Mapping[str, Floats | None]:
        """Every line of a pass; drawn up once for each pass, which the walk keeps so that its id stays its own."""
        if id(measured) not in self._drawn_up:
            lines = statements(self.prepared, measured)[self.framework].lines
            self._drawn_up[id(measured)] = measured, lines
        return self._drawn_up[id(measured)][1]

    def _is_known(self, line: str, period: Period) -> bool:
        return single(period, line, self._lines(self.full)) is not None

    def _value(self, measured: Pass, line: str, period: Period) -> float:
        amount = single(period, line, self._lines(measured))
        if amount is None:
            fix = "Attribute remeasurement_pl, or a shorter period; see which lines are null with --format json."
            raise InputError([Problem("", None, "line", f"a line that is known for {period.label}", line, fix)])
        return amount

    def _flow(self, line: str, period: Period) -> Iterator[Step]:
        """Holdings first, remeasured after each change; then the lines added to them, as in the statement."""
        parts = list(leaves(line, WALKED))
        walked = [name for _, name in parts if name in WALKED]
        # Selling costs are a fee, not a matter of the price.
        costs = self._selling_costs(period) if "realised_pl" in walked else 0.0
        states = list(self._holding_states(walked, period)) if walked else []
        if costs:
            cause, words, value = states[-1]
            states[-1:] = [(cause, words, value - costs), ("fees", "Costs of selling", value)]
        yield from differences(0.0, states)
        for sign, name in parts:
            amount = sign * self._value(self.full, name, period) if name not in WALKED else 0.0
            if amount:
                cause, words = CAUSE_OF.get(name, ("rest", LINES[name].title))
                yield Step(cause, f"{words}.", amount)

    def _selling_costs(self, period: Period) -> float:
        """Selling costs of the disposals, negative [currency]."""
        quarters, costs = self.full.timeline.quarter_of_mark, 0.0
        for books in (asset.books for asset in self.full.assets.values()):
            inside = np.isin(quarters[books.release_mark], period.quarters)
            costs += float((books.release_net - books.release_gross)[inside].sum())
        return costs

    def _holding_states(self, lines: tuple[str, ...] | list[str], period: Period) -> Iterator[tuple[str, str, float]]:
        """The sum of `lines` for the opening coins alone, then with acquisitions, then with disposals."""

        def total(measured: Pass) -> float:
            return sum(self._value(measured, line, period) for line in lines)

        yield "price", self._price_words(period), total(self._variant(period, bought=False))
        yield "bought", self._moved_words("bought", period), total(self._variant(period, bought=True))
        yield "sold", self._moved_words("sold", period), total(self.full)

    def _variant(self, period: Period, *, bought: bool) -> Pass:
        """The pass without the disposals of the period and, unless `bought`, without its acquisitions."""
        marks = self.full.timeline.quarter_marks
        start = int(marks[period.quarters[0] - 1]) if period.quarters[0] else -1

        def without(ledger: Ledger) -> Ledger:
            parts = np.ones(ledger.acquired.size, dtype=bool) if bought else ledger.acquired <= start
            return ledger.only(parts, ledger.release_mark <= start)

        def changed(name: str, asset: AssetPass) -> AssetPass:
            books = without(asset.books)
            lots = self.prepared.assets[name].lots
            flows = event_flows(lots, books, self.full.timeline, asset.marks)
            return replace(asset, books=books, tax=without(asset.tax), flows=flows)

        assets = {name: changed(name, asset) for name, asset in self.full.assets.items()}
        policy = accounting_policy(self.prepared, len(self.full.timeline.quarters))
        spec = self.prepared.case.spec
        measurements = {
            (self.framework, name): measure(
                FRAMEWORKS[applied_to(spec, self.framework, name)], asset.books, self.full.timeline, asset.marks, policy
            )
            for name, asset in assets.items()
        }
        return replace(self.full, assets=assets, measurements=measurements)

    def _price_words(self, period: Period) -> str:
        """Coins held at the start, and their price at the start and the end."""
        parts = []
        first, last = period.quarters[0], period.quarters[-1]
        for name, asset in self.full.assets.items() if first else ():
            units = float(asset.books.held(int(self.full.timeline.quarter_marks[first - 1])).sum())
            before, after = asset.marks.quarter_end[0, [first - 1, last]]
            if units:
                parts.append(f"{units:,.8g} {name} held at the start, from {before:,.2f} to {after:,.2f}")
        return f"{'; '.join(parts)}." if parts else "No coins were held at the start."

    def _moved_words(self, what: str, period: Period) -> str:
        """Coins acquired or disposed of, their average price, and the price at the end."""
        quarters = self.full.timeline.quarter_of_mark
        parts = []
        for name, asset in self.full.assets.items():
            books = asset.books
            if what == "bought":
                inside = np.isin(quarters[books.acquired], period.quarters)
                units, money = books.quantity[inside], (books.quantity * books.unit_cost)[inside]
            else:
                inside = np.isin(quarters[books.release_mark], period.quarters)
                units, money = books.release_quantity[inside], books.release_gross[inside]
            if units.size:
                end = asset.marks.quarter_end[0, period.quarters[-1]]
                average = money.sum() / units.sum()
                parts.append(f"{units.sum():,.8g} {name} {what} at {average:,.2f} on average, {end:,.2f} at the end")
        return f"{'; '.join(parts)}." if parts else f"No coins were {what}."
