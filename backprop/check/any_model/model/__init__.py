"""What a workbook computes: parameters, updates, losses, and which cells equal a derivative."""
