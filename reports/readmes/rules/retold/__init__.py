"""What a README tells a second time: runs in a table and in words, rows of a table in sentences."""
