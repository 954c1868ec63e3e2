"""A workbook's own formulas differentiated: the derivatives as live formulas on a sheet of their own."""
