"""`holder:`, the company that holds the coins, and its lots."""

from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from treasury_sim.case.fields import Currency, MonthDay, Rows, Spec, Text, Whole
from treasury_sim.case.rows import LotRow


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
