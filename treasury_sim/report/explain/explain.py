"""`explain`: from a line of the statement down to the lots, the prices and the paragraphs.

Nothing is measured here: the figures are those of the run, the lots those of the lot schedule. Lines that are sums are
taken apart as `domain.lines.PARTS` states; the others have a formula each.
"""

from __future__ import annotations

from treasury_sim.domain.arguments import checked
from treasury_sim.domain.lines import LINES, PARTS
from treasury_sim.domain.lookup import ALIASES, check_framework, check_name, check_quarter
from treasury_sim.domain.result import Result
from treasury_sim.errors import InputError, Problem
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.lot_schedule import FIELDS
from treasury_sim.report.close.movements import NotOnePathError
from treasury_sim.report.explain.explanation import Explanation
from treasury_sim.report.explain.figures import Figures, written
from treasury_sim.report.explain.formulas import FORMULAS, STATED
from treasury_sim.report.explain.lots import lot_terms


@checked
def explain(
    result: Result,
    line: str,
    *,
    quarter: str | None = None,
    framework: str | None = None,
    lot: str | None = None,
) -> Explanation:
    """Explain one line of one quarter.

    Parameters
    ----------
    result
        The result of one path.
    line
        Key of a line of the statement, or ``impairment``.
    quarter
        Label of a quarter that was computed, such as ``2025Q4``; the last by default.
    framework
        Framework key; the first of the result by default (for ``impairment`` the first at cost).
    lot
        Id of a lot, to explain its part only.

    Returns
    -------
    Explanation
        The amount, signed [unit of the line], its formula, its parts and lots, and the paragraph of the rule.

    Raises
    ------
    InputError
        If the line, quarter, framework or lot is unknown.
    NotOnePathError
        If the result is not a single path.

    Examples
    --------
    >>> from treasury_sim import explain, run
    >>> explanation = explain(run("strategy_2025q4"), "carrying", framework="us_gaap_fair_value")
    >>> round(explanation.amount / 1e6), len(explanation.lots)
    (58854, 94)
    """
    if result.paths > 1:
        message = "explain needs a replay of a single price path: an average has no lots."
        raise NotOnePathError(message)
    labels = [each.label for each in result.timeline.quarters]
    label = quarter or labels[-1]
    check_quarter(label, labels)
    line = check_name(line, [*ALIASES, *LINES], "line", "a line of the statement")
    name = ALIASES.get(line, line)
    key = _framework(result, framework, label, impairment=line == "impairment")
    figures = Figures(Close(result, key, label))
    if lot is not None and name not in FIELDS:
        expected = f"a line that lots add up to ({', '.join(FIELDS)})"
        raise InputError([Problem("", None, "line", expected, line, "Leave --lot out.")])
    if lot is not None:
        return _of_lot(figures, name, lot)
    return _explained(figures, name)


def _framework(result: Result, framework: str | None, label: str, *, impairment: bool) -> str:
    keys = list(result.statements)
    if framework is not None:
        check_framework(framework, keys)
    candidates = [framework] if framework else keys
    if not impairment:
        return candidates[0]
    for key in candidates:
        if any(Close(result, key, label).rule(asset).rule.ceiling_at_cost for asset in result.holdings):
            return key
    names = ", ".join(candidates)
    fix = "Ask for remeasurement_pl, or run a framework at cost, such as us_gaap_impairment."
    raise InputError(
        [Problem("", None, "line", f"a line of {names}, under which nothing is impaired", "impairment", fix)]
    )


def _of_lot(figures: Figures, name: str, lot: str) -> Explanation:
    """One lot's part in a line."""
    terms = lot_terms(figures, name, lot)
    return Explanation(
        line=name,
        title=f"{figures.title(name)}, lot {lot}",
        amount=sum(term.amount for term in terms if term.lot == lot),
        formula=terms[0].formula,
        rule=figures.citation,
        lots=terms,
    )


def _summed(figures: Figures, name: str, terms: list[str]) -> str:
    """The terms of a sum; of one that is added to nothing, its name: the amount stands behind it already."""
    if len(terms) == 1 and terms[0].startswith("+"):
        (part,) = (part for _, part in PARTS[name] if figures.of(part))
        return figures.title(part).lower()
    return " ".join(terms).removeprefix("+ ") or "nothing"


def _explained(figures: Figures, name: str, *, is_part: bool = False) -> Explanation:
    amount = figures.of(name)
    title = figures.title(name)
    if amount is None:
        why = STATED.get(name, "")
        missing = f"Not given: {why}." if why else "Not computed: something that it needs is not given or not known."
        return Explanation(name, title, None, missing)
    # Parts repeat what the whole has already shown: a carrying amount inside another line is not taken apart again.
    if name in PARTS and not (is_part and name == "carrying"):
        parts = tuple(_explained(figures, part, is_part=True) for _, part in PARTS[name])
        terms = [
            f"{'+' if sign > 0 else '−'} {figures.say(part, figures.of(part))}"
            for sign, part in PARTS[name]
            if figures.of(part)
        ]
        formula = f"{_summed(figures, name, terms)} = {figures.say(name, amount)}"
        lots = lot_terms(figures, name) if name in FIELDS else ()
        return Explanation(name, title, amount, formula, figures.citation if lots else "", "", parts, lots)
    if name in FORMULAS:
        return FORMULAS[name](figures, name)
    if name in FIELDS:
        lots = lot_terms(figures, name)
        formula = f"the sum of {len(lots)} lots = {figures.say(name, amount)}"
        return Explanation(name, title, amount, formula, figures.citation, "", (), lots)
    if name in STATED:
        return Explanation(name, title, amount, figures.say(name, amount), "", STATED[name])
    return Explanation(name, title, amount, written(amount, LINES[name].kind), "", "computed by the engine")
