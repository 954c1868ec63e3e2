"""A network of the page's user: the registry of functions as JavaScript, over which the page derives by itself."""
