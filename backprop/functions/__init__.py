"""What a network is made of, a row each: activations, losses, optimisers, schedules. Imports nothing heavy.

A row holds everything that is known of one of them: its names, its formula and derivative, its spelling in each
language. What is allowed in a description, the printers' tables, the help of the command line and the tables of
docs/networks.md follow from the rows.
"""
