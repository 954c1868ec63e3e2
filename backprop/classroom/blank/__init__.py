"""The workbook that a student is given: the task, the numbers, the table with cells to fill in, a self-check."""
