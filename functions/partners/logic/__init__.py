"""Use cases of the slice, one module for each capability."""
