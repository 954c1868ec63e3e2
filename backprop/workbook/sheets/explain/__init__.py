"""Sheet Explain: one chosen derivative, walked factor by factor."""
