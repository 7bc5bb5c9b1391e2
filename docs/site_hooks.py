"""Pages of the site that are made from the code: the commands, the scenario keys, every public name in Python.

MkDocs calls `on_files` once per build. Pages that also stand at the top of the repository (README, CONTRIBUTING,
CHANGELOG) are taken from there, so that nothing is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from typer.cli import get_docs_for_click

import treasury_sim
from treasury_sim.cli.main import cli

ROOT = Path(__file__).parents[1]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    pages = {
        "index.md": _from_top("README.md"),
        "contributing.md": _from_top("CONTRIBUTING.md"),
        "changelog.md": _from_top("CHANGELOG.md"),
        "reference/commands.md": commands(),
        "reference/keys.md": keys(),
        "reference/python.md": names(),
    }
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def _from_top(name: str) -> str:
    """Return a page of the top folder, its links rewritten to where the pages of the site are."""
    text = (ROOT / name).read_text(encoding="utf-8")
    text = re.sub(r"\]\(docs/([^)]+)\)", r"](\1)", text)
    text = re.sub(r"\]\((CONTRIBUTING|CHANGELOG)\.md\)", lambda link: f"]({link[1].lower()}.md)", text)
    # Files of the source tree are no pages: their names stay, their links go.
    return re.sub(r"\[([^\]]+)\]\((?!https?:)(?![\w-]+\.(?:md|png)[)#])[^)]*\)", r"\1", text)


def commands() -> str:
    """Return the help of every command."""
    group = typer.main.get_command(cli)
    text = get_docs_for_click(obj=group, ctx=typer.Context(group, info_name="treasury-sim"), name="treasury-sim")
    return text.replace("# `treasury-sim`", "# Commands\n\n`treasury-sim`", 1)


def keys() -> str:
    """Return a table of keys for every part of a scenario, from its JSON Schema."""
    schema: dict[str, Any] = treasury_sim.json_schema()
    parts = ["# Scenario keys", "", "Made from the JSON Schema (`treasury-sim schema`). The guide to them is "]
    parts[-1] += "[scenario](../scenario.md)."
    for title, part in [("Scenario", schema), *sorted(schema["$defs"].items())]:
        if part.get("properties"):
            parts += ["", f"## {title}", "", part.get("description", "").split("\n\n")[0], ""]
            parts += ["| key | type | meaning |", "|---|---|---|"]
            parts += [
                f"| `{key}` | {_cell(_kind(value))} | {_cell(value.get('description', ''))} |"
                for key, value in part["properties"].items()
            ]
    return "\n".join(parts) + "\n"


def _kind(schema: dict[str, Any]) -> str:
    """Return the type of a value in words, with links to the parts it refers to."""
    return " or ".join(dict.fromkeys(_kinds(schema))) or "any value"


def _kinds(schema: dict[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield f"[{name}](#{name.lower()})"
    elif "const" in schema or "enum" in schema:
        yield from (f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    elif "items" in schema and isinstance(schema["items"], dict):
        yield f"list of {_kind(schema['items'])}"
    elif "anyOf" in schema or "oneOf" in schema:
        for choice in schema.get("anyOf") or schema["oneOf"]:
            if choice.get("type") != "null":
                yield from _kinds(choice)
    elif "type" in schema:
        kind = schema["type"]
        yield from (kind if isinstance(kind, list) else [kind])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def names() -> str:
    """Return the page of all public names; mkdocstrings fills in signatures and docstrings."""
    parts = ["# Python reference", "", "Every name of `treasury_sim`. A shorter table is in [api](../api.md).", ""]
    for name in treasury_sim.__all__:
        if name != "__version__":
            parts += [f"::: {getattr(treasury_sim, name).__module__}.{name}", ""]
    return "\n".join(parts)
