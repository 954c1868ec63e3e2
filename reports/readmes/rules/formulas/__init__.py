"""Equations held against a derivation."""
