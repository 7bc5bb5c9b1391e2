"""The finding of a run in words: the headline and the key figures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from treasury_sim.domain.periods import single
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.tables.statement import period_name, period_of, remeasured
from treasury_sim.report.words import signed, spoken


def short_name(name: str) -> str:
    """Shorten the name of a remeasurement for a narrow place: ``Unrealised loss``, ``Impairment``."""
    return words.sentence(re.sub(r"^(.+) (?:on|of) .*$", r"\1", name))


def bottom_line(result: Result, key: str, label: str) -> tuple[str, str, float]:
    """Line, name and amount [currency] of the last line computed of a period: net income, else income before tax."""
    period, lines = period_of(result, label), result.statements[key].lines
    net = single(period, "net_income", lines)
    if net is not None:
        return "net_income", ("net loss" if net < 0.0 else "net income"), net
    before = single(period, "pre_tax_income", lines) or 0.0
    return "pre_tax_income", ("loss before tax" if before < 0.0 else "income before tax"), before


def headline(result: Result, key: str, label: str) -> str:
    """Say the finding of a quarter, or of several as one, under one framework in one sentence."""
    period = period_of(result, label)
    first = "; ".join(_of(item.name, item.amount, result.currency) for item in remeasured(result, key, period))
    _, last, bottom = bottom_line(result, key, label)
    return f"{period_name(result, period)}: {first}, {last} of {spoken(bottom, result.currency)}"


def _of(name: str, amount: float, currency: str) -> str:
    """Name a remeasurement and its amount; a word that does not say which way it went gets the sign with the amount."""
    say = signed if name.startswith("change") else spoken
    return f"{name} of {say(amount, currency)}" if amount else f"no {name}"


@dataclass(frozen=True)
class KeyFigure:
    """One figure of a framework's quarter.

    Attributes
    ----------
    title
        Words, as the rule in force and the sign have it.
    amount
        [currency; currency/share for a per-share figure], signed by its effect on income.
    text
        The amount in words, a negative one in parentheses.
    change
        Amount less that of the run it is compared with, such as ``+$1.0bn`` or ``($1.0bn)``; ``None`` if there is no
        other or nothing changed.
    """

    title: str
    amount: float
    text: str
    change: str | None = None


def key_figures(result: Result, key: str, label: str, base: Result | None = None) -> list[KeyFigure]:
    """Remeasurement, bottom line, carrying amount and, where computed, the result per share.

    Parameters
    ----------
    base
        The run to compare with; left aside where it does not have the framework.
    """
    period, lines = period_of(result, label), result.statements[key].lines
    amount = single(period, "remeasurement_pl", lines) or 0.0
    names = dict.fromkeys(short_name(item.name) for item in remeasured(result, key, period))
    bottom_name, bottom_title, bottom = bottom_line(result, key, label)
    figures = [
        ("; ".join(names), "remeasurement_pl", amount),
        (words.sentence(bottom_title), bottom_name, bottom),
        ("Carrying amount", "carrying", single(period, "carrying", lines)),
        ("Per share, illustrative", "eps_basic", single(period, "eps_basic", lines)),
    ]
    old = base.statements[key].lines if base is not None and key in base.statements else None
    return [
        KeyFigure(
            title,
            value,
            signed(value, result.currency),
            None if old is None else _change(value, single(period, name, old), result.currency),
        )
        for title, name, value in figures
        if value is not None
    ]


def _change(new: float, old: float | None, currency: str) -> str | None:
    if old is None:
        return None
    difference = new - old
    text = spoken(difference, currency)
    if text == spoken(0.0, currency):
        return None
    return f"({text})" if difference < 0.0 else f"+{text}"


def price_words(price: float, base: float, currency: str) -> str:
    """Say a price [currency/unit] and how far it is from that of the scenario."""
    text = f"{words.price(price)} {currency}"
    if price == base:
        return f"{text}, as in the scenario"
    share = price / base - 1.0
    return f"{text}, {abs(share):.1%} {'above' if share > 0.0 else 'below'} the scenario's {words.price(base)}"
