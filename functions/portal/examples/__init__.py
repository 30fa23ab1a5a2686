"""The first calls of a caller, as programs that the page of the contract shows."""
