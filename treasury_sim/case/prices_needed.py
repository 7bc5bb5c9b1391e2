"""Recorded prices that a case needs: of which assets, up to which day, and the command that brings them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.case.sections.prices import AssetPrices, Historical
from treasury_sim.domain.holding import Lot
from treasury_sim.market.history import EMBEDDED

DEFAULT_VENUE = "coinbase"
"""Venue of the embedded history."""
TABLES = ("purchases", "receipts", "sales", "payments", "swaps", "transfers", "loans")


def assets_in(spec: ScenarioSpec, lots: Iterable[Lot]) -> list[str]:
    """Assets of the lots, the plan and the prices, in alphabetical order."""
    events = [event for table in TABLES for event in getattr(spec.plan, table)]
    swapped = (event.for_asset for event in spec.plan.swaps)
    return sorted({*(lot.asset for lot in lots), *(event.asset for event in events), *swapped, *spec.prices})


def last_needed(spec: ScenarioSpec, stated: AssetPrices) -> date:
    """The last day on which a recorded price of an asset is needed: `as_of`, or the day before the model."""
    if spec.as_of is not None:
        return spec.as_of
    if stated.first_day is None and isinstance(stated, Historical):
        last = spec.period.end
    else:
        last = (stated.first_day or spec.model_begins) - timedelta(days=1)
    window = getattr(stated, "window", None)
    return last if window is None else max(last, window.last)


def update_command(spec: ScenarioSpec, asset: str) -> str:
    """The command that brings prices of `asset` up to date."""
    venue = spec.prices.get(asset, Historical()).venue
    words = ["treasury-sim prices update"]
    words += [f"--asset {asset}"] if asset not in EMBEDDED else []
    words += [f"--venue {venue}"] if venue not in {None, DEFAULT_VENUE} else []
    return " ".join(words)
