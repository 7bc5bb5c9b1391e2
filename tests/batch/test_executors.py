"""Executors: the same bytes from each, and nothing lost when a worker or the whole batch is killed."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.batch.cases import batch, content, write_holder
from treasury_sim.batch.executors import ExecutorError, executor_of
from treasury_sim.batch.order import BatchOrder
from treasury_sim.batch.run import StoppedError, run_batch
from treasury_sim.errors import TreasurySimError

CASE = "accounting.impairment_price=intraday_low,weekly,period_end"
MANY = (CASE, "tax.rate={from: 20%, to: 30%, count: 500}")
FEW = (CASE, "tax.rate={from: 20%, to: 30%, count: 8}")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("treasury_sim.batch.chunk.RUNS_A_CHUNK", 5)


@pytest.mark.usefixtures("small_chunks")
def test_processes_give_the_bytes_of_one_process(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in")
    batch(file, out=tmp_path / "one", vary=FEW)
    batch(file, out=tmp_path / "two", vary=FEW, executor="process", workers=2)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_a_dead_worker_ends_the_batch_and_what_is_stored_is_kept(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in")
    order = BatchOrder((str(file),), vary=MANY, out=tmp_path / "out", executor="process", workers=1)

    def kill_the_worker(done: int, _: int) -> None:
        if done:
            for child in multiprocessing.active_children():
                child.kill()

    with pytest.raises(StoppedError, match=r"A worker died\. .* Continue with:\n  treasury-sim batch x"):
        run_batch(order, kill_the_worker, resume="treasury-sim batch x")
    assert list((tmp_path / "out" / "parts").glob("*.json"))
    report = run_batch(order)
    assert report.unchanged > 0
    batch(file, out=tmp_path / "undisturbed", vary=MANY)
    assert content(tmp_path / "out") == content(tmp_path / "undisturbed")


def parts(folder: Path) -> list[Path]:
    return sorted((folder / "parts").glob("*.json")) if (folder / "parts").exists() else []


@pytest.mark.parametrize("executor", ["inprocess", "process"])
def test_killed_in_the_middle_and_run_again_it_is_as_if_nothing_had_happened(tmp_path: Path, executor: str) -> None:
    file, out = write_holder(tmp_path / "in"), tmp_path / "out"
    options = [str(file), "--out", str(out), "--executor", executor, "--workers", "1"]
    for vary in MANY:
        options += ["--vary", vary]
    running = subprocess.Popen(
        [sys.executable, "-m", "treasury_sim", "batch", *options], stdout=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while len(parts(out)) < 2 and time.monotonic() < deadline:
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert not (out / "manifest.json").exists(), "it was over before it was killed"
    for summary in parts(out):
        assert json.loads(summary.read_text())["scores"]
        assert summary.with_suffix(".parquet").read_bytes()[-4:] == b"PAR1"

    report = batch(file, out=out, vary=MANY)
    assert report.unchanged >= 2 * 256
    assert report.summary.scenarios == 1_500
    batch(file, out=tmp_path / "undisturbed", vary=MANY)
    assert content(out) == content(tmp_path / "undisturbed")


def test_one_batch_at_a_time_in_a_folder_and_a_killed_one_leaves_it_free(tmp_path: Path) -> None:
    file, out = write_holder(tmp_path / "in"), tmp_path / "out"
    hold = "import time; from pathlib import Path; from treasury_sim.batch.lock import locked\n"
    hold += f"with locked(Path({str(out)!r})):\n    print('held', flush=True); time.sleep(600)"
    out.mkdir()
    with subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(TreasurySimError, match=r"^Another batch is running in .*out: wait for it .* --out\.$"):
            batch(file, out=out)
        assert not list((out / "parts").iterdir())
        other.kill()
        other.wait()
    assert batch(file, out=out).summary.scenarios == 1


def test_an_interrupt_says_how_to_go_on(tmp_path: Path) -> None:
    def interrupt(done: int, _: int) -> None:
        if done:
            raise KeyboardInterrupt

    order = BatchOrder((str(write_holder(tmp_path / "in")),), vary=MANY, out=tmp_path / "out", executor="inprocess")
    with pytest.raises(StoppedError, match="Interrupted") as caught:
        run_batch(order, interrupt, resume="treasury-sim batch x")
    assert caught.value.exit_code == 130
    assert run_batch(order).unchanged == 256


@pytest.mark.parametrize("name", ["threads", "tcp://127.0.0.1:1"])
def test_an_executor_that_is_not_there_is_told(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("treasury_sim.batch.executors.PATIENCE", 1.0)
    with pytest.raises(TreasurySimError, match=r"Executor threads is unknown|No Dask scheduler answers") as caught:
        batch(write_holder(tmp_path / "in"), out=tmp_path / "out", executor=name)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


@pytest.fixture(params=["silent", "no scheduler", "closing"])
def listener(request: pytest.FixtureRequest) -> Iterator[str]:
    """Something that listens where a scheduler should."""
    kept: list[socket.socket] = []

    def answer() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            if request.param == "no scheduler":
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"x" * 100)
            if request.param == "closing":
                connection.close()
            kept.append(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer, daemon=True).start()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}"
    for connection in kept:
        connection.close()


def test_what_is_no_scheduler_is_told_and_not_waited_for(listener: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("treasury_sim.batch.executors.PATIENCE", 1.0)
    with pytest.raises(ExecutorError, match=f"^No Dask scheduler answers at {listener}: .*tcp://host:8786.$"):
        executor_of(listener, None).__enter__()


@pytest.mark.parametrize("name", ["tcp://", "tcp://127.0.0.1:port", "://x", "http://localhost:8786", "tls://a:1"])
def test_an_address_that_is_none_is_told(name: str) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(ExecutorError, match=f"^No Dask scheduler answers at {name}: .*tcp://host:8786.$"):
        executor_of(name, None).__enter__()


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.filterwarnings("default")
@pytest.mark.usefixtures("small_chunks")
def test_dask_gives_the_bytes_of_one_process_and_survives_a_killed_worker(tmp_path: Path, scheduler: str) -> None:
    from distributed import Client

    file = write_holder(tmp_path / "in")
    vary = (CASE, "tax.rate={from: 20%, to: 30%, count: 40}")
    batch(file, out=tmp_path / "one", vary=vary)
    killed: list[int] = []

    def kill_one(done: int, _: int) -> None:
        if done and not killed:
            with Client(scheduler, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    run_batch(BatchOrder((str(file),), vary=vary, out=tmp_path / "dask", executor=scheduler), kill_one)
    assert killed
    assert content(tmp_path / "dask") == content(tmp_path / "one")
