"""What is checked of a README, a rule a file."""
