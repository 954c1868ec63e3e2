"""Descriptions of networks: layers, data, training. Knows no calculus and imports no sympy."""
