"""A batch: what is run, what is stored, what is told; what is unchanged is not run again."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from tests.batch.cases import SWEEP, batch, content, write_holder
from treasury_sim import load, run
from treasury_sim.batch.block import LINE_NAMES
from treasury_sim.batch.order import BatchOrder
from treasury_sim.errors import InputError, TreasurySimError
from treasury_sim.market import history
from treasury_sim.scenario.sweep import sweep_of
from treasury_sim.scenario.variations import Variations


def table(folder: Path) -> dict[tuple[str, str, str, str], tuple[float | None, float | None, float | None]]:
    """The long table by scenario, framework, quarter and line."""
    rows = {}
    for path in sorted((folder / "parts").glob("*.parquet")):
        read = pq.read_table(path).to_pydict()
        for key, *figures in zip(
            zip(*(read[name] for name in ("scenario", "framework", "quarter", "line")), strict=True),
            *(read[name] for name in ("base", "value", "delta")),
            strict=True,
        ):
            assert key not in rows
            rows[key] = tuple(figures)
    return rows


def test_every_figure_is_that_of_a_run_of_its_own_beside_its_base(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in", sweep=SWEEP)
    report = batch(file, out=tmp_path / "out")
    scenario = load(file)
    sweep, base = sweep_of(scenario), run(scenario)
    variations = Variations(scenario, sweep.places)
    rows = table(tmp_path / "out")
    assert report.summary.scenarios == len(sweep) == 40
    assert report.summary.rows == len(rows)
    for number in (0, 7, 23, 39):
        own = run(variations.at(sweep.changes(number)))
        for key, statement in own.statements.items():
            for index, quarter in enumerate(own.reported):
                for name in LINE_NAMES:
                    line, before = statement.lines[name], base.statements[key].lines[name]
                    at = (f"scenario: {sweep.name(number)}", key, quarter.label, name)
                    if line is None:
                        assert at not in rows
                        continue
                    assert before is not None
                    expected = (before[0, index], line[0, index], line[0, index] - before[0, index])
                    assert rows[at] == pytest.approx(expected, abs=1e-12)


def test_control_totals_are_the_sums_of_the_table(tmp_path: Path) -> None:
    report = batch(write_holder(tmp_path / "in", sweep=SWEEP), out=tmp_path / "out")
    rows = table(tmp_path / "out")
    for total in report.summary.totals:
        values = [v for (_, key, _, line), (_, v, _) in rows.items() if (key, line) == (total.framework, total.line)]
        assert total.count == len(values)
        assert total.total == pytest.approx(sum(v or 0.0 for v in values), rel=1e-12)
    assert sum(total.count for total in report.summary.totals) == len(rows)


def test_csv_says_the_same_as_parquet(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in", sweep=SWEEP)
    batch(file, out=tmp_path / "parquet")
    batch(file, out=tmp_path / "csv", table="csv")
    rows = table(tmp_path / "parquet")
    read = list(csv.reader(io.StringIO((tmp_path / "csv" / "table.csv").read_text())))
    assert read[0] == ["scenario", "framework", "quarter", "line", "base", "value", "delta"]
    told = {tuple(row[:4]): tuple(float(cell) if cell else None for cell in row[4:]) for row in read[1:]}
    assert told == rows


def test_what_is_unchanged_is_not_run_again_and_what_has_changed_is(tmp_path: Path) -> None:
    first, second = write_holder(tmp_path / "in" / "a"), write_holder(tmp_path / "in" / "b")
    paths = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    for path, source in zip(paths, (first, second), strict=True):
        path.write_text(source.read_text().replace("file: prices.csv", f"file: {source.parent}/prices.csv"))
    options: dict[str, Any] = {"allow_paths": (tmp_path,)}
    assert batch(*paths, out=tmp_path / "out", **options).unchanged == 0
    before = content(tmp_path / "out")
    assert batch(*paths, out=tmp_path / "out", **options).unchanged == 2
    assert content(tmp_path / "out") == before

    paths[0].write_text(paths[0].read_text().replace("rate: 0.25", "rate: 0.26"))
    again = batch(*paths, out=tmp_path / "out", **options)
    assert (again.unchanged, again.removed) == (1, 1)
    # The other reads its prices from a file of its own: a changed price is a changed input.
    prices = second.parent / "prices.csv"
    prices.write_text(prices.read_text().replace("2025-11-01,55.0", "2025-11-01,54.0"))
    assert batch(*paths, out=tmp_path / "out", **options).unchanged == 1


def test_a_new_engine_runs_everything_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_holder(tmp_path / "in")
    batch(file, out=tmp_path / "out")
    monkeypatch.setattr("treasury_sim.batch.chunk.VERSION", "9.9")
    assert batch(file, out=tmp_path / "out").unchanged == 0


def test_a_base_is_compared_with_every_file(tmp_path: Path) -> None:
    base = write_holder(tmp_path / "base")
    other = write_holder(tmp_path / "other", tax={"rate": 0.5})
    batch(other, out=tmp_path / "out", base=str(base))
    rows = table(tmp_path / "out")
    at = ("scenario", "us_gaap_fair_value", "2025Q4", "income_tax")
    before, value, delta = rows[at]
    assert before is not None
    assert value == pytest.approx(2 * before)
    assert delta == pytest.approx(before)


def test_without_a_base_there_is_no_difference(tmp_path: Path) -> None:
    batch(write_holder(tmp_path / "in"), out=tmp_path / "out")
    assert {(base, delta) for base, _, delta in table(tmp_path / "out").values()} == {(None, None)}


BROKEN = {
    "no_yaml": "schema: 1\n\ttitle: x\n",
    "empty": "",
    "typo": "TITEL",
    "no_such_day": "DAY",
    "bad_rate": "RATE",
    "oversold": "SALE",
    "no_price": "PRICE",
    "missing_file": "FILE",
    "loop": "schema: 1\nextends: loop.yaml\n",
    "unknown_framework": "FRAMEWORK",
}


def write_folder(folder: Path, good: int) -> Path:
    """Files that run, and ten that are broken, each in its own way."""
    text = write_holder(folder).read_text()
    (folder / "scenario.yaml").unlink()
    changes = {
        "TITEL": ("title:", "titel:"),
        "DAY": ("acquired: 2025-01-02", "acquired: 2025-02-30"),
        "RATE": ("rate: 0.25", "rate: 25"),
        "SALE": ("quantity: 4", "quantity: 400"),
        "PRICE": ("end: 2025-12-31", "end: 2026-12-31"),
        "FILE": ("file: prices.csv", "file: elsewhere.csv"),
        "FRAMEWORK": ("- us_gaap_fair_value", "- us_gap_fair_value"),
    }
    for name, broken in BROKEN.items():
        changed = text.replace(*changes[broken]) if broken in changes else broken
        assert changed != text
        (folder / f"{name}.yaml").write_text(changed)
    for number in range(good):
        (folder / f"good_{number:02}.yaml").write_text(text.replace("rate: 0.25", f"rate: 0.{number + 10}"))
    return folder


def test_a_folder_of_100_files_of_which_10_are_broken(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", 90)
    report = batch(folder, out=tmp_path / "out")
    assert report.summary.scenarios == len(report.summary.ranked) == 90
    assert sorted(failure.scenario for failure in report.summary.failures) == sorted(BROKEN)
    for failure in report.summary.failures:
        (first, *_) = failure.problems
        assert first.where.endswith(f"{failure.scenario}.yaml")
        assert first.line is not None or failure.scenario == "empty", failure
        assert failure.reason.count(f"{failure.scenario}.yaml:") >= 1
    told = list(csv.DictReader(io.StringIO((tmp_path / "out" / "failures.csv").read_text())))
    assert {row["scenario"] for row in told} == set(BROKEN)
    again = batch(folder, out=tmp_path / "out")
    assert again.unchanged == 92  # 90 good ones, and two that fail only when they are run: the reason is stored
    assert len(again.summary.failures) == 10


def test_a_varied_value_that_cannot_be_is_a_failure_at_its_place(tmp_path: Path) -> None:
    sweep = {"grid": {"plan.sales[0].quantity": [1, 99], "tax.rate": [0.2, 3]}}
    report = batch(write_holder(tmp_path / "in", sweep=sweep), out=tmp_path / "out")
    assert report.summary.scenarios == 1
    reasons = {one.scenario.partition(": ")[2]: one.problems[0] for one in report.summary.failures}
    assert set(reasons) == {
        "plan.sales[0].quantity=1, tax.rate=3",
        "plan.sales[0].quantity=99, tax.rate=0.2",
        "plan.sales[0].quantity=99, tax.rate=3",
    }
    oversold = reasons["plan.sales[0].quantity=99, tax.rate=0.2"]
    assert oversold.line is not None
    assert "at most the 15 BTC held" in oversold.expected


def test_a_key_that_is_none_ends_a_batch_before_it_begins(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in")
    with pytest.raises(InputError, match=r"--vary: tax\.rat: expected a known key"):
        batch(file, out=tmp_path / "out", vary=("tax.rat=1,2",))
    stated = write_holder(tmp_path / "stated", sweep={"grid": {"tax.rat": [1, 2]}})
    report = batch(stated, out=tmp_path / "out")
    assert [failure.problems[0].key for failure in report.summary.failures] == ["tax.rat"]


def test_a_path_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(TreasurySimError, match="has no scenario"):
        batch(tmp_path / "empty", out=tmp_path / "out")
    report = batch(tmp_path / "none.yaml", out=tmp_path / "out")
    assert "no such file or name" in report.summary.failures[0].reason


def test_expectations_are_judged_in_a_scenario_and_not_in_its_variations(tmp_path: Path) -> None:
    expect = {"us_gaap_fair_value": {"2025Q4": {"carrying": {"value": 1, "tolerance": 1}}}}
    single = batch(write_holder(tmp_path / "one", expect=expect), out=tmp_path / "a")
    assert (single.summary.unmet, single.summary.ranked[0].expectations) == (1, 1)
    swept = batch(write_holder(tmp_path / "many", expect=expect, sweep=SWEEP), out=tmp_path / "b")
    assert swept.summary.unmet == 0


def test_names_of_folders_are_those_of_inputs_and_of_what_varies() -> None:
    order = BatchOrder(("cases/strategy.yaml", "b.yaml"), vary=("tax.rate=1,2",))
    assert order.folder == Path("results/strategy-and-1-more-tax.rate")
    assert BatchOrder(("strategy_2025q4",)).folder == Path("results/strategy_2025q4")


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    first, second = write_holder(tmp_path / "a"), write_holder(tmp_path / "b")
    report = batch(first, second, out=tmp_path / "out")
    assert {score.scenario for score in report.summary.ranked} == {str(p.with_suffix("")) for p in (first, second)}


def test_a_workbook_holds_the_first_rows_and_says_how_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openpyxl  # type: ignore[import-untyped]

    monkeypatch.setattr("treasury_sim.batch.workbook.MOST_ROWS", 50)
    for kind in ("parquet", "csv"):
        out = tmp_path / kind
        report = batch(write_holder(tmp_path / "in", sweep=SWEEP), out=out, xlsx=True, table=kind)
        book = openpyxl.load_workbook(out / "batch.xlsx", read_only=True)
        assert book.sheetnames == ["Summary", "Failures", "Control totals", "Rows"]
        rows = list(book["Rows"].iter_rows(values_only=True))
        assert rows[0][0] == f"The first 50 of {report.summary.rows:,} rows; all are in the folder."
        assert len(rows) == 52
        assert isinstance(rows[2][5], (int, float))
        assert len(list(book["Summary"].iter_rows())) == 41


def test_points_give_what_separate_runs_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    low = {"2025-12-31": {"price": 50, "date": "2025-11-20"}}
    sweep = {
        "grid": {
            "prices.BTC.quarter_end.2025-12-31": {"from": 45, "to": 90, "count": 10},
            "prices.BTC.quarter_low.2025-12-31.price": [40, 50, "much"],
        }
    }
    limits = [{"loss": "pre_tax_income", "above": 300, "reason": "Too much."}]
    file = write_holder(tmp_path / "in", sweep=sweep, limits=limits)
    text = file.read_text().replace("file: prices.csv", f"file: prices.csv\n    quarter_low: {low}".replace("'", ""))
    file.write_text(text)
    monkeypatch.setattr("treasury_sim.batch.chunk.POINTS_A_CHUNK", 7)
    points = batch(file, out=tmp_path / "points")
    monkeypatch.setattr("treasury_sim.batch.chunk.vary_prices_only", lambda *_: False)
    runs = batch(file, out=tmp_path / "runs")
    assert points.summary.scenarios == 19  # of 30: a low of 50 is above a price of 45, and `much` is no price
    one, other = table(tmp_path / "points"), table(tmp_path / "runs")
    assert one.keys() == other.keys()
    for key, figures in one.items():
        np.testing.assert_allclose(np.array(figures, float), np.array(other[key], float), rtol=1e-9, atol=1e-9)
    assert sorted(points.summary.failures, key=str) == sorted(runs.summary.failures, key=str)
    assert [score.sentence for score in points.summary.ranked] == [score.sentence for score in runs.summary.ranked]
    assert points.summary.ranked[0].count("breach") == 1


@pytest.mark.parametrize("table", ["csv", "parquet"])
@pytest.mark.parametrize("of", ["json", "rows"])
def test_a_part_that_was_damaged_is_run_again(tmp_path: Path, of: str, table: str) -> None:
    file = write_holder(tmp_path / "in")
    batch(file, out=tmp_path / "out", table=table)
    sound = content(tmp_path / "out")
    (part,) = (tmp_path / "out" / "parts").glob(f"*.{table if of == 'rows' else of}")
    part.write_bytes(part.read_bytes()[:-9])
    assert batch(file, out=tmp_path / "out", table=table).unchanged == 0
    assert content(tmp_path / "out") == sound


def test_files_of_others_among_the_parts_are_left_alone(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in")
    (tmp_path / "out" / "parts" / "of mine").mkdir(parents=True)
    (tmp_path / "out" / "parts" / "list.csv").write_text("bolts\n")
    assert batch(file, out=tmp_path / "out").removed == 0
    assert (tmp_path / "out" / "parts" / "list.csv").read_text() == "bolts\n"


def test_a_table_that_cannot_be_put_in_place_is_told_and_leaves_no_draft(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in")
    (tmp_path / "out" / "table.csv").mkdir(parents=True)
    with pytest.raises(TreasurySimError, match=r"Cannot write .*table\.csv: "):
        batch(file, out=tmp_path / "out", table="csv")
    assert not (tmp_path / "out" / ".table.csv").exists()


def test_no_two_files_have_one_name(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in")
    other = file.with_suffix(".yml")
    other.write_bytes(file.read_bytes())
    report = batch(file.parent, out=tmp_path / "out")
    assert {score.scenario for score in report.summary.ranked} == {str(file), str(other)}


def test_no_table_or_workbook_of_earlier_figures_stays(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in")
    batch(file, out=tmp_path / "out", table="csv", xlsx=True)
    write_holder(tmp_path / "in", tax={"rate": 0.3})
    batch(file, out=tmp_path / "out")
    assert not {"table.csv", "batch.xlsx"} & set(content(tmp_path / "out"))


def test_a_file_named_twice_is_run_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_holder(tmp_path / "in")
    monkeypatch.chdir(file.parent)
    report = batch(file.name, f"./{file.name}", file, Path(), out=tmp_path / "out")
    assert [score.scenario for score in report.summary.ranked] == [file.stem]
    assert batch("no_debt", "no_debt.yaml", "library:no_debt", out=tmp_path / "two").summary.scenarios == 1


def test_every_embedded_table_is_in_the_manifest(tmp_path: Path) -> None:
    batch(write_holder(tmp_path / "in"), out=tmp_path / "out")
    tables = Path(history.__file__).parent.glob("[!f]*.csv")  # forecast_*.csv weight models; no scenario reads them
    stated = json.loads((tmp_path / "out" / "manifest.json").read_text())["history"]
    assert stated == {f"history:{table.name}": sha256(table.read_bytes()).hexdigest() for table in tables}
