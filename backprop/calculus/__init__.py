"""The formulas of a workbook as one graph of scalar operations: its values, its derivatives, and both as formulas."""
