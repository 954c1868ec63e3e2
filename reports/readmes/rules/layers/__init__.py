"""What is told of layers: their kinds, channels, blocks and parameters."""
