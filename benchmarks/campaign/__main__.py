"""`python -m benchmarks.campaign`."""

from benchmarks.campaign.run import main

main()
