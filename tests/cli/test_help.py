"""`treasury-sim --help`: the sections of the README, whole sentences, and the exit codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from treasury_sim.cli.main import EXIT_CODES, SECTIONS

from .test_answers import asked

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, errors = asked(capsys, "--help")
    assert (code, errors) == (0, "")
    return out


def sections_of_the_readme() -> dict[str, set[str]]:
    sections: dict[str, set[str]] = {}
    for row in README.partition("| question | command |")[2].partition("\n\n")[0].splitlines():
        if title := re.match(r"\| \*\*(.+)\*\* \|", row):
            sections[title[1]] = set()
        elif sections:
            sections[list(sections)[-1]] |= set(re.findall(r"`treasury-sim ([\w-]+)", row))
    return sections


def test_commands_are_grouped_as_in_the_readme(text: str) -> None:
    sections = {title: set(commands) for title, commands in SECTIONS.items()}

    assert sections == sections_of_the_readme()
    assert list(sections) == list(sections_of_the_readme())
    shown = [part.splitlines() for part in text.split("\n\n")]
    for title, commands in SECTIONS.items():
        (rows,) = [lines[1:] for lines in shown if lines[0] == title]
        assert [row.split()[0] for row in rows] == list(commands)


def test_each_command_has_one_whole_sentence_on_one_line(text: str) -> None:
    for commands in SECTIONS.values():
        for name, command in commands.items():
            sentence = (command.__doc__ or "").splitlines()[0]
            assert sentence.endswith(".")
            assert re.search(rf"^  {name} +{re.escape(sentence)}$", text, flags=re.MULTILINE), name


def test_the_exit_codes_are_those_of_the_readme(text: str) -> None:
    assert " ".join(EXIT_CODES.split()) in " ".join(README.split())
    assert re.findall(r"\b\d+\b", text.partition("Exit codes:")[2]) == ["0", "1", "2", "3", "4", "130", "143", "129"]
