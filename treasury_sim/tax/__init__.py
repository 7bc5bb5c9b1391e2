"""Income tax: deferred tax and its allowance, capital losses, the minimum tax, and dated law."""
