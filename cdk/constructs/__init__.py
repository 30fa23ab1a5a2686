"""Building blocks of a slice's stack, few and small: what a page describes, and the resources it becomes."""
