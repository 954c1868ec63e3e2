"""Pictures of written digits: ink told from paper, digits told from each other, each made like MNIST's."""
