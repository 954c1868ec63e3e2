"""A class: exercises given out, submissions taken in and graded. Stands on backprop.workbook and backprop.check."""
