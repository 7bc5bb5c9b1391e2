"""What the board's file says: collected once, written as HTML or PDF alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.attribute import attribute
from treasury_sim.analysis.attribution.steps import CAUSES
from treasury_sim.analysis.lot_ladder import LotLadder, lot_ladder
from treasury_sim.analysis.solve.solve import solve
from treasury_sim.domain.limit import Limit
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, whole
from treasury_sim.domain.progress import Progress
from treasury_sim.domain.result import Result
from treasury_sim.domain.timeline import Quarter
from treasury_sim.engine import run
from treasury_sim.errors import InputError
from treasury_sim.report import screen, words
from treasury_sim.report.board.sample import sample_figures, sample_headline, sample_sections
from treasury_sim.report.board.section import Section
from treasury_sim.report.finding import KeyFigure, headline, in_print, key_figures, period_name, quarter_name
from treasury_sim.report.lot_ladder import grouped
from treasury_sim.report.lot_ladder import headline as ladder_headline
from treasury_sim.report.screen import ScreenTable
from treasury_sim.report.solution import sentence
from treasury_sim.report.tables import statement as tables
from treasury_sim.report.tables.statement import period_of
from treasury_sim.scenario import Scenario

LADDER_ROWS = 10
MOST_LIMITS = 3


@dataclass(frozen=True)
class Board:
    """The whole file.

    Attributes
    ----------
    finding
        The answer in a sentence.
    shown
        The period that finding and figures are of: a quarter, or several as one.
    figures
        Key figures by the title of their framework.
    result, ladder
        What charts are drawn from.
    """

    title: str
    holder: str
    period: str
    shown: Period
    finding: str
    figures: Mapping[str, tuple[KeyFigure, ...]]
    sections: tuple[Section, ...]
    result: Result
    ladder: LotLadder | None
    framework: str

    def flash(self) -> Board:
        """The one page."""
        kept = tuple(section for section in self.sections if section.in_flash)
        return Board(**{**self.__dict__, "sections": kept})


def board(
    scenario: Scenario, result: Result | None = None, label: str = "", *, progress: Progress | None = None
) -> Board:
    """Collect the board's file of a scenario; its first framework leads.

    Parameters
    ----------
    label
        The period that is shown: a reported quarter, a fiscal year, or all quarters as one, which is the default.
        Balances, causes, ladder and pressure points are those of its last quarter.
    progress
        Called as it goes, see `treasury_sim.domain.progress`.

    Raises
    ------
    InputError
        If the scenario cannot be run.
    """
    found = result or run(scenario, progress=progress)
    shown = period_of(found, label) if label else whole(found.timeline.quarters, found.reported)
    key, last = next(iter(found.statements)), found.timeline.quarters[shown.quarters[-1]]
    is_sample = found.basis == "sample"
    ladder = None if is_sample else _ladder(scenario, last.label)
    return Board(
        title=found.title,
        holder=found.holder,
        period=f"{found.timeline.quarters[shown.quarters[0]].start} to {last.end}",
        shown=shown,
        finding=sample_headline(found, key, shown) if is_sample else headline(found, key, shown.label),
        figures={
            FRAMEWORKS[name].title: (
                sample_figures(found, name, shown) if is_sample else tuple(key_figures(found, name, shown.label))
            )
            for name in found.statements
        },
        sections=tuple(_sections(scenario, found, shown, key, ladder)),
        result=found,
        ladder=ladder,
        framework=key,
    )


def _sections(
    scenario: Scenario, result: Result, shown: Period, key: str, ladder: LotLadder | None
) -> Iterator[Section]:
    if result.basis == "sample":
        yield from sample_sections(result, key, shown)
    else:
        yield from _one_path(scenario, result, shown, key, ladder)
    if result.outcomes:
        verdict = screen.verdict(result.outcomes)
        yield Section("Against expected figures", words=(verdict.sentence,), items=verdict.missed, in_flash=True)
    yield Section("Modelled, not modelled, assumed", words=(result.description.strip() or "Nothing is said.",))
    sources = () if result.basis == "sample" else screen.price_sources(result, _last(result, shown).label)
    if scenario.notes:
        yield Section("Files that were read in part", items=scenario.notes, in_flash=True)
    others = [note for note in screen.notes(result) if note not in scenario.notes]
    yield Section("Notes and sources", items=(*others, *sources))
    yield Section("Method", items=tuple(_method(result)))
    yield Section("Manifest", items=tuple(_manifest(result)))


def _last(result: Result, shown: Period) -> Quarter:
    """The quarter with which the period shown ends."""
    return result.timeline.quarters[shown.quarters[-1]]


def _one_path(
    scenario: Scenario, result: Result, shown: Period, key: str, ladder: LotLadder | None
) -> Iterator[Section]:
    """What can be said of one path: the bridge, the position, causes, the ladder, pressure points."""
    last = _last(result, shown)
    bridge = screen.statement_table(result, tables.income_bridge(result, shown.label))
    yield Section(
        f"From the coins to the bottom line, {period_name(result, shown)}",
        tables=(("Income bridge", bridge),),
        chart="waterfall",
        in_flash=True,
    )
    units = f"Position: money in the unit shown, prices in {result.currency} a coin, coins in units"
    yield Section(
        f"What is held at {last.end}",
        words=(screen.lots_sentence(result, last.label),),
        tables=((units, screen.statement_table(result, tables.position(result, shown.label))),),
        chart="price",
        in_flash=True,
    )
    yield _causes(scenario, result, key, last)
    if ladder is not None:
        yield _ladder_section(ladder, last)
    points = tuple(_pressure(scenario, key, last))
    if points:
        yield Section(f"Pressure points: what it would take in {quarter_name(last)}", items=points, in_flash=True)


def _causes(scenario: Scenario, result: Result, key: str, quarter: Quarter) -> Section:
    """What made the figure of a quarter."""
    found = attribute(scenario, framework=key, quarter=quarter.label)
    scale = words.scale_for([found.last, *(step.amount for step in found.steps)])
    rows = [(CAUSES[step.cause], words.money(step.amount, scale), step.words) for step in found.steps]
    rows.append((words.sentence(found.last_words), words.money(found.last, scale), ""))
    unit = scale.label(result.currency)
    table = ScreenTable(unit, (unit, "Amount", "Why"), tuple(rows), (*[False] * len(found.steps), True))
    caption = f"{LINES[found.line].title}, {found.last_words}, {FRAMEWORKS[key].title}"
    caption = in_print(caption, is_calendar=quarter.is_of_calendar)
    return Section(f"What made it, {quarter_name(quarter)}", tables=((caption, table),))


def _ladder(scenario: Scenario, quarter: str) -> LotLadder | None:
    try:
        found = lot_ladder(scenario, quarter=quarter)
    except InputError:
        return None
    return found if found.rungs else None


def _ladder_section(ladder: LotLadder, quarter: Quarter) -> Section:
    scale = words.scale_for(rung.charge for rung in ladder.rungs)
    rows = []
    for group in grouped(ladder.rungs, LADDER_ROWS):
        last = group[-1]
        each = ladder.units if ladder.follows else last.units
        cells = (words.price(last.price), str(last.tripped), words.units(round(last.units, 4)))
        rows.append((*cells, words.money(last.charge, scale), f"{each:,.0f}"))
    unit = scale.label(ladder.currency)
    header = ("Price falls to", "Lots tripped", "Coins tripped", f"Charge, {unit}", f"A dollar less, {ladder.currency}")
    table = ScreenTable(unit, header, tuple(rows), (False,) * len(rows))
    title = FRAMEWORKS[ladder.framework].title
    caption = f"Ladder of {ladder.asset} from the end of {quarter_name(quarter)} down, {title}"
    return Section("The ladder: what a further fall costs", (ladder_headline(ladder),), ((caption, table),), "ladder")


def _pressure(scenario: Scenario, key: str, quarter: Quarter) -> Iterator[str]:
    """What price in a quarter it would take for what matters; what the scenario cannot answer is left out."""
    questions: list[tuple[str, Limit]] = [
        ("", Limit("net_income", "below", 0.0)),
        ("Coins are worth what they cost: ", Limit("fair_value", "below", "cost_basis")),
        ("No deferred tax liability is left: ", Limit("carrying", "below", "tax_basis")),
    ]
    stated = [row.limit for row in scenario.spec.limits if not isinstance(row.limit.value, str)]
    questions += [("", limit) for limit in stated[:MOST_LIMITS]]
    for words_of_it, target in questions:
        try:
            found = solve(scenario, target, "price", framework=target.framework or key, quarter=quarter.label)
        except InputError:
            continue
        if found.answers or not words_of_it:
            said = in_print(sentence(found), is_calendar=quarter.is_of_calendar)
            told = f"{words_of_it}{said[:1].lower()}{said[1:]}" if words_of_it else said
            yield f"{told} ({FRAMEWORKS[found.framework].title}.)"


def _method(result: Result) -> Iterator[str]:
    for key in result.statements:
        framework = FRAMEWORKS[key]
        yield f"{framework.title}, {framework.citation}: {framework.summary} {framework.interim}"
    yield f"Policies: {screen.policies(result)}."
    yield (
        "A scenario file is replayed against lots and rules; figures are not rounded before they are shown. "
        "Formulas, sources and tests: docs/methodology.md."
    )


def _manifest(result: Result) -> Iterator[str]:
    yield f"treasury_sim {result.engine_version}; basis {result.basis}, {result.paths} path(s)"
    if result.seed is not None:
        yield f"Seed {result.seed}"
    yield from (f"{name}: SHA-256 {digest}" for name, digest in result.inputs.items())
