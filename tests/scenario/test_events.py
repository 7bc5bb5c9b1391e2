"""The events of the plan, openings and accounting choices: read, scaled, written back, and their mistakes."""

# ruff: noqa: E501 - a case is a row of a table

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.holding import Lot, Opening
from treasury_sim.domain.plan import Loan, Payment, Receipt, Restriction, Sale, Swap, Transfer
from treasury_sim.scenario import Scenario, to_yaml
from treasury_sim.scenario.source.reader import read_yaml

from .conftest import HEAD, Problems
from .test_loader import PIECES, load_or_refuse

Read = Callable[[str], Scenario]

FULL = """\
schema: 1
title: Every event
holder:
  name: A Company
  units: 1_000
  lots:
    - {id: a, acquired: 2025-01-02, quantity: 10, unit_cost: 90_000, opening: {date: 2025-06-30, framework: ifrs_revaluation, carrying: 100_000, surplus: 10_000}}
    - {id: b, acquired: [2025-01-02, 2025-01-05], quantity: 5, unit_cost: 95_000}
period: {start: 2025-07-01, end: 2025-12-31}
plan:
  receipts:
    - {date: [2025-07-01, 2025-07-31], quantity: 3.1, kind: mined, wallet: pool}
    - {date: 2025-08-01, quantity: 0.5, unit_value: 110_000, kind: reward, asset: ETH, id: r}
  transfers: [{date: 2025-08-02, quantity: 1, from: pool, to: main, lots: {a: 1}}]
  sales: [{date: 2025-08-03, quantity: 2, proceeds: 200, fee: 1, lots: {a: 1.5, b: 0.5}, lot_relief: specific, wallet: main}]
  payments: [{date: 2025-08-04, quantity: 1, value: 100, lot_relief: lifo, tax_lot_relief: fifo}]
  swaps: [{date: 2025-08-05, quantity: 1, for_asset: ETH, for_quantity: 25, value: 100, id: e}]
  loans:
    - {date: 2025-08-06, quantity: 1, returned: 2025-09-01, borrower: A Bank}
    - {date: 2025-08-07, quantity: 1}
  restrictions: [{date: 2025-08-08, until: 2025-12-31, quantity: 2, kind: staked, nature: unbonding takes 21 days}]
  lot_relief: hifo
  tax_lot_relief: average
  pool: all
  tax_pool: wallet
accounting:
  frameworks: [ifrs_revaluation]
  unit_of_account: asset
  remeasure_before_disposal: true
"""
TAX_FIFO = FULL.replace("tax_lot_relief: average", "tax_lot_relief: fifo").replace(", tax_lot_relief: fifo}", "}")


def test_every_event_is_read_in_currency_units(read: Read) -> None:
    spec = read(TAX_FIFO).spec
    plan = spec.plan

    assert plan.receipts == (
        Receipt(date(2025, 7, 1), 3.1, date(2025, 7, 31), wallet="pool"),
        Receipt(date(2025, 8, 1), 0.5, asset="ETH", unit_value=110_000, kind="reward", id="r"),
    )
    assert plan.transfers == (Transfer(date(2025, 8, 2), 1, "pool", "main", lots={"a": 1}),)
    assert plan.sales == (
        Sale(date(2025, 8, 3), 2, proceeds=200_000, fee=1_000, lots={"a": 1.5, "b": 0.5}, lot_relief="specific"),
    )
    assert plan.payments == (Payment(date(2025, 8, 4), 1, value=100_000, lot_relief="lifo"),)
    assert plan.swaps == (Swap(date(2025, 8, 5), 1, "ETH", 25, value=100_000, id="e"),)
    assert plan.loans == (
        Loan(date(2025, 8, 6), 1, returned=date(2025, 9, 1), borrower="A Bank"),
        Loan(date(2025, 8, 7), 1),
    )
    assert plan.restrictions == (
        Restriction(date(2025, 8, 8), 2, until=date(2025, 12, 31), kind="staked", nature="unbonding takes 21 days"),
    )
    assert (plan.lot_relief, plan.tax_lot_relief, plan.pool, plan.tax_pool) == ("hifo", "fifo", "all", "wallet")
    assert (spec.accounting.unit_of_account, spec.accounting.remeasure_before_disposal) == ("asset", True)


CHOICES = "frameworks: [hgb_fixed_asset, ifrs_cost, swiss_co_market], disposal_costs: 0.5%, permanent: [2025Q4], fluctuation_reserve: 10%"


def test_choices_that_a_framework_looks_at_are_read(read: Read) -> None:
    found = read(accounting(CHOICES)).spec.accounting

    assert (found.disposal_costs, found.permanent, found.fluctuation_reserve) == (0.005, ("2025Q4",), 0.1)


@pytest.mark.parametrize(
    "choice", ["permanent: []", "disposal_costs: 0", "remeasure_before_disposal: false", "fluctuation_reserve: 0%"]
)
def test_a_choice_of_nothing_needs_no_framework(read: Read, choice: str) -> None:
    assert read(accounting(choice)).spec.accounting.frameworks == ("us_gaap",)


def test_an_opening_is_per_coin_and_never_scaled(read: Read) -> None:
    first, second = read(TAX_FIFO).lots

    assert first.opening == Opening(date(2025, 6, 30), "ifrs_revaluation", 100_000, 10_000)
    assert second == Lot(date(2025, 1, 2), 5, 95_000, date(2025, 1, 5), id="b")


def test_every_event_survives_writing(read: Read) -> None:
    scenario = read(TAX_FIFO)

    text = to_yaml(scenario)

    again = read(text)
    assert (again.spec, again.lots) == (scenario.spec, scenario.lots)
    assert "from: pool" in text
    assert "from_wallet" not in text


def test_events_set_as_objects_survive_writing(read: Read) -> None:
    transfer = Transfer(date(2025, 8, 2), 1, "pool", "main", lots={"a": 1})
    receipt = Receipt(date(2025, 7, 1), 3.1, date(2025, 7, 31))
    lot = Lot(date(2025, 1, 2), 10, 90_000, opening=Opening(date(2025, 6, 30), "us_gaap", 80_000), id="a")
    scenario = read(HEAD).with_values(
        {("plan", "transfers"): [transfer], ("plan", "receipts"): [receipt], ("holder", "lots"): [lot]}
    )

    again = read(to_yaml(scenario))

    assert (again.spec.plan.transfers, again.spec.plan.receipts) == ((transfer,), (receipt,))
    assert again.lots == scenario.lots == (lot,)


def test_by_default_nothing_happens_and_nothing_is_changed(read: Read) -> None:
    spec = read(HEAD).spec

    assert not any(
        getattr(spec.plan, table) for table in ("receipts", "transfers", "payments", "swaps", "loans", "restrictions")
    )
    assert (spec.plan.pool, spec.plan.tax_pool) == ("wallet", None)
    accounting = spec.accounting
    assert (accounting.unit_of_account, accounting.disposal_costs, accounting.fluctuation_reserve) == ("lot", 0, 0)
    assert (accounting.scope, accounting.permanent, accounting.remeasure_before_disposal) == ({}, (), False)


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_every_framework_of_the_registry_can_be_chosen(read: Read, key: str) -> None:
    assert read(HEAD + f"accounting: {{frameworks: [{key}]}}\n").spec.accounting.frameworks == (key,)


def test_the_schema_as_json_has_every_key() -> None:
    text = json.dumps(ScenarioSpec.model_json_schema())

    keys = ("receipts", "for_asset", "from", "to", "opening", "surplus", "tax_pool", "fluctuation_reserve", "mapping")
    for key in keys:
        assert f'"{key}"' in text
    for hidden in ("from_wallet", "date_to", "acquired_to"):
        assert hidden not in text


SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("text", [TAX_FIFO, *(path.read_text(encoding="utf-8") for path in SHIPPED)])
def test_an_editor_that_knows_the_schema_accepts_what_is_accepted(text: str) -> None:
    schema = ScenarioSpec.model_json_schema()
    values = as_json(read_yaml(text, "x.yaml").values)
    if values.pop("extends", None):
        schema["required"] = []

    assert not list(Draft202012Validator(schema).iter_errors(values))


def test_an_editor_that_knows_the_schema_sees_a_mistake() -> None:
    values = as_json(read_yaml(TAX_FIFO.replace("kind: mined", "kind: found"), "x.yaml").values)

    assert list(Draft202012Validator(ScenarioSpec.model_json_schema()).iter_errors(values))


def as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): as_json(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [as_json(entry) for entry in value]
    return value.isoformat() if isinstance(value, date) else value


# --- mistakes


def plan(text: str) -> str:
    return f"{HEAD}plan: {{{text}}}\n"


def row(table: str, cells: str, more: str = "") -> str:
    return plan(f"{table}: [{{date: 2025-10-02, quantity: 2, {cells}}}]{more}")


def opening(cells: str, frameworks: str = "us_gaap", lot: str = "acquired: 2025-01-02") -> str:
    lots = f"y, lots: [{{{lot}, quantity: 1, unit_cost: 1, opening: {{{cells}}}}}]}}"
    return HEAD.replace("y}", lots) + f"accounting: {{frameworks: [{frameworks}]}}\n"


def accounting(text: str) -> str:
    return f"{HEAD}accounting: {{{text}}}\n"


IFRS = "\naccounting: {frameworks: [ifrs_inventory]}\n"

# text of the scenario, key, and gists of expected, found and fix; all stand in line 5 but the openings
CASES = {
    "a kind of lot": (HEAD.replace("y}", "y, lots: [{acquired: 2025-01-02, quantity: 1, unit_cost: 1, kind: swap}]}"), "holder.lots[0].kind", "a known key", "kind", ""),
    "a kind of receipt": (row("receipts", "kind: minded"), "plan.receipts[0].kind", "one of mined, reward, customer", "minded", "mean mined?"),
    "a kind of restriction": (row("restrictions", "kind: frozen"), "plan.restrictions[0].kind", "one of pledged, staked, locked, contractual", "frozen", ""),
    "a receipt of nothing": (plan("receipts: [{date: 2025-10-02, quantity: 0}]"), "plan.receipts[0].quantity", "above 0", "0", ""),
    "a receipt without a quantity": (plan("receipts: [{date: 2025-10-02}]"), "plan.receipts[0]", "one of quantity", "neither", ""),
    "a receipt of less than no value": (row("receipts", "unit_value: -1"), "plan.receipts[0].unit_value", "a number of at least 0", "-1", ""),
    "a receipt backwards": (plan("receipts: [{date: [2025-10-02, 2025-10-01], quantity: 1}]"), r"plan.receipts[0].date[1]", "on or after 2025-10-02", "2025-10-01", ""),
    "a window by its field": (row("receipts", "date_to: 2025-10-03"), "plan.receipts[0].date_to", "a known key", "date_to", "first, last"),
    "a payment over one day in a list": (plan("payments: [{date: [2025-10-02], quantity: 1}]"), "plan.payments[0].date", "a date", "a list", r"first, last"),
    "a payment for an amount at a value": (plan("payments: [{date: 2025-10-02, amount: 9, value: 9}]"), "plan.payments[0].value", "a payment for an amount at the close", "value", "state the quantity"),
    "a loan over days": (plan("loans: [{date: [2025-10-02, 2025-10-03], quantity: 1}]"), "plan.loans[0].date", "one date", "a list", "each day"),
    "a payment with a last day": (row("payments", "date_to: 2025-10-03"), "plan.payments[0].date_to", "a known key", "date_to", ""),
    "a payment of less than no value": (row("payments", "value: -1"), "plan.payments[0].value", "a number of at least 0", "-1", ""),
    "a payment with a key of sales": (row("payments", "proceeds: 1"), "plan.payments[0].proceeds", "a known key", "proceeds", "Known here: date"),
    "a swap into the same": (row("swaps", "for_asset: BTC, for_quantity: 1"), "plan.swaps[0].for_asset", "other than BTC", "BTC", "transfers"),
    "a swap into nothing": (row("swaps", "for_asset: ETH, for_quantity: 0"), "plan.swaps[0].for_quantity", "above 0", "0", ""),
    "a swap for nothing": (row("swaps", "for_quantity: 1"), "plan.swaps[0].for_asset", "required", "nothing", ""),
    "a transfer to the same wallet": (row("transfers", "from: a, to: a"), "plan.transfers[0].to", "other than a, which is `from`", "a again", ""),
    "a transfer from nowhere": (row("transfers", "to: a"), "plan.transfers[0].from", "required", "nothing", ""),
    "a transfer by the name of a field": (row("transfers", "from: a, to: b, from_wallet: a"), "plan.transfers[0].from_wallet", "a known key", "from_wallet", ""),
    "a transfer with a mistyped wallet": (row("transfers", "frm: a, from: a, to: b"), "plan.transfers[0].frm", "a known key", "frm", "mean from?"),
    "a loan returned before": (row("loans", "returned: 2025-10-01"), "plan.loans[0].returned", "on or after 2025-10-02", "2025-10-01", ""),
    "a restriction that ends before": (row("restrictions", "until: 2025-10-01"), "plan.restrictions[0].until", "on or after 2025-10-02", "2025-10-01", ""),
    "lots that are too few": (row("sales", "lots: {a: 1, b: 0.5}"), "plan.sales[0].lots", "sum to the quantity, 2", "1.5 in all", ""),
    "lots that are just too few": (row("loans", "lots: {a: 1, b: 0.99999999}"), "plan.loans[0].lots", "sum to the quantity, 2", "1.99999999 in all", ""),
    "lots of a transfer that are too many": (row("transfers", "from: a, to: b, lots: {a: 3}"), "plan.transfers[0].lots", "sum to the quantity, 2", "3 in all", ""),
    "a lot of nothing": (row("payments", "lots: {a: 2, b: 0}"), "plan.payments[0].lots.b", "above 0", "0", ""),
    "a lot in words": (row("payments", "lots: {a: two}"), "plan.payments[0].lots.a", "a number", "two", "digits"),
    "no lots in lots": (row("payments", "lots: {}"), "plan.payments[0].lots", "at least one entry|sum to", "", ""),
    "a list of lots": (row("payments", "lots: [a]"), "plan.payments[0].lots", "a mapping", "a list", ""),
    "lots by a date": (row("payments", "lots: {2025-01-02: 2}"), "plan.payments[0].lots.2025-01-02", "text that|text as key|text", "2025-01-02", ""),
    "lots and a relief": (row("sales", "lots: {a: 2}, lot_relief: hifo"), "plan.sales[0].lot_relief", "lots or a relief", "hifo and lots", "Remove lot_relief"),
    "lots and a relief for tax": (row("swaps", "for_asset: ETH, for_quantity: 1, lots: {a: 2}, tax_lot_relief: fifo"), "plan.swaps[0].tax_lot_relief", "lots or a relief", "fifo and lots", "Remove tax_lot_relief"),
    "specific without lots": (row("sales", "lot_relief: specific"), "plan.sales[0].lot_relief", "the lots disposed of", "no lots", "Add lots"),
    "average for one event": (row("sales", "lot_relief: average"), "plan.sales[0].lot_relief", "fifo, lifo, hifo or specific", "average", "plan.lot_relief"),
    "a relief that is none": (row("loans", "lot_relief: fifoo"), "plan.loans[0].lot_relief", "one of fifo, lifo, hifo, specific", "fifoo", "fifo?"),
    "a plan of specific": (row("payments", "value: 1", ", lot_relief: specific"), "plan.payments[0].lots", "the lots disposed of", "no lots", "Add lots"),
    "a plan of specific for tax": (row("loans", "lot_relief: fifo", ", tax_lot_relief: specific"), "plan.loans[0].lots", "the lots disposed of", "no lots", "Add lots"),
    "another relief in a plan of average": (row("sales", "lot_relief: fifo", ", lot_relief: average"), "plan.sales[0].lot_relief", "no relief here: the plan uses average cost", "fifo", "Remove lot_relief"),
    "lots in a plan of average": (row("sales", "lots: {a: 2}", ", lot_relief: average"), "plan.sales[0].lots", "no lots: the plan uses average cost", "lots", "Remove them"),
    "lifo for inventory": (plan("lot_relief: lifo") + IFRS[1:], "plan.lot_relief", r"IAS 2\.25", "lifo", "separate scenario"),
    "highest cost for one sale of inventory": (row("sales", "lot_relief: hifo") + IFRS[1:], "plan.sales[0].lot_relief", r"IAS 2\.25", "hifo", ""),
    "specific for inventory": (plan("lot_relief: specific") + IFRS[1:], "plan.lot_relief", r"fifo or average .*IAS 2\.25", "specific", "IAS 2.23"),
    "lots of inventory by name": (row("sales", "lots: {a: 2}") + IFRS[1:], "plan.sales[0].lots", r"no lots .*IAS 2\.25", "lots", "IAS 2.23"),
    "a pool that is none": (plan("pool: wallets"), "plan.pool", "one of wallet, all", "wallets", "wallet?"),
    "a tax pool that is none": (plan("tax_pool: global"), "plan.tax_pool", "one of wallet, all", "global", ""),
    "prices of an asset that nothing speaks of": (HEAD + "prices: {BCT: {quarter_end: {2025-12-31: 5}}}\n" + plan("purchases: [{date: 2025-10-02, quantity: 1}]").removeprefix(HEAD), "prices.BCT", "an asset of the scenario", "BCT", "mean BTC"),
    "a surplus where there is none": (opening("date: 2025-06-30, framework: us_gaap, carrying: 3, surplus: 2"), "holder.lots[0].opening.surplus", "no surplus under us_gaap: only ifrs_revaluation and frs102_revaluation", "2", "Remove"),
    "a surplus that is not the excess": (opening("date: 2025-06-30, framework: ifrs_revaluation, carrying: 3, surplus: 2.5", "ifrs_revaluation"), "holder.lots[0].opening.surplus", "^2, the carrying amount per unit less its cost", r"2\.5", "Set surplus: 2."),
    "a surplus below cost": (opening("date: 2025-06-30, framework: ifrs_revaluation, carrying: 0.5, surplus: 1", "ifrs_revaluation"), "holder.lots[0].opening.surplus", "^0, ", "1", "Set surplus: 0."),
    "a unit of account that is none": (accounting("unit_of_account: pool"), "accounting.unit_of_account", "one of lot, asset", "pool", ""),
    "disposal costs of many times": (accounting("frameworks: [ifrs_cost], disposal_costs: 5"), "accounting.disposal_costs", "28.73%", "5", "5%?"),
    "a scope that is no framework": (accounting("frameworks: [us_gaap_fair_value], scope: {BTC: us_gaap}") + "plan: {purchases: [{date: 2025-10-02, quantity: 1}]}\n", "accounting.scope.BTC", "one of us_gaap_impairment, us_gaap_fair_value", "us_gaap", ""),
    "a scope of another framework": (accounting("frameworks: [us_gaap_impairment], scope: {BTC: us_gaap_impairment}"), "accounting.scope", "us_gaap or us_gaap_fair_value among", "neither", "Remove"),
    "a scope of an asset that is not held": (accounting("scope: {LsETH: us_gaap_impairment}") + "plan: {purchases: [{date: 2025-10-02, quantity: 1, asset: LSETH}]}\n", "accounting.scope.LsETH", "an asset of the scenario", "LsETH", ""),
    "a permanent fall in a year": (accounting("frameworks: [hgb_fixed_asset], permanent: [FY2025]"), "accounting.permanent[0]", "quarter such as", "FY2025", ""),
    "a permanent fall, yes": (accounting("frameworks: [hgb_fixed_asset], permanent: true"), "accounting.permanent", "a list", "true", ""),
    "yes for true": (accounting("frameworks: [ifrs_revaluation], remeasure_before_disposal: yes"), "accounting.remeasure_before_disposal", "true or false", "yes", "Write true"),
    "a reserve above all": (accounting("frameworks: [swiss_co_market], fluctuation_reserve: 101%"), "accounting.fluctuation_reserve", "from 0 to 1", "101%", ""),
    "an opening at no quarter end": (opening("date: 2025-06-29, framework: us_gaap, carrying: 1"), "holder.lots[0].opening.date", "last day of a fiscal quarter", "2025-06-29", "2025-06-30"),
    "an opening in the period": (opening("date: 2025-12-31, framework: us_gaap, carrying: 1"), "holder.lots[0].opening.date", "before the period, which starts on 2025-10-01", "2025-12-31", ""),
    "an opening before the purchase": (opening("date: 2024-12-31, framework: us_gaap, carrying: 1"), "holder.lots[0].opening.date", "on or after the purchase, 2025-01-02", "2024-12-31", ""),
    "an opening inside the window": (opening("date: 2025-03-31, framework: us_gaap, carrying: 1", lot="acquired: [2025-03-30, 2025-04-02]"), "holder.lots[0].opening.date", "on or after the purchase, 2025-04-02", "2025-03-31", ""),
    "an opening over days": (opening("date: [2025-03-31, 2025-06-30], framework: us_gaap, carrying: 1"), "holder.lots[0].opening.date", "one date", "a list", ""),
    "an opening under no framework": (opening("date: 2025-06-30, framework: us_gap, carrying: 1"), "holder.lots[0].opening.framework", "an accounting framework", "us_gap", "us_gaap?"),
    "an opening under another framework": (opening("date: 2025-06-30, framework: us_gaap_impairment, carrying: 1"), "holder.lots[0].opening.framework", "the only framework of the scenario, which runs us_gaap", "us_gaap_impairment", r"Set accounting.frameworks: [us_gaap_impairment]"),
    "an opening under one of two frameworks": (opening("date: 2025-06-30, framework: us_gaap, carrying: 1", "us_gaap, us_gaap_impairment"), "holder.lots[0].opening.framework", "the only framework of the scenario, which runs us_gaap, us_gaap_impairment", "us_gaap", "without openings"),
    "an opening of less than nothing": (opening("date: 2025-06-30, framework: us_gaap, carrying: -1"), "holder.lots[0].opening.carrying", "a number of at least 0", "-1", ""),
    "an opening with less than no surplus": (opening("date: 2025-06-30, framework: us_gaap, carrying: 1, surplus: -1"), "holder.lots[0].opening.surplus", "a number of at least 0", "-1", ""),
    "an opening without a carrying amount": (opening("date: 2025-06-30, framework: us_gaap"), "holder.lots[0].opening.carrying", "required", "nothing", ""),
    "an opening with another key": (opening("date: 2025-06-30, framework: us_gaap, carrying: 1, surplis: 1"), "holder.lots[0].opening.surplis", "a known key", "surplis", "surplus?"),
    "an opening that is a number": (HEAD.replace("y}", "y, lots: [{acquired: 2025-01-02, quantity: 1, unit_cost: 1, opening: 5}]}"), "holder.lots[0].opening", "a mapping", "5", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_mistake_is_told_once_with_its_place(problems: Problems, case: tuple[str, str, str, str, str]) -> None:
    text, key, expected, found, fix = case

    (problem,) = problems(text)

    assert (problem.where, problem.line, problem.key) == ("case/x.yaml", 3 if "lots[0]" in key else 5, key)
    assert re.search(expected, problem.expected)
    assert re.search(found, problem.found)
    assert problem.found
    assert fix in problem.fix


def test_lots_within_the_tolerance_are_right(read: Read) -> None:
    sale = read(row("sales", "lots: {a: 0.6666666666666666, b: 1.3333333333333333}")).spec.plan.sales[0]

    assert sale.lots == {"a": 0.6666666666666666, "b": 1.3333333333333333}


def test_a_plan_of_specific_is_met_by_lots_or_by_reliefs_of_events(read: Read) -> None:
    rows = "{date: 2025-10-02, quantity: 1, lots: {a: 1}}, {date: 2025-10-03, quantity: 1, lot_relief: fifo, tax_lot_relief: hifo}"

    assert len(read(plan(f"sales: [{rows}], lot_relief: specific")).spec.plan.sales) == 2


def test_lots_may_name_what_leaves_for_tax_beside_an_average_in_the_books(read: Read) -> None:
    assert read(row("sales", "lots: {a: 2}", ", lot_relief: average, tax_lot_relief: fifo")).spec.plan.sales[0].lots


def test_lots_for_tax_are_no_matter_of_inventory_at_average(read: Read) -> None:
    text = row("sales", "lots: {a: 2}", ", lot_relief: average, tax_lot_relief: fifo") + IFRS[1:]

    assert read(text).spec.plan.sales[0].lots


@pytest.mark.parametrize(("fees", "surplus"), [("capitalise", "1"), ("capitalise", "2"), ("expense", "2")])
def test_a_surplus_is_the_excess_over_cost_with_the_fee_or_without(read: Read, fees: str, surplus: str) -> None:
    text = opening(
        f"date: 2025-06-30, framework: frs102_revaluation, carrying: 3, surplus: {surplus}", "frs102_revaluation"
    )
    text = text.replace("unit_cost: 1,", "unit_cost: 1, fee: 1,").replace(
        "frameworks: [", f"fees: {fees}, frameworks: ["
    )

    (lot,) = read(text).lots
    assert lot.opening
    assert lot.opening.surplus == float(surplus)


def test_reliefs_for_tax_are_no_matter_of_inventory(read: Read) -> None:
    assert read(plan("tax_lot_relief: hifo") + IFRS[1:]).spec.plan.tax_lot_relief == "hifo"


def test_all_mistakes_of_events_are_told_at_once(problems: Problems) -> None:
    told = problems("""\
schema: 1
title: Everything wrong
holder: {name: A Company}
period: {start: 2025-10-01, end: 2025-12-31}
plan:
  transfers:
    - {date: 2025-13-02, quantity: -1, from: a, to: a, lots: {x: -1}}
  swaps:
    - {date: 2025-10-02, quantity: 1, for_asset: BTC, lots: {x: 2}, lot_relief: hifo}
""")

    assert sorted((problem.line, problem.key) for problem in told) == [
        (7, "plan.transfers[0].date"),
        (7, "plan.transfers[0].lots.x"),
        (7, "plan.transfers[0].quantity"),
        (7, "plan.transfers[0].to"),
        (9, "plan.swaps[0].for_asset"),
        (9, "plan.swaps[0].for_quantity"),
        (9, "plan.swaps[0].lot_relief"),
        (9, "plan.swaps[0].lots"),
    ]


# --- damage


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(st.integers(0, TAX_FIFO.count(": ") - 1), PIECES)
def test_any_value_replaced_is_read_or_refused(tmp_path: Path, which: int, piece: str) -> None:
    parts = TAX_FIFO.split(": ")
    _, *rest = re.split(r"([,\]}\n])", parts[which + 1], maxsplit=1)
    parts[which + 1] = "".join([piece, *rest])
    path = tmp_path / "case" / "x.yaml"
    path.write_text(": ".join(parts), encoding="utf-8")

    assert load_or_refuse(path)
