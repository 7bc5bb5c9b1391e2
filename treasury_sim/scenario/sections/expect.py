"""`expect:`, the figures that a run has to meet."""

from typing import Self

from pydantic import model_validator

from treasury_sim.scenario.fields import NotNegative, Rate, Signed, Spec, Tolerance, fault, percent


class Expectation(Spec):
    """A figure that the run has to meet."""

    value: Signed
    """The figure, in the unit of the line."""
    tolerance: Tolerance | None = None
    """How far the result may be off: `0.02%` of the value, or a plain number in the unit of the line."""
    band: Rate | None = None
    """How far the band of window timings may be off, relative to the value."""
    rounding: NotNegative | None = None
    """Half the width of the rounding of the figure, by which the result may be off besides the tolerance."""
    source: str = ""
    """Where it is from: the filing, or how it was worked out by hand."""
    source_of: str = ""
    """Key of the input that was taken from this figure, which then agrees by construction and is no evidence."""

    @property
    def allowance(self) -> float | None:
        """How far the result may be off, in the unit of the line; ``None`` without a tolerance."""
        if not isinstance(self.tolerance, str):
            return self.tolerance
        return abs(self.value) * (percent(self.tolerance) or 0.0)

    @model_validator(mode="after")
    def _check_tolerance(self) -> Self:
        if self.tolerance is None and self.band is None and self.rounding is None:
            raise fault("a tolerance, a rounding or a band", found="none", fix="Add `tolerance: 0.02%`, say.")
        if self.value == 0 and not isinstance(self.tolerance, float) and self.rounding is None:
            fix = "A share of zero is zero: give `tolerance` as a plain number."
            raise fault("an absolute tolerance, since the value is 0", found=self.tolerance or "none", fix=fix)
        return self
