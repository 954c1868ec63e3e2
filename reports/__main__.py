"""`python -m reports`."""

from reports.commands.app import main

main()
