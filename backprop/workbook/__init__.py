"""Excel workbooks of a derivation: a sheet for each learning rate, a row for each epoch; results are formulas."""
