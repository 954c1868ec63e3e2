"""Copies of Open XML workbooks: fills, comments and their boxes, formulas that cells share."""
