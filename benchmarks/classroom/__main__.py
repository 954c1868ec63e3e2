"""`python -m benchmarks.classroom`."""

from benchmarks.classroom.score import main

main()
