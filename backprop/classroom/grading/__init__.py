"""From a submission's workbook to points: rubric, what a mistake costs, what only follows, what needs a human."""
