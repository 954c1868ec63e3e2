"""Excel workbooks of a derivation: one sheet a learning rate, one row an epoch, every computed number a formula."""
