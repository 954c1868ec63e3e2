"""Printers: one target language a file, each a table of names and small methods; an unknown node raises."""
