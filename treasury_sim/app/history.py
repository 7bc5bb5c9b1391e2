"""The steps of a session: frozen scenarios and a place among them, so that every edit can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from treasury_sim.scenario import Scenario

MOST = 100
"""Steps that are kept."""


@dataclass(frozen=True)
class Opened:
    """A scenario as it was opened and as it is edited.

    Attributes
    ----------
    name
        What its files are called; of a shipped case, its name.
    shipped
        Whether `original` is a shipped case.
    original
        Unedited.
    scenario
        The truth: what the screen shows and the files hold.
    """

    name: str
    shipped: bool
    original: Scenario
    scenario: Scenario

    @property
    def edited(self) -> bool:
        """Whether the scenario differs from the one that was opened."""
        return self.scenario is not self.original

    def to(self, scenario: Scenario) -> Opened:
        """The same with another scenario."""
        return replace(self, scenario=scenario)


@dataclass(frozen=True)
class Edit:
    """A change of the scenario that is noted and not yet made.

    Attributes
    ----------
    change
        Gives the new scenario from the present one and the original.
    then
        Called with the new scenario if the change was possible.
    """

    change: Callable[[Scenario, Scenario], Scenario]
    then: Callable[[Scenario], None]


@dataclass(frozen=True)
class History:
    """Every state of the session in order, and which of them holds.

    Attributes
    ----------
    steps
        At least one.
    index
        The present step; those after it have been undone.
    noted
        Edits to be made from the present step on, in order.
    """

    steps: tuple[Opened, ...]
    index: int = 0
    noted: tuple[Edit, ...] = ()

    @property
    def now(self) -> Opened:
        """The state that holds."""
        return self.steps[self.index]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before."""
        return self.index > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step has been undone."""
        return self.index + 1 < len(self.steps)

    def push(self, step: Opened) -> History:
        """Add `step`; undone steps are dropped, and the oldest of more than `MOST`."""
        if step.scenario is self.now.scenario and step.original is self.now.original:
            return self
        kept = (*self.steps[: self.index + 1], step)[-MOST:]
        return replace(self, steps=kept, index=len(kept) - 1)

    def note(self, edit: Edit) -> History:
        """Add an edit to those to be made."""
        return replace(self, noted=(*self.noted, edit))

    def without_first_note(self) -> History:
        """The same when the first of the noted edits has been made or refused."""
        return replace(self, noted=self.noted[1:])

    def undo(self) -> History:
        """Go one step back, if there is one."""
        return replace(self, index=max(self.index - 1, 0))

    def redo(self) -> History:
        """Go one step on, if there is one."""
        return replace(self, index=min(self.index + 1, len(self.steps) - 1))
