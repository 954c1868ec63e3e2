"""`python -m mnist` is the same as `mnist`."""

from mnist.commands.app import main

main()
