"""An agreement: states, terms, steps, signatures. Pure."""
