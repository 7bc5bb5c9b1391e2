"""`treasury-sim schema`."""

from __future__ import annotations

from treasury_sim.cli.options import print_text


def schema() -> None:
    """Print the JSON Schema of a scenario, for editors.

    An editor completes and checks YAML with it. In VS Code with the YAML extension: save it beside the scenario
    (treasury-sim schema > scenario.schema.json) and begin the scenario with
    `# yaml-language-server: $schema=scenario.schema.json`.
    """
    import json

    from treasury_sim.scenario.json_schema import json_schema

    print_text(json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n")
