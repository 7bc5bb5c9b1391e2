"""The charts of the board report, drawn without a browser and without a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.report.board.content import Board
from treasury_sim.report.board.sample import bottom
from treasury_sim.report.charts.draw import drawn
from treasury_sim.report.charts.ladder import ladder_chart
from treasury_sim.report.charts.paths import histogram_chart
from treasury_sim.report.charts.prices import price_chart, price_path
from treasury_sim.report.charts.theme import LOOKS, Chart, spec_of
from treasury_sim.report.charts.waterfall import waterfall, waterfall_chart
from treasury_sim.report.tables.statement import period_name

WIDTH = 620


def pictures(board: Board, form: Literal["svg", "png"]) -> Mapping[str, bytes]:
    """Every chart that a section asks for, by its name; one that cannot be drawn is left out."""
    wanted = {section.chart for section in board.sections if section.chart}
    charts = {name: chart for name in sorted(wanted) if (chart := _chart(board, name)) is not None}
    specs = [{**spec_of(chart, LOOKS["light"]), "width": WIDTH} for chart in charts.values()]
    return dict(zip(charts, drawn(specs, form), strict=True))


def _chart(board: Board, name: str) -> Chart | None:
    result, key = board.result, board.framework
    period, label = period_name(result, board.shown), board.shown.label
    quarters = [result.timeline.quarters[number] for number in board.shown.quarters]
    if name == "waterfall":
        return waterfall_chart(
            waterfall(result, key, label),
            title=f"{period}: the steps to the bottom line",
            subtitle=FRAMEWORKS[key].title,
            currency=result.currency,
        )
    if name == "distribution":
        line, of = bottom(result, key, board.shown)
        return histogram_chart(of, line=line, period=period, currency=result.currency)
    if name == "ladder":
        return None if board.ladder is None else ladder_chart(board.ladder)
    for asset in result.holdings:
        path = price_path(result, asset, quarters[-1].label, quarters[0].start)
        if path.daily:
            return price_chart(path, currency=result.currency)
    return None
