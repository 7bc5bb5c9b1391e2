"""The files of a close, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.domain.text_out import visible
from treasury_sim.report.close import formats, plain_text
from treasury_sim.report.close.accounts import AccountMap
from treasury_sim.report.close.checks import Check
from treasury_sim.report.close.live.sheets import LiveSheets
from treasury_sim.report.close.pack import ClosePack
from treasury_sim.report.files import OutputError, write_together

Files = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Written:
    """The files of a close, and whether the formulas of its workbooks give the figures of the run."""

    files: tuple[Path, ...]
    checks: tuple[Check, ...]


Live = Callable[[ClosePack], LiveSheets]
"""Makes the formulas of a close; called for a workbook only."""


def _workbook(pack: ClosePack, live: Live, progress: Progress) -> Files:
    from treasury_sim.report.close.workbook import workbook  # noqa: PLC0415 - only a workbook needs XlsxWriter

    try:
        return {f"{formats.prefix(pack)}.xlsx": workbook(pack, live(pack), progress)}
    except ModuleNotFoundError as error:
        message = 'A workbook needs XlsxWriter: pip install "treasury-sim[excel]".'
        raise OutputError(message) from error


FORMATS: dict[str, Callable[[ClosePack, AccountMap, Live, Progress], Files]] = {
    "csv": lambda pack, *_: {
        **formats.csv_files(pack),
        f"{formats.prefix(pack)}_disclosure.md": visible(formats.disclosure_markdown(pack)),
    },
    "json": lambda pack, *_: {f"{formats.prefix(pack)}.json": formats.close_json([pack])},
    "xlsx": lambda pack, _, live, progress: _workbook(pack, live, progress),
    "beancount": lambda pack, accounts, *_: {
        f"{formats.prefix(pack)}.beancount": visible(plain_text.beancount(pack, accounts))
    },
    "hledger": lambda pack, accounts, *_: {
        f"{formats.prefix(pack)}.journal": visible(plain_text.hledger(pack, accounts))
    },
}
"""Format -> the files of one close in it."""


def write_close(
    packs: Sequence[ClosePack],
    accounts: AccountMap,
    output: str,
    folder: Path,
    live: Live,
    *,
    progress: Progress = silent,
) -> Written:
    """Write `packs` to `folder` in one of `FORMATS`; all files are made before the first is put in place.

    `progress` is called after each framework, and after each sheet of a workbook.

    Raises
    ------
    OutputError
        If the folder cannot be written to, or XlsxWriter is not installed.
    """
    checks: list[Check] = []

    def counted(pack: ClosePack) -> LiveSheets:
        sheets = live(pack)
        checks.extend(sheets.checks)
        return sheets

    files: dict[str, str | bytes] = {}
    for pack, within in parts(packs, progress):
        files |= FORMATS[output](pack, accounts, counted, within)
    # A table that this close does not have, such as one of an asset, would be of an earlier one.
    tables = (path.name for pack in packs for path in folder.glob(f"{formats.prefix(pack)}_*.csv"))
    paths = write_together(folder, files, replacing=list(tables) if output == "csv" else ())
    return Written(tuple(paths), tuple(checks))
