"""Writers killed at random moments: what was there is there, old or new, and nothing else stays."""
