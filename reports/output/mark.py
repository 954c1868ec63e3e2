"""The mark by which a file is known as ours, so that it may be written again."""

MARK = "<!-- Written by `reports build`, which overwrites this file. -->"
