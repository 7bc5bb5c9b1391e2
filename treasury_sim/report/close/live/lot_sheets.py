"""The sheets of inputs, lots, tests and disposals, to which everything else refers."""

from __future__ import annotations

from dataclasses import dataclass

from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.block import Block
from treasury_sim.report.close.live.disposals import write_disposals
from treasury_sim.report.close.live.inputs import Inputs, write_inputs
from treasury_sim.report.close.live.lot_tests import Tests, write_tests
from treasury_sim.report.close.live.lots import Lots, write_lots
from treasury_sim.report.close.live.workings import Workings


@dataclass(frozen=True)
class LotSheets:
    """The four sheets of a quarter."""

    inputs: Inputs
    lots: Lots
    tests: Tests
    disposals: Block

    @classmethod
    def of(cls, close: Close, of: Workings) -> LotSheets:
        """Write them."""
        inputs, lots = write_inputs(close, of), write_lots(of)
        tests = write_tests(close, of, inputs, lots)
        return cls(inputs, lots, tests, write_disposals(close, of, inputs, lots, tests))
