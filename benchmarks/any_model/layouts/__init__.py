"""Where quantities stand on the sheets, what their headers say, and how formulas are written there."""
