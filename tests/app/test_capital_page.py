"""The page "Capital": what breaks when, in the words of the run; what needs funding asks for it."""

from __future__ import annotations

from itertools import chain

import pytest

from tests.app.pages import THREE, on, page_text, well, words_of
from treasury_sim import load, run
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.capital import break_even_table, instruments_table, kpi_table, survival
from treasury_sim.report.tables.runway import runway_table


@pytest.mark.parametrize("name", ["strategy_2026_forward", "secured_borrower", "no_debt"])
def test_three_scenarios(name: str) -> None:
    app = well(on("capital", name))
    result = run(load(name))
    funded = result.capital
    assert funded is not None
    breaks, holds = survival(funded)
    assert words_of(app.subheader[0].value) == breaks[0]
    text = page_text(app)
    for sentence in (*breaks[1:], *holds):
        assert sentence in text
    for table in map(printed, (table(funded, "USD") for table in (break_even_table, instruments_table, kpi_table))):
        assert {cell for cell in chain(*table.rows) if cell.replace(",", "").isdigit() and cell not in text} == set()
    assert "us_gaap" not in "".join((*breaks, *holds))
    app.toggle(key="runway_months").set_value(True).run()
    assert len(runway_table(result, by_month=True).columns) == len(funded.months) + 1
    assert f"{funded.months[1]:%Y-%m}" in page_text(well(app))


@pytest.mark.parametrize("name", THREE)
def test_without_funding_the_page_asks_for_it(name: str) -> None:
    app = well(on("capital", name))
    assert "does not state how the holder is funded" in app.info[-1].value
