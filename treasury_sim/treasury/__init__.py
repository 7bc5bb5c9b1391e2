"""What the holder does: when windows are bought, which lots a sale takes, and the ledgers that follow."""
