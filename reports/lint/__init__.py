"""Checks the claims of a README against its own tables and logs, against recorded runs and against the derivation."""
