"""A layer of the shop."""
