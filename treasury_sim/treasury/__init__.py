"""Activity of the holder: windows split into days, lot relief, ledgers, and the monthly waterfall."""
