"""A page that reads what is drawn on it: a trained network in a browser, from its own weights, by itself."""
