"""What students handed in: folders and the zips of learning platforms, as files with a student, an attempt, a time."""
