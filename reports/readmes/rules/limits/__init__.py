"""Limits that a README sets, and what it says of them."""
