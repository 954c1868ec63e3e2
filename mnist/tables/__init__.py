"""Parameter tables of networks, described here or any torch module: as text, data and workbook."""
