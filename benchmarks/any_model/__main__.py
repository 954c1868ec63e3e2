"""`python -m benchmarks.any_model`."""

from benchmarks.any_model.score import main

main()
