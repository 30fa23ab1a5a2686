"""Endpoints and remits, notices, deliveries and tries. Pure."""
