"""A shop in miniature: the smallest application that uses every mechanism of the local cloud."""
