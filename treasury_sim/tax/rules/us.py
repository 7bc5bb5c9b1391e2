"""United States, federal income tax of corporations.

Each `Rules` is in force from its date until the next. Current tax of a quarter uses the law in force on its last day;
deferred tax the law enacted by then, since it is paid under the law of later years (ASC 740-10-25-47, 740-10-30-8).

Sources: IRC 11(b) as amended by Pub. L. 115-97 of 22 December 2017, section 13001 (21 % from 2018, 35 % before); IRC
1211(a) and 1212(a) (capital losses of corporations: against capital gains only, three years back, five forward); IRC
172(a)(2) (losses that arose from 2018 on offset at most 80 % of taxable income); IRC 55(b)(2) and 59(k) as amended by
Pub. L. 117-169, section 10101 (minimum tax of 15 % of adjusted financial statement income, years beginning after 2022);
Notices 2025-46 and 2025-49 of 30 September 2025 (unrealised fair-value gains and losses may be excluded; taxpayers
may rely on them at once).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Rules:
    """Federal law in force from a date on.

    Attributes
    ----------
    since
        First day on which it is in force.
    enacted
        Day on which it was signed, or the notice published.
    rate
        Rate of corporate income tax.
    capital_loss_back, capital_loss_forward
        Years to which a net capital loss is carried, back first.
    loss_share
        Share of taxable income that net operating losses may offset.
    minimum_rate
        Rate of the minimum tax on adjusted financial statement income; 0 before there was one.
    unrealised_may_be_excluded
        Whether unrealised fair-value gains and losses may be excluded from that income.
    citation
        The law that made the change.
    """

    since: date
    enacted: date
    rate: float
    capital_loss_back: int
    capital_loss_forward: int
    loss_share: float
    minimum_rate: float
    unrealised_may_be_excluded: bool
    citation: str


_FIRST = Rules(date(1993, 1, 1), date(1993, 8, 10), 0.35, 3, 5, 1.0, 0.0, False, "IRC 11(b), 172, 1211(a) and 1212(a)")
_TCJA = replace(
    _FIRST,
    since=date(2018, 1, 1),
    enacted=date(2017, 12, 22),
    rate=0.21,
    loss_share=0.8,
    citation="Pub. L. 115-97, s. 13001 and 13302",
)
_CAMT = replace(
    _TCJA,
    since=date(2023, 1, 1),
    enacted=date(2022, 8, 16),
    minimum_rate=0.15,
    citation="Pub. L. 117-169, s. 10101",
)
_NOTICES = replace(
    _CAMT,
    since=date(2025, 9, 30),
    enacted=date(2025, 9, 30),
    unrealised_may_be_excluded=True,
    citation="Notices 2025-46 and 2025-49",
)

RULES: tuple[Rules, ...] = (_FIRST, _TCJA, _CAMT, _NOTICES)
"""In order of date."""


def in_force(day: date) -> Rules:
    """The rules in force on `day`; before them, the oldest on file."""
    return max((rules for rules in RULES if rules.since <= day), key=lambda rules: rules.since, default=RULES[0])


def enacted_by(day: date) -> Rules:
    """The last rules enacted by `day`, whether or not in force; before them, the oldest on file."""
    return max((rules for rules in RULES if rules.enacted <= day), key=lambda rules: rules.since, default=RULES[0])


def blended(federal: float, state: float) -> float:
    """Federal and state rate combined, with state tax deductible from federal income: f + s x (1 - f) [1]."""
    return federal + state * (1.0 - federal)
