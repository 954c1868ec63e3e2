"""A spreadsheet as a file and as a language: cells, formulas, their values. Knows nothing of networks."""
