"""`holder:`, the company that holds the coins, and its lots."""

from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Tag

from treasury_sim.case.fields import Currency, Day, MonthDay, NotNegative, Positive, Rows, Spec, Text, Whole
from treasury_sim.case.rows import LotRow
from treasury_sim.case.sections.sources import Confidence


def _file_or_rows(value: object) -> str | None:
    if isinstance(value, str):
        return "file"
    if isinstance(value, (dict, LotsExport)):
        return "export"
    return "rows" if isinstance(value, (list, tuple)) else None


_FileOrRows = Discriminator(
    _file_or_rows,
    custom_error_type="fault",
    custom_error_message="{expected}",
    custom_error_context={
        "expected": "the name of a CSV or XLSX file, a list of lots, or {file, mapping}",
        "found": "",
        "fix": "",
    },
)


class LotsExport(Spec):
    """A file exported by another tool, with the mapping of its columns."""

    file: Text
    """CSV or XLSX file."""
    mapping: Text
    """Name of a shipped mapping, or a mapping file."""
    assets: Rows[Text] = ()
    """Assets to import; by default those of the mapping."""


class Position(Spec):
    """Coins held on a day whose lots are not known: units, and their cost if that is known."""

    not_both: ClassVar = (("unit_cost", "total_cost"),)

    asset: Text = "BTC"
    """The asset."""
    quantity: Positive
    """Units on that day [coins]."""
    unit_cost: NotNegative | None = None
    """Average cost of a unit [currency/coin]; without a cost the coins enter at the close of the day."""
    total_cost: NotNegative | None = None
    """Cost of all units [currency], instead."""
    as_of: Day
    """The day on which they were reported; laid on an earlier period, they enter on the day before it."""
    since: Day | None = None
    """First day on which they may have been bought: gives the band under rules that observe the lowest price."""
    held: Literal["owned", "pledged", "staked", "receivable"] = "owned"
    """Whether they are free, pledged, staked, or lent out and therefore a receivable at fair value."""
    source: str = ""
    """Source of the figures."""
    confidence: Confidence | None = None
    """Confidence in them."""


class Holder(Spec):
    """The company that holds the coins."""

    name: Text
    """Name of the company."""
    currency: Currency = "USD"
    """Functional and presentation currency, of all money unless stated otherwise."""
    units: Annotated[Literal[1, 1_000, 1_000_000], Whole] = 1
    """Scale of money in this file, not inherited; per-coin and per-share figures are never scaled."""
    fiscal_year_end: MonthDay = "12-31"
    """Last day of the fiscal year, "MM-DD" in quotes."""
    lots: Annotated[
        Annotated[Text, Tag("file")] | Annotated[Rows[LotRow], Tag("rows")] | Annotated[LotsExport, Tag("export")],
        _FileOrRows,
    ] = ()
    """Lots held: a CSV or XLSX file (`library:` for shipped data), a list, or an export of another tool."""
    position: Rows[Position] = ()
    """Coins whose lots are not known."""
    consolidated_in: Text | None = None
    """The holder in whose figures these coins are already: totals of a sector count them once."""
