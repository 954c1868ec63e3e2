"""The reports command line: arguments in, calls out, no logic."""
