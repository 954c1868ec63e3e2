"""Descriptions of networks: layers, data, training. Knows no calculus and imports no sympy."""

DEFAULT_NETWORK = "eight-weight"  # of whatever takes a network and was told none
