"""How sheets look: styles, tints, shapes and charts."""
