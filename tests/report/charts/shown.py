"""What a chart shows."""

from __future__ import annotations

from typing import Any

FAIR_VALUE, IMPAIRMENT, LABEL = "us_gaap_fair_value", "us_gaap_impairment", "2025Q4"


def rows(chart: Any) -> list[dict[str, Any]]:
    """All data of a chart."""
    return [row for values in chart.to_dict()["datasets"].values() for row in values]
