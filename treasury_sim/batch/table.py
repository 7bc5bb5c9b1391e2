"""The long table: a row for every figure, as Parquet or CSV.

Rows of one part are ordered by framework, quarter and line, then by scenario, so that repeated values compress well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Literal

import numpy as np

from treasury_sim.batch.block import LINE_NAMES, FigureBlock
from treasury_sim.domain.arrays import Floats
from treasury_sim.errors import TreasurySimError
from treasury_sim.report.render.csv import csv_cell

Format = Literal["parquet", "csv"]

COLUMNS = ("scenario", "framework", "quarter", "line", "base", "value", "delta")


def encode(blocks: Sequence[FigureBlock], table: Format) -> bytes:
    """Write the rows of a part."""
    return _parquet(blocks) if table == "parquet" else _csv(blocks)


def _csv(blocks: Sequence[FigureBlock]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for block in blocks:
        names = [csv_cell(name) for name in block.names]
        for (framework, quarter), base, lines, has_rows in zip(
            block.groups, block.base.tolist(), block.values.tolist(), block.has_rows.tolist(), strict=True
        ):
            for name, before, values, has_row in zip(LINE_NAMES, base, lines, has_rows, strict=True):
                if has_row:
                    rows = zip(names, values, strict=True)
                    writer.writerows((who, framework, quarter, name, *_figures(before, value)) for who, value in rows)
    return text.getvalue().encode()


def _figures(base: float, value: float) -> tuple[object, ...]:
    """Base, value and difference; empty if not known, since NaN is not a figure."""
    return tuple(None if figure != figure else figure for figure in (base, value, value - base))  # noqa: PLR0124


def _parquet(blocks: Sequence[FigureBlock]) -> bytes:
    pa, pq = arrow()
    text = pa.dictionary(pa.int32(), pa.string())
    kinds = [(name, text if name in COLUMNS[:4] else pa.float64()) for name in COLUMNS]
    schema = pa.schema(kinds)
    sink = io.BytesIO()
    plain = {"value": "BYTE_STREAM_SPLIT", "delta": "BYTE_STREAM_SPLIT"}
    coded = [name for name in COLUMNS if name not in plain]
    with pq.ParquetWriter(
        sink, schema, compression="zstd", use_dictionary=coded, column_encoding=plain, write_statistics=coded
    ) as writer:
        for block in blocks:
            writer.write_table(pa.table(_columns(block, pa), schema=schema))
    return sink.getvalue()


def _columns(block: FigureBlock, pa: Any) -> list[Any]:
    count = len(block.names)
    group, line = np.nonzero(block.has_rows)
    values = block.values[group, line]
    base = np.repeat(block.base[group, line], count)
    frameworks = list(dict.fromkeys(key for key, _ in block.groups))
    quarters = list(dict.fromkeys(label for _, label in block.groups))
    framework_of = np.array([frameworks.index(key) for key, _ in block.groups])
    quarter_of = np.array([quarters.index(label) for _, label in block.groups])

    def coded(codes: Any, names: Sequence[str]) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names, pa.string()))

    return [
        coded(np.tile(np.arange(count), group.size), block.names),
        coded(np.repeat(framework_of[group], count), frameworks),
        coded(np.repeat(quarter_of[group], count), quarters),
        coded(np.repeat(line, count), LINE_NAMES),
        _numbers(base, pa),
        _numbers(values.ravel(), pa),
        _numbers(values.ravel() - base, pa),
    ]


def _numbers(values: Floats, pa: Any) -> Any:
    return pa.array(values, mask=np.isnan(values))


def arrow() -> tuple[Any, Any]:
    """Import pyarrow and its Parquet module.

    Raises
    ------
    TreasurySimError
        If it is not installed.
    """
    try:
        pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        message = 'Parquet needs pyarrow: pip install "treasury-sim[batch]", or write CSV with --table csv.'
        raise TreasurySimError(message) from None
    return pa, pq
