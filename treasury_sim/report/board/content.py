"""The content of the board report: collected once, written as HTML or PDF alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.attribute import attribute
from treasury_sim.analysis.lot_ladder import LotLadder, lot_ladder
from treasury_sim.analysis.solve.solve import solve
from treasury_sim.domain.limit import Limit
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, whole
from treasury_sim.domain.progress import Progress
from treasury_sim.domain.result import Result
from treasury_sim.domain.timeline import Quarter
from treasury_sim.engine import run
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.errors import InputError
from treasury_sim.report.board.sample import sample_figures, sample_headline, sample_sections
from treasury_sim.report.board.section import Section
from treasury_sim.report.finding import KeyFigure, headline, key_figures
from treasury_sim.report.tables.attribution import attribution_table
from treasury_sim.report.tables.expected import missed, verdict
from treasury_sim.report.tables.ladder import headline as ladder_headline
from treasury_sim.report.tables.ladder import ladder_table
from treasury_sim.report.tables.lots import lots_sentence, price_sources
from treasury_sim.report.tables.solution import sentence
from treasury_sim.report.tables.statement import income_bridge, period_name, period_of, policies_sentence, position
from treasury_sim.report.words import in_print, in_titles, quarter_name
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
    """Collect the board report of a scenario; its first framework leads.

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
    cache = RunCache()
    result = result or run(scenario, cache=cache, progress=progress)
    shown = period_of(result, label) if label else whole(result.timeline.quarters, result.reported)
    key, last = next(iter(result.statements)), result.timeline.quarters[shown.quarters[-1]]
    is_sample = result.basis == "sample"
    ladder = None if is_sample else _ladder(scenario, last.label, cache)
    return Board(
        title=result.title,
        holder=result.holder,
        period=f"{result.timeline.quarters[shown.quarters[0]].start} to {last.end}",
        shown=shown,
        finding=sample_headline(result, key, shown) if is_sample else headline(result, key, shown.label),
        figures={
            FRAMEWORKS[name].title: (
                sample_figures(result, name, shown) if is_sample else tuple(key_figures(result, name, shown.label))
            )
            for name in result.statements
        },
        sections=tuple(_sections(scenario, result, shown, key, ladder=ladder, cache=cache)),
        result=result,
        ladder=ladder,
        framework=key,
    )


def _sections(
    scenario: Scenario, result: Result, shown: Period, key: str, *, ladder: LotLadder | None, cache: RunCache
) -> Iterator[Section]:
    if result.basis == "sample":
        yield from sample_sections(result, shown)
    else:
        yield from _one_path(scenario, result, shown, key, ladder=ladder, cache=cache)
    if result.outcomes:
        failed = tuple(missed(result.outcomes))
        yield Section("Against expected figures", words=(verdict(result.outcomes),), items=failed, in_flash=True)
    yield Section("Modelled, not modelled, assumed", words=(result.description.strip() or "No description provided.",))
    sources = [] if result.basis == "sample" else price_sources(result, _last(result, shown).label)
    if scenario.notes:
        yield Section("Files that were read in part", items=scenario.notes, in_flash=True)
    others = [in_titles(note) for note in result.notes if note not in scenario.notes]
    yield Section("Notes and sources", items=(*others, *sources))
    yield Section("Method", items=tuple(_method(result)))
    yield Section("Manifest", items=tuple(_manifest(result)))


def _last(result: Result, shown: Period) -> Quarter:
    """The quarter with which the period shown ends."""
    return result.timeline.quarters[shown.quarters[-1]]


def _one_path(
    scenario: Scenario, result: Result, shown: Period, key: str, *, ladder: LotLadder | None, cache: RunCache
) -> Iterator[Section]:
    """The sections of one path: the bridge, the position, causes, the ladder, pressure points."""
    last = _last(result, shown)
    yield Section(
        f"From the coins to the bottom line, {period_name(result, shown)}",
        tables=(income_bridge(result, shown.label),),
        chart="waterfall",
        in_flash=True,
    )
    yield Section(
        f"Holdings at {last.end}",
        words=(lots_sentence(result, last.label),),
        tables=(position(result, shown.label),),
        chart="price",
        in_flash=True,
    )
    yield _causes(scenario, key, last, cache)
    if ladder is not None:
        tables = (ladder_table(ladder, LADDER_ROWS),)
        yield Section("The ladder: the cost of a further fall", (ladder_headline(ladder),), tables, "ladder")
    points = tuple(_pressure(scenario, key, last, cache))
    if points:
        yield Section(f"Pressure points: what it would take in {quarter_name(last)}", items=points, in_flash=True)


def _causes(scenario: Scenario, key: str, quarter: Quarter, cache: RunCache) -> Section:
    """The causes of the bottom line of a quarter."""
    attribution = attribute(scenario, framework=key, quarter=quarter.label, cache=cache)
    title = f"{LINES[attribution.line].title}, {attribution.last_words}, {FRAMEWORKS[key].title}"
    return Section(f"Causes, {quarter_name(quarter)}", tables=(attribution_table(attribution, title),))


def _ladder(scenario: Scenario, quarter: str, cache: RunCache) -> LotLadder | None:
    try:
        ladder = lot_ladder(scenario, quarter=quarter, cache=cache)
    except InputError:
        return None
    return ladder if ladder.rungs else None


def _pressure(scenario: Scenario, key: str, quarter: Quarter, cache: RunCache) -> Iterator[str]:
    """The prices in a quarter at which the main limits are reached; without those that the scenario cannot answer."""
    questions: list[tuple[str, Limit]] = [
        ("", Limit("net_income", "below", 0.0)),
        ("Coins are worth what they cost: ", Limit("fair_value", "below", "cost_basis")),
        ("No deferred tax liability is left: ", Limit("carrying", "below", "tax_basis")),
    ]
    stated = [row.limit for row in scenario.spec.limits if not isinstance(row.limit.value, str)]
    questions += [("", limit) for limit in stated[:MOST_LIMITS]]
    for words_of_it, target in questions:
        try:
            chosen = target.framework or key
            solution = solve(scenario, target, "price", framework=chosen, quarter=quarter.label, cache=cache)
        except InputError:
            continue
        if solution.answers or not words_of_it:
            answer = in_print(sentence(solution), is_calendar=quarter.is_of_calendar)
            begun = f"{words_of_it}{answer[:1].lower()}{answer[1:]}" if words_of_it else answer
            yield f"{begun} ({FRAMEWORKS[solution.framework].title}.)"


def _method(result: Result) -> Iterator[str]:
    for key in result.statements:
        framework = FRAMEWORKS[key]
        yield f"{framework.title}, {framework.citation}: {framework.summary} {framework.interim}"
    yield policies_sentence(result)
    yield (
        "A scenario file is replayed against lots and rules; figures are not rounded before they are shown. "
        "Formulas, sources and tests: docs/methodology.md."
    )


def _manifest(result: Result) -> Iterator[str]:
    yield f"treasury_sim {result.engine_version}; basis {result.basis}, {result.paths} path(s)"
    if result.seed is not None:
        yield f"Seed {result.seed}"
    yield from (f"{name}: SHA-256 {digest}" for name, digest in result.inputs.items())
