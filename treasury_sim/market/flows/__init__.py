"""Order flow that is not a choice: liquidations of leveraged positions, its impact on prices, and prices without it."""
