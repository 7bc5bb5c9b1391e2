"""`prices.ASSET:`, where the prices of an asset come from: history, and a model from a day on.

Convention: `from` is the first day of the model, history is what is before it. Annual figures are on a year of 365
days; `drift` is the growth of the expected price: E[S(T)] = spot * exp(drift * T).
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from treasury_sim.market.history import Window, named_windows
from treasury_sim.scenario.fields import Day, HighRate, Positive, Rate, Signed, SignedRate, Spec, Text, fault
from treasury_sim.scenario.names import WindowName
from treasury_sim.scenario.tree import nearest


def _read_window(value: object) -> object:
    if isinstance(value, Window):
        return value
    expected = "a window [first, last], or the name of one in quotes"
    if isinstance(value, str):
        known = named_windows()
        if value not in known:
            raise fault(expected, fix=nearest(value, list(known)))
        return known[value]
    if not isinstance(value, (list, tuple)) or len(value) != 2 or not all(isinstance(day, date) for day in value):
        raise fault(expected, fix="Write window: [2022-04-01, 2022-12-31], say.")
    if value[1] < value[0]:
        raise fault("a window that ends on or after its first day", found=f"{value[0]} to {value[1]}")
    return Window(*value)


_FirstAndLast = Annotated[list[Day], Field(min_length=2, max_length=2)]

PastWindow = Annotated[Window, BeforeValidator(_read_window, json_schema_input_type=WindowName | _FirstAndLast)]
"""A stretch of the past: ``[first, last]``, or the name of a shipped one."""


class QuarterLow(Spec):
    """The lowest price of a quarter."""

    price: Positive
    """[currency/coin]"""
    date: Day | None = None
    """The UTC day of it."""


class DatedLow(QuarterLow):
    """The lowest price of a quarter, as a filing tells it."""

    date: Day


class AssetPrices(Spec):
    """What every model has in common."""

    file: Text | None = None
    """A CSV file of daily prices (date, low, close) as history; the embedded one if not given."""
    first_day: Day | None = Field(default=None, alias="from")
    """First day of the model; by default that of the period, for `historical` the day after history ends."""
    spot: Positive | None = None
    """Price on the day before [currency/coin]; the last price of history if not given."""
    quarter_end: Mapping[Day, Positive] = Field(default_factory=dict)
    """Price at the end of a fiscal quarter [currency/coin]."""
    quarter_low: Mapping[Day, QuarterLow] = Field(default_factory=dict)
    """Lowest price of the quarter that ends on the day given."""


class _Dated(AssetPrices):
    quarter_low: Mapping[Day, DatedLow] = Field(default_factory=dict)


class Historical(_Dated):
    """History as it was, or a window of it once more."""

    model: Literal["historical"] = "historical"
    """Price model."""
    window: PastWindow | None = None
    """The stretch of history that is replayed from `from` on."""
    replay: Literal["returns", "levels"] | None = None
    """What is replayed: the returns, from `spot` on, or the prices as they were."""
    repeat: bool = False
    """Whether a window that is shorter than what is left of the period begins again."""


class Target(AssetPrices):
    """Quarter-end prices and lows as stated, and a path between them."""

    model: Literal["target"]
    """Price model."""


class Shock(_Dated):
    """A price that stands still but for one shock."""

    one_of: ClassVar = (("absolute", "relative", "equal_to"),)

    model: Literal["shock"]
    """Price model."""
    absolute: Signed | None = None
    """Size of the shock [currency/coin], negative for a fall."""
    relative: SignedRate | None = None
    """Size of the shock as a share of `spot`, negative for a fall."""
    equal_to: Positive | None = None
    """The price that the shock leads to [currency/coin]."""
    shape: Literal["instant", "linear", "v", "l"] = "instant"
    """How the price gets there."""
    start: Day | None = None
    """First day of the shock; by default the first of the model."""
    trough: Day | None = None
    """Day on which a `v` or an `l` has the whole shock."""
    end: Day | None = None
    """Day on which a `linear` shock is complete and a `v` is back; by default the last day of the period."""

    @model_validator(mode="after")
    def _check_shock(self) -> Self:
        self.check_one_of()
        if self.relative is not None and self.relative <= -1.0:
            raise fault("a relative shock above -100%", found=f"{self.relative:.6g}", fix="A price stays above 0.")
        if (self.trough is None) == (self.shape in {"v", "l"}):
            expected = "a trough" if self.trough is None else "a trough with shape v or l only"
            raise fault(expected, found=f"shape {self.shape}" + (" without one" if self.trough is None else ""))
        if self.end is not None and self.shape in {"instant", "l"}:
            raise fault("an end with shape linear or v only", found=f"shape {self.shape}")
        days = [day for day in (self.first_day, self.start, self.trough, self.end) if day is not None]
        if days != sorted(days) or (self.shape == "v" and self.trough == self.end):
            found = ", ".join(map(str, days))
            raise fault("from, start, trough and end in this order", found=found)
        return self


class Sampled(_Dated):
    """A model that is simulated."""


class _Drifting(Sampled):
    drift: SignedRate = 0.0
    """Annual growth of the expected price: E[S(T)] = spot * exp(drift * T)."""


Volatility = Annotated[HighRate, Field(gt=0)]
"""Annual standard deviation of the log price, above 0."""


class Gbm(_Drifting):
    """Geometric Brownian motion (Black and Scholes 1973)."""

    model: Literal["gbm"]
    """Price model."""
    volatility: Volatility
    """Annual volatility."""


class JumpDiffusion(_Drifting):
    """Geometric Brownian motion with jumps (Merton 1976)."""

    model: Literal["jump_diffusion"]
    """Price model."""
    volatility: Volatility
    """Annual volatility of the days without jumps."""
    jumps_per_year: Annotated[float, Field(ge=0, le=1000)]
    """Expected number of jumps in a year."""
    jump_mean: SignedRate
    """Mean of a jump of the log price."""
    jump_volatility: HighRate
    """Standard deviation of a jump of the log price."""


class Garch(_Drifting):
    """GJR-GARCH(1,1) with Student-t days (Glosten, Jagannathan and Runkle 1993; Bollerslev 1987)."""

    model: Literal["garch"]
    """Price model."""
    volatility: Volatility
    """Annual volatility in the long run."""
    alpha: Annotated[float, Field(ge=0, lt=1)]
    """Share of the last day's squared shock in the next day's variance."""
    gamma: Annotated[float, Field(gt=-1, lt=2)] = 0.0
    """What is added to `alpha` after a fall."""
    beta: Annotated[float, Field(ge=0, lt=1)]
    """Share of the last day's variance in the next day's."""
    degrees_of_freedom: Annotated[float, Field(gt=2, le=1000)]
    """Of Student's t: the lower, the fatter the tails."""
    initial_volatility: Volatility | None = None
    """Annual volatility of the first day; that of the long run if not given."""

    @property
    def persistence(self) -> float:
        """How much of today's excess variance is left tomorrow."""
        return self.alpha + self.gamma / 2.0 + self.beta

    @model_validator(mode="after")
    def _check_stationary(self) -> Self:
        if self.persistence >= 1.0:
            fix = "At 1 or more the variance has no long run: lower one of them."
            raise fault("alpha + gamma / 2 + beta below 1", found=f"{self.persistence:.6g}", fix=fix)
        if self.alpha + self.gamma < 0.0:
            raise fault("alpha + gamma of 0 or more", found=f"{self.alpha + self.gamma:.6g}")
        return self


class RegimeState(Spec):
    """One of the two states of a Markov switching model."""

    volatility: Volatility
    """Annual volatility in the state."""
    leave: Annotated[Rate, Field(gt=0)]
    """Probability that a day in the state is followed by one in the other."""
    relative_drift: SignedRate = 0.0
    """Annual drift of the state; only the difference to the other state counts, `drift` is that of both together."""


class Regime(_Drifting):
    """Two states, calm and turbulent, that change from day to day (Hamilton 1989)."""

    model: Literal["regime"]
    """Price model."""
    calm: RegimeState
    """The state of low volatility."""
    turbulent: RegimeState
    """The state of high volatility."""
    first_state: Literal["calm", "turbulent", "stationary"] = "stationary"
    """The state of the first day; `stationary` draws it as often as it is found in the long run."""


class Bootstrap(Sampled):
    """Days of the past drawn anew, in blocks (Politis and Romano 1994)."""

    model: Literal["bootstrap"]
    """Price model."""
    drift: SignedRate | None = None
    """Annual growth of the expected price; that of the window if not given."""
    window: PastWindow
    """The days that are drawn from."""
    block_length: Annotated[float, Field(ge=1, le=10_000)]
    """Mean length of a block in days."""


def _historical_by_default(values: object) -> object:
    return {**values, "model": "historical"} if isinstance(values, dict) and values.get("model") is None else values


Prices = Annotated[
    Historical | Target | Shock | Gbm | JumpDiffusion | Garch | Regime | Bootstrap,
    Field(discriminator="model"),
    BeforeValidator(_historical_by_default),
]
"""The prices of an asset, by `model`."""
