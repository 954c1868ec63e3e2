"""What claims are held against: arithmetic of layers, the derivation, logs and tables of the same file."""
