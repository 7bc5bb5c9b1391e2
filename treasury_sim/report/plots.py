"""The charts of a result as Altair objects, for notebooks."""

from __future__ import annotations

from dataclasses import dataclass

from treasury_sim.analysis.distribution import distribution
from treasury_sim.domain.lookup import check_line, check_name, check_quarter
from treasury_sim.domain.periods import Period, cumulative, quarter_periods
from treasury_sim.domain.result import Result
from treasury_sim.errors import InputError, Problem
from treasury_sim.report.charts.paths import fan, fan_chart, histogram_chart
from treasury_sim.report.charts.prices import price_chart, price_path
from treasury_sim.report.charts.quarters import remeasurement_bars, remeasurement_chart
from treasury_sim.report.charts.theme import Chart
from treasury_sim.report.charts.waterfall import waterfall, waterfall_chart
from treasury_sim.report.finding import headline


@dataclass(frozen=True)
class Plots:
    """The charts of a result, as Altair objects; a notebook shows one that stands last in a cell.

    Examples
    --------
    >>> from treasury_sim import run
    >>> run("strategy_2025q4").plot.bridge().to_dict()["description"]
    'Q4 2025: unrealised loss on digital assets of $17.4bn, net loss of $12.4bn'
    """

    result: Result

    def bridge(self, quarter: str | None = None, *, framework: str | None = None) -> Chart:
        """Draw the steps from remeasurement to the bottom line of a quarter.

        Raises
        ------
        InputError
            If the result has no such quarter or framework.
        """
        key, label = self.result.framework(framework), self._quarter(quarter)
        steps = waterfall(self.result, key, label)
        title = headline(self.result, key, label)
        return waterfall_chart(steps, title=title, subtitle="", currency=self.result.currency)

    def prices(self, quarter: str | None = None, *, asset: str | None = None) -> Chart:
        """Draw daily prices of a quarter and the two before, with the average cost and the prices the rules observed.

        Raises
        ------
        InputError
            If the result has no such quarter or asset, or the run is a simulation.
        """
        if not self.result.holdings:
            fix = "Use fan() for a simulation, or open one path: open_path(scenario, 'p5')."
            raise InputError([Problem("", None, "result", "a run of one path", "a simulation, which has many", fix)])
        assets = list(self.result.holdings)
        name = assets[0] if asset is None else check_name(asset, assets, "asset", "an asset of the result")
        return price_chart(price_path(self.result, name, self._quarter(quarter)), currency=self.result.currency)

    def quarters(self) -> Chart:
        """Draw the remeasurement of every quarter, under every framework."""
        return remeasurement_chart(remeasurement_bars(self.result), currency=self.result.currency)

    def fan(self, line: str = "net_income", *, framework: str | None = None) -> Chart:
        """Draw the quantiles of a line in every quarter of a simulation.

        Raises
        ------
        InputError
            If the result has no such line or framework, or the line was not computed.
        """
        quarters = fan(self.result, self.result.framework(framework), check_line(line))
        if not quarters:
            raise InputError([Problem("", None, "line", "a line that is computed", line)])
        return fan_chart(quarters, line=line, currency=self.result.currency)

    def histogram(self, line: str = "net_income", quarter: str | None = None, *, framework: str | None = None) -> Chart:
        """Draw how a line is distributed over the paths of a simulation; the whole period by default.

        Raises
        ------
        InputError
            If the result has no such line, quarter or framework, or the line is the same on all paths.
        """
        check_line(line)
        period = self._whole() if quarter is None else self.result.period(quarter)
        of = distribution(self.result, self.result.framework(framework), line, period)
        if of is None or of.is_certain:
            raise InputError([Problem("", None, "line", "a line that differs from path to path", line)])
        return histogram_chart(of, line=line, period=period.label, currency=self.result.currency)

    def _quarter(self, quarter: str | None) -> str:
        labels = [period.label for period in quarter_periods(self.result.timeline.quarters, self.result.reported)]
        return labels[-1] if quarter is None else check_quarter(quarter, labels)

    def _whole(self) -> Period:
        return cumulative(self.result.timeline.quarters, self.result.reported)[-1]
