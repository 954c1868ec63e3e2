"""The sheets around the epoch rows, one a file or folder."""
