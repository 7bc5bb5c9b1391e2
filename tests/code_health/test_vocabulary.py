"""The words of docs/vocabulary.md: phrases that no page, message, docstring or local name may use."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = sorted((ROOT / "treasury_sim").rglob("*.py"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
YAML = sorted((ROOT / "scenarios").rglob("*.yaml"))

PHRASES = {
    "told": r"\btold\b",
    "is said": r"\b(?:is|are|was|were|be) said\b",
    "looked at": r"\blook(?:s|ed|ing)? at\b",
    "of its own": r"\bof (?:its|their|one's) own\b",
    "owed on": r"\bowed on\b",
    "is no": r"\b(?:is|are) no (?!longer\b|more\b)",
    "a heading with What": r'(?m)^(?:#+ |\s*"""|[\w ]*title="|[\w ]*help=")What (?:a|an|the|is|it|was|made|each)\b',
}
LOCALS = {"found", "one", "told", "said", "gone", "asked", "there"}
NAMES_OF_THE_RULE = {ROOT / "docs" / "vocabulary.md"}


@pytest.mark.parametrize("phrase", PHRASES)
def test_no_text_uses_the_phrase(phrase: str) -> None:
    uses = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in (*CODE, *PAGES, *YAML)
        if path not in NAMES_OF_THE_RULE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(PHRASES[phrase], line)
    ]
    assert not uses, "\n".join(uses)


def test_locals_say_what_they_hold() -> None:
    uses = []
    for path in CODE:
        functions = [
            node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
        ]
        for node in (each for function in functions for each in ast.walk(function)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in LOCALS:
                uses.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.id}")
            if isinstance(node, ast.arg) and node.arg in LOCALS - {"found"}:  # a problem has expected and found
                uses.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.arg}")
    assert not uses, "\n".join(uses)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("told", "What is missing is told."),
        ("is said", "It is said in the notes."),
        ("looked at", "the price looked at"),
        ("of its own", "a date of its own"),
        ("is no", "BTC are no history"),
        ("a heading with What", '    """What a run found."""'),
    ],
)
def test_the_check_sees(phrase: str, text: str) -> None:
    assert re.search(PHRASES[phrase], text)


def test_the_check_allows() -> None:
    assert not re.search(PHRASES["is no"], "It is no longer reported.")
