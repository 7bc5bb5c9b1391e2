"""`limits:`, thresholds that a run should not cross."""

from typing import ClassVar, Self

from pydantic import model_validator

from treasury_sim.case.fields import Signed, Spec
from treasury_sim.case.names import FrameworkName, LineName
from treasury_sim.domain.limit import Limit, MeasuredAs, Severity


class LimitRow(Spec):
    """A limit: its line, and the side on which it is breached."""

    one_of: ClassVar = (("line", "loss", "charge"), ("above", "below"))

    line: LineName | None = None
    """A line of the quarterly statement, as it is."""
    loss: LineName | None = None
    """A line with its sign reversed, so that a loss is positive."""
    charge: LineName | None = None
    """A line with its sign reversed, so that a charge is positive."""
    above: Signed | LineName | None = None
    """Breached above this amount or this other line."""
    below: Signed | LineName | None = None
    """Breached below this amount or this other line."""
    severity: Severity = "breach"
    """Severity of a breach."""
    framework: FrameworkName | None = None
    """The only framework to which the limit applies."""
    name: str = ""
    """Name shown in reports."""
    reason: str = ""
    """Why a breach matters."""

    @property
    def limit(self) -> Limit:
        """The limit as the engine uses it."""
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
