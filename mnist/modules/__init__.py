"""PyTorch modules of others: found in a file, looked at, exported as a graph that runs without their code."""
