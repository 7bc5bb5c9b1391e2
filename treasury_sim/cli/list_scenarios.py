"""`treasury-sim list`."""

from __future__ import annotations


def list_scenarios() -> None:
    """List the shipped scenarios by theme, and the accounting frameworks."""
    from treasury_sim.frameworks import FRAMEWORKS
    from treasury_sim.scenario.catalogue import by_theme

    print("Scenarios")
    for theme, scenarios in by_theme().items():
        print(f"\n{theme}")
        for name, title in scenarios:
            print(f"  {name:<26} {title}")
    print("\nAccounting frameworks")
    for framework in FRAMEWORKS.values():
        print(f"  {framework.key:<26} {framework.title}, {framework.citation}")
        print(f"  {'':<26} {framework.effective}")
    print("\nRun one with: treasury-sim run strategy_2025q4")
