"""Layers as texts list them beside what they do to a picture, and as programs print them."""
