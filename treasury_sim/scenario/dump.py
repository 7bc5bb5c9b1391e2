"""Writes a scenario as self-contained YAML that reads back as the same scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from treasury_sim.case.key_paths import KeyPath
from treasury_sim.case.scalars import plain
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.case.strict import as_written
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.holding import Lot
from treasury_sim.scenario import library
from treasury_sim.scenario.loader import Scenario
from treasury_sim.scenario.source.restated import with_stated_prices

_TEXT = "tag:yaml.org,2002:str"
_ORDER = [info.alias or name for name, info in ScenarioSpec.model_fields.items()]
_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Base):  # type: ignore[misc]
    """A dumper that writes scalars the way `reader` reads them."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 - the name and type are PyYAML's

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


@checked
def to_yaml(scenario: Scenario, *, include_expect: bool = False) -> str:
    """Write a scenario as one file: only keys that were set, `extends:` merged, money in currency units.

    The user's own table of lots is written out as a list. A reference to the user's own price file stays
    as it was written, with a comment.

    Parameters
    ----------
    scenario
        The scenario.
    include_expect
        Whether to write the expected figures under `expect:` as well.

    Returns
    -------
    str
        YAML text; read again, it gives the same figures.

    Examples
    --------
    >>> from treasury_sim import load, to_yaml
    >>> print(to_yaml(load("kulr_2025").what_if({"title": "What if"})).splitlines()[1])
    title: What if
    """
    tree = with_stated_prices(scenario.tree)
    values = {key: tree.values[key] for key in _ORDER if tree.values.get(key) is not None}
    if not include_expect:
        values.pop("expect", None)
    values["holder"] = _holder(scenario, values["holder"])
    if "capital" in values:
        values["capital"] = {key: value for key, value in values["capital"].items() if key != "splits"}
    comments = "".join(f"# {note}\n" for note in scenario.notes)
    if "prices" in values:
        values["prices"] = {asset: _prices(scenario, asset, entry) for asset, entry in values["prices"].items()}
        for asset, entry in values["prices"].items():
            if "file" in entry and not entry["file"].startswith(library.PREFIX):
                comments += f"# prices.{asset}.file is unchanged: keep that file where the path leads.\n"
    text: str = yaml.dump(
        values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110
    )
    return comments + text


def _holder(scenario: Scenario, holder: Mapping[str, Any]) -> dict[str, Any]:
    written = {key: value for key, value in holder.items() if value is not None}
    lots = written.get("lots")
    shared = _in_library(scenario, ("holder", "lots"), lots) if isinstance(lots, str) else None
    if isinstance(lots, (str, dict)):
        written["lots"] = shared or written_lots(scenario.lots)
    # Positions are written out as lots, see `source.positions`.
    written.pop("position", None)
    return written


def _prices(scenario: Scenario, asset: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    written = {key: value for key, value in entry.items() if value is not None}
    if "file" in written:
        written["file"] = _in_library(scenario, ("prices", asset, "file"), written["file"]) or written["file"]
    return written


def _in_library(scenario: Scenario, path: KeyPath, reference: str) -> str | None:
    """Return the `library:` name of a file the scenario refers to, ``None`` if it is not in the library."""
    if reference.startswith(library.PREFIX):
        return reference
    folder = library.library_dir().resolve()
    file = (scenario.origin.written_in(path).path.parent / reference).resolve()
    return library.PREFIX + file.relative_to(folder).as_posix() if file.is_relative_to(folder) else None


def written_lots(lots: Iterable[Lot]) -> list[dict[str, Any]]:
    """Lots as the rows of a list in YAML."""
    return [_lot(number, lot) for number, lot in enumerate(lots, start=1)]


def _lot(number: int, lot: Lot) -> dict[str, Any]:
    """Write a lot; an id that only counts its position is left out."""
    row = as_written(lot)
    if lot.id == f"lot-{number}":
        del row["id"]
    return row


def _write_text(dumper: Any, text: str) -> yaml.Node:
    try:
        style = None if isinstance(plain(text), str) and text != "<<" else '"'
    except ValueError:  # the shape of a date
        style = '"'
    node: yaml.Node = dumper.represent_scalar(_TEXT, text, style)
    return node


def _write_row(dumper: Any, row: object) -> yaml.Node:
    if not is_dataclass(row):
        raise yaml.representer.RepresenterError("cannot be written", row)
    node: yaml.Node = dumper.represent_data(as_written(row))
    return node


def _write_plain(dumper: Any, value: object) -> yaml.Node:
    node: yaml.Node = dumper.represent_scalar(_TEXT, _spelled(value))
    return node


def _spelled(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{Decimal(repr(float(value))):f}".removesuffix(".0")
    return str(value)


_Dumper.add_representer(str, _write_text)
_Dumper.add_multi_representer(Path, lambda dumper, path: _write_text(dumper, str(path)))
_Dumper.add_multi_representer(object, _write_row)
for _kind in (type(None), bool, int, float, date):
    _Dumper.add_multi_representer(_kind, _write_plain)
    _Dumper.add_representer(_kind, _write_plain)
