"""`treasury-sim list`."""

from __future__ import annotations


def list_scenarios() -> None:
    """List the shipped scenarios and the accounting frameworks."""
    from treasury_sim.frameworks import FRAMEWORKS
    from treasury_sim.scenario import load
    from treasury_sim.scenario.library import shipped

    print("Scenarios")
    for path in shipped():
        print(f"  {path.stem:<26} {load(path).spec.title}")
    print("\nAccounting frameworks")
    for framework in FRAMEWORKS.values():
        print(f"  {framework.key:<26} {framework.title}, {framework.citation}")
        print(f"  {'':<26} {framework.effective}")
    print("\nRun one with: treasury-sim run strategy_2025q4")
