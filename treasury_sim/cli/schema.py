"""`treasury-sim schema`."""

from __future__ import annotations

from treasury_sim.cli.options import print_text


def schema() -> None:
    """Print the JSON Schema of a scenario, with which an editor completes and checks YAML.

    In VS Code with the YAML extension, write `# yaml-language-server: $schema=scenario.schema.json` on the first
    line of a scenario, beside a file made with: treasury-sim schema > scenario.schema.json
    """
    import json

    from treasury_sim.scenario.json_schema import json_schema

    print_text(json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n")
