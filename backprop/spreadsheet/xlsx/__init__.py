"""Workbook files of strangers: scanned against limits, read, changed part by part."""
