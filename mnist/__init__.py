"""Training of small convolutional networks on MNIST as recorded, repeatable runs."""
