"""Which words mean which codes, and which occupations are near each other. Pure: no clock, no file, no network.

It learns from the labels, titles, texts and skills it is given and from nothing else, reads nothing into a code, and
gives the same answer on every machine.
"""
