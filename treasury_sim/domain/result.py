"""`Result`: everything a run computed. Screens, files and the API all show this object.

Its text, frames and charts for notebooks are rendered in `report.notebook` and `report.plots`, which are imported
on first use, so that `Result` itself needs neither pandas nor Altair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.capital import CapitalResult
from treasury_sim.domain.flows import FlowRecord
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.limit import Limit, LimitOutcome
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import check_framework, check_line, check_name
from treasury_sim.domain.periods import Period, over, periods_by_label
from treasury_sim.domain.plan import Restriction, Transfer
from treasury_sim.domain.prices import DailyPrices, Marks
from treasury_sim.domain.statements import Measurement, QuarterlyStatements
from treasury_sim.domain.timeline import Quarter, Timeline
from treasury_sim.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from treasury_sim.report.explain.explanation import Explanation
    from treasury_sim.report.plots import Plots

Band = tuple[float, float]
"""Lowest and highest value of the figure itself and the four corners of the window timings."""


NOT_PLAUSIBLE = "Not plausible: "
"""Beginning of a note on an implausible figure."""


@dataclass(frozen=True)
class Outcome:
    """One expectation of a scenario, and the computed figure.

    Attributes
    ----------
    framework, period, line
        The figure; `period` is a quarter (``2025Q4``) or a fiscal year (``FY2025``).
    value, got
        Expected and computed, in the line's unit; ``got`` is ``None`` if the line was not computed.
    tolerance, band_widening
        Allowed difference as written, ``0.02%`` of the value or a plain number in the line's unit; and the share by
        which the band may be widened.
    rounding
        Half the width of the rounding of the expected value, if known; an additional allowed difference.
    band
        Lowest and highest over the corners, if they were computed.
    passed
        Whether the computed figure agrees.
    source
        Publication or other source of the expected value.
    source_of
        Key of the input that was taken from the expected value, so that the two agree by construction; empty if none.
    """

    framework: str
    period: str
    line: str
    value: float
    got: float | None
    tolerance: str | float | None
    band_widening: float | None
    rounding: float | None
    band: Band | None
    passed: bool
    source: str
    source_of: str = ""


@dataclass(frozen=True)
class AssetHolding:
    """One asset as used in the run.

    Attributes
    ----------
    lots
        The lots, purchases of the plan among them, in the order of `ledger.lot_ids`.
    ledger, tax_ledger
        The books, and the tax ledger. Coins on loan stay in the tax ledger.
    transfers, restrictions
        Moves between wallets, and coins that cannot be sold freely.
    daily
        Daily prices, with the changes that the scenario makes to them.
    marks
        Prices observed by rules.
    """

    lots: tuple[Lot, ...]
    ledger: Ledger
    tax_ledger: Ledger
    transfers: tuple[Transfer, ...]
    restrictions: tuple[Restriction, ...]
    daily: DailyPrices
    marks: Marks


Method = Literal["sobol", "pseudorandom"]
"""Scrambled Sobol points, or independent numbers of a PCG64DXSM generator for each chunk."""


@dataclass(frozen=True)
class Correlation:
    """How two assets that are drawn together are correlated.

    Attributes
    ----------
    pair
        Such as ``BTC/ETH``.
    shocks
        Of the normals that drive them; ``None`` where they are not driven by normals.
    prices
        Of their log returns from node to node, on the paths that were drawn.
    """

    pair: str
    shocks: float | None
    prices: float


@dataclass(frozen=True)
class Sampling:
    """How the paths of a sample were drawn.

    Attributes
    ----------
    method
        Source of the random numbers.
    paths
        Number of paths; the requested number, rounded up.
    replicates
        Path p belongs to replicate ``p % replicates``; errors come from the replicates.
    first_day, assets
        The first simulated day, and the assets whose prices are simulated.
    nodes
        Number of simulated days.
    correlations
        Of each two of `assets`.
    """

    method: Method
    paths: int
    replicates: int
    first_day: date
    assets: tuple[str, ...]
    nodes: int
    correlations: tuple[Correlation, ...] = ()


@dataclass(frozen=True)
class Result:
    """Everything a run computed, and its inputs.

    Attributes
    ----------
    description
        What the scenario models and leaves out, as stated in it.
    basis
        ``replay``: one path, as it happened or as the scenario states it. ``sample``: equally likely paths.
        ``points``: a path for each point of a sweep of prices, never averaged.
    points
        By key path that varies, its value at each point, (paths,); empty unless the basis is ``points``.
    policies
        Choices that affect figures, in words.
    inputs
        Name of each input to its SHA-256.
    timeline
        Marks and quarters, from the first purchase on.
    reported
        The quarters of the scenario's period.
    statements
        By framework key.
    measurements
        By framework key and asset.
    holdings
        By asset.
    applied
        By framework key and asset, the key of the framework applied to it: it differs for tokens outside ASC 350-60.
    adopted
        By label, whether ASU 2023-08 has been adopted in that quarter.
    bands
        By framework key, quarter label and line; empty unless requested.
    outcomes
        The scenario's expectations.
    limits
        The scenario's limits. A breached limit is reported and does not make the run fail.
    capital
        Funding of the holder and its results; ``None`` if the scenario has no waterfall.
    notes
        Sentences that a reader of the figures must know.
    flows
        Forced selling along the prices, by asset, where the scenario states it.
    watched
        Limits of the scenario in a sample, where each is breached with a probability.
    path_opened
        Number of the path of a simulation that this replay opened, from 0; ``None`` otherwise.
    sampling
        How the paths of a sample were drawn. A sample has no measurements and holdings; a single path has them, see
        `treasury_sim.engine.run.open_path`.

    Examples
    --------
    >>> from treasury_sim import run
    >>> result = run("strategy_2025q4")
    >>> round(result.line("carrying", framework="us_gaap_fair_value") / 1e6)
    58854
    """

    title: str
    description: str
    holder: str
    currency: str
    basis: str
    paths: int
    engine_version: str
    policies: Mapping[str, str]
    inputs: Mapping[str, str]
    timeline: Timeline
    reported: tuple[Quarter, ...]
    statements: Mapping[str, QuarterlyStatements]
    measurements: Mapping[tuple[str, str], Measurement]
    holdings: Mapping[str, AssetHolding]
    applied: Mapping[tuple[str, str], str]
    adopted: Mapping[str, bool]
    bands: Mapping[tuple[str, str], Mapping[str, Band]] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    limits: tuple[LimitOutcome, ...] = ()
    capital: CapitalResult | None = None
    notes: tuple[str, ...] = ()
    seed: int | None = None
    points: Mapping[str, Floats] = field(default_factory=dict)
    sampling: Sampling | None = None
    watched: tuple[Limit, ...] = ()
    flows: Mapping[str, FlowRecord] = field(default_factory=dict)
    path_opened: int | None = None

    @property
    def doubts(self) -> tuple[str, ...]:
        """The notes on implausible figures."""
        return tuple(note for note in self.notes if note.startswith(NOT_PLAUSIBLE))

    @property
    def passed(self) -> bool:
        """Whether every expectation was met."""
        return all(outcome.passed for outcome in self.outcomes)

    @property
    def is_simulated(self) -> bool:
        """Whether the paths are a sample, equally likely."""
        return self.sampling is not None

    def framework(self, key: str | None = None) -> str:
        """Return `key` if the run has that framework; the first one by default.

        Raises
        ------
        InputError
            If the run has no such framework, with the nearest key.
        """
        return next(iter(self.statements)) if key is None else check_framework(key, self.statements)

    def period(self, label: str | None = None) -> Period:
        """Return the period called `label`: a quarter, a year to date, a fiscal year; the last quarter by default.

        Raises
        ------
        InputError
            If the run has no such period, with the nearest label.
        """
        periods = periods_by_label(self.timeline.quarters, self.reported)
        if label is None:
            return periods[self.reported[-1].label]
        return periods[check_name(label, periods, "quarter", "a quarter or year of the result")]

    def line(
        self, name: str, quarter: str | None = None, *, framework: str | None = None, asset: str | None = None
    ) -> float | Floats:
        """Return one figure.

        Parameters
        ----------
        name
            A line of the statement, such as ``net_income``; see docs/result.md.
        quarter
            Such as ``2025Q4``, ``2025 YTD Q3`` or ``FY2025``; the last reported quarter by default.
        framework
            Key of the framework; the first of the scenario by default.
        asset
            Such as ``BTC``; by default the holder's figure, all assets together.

        Returns
        -------
        float or array of shape (paths,)
            A number for a run of one path, else one for each path [currency; coins for ``units``; currency per share
            for per-share lines]. Signed by its effect on income or equity: a loss is negative.

        Raises
        ------
        InputError
            If the line, quarter, framework or asset does not exist, or the line was not computed.

        Examples
        --------
        >>> from treasury_sim import run
        >>> result = run("strategy_2025q4")
        >>> round(result.line("net_income", "2025Q4") / 1e6, 1)
        -12444.1
        """
        statement = self.statements[self.framework(framework)]
        name = check_line(name)
        if asset is None:
            lines = statement.lines
        else:
            lines = dict(statement.assets[check_name(asset, statement.assets, "asset", "an asset of the result")].lines)
            name = check_name(name, [line for line in lines if line in LINES], "line", "a line of an asset")
        period = self.period(quarter)
        values = over(period, name, lines)
        if values is None:
            fix = "See the result's notes: the scenario may lack an input, such as tax.rate or capital.opening."
            raise InputError([Problem("", None, "line", f"a line that is computed for {period.label}", name, fix)])
        return float(values[0]) if values.size == 1 and self.paths == 1 else values

    def explain(
        self, line: str, quarter: str | None = None, *, framework: str | None = None, lot: str | None = None
    ) -> Explanation:
        """Explain one figure by its parts, lots and prices, see `treasury_sim.explain`.

        Parameters
        ----------
        line
            Key of a line of the statement.
        quarter
            Label of a quarter that was computed; the last by default.
        framework
            Framework key; the first of the result by default.
        lot
            Id of a lot, to explain its part only.

        Returns
        -------
        Explanation
            Printed, it shows the amount, its formula, lots and source [unit of the line]; a loss is negative.

        Raises
        ------
        InputError
            If the line, quarter, framework or lot is unknown.

        Examples
        --------
        >>> from treasury_sim import run
        >>> explanation = run("strategy_2025q4").explain("carrying", framework="us_gaap_fair_value")
        >>> explanation.rule.split(":")[0]
        'ASC 350-60-35-1 (ASU 2023-08)'
        """
        from treasury_sim.report.notebook import explanation_of

        return explanation_of(self, line, quarter, framework, lot)

    def frame(self, *, framework: str | None = None, asset: str | None = None) -> pd.DataFrame:
        """Return the statements as a pandas frame.

        Parameters
        ----------
        framework
            Only this framework; all by default.
        asset
            Only this asset; by default the holder (``all``) and each asset.

        Returns
        -------
        pandas.DataFrame
            A row for each framework, asset and reported quarter (and path, where there are several), a column for each
            line that was computed [currency; coins for ``units``]. A loss is negative.

        Raises
        ------
        InputError
            If the framework or asset does not exist.

        Examples
        --------
        >>> from treasury_sim import run
        >>> frame = run("strategy_2025q4").frame(framework="us_gaap_fair_value")
        >>> print(f'{frame.loc[("us_gaap_fair_value", "all", "2025Q4"), "carrying"]:,.0f}')
        58,854,100,045
        """
        from treasury_sim.report.notebook import frame_of

        return frame_of(self, framework, asset)

    def lots(self, quarter: str | None = None) -> pd.DataFrame:
        """Return the lots held at the end of a quarter, in acquisition order; the last reported one by default.

        Returns
        -------
        pandas.DataFrame
            A row for each lot: units [coins], unit cost [currency/coin], cost, fair value, and the carrying amount
            under each framework [currency].

        Raises
        ------
        InputError
            If the quarter does not exist, or the run is a simulation: open one of its paths first.

        Examples
        --------
        >>> from treasury_sim import run
        >>> lots = run("strategy_2025q4").lots()
        >>> round(lots["units"].sum())
        672503
        """
        from treasury_sim.report.notebook import lots_of

        return lots_of(self, quarter)

    @property
    def plot(self) -> Plots:
        """The charts of this result as Altair objects, such as ``result.plot.bridge()``."""
        from treasury_sim.report.plots import Plots

        return Plots(self)

    def __repr__(self) -> str:
        from treasury_sim.report.notebook import text_of

        return text_of(self)

    def _repr_html_(self) -> str:
        from treasury_sim.report.notebook import html_of

        return html_of(self)
