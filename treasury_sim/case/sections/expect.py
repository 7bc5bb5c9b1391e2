"""`expect:`, the figures that a run must meet."""

from typing import Self

from pydantic import model_validator

from treasury_sim.case.fields import NotNegative, Rate, Signed, Spec, Tolerance, fault, percent


class Expectation(Spec):
    """A figure that the run must meet."""

    value: Signed
    """The figure, in the unit of the line."""
    tolerance: Tolerance | None = None
    """Largest difference allowed: `0.02%` of the value, or a plain number in the unit of the line."""
    band: Rate | None = None
    """Largest difference allowed to the band of window timings, relative to the value."""
    rounding: NotNegative | None = None
    """Half the rounding unit of the figure, a difference allowed besides the tolerance."""
    source: str = ""
    """Its source: the filing, or the calculation by hand."""
    source_of: str = ""
    """Key of the input taken from this figure, which then agrees by construction and is not evidence."""

    @property
    def allowance(self) -> float | None:
        """Largest difference allowed, in the unit of the line; ``None`` without a tolerance."""
        if not isinstance(self.tolerance, str):
            return self.tolerance
        return abs(self.value) * (percent(self.tolerance) or 0.0)

    @model_validator(mode="after")
    def _check_tolerance(self) -> Self:
        if self.tolerance is None and self.band is None and self.rounding is None:
            fix = "Add a tolerance, such as `tolerance: 0.02%`."
            raise fault("a tolerance, a rounding or a band", found="none", fix=fix)
        if self.value == 0 and not isinstance(self.tolerance, float) and self.rounding is None:
            fix = "A percentage of zero is zero: give `tolerance` as a plain number."
            raise fault("an absolute tolerance, since the value is 0", found=self.tolerance or "none", fix=fix)
        return self
