"""Doing a batch again: identical bytes, or the input or version that changed, by name, and what it moved."""

from __future__ import annotations

import json
from collections import OrderedDict
from pathlib import Path

import pytest

from tests.batch.cases import LOTS, batch, content, write_holder
from treasury_sim.accounting import Framework
from treasury_sim.batch.manifest import FILE, Manifest
from treasury_sim.batch.reperform import Reperformance, reperform
from treasury_sim.batch.show import reperformance_text
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.one_pass import AssetPass
from treasury_sim.engine.statements.build import Lines, asset_lines
from treasury_sim.errors import TreasurySimError

VARY = ("tax.rate=20%,25%",)


@pytest.fixture
def done(tmp_path: Path) -> Path:
    """A finished batch in ``out``, of a scenario with its lots in a table."""
    file = write_holder(tmp_path / "in", holder={"lots": "lots.csv"}, author="me")
    rows = ["id,acquired,acquired_to,quantity,unit_cost"]
    for lot in LOTS:
        days = lot["acquired"] if isinstance(lot["acquired"], list) else [lot["acquired"], ""]
        rows.append(f"{lot['id']},{days[0]},{days[1]},{lot['quantity']},{lot['unit_cost']}")
    (tmp_path / "in" / "lots.csv").write_text("\n".join(rows) + "\n")
    batch(file, out=tmp_path / "out", vary=VARY)
    return tmp_path


def again(folder: Path) -> Reperformance:
    return reperform(folder / "out", executor="inprocess")


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_identical(done: Path) -> None:
    before = content(done / "out")
    found = again(done)
    assert (found.verdict, found.changes, found.moved) == ("identical", (), ())
    assert reperformance_text(found) == "Identical: every byte is the same."
    assert content(done / "out") == before


def test_a_changed_lot_is_named_and_what_it_moved(done: Path) -> None:
    change(done / "in" / "lots.csv", "a,2025-01-02,,10,100", "a,2025-01-02,,11,100")
    found = again(done)
    assert found.verdict == "different"
    assert [text.partition("in/")[2] for text in found.changes] == ["lots.csv: row a, quantity was 10, is now 11"]
    moved = {(one.framework, one.line): one for one in found.moved}
    units = moved["us_gaap_fair_value", "units"]
    assert (units.before, units.now, units.count) == (10.0, 11.0, 8)  # two scenarios, four quarters
    assert ("us_gaap_fair_value", "fee_expense") not in moved
    text = reperformance_text(found)
    assert "row a, quantity was 10, is now 11" in text
    assert "us_gaap_fair_value units: 8 figures; was 10, is now 11" in text


def test_a_changed_price_row_is_named(done: Path) -> None:
    change(done / "in" / "prices.csv", "2025-11-01,55.0,60.0", "2025-11-01,54.0,60.0")
    found = again(done)
    assert [text.partition("in/")[2] for text in found.changes] == [
        "prices.csv: row 2025-11-01, low was 55.0, is now 54.0"
    ]
    assert {one.framework for one in found.moved} == {"us_gaap_impairment"}


def test_a_changed_key_is_named(done: Path) -> None:
    change(done / "in" / "scenario.yaml", "quantity: 4", "quantity: 5")
    found = again(done)
    assert [text.partition("in/")[2] for text in found.changes] == [
        "scenario.yaml: plan.sales[0].quantity was 4, is now 5"
    ]
    assert found.verdict == "different"


def test_what_changes_no_figure_is_told_and_the_bytes_are_identical(done: Path) -> None:
    change(done / "in" / "scenario.yaml", "author: me", "author: you")
    found = again(done)
    assert found.verdict == "identical"
    assert found.changes[0].endswith("author was text 'me', is now text 'you'")
    change(done / "in" / "scenario.yaml", "author: you", "author: me  # and a comment")
    assert again(done).changes[0].endswith("has changed, but not its content.")


def test_a_changed_engine_and_dependency_are_named(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("treasury_sim.batch.manifest.VERSION", "9.9")
    monkeypatch.setattr("treasury_sim.batch.chunk.VERSION", "9.9")
    monkeypatch.setattr("treasury_sim.batch.manifest.dependencies", lambda: {"numpy": "0.1"})
    then = Manifest.read(done / "out")
    found = again(done)
    assert found.verdict == "identical"
    assert found.changes[0] == f"treasury-sim was {then.engine}, is now 9.9."
    assert f"numpy was {then.dependencies['numpy']}, is now 0.1." in found.changes


def test_an_engine_that_computes_otherwise_is_different(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    factor = [1.01]

    def off(timeline: Timeline, asset: AssetPass, measurement: Measurement, framework: Framework) -> Lines:
        lines = asset_lines(timeline, asset, measurement, framework)
        return {**lines, "fair_value": lines["fair_value"] * factor[0]}

    monkeypatch.setattr("treasury_sim.engine.run_cache.asset_lines", off)
    monkeypatch.setattr("treasury_sim.batch.manifest.this_platform", lambda: "another machine")
    monkeypatch.setattr("treasury_sim.batch.work._laid_out", OrderedDict())
    found = again(done)
    assert found.verdict == "different"
    assert {one.line for one in found.moved} == {"fair_value"}
    # A rounding of the last digit, as on another machine, is no difference; the platform is named.
    factor[0] = 1.0 + 1e-15
    monkeypatch.setattr("treasury_sim.batch.work._laid_out", OrderedDict())
    found = again(done)
    assert found.verdict == "equal"
    assert found.changes[-1].endswith("is now another machine.")


def test_a_changed_seed_is_named(done: Path) -> None:
    manifest = json.loads((done / "out" / FILE).read_text())
    manifest["seeds"] = {"scenario": 42}
    (done / "out" / FILE).write_text(json.dumps(manifest))
    assert "The seed of scenario was 42, is now None." in again(done).changes


def test_a_file_that_is_gone_or_broken_is_told(done: Path) -> None:
    (done / "in" / "lots.csv").unlink()
    found = again(done)
    assert found.verdict == "different"
    assert "scenario can no longer be read." in found.changes
    assert [failure.scenario for failure in found.failures] == ["scenario"]
    assert "lots.csv" in reperformance_text(found)


def test_an_altered_part_is_told(done: Path) -> None:
    batch(done / "in" / "scenario.yaml", out=done / "out", vary=VARY, table="csv")
    (part,) = (done / "out" / "parts").glob("*.csv")
    change(part, "units,10.0,10.0,0.0", "units,10.0,16.0,0.0")
    found = again(done)
    assert found.verdict == "different"
    assert {one.line for one in found.moved} == {"units"}
    assert found.changes == (f"{part} differs from what was written.",)


def test_a_folder_without_a_finished_batch(tmp_path: Path) -> None:
    with pytest.raises(TreasurySimError, match="holds no finished batch"):
        reperform(tmp_path)
    (tmp_path / FILE).write_text('{"order": 1}')
    with pytest.raises(TreasurySimError, match="holds no finished batch"):
        reperform(tmp_path)


def test_paths_are_those_of_the_directory_where_the_command_was_given(
    done: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(done)
    batch(Path("in/scenario.yaml"), out=done / "there", base="in/scenario.yaml")
    monkeypatch.chdir(done / "in")
    assert reperform(done / "there", executor="inprocess").verdict == "identical"


@pytest.mark.parametrize("ending", ["json", "parquet"])
@pytest.mark.parametrize("left", [None, b"{"])
def test_a_part_that_cannot_be_read_is_named(done: Path, ending: str, left: bytes | None) -> None:
    (part,) = (done / "out" / "parts").glob(f"*.{ending}")
    part.unlink()
    if left is not None:
        part.write_bytes(left)
    with pytest.raises(TreasurySimError, match=rf"{part.name} is missing or broken: run"):
        reperform(done / "out", executor="inprocess")
