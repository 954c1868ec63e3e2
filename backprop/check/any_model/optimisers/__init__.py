"""Updates through what an optimiser keeps: momentum, RMSprop, Adam."""
