"""Where the tables of a workbook are, and which of their lines is which quantity."""
