"""Workbooks of any model with known truth: generated, slipped, rewritten; and the score of the checker on them."""
