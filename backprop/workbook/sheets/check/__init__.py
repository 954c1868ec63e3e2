"""Sheet Check: every derivative against central differences."""
