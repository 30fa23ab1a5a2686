"""What each side says to the introductions slice, and what it hears: its own things, and the other's masked card.

A side speaks (`sides`), reads (`views`) and simulates (`cost`); the employee has his own words (`go`).
"""
