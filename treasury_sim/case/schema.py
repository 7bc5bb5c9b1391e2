"""The keys of a scenario. Any other key is an error; rules that span sections are in `checks`.

Money is in currency units: `holder.units` is applied before a file is validated.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from treasury_sim.case.fields import CurrencyPair, Day, PeriodName, Rows, Spec, Text, Whole
from treasury_sim.case.names import FrameworkKey, LineKey
from treasury_sim.case.sections.accounting import Accounting
from treasury_sim.case.sections.capital import Capital
from treasury_sim.case.sections.expect import Expectation
from treasury_sim.case.sections.fx import FxRate
from treasury_sim.case.sections.holder import Holder
from treasury_sim.case.sections.income import Income
from treasury_sim.case.sections.limits import LimitRow
from treasury_sim.case.sections.plan import Plan
from treasury_sim.case.sections.prices import Prices
from treasury_sim.case.sections.simulation import Simulation
from treasury_sim.case.sections.sources import Sourced
from treasury_sim.case.sections.sweep import SweepSpec
from treasury_sim.case.sections.tax import Tax
from treasury_sim.domain.timeline import FiscalCalendar, Quarter

ADOPTION_YEARS_BEGIN_AFTER = date(2024, 12, 15)
"""ASU 2023-08 applies to fiscal years that begin after this day (ASC 350-60-65-1)."""


class Period(Spec):
    """The period reported: whole fiscal quarters; the last may end on `as_of`, which reports it to date."""

    start: Day
    """First day."""
    end: Day
    """Last day."""


class ScenarioSpec(Spec):
    """A whole scenario, as written in its file."""

    schema_version: Annotated[Literal[1], Whole] = Field(alias="schema")
    """Version of the scenario language."""
    title: Text
    """One line, shown above every result."""
    theme: str = ""
    """Subject, by which lists group scenarios."""
    author: str = ""
    """Who wrote the scenario."""
    description: str = ""
    """Description: what is modelled and what is not."""
    holder: Holder
    """The company that holds the coins, and its lots."""
    period: Period
    """The period reported."""
    as_of: Day | None = None
    """The last day of history: later prices are not used, even if held; from the next day on the model gives them."""
    plan: Plan = Field(default_factory=Plan)
    """Events after the opening lots."""
    prices: Mapping[Text, Prices] = Field(default_factory=dict)
    """Prices by asset."""
    accounting: Accounting = Field(default_factory=Accounting)
    """Frameworks and their choices."""
    simulation: Simulation = Field(default_factory=Simulation)
    """How prices are simulated."""
    tax: Tax = Field(default_factory=Tax)
    """Income tax."""
    income: Income = Field(default_factory=Income)
    """Income other than from the coins."""
    capital: Capital = Field(default_factory=Capital)
    """Funding of the holder."""
    fx: Mapping[CurrencyPair, FxRate] = Field(default_factory=dict)
    """Exchange rates by pair: `EURUSD` is dollars per euro."""
    sources: Mapping[Text, Sourced] = Field(default_factory=dict)
    """Sources of figures, by their key (`capital.opening.cash`)."""
    assumptions: Rows[Text] = ()
    """Assumptions, in sentences, for readers of the figures."""
    missing: Mapping[Text, Text] = Field(default_factory=dict)
    """Figures that are not known, by their key, with the reason: what depends on them is shown as missing."""
    limits: Rows[LimitRow] = ()
    """Thresholds that a quarter should not cross."""
    sweep: SweepSpec | None = None
    """Keys that vary: one scenario becomes many."""
    expect: Mapping[FrameworkKey, Mapping[PeriodName, Mapping[LineKey, Expectation]]] = Field(default_factory=dict)
    """Published figures by framework, fiscal quarter or year, and line."""

    @property
    def calendar(self) -> FiscalCalendar:
        """The fiscal year of the holder; where the period ends on `as_of`, so does its last quarter."""
        return replace(calendar_of(self.holder.fiscal_year_end), cut=self.as_of if self.is_to_date else None)

    @property
    def is_to_date(self) -> bool:
        """Whether the period ends on `as_of`."""
        return self.period.end == self.as_of

    @property
    def model_begins(self) -> date:
        """First day of a model that does not state one: the day after `as_of`, else the start of the period."""
        return self.period.start if self.as_of is None else self.as_of + timedelta(days=1)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The fiscal quarters of the period."""
        return self.calendar.quarters(self.period.start, self.period.end)

    @property
    def adoption_date(self) -> date:
        """First day under ASU 2023-08, given or by default."""
        return self.accounting.adoption_date or default_adoption_date(self.calendar)


def calendar_of(fiscal_year_end: str) -> FiscalCalendar:
    """Return the fiscal calendar of a year that ends on ``MM-DD``."""
    month, day = fiscal_year_end.split("-")
    return FiscalCalendar(int(month), int(day))


def default_adoption_date(calendar: FiscalCalendar) -> date:
    """Return the first day of the first fiscal year that begins after 2024-12-15 (ASC 350-60-65-1)."""
    quarter = calendar.quarter(ADOPTION_YEARS_BEGIN_AFTER)
    while quarter.number != 1 or quarter.start <= ADOPTION_YEARS_BEGIN_AFTER:
        quarter = calendar.quarters(quarter.start, date.fromordinal(quarter.end.toordinal() + 1))[-1]
    return quarter.start
