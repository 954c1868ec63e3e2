"""Attacks in numbers: writers killed, inputs broken, full disks, loads. `python -m benchmarks.campaign`."""
