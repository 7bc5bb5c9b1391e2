"""Changes to an input that keep most of its structure, so that it gets past the first check.

Every choice is drawn from a `random.Random`: of hypothesis, of a seed, or of the bytes that atheris gives.
"""

from __future__ import annotations

import csv
import io
import zipfile
from copy import deepcopy
from datetime import date
from random import Random
from typing import Any

import yaml

NUMBERS = (0, -1, 1, 2, 0.5, 1e-8, 1e-18, 1e-306, 5e-324, 1e15, 21_000_000, 1e308, -1e308, 2**63, 10**40)
NOT_NUMBERS = (float("inf"), float("-inf"), float("nan"))
DAYS = (date(2025, 12, 31), date(2025, 10, 1), date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29), date(2010, 7, 17))
TEXTS = (
    *("", " ", "x", "~", "null", "BTC", "ETH", "USD", "10%", "-0%", "1e400%", "1_000", "1.000,5", "9" * 400, "5e-324"),
    *("2025Q4", "FY2025", "2025Q5", "2025-12-31", "2025-13-01", "9999-12-31", "0000-00-00", "31/12/2025", "-30%"),
    *("=1+1", "@x", "\x00", "\x1b]0;a\a", "\u202e", "\ud800", "é", "\ufeff", "../../etc/passwd", "/dev/zero", "a:b"),
    *("us_gaap_fair_value", "us_gaap_impairment", "ifrs_cost", "gbm", "garch", "historical", "shock", "sampled"),
    *("[=1", ".=1", "a..b", "library:no_debt", "&a [*a, *a]", "!!python/object:os.system x", "<<: x", "? - a", "%m %m"),
)


def odd_value(random: Random) -> Any:
    """A value of any type, mostly wrong where it is put."""
    kind = random.randrange(8)
    if kind < 3:
        return random.choice(NUMBERS)
    if kind < 5:
        return random.choice(TEXTS)
    if kind == 5:
        return random.choice(DAYS)
    return random.choice((True, None, [], {}, [[]], {"x": 1}, [None], *NOT_NUMBERS))


def slightly_other(random: Random, value: Any) -> Any:
    """The value changed within its type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return random.choice((value * 10, value / 10, -value, value + 1, 0, value * 1e9, value * 1e-9))
    if isinstance(value, date):
        return random.choice((*DAYS, date(value.year, value.month, 1)))
    if isinstance(value, str) and value:
        at = random.randrange(len(value))
        return value[:at] + random.choice(("", "0", "%", " ", "\x00", value[at] * 2)) + value[at + 1 :]
    return odd_value(random)


def _places(value: Any, parents: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        parents.append((value, key))
        _places(child, parents)
    return parents


def tree(random: Random, given: Any, pool: list[Any]) -> Any:
    """A tree with one to four changes; `pool` are trees to take parts of."""
    changed = deepcopy(given)
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        places = _places(changed, [])
        if not places:
            return odd_value(random)
        parent, key = random.choice(places)
        kind = random.randrange(9)
        if kind < 3:
            parent[key] = slightly_other(random, parent[key])
        elif kind < 5:
            parent[key] = odd_value(random)
        elif kind == 5:
            del parent[key]
        elif kind == 6 and isinstance(parent, dict):
            parent[random.choice((*TEXTS, *DAYS, f"{key}x"))] = deepcopy(parent[key])
        elif kind == 7 and isinstance(parent, list):
            parent.extend(deepcopy(parent[key]) for _ in range(random.choice((1, 3, 50))))
        else:
            other, name = random.choice(_places(random.choice(pool), []) or [(parent, key)])
            parent[key] = deepcopy(other[name])
    return changed


def as_yaml(value: Any) -> bytes:
    """The tree as a file, in the form PyYAML writes."""
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False).encode("utf-8", "surrogatepass")


def content(random: Random, given: bytes) -> bytes:
    """Bytes with a few of them removed, repeated, exchanged or replaced."""
    changed = bytearray(given)
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        at = random.randrange(len(changed) + 1)
        end = min(len(changed), at + random.choice((1, 1, 2, 8, 64)))
        kind = random.randrange(5)
        if kind == 0:
            del changed[at:end]
        elif kind == 1:
            changed[at:at] = changed[at:end] * random.choice((1, 2, 30))
        elif kind == 2:
            changed[at:at] = random.choice(TEXTS).encode("utf-8", "surrogatepass")
        elif kind == 3 and at < len(changed):
            changed[at] = random.randrange(256)
        else:
            changed[at:end] = random.choice((b"\n", b": ", b"- ", b"{", b"]", b'"', b",", b"\t", b"\x00", b"\xff"))
    return bytes(changed)


def text(random: Random, given: str) -> str:
    """Text changed sign by sign."""
    return content(random, given.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def table(random: Random, given: bytes) -> bytes:
    """A CSV file with other cells, rows or columns, or, one time in six, other bytes."""
    if random.randrange(6) == 0:
        return content(random, given)
    rows = list(csv.reader(io.StringIO(given.decode("utf-8", "replace"), newline="")))
    for _ in range(random.choice((1, 1, 2, 4))):
        row = random.choice(rows) if rows else []
        kind = random.randrange(8)
        if kind < 4 and row:
            at = random.randrange(len(row))
            row[at] = str(slightly_other(random, row[at]) if kind < 2 else odd_value(random))
        elif kind == 4:
            rows.insert(random.randrange(len(rows) + 1), list(row))
        elif kind == 5 and row:
            del row[random.randrange(len(row))]
        elif kind == 6 and rows:
            rows.remove(row)
        elif row:
            row.append(str(odd_value(random)))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=random.choice(",,,,;\t")).writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


def workbook(random: Random, given: bytes) -> bytes:
    """An XLSX file with one of its parts changed, left out or stored twice, or with other bytes."""
    if random.randrange(8) == 0:
        return content(random, given)
    with zipfile.ZipFile(io.BytesIO(given)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = random.choice(sorted(parts))
    kind = random.randrange(6)
    if kind == 0:
        del parts[name]
    elif kind == 1:
        parts[name] = parts[random.choice(sorted(parts))]
    else:
        parts[name] = content(random, parts[name])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for part, held in parts.items():
            book.writestr(part, held)
    return out.getvalue()
