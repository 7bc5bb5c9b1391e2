"""`holder:`, who holds the coins, and its lots."""

from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from treasury_sim.scenario.fields import Currency, MonthDay, Rows, Spec, Text, Whole
from treasury_sim.scenario.rows import LotRow


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
    """A file that another tool exported, and what its columns mean."""

    file: Text
    """The CSV file."""
    mapping: Text
    """A shipped mapping by its name, or a mapping file."""
    assets: Rows[Text] = ()
    """Assets to take; those of the mapping if not given."""


class Holder(Spec):
    """Who holds the coins."""

    name: Text
    """Name of the company."""
    currency: Currency = "USD"
    """Functional and presentation currency; all money is in it unless said."""
    units: Annotated[Literal[1, 1_000, 1_000_000], Whole] = 1
    """Scale of money in the file that states it, not inherited; per-coin and per-share figures are never scaled."""
    fiscal_year_end: MonthDay = "12-31"
    """Last day of the fiscal year, "MM-DD" in quotes."""
    lots: Annotated[
        Annotated[Text, Tag("file")] | Annotated[Rows[LotRow], Tag("rows")] | Annotated[LotsExport, Tag("export")],
        _FileOrRows,
    ] = ()
    """Lots held: a CSV or XLSX file (`library:` for shipped data), a list, or another tool's export."""
