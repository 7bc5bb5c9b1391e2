"""Notes on unused inputs: keys that a scenario states and the run does not use.

They are notes, not errors: scenarios may share a base (`extends`), and a key may have an effect in only some of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.accounting.rule import Rule
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.case.sections.accounting import Accounting
from treasury_sim.engine.paths.simulation_plan import sampled_assets
from treasury_sim.engine.prepare import Prepared

CHOICES: Mapping[str, Callable[[Rule], bool]] = {
    "permanent": lambda rule: rule.price == "highest_since_permanent_fall",
    "fluctuation_reserve": lambda rule: rule.keeps_reserve,
    "disposal_costs": lambda rule: rule.less_disposal_costs,
    "remeasure_before_disposal": lambda rule: rule.surplus_to_oci,
    "interim": lambda rule: rule.may_be_year_to_date,
}
"""Key of `accounting` -> whether a rule uses it."""


TYPED = frozenset({"preferred_dividends", "weighted_shares", "weighted_shares_diluted", "opening"})
"""Keys of `capital` that have an effect without the waterfall."""


def ignored(prepared: Prepared) -> Iterator[str]:
    """One sentence for each kind of unused input."""
    sweep = prepared.case.spec.sweep
    if sweep is not None:
        yield f"The sweep is not run, only the base scenario; `treasury-sim batch` runs all {sweep.count:,}."
    keys = [*_prices(prepared), *_labels(prepared)]
    if keys:
        yield f"Not used, because outside the quarters of the run: {', '.join(keys)}."
    yield from _lows(prepared)
    for key in _choices(prepared):
        yield f"accounting.{key} has no effect under {', '.join(prepared.case.spec.accounting.frameworks)}."
    spec = prepared.case.spec
    if "simulation" in spec.model_fields_set and not sampled_assets(prepared.case):
        yield "simulation has no effect: no price model here is sampled."
    for key in sorted(spec.tax.model_fields_set - {"rate", "jurisdiction"} if not spec.tax.is_computed else ()):
        yield f"tax.{key} has no effect without tax.rate or tax.jurisdiction."
    for key in sorted(spec.capital.model_fields_set - TYPED if spec.capital.opening is None else ()):
        yield f"capital.{key} has no effect without capital.opening."
    if spec.capital.operating_cash_flow and _states_equity(spec) and not spec.income.other_operating:
        yield "capital.operating_cash_flow is cash only: equity excludes it unless income.other_operating states it."


def _states_equity(spec: ScenarioSpec) -> bool:
    return spec.capital.opening is not None and spec.capital.opening.equity is not None


def _lows(prepared: Prepared) -> Iterator[str]:
    """Deeper lows that nothing observes."""
    spec = prepared.case.spec
    policy = spec.accounting.impairment_price
    for asset, stated in spec.prices.items():
        deeper = stated.overlay is not None and stated.overlay.lows is not None
        if deeper and policy != "intraday_low" and spec.capital.opening is None:
            yield f"prices.{asset}.overlay.lows has no effect: accounting.impairment_price {policy} observes no lows."


def _prices(prepared: Prepared) -> Iterator[str]:
    ends = {quarter.end for quarter in prepared.quarters}
    for asset, stated in prepared.case.spec.prices.items():
        tables: dict[str, Mapping[date, object]] = {
            "quarter_end": stated.quarter_end,
            "quarter_low": stated.quarter_low,
        }
        for table, by_day in tables.items():
            yield from (f"prices.{asset}.{table}.{day}" for day in by_day if day not in ends)


def _labels(prepared: Prepared) -> Iterator[str]:
    spec = prepared.case.spec
    labels = {quarter.label for quarter in prepared.quarters}
    for name, section in (("income", spec.income), ("capital", spec.capital)):
        for key, value in section:
            if isinstance(value, Mapping):
                yield from (f"{name}.{key}.{label}" for label in value if label not in labels)
    yield from (f"accounting.permanent {label}" for label in spec.accounting.permanent if label not in labels)


def _choices(prepared: Prepared) -> Iterator[str]:
    accounting = prepared.case.spec.accounting
    rules = [FRAMEWORKS[key].rule for key in accounting.frameworks]
    for key, is_used in CHOICES.items():
        is_chosen = getattr(accounting, key) != Accounting.model_fields[key].get_default(call_default_factory=True)
        if is_chosen and not any(is_used(rule) for rule in rules):
            yield key
