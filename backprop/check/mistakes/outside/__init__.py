"""What belongs to a table and stands outside it: updates beside it or on other sheets, weights carried to the next."""
