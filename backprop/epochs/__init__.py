"""Epoch tables: the order of their columns, and their numbers."""
