"""The spreadsheet's functions, a few lines each: what they make of values while the graph is built."""

import backprop.calculus.functions.aggregates
import backprop.calculus.functions.blocks
import backprop.calculus.functions.choices
import backprop.calculus.functions.conditions
import backprop.calculus.functions.distributions
import backprop.calculus.functions.elementary
import backprop.calculus.functions.lambdas
import backprop.calculus.functions.lookup
import backprop.calculus.functions.matrices
import backprop.calculus.functions.places
import backprop.calculus.functions.statistics  # noqa: F401 - each registers its functions
