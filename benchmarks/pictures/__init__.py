"""Drawn pictures of digits, as people photograph and scan them, and how many of them a run reads right."""
