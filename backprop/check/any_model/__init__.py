"""Workbooks of any model: their own formulas are differentiated, and what claims to be a derivative is proven."""
