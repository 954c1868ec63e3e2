"""Checks the formulas of anybody's workbook against the derivation. Never imports backprop.workbook."""
