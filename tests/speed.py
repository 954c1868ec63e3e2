"""How fast the machine is on which the tests run: limits on processor time are those of a common one."""

import time

STEPS = 500_000
USUAL = 0.04  # seconds that they take of a processor of 2020


def slowness() -> float:
    """How many times as long as there a few steps of Python take here and now; 1 where they take less."""
    return max(1.0, min(_steps() for _ in range(3)) / USUAL)


def _steps() -> float:
    start, total = time.process_time(), 0
    for step in range(STEPS):
        total += step
    return time.process_time() - start
