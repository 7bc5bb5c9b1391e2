"""`limits:`, the thresholds that a run should not cross."""

from typing import ClassVar, Self

from pydantic import model_validator

from treasury_sim.domain.limit import Limit, MeasuredAs, Severity
from treasury_sim.scenario.fields import Signed, Spec
from treasury_sim.scenario.names import FrameworkName, LineName


class LimitRow(Spec):
    """One limit: what is looked at, and the side on which it fails."""

    one_of: ClassVar = (("line", "loss", "charge"), ("above", "below"))

    line: LineName | None = None
    """A line of the quarterly statement, as it is."""
    loss: LineName | None = None
    """A line whose minus is a loss: positive for a loss."""
    charge: LineName | None = None
    """A line whose minus is a charge: positive for a charge."""
    above: Signed | LineName | None = None
    """Fails above this amount, or above this other line."""
    below: Signed | LineName | None = None
    """Fails below this amount, or below this other line."""
    severity: Severity = "breach"
    """How bad it is."""
    framework: FrameworkName | None = None
    """The only framework to which it applies."""
    name: str = ""
    """What people call it."""
    reason: str = ""
    """Why it matters when it fails."""

    @property
    def limit(self) -> Limit:
        """The limit as the engine knows it."""
        measured_as: MeasuredAs = "line" if self.line else "loss" if self.loss else "charge"
        value = self.above if self.above is not None else self.below
        return Limit(
            line=self.line or self.loss or self.charge or "",
            comparison="below" if self.above is None else "above",
            value=value if isinstance(value, str) else float(value or 0.0),
            measured_as=measured_as,
            severity=self.severity,
            framework=self.framework,
            name=self.name,
            reason=self.reason,
        )

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        self.check_one_of()
        return self
