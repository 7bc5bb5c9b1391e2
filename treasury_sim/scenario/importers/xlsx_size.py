"""Bounds on an Excel file, before anything in it is parsed: a few kilobytes can unpack to gigabytes."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from treasury_sim.errors import InputError, Problem

MOST_BYTES = 20_000_000
MOST_BYTES_UNPACKED = 200_000_000
MOST_CELLS = 1_000_000
"""In one sheet."""
MOST_CELLS_IN_ROW = 20_000
MOST_ELEMENTS = {"xl/styles.xml": 100_000, "xl/sharedStrings.xml": 2_000_000}
"""By part; an Excel file has at most 65,490 cell formats, and a text takes two elements or more."""
MOST_ELEMENTS_ELSEWHERE = 500_000
"""In a part that is not a sheet, such as the names of the workbook."""

_FIX = "Keep only the sheet of lots, or save it as CSV."
_CHUNK = 1 << 20
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")


def check_size(content: bytes, where: str) -> None:
    """Refuse a workbook whose parsing would take minutes or gigabytes.

    Parameters
    ----------
    content
        The whole file.
    where
        Its name in messages.

    Raises
    ------
    InputError
        If it is larger than the bounds of this module, or no workbook.
    """
    if len(content) > MOST_BYTES:
        raise _too_large(where, f"a file of at most {MOST_BYTES // 1_000_000} MB", f"{len(content) / 1e6:.0f} MB")
    try:
        with ZipFile(BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            if unpacked > MOST_BYTES_UNPACKED:
                expected = f"at most {MOST_BYTES_UNPACKED // 1_000_000} MB when unpacked"
                raise _too_large(where, expected, f"{unpacked / 1e6:.0f} MB")
            for name in parts.namelist():
                _check_part(parts, name, where)
    except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error) as error:
        raise InputError([no_workbook(where, error)]) from None


def _check_part(parts: ZipFile, name: str, where: str) -> None:
    """Count the elements of one part, unpacked piece by piece."""
    is_sheet = name.startswith("xl/worksheets/")
    most = MOST_ELEMENTS.get(name, MOST_ELEMENTS_ELSEWHERE)
    elements = cells = in_row = longest = 0
    with parts.open(name) as part:
        kept = b""
        while piece := part.read(_CHUNK):
            piece = kept + piece
            end = piece.rfind(b">") + 1  # a tag cut in two is counted with the next piece
            piece, kept = piece[:end], piece[end:]
            if is_sheet:
                cells += len(_CELL.findall(piece))
                first, *others = (len(_CELL.findall(row)) for row in _ROW.split(piece))
                longest = max(longest, in_row + first, *others)
                in_row = others[-1] if others else in_row + first
            elements += piece.count(b"<")
            if cells > MOST_CELLS:
                raise _too_large(where, f"at most {MOST_CELLS:,} cells in a sheet", f"more in {name}")
            if longest > MOST_CELLS_IN_ROW:
                raise _too_large(where, f"at most {MOST_CELLS_IN_ROW:,} cells in a row", f"more in {name}")
            if not is_sheet and elements > most:
                raise _too_large(where, f"at most {most:,} elements in {name}", "more")


def _too_large(where: str, expected: str, actual: str) -> InputError:
    return InputError([Problem(where, None, "", expected, actual, _FIX)])


def no_workbook(where: str, error: Exception) -> Problem:
    """The problem of a file that is damaged or of another kind."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return Problem(where, None, "", "an Excel file (.xlsx)", reason, "Save it as .xlsx or CSV.")
