"""The name of a key in words, and the kind of number it holds."""

from __future__ import annotations

from typing import Literal

from treasury_sim.case.fields import is_label
from treasury_sim.case.key_paths import Key, KeyPath, dotted
from treasury_sim.scenario.loader import Scenario
from treasury_sim.scenario.source.units import money_paths

Kind = Literal["money", "price", "coins", "share", "other"]
"""[currency], [currency/coin], [coins], a share, anything else."""

_RATES = ("rate", "rates", "state_rate", "coupon", "disposal_costs", "fluctuation_reserve", "to_bitcoin", "fee", "band")
_OF_MODELS = (
    *("volatility", "initial_volatility", "drift", "relative_drift", "relative", "jump_mean", "jump_volatility"),
    "turbulent_first",
)
_OF_OVERLAYS = ("deeper", "venue", "after_fall", "at_risk", "turnover", "share", "left_by_close", "left_overnight")
SHARES = frozenset({*_RATES, *_OF_MODELS, *_OF_OVERLAYS, "leave", "max_ltv", "restored_ltv"})
"""Keys that hold a rate, wherever they stand."""
PER_COIN = frozenset(
    ("unit_cost", "unit_value", "price", "spot", "equal_to", "absolute", "tax_basis", "quarter_end", "quarter_low")
)

_WORDS = {
    "accounting.cutoff": "cut-off",
    "accounting.fees": "purchase fees",
    "accounting.impairment_price": "observed price",
    "capital.operating_cash_flow": "operating cash flow",
    "capital.weighted_shares": "weighted average shares",
    "capital.weighted_shares_diluted": "weighted average shares, diluted",
    "holder.fiscal_year_end": "end of the fiscal year",
    "holder.lots": "lots held",
    "income.interest": "net interest",
    "income.other_operating": "other operating income",
    "period.end": "end of the period",
    "period.start": "start of the period",
    "plan.window_timing": "days in purchase windows",
    "tax.other_deferred_tax_asset": "other deferred tax assets",
    "tax.other_support": "support of other deferred tax assets",
    "tax.rate": "tax rate",
    "tax.state_rate": "state tax rate",
    "tax.support": "support of deferred tax assets",
}
"""Words for keys that are unclear on their own."""
_OF_PRICES = {
    "absolute": "price shock",
    "end": "end of the shock",
    "equal_to": "price after the shock",
    "file": "price history",
    "from": "first day of the model",
    "model": "price model",
    "relative": "price shock",
    "spot": "price on the day before the model",
    "start": "first day of the shock",
    "trough": "trough of the shock",
}
_AMOUNT_OF_AN_EVENT = ("quantity", "amount")


def key_words(path: KeyPath, scenario: Scenario) -> str:
    """Name a key in the words of finance: ``tax rate``, ``BTC price at the end of 2025Q4``, ``sale of 2025-12-30``."""
    match path:
        case ("prices", str(asset), *rest) if rest:
            return _price_words(asset, tuple(rest), scenario)
        case (str(section), str(table), int(number), *rest):
            return _row_words((section, table, number), tuple(rest), scenario)
        case (*above, label) if above and is_label(label):
            return f"{key_words(tuple(above), scenario)} in {label}"
    return _WORDS.get(dotted(path)) or _plain(path[1:] or path)


def kind_of(path: KeyPath, scenario: Scenario) -> Kind:
    """The kind of number a key holds."""
    if path in set(money_paths(scenario.tree)):
        return "money"
    name = next((key for key in reversed(path) if isinstance(key, str) and not is_label(key)), "")
    is_funding, is_exchange = path[:1] == ("capital",), path[:1] == ("fx",)
    if name in PER_COIN and not is_funding:
        return "price"
    if name in SHARES and not is_exchange:
        return "share"
    return "coins" if name == "quantity" else "other"


def unit_of(kind: Kind, currency: str) -> str:
    """The unit of a kind of number, empty for shares and others."""
    return {"money": currency, "price": f"{currency} a coin", "coins": "coins"}.get(kind, "")


def _price_words(asset: str, rest: KeyPath, scenario: Scenario) -> str:
    match rest:
        case ("quarter_end", day) if not isinstance(day, (str, int)):
            return f"{asset} price at the end of {scenario.spec.calendar.quarter(day).label}"
        case ("quarter_low", day, *last) if not isinstance(day, (str, int)):
            words = f"lowest {asset} price in {scenario.spec.calendar.quarter(day).label}"
            return f"day of the {words}" if last == ["date"] else words
    return f"{asset} {_OF_PRICES.get(dotted(rest)) or _plain(rest)}"


def _row_words(at: tuple[str, str, int], rest: KeyPath, scenario: Scenario) -> str:
    """A row by its days or its name, and the key in it unless that is the amount."""
    row = scenario.get(*at)
    row = row if isinstance(row, dict) else {}
    noun = _plain((at[1].removesuffix("s"),))
    if "date" in row:
        noun = f"{noun} of {_days(row['date'])}"
    else:
        noun = str(row.get("name") or row.get("id") or f"{noun} {at[2] + 1}")
    return noun if not rest or rest in [(name,) for name in _AMOUNT_OF_AN_EVENT] else f"{noun}: {_plain(rest)}"


def _days(stated: object) -> str:
    """The day of an event, or the first and last day of its window."""
    return " to ".join(map(str, stated)) if isinstance(stated, (list, tuple)) else str(stated)


def _plain(path: tuple[Key, ...]) -> str:
    return " ".join(str(key + 1) if isinstance(key, int) else str(key) for key in path).replace("_", " ")
