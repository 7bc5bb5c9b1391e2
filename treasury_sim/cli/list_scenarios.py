"""`treasury-sim list`."""

from __future__ import annotations

from treasury_sim.cli.options import say


def list_scenarios() -> None:
    """List the shipped scenarios and the accounting frameworks."""
    from treasury_sim.accounting import FRAMEWORKS
    from treasury_sim.scenario.catalogue import by_theme

    say("Scenarios")
    for theme, scenarios in by_theme().items():
        say(f"\n{theme}")
        for name, title in scenarios:
            say(f"  {name:<26} {title}")
    say("\nAccounting frameworks")
    for framework in FRAMEWORKS.values():
        say(f"  {framework.key:<26} {framework.title}, {framework.citation}")
        say(f"  {'':<26} {framework.effective}")
    say("\nRun one with: treasury-sim run strategy_2025q4")
