"""OpenDocument spreadsheets of strangers, LibreOffice's own format: scanned against limits, read, changed in a copy."""
