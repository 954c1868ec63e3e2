"""The sheets around the epoch rows, each in its own file or folder."""
