"""One writer at a time in the folder of a batch: a lock of the operating system, which ends with its process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from treasury_sim.report.files import OutputError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FILE = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others out of `folder` as long as this process lives; the file stays, only the lock on it counts.

    Raises
    ------
    OutputError
        If another batch runs there, or the folder cannot be written to.
    """
    path = folder / FILE
    if path.exists() and not path.is_file():
        message = f"{path} is no file: remove it, or give another folder with --out."
        raise OutputError(message)
    try:
        file = path.open("ab")
    except OSError as error:
        message = f"Cannot write to {folder}: {error.strerror or error}. Give another folder with --out."
        raise OutputError(message) from error
    with file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            message = (
                f"Another batch is running in {folder}: wait for it and run this command again, "
                "or give another folder with --out."
            )
            raise OutputError(message) from None
        except OSError:
            pass  # A file system without locks cannot be guarded.
        yield


def _lock(file: IO[bytes]) -> None:
    # Closing the file or the end of the process releases it, however that ends.
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
