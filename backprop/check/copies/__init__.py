"""Copies of a checked workbook: annotated, corrected."""
