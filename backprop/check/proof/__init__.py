"""Whether a formula is the function that the derivation wants."""
