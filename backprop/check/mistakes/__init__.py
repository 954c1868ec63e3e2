"""From wrong cells to findings: what the mistake is and what it does, in words."""
