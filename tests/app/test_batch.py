"""The page "Batch": every scenario ranked, every failure with its reason, no path of the server."""

from __future__ import annotations

import io
import tempfile
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from tests.app.pages import THREE, go, history_of, on, page_text, well, words_of
from treasury_sim import load, to_yaml
from treasury_sim.app import batches
from treasury_sim.errors import InputError


@pytest.mark.parametrize("name", THREE)
def test_three_scenarios(name: str) -> None:
    app = well(on("batch", name))
    app.text_area(key="vary_The open scenario").set_value("accounting.fees=capitalise,expense").run()
    app.button(key="run_batch").click().run()
    assert app.success[0].value == "2 scenarios scored, 0 failed."
    text = page_text(well(app))
    assert f"1. {name}: accounting.fees=" in text
    assert f"2. {name}: accounting.fees=" in text
    assert history_of(app).now.name == name  # the open scenario is left as it is


def test_the_example_runs_and_results_stay_when_pages_are_switched() -> None:
    app = on("batch")
    app.button(key="run_batch").click().run()
    assert app.success[0].value == "6 scenarios scored, 0 failed."
    # 672,503 coins at 60,000 instead of 87,515: a loss of 28,529.8m before and other income after tax, 56.6 % of cost.
    assert "(56.6%)" in page_text(well(app))
    assert app.success[0].value == well(go(go(app, "start"), "batch")).success[0].value


def test_what_cannot_be_varied_is_told() -> None:
    app = on("batch")
    app.text_area(key="vary_The open scenario").set_value("tax.rat=0.1,0.2").run()
    app.button(key="run_batch").click().run()
    assert not app.exception
    assert "tax.rat" in words_of(app.error[0].value)


def parts_of(name: str, content: bytes) -> list[bytes]:
    if not name.endswith(".xlsx"):
        return [content]
    with ZipFile(io.BytesIO(content)) as whole:
        return [whole.read(part) for part in whole.namelist()]


def strategy() -> bytes:
    return to_yaml(load("strategy_2025q4")).encode()


def test_a_broken_scenario_is_a_row_with_its_reason_and_no_path_of_the_server() -> None:
    wrong = strategy().replace(b"87515", b"many")
    done = batches.run_uploads({"good.yaml": strategy(), "deep/wrong.yaml": wrong}, [])
    assert [score.scenario for score in done.summary.ranked] == ["good"]
    (failure,) = done.summary.failures
    text = "\n".join(map(str, failure.problems))
    assert text.startswith("deep/wrong.yaml:")
    assert "found many" in text
    assert tempfile.gettempdir() not in text
    assert {"summary.csv", "failures.csv", "batch.xlsx"} <= set(done.files)
    for name, content in done.files.items():
        assert all(b"treasury_sim_" not in part for part in parts_of(name, content))
    book = load_workbook(io.BytesIO(done.files["batch.xlsx"]))
    assert any("deep/wrong.yaml" in str(cell) for sheet in book for row in sheet.values for cell in row)


def test_an_upload_cannot_leave_its_folder() -> None:
    done = batches.run_uploads({"../../good.yaml": strategy(), "/etc/also.yaml": strategy()}, [])
    assert done.summary.scenarios == 2


def test_uploads_are_bounded() -> None:
    with pytest.raises(InputError, match="at most 2,000 scenarios"):
        batches.run_uploads({"a.yaml": strategy()}, ["tax.rate={from: 0, to: 0.5, count: 3000}"])
    with pytest.raises(InputError, match="at least one scenario"):
        batches.run_uploads({"a.csv": b"x"}, [])
    with pytest.raises(InputError, match="at most 5 MB"):
        batches.run_uploads({"a.yaml": b" " * 5_000_001}, [])
