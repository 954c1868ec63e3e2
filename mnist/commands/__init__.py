"""The mnist command line: arguments in, calls out, no logic."""
