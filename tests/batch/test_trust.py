"""What stands in the folder of a batch is believed only if it is what was written: every byte, by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.batch.cases import batch, content, write_holder
from treasury_sim.batch.manifest import FILE, Manifest
from treasury_sim.batch.reperform import reperform
from treasury_sim.batch.seal import is_whole, sealed, without_seal
from treasury_sim.batch.show import batch_report, reperformance_text
from treasury_sim.cli.options import print_report
from treasury_sim.errors import TreasurySimError

VARY = ("tax.rate=10%,20%,30%", "plan.lot_relief=fifo,hifo")
LIMITS = [{"loss": "pre_tax_income", "above": 1, "reason": "Too much."}]
BROKEN = "schema: 1\ntitle: bad\nholder: {name: B, lots: [{acquired: 2025-10-06, quantity: two, unit_cost: 1}]}\n"


@pytest.fixture(params=["csv", "parquet"])
def done(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A finished batch in ``out`` with every kind of file, a scenario that cannot be read among its inputs."""
    write_holder(tmp_path / "in", limits=LIMITS)
    (tmp_path / "in" / "bad.yaml").write_text(BROKEN)
    run(tmp_path, request.param)
    return tmp_path


def run(folder: Path, table: str) -> Any:
    paths = (folder / "in" / "scenario.yaml", folder / "in" / "bad.yaml")
    return batch(*paths, out=folder / "out", vary=VARY, table=table, xlsx=True)


def again(folder: Path) -> Any:
    return reperform(folder / "out", executor="inprocess")


def outcome(folder: Path) -> tuple[str, tuple[str, ...]]:
    """What came of it and in which words."""
    try:
        found = again(folder)
    except TreasurySimError as error:
        return "error", (str(error),)
    return found.verdict, found.changes


def table_of(folder: Path) -> str:
    return Manifest.read(folder / "out").order.table


def test_nothing_changed_is_identical_though_a_file_cannot_be_read(done: Path) -> None:
    before = content(done / "out")
    found = again(done)
    assert (found.verdict, found.changes, found.failures) == ("identical", (), ())
    assert reperformance_text(found) == "Identical: every byte is the same."
    assert content(done / "out") == before


def test_a_file_that_failed_then_and_works_now_is_reported(done: Path) -> None:
    (done / "in" / "bad.yaml").write_text((done / "in" / "scenario.yaml").read_text())
    found = again(done)
    assert found.verdict == "different"
    text = reperformance_text(found)
    assert "bad could not be run then and can be run now." in text
    assert "can no longer be run" not in text


def test_a_file_that_fails_for_another_reason_is_reported(done: Path) -> None:
    (done / "in" / "bad.yaml").write_text(BROKEN.replace("two", "three"))
    found = again(done)
    assert found.verdict == "equal"
    assert any("bad fails for a different reason" in change for change in found.changes)
    assert any("quantity was text 'two', is now text 'three'" in change for change in found.changes)


def written_files(out: Path) -> list[str]:
    return [name for name, data in content(out).items() if data and name != ".lock"]


def test_one_flipped_byte_in_any_file_is_noticed_by_name(done: Path) -> None:
    out = done / "out"
    for name in written_files(out):
        path, before = out / name, (out / name).read_bytes()
        for at in (0, len(before) // 2):
            flipped = bytearray(before)
            flipped[at] ^= 0x01
            path.write_bytes(flipped)
            verdict, words = outcome(done)
            assert verdict in {"different", "error"}, (name, at)
            assert any(path.name in line for line in words), (name, at)
        path.write_bytes(before)
    assert again(done).verdict == "identical"


@pytest.mark.parametrize("how", ["flipped", "emptied", "deleted"])
def test_a_batch_that_goes_on_notices_and_mends_every_file_it_wrote(done: Path, how: str) -> None:
    out, sound = done / "out", content(done / "out")
    for name in written_files(out):
        path = out / name
        if how == "deleted":
            path.unlink()
        else:
            path.write_bytes(b"" if how == "emptied" else sound[name][:-1] + bytes([sound[name][-1] ^ 1]))
        report = run(done, table_of(done) if name != FILE else ("csv" if "table.csv" in sound else "parquet"))
        assert content(out) == sound, name
        if "/" not in name and name != FILE:
            assert path in report.altered
        if name.startswith("parts") and not (how == "deleted" and name.endswith(".json")):
            assert path in report.altered
            assert report.unchanged == 0


def forge(part: Path) -> None:
    """A breach disappears from a part, as in an editor."""
    summary = json.loads(part.read_bytes())
    summary["scores"][0][1] = -0.0001
    summary["scores"][0][6] = []
    part.write_text(json.dumps(summary, separators=(",", ":"), ensure_ascii=False))


def test_a_forged_summary_is_never_believed(done: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, sound = done / "out", content(done / "out")
    (part,) = (out / "parts").glob("*.json")
    forge(part)
    found = again(done)
    assert found.verdict == "different"
    assert found.changes == (f"{part} differs from what was written.",)
    assert len(found.rejudged) == 1
    assert "Failed breach" in found.rejudged[0]
    report = run(done, table_of(done))
    assert (report.unchanged, report.altered) == (0, (part,))
    assert content(out) == sound
    print_report(batch_report(report))
    assert "differed from what had been written; it was rebuilt" in " ".join(capsys.readouterr().out.split())


def test_a_forged_summary_under_a_new_seal_is_found_by_the_manifest_and_by_computing_again(done: Path) -> None:
    (part,) = (done / "out" / "parts").glob("*.json")
    forge(part)
    part.write_bytes(sealed(without_seal(part.read_bytes().replace(b'"seal": ', b'"seal":')), part.stem))
    assert is_whole(part.read_bytes(), part.stem)
    assert again(done).verdict == "different"
    # With a manifest that was forged to match, only what is computed again can tell.
    manifest = Manifest.read(done / "out")
    from treasury_sim.batch.folder import digest_of

    ((key, rows, _),) = manifest.parts
    forged = manifest.model_copy(update={"parts": ((key, rows, digest_of(part)),)})
    (done / "out" / FILE).write_bytes(forged.to_json())
    found = again(done)
    assert (found.verdict, found.changes) == ("different", ())
    assert len(found.rejudged) == 1


def test_a_part_is_not_taken_for_another(tmp_path: Path) -> None:
    first, second = write_holder(tmp_path / "a"), write_holder(tmp_path / "b", tax={"rate": 0.5})
    batch(first, out=tmp_path / "first")
    batch(second, out=tmp_path / "second")
    for ending in ("json", "parquet"):
        (one,), (other,) = ((tmp_path / name / "parts").glob(f"*.{ending}") for name in ("first", "second"))
        other.write_bytes(one.read_bytes())
    (tmp_path / "second" / FILE).unlink()
    sound = batch(second, out=tmp_path / "third")
    assert batch(second, out=tmp_path / "second").unchanged == 0
    assert content(tmp_path / "second") == content(tmp_path / "third")
    assert sound.altered == ()


def command(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    whole = [sys.executable, "-m", "treasury_sim", *map(str, arguments)]
    return subprocess.run(whole, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


HAND_BROKEN: dict[str, Any] = {
    "order without paths": {"order": {"vary": []}},
    "order null": {"order": None},
    "no paths": {"order": {"paths": [], "vary": [], "base": None, "table": "csv", "xlsx": False, "allow_paths": []}},
    "parts of numbers": {"parts": [1]},
    "parts null": {"parts": None},
    "sources null": {"sources": None},
    "seeds null": {"seeds": None},
    "seeds true": {"seeds": {"a": True}},
    "directory 5": {"directory": 5},
    "a digest that is a file": {"sources": {"a": {"a.yaml": "/etc/passwd"}}},
    "a digest that is a folder": {"sources": {"a": {"a.yaml": "../.."}}},
    "a part that is a file": {"parts": [["/etc/passwd", "0" * 64, "0" * 64]]},
    "a report elsewhere": {"reports": {"../../etc/passwd": "0" * 64}},
    "an unknown key": {"more": 1},
    "a number that is none": {"seeds": {"a": float("inf")}},
}


@pytest.mark.parametrize("name", HAND_BROKEN)
def test_a_manifest_broken_by_hand_is_an_error_that_names_it(done: Path, name: str) -> None:
    path = done / "out" / FILE
    path.write_text(json.dumps(json.loads(path.read_bytes()) | HAND_BROKEN[name]))
    with pytest.raises(TreasurySimError, match=r"manifest\.json is broken \(.+\)\. Run"):
        again(done)


@pytest.mark.parametrize("text", ["", "[", "[" * 200_000, "null", "[]", "1" * 10_000, '"' + "x" * 100, "\x00", "{}"])
def test_a_manifest_or_part_that_is_no_table_is_an_error_that_names_it(done: Path, text: str) -> None:
    (part,) = (done / "out" / "parts").glob("*.json")
    before = part.read_bytes()
    part.write_text(text)
    with pytest.raises(TreasurySimError, match=part.name):
        again(done)
    part.write_bytes(before)
    (done / "out" / FILE).write_text(text)
    with pytest.raises(TreasurySimError, match=r"manifest\.json is broken"):
        again(done)


def test_an_order_that_does_not_fit_its_parts_is_refused_at_once(done: Path) -> None:
    path = done / "out" / FILE
    manifest = json.loads(path.read_bytes())
    manifest["order"]["vary"] = ["tax.rate={from: 10%, to: 20%, count: 50_000_000}"]
    path.write_text(json.dumps(manifest))
    with pytest.raises(TreasurySimError, match=r"its order makes 195,313 parts, and it lists 1\."):
        again(done)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("name", ["manifest.json", "json", "rows", "input", "summary.csv", ".lock"])
def test_a_pipe_is_not_waited_for(done: Path, name: str) -> None:
    out, kind = done / "out", table_of(done)
    found = {
        "json": next((out / "parts").glob("*.json")),
        "rows": next((out / "parts").glob(f"*.{kind}")),
        "input": next((out / "inputs").iterdir()),
    }
    path = found.get(name, out / name)
    path.unlink()
    os.mkfifo(path)
    for arguments in (
        ("reperform", out, "--executor", "inprocess"),
        ("batch", "in/scenario.yaml", "--out", out, "--executor", "inprocess", "--table", kind),
    ):
        ended = command(*arguments, cwd=done)
        assert ended.returncode in {0, 1, 4}, ended.stderr
        assert "bug in treasury-sim" not in ended.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_table_that_is_a_pipe_is_refused(tmp_path: Path) -> None:
    file = write_holder(tmp_path, holder={"lots": "lots.csv"})
    os.mkfifo(tmp_path / "lots.csv")
    ended = command("run", file, cwd=tmp_path)
    assert ended.returncode == 1
    assert "found lots.csv (a device or a pipe)" in ended.stderr


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(node: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [above, *(place for key, below in entries for place in places(below, (*above, key)))]


def mutated(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    changed = dict(document) if isinstance(document, dict) else list(document)
    changed[place[0]] = mutated(document[place[0]], place[1:], value)
    return changed


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    write_holder(folder / "in", limits=LIMITS)
    batch(folder / "in" / "scenario.yaml", out=folder / "out", vary=("tax.rate=10%,20%",))
    return folder


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("of", ["manifest", "part"])
def test_no_mutation_of_a_manifest_or_part_is_believed_or_a_crash(finished: Path, of: str, data: st.DataObject) -> None:
    path = finished / "out" / FILE if of == "manifest" else next((finished / "out" / "parts").glob("*.json"))
    before = path.read_bytes()
    document = json.loads(before)
    changed = mutated(document, data.draw(st.sampled_from(places(document))), data.draw(JSON))
    path.write_text(json.dumps(changed))
    verdict, words = outcome(finished)
    path.write_bytes(before)
    assert verdict in {"different", "error"}
    assert verdict == "error" or f"{path} differs from what was written." in words
