"""A workbook's file as a zip archive of parts, the same for all formats: checked, scanned, changed in a copy."""
