"""The page "Close": the tables of the pack, and its checks."""

from __future__ import annotations

import pytest

from tests.app.pages import THREE, on, page_text, printed, well
from treasury_sim import load, run
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.checks import Verdict
from treasury_sim.report.close.pack import close_pack

PARTS = ["Flash pack", "Roll-forward", "Lot schedule", "Journal", "Draft disclosure", "Checks"]


@pytest.mark.parametrize("name", THREE)
def test_every_part_of_three_scenarios(name: str) -> None:
    result = run(load(name))
    pack = close_pack(result, next(iter(result.statements)), result.reported[-1].label, STANDARD)
    app = well(on("close", name))
    assert app.success[0].value == Verdict.of(pack.checks).words()
    for part in PARTS:
        app.segmented_control(key="close_part").set_value(part).run()
        text = page_text(well(app))
        assert {
            "Flash pack": printed(result, pack.flash.title),
            "Roll-forward": printed(result, pack.roll_forward.title),
            "Lot schedule": "",
            "Journal": printed(result, pack.journal.title),
            "Draft disclosure": printed(result, pack.disclosure.title),
            "Checks": "Checks",
        }[part] in text
    assert len(app.dataframe) == 0
    app.segmented_control(key="close_part").set_value("Lot schedule").run()
    assert len(app.dataframe[0].value) == len(pack.lots.rows)


def test_an_earlier_quarter_under_another_framework() -> None:
    app = on("close", "strategy_history")
    app.selectbox(key="close_quarter").set_value("2022Q4").run()
    assert "Q4 2022" in well(app).subheader[0].value
