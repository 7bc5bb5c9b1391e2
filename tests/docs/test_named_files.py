"""A page names only files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "README.md"])
NAMED = re.compile(r"`([a-z_]+/[\w/]*\w\.(?:py|yaml|md|toml))`")
EXAMPLES = ("your_", "books/", "out/")
"""Names that a reader replaces."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_named_in_a_page_exist(page: Path) -> None:
    names = {name for name in NAMED.findall(page.read_text(encoding="utf-8")) if not any(e in name for e in EXAMPLES)}
    missing = [
        name for name in names if not any((ROOT / top / name).exists() for top in ("", "treasury_sim", "tests", "docs"))
    ]
    assert missing == []
