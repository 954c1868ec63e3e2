"""Work in many tasks: here in processes, or on a cluster by Dask or Slurm; one road for all commands.

tasks in, (task, result or error) out as each is done (`completed`); where it is done changes no result.
"""
