"""The quantities of a network on random states, to 40 digits: what formulas are held against."""
