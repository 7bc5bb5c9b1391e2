"""The table of holders: what ties, what is explained, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from treasury_sim.analysis.holder_check import latest, pairs
from treasury_sim.errors import InputError
from treasury_sim.scenario.importers.holder_facts import read_facts, read_facts_file
from treasury_sim.scenario.library import holders_table, library_dir, shipped
from treasury_sim.scenario.loader import load

HEAD = "holder,ticker,as_of,key,value,unit,source,confidence,basis,note,explanation\n"
ACME = HEAD + (
    "Acme,AC,2025-12-31,asset,BTC,,10-K,high,,,\n"
    "Acme,AC,2025-12-31,units_held,100,BTC,10-K,high,,,\n"
    "Acme,AC,2025-12-31,fair_value,8749794,USD,10-K,high,,,\n"
)


def test_units_at_the_close_tie_with_the_fair_value() -> None:
    (pair,) = pairs(read_facts(ACME, "acme.csv"))
    assert pair.computed == pytest.approx(100 * 87_497.94)
    assert pair.verdict == "ties"


def test_a_difference_needs_an_explanation() -> None:
    far = ACME.replace("8749794", "9749794")
    (pair,) = pairs(read_facts(far, "acme.csv"))
    assert pair.verdict == "does not tie"
    (pair,) = pairs(read_facts(far.replace("10-K,high,,,\n", "10-K,high,,,other hour\n"), "acme.csv"))
    assert pair.verdict == "explained"


def test_every_mistake_is_reported_with_its_line() -> None:
    wrong = HEAD + "Acme,AC,2025-12-31,cash,5,USD,,high,,,\nAcme,AC,2025-02-30,cash,x,USD,10-K,sure,,,\n"
    with pytest.raises(InputError) as error:
        read_facts(wrong, "acme.csv")
    keys = {(problem.line, problem.key) for problem in error.value.problems}
    assert keys == {(2, "source"), (3, "as_of"), (3, "value"), (3, "confidence")}


def test_one_source_cannot_have_two_values_for_a_figure() -> None:
    with pytest.raises(InputError, match="same source"):
        read_facts(ACME + "Acme,AC,2025-12-31,units_held,101,BTC,10-K,high,,,\n", "acme.csv")


def test_the_latest_figures_have_their_age() -> None:
    (units, value) = latest(read_facts(ACME, "acme.csv"), date(2026, 1, 10))
    assert (units.age, units.fact.key, value.fact.key) == (10, "units_held", "fair_value")


def test_the_shipped_table_ties_or_says_why() -> None:
    compared = list(pairs(read_facts_file(holders_table())))
    assert [pair for pair in compared if pair.verdict == "does not tie"] == []
    assert {pair.ticker for pair in compared if pair.verdict == "explained"} == {"BMNR", "HUT", "SBET", "ETHZ", "NAKA"}


def test_every_shipped_holder_states_where_its_figures_are_from() -> None:
    files = sorted((library_dir() / "holders").glob("*.yaml"))
    assert len(files) == 27
    for file in files:
        spec = load(file, prices="to_60k").spec
        assert all(row.source and row.confidence for row in spec.holder.position), file.stem
        opening = spec.capital.opening
        if opening is not None:
            assert "capital.opening.cash" in spec.sources, file.stem
        known = spec.holder.position or "holder.position" in spec.missing
        assert known, file.stem
        for number, row in enumerate(spec.holder.position):
            if row.unit_cost is None and row.total_cost is None:
                assert f"holder.position[{number}].unit_cost" in spec.missing, file.stem


def test_holders_and_paths_are_no_scenarios_of_the_list() -> None:
    names = {path.stem for path in shipped()}
    assert not names & {"mara", "to_60k"} - {"mara"}
