"""Run records: what a training leaves behind, and statistics over many of them. Imports no torch."""
