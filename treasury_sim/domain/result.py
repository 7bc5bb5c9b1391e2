"""`Result`: what a run found. Screen, file and API all show this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.capital import CapitalResult
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.limit import Limit, LimitOutcome
from treasury_sim.domain.plan import Restriction, Transfer
from treasury_sim.domain.prices import DailyPrices, Marks
from treasury_sim.domain.statements import Measurement, QuarterlyStatements
from treasury_sim.domain.timeline import Quarter, Timeline

Band = tuple[float, float]
"""Lowest and highest value over the four corners of the window timings."""


@dataclass(frozen=True)
class Outcome:
    """One expectation of a scenario, and what the run found.

    Attributes
    ----------
    framework, period, line
        Which figure; `period` is a quarter (``2025Q4``) or a fiscal year (``FY2025``).
    value, got
        Expected and computed, in the line's unit; ``got`` is ``None`` if the line was not computed.
    tolerance, band_widening
        How far they may differ, as written: ``0.02%`` of the value, or a plain number in the line's unit; and the
        share by which the band may be widened.
    rounding
        Half the width of the rounding of the published figure, if known.
    band
        Lowest and highest over the corners, if they were computed.
    passed
        Whether the run agrees.
    source
        Where the expected value was published.
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


@dataclass(frozen=True)
class AssetHolding:
    """One asset as the run saw it.

    Attributes
    ----------
    lots
        The lots, purchases of the plan among them, in the order of `ledger.lot_ids`.
    ledger, tax_ledger
        The books, and the tax ledger. Coins on loan stay in the tax ledger.
    transfers, restrictions
        Moves between wallets, and coins that cannot be sold freely.
    daily
        Daily prices, with what the scenario changed in them.
    marks
        What a rule saw of them.
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
class Sampling:
    """How the paths of a sample were drawn.

    Attributes
    ----------
    method
        From which numbers.
    paths
        How many; those asked for, rounded up.
    replicates
        Path p belongs to replicate ``p % replicates``; errors come from the replicates.
    first_day, assets
        The first day that is simulated, and whose prices are.
    nodes
        How many days are simulated.
    """

    method: Method
    paths: int
    replicates: int
    first_day: date
    assets: tuple[str, ...]
    nodes: int


@dataclass(frozen=True)
class Result:
    """Everything a run found, and what it was computed from.

    Attributes
    ----------
    description
        What the scenario models and what not, as it says itself.
    basis
        ``replay``: one path, as it happened or as the scenario states it. ``sample``: equally likely paths.
        ``points``: a path for each point of a sweep of prices, never averaged.
    points
        By the key that varies, its value at each point, (paths,); empty unless the basis is ``points``.
    policies
        Choices that decide numbers, in words.
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
        By framework key and asset, the key of the framework that applies to it: tokens outside ASC 350-60 differ.
    adopted
        By label, whether ASU 2023-08 has been adopted in that quarter.
    bands
        By framework key, quarter label and line; empty unless asked for.
    outcomes
        The scenario's expectations.
    limits
        The scenario's limits. A limit that fails is a finding: it does not make the run fail.
    capital
        How the holder is funded and what came of it; ``None`` if the scenario has no waterfall.
    notes
        What a reader must know, in sentences.
    watched
        Limits of the scenario, in a sample: how likely each is to fail is a question to it.
    sampling
        How the paths of a sample were drawn. A sample has no measurements and holdings: they are those of a path, see
        `treasury_sim.engine.run.open_path`.
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

    @property
    def passed(self) -> bool:
        """Whether every expectation was met."""
        return all(outcome.passed for outcome in self.outcomes)
