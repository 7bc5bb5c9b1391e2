"""Tables of a close on a screen: what people read, in the unit that fits it; nothing is lost from a long one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from treasury_sim import load, run
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.pack import ClosePack, close_pack
from treasury_sim.report.render.frame import sortable
from treasury_sim.report.render.printed import printed


@pytest.fixture(scope="module")
def pack() -> ClosePack:
    return close_pack(run(load("strategy_2025q4")), "us_gaap_fair_value", "2025Q4", STANDARD)


def test_the_flash_is_in_words_and_millions(pack: ClosePack) -> None:
    shown = printed(replace(pack.flash, currency="USD"))
    assert shown.header == ("", "Q4 2025", "FY2025")
    assert shown.title.endswith("($m; prices in $)")
    assert ("BTC: unrealised loss on digital assets", "(17,436.1)", "(5,403.9)") in shown.rows
    assert not any("_" in cell for row in shown.rows for cell in row)


def test_a_journal_is_in_whole_cents(pack: ClosePack) -> None:
    shown = printed(pack.journal)
    assert shown.header == ("Entry", "Narration", "Account", "Debit", "Credit")
    assert any(cell == "17,436,058,296.68" for row in shown.rows for cell in row)


def test_every_column_of_the_lot_schedule_is_there(pack: ClosePack) -> None:
    frame, writers = sortable(pack.lots)
    assert frame.shape == (len(pack.lots.rows), len(pack.lots.columns))
    assert {"Acquired", "Acquired, units"} <= set(frame.columns)
    assert set(writers) == {title for title in frame.columns if frame[title].dtype == float}
