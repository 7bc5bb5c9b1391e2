"""What the board's file says: collected once, written as HTML or PDF alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from treasury_sim.analysis.attribute import attribute
from treasury_sim.analysis.attribution import CAUSES
from treasury_sim.analysis.lot_ladder import LotLadder, lot_ladder
from treasury_sim.analysis.solve import solve
from treasury_sim.domain.limit import Limit
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result
from treasury_sim.engine import run
from treasury_sim.errors import InputError
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.report import screen, tables, words
from treasury_sim.report.board.sample import sample_figures, sample_headline, sample_sections
from treasury_sim.report.board.section import Section
from treasury_sim.report.finding import KeyFigure, headline, key_figures, quarter_name
from treasury_sim.report.lot_ladder import grouped
from treasury_sim.report.lot_ladder import headline as ladder_headline
from treasury_sim.report.screen import ScreenTable
from treasury_sim.report.solution import sentence
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
    figures
        Key figures by the title of their framework.
    result, ladder
        What charts are drawn from.
    """

    title: str
    holder: str
    period: str
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


def board(scenario: Scenario, result: Result | None = None) -> Board:
    """Collect the board's file of a scenario; its first framework leads, the last quarter is told.

    Raises
    ------
    InputError
        If the scenario cannot be run.
    """
    found = result or run(scenario)
    label, key = found.reported[-1].label, next(iter(found.statements))
    is_sample = found.basis == "sample"
    ladder = None if is_sample else _ladder(scenario)
    first, last = found.reported[0], found.reported[-1]
    return Board(
        title=found.title,
        holder=found.holder,
        period=f"{first.start} to {last.end}",
        finding=sample_headline(found, key) if is_sample else headline(found, key, label),
        figures={
            FRAMEWORKS[name].title: sample_figures(found, name) if is_sample else tuple(key_figures(found, name, label))
            for name in found.statements
        },
        sections=tuple(_sections(scenario, found, label, key, ladder)),
        result=found,
        ladder=ladder,
        framework=key,
    )


def _sections(scenario: Scenario, result: Result, label: str, key: str, ladder: LotLadder | None) -> Iterator[Section]:
    if result.basis == "sample":
        yield from sample_sections(result, key)
    else:
        yield from _one_path(scenario, result, label, key, ladder)
    if result.outcomes:
        said, failed = screen.verdict(result.outcomes)
        yield Section("Tied to what was published", words=(said,), items=tuple(failed), in_flash=True)
    yield Section("Modelled, not modelled, assumed", words=(result.description.strip() or "Nothing is said.",))
    sources = () if result.basis == "sample" else screen.price_sources(result, label)
    if scenario.notes:
        yield Section("Files that were read in part", items=scenario.notes, in_flash=True)
    others = [note for note in screen.notes(result) if note not in scenario.notes]
    yield Section("Notes and sources", items=(*others, *sources))
    yield Section("Method", items=tuple(_method(result)))
    yield Section("Manifest", items=tuple(_manifest(result)))


def _one_path(scenario: Scenario, result: Result, label: str, key: str, ladder: LotLadder | None) -> Iterator[Section]:
    """What can be said of one path: the bridge, the position, causes, the ladder, pressure points."""
    name = quarter_name(result.reported[-1])
    yield Section(
        f"From the coins to the bottom line, {name}",
        tables=(("Income bridge", screen.statement_table(result, tables.income_bridge(result, label))),),
        chart="waterfall",
        in_flash=True,
    )
    units = f"Position: money in the unit shown, prices in {result.currency} a coin, coins in units"
    yield Section(
        f"What is held at {result.reported[-1].end}",
        words=(screen.lots_sentence(result, label),),
        tables=((units, screen.statement_table(result, tables.position(result, label))),),
        chart="price",
        in_flash=True,
    )
    yield _causes(scenario, result, key)
    if ladder is not None:
        yield _ladder_section(ladder)
    points = tuple(_pressure(scenario, key))
    if points:
        yield Section("Pressure points: what it would take", items=points, in_flash=True)


def _causes(scenario: Scenario, result: Result, key: str) -> Section:
    """What made the figure."""
    found = attribute(scenario, framework=key)
    scale = words.scale_for([found.last, *(step.amount for step in found.steps)])
    rows = [(CAUSES[step.cause], words.money(step.amount, scale), step.words) for step in found.steps]
    rows.append((words.sentence(found.last_words), words.money(found.last, scale), ""))
    unit = scale.label(result.currency)
    table = ScreenTable(unit, (unit, "Amount", "Why"), tuple(rows), (*[False] * len(found.steps), True))
    caption = f"{LINES[found.line].title}, {found.last_words}, {FRAMEWORKS[key].title}"
    return Section("What made it", tables=((caption, table),))


def _ladder(scenario: Scenario) -> LotLadder | None:
    try:
        found = lot_ladder(scenario)
    except InputError:
        return None
    return found if found.rungs else None


def _ladder_section(ladder: LotLadder) -> Section:
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
    caption = f"Ladder of {ladder.asset} from the end of {ladder.quarter} down, {title}"
    return Section("The ladder: what a further fall costs", (ladder_headline(ladder),), ((caption, table),), "ladder")


def _pressure(scenario: Scenario, key: str) -> Iterator[str]:
    """What price it would take for what matters; questions that the scenario cannot answer are left out."""
    questions: list[tuple[str, Limit]] = [
        ("", Limit("net_income", "below", 0.0)),
        ("Coins are worth what they cost: ", Limit("fair_value", "below", "cost_basis")),
        ("No deferred tax liability is left: ", Limit("carrying", "below", "tax_basis")),
    ]
    stated = [row.limit for row in scenario.spec.limits if not isinstance(row.limit.value, str)]
    questions += [("", limit) for limit in stated[:MOST_LIMITS]]
    for words_of_it, target in questions:
        try:
            found = solve(scenario, target, "price", framework=target.framework or key)
        except InputError:
            continue
        if found.answers or not words_of_it:
            said = sentence(found)
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
