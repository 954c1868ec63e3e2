"""What a class gets back: feedback in the words that a level of hints allows, and a page for the lecturer."""
