"""Cells that are not what they are meant to be, and what they should be."""
