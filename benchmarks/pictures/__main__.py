"""`python -m benchmarks.pictures`."""

from benchmarks.pictures.score import main

main()
