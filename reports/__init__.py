"""Markdown reports from derivations and run records. Trains nothing."""
