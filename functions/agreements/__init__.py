"""Agreements: the loan of one employee, from its draft through three signatures to the start of the mission."""
