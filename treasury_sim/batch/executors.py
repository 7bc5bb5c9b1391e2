"""Executors that do the work: anything that is a `concurrent.futures.Executor`."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import connection
from typing import Any

from treasury_sim.errors import TreasurySimError

PROCESS, IN_PROCESS = "process", "inprocess"

PATIENCE = 10.0
"""Time allowed for a scheduler to answer [s]."""


MOST_WORKERS = 1_000


class ExecutorError(TreasurySimError):
    """The executor does not exist or cannot be used."""

    exit_code = 2


def says_that_a_worker_died(error: BaseException) -> bool:
    """Whether the error of a chunk means that its worker died and the executor gave up."""
    # Dask re-runs lost work by itself; it gives up with a KilledWorker after one chunk has killed several workers.
    return isinstance(error, (BrokenExecutor, CancelledError)) or type(error).__name__ == "KilledWorker"


class InProcess(Executor):
    """Does the work immediately, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call `fn` and return a future with its result."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - a future carries any exception
            future.set_exception(error)
        return future


@contextmanager
def executor_of(name: str, workers: int | None, most: int = MOST_WORKERS) -> Iterator[tuple[Executor, int]]:
    """Start an executor by name; yield it with the number of its workers.

    Parameters
    ----------
    name
        ``process``, ``inprocess``, or the address of a Dask scheduler, ``tcp://...``.
    workers
        Number of processes; by default the number of cores.
    most
        The most workers there is work for; no more are started.

    Raises
    ------
    ExecutorError
        If the executor is unknown, no scheduler answers, or the number of workers is out of range.
    """
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        message = f"{workers:,} workers are out of range: give 1 to {MOST_WORKERS:,}, or leave --workers out."
        raise ExecutorError(message)
    if name == IN_PROCESS:
        yield InProcess(), 1
    elif name == PROCESS:
        count = min(workers or os.cpu_count() or 1, most)
        # spawn: a worker starts clean on every system, never as a copy of a process with threads.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin)
        try:
            yield pool, count
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    elif "://" in name:
        with _dask_client(name) as client:
            yield client.get_executor(pure=False), max(len(client.ncores()), 1)
    else:
        message = (
            f"Executor {name} is unknown: give {PROCESS}, {IN_PROCESS}, or a Dask scheduler such as tcp://host:8786."
        )
        raise ExecutorError(message)


def _begin() -> None:
    """Leave keyboard interrupts to the process that started this worker, and end when that process ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _dask_client(address: str) -> Any:
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        message = 'A Dask scheduler needs Dask: pip install "treasury-sim[cluster]".'
        raise ExecutorError(message) from None
    # A client may wait forever for a scheduler that does not exist: ask first.
    try:
        asyncio.run(asyncio.wait_for(_identity(distributed, address), PATIENCE))
        return distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except Exception as error:  # noqa: BLE001 - any program may be listening there
        reason = " ".join(str(error).split()) if isinstance(error, (OSError, ValueError, TypeError)) else ""
        reason = (
            f"no reply within {PATIENCE:g} s" if isinstance(error, TimeoutError) else reason or "another program does"
        )
        message = f"No Dask scheduler answers at {address}: {reason}. Give the address it prints: tcp://host:8786."
        raise ExecutorError(message) from None


async def _identity(distributed: Any, address: str) -> None:
    async with distributed.rpc(address) as scheduler:
        await scheduler.identity()
