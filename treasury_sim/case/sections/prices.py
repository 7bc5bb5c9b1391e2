"""`prices.ASSET:`, the prices of an asset: history, then a model from a given day.

Convention: `from` is the first day of the model; history covers the days before it. Annual figures use a year of 365
days; `drift` is the growth of the expected price: E[S(T)] = spot * exp(drift * T).
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from treasury_sim.case.fields import Currency, Day, HighRate, Positive, Rate, Signed, SignedRate, Spec, Text, fault
from treasury_sim.case.names import WindowName
from treasury_sim.case.sections.overlay import Overlay
from treasury_sim.domain.lookup import nearest
from treasury_sim.market.history import Window, named_windows


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
        raise fault(expected, fix="Write it as window: [2022-04-01, 2022-12-31].")
    if value[1] < value[0]:
        raise fault("a window that ends on or after its first day", found=f"{value[0]} to {value[1]}")
    return Window(*value)


_FirstAndLast = Annotated[list[Day], Field(min_length=2, max_length=2)]

PastWindow = Annotated[Window, BeforeValidator(_read_window, json_schema_input_type=WindowName | _FirstAndLast)]
"""A window of history: ``[first, last]``, or the name of a shipped one."""


class QuarterLow(Spec):
    """The lowest price of a quarter."""

    price: Positive
    """[currency/coin]"""
    date: Day | None = None
    """UTC day of the low."""


class DatedLow(QuarterLow):
    """The lowest price of a quarter, from a filing."""

    date: Day


Venue = Annotated[str, Field(pattern="^[a-z0-9]{2,20}$")]
"""A venue as the price store names it."""


class AssetPrices(Spec):
    """Keys common to all models."""

    file: Text | None = None
    """CSV file of daily prices (date, low, close) used as history; by default the embedded table."""
    venue: Venue | None = None
    """Venue of the price store whose prices are the history, such as `kraken`; by default Coinbase."""
    first_day: Day | None = Field(default=None, alias="from")
    """First day of the model; by default the start of the period, for `historical` the day after history ends."""
    spot: Positive | None = None
    """Price on the day before the model begins [currency/coin]; by default the last price of history."""
    quarter_end: Mapping[Day, Positive] = Field(default_factory=dict)
    """Price at the end of a fiscal quarter [currency/coin]."""
    quarter_low: Mapping[Day, QuarterLow] = Field(default_factory=dict)
    """Lowest price of the quarter that ends on the given day."""
    currency: Currency | None = None
    """Currency of these prices, translated at the rate under `fx`; by default that of the holder."""
    overlay: Overlay | None = None
    """Changes to these prices: deeper lows, and order flow with its impact."""


class _Dated(AssetPrices):
    quarter_low: Mapping[Day, DatedLow] = Field(default_factory=dict)


class Historical(_Dated):
    """History as recorded, or a window of it replayed."""

    model: Literal["historical"] = "historical"
    """Price model."""
    window: PastWindow | None = None
    """Window of history that is replayed from `from` onward."""
    replay: Literal["returns", "levels"] | None = None
    """Replay the returns, starting at `spot`, or the recorded price levels."""
    repeat: bool = False
    """Whether a window shorter than the rest of the period starts again."""


class Target(AssetPrices):
    """Stated quarter-end prices and lows, with a path between them."""

    model: Literal["target"]
    """Price model."""


class Shock(_Dated):
    """A constant price with one shock."""

    one_of: ClassVar = (("absolute", "relative", "equal_to"),)

    model: Literal["shock"]
    """Price model."""
    absolute: Signed | None = None
    """Size of the shock [currency/coin], negative for a fall."""
    relative: SignedRate | None = None
    """Size of the shock as a share of `spot`, negative for a fall."""
    equal_to: Positive | None = None
    """Price after the shock [currency/coin]."""
    shape: Literal["instant", "linear", "v", "l"] = "instant"
    """Shape of the path to that price."""
    start: Day | None = None
    """First day of the shock; by default the first of the model."""
    trough: Day | None = None
    """Day on which a `v` or an `l` shock is complete."""
    end: Day | None = None
    """Day on which a `linear` shock is complete and a `v` has recovered; by default the last day of the period."""

    @model_validator(mode="after")
    def _check_shock(self) -> Self:
        self.check_one_of()
        if self.relative is not None and self.relative <= -1.0:
            raise fault(
                "a relative shock above -100%", found=f"{self.relative:.6g}", fix="The price must stay above 0."
            )
        if (self.trough is None) == (self.shape in {"v", "l"}):
            expected = "a trough" if self.trough is None else "a trough with shape v or l only"
            raise fault(expected, found=f"shape {self.shape}" + (" without a trough" if self.trough is None else ""))
        if self.end is not None and self.shape in {"instant", "l"}:
            raise fault("an end with shape linear or v only", found=f"shape {self.shape}")
        days = [day for day in (self.first_day, self.start, self.trough, self.end) if day is not None]
        if days != sorted(days) or (self.shape == "v" and self.trough == self.end):
            order = ", ".join(map(str, days))
            raise fault("from, start, trough and end in this order", found=order)
        return self


class Sampled(_Dated):
    """A simulated model."""


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
    """Annual volatility of days without jumps."""
    jumps_per_year: Annotated[float, Field(ge=0, le=1000)]
    """Expected number of jumps in a year."""
    jump_mean: SignedRate
    """Mean jump of the log price."""
    jump_volatility: HighRate
    """Standard deviation of the jumps of the log price."""


class Garch(_Drifting):
    """GJR-GARCH(1,1) with Student-t days (Glosten, Jagannathan and Runkle 1993; Bollerslev 1987)."""

    model: Literal["garch"]
    """Price model."""
    volatility: Volatility
    """Long-run annual volatility."""
    alpha: Annotated[float, Field(ge=0, lt=1)]
    """Share of the last day's squared shock in the next day's variance."""
    gamma: Annotated[float, Field(gt=-1, lt=2)] = 0.0
    """Added to `alpha` after a fall."""
    beta: Annotated[float, Field(ge=0, lt=1)]
    """Share of the last day's variance in the next day's."""
    degrees_of_freedom: Annotated[float, Field(gt=2, le=1000)]
    """Degrees of freedom of Student's t: the lower, the fatter the tails."""
    initial_volatility: Volatility | None = None
    """Annual volatility of the first day; by default the long-run volatility."""

    @property
    def persistence(self) -> float:
        """The share of today's excess variance that remains tomorrow."""
        return self.alpha + self.gamma / 2.0 + self.beta

    @model_validator(mode="after")
    def _check_stationary(self) -> Self:
        if self.persistence >= 1.0:
            fix = "At 1 or more the variance has no long-run mean: lower one of them."
            raise fault("alpha + gamma / 2 + beta below 1", found=f"{self.persistence:.6g}", fix=fix)
        if self.alpha + self.gamma < 0.0:
            raise fault("alpha + gamma of 0 or more", found=f"{self.alpha + self.gamma:.6g}")
        return self


class RegimeState(Spec):
    """One of the two states of a Markov switching model."""

    volatility: Volatility
    """Annual volatility in the state."""
    leave: Annotated[Rate, Field(gt=0)]
    """Probability of moving to the other state on the next day."""
    relative_drift: SignedRate = 0.0
    """Annual drift of the state relative to the other; `drift` is that of both together."""


class Regime(_Drifting):
    """Two states, calm and turbulent, with daily transitions (Hamilton 1989)."""

    model: Literal["regime"]
    """Price model."""
    calm: RegimeState
    """State of low volatility."""
    turbulent: RegimeState
    """State of high volatility."""
    first_state: Literal["calm", "turbulent", "stationary"] = "stationary"
    """State of the first day; `stationary` draws it with its long-run probability."""
    turbulent_first: Rate | None = None
    """Probability that the first day is turbulent, instead of `first_state`."""


class Bootstrap(Sampled):
    """Days of history resampled in blocks (Politis and Romano 1994)."""

    model: Literal["bootstrap"]
    """Price model."""
    drift: SignedRate | None = None
    """Annual growth of the expected price; by default that of the window."""
    window: PastWindow
    """Window of history that days are drawn from."""
    block_length: Annotated[float, Field(ge=1, le=10_000)]
    """Mean block length in days."""
    spread: Annotated[float, Field(gt=0, le=10)] = 1.0
    """Factor on returns around their mean, and on the fall from close to low: 1.25 is a quarter more volatile."""


_Member = Annotated[Gbm | JumpDiffusion | Garch | Regime | Bootstrap, Field(discriminator="model")]
_OF_THE_ASSET = ("file", "first_day", "spot", "quarter_end", "quarter_low")


class Ensemble(Sampled):
    """Several simulated models; each path follows one of them."""

    model: Literal["ensemble"]
    """Price model."""
    members: Annotated[list[_Member], Field(min_length=1, max_length=1024)]
    """The models with their own keys; paths are divided among them."""
    weights: list[Annotated[float, Field(gt=0)]] = Field(default_factory=list)
    """Weight of each member, in their order; equal by default."""

    @model_validator(mode="after")
    def _check_members(self) -> Self:
        if self.weights and len(self.weights) != len(self.members):
            raise fault(f"a weight for each of the {len(self.members)} members", found=f"{len(self.weights)}")
        for number, member in enumerate(self.members, 1):
            stated = [name for name in _OF_THE_ASSET if name in member.model_fields_set]
            if stated:
                key = "from" if stated[0] == "first_day" else stated[0]
                raise fault(
                    f"no {key} in a member: members share that of the ensemble",
                    found=f"{key} in member {number}",
                    fix=f"State {key} beside model: ensemble.",
                )
        return self


class Follows(_Drifting):
    """An asset that follows another, with a beta that rises after falls and on days of a fall."""

    model: Literal["follows"]
    """Price model."""
    leader: Text = "BTC"
    """The asset followed: with a stated path, or of the models gbm or garch."""
    beta: Annotated[float, Field(ge=-5, le=5)]
    """Multiple of the leader's daily log return."""
    momentum: Annotated[float, Field(ge=-5, le=5)] = 0.0
    """Added to `beta` per unit by which the leader fell over the past week, for at most 30%."""
    on_falls: Annotated[float, Field(ge=-5, le=5)] = 0.0
    """Added to `beta` on days on which the leader falls."""
    noise: Annotated[float, Field(ge=0, le=0.55)]
    """Scale of the asset's own part of a day, as a multiple of its volatility."""
    degrees_of_freedom: Annotated[float, Field(gt=2, le=1000)]
    """Degrees of freedom of Student's t, of the part of a day that the leader does not give."""


ONE_PATH = ("historical", "target", "shock")
"""Models of one path; the others are simulated."""


def _historical_by_default(values: object) -> object:
    return {**values, "model": "historical"} if isinstance(values, dict) and values.get("model") is None else values


Prices = Annotated[
    Historical | Target | Shock | Gbm | JumpDiffusion | Garch | Regime | Bootstrap | Ensemble | Follows,
    Field(discriminator="model"),
    BeforeValidator(_historical_by_default),
]
"""The prices of an asset, by `model`."""
