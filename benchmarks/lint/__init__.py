"""`reports lint` on tables of random networks, printed by the programs that print such tables: silent, then sharp."""
