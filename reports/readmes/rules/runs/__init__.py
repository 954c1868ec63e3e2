"""Claims about training runs, a rule a file."""
