"""The spreadsheet's functions, a few lines each: what they make of values while the graph is built."""

import backprop.calculus.functions.aggregates
import backprop.calculus.functions.choices
import backprop.calculus.functions.elementary
import backprop.calculus.functions.matrices  # noqa: F401 - each registers its functions
