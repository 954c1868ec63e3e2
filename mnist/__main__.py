"""`python -m mnist` is the same as `mnist`."""

from mnist.cli import main

main()
