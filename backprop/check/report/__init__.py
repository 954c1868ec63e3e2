"""Findings for people: in the terminal, as markdown, as a page."""
