"""How runs are shown: tables of texts, curves."""
