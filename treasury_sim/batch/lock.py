"""One writer at a time per batch folder: a lock of the operating system, which ends with its process."""

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
    """Lock `folder` until the block ends or the process dies; the file stays, only the lock on it counts.

    Raises
    ------
    OutputError
        If another batch runs there, or the folder cannot be written to.
    """
    path = folder / FILE
    if path.exists() and not path.is_file():
        message = f"{path} is not a file: remove it, or give another folder with --out."
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
            pass  # A file system without locks cannot be protected.
        yield


def _lock(file: IO[bytes]) -> None:
    # Closing the file or ending the process, however it ends, releases the lock.
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
