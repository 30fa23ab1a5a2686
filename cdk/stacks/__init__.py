"""The stacks, in the order they are deployed: foundation, data, one per slice, and the edge last."""
