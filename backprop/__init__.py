"""Backpropagation of small networks: derived by sympy, printed for many targets, written as live Excel workbooks."""
