"""READMEs of others: read, checked, imported."""
