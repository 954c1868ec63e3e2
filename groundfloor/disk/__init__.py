"""What a process keeps on the disk while it writes: locks, places for half-written things, two names exchanged."""
