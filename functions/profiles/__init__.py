"""Profiles: volunteers as lenders describe them, what hosts may see of them, and the volunteers' own word."""
