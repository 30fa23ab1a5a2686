"""Documents: what both sides may read on paper, sealed by its digest."""
