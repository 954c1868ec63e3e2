"""A function in another process with limits, and claims on folders between processes."""
