"""The backprop command line: arguments in, calls out, no logic."""
