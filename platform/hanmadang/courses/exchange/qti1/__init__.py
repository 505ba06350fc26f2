"""QTI 1.2: tests and item banks, alone or in a Common Cartridge."""
