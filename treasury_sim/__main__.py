"""`python -m treasury_sim`."""

from treasury_sim.cli.main import main

if __name__ == "__main__":
    main()
