"""Training that leaves run folders, and what is done with them: one run, a run that goes on, a sweep, pictures read."""
