"""Where the epoch tables of a workbook are, and which line of them is which quantity."""
