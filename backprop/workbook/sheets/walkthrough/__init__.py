"""Sheet Walkthrough: one step of training on a board, every number in its formula."""
