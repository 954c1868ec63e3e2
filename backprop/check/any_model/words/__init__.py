"""Findings of workbooks of any model, in their own cells and names."""
