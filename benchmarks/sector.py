"""Times a sector of made-up holders on Dask: `python benchmarks/sector.py [--holders N] [--paths N] [--equal N]`.

Each holder is a file with a position, a loan that may be called, and expenses; all are laid on one price path of many
paths. First the whole folder runs with two local worker processes: time, rows a second, peak memory of a worker and of
the process that writes. Then the first `--equal` holders run with one worker, with two, with two of which one is killed
on the way, and in this process: every file of the four folders must have the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

PATH = """schema: 1
title: Many paths
period: {{start: 2026-01-01, end: 2026-12-31}}
prices:
  BTC: {{currency: USD, model: gbm, volatility: 60%}}
simulation: {{paths: {paths}, seed: 11}}
"""
HOLDER = """schema: 1
title: Holder {n}
holder:
  name: Holder {n}
  position: [{{quantity: {units}, unit_cost: {cost}, as_of: 2025-12-31, confidence: high, source: made up}}]
accounting: {{frameworks: [us_gaap_fair_value], cutoff: "00:00 UTC"}}
capital:
  opening: {{cash: {cash}, shares: 1_000_000}}
  loans: [{{name: Loan, principal: {loan}, rate: 8%, collateral: {pledged}, max_ltv: 80%, restored_ltv: 60%}}]
  operating_cash_flow: -{burn}
"""


def write_holders(folder: Path, count: int) -> None:
    """Holders that differ from each other, the same for every run."""
    folder.mkdir(parents=True)
    for n in range(count):
        text = HOLDER.format(
            n=n,
            units=100 + n % 977,
            cost=40_000 + 13 * (n % 5_003),
            cash=1_000_000 + 1_009 * (n % 4_001),
            loan=1_000_000 + 2_003 * (n % 997),
            pledged=40 + n % 53,
            burn=100_000 + 307 * (n % 701),
        )
        (folder / f"holder_{n:05}.yaml").write_text(text)


def sector(holders: Path, path: Path, out: Path, executor: str) -> float:
    """Run the command; returns its time [s]."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "treasury_sim", "sector", str(holders), "--price", str(path), "--out", str(out)]
    subprocess.run([*command, "--executor", executor], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def on_dask(holders: Path, path: Path, out: Path, workers: int, *, kill: bool = False) -> float:
    """Run on a local cluster; if asked, kill a worker as soon as the first parts are stored."""
    from distributed import LocalCluster

    cluster: Any = LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None)
    with cluster:
        if kill:
            threading.Thread(target=_kill_one, args=(cluster, out), daemon=True).start()
        return sector(holders, path, out, cluster.scheduler_address)


def _kill_one(cluster: Any, out: Path) -> None:
    while len(list((out / "parts").glob("*.json"))) < 5:
        time.sleep(0.05)
    victim = next(iter(cluster.workers.values())).pid
    os.kill(victim, signal.SIGKILL)
    print(f"killed worker process {victim} after {len(list((out / 'parts').glob('*.json')))} parts")


def fingerprint(out: Path) -> str:
    """SHA-256 over every part and report, with their names, without the manifest, which holds the directory."""
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.name not in {"manifest.json", ".lock"})
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(out)).encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--holders", type=int, default=10_000)
    parser.add_argument("--paths", type=int, default=1_024)
    parser.add_argument("--equal", type=int, default=200, help="holders of the comparison of bytes; 0 leaves it out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        path = folder / "many.yaml"
        path.write_text(PATH.format(paths=options.paths))
        if options.holders:
            write_holders(folder / "all", options.holders)
            out = folder / "out"
            seconds = on_dask(folder / "all", path, out, 2)
            rows = json.loads((out / "sector.json").read_text())["holders_many"]
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(
                f"{len(rows):,} holders x {options.paths:,} paths, two Dask workers: {seconds:,.0f} s, "
                f"{len(rows) / seconds:,.1f} holders a second, {len(rows) * options.paths / seconds:,.0f} "
                f"holder-paths a second; peak memory of the largest process {peak:,.0f} MiB"
            )
            started = time.perf_counter()
            sector(folder / "all", path, out, "inprocess")
            print(f"the same command again, nothing left to run: {time.perf_counter() - started:,.0f} s")
        if options.equal:
            write_holders(folder / "some", options.equal)
            runs = {
                "one Dask worker": lambda out: on_dask(folder / "some", path, out, 1),
                "two Dask workers": lambda out: on_dask(folder / "some", path, out, 2),
                "two, one killed": lambda out: on_dask(folder / "some", path, out, 2, kill=True),
                "in this process": lambda out: sector(folder / "some", path, out, "inprocess"),
            }
            prints = {}
            for number, (name, run) in enumerate(runs.items()):
                out = folder / f"equal{number}"
                seconds = run(out)
                prints[name] = fingerprint(out)
                print(f"{options.equal:,} holders, {name:<17} {seconds:>6.1f} s  {prints[name]}")
            print("bytes equal" if len(set(prints.values())) == 1 else "BYTES DIFFER")


if __name__ == "__main__":
    main()
