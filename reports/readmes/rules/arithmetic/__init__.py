"""Arithmetic that a README writes out, lists, or has in the columns of its tables."""
