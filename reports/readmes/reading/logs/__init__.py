"""Training logs: what programs print epoch by epoch, and tables with a row an epoch."""
