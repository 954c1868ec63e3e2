"""Receptive fields, jumps and sizes of layers."""
