"""Which cells are wrong themselves, and the change that makes each right."""
