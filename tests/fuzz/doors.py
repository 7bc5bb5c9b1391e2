"""Every door for input: what goes in, how it is changed, and what may come out.

A door is entered with bytes. It returns ``True`` for a result and ``False`` for an error in words; anything else that
is raised is a defect.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import openpyxl  # type: ignore[import-untyped]
import yaml

from tests.fuzz import follow, mutations
from treasury_sim import TreasurySimError, load, load_given
from treasury_sim.app import link, opening
from treasury_sim.batch.manifest import Manifest
from treasury_sim.batch.model import read
from treasury_sim.batch.part import PartSummary
from treasury_sim.report.close.accounts import read_account_map
from treasury_sim.report.running.answer_log import read_log
from treasury_sim.scenario.amounts import read_amount, read_share
from treasury_sim.scenario.importers.export import read_export, read_mapping
from treasury_sim.scenario.importers.prices_csv import read_prices
from treasury_sim.scenario.library import shipped
from treasury_sim.scenario.sweep import sweep_of
from treasury_sim.scenario.variations import Variations

TESTS = Path(__file__).parents[1]
LARGEST_SCENARIO = 3_000
"""Bytes: larger ones hold thousands of lots, and a mutation of one takes seconds."""

LOTS = b"""acquired,quantity,unit_cost,asset,fee,id,wallet
2024-11-05,10,68000,BTC,12.5,a,cold
2025-01-20,3.25,102000,BTC,,b,cold
2025-10-09,1,121400.10,BTC,0,c,warm
"""
HOLDS = b"""schema: 1
title: A holder with a table of lots
holder: {name: Us, currency: USD, lots: %s}
period: {start: 2025-10-01, end: 2025-12-31}
accounting: {frameworks: [us_gaap_fair_value, us_gaap_impairment, ifrs_cost]}
tax: {rate: 21%%}
"""

ACCOUNTS = b"digital_assets: 1500 Bitcoin\ncash: 1000 Cash at bank\n"
VARIED = (
    b"tax.state_rate=1%,6%",
    b"prices.BTC.quarter_end.2025-12-31={from: 60_000, to: 120_000, step: 10_000}",
    b"prices.BTC.relative=-10%,-50%",
    b"holder.lots[0].quantity=1,2,3",
)
ANSWERS = b'{"asked": "2026-11-29T10:00:00+00:00", "scenario": "a", "figures": {"net_income": [1.0, 2.0, 3.0]}}'
AMOUNTS = (b"$1,234.56", b"12.5m", b"87_515", b"-30%", b"1.2bn", b"12,500.50")


@dataclass(frozen=True)
class Door:
    """A way in.

    Attributes
    ----------
    seeds
        Valid inputs.
    mutate
        Changes one of them.
    enter
        Uses an input.
    """

    seeds: Callable[[], list[bytes]]
    mutate: Callable[[Random, bytes], bytes]
    enter: Callable[[Random, bytes], bool]


def attempt(act: Callable[[], object]) -> bool:
    """Whether `act` gives a result; an error in words gives none."""
    try:
        act()
    except TreasurySimError as error:
        if not str(error).strip():
            raise
        str(error).encode()
        return False
    return True


@cache
def scenarios() -> list[bytes]:
    """Shipped scenarios that are small and need no other file."""
    files = [path.read_bytes() for path in shipped() if path.stat().st_size <= LARGEST_SCENARIO]
    return [content for content in files if _runs_alone(content)]


def _runs_alone(content: bytes) -> bool:
    return attempt(lambda: load_given({"a.yaml": content})) and len(load_given({"a.yaml": content}).lots) <= 20


@cache
def _trees() -> list[Any]:
    return [yaml.safe_load(content) for content in scenarios()]


def _tree(random: Random, given: bytes) -> bytes:
    try:
        return mutations.as_yaml(mutations.tree(random, yaml.safe_load(given), _trees()))
    except (yaml.YAMLError, RecursionError, TypeError):
        return given


def _scenario(random: Random, content: bytes) -> bool:
    return attempt(lambda: follow.scenario(random, load_given({"a.yaml": content})))


def _lots(name: str) -> Callable[[Random, bytes], bool]:
    holder = HOLDS % name.encode()

    def enter(random: Random, content: bytes) -> bool:
        return attempt(lambda: follow.scenario(random, load_given({"a.yaml": holder, name: content})))

    return enter


def _workbook() -> list[bytes]:
    book = openpyxl.Workbook()
    for row in LOTS.decode().splitlines():
        book.active.append(row.split(","))
    out = io.BytesIO()
    book.save(out)
    return [out.getvalue()]


def _exports() -> list[bytes]:
    """A mapping and an export in one, as two documents."""
    folder = TESTS / "scenario" / "exports"
    maps = Path(__file__).parents[2] / "scenarios" / "mappings"
    files = [(maps / f"{path.stem}.yaml", path) for path in sorted(folder.glob("*.csv"))]
    return [mapping.read_bytes() + SPLIT + export.read_bytes() for mapping, export in files if mapping.exists()]


SPLIT = b"\n=====\n"


def _mutate_export(random: Random, given: bytes) -> bytes:
    mapping, _, export = given.partition(SPLIT)
    if random.randrange(2):
        return mapping + SPLIT + mutations.table(random, export)
    return _tree(random, mapping) + SPLIT + export


def _export(_random: Random, content: bytes) -> bool:
    mapping, _, export = (part.decode("utf-8", "replace") for part in content.partition(SPLIT))
    return attempt(lambda: read_export(export, "export.csv", read_mapping(mapping, "map.yaml"), currency="USD"))


def _price_files() -> list[bytes]:
    folder = TESTS / "scenario" / "public_reports" / "22-price-files"
    contents = [b"".join(path.read_bytes().splitlines(keepends=True)[:60]) for path in sorted(folder.glob("*.csv"))]
    return [content for content in contents if _prices(Random(0), content)]


def _prices(_random: Random, content: bytes) -> bool:
    return attempt(lambda: read_prices(content.decode("utf-8", "replace"), "prices.csv", "BTC"))


def _vary(_random: Random, content: bytes) -> bool:
    def act() -> None:
        base = load("no_debt")
        sweep = sweep_of(base, [content.decode("utf-8", "replace")])
        variations = Variations(base, sweep.places)
        for number in {0, len(sweep) - 1}:
            sweep.name(number)
            variations.at(sweep.changes(number))

    return attempt(act)


LINKS = (
    b"case=no_debt&prices.BTC.relative=-0.4",
    b"case=ifrs_cost_2025&tax.rate=0.3",
)


def _json(random: Random, given: bytes) -> bytes:
    if random.randrange(3) == 0:
        return mutations.content(random, given)
    changed = mutations.tree(random, json.loads(given), [json.loads(given)])
    return json.dumps(_with_text_keys(changed), default=str).encode()


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _with_text_keys(each) for key, each in value.items()}
    return [_with_text_keys(each) for each in value] if isinstance(value, list) else value


def _texts(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _link(_random: Random, content: bytes) -> bool:
    return attempt(lambda: link.from_link(dict(parse_qsl(content.decode("utf-8", "replace")))))


def _saved() -> list[bytes]:
    text = (HOLDS % b"[{acquired: 2025-01-02, quantity: 10, unit_cost: 90_000}]").decode()
    return [json.dumps({"name": "mine", "original": text, "edited": text}).encode()]


def _restore(_random: Random, content: bytes) -> bool:
    return attempt(lambda: opening.from_saved(_texts(content)))


def _account_map(_random: Random, content: bytes) -> bool:
    return attempt(lambda: read_account_map(content.decode("utf-8", "replace"), "accounts.yaml"))


def _amount(_random: Random, content: bytes) -> bool:
    text = content.decode("utf-8", "replace")
    return attempt(lambda: read_amount(text, "amount", currency="USD")) | attempt(lambda: read_share(text, "share"))


@cache
def _batch() -> tuple[bytes, bytes]:
    """The manifest of a finished batch and the summary of one of its parts."""
    from tests.batch.cases import batch, write_holder

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        batch(write_holder(Path(folder) / "in"), out=out)
        return (out / "manifest.json").read_bytes(), next(iter(out.glob("parts/*.json"))).read_bytes()


def _manifest(_random: Random, content: bytes) -> bool:
    try:
        read(Manifest, content)
    except ValueError:
        return False
    return True


def _part(_random: Random, content: bytes) -> bool:
    try:
        PartSummary.from_json(content)
    except ValueError:
        return False
    return True


def _log(_random: Random, content: bytes) -> bool:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return attempt(lambda: read_log(Path(file.name)))


DOORS: dict[str, Door] = {
    "scenario": Door(scenarios, _tree, _scenario),
    "scenario-bytes": Door(scenarios, mutations.content, _scenario),
    "lots-csv": Door(lambda: [LOTS], mutations.table, _lots("lots.csv")),
    "lots-xlsx": Door(_workbook, mutations.workbook, _lots("lots.xlsx")),
    "export": Door(_exports, _mutate_export, _export),
    "prices-csv": Door(_price_files, mutations.table, _prices),
    "vary": Door(lambda: list(VARIED), mutations.content, _vary),
    "link": Door(lambda: list(LINKS), mutations.content, _link),
    "saved": Door(_saved, _json, _restore),
    "account-map": Door(lambda: [ACCOUNTS], mutations.content, _account_map),
    "amount": Door(lambda: list(AMOUNTS), mutations.content, _amount),
    "manifest": Door(lambda: [_batch()[0]], _json, _manifest),
    "part": Door(lambda: [_batch()[1]], _json, _part),
    "answers-log": Door(lambda: [ANSWERS], _json, _log),
}


@cache
def seeds(name: str) -> list[bytes]:
    """The valid inputs of a door."""
    return DOORS[name].seeds()


def made(name: str, random: Random) -> bytes:
    """A changed input of a door."""
    return DOORS[name].mutate(random, random.choice(seeds(name)))
