"""A report as files: markdown, one page, PDF."""
