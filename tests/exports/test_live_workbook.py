"""The workbook calculates what the engine does: LibreOffice recalculates it from wrong cached values.

LibreOffice does not recalculate a foreign workbook when it loads it, so a cell that shows the engine's figure proves
nothing. Every formula cell therefore gets a wrong cached value first, the profile says always to recalculate, and a
control file with a wrong formula has to be caught. All files are converted in one call.
"""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl  # type: ignore[import-untyped]
import pytest

from tests.cases import load_case
from tests.programs import require
from tests.report.close.holders import LOTS, adopting_scenario, busy_scenario
from treasury_sim import RunCache, Scenario, load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.periods import Period, single
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.live.sheets import LiveSheets, live_sheets
from treasury_sim.report.close.pack import close_pack
from treasury_sim.report.close.workbook import workbook
from treasury_sim.scenario.library import shipped

WRONG = -987_654.25
CENT = 0.005

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
"""A user profile that always recalculates."""

Values = dict[tuple[str, str], Any]
"""By sheet and address."""


@dataclass
class Book:
    """One workbook: what the engine has in each formula cell, and what LibreOffice calculates."""

    scenario: Scenario
    key: str
    label: str
    content: bytes
    live: LiveSheets
    engine: Values
    found: Values


Converted = tuple[dict[str, Book], dict[str, bytes]]


def written(scenario: Scenario, key: str, label: str, cache: RunCache | None = None) -> Book:
    """The workbook of a close; `cache` has the measurements of the other closes of the same scenario."""
    cache = cache or RunCache()
    result = run(scenario, cache=cache)
    pack = close_pack(result, key, label, STANDARD)
    live = live_sheets(scenario, pack, cache)
    content = workbook(pack, live)
    return Book(scenario, key, label, content, live, formula_cells(content), {})


def formula_cells(content: bytes) -> Values:
    """The cached results of all formula cells, read from the XML: openpyxl takes a minute for all of them."""
    values: Values = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        titles = re.findall(r'<sheet name="([^"]*)"', archive.read("xl/workbook.xml").decode())
        for number, title in enumerate(titles, start=1):
            text = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
            for address, attributes, value in CELL.findall(text):
                values[title, address] = value if 't="str"' in attributes or 't="e"' in attributes else float(value)
    return values


CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)><f[^>]*>[^<]*</f><v>([^<]*)</v></c>')
"""A cell with a formula, as XlsxWriter and LibreOffice write it."""


def with_wrong_values(content: bytes, change: Callable[[str], str] = lambda text: text) -> bytes:
    """The workbook with a wrong cached value in every formula cell, and `change` made to the XML of its sheets."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/"):
                text = re.sub(r"</f><v>[^<]*</v>", f"</f><v>{WRONG}</v>", data.decode())
                data = change(text).encode()
            new.writestr(name, data)
    return out.getvalue()


def cost_changed(content: bytes, lot: str, cost: float) -> bytes:
    """The workbook as a reader leaves it who types another unit cost into the sheet Lots."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Lots"]
    headings = [cell.value for cell in sheet[3]]
    column, name = headings.index("Unit cost, without fee") + 1, headings.index("Lot") + 1
    (row,) = [row for row in range(4, sheet.max_row + 1) if sheet.cell(row, name).value == lot]
    sheet.cell(row, column).value = cost
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def recalculated(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """All files as LibreOffice calculates them, in one headless call."""
    program = require("soffice")
    profile, given, done = folder / "profile", folder / "in", folder / "out"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    given.mkdir()
    for name, content in files.items():
        (given / f"{name}.xlsx").write_bytes(content)
    command = [program, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx"]
    command += ["--outdir", str(done), *(str(given / f"{name}.xlsx") for name in files)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {name: (done / f"{name}.xlsx").read_bytes() for name in files}


def random_scenario(folder: Path, seed: int) -> tuple[Scenario, str]:
    """A holder with random prices, lots and sales, under a random framework; the same for the same seed."""
    generator = np.random.default_rng(seed)
    first = date(2025, 1, 1)
    steps = {
        first + timedelta(days=7 * week): float(price)
        for week, price in enumerate(50_000.0 * np.exp(np.cumsum(generator.normal(0.0, 0.1, 52))))
    }
    days = sorted(int(day) for day in generator.integers(0, 330, 8))
    lots = [
        {
            "id": f"lot {n}*",
            "acquired": [first + timedelta(days=day), first + timedelta(days=day + int(generator.integers(0, 20)))],
            "quantity": float(generator.uniform(1.0, 9.0)),
            "unit_cost": float(generator.uniform(30_000.0, 90_000.0)),
            "fee": float(generator.uniform(0.0, 900.0)),
        }
        for n, day in enumerate(days)
    ]
    sales = [
        {"date": first + timedelta(days=int(day)), "quantity": float(generator.uniform(0.01, 0.3)), "fee": 5.0}
        for day in sorted(generator.integers(days[0] + 25, 364, 5))
    ]
    key = sorted(FRAMEWORKS)[int(generator.integers(0, len(FRAMEWORKS)))]
    folder.mkdir()
    scenario = load_case(
        folder,
        steps,
        lots,
        plan={"sales": sales, "lot_relief": "fifo"},
        accounting={"frameworks": [key], "fees": str(generator.choice(["capitalise", "expense"]))},
        tax={"rate": float(generator.uniform(0.1, 0.4))},
        income={"interest": float(generator.normal(0.0, 1e4))},
    )
    return scenario, key


def books(folder: Path) -> Iterator[tuple[str, Book]]:
    """Every shipped case that is one path, a holder with every kind of event under all rules, adoption, random ones."""
    # The shipped cases take turns with their frameworks: all rules follow below. Of one holder there are many cases,
    # of which a few are enough here: tests/report/close/test_shipped_cases.py has them all without LibreOffice.
    cases = [path for path in shipped() if path.stem in OF_STRATEGY or not path.stem.startswith(("strategy", "sweep"))]
    for number, path in enumerate(cases):
        scenario = load(path).with_values({("plan", "window_timing"): "start", ("expect",): None})
        cache = RunCache()
        result = run(scenario, cache=cache)
        if result.basis == "replay":
            key = list(result.statements)[number % len(result.statements)]
            yield f"{path.stem}_{key}", written(scenario, key, result.reported[-1].label, cache)
    no_debt = load("no_debt")
    cache = RunCache()
    for label in ("2026Q1", "2027Q3"):
        yield f"no_debt_{label}", written(no_debt, "us_gaap_impairment", label, cache)
    yield "history_2021Q2", written(load("strategy_history"), "us_gaap", "2021Q2")
    busy = busy_scenario(folder, list(FRAMEWORKS))
    cache = RunCache()
    for key in FRAMEWORKS:
        yield f"busy_{key}", written(busy, key, "2025Q4", cache)
    choices: dict[str, Any] = {"fees": "expense", "disposal_costs": 0.01, "fluctuation_reserve": 0.2}
    choices |= {"remeasure_before_disposal": True, "permanent": ["2025Q2", "2025Q4"]}
    (folder / "choices").mkdir()
    chosen = busy_scenario(folder / "choices", list(FRAMEWORKS), **choices)
    cache = RunCache()
    for key in ("ifrs_cost", "ifrs_revaluation", "hgb_fixed_asset", "swiss_co_market", "ifrs_broker_trader"):
        yield f"choices_{key}", written(chosen, key, "2025Q3", cache)
    (folder / "adopting").mkdir()
    adopting = adopting_scenario(folder / "adopting")
    cache = RunCache()
    for label in ("2024Q2", "2025Q1"):
        yield f"adopting_{label}", written(adopting, "us_gaap", label, cache)
    for seed in range(3):
        scenario, key = random_scenario(folder / f"random {seed}", seed)
        yield f"random_{seed}", written(scenario, key, "2025Q3")


OF_STRATEGY = ("strategy_2026_forward_shock",)
CHANGED = ("us_gaap_impairment", "us_gaap_fair_value", "ifrs_revaluation", "ifrs_cost")


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """Every workbook, and what LibreOffice makes of it; and of a control file and of changed inputs."""
    require("soffice")
    folder = tmp_path_factory.mktemp("live")
    made = dict(books(folder))
    files = {name: with_wrong_values(book.content) for name, book in made.items()}
    files["control"] = with_wrong_values(
        made["busy_ifrs_cost"].content, lambda text: text.replace("<f>SUM(C10,D10)</f>", "<f>SUM(C10,D10)+1</f>")
    )
    for key in CHANGED:
        files[f"changed_{key}"] = cost_changed(made[f"busy_{key}"].content, "first", 120_000.0)
    opened = recalculated(files, folder)
    for name, book in made.items():
        book.found = formula_cells(opened[name])
    return made, opened


def differing(engine: Values, found: Values) -> list[tuple[tuple[str, str], Any, Any]]:
    return [(at, value, found.get(at)) for at, value in engine.items() if not agrees(value, found.get(at))]


def agrees(engine: Any, found: Any) -> bool:
    if isinstance(engine, str) or isinstance(found, str) or found is None:
        return bool(engine == found)
    return bool(abs(found - engine) <= CENT)


def test_every_formula_of_every_case_gives_the_engines_figure(
    converted: Converted,
) -> None:
    made, _ = converted
    assert len(made) > 30
    for name, book in made.items():
        assert len(book.engine) > 100, name
        assert differing(book.engine, book.found)[:5] == [], name


def test_a_wrong_formula_is_caught(converted: Converted) -> None:
    made, opened = converted
    engine = made["busy_ifrs_cost"].engine
    wrong = differing(engine, formula_cells(opened["control"]))
    assert any(sheet == "By asset" for (sheet, _), _, _ in wrong)
    assert any(sheet == "Statement" and "moves by" in str(found) for (sheet, _), _, found in wrong)


def test_another_cost_changes_what_the_engine_would(converted: Converted) -> None:
    made, opened = converted
    lots = [{**lot, "unit_cost": 120_000.0} if lot["id"] == "first" else lot for lot in LOTS]
    for key in CHANGED:
        book = made[f"busy_{key}"]
        changed = run(book.scenario.with_values({("holder", "lots"): lots}))
        book_changed = openpyxl.load_workbook(io.BytesIO(opened[f"changed_{key}"]), data_only=True)
        sheet, moved = book_changed["Statement"], 0
        index = changed.timeline.index_of(book.label)
        for row in range(4, sheet.max_row + 1):
            line = sheet.cell(row, 1).value
            lines = changed.statements[key].lines
            if line in lines and isinstance(sheet.cell(row, 3).value, (int, float)):
                expected = single(Period("", (index,)), line, lines)
                assert sheet.cell(row, 3).value == pytest.approx(expected, abs=CENT), (key, line)
                moved += abs(sheet.cell(row, 3).value - sheet.cell(row, 4).value) > 1.0
        assert moved >= 3, key


def test_every_formula_of_every_case_gives_the_figure_of_the_run_before_it_is_written(converted: Converted) -> None:
    """Nothing is put in the place of a formula that misses: it would be counted here."""
    made, _ = converted
    for name, book in made.items():
        # Of one unit of account the run gives nearly all, which is listed as such.
        assert len(book.live.checks) >= (20 if name.startswith("average_cost") else 60), name
        assert [check for check in book.live.checks if not check.ties] == [], name


def test_a_figure_of_the_statement_is_a_formula_or_is_listed_with_its_reason(converted: Converted) -> None:
    """In every book; and a value is never said to tie."""
    made, _ = converted
    for name, book in made.items():
        opened = openpyxl.load_workbook(io.BytesIO(book.content))
        sheet, first = opened["Statement"], opened.worksheets[0]
        listed = {first.cell(row, 1).value for row in range(1, first.max_row + 1)}
        assert first.title == "Summary"
        for row in range(4, sheet.max_row + 1):
            key, title, formula, engine = (sheet.cell(row, column).value for column in range(1, 5))
            if not str(formula).startswith("="):
                assert formula == 0 or title in listed, (name, key)
                assert engine is None or sheet.cell(row, 5).value == "value from the run", (name, key)
            elif engine is not None:
                assert re.search(r"[A-Z]\$?\d", str(formula)), (name, key, formula)


def test_the_books_of_lots_have_formulas_only(converted: Converted) -> None:
    made, _ = converted
    for name in ("busy_us_gaap_impairment", "busy_ifrs_revaluation", "adopting_2025Q1"):
        missing = [value for value in made[name].live.from_run if value.sheet == "By asset" and value.amount]
        assert all("loan" in value.why for value in missing), missing


def test_inputs_are_marked(converted: Converted) -> None:
    made, _ = converted
    book = openpyxl.load_workbook(io.BytesIO(made["busy_us_gaap"].content))
    lots = book["Lots"]
    assert lots.cell(4, 6).fill.fgColor.rgb == "FFFFF9DB"
    assert lots.cell(4, 8).fill.fgColor.rgb != "FFFFF9DB"


def test_coins_that_the_waterfall_sold_are_among_the_disposals(tmp_path: Path) -> None:
    scenario = load_case(
        tmp_path,
        {date(2025, 1, 1): 100.0},
        [{"acquired": date(2025, 1, 10), "quantity": 12, "unit_cost": 90.0}],
        accounting={"frameworks": ["ifrs_cost"]},
        period={"start": date(2025, 4, 1), "end": date(2025, 12, 31)},
        capital={"opening": {"cash": 0, "shares": 10, "share_price": 10}, "operating_cash_flow": -60},
    )
    sheet = openpyxl.load_workbook(io.BytesIO(written(scenario, "ifrs_cost", "2025Q4").content))["Disposals"]
    headings = [cell.value for cell in sheet[3]]
    units = [sheet.cell(row, headings.index("Units") + 1).value for row in range(4, sheet.max_row + 1)]
    assert sum(amount for amount in units if isinstance(amount, float | int)) == pytest.approx(60 / 100)
