"""The smallest change that makes a wrong formula right."""
