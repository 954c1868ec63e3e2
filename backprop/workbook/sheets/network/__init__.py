"""Sheet Network: the numbers one may change, the network's picture with live numbers, its equations."""
