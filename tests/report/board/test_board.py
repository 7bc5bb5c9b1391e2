"""The board's file: it says what the run found, needs nothing from outside, and no page is empty."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.programs import require
from treasury_sim import load, run
from treasury_sim.report.board.content import Board, board
from treasury_sim.report.board.html import html
from treasury_sim.report.board.pdf import pdf
from treasury_sim.report.board.write import write_board
from treasury_sim.report.files import OutputError
from treasury_sim.report.finding import headline, key_figures


@pytest.fixture(scope="module")
def found() -> Board:
    return board(load("strategy_2025q4"))


@pytest.fixture(scope="module")
def page(found: Board) -> str:
    return html(found)


def test_it_has_every_part(found: Board) -> None:
    titles = " ".join(section.title for section in found.sections)
    for part in (
        "bottom line",
        "Causes",
        "ladder",
        "Pressure points",
        "assumed",
        "sources",
        "Method",
        "Manifest",
    ):
        assert part in titles, part


def test_the_page_says_what_the_run_found(page: str) -> None:
    for said in ("net loss of $12.4bn", "(17,436.1)", "(12,444.1)", "113,478.54", "640,032 BTC held at the start"):
        assert said in page, said
    assert page.count("<svg") == 3
    assert "the steps to the bottom line" in page  # the bridge is drawn, not another chart in its place


def test_the_page_needs_nothing_from_outside(page: str) -> None:
    for outside in ("<script", "<link", "<img", "@import", "url(http", "src=", "@font-face"):
        assert outside not in page, outside
    assert not re.search(r'href="(?!#)', page.replace("xlink:href", ""))


def test_words_of_the_scenario_are_text(found: Board) -> None:
    title = "<b>Board & co</b>"
    page = html(Board(**{**found.flash().__dict__, "title": title, "sections": ()}))
    assert "<b>Board" not in page
    assert "&lt;b&gt;Board &amp; co" in page


@pytest.mark.parametrize(("label", "name"), [("", "Q1 2026 to Q4 2026"), ("2026Q3", "Q3 2026")])
def test_several_quarters_are_shown_as_one_and_any_of_them_alone(label: str, name: str) -> None:
    scenario = load("secured_borrower")
    result = run(scenario)
    shown = board(scenario, result, label)
    chosen = label or "2026Q1 to 2026Q4"
    key = next(iter(result.statements))
    assert shown.finding == headline(result, key, chosen)
    assert shown.finding.startswith(f"{name}: ")
    assert list(shown.figures.values()) == [tuple(key_figures(result, each, chosen)) for each in result.statements]
    titles = [section.title for section in shown.sections]
    last = name[-7:]
    assert f"From the coins to the bottom line, {name}" in titles
    assert {f"Causes, {last}", f"Pressure points: what it would take in {last}"} <= set(titles)
    assert not re.search(
        r"\b20\d\dQ\d", " ".join([*titles, *(item for each in shown.sections[:5] for item in each.items)])
    )


def test_the_flash_is_a_part(found: Board) -> None:
    flash = found.flash()
    assert 0 < len(flash.sections) < len(found.sections)
    assert flash.finding == found.finding


def pages_of(data: bytes, folder: Path) -> list[str]:
    file = folder / "report.pdf"
    file.write_bytes(data)
    done = subprocess.run([require("pdftotext"), "-layout", file, "-"], capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\f\n").split("\f")


def test_every_page_of_the_pdf_has_words_and_the_flash_is_one(found: Board, tmp_path: Path) -> None:
    pages = pages_of(pdf(found), tmp_path)
    assert 3 <= len(pages) <= 6
    for number, page in enumerate(pages, start=1):
        assert f"Page {number}" in page
        assert len(page.split()) > 40, number
    text = " ".join(" ".join(pages).split())
    for said in ("net loss of $12.4bn", "(17,436.1)", "113,478.54", "SHA-256"):
        assert said in text, said
    (flash,) = pages_of(pdf(found.flash(), is_flash=True), tmp_path)
    assert "(12,444.1)" in flash


def test_a_part_of_a_row_stands_in_under_it(found: Board, tmp_path: Path) -> None:
    lines = "\n".join(pages_of(pdf(found), tmp_path)).splitlines()
    whole = next(line for line in lines if line.strip().startswith("Income tax"))
    part = next(line for line in lines if line.strip().startswith("of which deferred tax on the holdings"))
    assert part.index("of which") > whole.index("Income tax")


def test_the_same_board_gives_the_same_bytes(found: Board) -> None:
    assert pdf(found.flash(), is_flash=True) == pdf(found.flash(), is_flash=True)


def test_files_are_written(tmp_path: Path) -> None:
    scenario = load("kulr_2025")
    written = write_board(scenario, ("html", "pdf"), tmp_path / "new", is_flash=True)
    assert [path.name for path in written] == ["flash.html", "flash.pdf"]
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    with pytest.raises(OutputError, match="Cannot write"):
        write_board(scenario, ("html",), blocked, is_flash=True)


def test_a_simulation_has_its_distribution(tmp_path: Path) -> None:
    scenario = load("strategy_2025q4").with_values(
        {
            ("period",): {"start": date(2026, 4, 1), "end": date(2026, 6, 30)},
            ("holder", "lots"): [{"acquired": date(2025, 10, 6), "quantity": 2_200, "unit_cost": 123_561}],
            ("plan",): None,
            ("prices", "BTC"): {"model": "gbm", "volatility": 0.55, "from": date(2026, 4, 1)},
            ("limits",): [{"loss": "net_income", "above": 50_000_000}],
            ("simulation",): {"paths": 4_096},
            ("expect",): None,
            ("income",): None,
            ("capital",): None,
        }
    )
    found = board(scenario)
    assert "one path in twenty loses" in found.finding
    page = html(found)
    assert page.count("<svg") == 1
    assert "How likely each limit is to fail" in page
    pages = pages_of(pdf(found), tmp_path)
    assert all(len(text.split()) > 40 for text in pages)
