"""A step of training: the optimisers, and the learning rate of each step."""
