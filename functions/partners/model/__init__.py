"""What the slice knows of organisations, agreements, candidates and figures; pure."""
