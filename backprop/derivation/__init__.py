"""From a network to equations, by the chain rule in sympy."""
