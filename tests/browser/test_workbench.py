"""The app as a person meets it: moved with the keyboard, in a real browser."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from openpyxl import load_workbook  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import amount, cell, download, go, press, slider, type_into_grid
from tests.browser.server import COMMAND, PAGES, PATIENCE, quiet, visit

PRICE, LOW = "BTC price at the end", "Lowest BTC price"
LOTS = "acquired,quantity,unit_cost\n2025-10-06,220,123561\n2025-11-03,487,102557\n2025-12-01,10,90000\n"


def heading(page: Page) -> str:
    return page.get_by_role("heading", name="Q4 2025").first.inner_text()


def test_the_strategy_case_a_slider_the_files_and_the_command_agree(address: str, page: Page, tmp_path: Path) -> None:
    visit(page, address)
    expect(page.get_by_role("heading", name="Strategy Inc")).to_be_visible()
    go(page, "What if")
    assert heading(page).endswith("unrealised loss on digital assets of $17.4bn, net loss of $12.4bn")
    assert cell(page, "Unrealised loss") == "(17,436.1)"
    bridge = page.locator("[data-testid=stVegaLiteChart]").first
    before = bridge.screenshot()

    for _ in range(3):
        press(slider(page, PRICE), "ArrowLeft")
        quiet(page)
    expect(slider(page, PRICE)).to_have_attribute("aria-valuetext", "86,500")
    expect(page.locator("table.statement").first).not_to_contain_text("(17,436.1)")
    quiet(page)
    loss, net = cell(page, "Unrealised loss"), cell(page, "Net income")
    assert amount(loss) < -17_436.1
    assert bridge.screenshot() != before

    yaml = download(page, "Scenario (YAML)", tmp_path)
    assert yaml.name == "strategy_2025q4_what_if.yaml"
    command = [*COMMAND, "run", yaml.name, "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    quarter = json.loads(done.stdout)["frameworks"]["us_gaap_fair_value"]["quarters"][-1]
    assert f"({-quarter['remeasurement_pl'] / 1e6:,.1f})" == loss
    assert f"({-quarter['net_income'] / 1e6:,.1f})" == net

    book = load_workbook(download(page, "Close workbook, us_gaap_fair_value", tmp_path), data_only=True)
    values = [value for row in book["Flash"].iter_rows(values_only=True) for value in row]
    assert any(isinstance(value, float) and f"({-value / 1e6:,.1f})" == loss for value in values)


def test_the_report_for_a_board_has_the_numbers_of_the_screen(address: str, page: Page, tmp_path: Path) -> None:
    visit(page, address, "what_if")
    loss = cell(page, "Unrealised loss")
    file = download(page, "Report for a board (HTML)", tmp_path)
    board = page.context.new_page()
    board.goto(file.as_uri())
    assert loss in board.content()
    board.close()
    assert download(page, "Report for a board (PDF)", tmp_path).read_bytes().startswith(b"%PDF")


def test_three_fast_edits_in_a_row_are_all_kept(address: str, page: Page, tmp_path: Path) -> None:
    visit(page, address)
    type_into_grid(page, 3, ["100", "200", "300"])
    expect(page.get_by_text("119 lots bought: 815,430 BTC")).to_be_visible(timeout=PATIENCE)
    quiet(page)
    go(page, "What if")
    go(page, "Start")
    expect(page.get_by_text("119 lots bought: 815,430 BTC")).to_be_visible(timeout=PATIENCE)
    text = download(page, "Scenario (YAML)", tmp_path).read_text(encoding="utf-8")
    assert [len(re.findall(rf"quantity: {units}\b", text)) for units in (100, 200, 300)] == [1, 1, 1]
    assert "?" not in page.url  # own lots are never in the address
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("119 lots bought: 815,430 BTC")).to_have_count(0, timeout=PATIENCE)
    quiet(page)
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_text("119 lots bought: 815,430 BTC")).to_be_visible(timeout=PATIENCE)


def test_every_input_is_kept_when_pages_are_switched(address: str, page: Page) -> None:
    visit(page, address, "what_if")
    for _ in range(3):
        press(slider(page, PRICE), "ArrowRight")
        quiet(page)
    price = slider(page, PRICE).get_attribute("aria-valuetext")
    press(slider(page, LOW), "ArrowLeft")
    quiet(page)
    press(slider(page, "Tax rate"), "ArrowRight")
    quiet(page)
    shown = [slider(page, name).get_attribute("aria-valuetext") for name in (PRICE, LOW, "Tax rate")]
    assert shown[:2] == [price, "80,500"]
    loss = cell(page, "Unrealised loss")
    for title in (*PAGES.values(), "What if"):
        go(page, title)
    assert [slider(page, name).get_attribute("aria-valuetext") for name in (PRICE, LOW, "Tax rate")] == shown
    assert cell(page, "Unrealised loss") == loss


def test_a_shared_link_shows_the_same_numbers_in_a_new_browser(address: str, page: Page, chromium: Browser) -> None:
    visit(page, address, "what_if")
    press(slider(page, PRICE), "ArrowLeft")
    expect(page.locator("table.statement").first).not_to_contain_text("(17,436.1)")
    quiet(page)
    expect.set_options(timeout=PATIENCE)
    page.wait_for_url("**quarter_end**")
    loss, link = cell(page, "Unrealised loss"), page.url
    page.reload()
    quiet(page)
    expect(page.locator("table.statement").first).to_contain_text(loss)
    other = chromium.new_context().new_page()
    other.goto(link)
    expect(other.locator("table.statement").first).to_contain_text(loss)
    other.context.close()


def test_an_upload_with_an_error_names_the_cell_and_a_good_one_opens(address: str, page: Page, tmp_path: Path) -> None:
    visit(page, address)
    page.get_by_text("Your own lots").click()
    quiet(page)
    wrong = tmp_path / "our lots.csv"
    wrong.write_text(LOTS.replace("487", "many"), encoding="utf-8")
    page.locator("input[type=file]").set_input_files(wrong)
    expect(page.get_by_text("our lots.csv:3: quantity: expected a number, found many")).to_be_visible()
    expect(page.get_by_role("heading", name="Strategy Inc")).to_be_visible()
    good = tmp_path / "good.csv"
    good.write_text(LOTS, encoding="utf-8")
    page.locator("input[type=file]").set_input_files(good)
    expect(page.get_by_role("heading", name="Our company")).to_be_visible()
    expect(page.get_by_text("3 lots bought: 717 BTC")).to_be_visible()


def test_a_chart_is_saved_as_a_picture(address: str, page: Page, tmp_path: Path) -> None:
    visit(page, address, "what_if")
    for form, sign in (("PNG", b"\x89PNG"), ("SVG", b"(17.44)")):
        save = page.get_by_role("button", name="Save picture").first
        save.evaluate("button => button.scrollIntoView({block: 'center'})")
        save.click()
        with page.expect_download() as started:
            page.get_by_role("button", name=form, exact=True).first.click()
        file = tmp_path / started.value.suggested_filename
        started.value.save_as(file)
        assert file.name == f"bridge.{form.lower()}"
        assert sign in file.read_bytes()
        page.keyboard.press("Escape")


def test_a_phone_shows_no_sideways_scroll_on_any_page(address: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for name in PAGES:
        visit(page, address, name)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_the_name_of_a_framework_is_not_cut_in_its_chip(page: Page, address: str) -> None:
    visit(page, address, "what_if")
    chips = page.locator(".react-aria-ComboBox [data-tag] span[title]")
    expect(chips).to_have_text(["US GAAP, fair value", "US GAAP, cost less impairment"])
    for chip in chips.all():
        assert chip.evaluate("chip => chip.scrollWidth <= chip.clientWidth"), chip.inner_text()


def test_own_lots_survive_a_reload_in_this_tab_alone(address: str, page: Page, chromium: Browser) -> None:
    visit(page, address)
    type_into_grid(page, 3, ["100"])
    expect(page.get_by_text("119 lots bought: 834,300 BTC")).to_be_visible(timeout=PATIENCE)
    quiet(page)
    page.reload()
    expect(page.get_by_text("119 lots bought: 834,300 BTC")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("119 lots bought: 855,654 BTC")).to_be_visible(timeout=PATIENCE)
    other = chromium.new_context().new_page()
    visit(other, address)
    expect(other.get_by_text("119 lots bought: 855,654 BTC")).to_be_visible(timeout=PATIENCE)
    other.context.close()


def test_a_sweep_shows_its_progress_and_its_ranking(address: str, page: Page) -> None:
    visit(page, address, "batch")
    field = page.get_by_role("textbox", name="Keys to vary")
    field.fill("tax.rate={from: 0, to: 0.5, count: 600}\naccounting.fees=capitalise,expense")
    field.press("Control+Enter")
    quiet(page)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text(re.compile(r"[0-9,]+ of 1,200 scenarios"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("1,200 scenarios scored, 0 failed.")).to_be_visible(timeout=2 * PATIENCE)
    assert cell(page, "1. strategy_2025q4").startswith("(")
