"""Which masked profiles suit which demand, and why."""
