"""Hardships of every day: full disks, no permission, no home, no network, two at once, closed pipes, odd terminals."""
