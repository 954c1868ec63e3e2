"""The numbers of a report, without words."""
