"""Sheet Self-check: right or not yet, by a forward pass of its own and central differences of its loss."""
