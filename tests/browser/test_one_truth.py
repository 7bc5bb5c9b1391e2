"""In a real browser: every page shows the scenario, whatever page came before; typed days; Back; own lots."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import download, go, press, slider, type_as_a_person
from tests.browser.server import PAGES, PATIENCE, quiet, visit

BETWEEN = ("What if", "Distribution", "What if")
"""Every other page comes before and after both pages with dials; then they come after each other."""
PRICE, LOW = "BTC price at the end", "Lowest BTC price"
LINK = (
    "?case=strategy_2025q4&prices.BTC.quarter_end.2025-12-31=67893.12&prices.BTC.quarter_low.2025-12-31.price=61234.5"
    "&prices.BTC.quarter_low.2025-12-31.date=2025-11-21&accounting.frameworks=us_gaap_impairment"
    "&accounting.impairment_price=weekly"
)
DRAWN = (
    "?case=strategy_2025q4&prices.BTC.model=gbm&prices.BTC.from=2025-10-01&prices.BTC.volatility=0.554"
    "&prices.BTC.drift=0.0125&prices.BTC.quarter_end=null&simulation.paths=2048"
)
LOTS = "acquired,quantity,unit_cost\n2025-10-06,220,123561\n2025-11-03,487,102557\n2025-12-01,10,90000\n"


def typed(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name).first


def step(page: Page, title: str) -> None:
    """Go to a page, and wait until it and not the one before is shown."""
    page.get_by_role("link", name=title, exact=True).first.click()
    path = next(name for name, called in PAGES.items() if called == title)
    page.wait_for_url(re.compile(rf"/{'' if path == 'start' else path}\?case="))
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def expect_dials(page: Page, dials: dict[str, str]) -> None:
    """What the sliders and their fields show."""
    for name, value in dials.items():
        expect(slider(page, name)).to_have_attribute("aria-valuetext", value, timeout=PATIENCE)
        expect(typed(page, name)).to_have_value(value)


def test_every_dial_shows_the_scenario_after_every_step_from_page_to_page(address: str, page: Page) -> None:
    dials = {PRICE: "67,893.12", LOW: "61,234.5"}
    visit(page, address, "start", LINK)
    others = [title for title in PAGES.values() if title not in {"What if", "Distribution"}]
    for title in (*(each for other in others for each in ("What if", other, "Distribution", other)), *BETWEEN):
        step(page, title)
        if title in {"What if", "Distribution"}:
            expect_dials(page, dials)
            expect(page.locator(".react-aria-ComboBox [data-tag] span[title]")).to_have_text(
                ["US GAAP, cost less impairment"]
            )
            policy = page.get_by_role("combobox", name="Prices an impairment test sees")
            expect(policy).to_have_value("Close of every week")
    assert "67893.12" in page.url
    assert "61234.5" in page.url


def test_one_key_press_after_a_step_is_one_step_of_that_dial(address: str, page: Page) -> None:
    visit(page, address, "what_if", LINK)
    for title, price, low in (("Distribution", "68,000", "61,234.5"), ("What if", "68,500", "61,234.5")):
        step(page, title)
        quiet(page)
        press(slider(page, PRICE), "ArrowRight")
        expect_dials(page, {PRICE: price, LOW: low})
    step(page, "Distribution")
    quiet(page)
    press(slider(page, LOW), "ArrowLeft")
    expect_dials(page, {PRICE: "68,500", LOW: "61,000"})


def test_a_simulation_shows_its_own_volatility_after_a_step(address: str, page: Page) -> None:
    dials = {"Volatility of BTC": "55.4%", "Expected growth of BTC": "1.25%"}
    visit(page, address, "what_if", DRAWN)
    for title in ("Distribution", "What if", "Start", "Distribution"):
        step(page, title)
        if title != "Start":
            expect_dials(page, dials)
    quiet(page)
    press(slider(page, "Volatility of BTC"), "ArrowRight")
    expect_dials(page, {**dials, "Volatility of BTC": "56%"})


def test_an_exact_price_is_typed(address: str, page: Page) -> None:
    visit(page, address, "what_if")
    field = typed(page, PRICE)
    field.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("67,893.12", delay=60)
    page.keyboard.press("Enter")
    expect_dials(page, {PRICE: "67,893.12", LOW: "67,893.12"})
    quiet(page)
    field.fill("61234 dollars")
    field.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("price of BTC: expected a number")
    expect_dials(page, {PRICE: "67,893.12", LOW: "67,893.12"})


def test_days_typed_at_human_speed_are_those_days_or_are_refused(address: str, page: Page, tmp_path: Path) -> None:
    visit(page, address)
    upload(page, tmp_path, LOTS)
    type_as_a_person(page, 0, "2025-10-07", "2025-10-07")
    type_as_a_person(page, 1, "6 Oct 2025", "6 Oct 2025")
    text = download(page, "Scenario (YAML)", tmp_path).read_text(encoding="utf-8")
    assert re.findall(r"acquired: ([0-9-]+)", text) == ["2025-10-07", "2025-10-06", "2025-12-01"]
    type_as_a_person(page, 2, "10/06/2025", "10/06/2025")
    alert = page.get_by_role("alert").first
    expect(alert).to_contain_text("lots:3: acquired: expected a date, found 10/06/2025")
    expect(alert).to_contain_text("Write 2025-06-10 for 10 June or 2025-10-06 for 6 October.")
    text = download(page, "Scenario (YAML)", tmp_path).read_text(encoding="utf-8")
    assert re.findall(r"acquired: ([0-9-]+)", text) == ["2025-10-07", "2025-10-06", "2025-12-01"]


def upload(page: Page, folder: Path, content: str) -> None:
    page.get_by_text("Your own lots").click()
    quiet(page)
    file = folder / "ours.csv"
    file.write_text(content, encoding="utf-8")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("In use: 3 lots of ours.csv")).to_be_visible()
    quiet(page)


def test_the_form_of_own_lots_takes_effect_after_the_upload_and_after_other_pages(
    address: str, page: Page, tmp_path: Path
) -> None:
    visit(page, address)
    upload(page, tmp_path, LOTS)
    company = page.get_by_role("textbox", name="Company")
    company.fill("Beta AG")
    company.press("Enter")
    expect(page.get_by_role("heading", name="Beta AG")).to_be_visible()
    go(page, "What if")
    go(page, "Start")
    expect(company).to_have_value("Beta AG")
    expect(page.get_by_text("In use: 3 lots of ours.csv")).to_be_visible()
    rate = page.get_by_role("textbox", name="Tax rate")
    rate.fill("28.735%")
    rate.press("Enter")
    quiet(page)
    go(page, "What if")
    expect_dials(page, {"Tax rate": "28.735%"})
    page.reload()
    quiet(page)
    go(page, "Start")
    expect(company).to_have_value("Beta AG")
    expect(rate).to_have_value("28.735%")


def test_a_mended_scenario_file_takes_the_place_of_the_bad_one(address: str, page: Page, tmp_path: Path) -> None:
    visit(page, address)
    good = download(page, "Scenario (YAML)", tmp_path).read_text(encoding="utf-8")
    page.get_by_text("A scenario file").click()
    quiet(page)
    for name, text in (("bad.yaml", good.replace("schema: 1", "schema: 7")), ("bad2.yaml", good)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        if name == "bad.yaml":
            expect(page.get_by_role("alert").first).to_contain_text("schema")
    expect(page.get_by_text("In use: bad2.")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_back_goes_one_page_back(address: str, page: Page) -> None:
    visit(page, address)
    before = page.evaluate("history.length")
    for title in ("What if", "Distribution", "Close"):
        go(page, title)
    assert page.evaluate("history.length") == before + 3
    for title in ("distribution", "what_if", ""):
        page.go_back()
        page.wait_for_url(re.compile(rf"/{title}\?case="))
        quiet(page)
    expect(page.get_by_role("heading", name="Strategy Inc")).to_be_visible()
