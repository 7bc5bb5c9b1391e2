"""Check restrictions against holdings: restricted coins must be among the coins held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from treasury_sim.engine.prepare import Prepared, PreparedAsset
from treasury_sim.errors import Problem

TOLERANCE = 1e-9
"""Relative rounding error allowed in units."""


def beyond_what_is_held(prepared: Prepared) -> Iterator[Problem]:
    """Every restriction that brings the restricted coins of an asset above the coins held, with the first such day."""
    period = prepared.case.spec.period
    restrictions = prepared.case.spec.plan.restrictions
    for row, restriction in enumerate(restrictions):
        asset = prepared.assets.get(restriction.asset)
        until = min(restriction.until or period.end, period.end)
        days = [restriction.date, *_days(asset), period.end] if asset else [restriction.date, period.end]
        for day in sorted({day for day in days if restriction.date <= day <= until}):
            restricted = sum(
                other.quantity
                for other in restrictions[: row + 1]
                if other.asset == restriction.asset and other.date <= day <= (other.until or day)
            )
            held = _held(asset, day) if asset else 0.0
            if restricted > held * (1.0 + TOLERANCE):
                others = "" if restricted == restriction.quantity else " with the restrictions before it"
                yield prepared.case.problem(
                    ("plan", "restrictions", row, "quantity"),
                    f"at most the {held:,.8g} {restriction.asset} held on {day}",
                    f"{restricted:,.8g} restricted{others}",
                    "Lower it, give `until`, or add the lots that are missing.",
                )
                break


def _days(asset: PreparedAsset) -> list[date]:
    """Days of disposals."""
    return [day for out in asset.disposals for day in (out.date, out.date_to or out.date)]


def _held(asset: PreparedAsset, day: date) -> float:
    """Coins held at the end of `day`; a window counts evenly over its days."""
    acquired = sum(
        lot.quantity * _share(lot.enters, None if lot.opening else lot.acquired_to, day) for lot in asset.lots
    )
    disposed = sum(out.quantity * _share(out.date, out.date_to, day) for out in asset.disposals)
    return float(acquired - disposed)


def _share(first: date, last: date | None, day: date) -> float:
    days = ((last or first) - first).days + 1
    return min(max((day - first).days + 1, 0), days) / days
