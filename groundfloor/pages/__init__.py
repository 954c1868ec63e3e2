"""The shell of a page in one file: policy, style, light and dark, sorting."""
