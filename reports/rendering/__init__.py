"""Templates into markdown."""
