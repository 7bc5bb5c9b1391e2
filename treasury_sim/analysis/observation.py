"""The expected charge under each observation policy, on the same simulated paths."""

from __future__ import annotations

from dataclasses import dataclass

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.distribution import Estimate, distribution
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.periods import cumulative
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.engine.run import run
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.marks import OBSERVED_DAYS
from treasury_sim.scenario import Scenario

WORDS = {
    "period_end": "quarter end",
    "month_end": "month end",
    "weekly": "weekly",
    "daily_close": "daily close",
    "intraday_low": "continuous",
}
"""Policy -> its name, from the fewest prices observed to all of them."""


@dataclass(frozen=True)
class Observed:
    """One observation policy and its charge.

    Attributes
    ----------
    policy, words
        Its value of `accounting.impairment_price`, and its name.
    charge
        Expected charge of the whole period, positive: minus the remeasurement in profit or loss [currency].
    share
        The charge as a share of the opening carrying amount and the additions.
    """

    policy: str
    words: str
    charge: Estimate
    share: float


def by_policy(scenario: Scenario, progress: Progress | None = None) -> list[Observed]:
    """The expected charge of a simulated scenario under every observation policy.

    Parameters
    ----------
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Raises
    ------
    InputError
        If no framework of the scenario uses the lowest price, or its prices are not simulated.
    """
    key = next((k for k in scenario.spec.accounting.frameworks if _uses_lows(k)), None)
    if key is None:
        keys = ", ".join(scenario.spec.accounting.frameworks)
        expected = "a framework that uses the lowest price, such as us_gaap_impairment"
        raise InputError([Problem("", None, "accounting.frameworks", expected, keys)])
    policies = sorted(OBSERVED_DAYS, key=list(WORDS).index)
    return [_observed(scenario, key, policy, within) for policy, within in parts(policies, progress or silent)]


def _uses_lows(key: str) -> bool:
    return FRAMEWORKS[key].rule.price == "lowest_since_acquisition"


def _observed(scenario: Scenario, key: str, policy: str, progress: Progress) -> Observed:
    changed: dict[KeyPath, object] = {
        ("accounting", "impairment_price"): policy,
        ("accounting", "frameworks"): [key],
        ("expect",): None,
    }
    result = run(scenario.with_values(changed), progress=progress)
    period = cumulative(result.timeline.quarters, result.reported)[-1]
    remeasured = distribution(result, key, "remeasurement_pl", period)
    opening = distribution(result, key, "opening_carrying", period)
    added = distribution(result, key, "additions", period)
    if result.sampling is None or remeasured is None or opening is None or added is None:
        raise InputError([Problem("", None, "prices", "a model that is drawn at random", "one path")])
    charge = Estimate(-remeasured.mean.value, remeasured.mean.error)
    base = opening.mean.value + added.mean.value
    return Observed(policy, WORDS[policy], charge, charge.value / base if base else 0.0)
