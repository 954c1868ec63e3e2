"""Grades as files: tables that learning platforms import, JSON for machines. Words for students are feedback."""
