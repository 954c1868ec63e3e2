"""Cells that are not what they are meant to be: what they should be, the root, the smallest change."""
