"""A workbook as cells: its file, and what its formulas give, by an interpreter of its own."""
