"""What is proven of a workbook that was handed in, table by table; in a process of its own. Knows no points."""
