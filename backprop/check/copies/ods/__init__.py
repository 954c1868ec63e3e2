"""Copies of OpenDocument spreadsheets."""
