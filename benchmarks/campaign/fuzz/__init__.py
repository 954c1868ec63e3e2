"""Inputs that were right and are then broken at random: no crash, no hang, an answer for each."""
